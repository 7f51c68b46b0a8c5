// SPDX-License-Identifier: Apache-2.0
#include "tests/peers/faulty/contents.h"

#include <algorithm>
#include <array>
#include <utility>

#include "tests/peers/faulty/rules.h"
#include "tests/peers/faulty/utf8.h"

namespace wsproof::faulty {
namespace {

/// Sizes at which one length form of a frame ends and the next begins, each with the fault that
/// loses an octet there.
constexpr std::array<std::pair<Fault, std::size_t>, 6> kCuts{{{Fault::kCuts125, 125},
                                                              {Fault::kCuts126, 126},
                                                              {Fault::kCuts127, 127},
                                                              {Fault::kCuts128, 128},
                                                              {Fault::kCuts65535, 65535},
                                                              {Fault::kCuts65536, 65536}}};

/// Buffers that are one octet short, each with the sizes of the messages that go there.
struct ShortBuffer {
  Fault fault;
  std::size_t above, most;
};
constexpr std::array<ShortBuffer, 3> kShortBuffers{{{Fault::kShortBuffer16Kib, 8192, 16384},
                                                    {Fault::kShortBuffer32Kib, 16384, 32768},
                                                    {Fault::kShortBuffer64Kib, 32768, 65536}}};

std::string code_octets(std::uint16_t code) {
  return {static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)};
}

/// The text with each character that `change` has an answer for replaced by that.
template <typename Change>
std::string rewritten(std::string_view text, Change change) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = character_length(static_cast<unsigned char>(text[0]));
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    const std::optional<std::string> changed = change(character);
    out += changed ? *changed : std::string(character);
    text.remove_prefix(character.size());
  }
  return out;
}

std::string surrogate(unsigned value) {
  return {'\xED', static_cast<char>(0x80U | ((value >> 6U) & 0x3FU)),
          static_cast<char>(0x80U | (value & 0x3FU))};
}

/// A character of four octets as UTF-16 would have it, each half in UTF-8.
std::string as_surrogates(std::string_view character) {
  unsigned value = static_cast<unsigned char>(character[0]) & 7U;
  for (const char octet : character.substr(1)) {
    value = value << 6U | (static_cast<unsigned char>(octet) & 0x3FU);
  }
  value -= 0x10000;
  return surrogate(0xD800U + (value >> 10U)) + surrogate(0xDC00U + (value & 0x3FFU));
}

std::optional<std::string> changed_character(std::string_view character, const Faults& faults) {
  if (character == "\xE1\xBD\xB9" && faults.on(Fault::kNormalisesText)) return "\xCF\x8C";
  if (character == "\xEF\xBF\xBD" && faults.on(Fault::kDropsReplacementCharacters)) return "";
  if (character >= "\xEF\xBF\xB9" && character <= "\xEF\xBF\xBC" && character.size() == 3 &&
      faults.on(Fault::kDropsSpecials)) {
    return "";
  }
  if (character == "\n" && faults.on(Fault::kLineEnds)) return "\r\n";
  if (character == "$" && faults.on(Fault::kDollarSigns)) return "";
  if (character == "\xC3\x9F" && faults.on(Fault::kFoldsSharpS)) return "ss";
  if (character == "\xE2\x82\xAC" && faults.on(Fault::kEuroSign)) return "\xC2\x80";
  if (character.size() != 4) return std::nullopt;
  if (faults.on(Fault::kQuestionMarks)) return "?";
  if (faults.on(Fault::kSendsSurrogates)) return as_surrogates(character);
  return std::nullopt;
}

std::string trimmed(const std::string& text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string latin_1_to_utf8(std::string_view octets) {
  std::string out;
  for (const char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xC0U | (octet >> 6U));
      out += static_cast<char>(0x80U | (octet & 0x3FU));
    }
  }
  return out;
}

bool rewrites_characters(const Faults& faults) {
  return faults.on(Fault::kNormalisesText) || faults.on(Fault::kDropsReplacementCharacters) ||
         faults.on(Fault::kDollarSigns) || faults.on(Fault::kFoldsSharpS) ||
         faults.on(Fault::kEuroSign) || faults.on(Fault::kDropsSpecials) ||
         faults.on(Fault::kLineEnds) || faults.on(Fault::kQuestionMarks) ||
         faults.on(Fault::kSendsSurrogates);
}

void change_text(std::string& text, const Faults& faults) {
  if (faults.on(Fault::kTrims)) text = trimmed(text);
  if (faults.on(Fault::kTextAsLatin1)) text = latin_1_to_utf8(text);
  if (!rewrites_characters(faults)) return;
  text = rewritten(text, [&](std::string_view c) { return changed_character(c, faults); });
}

