// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/wire.h"

#include <fmt/format.h>

#include "conformance/report/escape.h"
#include "conformance/report/layout.h"
#include "server/protocol/frame.h"

namespace wsproof::conformance {
namespace {

using Kind = TranscriptEntry::Kind;

constexpr std::size_t kNameColumns = 20;
constexpr std::size_t kLengthColumns = 8;

bool is_from_tester(Kind kind) {
  return kind == Kind::kHandshakeSent || kind == Kind::kFrameSent || kind == Kind::kOctetsSent ||
         kind == Kind::kEofSent || kind == Kind::kReset || kind == Kind::kDropped;
}

std::string first_line(std::string_view head) {
  return std::string(head.substr(0, head.find_first_of("\r\n")));
}

/// Name, length and beginning of the octets, in their columns.
std::string octets_line(const std::string& name, std::uint64_t length, std::string_view octets,
                        std::uint64_t total, bool is_close, std::size_t width) {
  std::string out = padded(name, kNameColumns) + fmt::format("{:>{}}", length, kLengthColumns);
  if (total > 0) {
    const std::size_t used = columns(out) + 2;
    const std::size_t room = width > used + 12 ? width - used : 12;
    out += "  ";
    out += is_close ? close_body(octets, total, room) : preview(octets, total, room);
  }
  return out;
}

std::string described(const TranscriptEntry& entry, std::size_t width) {
  switch (entry.kind) {
    case Kind::kConnected:
      return "TCP connected";
    case Kind::kHandshakeSent:
    case Kind::kHandshakeReceived:
      return "handshake  " + printable_sentence(first_line(entry.octets));
    case Kind::kFrameSent:
    case Kind::kFrameReceived: {
      const FrameHeader frame = entry.frame.value_or(FrameHeader{});
      return octets_line(frame_name(frame), frame.payload_length, entry.octets, entry.octet_count,
                         frame.opcode == opcode::kClose && entry.octet_count >= 2, width);
    }
    case Kind::kOctetsSent:
    case Kind::kOctetsReceived:
      return octets_line("octets", entry.octet_count, entry.octets, entry.octet_count, false,
                         width);
    case Kind::kEofReceived:
    case Kind::kEofSent:
      return "TCP ended (FIN)";
    case Kind::kReset:
    case Kind::kResetReceived:
      return "TCP reset (RST)";
    case Kind::kDropped:
      return "TCP dropped";
    case Kind::kTimeout:
      return "a wait is over" + (entry.text.empty() ? "" : ": " + printable(entry.text));
    case Kind::kNote:
      return printable_sentence(entry.text);
  }
  return {};
}

const char* arrow(Kind kind) {
  switch (kind) {
    case Kind::kHandshakeReceived:
    case Kind::kFrameReceived:
    case Kind::kOctetsReceived:
    case Kind::kEofReceived:
    case Kind::kResetReceived:
      return "<- ";
    default:
      return is_from_tester(kind) ? "-> " : "   ";
  }
}

}  // namespace

std::string frame_name(const FrameHeader& frame) {
  std::string name = opcode_name(frame.opcode);
  if (!frame.fin) {
    name += " FIN=0";
  }
  if (frame.rsv != 0) {
    name += fmt::format(" RSV={}", frame.rsv);
  }
  return name;
}

std::string close_body(std::string_view payload, std::size_t total, std::size_t width) {
  if (payload.size() < 2) {
    return total == 0 ? "no code" : preview(payload, total, width);
  }
  const int code =
      static_cast<std::uint8_t>(payload[0]) << 8 | static_cast<std::uint8_t>(payload[1]);
  std::string out = std::to_string(code);
  if (total > 2) {
    out += ' ';
    const std::size_t used = out.size();
    out += preview(payload.substr(2), total - 2, width > used + 8 ? width - used : 8);
  }
  return out;
}

std::string wire_entry(const TranscriptEntry& entry, std::size_t width) {
  std::string out = arrow(entry.kind);
  out += described(entry, width > out.size() ? width - out.size() : 1);
  return cut(out, width);
}

std::vector<std::string> wire_trace(const CaseResult& result, std::size_t width) {
  constexpr std::size_t kTimeColumns = 13;
  const std::size_t room = width > kTimeColumns ? width - kTimeColumns : 1;
  std::vector<std::string> out;
  for (const TranscriptEntry& entry : result.transcript) {
    const Time at = entry.at - result.transcript.front().at;
    const double ms = std::chrono::duration<double, std::milli>(at).count();
    out.push_back(fmt::format("{:>8.1f} ms  ", ms) + wire_entry(entry, room));
    if (entry.kind != Kind::kHandshakeSent && entry.kind != Kind::kHandshakeReceived) {
      continue;
    }
    // The first line is there already.
    std::string_view head(entry.octets);
    for (std::size_t end = head.find('\n'); end != std::string_view::npos; end = head.find('\n')) {
      head.remove_prefix(end + 1);
      if (const std::string line = first_line(head); !line.empty()) {
        out.push_back(cut(std::string(kTimeColumns + 3, ' ') + printable_sentence(line), width));
      }
    }
  }
  return out;
}

std::vector<std::string> wire_lines(const CaseResult& result, std::size_t limit,
                                    std::size_t width) {
  constexpr std::size_t kTimeColumns = 13;  // "   1000.0 ms  "
  const std::size_t room = width > kTimeColumns ? width - kTimeColumns : 1;

  struct Line {
    Time at;
    std::string text;
    std::size_t times;
  };
  const Time start = result.transcript.empty() ? result.started : result.transcript.front().at;
  std::vector<Line> lines;
  for (const TranscriptEntry& entry : result.transcript) {
    std::string text = wire_entry(entry, room);
    if (!lines.empty() && lines.back().text == text) {
      ++lines.back().times;
      continue;
    }
    lines.push_back({entry.at - start, std::move(text), 1});
  }

  std::vector<std::string> out;
  // Room for one line more: to say that one is missing takes as much.
  const std::size_t skipped = lines.size() > limit + 1 ? lines.size() - limit : 0;
  if (skipped > 0) {
    out.push_back(std::string(kTimeColumns, ' ') +
                  fmt::format("   ({} before)", counted(skipped, "line")));
  }
  for (std::size_t i = skipped; i < lines.size(); ++i) {
    const Line& line = lines[i];
    const double ms = std::chrono::duration<double, std::milli>(line.at).count();
    std::string text = fmt::format("{:>8.1f} ms  ", ms) + line.text;
    if (line.times > 1) {
      const std::string times = fmt::format("  ({} times)", line.times);
      text = cut(text, width - std::min(width, times.size())) + times;
    }
    out.push_back(std::move(text));
  }
  return out;
}

}  // namespace wsproof::conformance
