// SPDX-License-Identifier: Apache-2.0
// Sec-WebSocket-Accept, beside the way that the manual of OpenSSL shows first.
#include <benchmark/benchmark.h>
#include <openssl/evp.h>

#include <string>
#include <string_view>

#include "server/protocol/handshake.h"

namespace wsproof {
namespace {

constexpr std::string_view kSampleKey = "dGhlIHNhbXBsZSBub25jZQ==";

void accept_key_wsproof(benchmark::State& state) {
  for (auto _ : state) {
    std::string_view key = kSampleKey;
    benchmark::DoNotOptimize(key);
    benchmark::DoNotOptimize(accept_key(key));
  }
}
BENCHMARK(accept_key_wsproof);

// A context for each key, and the algorithm asked for by its name each time.
std::string naive_accept_key(std::string_view key) {
  std::string text(key);
  text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  EVP_DigestInit_ex(context, EVP_sha1(), nullptr);
  EVP_DigestUpdate(context, text.data(), text.size());
  EVP_DigestFinal_ex(context, digest, &size);
  EVP_MD_CTX_free(context);
  unsigned char encoded[4 * ((EVP_MAX_MD_SIZE + 2) / 3) + 1];
  const int length = EVP_EncodeBlock(encoded, digest, static_cast<int>(size));
  return {encoded, encoded + length};
}

void accept_key_naive(benchmark::State& state) {
  if (naive_accept_key(kSampleKey) != accept_key(kSampleKey)) {
    state.SkipWithError("the two disagree");
    return;
  }
  for (auto _ : state) {
    std::string_view key = kSampleKey;
    benchmark::DoNotOptimize(key);
    benchmark::DoNotOptimize(naive_accept_key(key));
  }
}
BENCHMARK(accept_key_naive);

}  // namespace
}  // namespace wsproof
