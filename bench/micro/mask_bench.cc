// SPDX-License-Identifier: Apache-2.0
// Masking in place, unaligned and while copying, beside memcpy, a loop over octets, and what other
// libraries do.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

#include "server/protocol/mask.h"

#if __has_include(<boost/beast/websocket/detail/mask.hpp>)
#include <boost/beast/websocket/detail/mask.hpp>
#define WSPROOF_HAS_BEAST
#endif
#if __has_include(<websocketpp/frame.hpp>)
#include <websocketpp/frame.hpp>
#define WSPROOF_HAS_WEBSOCKETPP
#endif

namespace wsproof {
namespace {

constexpr MaskingKey kKey = {0x37, 0xfa, 0x21, 0x3d};
constexpr std::size_t kLine = 64;
// Short payloads lie in several places in turn, as messages do; over and over in one place, each
// call would wait for the stores of the call before. Together they stay in the first cache.
constexpr std::size_t kSpread = 8 * 1024;

// Payloads of one size, aligned to a cache line, or `shift` octets behind that.
class Payloads {
 public:
  explicit Payloads(std::size_t size, std::size_t shift = 0)
      : size_(size),
        stride_((size + shift + kLine - 1) / kLine * kLine),
        count_(std::max<std::size_t>(1, kSpread / stride_)),
        shift_(shift),
        octets_(new (std::align_val_t{kLine}) std::uint8_t[stride_ * count_]) {
    std::memset(octets_, 'w', stride_ * count_);
  }
  Payloads(const Payloads&) = delete;
  Payloads& operator=(const Payloads&) = delete;
  ~Payloads() { ::operator delete[](octets_, std::align_val_t{kLine}); }

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] MutableBytes operator[](std::size_t index) const {
    return {octets_ + index * stride_ + shift_, size_};
  }

 private:
  std::size_t size_;
  std::size_t stride_;
  std::size_t count_;
  std::size_t shift_;
  std::uint8_t* octets_;
};

template <typename Mask>
void in_place(benchmark::State& state, std::size_t shift, Mask mask_one) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const Payloads payloads(size, shift);
  for (auto _ : state) {
    for (std::size_t at = 0; at < payloads.count(); ++at) {
      const MutableBytes data = payloads[at];
      mask_one(data);
      benchmark::DoNotOptimize(data.data());
      benchmark::ClobberMemory();
    }
  }
  const auto calls = state.iterations() * static_cast<std::int64_t>(payloads.count());
  state.SetBytesProcessed(calls * state.range(0));
}

template <typename Copy>
void copying(benchmark::State& state, Copy copy_one) {
  const auto size = static_cast<std::size_t>(state.range(0));
  const Payloads sources(size);
  const Payloads targets(size);
  for (auto _ : state) {
    for (std::size_t at = 0; at < sources.count(); ++at) {
      const MutableBytes target = targets[at];
      copy_one(target, sources[at]);
      benchmark::DoNotOptimize(target.data());
      benchmark::ClobberMemory();
    }
  }
  const auto calls = state.iterations() * static_cast<std::int64_t>(sources.count());
  state.SetBytesProcessed(calls * state.range(0));
}

void sizes(benchmark::internal::Benchmark* bench) {
  for (const int size : {16, 20, 128, 256, 1024, 4096, 16384, 65536, 1 << 20}) bench->Arg(size);
}

void mask_wsproof(benchmark::State& state) {
  in_place(state, 0, [](MutableBytes data) { mask(data, kKey); });
}
BENCHMARK(mask_wsproof)->Apply(sizes);

void mask_unaligned_wsproof(benchmark::State& state) {
  in_place(state, 13, [](MutableBytes data) { mask(data, kKey, 1); });
}
BENCHMARK(mask_unaligned_wsproof)->Apply(sizes);

void mask_copy_wsproof(benchmark::State& state) {
  copying(state, [](MutableBytes target, Bytes source) { mask_copy(target, source, kKey); });
}
BENCHMARK(mask_copy_wsproof)->Apply(sizes);

void mask_memcpy(benchmark::State& state) {
  copying(state, [](MutableBytes target, Bytes source) {
    std::memcpy(target.data(), source.data(), source.size());
  });
}
BENCHMARK(mask_memcpy)->Apply(sizes);

void mask_octets(benchmark::State& state) {
  in_place(state, 0, [](MutableBytes data) { scalar::mask(data, kKey); });
}
BENCHMARK(mask_octets)->Apply(sizes);

#ifdef WSPROOF_HAS_BEAST
void mask_beast(benchmark::State& state) {
  namespace beast = boost::beast::websocket::detail;
  beast::prepared_key key;
  beast::prepare_key(key, 0x3d21fa37);
  in_place(state, 0, [key](MutableBytes data) {
    beast::prepared_key rotated = key;
    beast::mask_inplace(boost::asio::mutable_buffer(data.data(), data.size()), rotated);
    benchmark::DoNotOptimize(rotated);
  });
}
BENCHMARK(mask_beast)->Apply(sizes);
#endif

#ifdef WSPROOF_HAS_WEBSOCKETPP
void mask_websocketpp(benchmark::State& state) {
  websocketpp::frame::masking_key_type key;
  std::memcpy(key.c, kKey.data(), kKey.size());
  in_place(state, 0, [key](MutableBytes data) {
    websocketpp::frame::word_mask_circ(data.data(), data.size(),
                                       websocketpp::frame::prepare_masking_key(key));
  });
}
BENCHMARK(mask_websocketpp)->Apply(sizes);
#endif

}  // namespace
}  // namespace wsproof
