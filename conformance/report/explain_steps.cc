// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/explain_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "conformance/engine/wording.h"
#include "conformance/report/escape.h"
#include "conformance/report/layout.h"
#include "conformance/report/wire.h"

namespace wsproof::conformance {
namespace {

std::string beginning_of(const Payload& payload, std::size_t limit) {
  Payload start = payload;
  start.size = std::min<std::uint64_t>(payload.size, limit);
  return start.octets();
}

std::string duration_text(Duration duration) {
  return duration.count() % 1000 == 0 ? fmt::format("{} s", duration.count() / 1000)
                                      : fmt::format("{} ms", duration.count());
}

/// The payload in hex over at most two lines, then as text where it is text.
std::vector<std::string> payload_lines(std::string_view label, const Payload& payload,
                                       bool is_close, std::size_t width) {
  if (payload.size == 0) {
    return {};
  }
  const std::string head = padded(label, 9);
  const std::size_t room = width > head.size() + 16 ? width - head.size() : 16;
  const std::size_t a_line = std::min<std::size_t>((room + 1) / 3, 16);
  const std::string start = beginning_of(payload, 512);

  std::vector<std::string> out;
  const std::size_t shown = std::min(start.size(), a_line * 2);
  for (std::size_t at = 0; at < shown; at += a_line) {
    const std::string_view octets =
        std::string_view(start).substr(at, std::min(a_line, shown - at));
    const bool is_cut = at + octets.size() == shown && shown < payload.size;
    out.push_back((at == 0 ? head : std::string(head.size(), ' ')) + spaced_hex(octets) +
                  (is_cut ? " ..." : ""));
  }
  if (is_close && start.size() >= 2) {
    out.push_back(padded("code", 9) + close_body(start, payload.size, room));
  } else if (const std::string text = preview(start, payload.size, room); text.front() == '"') {
    out.push_back(padded("as text", 9) + text);
  }
  return out;
}

/// The header as it stands on the wire, but for the masking key.
std::string header_hex(const SendFrame& frame) {
  FrameHeader header;
  header.fin = frame.fin;
  header.rsv = frame.rsv;
  header.opcode = frame.opcode;
  header.payload_length = frame.declared_length.value_or(frame.payload.size);
  header.length_form = frame.length_form;
  const bool is_masked = frame.masked.value_or(true);
  if (is_masked) {
    header.masking_key = frame.masking_key.value_or(MaskingKey{});
  }
  std::array<std::uint8_t, kMaxHeaderSize> octets{};
  const std::size_t size = encode_header(header, octets);
  const std::string_view text = as_text(Bytes(octets).first(size));
  if (!is_masked) {
    return spaced_hex(text) + "  (not masked)";
  }
  return spaced_hex(text.substr(0, size - 4)) +
         (frame.masking_key ? "  masking key " + spaced_hex(text.substr(size - 4))
                            : "  and a random masking key");
}

std::string chopped(const Chop& chop) {
  switch (chop.mode) {
    case Chop::Mode::kTogether:
      return "";
    case Chop::Mode::kFrame:
      return ", in a TCP write of its own";
    case Chop::Mode::kOctets:
      return fmt::format(", in TCP writes of {}", explain_size(chop.octets));
    case Chop::Mode::kTail:
      return fmt::format(", the last {} in a TCP write of their own", explain_size(chop.octets));
  }
  return "";
}

std::string arguments_text(const std::map<std::string, std::string>& arguments) {
  std::string out;
  for (const auto& [name, value] : arguments) {
    out += fmt::format("{}{} = {}", out.empty() ? " (" : ", ", name, value);
  }
  return out.empty() ? out : out + ')';
}

struct Teller {
  std::size_t width;

