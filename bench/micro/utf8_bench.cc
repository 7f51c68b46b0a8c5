// SPDX-License-Identifier: Apache-2.0
// Validation of UTF-8 beside an automaton of tables, a plain check of eight octets at a time, and
// Boost.Beast's.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "bench/micro/table_decoder.h"
#include "server/protocol/utf8.h"

#if __has_include(<boost/beast/websocket/detail/utf8_checker.hpp>)
#include <boost/beast/websocket/detail/utf8_checker.hpp>
#define WSPROOF_HAS_BEAST
#endif

namespace wsproof {
namespace {

std::string ascii(std::size_t size) {
  constexpr std::string_view kWords = "{\"kind\": \"chat\", \"text\": \"plain words\"} ";
  std::string text;
  while (text.size() < size) text += kWords;
  text.resize(size);
  return text;
}

// Words of scripts whose code points take one, two, three and four octets.
std::string mixed(std::size_t size) {
  constexpr std::string_view kWords[] = {"word ", "\xD1\x81\xD0\xBB\xD0\xBE\xD0\xB2\xD0\xBE ",
                                         "\xE5\xAD\x97\xE5\x8F\xA5 ",
                                         "stra\xC3\x9F"
                                         "e ",
                                         "\xF0\x9F\x98\x80 "};
  std::string text;
  for (std::size_t at = 0;; ++at) {
    const std::string_view word = kWords[at * 7 % 5];
    if (text.size() + word.size() > size) break;
    text += word;
  }
  text.resize(size, '.');
  return text;
}

template <typename Check>
void validate(benchmark::State& state, const std::string& text, Check check) {
  for (auto _ : state) {
    Bytes octets = as_bytes(text);
    benchmark::DoNotOptimize(octets);
    bool valid = check(octets);
    benchmark::DoNotOptimize(valid);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

bool check_wsproof(Bytes text) { return !find_invalid_utf8(text); }

// All that a text of ASCII needs: whether any octet has its top bit set.
bool check_words(Bytes text) {
  std::uint64_t any = 0;
  std::size_t at = 0;
  for (; text.size() - at >= 8; at += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + at, sizeof word);
    any |= word;
  }
  for (; at < text.size(); ++at) any |= text[at];
  return (any & 0x8080808080808080U) == 0;
}

std::size_t size_of(const benchmark::State& state) {
  return static_cast<std::size_t>(state.range(0));
}

void sizes(benchmark::internal::Benchmark* bench) {
  for (const int size : {20, 125, 1024, 65536}) bench->Arg(size);
}

void utf8_ascii_wsproof(benchmark::State& state) {
  validate(state, ascii(size_of(state)), check_wsproof);
}
BENCHMARK(utf8_ascii_wsproof)->Apply(sizes);

void utf8_mixed_wsproof(benchmark::State& state) {
  validate(state, mixed(size_of(state)), check_wsproof);
}
BENCHMARK(utf8_mixed_wsproof)->Apply(sizes);

void utf8_ascii_table(benchmark::State& state) {
  validate(state, ascii(size_of(state)), TableDecoder::is_valid);
}
BENCHMARK(utf8_ascii_table)->Apply(sizes);

void utf8_mixed_table(benchmark::State& state) {
  validate(state, mixed(size_of(state)), TableDecoder::is_valid);
}
BENCHMARK(utf8_mixed_table)->Apply(sizes);

void utf8_ascii_words(benchmark::State& state) {
  validate(state, ascii(size_of(state)), check_words);
}
BENCHMARK(utf8_ascii_words)->Apply(sizes);

#ifdef WSPROOF_HAS_BEAST
bool check_beast(Bytes text) {
  return boost::beast::websocket::detail::check_utf8(reinterpret_cast<const char*>(text.data()),
                                                     text.size());
}

void utf8_ascii_beast(benchmark::State& state) {
  validate(state, ascii(size_of(state)), check_beast);
}
BENCHMARK(utf8_ascii_beast)->Apply(sizes);

void utf8_mixed_beast(benchmark::State& state) {
  validate(state, mixed(size_of(state)), check_beast);
}
BENCHMARK(utf8_mixed_beast)->Apply(sizes);
#endif

}  // namespace
}  // namespace wsproof
