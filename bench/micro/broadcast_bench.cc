// SPDX-License-Identifier: Apache-2.0
// A message for many: encoded once and referred to by each receiver, or encoded for each of them.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "server/protocol/session.h"

namespace wsproof {
namespace {

constexpr std::size_t kPayload = 1024;

using Frame = std::shared_ptr<const std::string>;

void count(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void broadcast_encoded_once(benchmark::State& state) {
  const std::string payload(kPayload, 'w');
  std::vector<Frame> queues(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    const auto frame =
        std::make_shared<const std::string>(encode_message(MessageKind::kText, as_bytes(payload)));
    for (Frame& queue : queues) queue = frame;
    benchmark::ClobberMemory();
  }
  count(state);
}
BENCHMARK(broadcast_encoded_once)->Arg(1)->Arg(100)->Arg(10'000);

void broadcast_encoded_each(benchmark::State& state) {
  const std::string payload(kPayload, 'w');
  std::vector<Frame> queues(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    for (Frame& queue : queues) {
      queue = std::make_shared<const std::string>(
          encode_message(MessageKind::kText, as_bytes(payload)));
    }
    benchmark::ClobberMemory();
  }
  count(state);
}
BENCHMARK(broadcast_encoded_each)->Arg(1)->Arg(100)->Arg(10'000);

}  // namespace
}  // namespace wsproof
