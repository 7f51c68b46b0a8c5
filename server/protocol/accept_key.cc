// SPDX-License-Identifier: Apache-2.0
// EVP does the same work, but sets up and takes down as much again for each digest: a handshake has
// one, of two blocks.
#define OPENSSL_SUPPRESS_DEPRECATED  // NOLINT(readability-identifier-naming): OpenSSL's name
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "server/protocol/handshake.h"
#include "server/protocol/random.h"

namespace wsproof {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t kNonceSize = 16;

[[noreturn]] void no_sha1() {
  std::fputs("wsproof: OpenSSL offers no SHA-1, which the WebSocket handshake needs\n", stderr);
  std::abort();
}

template <std::size_t kSize>
std::string base64(const std::array<std::uint8_t, kSize>& octets) {
  // EVP_EncodeBlock writes a NUL behind the text.
  constexpr std::size_t kTextSize = (kSize + 2) / 3 * 4;
  std::array<unsigned char, kTextSize + 1> text{};
  EVP_EncodeBlock(text.data(), octets.data(), static_cast<int>(kSize));
  return {text.begin(), text.begin() + kTextSize};
}

bool is_base64_char(char c) { return is_alpha(c) || is_digit(c) || c == '+' || c == '/'; }

}  // namespace

std::string accept_key(std::string_view key) {
  SHA_CTX context;
  std::array<std::uint8_t, SHA_DIGEST_LENGTH> digest;  // NOLINT(*-member-init): filled below
  if (SHA1_Init(&context) != 1 || SHA1_Update(&context, key.data(), key.size()) != 1 ||
      SHA1_Update(&context, kGuid.data(), kGuid.size()) != 1 ||
      SHA1_Final(digest.data(), &context) != 1) {
    no_sha1();
  }
  return base64(digest);
}

std::string make_key(RandomSource& random) {
  std::array<std::uint8_t, kNonceSize> nonce{};
  random.fill(nonce);
  return base64(nonce);
}

bool is_key(std::string_view text) {
  // 16 octets are five groups of four characters, two more characters and two of padding.
  return text.size() == 24 && text.substr(22) == "==" &&
         std::all_of(text.begin(), text.begin() + 22, is_base64_char);
}

}  // namespace wsproof