void change_octets(std::string& octets, bool binary, const Faults& faults) {
  if (faults.on(Fault::kStopsAtNul)) octets.resize(std::min(octets.find('\0'), octets.size()));
  if (binary && faults.on(Fault::kClearsTopBit)) {
    for (char& octet : octets) octet = static_cast<char>(octet & 0x7F);
  }
  for (const auto& [fault, size] : kCuts) {
    if (octets.size() == size && faults.on(fault)) octets.pop_back();
  }
  for (const ShortBuffer& buffer : kShortBuffers) {
    const bool goes_there = octets.size() > buffer.above && octets.size() <= buffer.most;
    if (goes_there && faults.on(buffer.fault)) octets.pop_back();
  }
  if (octets.size() > 65535 && faults.on(Fault::kCutsAt65535)) octets.resize(65535);
  if (!octets.empty() && faults.on(Fault::kEchoLosesFirstOctet)) octets.erase(0, 1);
}

}  // namespace

std::optional<Message> echo_of(Message message, std::size_t number, const Faults& faults) {
  if (faults.on(Fault::kNoEcho)) return std::nullopt;
  if (message.payload.empty() && faults.on(Fault::kNoEchoOfEmpty)) return std::nullopt;
  const bool tiny = !message.binary && !message.payload.empty() && message.payload.size() < 3;
  if (tiny && faults.on(Fault::kNoEchoOfTwoOctets)) return std::nullopt;
  if (number % 2 == 0 && faults.on(Fault::kNoEchoOfSecond)) return std::nullopt;
  if (!message.binary) change_text(message.payload, faults);
  change_octets(message.payload, message.binary, faults);
  if (faults.on(Fault::kTextBecomesBinary)) message.binary = true;
  if (faults.on(Fault::kBinaryBecomesText)) message.binary = false;
  return message;
}

std::optional<std::string> pong_of(std::string_view ping, const Faults& faults) {
  if (faults.on(Fault::kNoPong)) return std::nullopt;
  if (ping.empty() && faults.on(Fault::kNoPongToEmpty)) return std::nullopt;
  std::string pong(ping);
  if (faults.on(Fault::kEmptyPong)) pong.clear();
  if (faults.on(Fault::kCutsLongPing)) pong.resize(std::min<std::size_t>(pong.size(), 125));
  if (pong.size() == 125 && faults.on(Fault::kPongLoses125th)) pong.pop_back();
  if (faults.on(Fault::kPongStopsAtNul)) pong.resize(std::min(pong.find('\0'), pong.size()));
  if (faults.on(Fault::kPongStopsAtBlank)) pong.resize(std::min(pong.find(' '), pong.size()));
  if (!pong.empty() && faults.on(Fault::kPongChanged)) ++pong.back();
  if (faults.on(Fault::kPongTooLong)) pong.resize(126);
  return pong;
}

std::string close_answer_to(std::string_view body, const Faults& faults) {
  std::string answer(body.substr(0, body.size() < 2 ? 0 : 2));
  if (!answer.empty() && faults.on(Fault::kAnswersBadCloseWith1000) &&
      find_close_violation(body, Faults()).has_value()) {
    answer = code_octets(kNormal);
  }
  if (faults.on(Fault::kCloseAnsweredWith1001)) return code_octets(1001);
  if (faults.on(Fault::kCloseAnsweredWith1006)) return code_octets(1006);
  if (faults.on(Fault::kCloseCodeReversed)) std::reverse(answer.begin(), answer.end());
  if (faults.on(Fault::kCloseCodeCut)) answer = answer.substr(0, 1);
  if (!answer.empty() && faults.on(Fault::kCloseReasonCut)) answer += "\xC3";
  if (faults.on(Fault::kCloseAnswerTooLong)) {
    if (answer.empty()) answer = code_octets(kNormal);
    answer.resize(126, '.');
  }
  return answer;
}

std::string failure_body(std::uint16_t code, const Faults& faults) {
  if (faults.on(Fault::kFailsWithoutCode)) return {};
  if (faults.on(Fault::kFailsWith1000)) return code_octets(1000);
  if (faults.on(Fault::kFailsWith1006)) return code_octets(1006);
  if (faults.on(Fault::kFailsWith1011)) return code_octets(1011);
  return code_octets(code);
}

}  // namespace wsproof::faulty
