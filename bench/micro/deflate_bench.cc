// SPDX-License-Identifier: Apache-2.0
// A message deflated with the context kept from one to the next, and with a fresh one for each.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

#include "server/protocol/compression.h"

namespace wsproof {
namespace {

std::string json(std::size_t size) {
  std::string text;
  for (int number = 0; text.size() < size; ++number) {
    text += R"({"id": )" + std::to_string(number * 7919 % 10007) + R"(, "user": "somebody", )" +
            R"("text": "what there is to say"}, )";
  }
  text.resize(size);
  return text;
}

void deflate(benchmark::State& state, bool takeover) {
  const std::string text = json(static_cast<std::size_t>(state.range(0)));
  const DeflateParameters parameters{.server_no_context_takeover = !takeover};
  Compression compression(Role::kServer, parameters, {});
  std::vector<std::uint8_t> out;
  for (auto _ : state) {
    out.clear();
    benchmark::DoNotOptimize(compression.deflate(as_bytes(text), out));
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
  state.counters["size"] = static_cast<double>(out.size()) / static_cast<double>(text.size());
}

void deflate_takeover(benchmark::State& state) { deflate(state, true); }
BENCHMARK(deflate_takeover)->Arg(1024)->Arg(65536);

void deflate_no_takeover(benchmark::State& state) { deflate(state, false); }
BENCHMARK(deflate_no_takeover)->Arg(1024)->Arg(65536);

}  // namespace
}  // namespace wsproof
