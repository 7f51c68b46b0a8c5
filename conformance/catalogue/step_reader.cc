// SPDX-License-Identifier: Apache-2.0
#include "conformance/catalogue/step_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "conformance/catalogue/case_template.h"
#include "conformance/catalogue/corpus.h"
#include "conformance/catalogue/json_reader.h"
#include "conformance/catalogue/opening_reader.h"
#include "conformance/catalogue/payload_reader.h"
#include "server/protocol/utf8.h"

namespace wsproof::conformance {
namespace {

/// Octets that the steps of one case hold in memory. Repeated payloads cost only their unit.
constexpr std::uint64_t kMaxHeldOctets = std::uint64_t{16} << 20;
/// Fragments that a message is spelled out in. "fragment_size" alone has no such limit.
constexpr std::uint64_t kMaxFragments = 1000;

Chop read_own_chop(const JsonValue& object, const Chop& otherwise) {
  const JsonValue* chop = object.find("chop");
  return chop == nullptr ? otherwise : read_chop(*chop);
}

std::uint8_t read_opcode(const JsonValue& value) {
  if (value.kind == JsonValue::Kind::kInteger) {
    return static_cast<std::uint8_t>(read_integer(value, 0, 15));
  }
  constexpr std::array kOpcodes{opcode::kContinuation, opcode::kText, opcode::kBinary,
                                opcode::kClose,        opcode::kPing, opcode::kPong};
  return kOpcodes[read_word(value, {"continuation", "text", "binary", "close", "ping", "pong"})];
}

MaskingKey read_masking_key(const JsonValue& value) {
  const std::string octets = read_hex(value);
  MaskingKey key{};
  if (octets.size() != key.size()) fail(value, "a masking key has four octets");
  std::transform(octets.begin(), octets.end(), key.begin(),
                 [](char c) { return static_cast<std::uint8_t>(c); });
  return key;
}

SendFrame read_frame(const JsonValue& value, const Chop& chop) {
  expect_object(value, {"opcode", "fin", "rsv", "text", "hex", "payload", "masked", "masking_key",
                        "declared_length", "length_form", "compressed", "header_only", "chop"});
  SendFrame frame;
  frame.opcode = read_opcode(need(value, "opcode"));
  frame.fin = read_boolean(value, "fin", true);
  if (const JsonValue* rsv = value.find("rsv")) {
    frame.rsv = static_cast<std::uint8_t>(read_integer(*rsv, 0, 7));
  }
  if (const JsonValue* masked = value.find("masked")) frame.masked = read_boolean(*masked);
  if (const JsonValue* key = value.find("masking_key")) {
    if (frame.masked == false) fail(*key, "a frame that is not masked has no masking key");
    frame.masking_key = read_masking_key(*key);
  }
  if (const JsonValue* length = value.find("declared_length")) {
    frame.declared_length = read_integer(*length);
  }
  if (const JsonValue* form = value.find("length_form")) {
    constexpr std::array kForms{LengthForm::kShortest, LengthForm::k7Bit, LengthForm::k16Bit,
                                LengthForm::k64Bit};
    frame.length_form = kForms[read_word(*form, {"shortest", "7-bit", "16-bit", "64-bit"})];
  }
  frame.payload = read_own_payload(value);
  frame.compressed = read_boolean(value, "compressed", false);
  frame.header_only = read_boolean(value, "header_only", false);
  if (frame.header_only) {
    if (!frame.declared_length) fail(value, "a header alone needs a 'declared_length'");
    if (frame.payload.size != 0) fail(value, "a header alone has no payload of its own");
    if (frame.compressed) fail(value, "a header alone cannot be compressed");
  }
  frame.chop = read_own_chop(value, chop);
  return frame;
}

/// §5.5.1: "the first two bytes of the body MUST be a 2-byte unsigned integer (in network byte
/// order) representing a status code".
SendFrame read_close(const JsonValue& value, const Chop& chop) {
  expect_object(value, {"code", "reason", "hex", "chop"});
  SendFrame frame;
  frame.opcode = opcode::kClose;
  frame.begins_closing = true;
  const auto [form, body] = at_most_one_of(value, {"code", "hex"});
  const JsonValue* reason = value.find("reason");
  if (reason != nullptr && form != "code") fail(*reason, "a reason needs a 'code' before it");
  std::string octets;
  if (form == "code") {
    const std::uint64_t code = read_integer(*body, 0, 65535);
    octets += static_cast<char>(static_cast<unsigned char>(code >> 8));
    octets += static_cast<char>(static_cast<unsigned char>(code & 0xff));
    if (reason != nullptr) octets += read_octets(*reason);
  } else if (body != nullptr) {
    octets = read_hex(*body);
  }
  frame.payload.size = octets.size();
  frame.payload.unit = std::move(octets);
  frame.chop = read_own_chop(value, chop);
  return frame;
}

SendMessage read_message(const JsonValue& value, const Chop& chop) {
  expect_object(value, {"text", "binary", "fragment_size", "empty_last", "compressed", "chop"});
  const auto [type, payload] = need_one_of(value, {"text", "binary"});
  SendMessage message;
  message.binary = type == "binary";
  message.payload = read_payload(*payload);
  if (const JsonValue* size = value.find("fragment_size")) {
    message.fragment_size = read_integer(*size, 1);
  }
  message.compressed = read_boolean(value, "compressed", false);
  message.chop = read_own_chop(value, chop);
  return message;
}

/// A message whose last fragment is an empty one of its own: no SendMessage, but the frames.
std::vector<Step> read_message_with_empty_last(const JsonValue& value, const Chop& chop) {
  const SendMessage message = read_message(value, chop);
  if (message.fragment_size == 0) fail(value, "'empty_last' needs a 'fragment_size'");
  if (message.compressed) fail(value, "'empty_last' and 'compressed' exclude each other");
  if (message.payload.size > message.fragment_size * kMaxFragments) {
    fail(value, fmt::format("more than {} fragments", kMaxFragments));
  }
  const std::string octets = message.payload.octets();
  SendFrame frame;
  frame.fin = false;
  frame.opcode = message.binary ? opcode::kBinary : opcode::kText;
  frame.chop = message.chop;
  std::vector<Step> steps;
  for (std::size_t at = 0; at < octets.size(); at += frame.payload.size) {
    frame.payload.unit = octets.substr(at, message.fragment_size);
    frame.payload.size = frame.payload.unit.size();
    steps.emplace_back(frame);
    frame.opcode = opcode::kContinuation;
  }
  frame.fin = true;
  frame.payload = {};
  steps.emplace_back(frame);
  return steps;
}

/// {"corpus": "json", "slice": 1024}, or a payload that each message has.
void read_exchanged(const JsonValue& value, Exchange& exchange) {
  const bool is_object = value.kind == JsonValue::Kind::kObject;
  if (!is_object || value.find("corpus") == nullptr) {
    exchange.payload = read_payload(value);
    return;
  }
  expect_object(value, {"corpus", "slice"});
  const JsonValue& name = need(value, "corpus");
  exchange.corpus = read_line(name);
  const std::string* octets = find_corpus(exchange.corpus);
  if (octets == nullptr) {
    fail(name, fmt::format("no corpus is called '{}'", shown(exchange.corpus)));
  }
  if (!exchange.binary && find_invalid_utf8(as_bytes(*octets))) {
    fail(name, fmt::format("the corpus '{}' is not text", exchange.corpus));
  }
  // Four octets hold any code point, so that no slice of text is empty.
  exchange.slice = read_integer(need(value, "slice"), 4, octets->size());
}

Exchange read_exchange(const JsonValue& value) {
  expect_object(value, {"messages", "text", "binary", "fragment_size", "compressed"});
  Exchange exchange;
  exchange.count = read_integer(need(value, "messages"), 1, kMaxExchange);
  const auto [type, body] = need_one_of(value, {"text", "binary"});
  exchange.binary = type == "binary";
  read_exchanged(*body, exchange);
  if (const JsonValue* size = value.find("fragment_size")) {
    exchange.fragment_size = read_integer(*size);
  }
  exchange.compressed = read_boolean(value, "compressed", false);
  return exchange;
}

Await read_await(const JsonValue& value) {
  using What = Await::What;
  expect_object(value, {"await", "count"});
  constexpr std::array kWhats{What::kMessage, What::kPing, What::kPong,
                              What::kClose,   What::kEof,  What::kAnswer};
  Await await;
  await.what = kWhats[read_word(need(value, "await"),
                                {"message", "ping", "pong", "close", "eof", "answer"})];
  if (const JsonValue* count = value.find("count"))
    await.count = read_integer(*count, 1, 1'000'000);
  return await;
}

Step read_wait(const JsonValue& value) {
  expect_object(value, {"wait", "tag"});
  Wait wait{read_duration(need(value, "wait")), {}};
  if (const JsonValue* tag = value.find("tag")) wait.tag = read_line(*tag);
  return wait;
}

Step read_transport(const JsonValue& value) {
  expect_object(value, {"transport", "arguments"});
  TransportAction action{read_line(need(value, "transport")), {}};
  if (const JsonValue* arguments = value.find("arguments")) {
    action.arguments = read_texts(*arguments);
  }
  return action;
}

Step read_step(const JsonValue& value, const Chop& chop) {
  expect_object(value, {"send", "send_payload", "send_message", "exchange", "send_octets",
                        "send_close", "wait", "tag", "await", "count", "tcp", "ask", "arguments",
                        "pause_reading", "send_handshake", "transport"});
  const auto [kind, body] = need_one_of(
      value, {"send", "send_payload", "send_message", "exchange", "send_octets", "send_close",
              "wait", "await", "tcp", "ask", "pause_reading", "send_handshake", "transport"});
  // These have more members than the one that names them.
  if (kind == "wait") return read_wait(value);
  if (kind == "await") return read_await(value);
  if (kind == "transport") return read_transport(value);
  if (kind == "ask") {
    expect_object(value, {"ask", "arguments"});
    return read_ask(value);
  }
  expect_object(value, {kind});
  if (kind == "send") return read_frame(*body, chop);
  if (kind == "send_close") return read_close(*body, chop);
  if (kind == "exchange") return read_exchange(*body);
  if (kind == "send_message") return read_message(*body, chop);
  if (kind == "pause_reading") return PauseReading{read_duration(*body)};
  if (kind == "send_handshake") return SendOpening{read_opening(*body)};
  if (kind == "tcp") {
    if (read_word(*body, {"half-close", "reset"}) == 0) return HalfClose{};
    return ResetConnection{};
  }
  expect_object(*body, {"text", "hex", "payload", "chop"});
  Payload payload = read_own_payload(*body);
  const Chop own_chop = read_own_chop(*body, chop);
  if (kind == "send_payload") return SendFramePayload{std::move(payload), own_chop};
  return SendOctets{std::move(payload), own_chop};
}

/// One item of "steps": one step, but for the message that is spelled out in frames.
std::vector<Step> read_item(const JsonValue& value, const Chop& chop) {
  const JsonValue* message = value.find("send_message");
  if (message != nullptr && read_boolean(*message, "empty_last", false)) {
    expect_object(value, {"send_message"});
    return read_message_with_empty_last(*message, chop);
  }
  return {read_step(value, chop)};
}

std::uint64_t held_octets(const Step& step) {
  const auto unit = [](const Payload& payload) { return std::uint64_t{payload.unit.size()}; };
  if (const auto* frame = std::get_if<SendFrame>(&step)) return unit(frame->payload);
  if (const auto* part = std::get_if<SendFramePayload>(&step)) return unit(part->payload);
  if (const auto* message = std::get_if<SendMessage>(&step)) return unit(message->payload);
  if (const auto* octets = std::get_if<SendOctets>(&step)) return unit(octets->payload);
  return 0;
}

/// Follows a header that was sent alone until its payload is complete.
class HeaderAlone {
 public:
  void follow(const Step& step, const JsonValue& where) {
    if (const auto* frame = std::get_if<SendFrame>(&step)) {
      finish();
      if (frame->header_only) {
        header_ = &where;
        missing_ = *frame->declared_length;
      }
    } else if (const auto* part = std::get_if<SendFramePayload>(&step)) {
      if (header_ == nullptr) fail(where, "'send_payload' without a header that was sent alone");
      if (part->payload.size > missing_) {
        fail(where, "more payload than the header before it declared");
      }
      missing_ -= part->payload.size;
      followed_ = true;
    } else if (std::holds_alternative<SendMessage>(step) ||
               std::holds_alternative<Exchange>(step) || std::holds_alternative<SendOctets>(step)) {
      finish();
    }
  }
  void finish() {
    if (header_ != nullptr && !followed_) {
      fail(*header_, "a header alone must be followed by 'send_payload'");
    }
    if (header_ != nullptr && missing_ != 0) {
      fail(*header_, fmt::format("the payload that follows is {} octets short", missing_));
    }
    header_ = nullptr;
    followed_ = false;
  }

 private:
  const JsonValue* header_ = nullptr;
  std::uint64_t missing_ = 0;
  bool followed_ = false;
};

}  // namespace

std::vector<Step> read_steps(const JsonValue& array, const Chop& chop) {
  const std::vector<JsonValue> values = expand_times(array, "steps");
  std::vector<Step> steps;
  steps.reserve(values.size());
  HeaderAlone header;
  std::uint64_t held = 0;
  for (const JsonValue& value : values) {
    for (Step& step : read_item(value, chop)) {
      header.follow(step, value);
      held += held_octets(step);
      steps.push_back(std::move(step));
    }
    if (held > kMaxHeldOctets) {
      fail(value, fmt::format("the steps of this case hold more than {} octets; use 'repeat'",
                              kMaxHeldOctets));
    }
  }
  header.finish();
  return steps;
}

}  // namespace wsproof::conformance
