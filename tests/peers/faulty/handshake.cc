// SPDX-License-Identifier: Apache-2.0
#include "tests/peers/faulty/handshake.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "tests/peers/faulty/negotiation.h"

namespace wsproof::faulty {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
// Any 16 octets will do: no test looks for chance in them.
constexpr std::string_view kKey = "d3Nwcm9vZi1mYXVsdHkhIQ==";
constexpr std::string_view kKeyOf15 = "d3Nwcm9vZi1mYXVsdHkh";

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// The values of all fields of this name, joined by ", "; nothing where there is none.
std::optional<std::string> field(std::string_view head, std::string_view name) {
  std::optional<std::string> value;
  const std::string start = lower(name) + ":";
  for (std::size_t at = head.find("\r\n"); at + 2 < head.size(); at = head.find("\r\n", at + 2)) {
    const std::string_view line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
    if (lower(line.substr(0, start.size())) != start) continue;
    std::string_view rest = line.substr(start.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    if (value) {
      *value += ", " + std::string(rest);
    } else {
      value = rest;
    }
  }
  return value;
}

bool mentions(std::string_view head, std::string_view name, std::string_view word) {
  return lower(field(head, name).value_or("")).find(word) != std::string::npos;
}

bool upgrades(std::string_view head) {
  return mentions(head, "Upgrade", "websocket") && mentions(head, "Connection", "upgrade");
}

}  // namespace

std::string accept_for(std::string_view key) {
  const std::string text = std::string(key) + std::string(kGuid);
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 29> base64;  // 28 characters and the NUL that OpenSSL adds
  EVP_EncodeBlock(base64.data(), digest.data(), SHA_DIGEST_LENGTH);
  return {reinterpret_cast<const char*>(base64.data()), 28};
}

Answer answer_request(std::string_view head, const Faults& faults) {
  const std::optional<std::string> key = field(head, "Sec-WebSocket-Key");
  if (head.substr(0, 4) != "GET " || !upgrades(head) || !key || key->size() != 24 ||
      field(head, "Sec-WebSocket-Version") != "13") {
    return {
        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", false, {}};
  }
  Answer answer{{}, true, {}};
  answer.head = faults.on(Fault::kAnswersHttp10) ? "HTTP/1.0 " : "HTTP/1.1 ";
  answer.head += faults.on(Fault::kAnswers200) ? "200 OK\r\n" : "101 Switching Protocols\r\n";
  if (!faults.on(Fault::kAnswerWithoutUpgrade)) answer.head += "Upgrade: websocket\r\n";
  if (!faults.on(Fault::kAnswerWithoutConnection)) answer.head += "Connection: Upgrade\r\n";
  const std::string accept = accept_for(faults.on(Fault::kAcceptWrong) ? "" : *key);
  if (!faults.on(Fault::kAcceptMissing)) {
    answer.head += "Sec-WebSocket-Accept: " + accept + "\r\n";
  }
  if (faults.on(Fault::kUnofferedSubprotocol)) answer.head += "Sec-WebSocket-Protocol: chat\r\n";
  if (faults.on(Fault::kUnofferedExtension)) {
    answer.head += "Sec-WebSocket-Extensions: x-webkit-deflate-frame\r\n";
  }
  if (const auto offer = field(head, "Sec-WebSocket-Extensions")) {
    if (const auto agreed = answer_offer(*offer, faults)) {
      answer.head += "Sec-WebSocket-Extensions: " + agreed->field + "\r\n";
      answer.compression = agreed->agreed;
    }
  }
  answer.head += "\r\n";
  return answer;
}

std::string make_request(std::string_view host, std::string_view target, const Faults& faults) {
  std::string head = faults.on(Fault::kMethodPost) ? "POST " : "GET ";
  head += std::string(target) + " HTTP/1.1\r\n";
  if (!faults.on(Fault::kHostMissing)) head += "Host: " + std::string(host) + "\r\n";
  if (!faults.on(Fault::kRequestWithoutUpgrade)) head += "Upgrade: websocket\r\n";
  if (!faults.on(Fault::kRequestWithoutConnection)) head += "Connection: Upgrade\r\n";
  head += "Sec-WebSocket-Key: ";
  head += faults.on(Fault::kKeyShort) ? kKeyOf15 : kKey;
  head += "\r\n";
  if (!faults.on(Fault::kVersionMissing)) {
    head += "Sec-WebSocket-Version: ";
    head += faults.on(Fault::kVersion8) ? "8\r\n" : "13\r\n";
  }
  head += "Sec-WebSocket-Extensions: " + make_offer(faults) + "\r\n\r\n";
  return head;
}

std::optional<Opened> read_answer(std::string_view head, const Faults& faults) {
  const std::string_view key = faults.on(Fault::kKeyShort) ? kKeyOf15 : kKey;
  if (head.substr(0, 12) != "HTTP/1.1 101" || !upgrades(head) ||
      field(head, "Sec-WebSocket-Accept") != accept_for(key)) {
    return std::nullopt;
  }
  Opened opened;
  if (const auto answer = field(head, "Sec-WebSocket-Extensions")) {
    opened.compression = read_deflate_answer(*answer, faults);
  }
  return opened;
}

}  // namespace wsproof::faulty
