// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/mask.h"

namespace wsproof::scalar {

void mask(MutableBytes data, MaskingKey key, std::size_t offset) {
  for (std::size_t at = 0; at < data.size(); ++at) {
    // §5.3: "transformed-octet-i = original-octet-i XOR masking-key-octet-j", j = i MOD 4.
    data[at] = static_cast<std::uint8_t>(data[at] ^ key[(offset + at) % 4]);
  }
}

}  // namespace wsproof::scalar
