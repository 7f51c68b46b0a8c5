// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/html_timeline.h"

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/report/escape.h"
#include "conformance/report/layout.h"
#include "conformance/report/wire.h"
#include "server/protocol/frame.h"

namespace wsproof::conformance {
namespace {

using Json = nlohmann::ordered_json;
using Kind = TranscriptEntry::Kind;

struct Look {
  const char* way;
  const char* name;
  bool ends = false;  ///< of the connection
};

Look look_of(Kind kind) {
  switch (kind) {
    case Kind::kConnected:
      return {"", "TCP connected"};
    case Kind::kHandshakeSent:
      return {">", "handshake"};
    case Kind::kHandshakeReceived:
      return {"<", "handshake"};
    case Kind::kFrameSent:
      return {">", "frame"};
    case Kind::kFrameReceived:
      return {"<", "frame"};
    case Kind::kOctetsSent:
      return {">", "octets"};
    case Kind::kOctetsReceived:
      return {"<", "octets"};
    case Kind::kEofReceived:
      return {"<", "TCP ended (FIN)", true};
    case Kind::kEofSent:
      return {">", "TCP ended (FIN)", true};
    case Kind::kReset:
      return {">", "TCP reset (RST)", true};
    case Kind::kResetReceived:
      return {"<", "TCP reset (RST)", true};
    case Kind::kDropped:
      return {">", "TCP dropped", true};
    case Kind::kTimeout:
      return {"", "a wait is over"};
    case Kind::kNote:
      return {"", ""};
  }
  return {"", ""};
}

/// The first lines of a head, or all of it where there is room.
std::string head_lines(std::string_view head, std::size_t width) {
  const std::string_view all = head.substr(0, head.find("\r\n\r\n"));
  return cut(printable_sentence(all.size() <= width ? all : all.substr(0, all.find('\r'))), width);
}

/// Everything but the time.
Json described(const TranscriptEntry& entry, std::size_t width) {
  const Look look = look_of(entry.kind);
  Json out{{"way", look.way}, {"name", look.name}};
  if (look.ends) {
    out["ends"] = true;
  }
  if (entry.kind == Kind::kHandshakeSent || entry.kind == Kind::kHandshakeReceived) {
    out["octets"] = head_lines(entry.octets, width);
    return out;
  }
  if (entry.kind == Kind::kNote || entry.kind == Kind::kTimeout) {
    const std::string text = printable_sentence(entry.text);
    out["name"] = entry.kind == Kind::kNote ? text : look.name + (text.empty() ? "" : ": " + text);
    return out;
  }
  bool is_close = false;
  if (entry.frame) {
    out["name"] = frame_name(*entry.frame);
    out["size"] = entry.frame->payload_length;
    is_close = entry.frame->opcode == opcode::kClose && entry.octet_count >= 2;
  } else if (entry.octet_count > 0) {
    out["size"] = entry.octet_count;
  }
  if (entry.octet_count > 0) {
    out["octets"] = is_close ? close_body(entry.octets, entry.octet_count, width)
                             : preview(entry.octets, entry.octet_count, width);
  }
  return out;
}

/// In tenths of milliseconds: more is noise.
double milliseconds(Time time) {
  return std::round(std::chrono::duration<double, std::milli>(time).count() * 10) / 10;
}

struct Line {
  Time at;
  Json what;
  int times;
};

}  // namespace

Json html_timeline(const CaseResult& result, std::size_t limit, std::size_t width) {
  const Time start = result.transcript.empty() ? result.started : result.transcript.front().at;
  std::vector<Line> lines;
  for (const TranscriptEntry& entry : result.transcript) {
    Json what = described(entry, width);
    if (!lines.empty() && lines.back().what == what) {
      ++lines.back().times;
    } else {
      lines.push_back({entry.at - start, std::move(what), 1});
    }
  }
  const std::size_t left_out = lines.size() > limit ? lines.size() - limit : 0;
  const std::size_t before = limit / 2;
  Json out = Json::array();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (left_out > 0 && i == before) {
      out.push_back({{"at", milliseconds(lines[i].at)},
                     {"way", ""},
                     {"name", counted(left_out, "line") + " not shown here"}});
      i += left_out;
    }
    Json line{{"at", milliseconds(lines[i].at)}};
    line.update(lines[i].what);
    if (lines[i].times > 1) {
      line["times"] = lines[i].times;
    }
    out.push_back(std::move(line));
  }
  return out;
}

}  // namespace wsproof::conformance
