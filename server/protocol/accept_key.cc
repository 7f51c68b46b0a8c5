// SPDX-License-Identifier: Apache-2.0
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "server/protocol/handshake.h"
#include "server/protocol/random.h"

namespace wsproof {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t kDigestSize = 20;
constexpr std::size_t kNonceSize = 16;

[[noreturn]] void no_sha1() {
  std::fputs("wsproof: OpenSSL offers no SHA-1, which the WebSocket handshake needs\n", stderr);
  std::abort();
}

// OpenSSL 3 looks an algorithm up by name under a lock each time it is asked for; kept for the
// life of the program, it is looked up once.
const EVP_MD* sha1() {
  static const EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  return digest;
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

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
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  std::array<std::uint8_t, kDigestSize> digest{};
  if (sha1() == nullptr || !context || EVP_DigestInit_ex2(context.get(), sha1(), nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), key.data(), key.size()) != 1 ||
      EVP_DigestUpdate(context.get(), kGuid.data(), kGuid.size()) != 1 ||
      EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) != 1) {
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