  StepText operator()(const SendFrame& frame) const {
    const std::uint64_t declared = frame.declared_length.value_or(frame.payload.size);
    const std::string a_name = with_article(opcode_name(frame.opcode));
    std::string out = fmt::format("Sends {} frame", a_name);
    if (!is_control(frame.opcode) || !frame.fin) {
      out += frame.fin ? ", the last of its message (FIN=1)" : ", more to follow (FIN=0)";
    }
    if (frame.rsv != 0) {
      out += fmt::format(", reserved bits {}{}{}", frame.rsv >> 2 & 1, frame.rsv >> 1 & 1,
                         frame.rsv & 1);
    }
    out += ", payload of " + explain_size(frame.payload.size);
    if (declared != frame.payload.size) {
      out += fmt::format(", though its header announces {}", declared);
    }
    if (frame.compressed) {
      out += ", compressed";
    }
    if (frame.header_only) {
      out = fmt::format("Sends only the header of {} frame{} that announces {}", a_name,
                        frame.fin ? "" : ", more to follow (FIN=0),", explain_size(declared));
    }
    StepText text{out + chopped(frame.chop), {padded("header", 9) + header_hex(frame)}};
    if (!frame.header_only) {
      const auto lines =
          payload_lines("payload", frame.payload, frame.opcode == opcode::kClose, width);
      text.octets.insert(text.octets.end(), lines.begin(), lines.end());
    }
    return text;
  }
  StepText operator()(const SendFramePayload& part) const {
    return {fmt::format("Sends {} more of that frame's payload{}", explain_size(part.payload.size),
                        chopped(part.chop)),
            payload_lines("payload", part.payload, false, width)};
  }
  StepText operator()(const SendMessage& message) const {
    std::string out =
        fmt::format("Sends a {} message of {}{}", message.binary ? "binary" : "text",
                    explain_size(message.payload.size), message.compressed ? ", compressed" : "");
    out += message.fragment_size == 0
               ? ", in one frame"
               : fmt::format(", in frames of {}", explain_size(message.fragment_size));
    return {out + chopped(message.chop), payload_lines("payload", message.payload, false, width)};
  }
  StepText operator()(const Exchange& exchange) const {
    std::string out =
        fmt::format("Sends {}{}, one at a time: the next when the echo of the one before has come",
                    counted(exchange.count, exchange.binary ? "binary message" : "text message"),
                    exchange.compressed ? ", compressed" : "");
    if (exchange.fragment_size != 0) {
      out += fmt::format("; in frames of {}", explain_size(exchange.fragment_size));
    }
    if (exchange.corpus.empty()) {
      out += fmt::format("; each of {}", explain_size(exchange.payload.size));
      return {out, payload_lines("payload", exchange.payload, false, width)};
    }
    return {fmt::format("{}; each the next {} of the corpus \"{}\"", out,
                        explain_size(exchange.slice), exchange.corpus),
            {}};
  }
  StepText operator()(const SendOctets& octets) const {
    return {fmt::format("Sends {} with no frame around them{}", explain_size(octets.payload.size),
                        chopped(octets.chop)),
            payload_lines("octets", octets.payload, false, width)};
  }
  StepText operator()(const Wait& wait) const {
    return {fmt::format("Waits {}, or until the connection ends{}", duration_text(wait.duration),
                        wait.tag.empty() ? "" : fmt::format(" (wait {})", wait.tag)),
            {}};
  }
  StepText operator()(const Await& await) const {
    static constexpr std::array<const char*, 6> kNames{"message",     "ping",       "pong",
                                                       "Close frame", "end of TCP", "answer"};
    const auto what = static_cast<std::size_t>(await.what);
    return {fmt::format("Waits for {}", counted(await.count, kNames[what])), {}};
  }
  StepText operator()(const HalfClose&) const { return {"Ends its half of TCP (FIN)", {}}; }
  StepText operator()(const ResetConnection&) const { return {"Resets TCP (RST)", {}}; }
  StepText operator()(const Ask& ask) const {
    return {fmt::format("Asks the endpoint, through its driver, to {}{}", ask.action,
                        arguments_text(ask.arguments)),
            {}};
  }
  StepText operator()(const PauseReading& pause) const {
    return {"Reads nothing for " + duration_text(pause.duration), {}};
  }
  StepText operator()(const SendOpening& opening) const {
    StepText text{"Sends one more opening handshake on this connection",
                  explain_opening(opening.opening)};
    return text;
  }
  StepText operator()(const TransportAction& action) const {
    return {fmt::format("Below WebSocket: {}{}", action.action, arguments_text(action.arguments)),
            {}};
  }
};

std::string statuses_text(const std::vector<int>& statuses) {
  std::string out;
  for (const int status : statuses) {
    out += (out.empty() ? "" : " or ") + std::to_string(status);
  }
  return out.empty() ? "any 4xx or 5xx" : out;
}

}  // namespace

std::string explain_size(std::uint64_t octets) { return counted(octets, "octet"); }

StepText explain_step(const Step& step, std::size_t width) {
  return std::visit(Teller{width}, step);
}

std::vector<std::string> explain_opening(const Opening& opening) {
  std::vector<std::string> out;
  const auto say = [&](std::string_view what, std::string_view value) {
    out.push_back(fmt::format("{}: {}", what, printable(value)));
  };
  if (opening.raw) {
    const std::string start = beginning_of(*opening.raw, 512);
    say("the head, in place of a right one", start);
  }
  if (opening.start_line) {
    say("first line", *opening.start_line);
  }
  if (!opening.target.empty()) {
    say("request target", opening.target);
  }
  for (const Opening::Edit& edit : opening.edits) {
    using Kind = Opening::Edit::Kind;
    if (edit.kind == Kind::kRemove) {
      say("without the field", edit.name);
    } else {
      say(edit.kind == Kind::kSet ? "field" : "additional field", edit.name + ": " + edit.value);
    }
  }
  for (const std::string& protocol : opening.subprotocols) {
    say("subprotocol", protocol);
  }
  for (const std::string& offer : opening.offers) {
    say("extension", offer);
  }
  for (const std::string& answer : opening.answers) {
    say("against a client, in the answer", answer);
  }
  if (!opening.before_head.empty()) {
    say("ahead of the head", opening.before_head);
  }
  if (!opening.after_head.empty()) {
    out.push_back("directly behind the head: " +
                  preview(opening.after_head, opening.after_head.size(), 48));
  }
  if (opening.delay.count() > 0) {
    say("delayed by", duration_text(opening.delay));
  }
  switch (opening.outcome) {
    case Opening::Outcome::kOpen:
      break;
    case Opening::Outcome::kRefused:
      out.push_back("it must be refused: status " + statuses_text(opening.statuses) +
                    (opening.close_is_refusal ? ", or the end of TCP" : ""));
      break;
    case Opening::Outcome::kEither:
      out.emplace_back("it may open or be refused: both are told, neither is a fault");
      break;
    case Opening::Outcome::kNoConnection:
      out.emplace_back("no connection may be made at all");
      break;
  }
  for (const Opening::FieldCheck& check : opening.checks) {
    using Kind = Opening::FieldCheck::Kind;
    static constexpr std::array<const char*, 7> kWords{"must be",
                                                       "must be absent",
                                                       "must be present",
                                                       "must stand there once",
                                                       "must list",
                                                       "must match",
                                                       "must differ on each connection"};
    const bool has_value = check.kind == Kind::kEquals || check.kind == Kind::kHasToken ||
                           check.kind == Kind::kMatches;
    out.push_back(fmt::format("in the answer, {} {}{}", printable(check.name),
                              kWords[static_cast<std::size_t>(check.kind)],
                              has_value ? " " + printable(check.value) : ""));
  }
  return out;
}

}  // namespace wsproof::conformance
