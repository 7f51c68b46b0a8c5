// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/random.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

namespace wsproof {
namespace {

void draw(MutableBytes out) {
  // RAND_bytes counts in int.
  constexpr std::size_t kAtOnce = std::size_t{1} << 30U;
  while (!out.empty()) {
    const std::size_t size = std::min(out.size(), kAtOnce);
    if (RAND_bytes(out.data(), static_cast<int>(size)) != 1) {
      // §5.3: "The masking key needs to be unpredictable". There is no honest way on.
      throw std::runtime_error("the system gives no random octets");
    }
    out = out.subspan(size);
  }
}

class BlockRandom : public RandomSource {
 public:
  void fill(MutableBytes out) override {
    if (out.size() > block_.size() - used_) {
      // Many at once gain nothing from the block.
      if (out.size() > block_.size() / 4) return draw(out);
      draw(block_);
      used_ = 0;
    }
    if (out.empty()) return;
    std::memcpy(out.data(), block_.data() + used_, out.size());
    used_ += out.size();
  }

 private:
  // A call of RAND_bytes costs about a microsecond whatever it is asked for; over 256 masking keys
  // that is a few nanoseconds each.
  std::array<std::uint8_t, 1024> block_{};
  std::size_t used_ = block_.size();
};

}  // namespace

RandomSource& secure_random() {
  thread_local BlockRandom source;
  return source;
}

}  // namespace wsproof
