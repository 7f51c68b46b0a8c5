// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/autobahn_report.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "conformance/report/escape.h"
#include "conformance/report/instant.h"

namespace wsproof::conformance {
namespace {

using Json = nlohmann::json;
using Entry = TranscriptEntry::Kind;

constexpr int kIndent = 3;
constexpr std::size_t kShownOctets = 64;
// A file name may have 255 octets, and more is put behind the agent's.
constexpr std::size_t kSlugOctets = 180;

std::string to_text(const Json& json) {
  return json.dump(kIndent, ' ', true, Json::error_handler_t::replace);
}

std::int64_t milliseconds(std::chrono::microseconds time) {
  return std::chrono::round<std::chrono::milliseconds>(time).count();
}

template <typename Code>
Json or_null(const std::optional<Code>& code) {
  return code ? Json(*code) : Json();
}

/// Text as it is, other octets as 0x and hex; " ..." behind the first 64.
std::string shown(std::string_view octets, std::uint64_t total) {
  std::size_t keep = std::min(octets.size(), kShownOctets);
  const char* end = total > kShownOctets ? " ..." : "";
  if (is_utf8(octets.substr(0, keep))) {
    return std::string(octets.substr(0, keep)) + end;
  }
  // A character that the cut goes through does not make text into binary.
  for (std::size_t less = 1; less <= 3 && less < keep && keep < total; ++less) {
    if (is_utf8(octets.substr(0, keep - less))) {
      return std::string(octets.substr(0, keep - less)) + end;
    }
  }
  return "0x" + hex(octets.substr(0, keep)) + end;
}

std::string shown(const Payload& payload) {
  std::string beginning;
  if (!payload.unit.empty()) {
    while (beginning.size() < std::min<std::uint64_t>(payload.size, kShownOctets + 4)) {
      beginning += payload.unit;
    }
  }
  return shown(std::string_view(beginning).substr(0, payload.size), payload.size);
}

Json event(const Event& value) {
  switch (value.kind) {
    case Event::Kind::kMessage:
      return Json::array({"message", shown(value.payload), value.binary});
    case Event::Kind::kPing:
      return Json::array({"ping", shown(value.payload)});
    case Event::Kind::kPong:
      return Json::array({"pong", shown(value.payload)});
    case Event::Kind::kTimeout:
      return Json::array({"timeout", utf8_or_replaced(value.tag)});
    case Event::Kind::kExchange:
      return Json::array({"exchange", value.count});
  }
  return {};
}

Json events(const std::vector<Event>& values) {
  Json out = Json::array();
  for (const Event& value : values) {
    out.push_back(event(value));
  }
  return out;
}

Json expected(const Case& test_case) {
  Json out = Json::object();
  for (const Alternative& alternative : test_case.expect) {
    out.emplace(autobahn_name(alternative.behavior), events(alternative.events));
  }
  return out;
}

/// A length, and the beginning of the octets in hex.
Json octets(const TranscriptEntry& entry) {
  const std::size_t keep = std::min(entry.octets.size(), kShownOctets);
  return Json::array({entry.octet_count, hex(std::string_view(entry.octets).substr(0, keep)) +
                                             (entry.octet_count > keep ? " ..." : "")});
}

Json wirelog_entry(const TranscriptEntry& entry) {
  const FrameHeader frame = entry.frame.value_or(FrameHeader{});
  const Json payload = Json::array({entry.octet_count, shown(entry.octets, entry.octet_count)});
  const Json key =
      frame.masking_key
          ? Json(hex(std::string_view(reinterpret_cast<const char*>(frame.masking_key->data()),
                                      frame.masking_key->size())))
          : Json();
  switch (entry.kind) {
    case Entry::kHandshakeSent:
    case Entry::kOctetsSent:
      return Json::array({"TO", octets(entry), false});
    case Entry::kHandshakeReceived:
    case Entry::kOctetsReceived:
      return Json::array({"RO", octets(entry)});
    case Entry::kFrameSent:
      return Json::array(
          {"TF", payload, frame.opcode, frame.fin, frame.rsv, key, Json(), Json(), false});
    case Entry::kFrameReceived:
      return Json::array(
          {"RF", payload, frame.opcode, frame.fin, frame.rsv, frame.masking_key.has_value(), key});
    case Entry::kTimeout:
      return Json::array({"CTE", utf8_or_replaced(entry.text)});
    case Entry::kDropped:
      return Json::array({"KLE"});
    case Entry::kConnected:
      return Json::array({"WLM", "TCP connected"});
    case Entry::kEofReceived:
      return Json::array({"WLM", "TCP ended by the peer"});
    case Entry::kEofSent:
      return Json::array({"WLM", "TCP ended by wsproof"});
    case Entry::kReset:
    case Entry::kResetReceived:
      return Json::array({"WLM", "TCP reset"});
    case Entry::kNote:
      return Json::array({"WLM", utf8_or_replaced(entry.text)});
  }
  return {};
}

template <typename Value>
Json stats(const std::vector<std::pair<Value, std::uint64_t>>& tally) {
  Json out = Json::object();
  for (const auto& [value, times] : tally) {
    out[std::to_string(value)] = times;
  }
  return out;
}

/// Where time is what a case is about: many messages one at a time, or a large one.
bool reports_time(const Case& test_case) {
  constexpr std::uint64_t kLarge = 64 * 1024;
  return std::any_of(test_case.expect.begin(), test_case.expect.end(), [](const Alternative& one) {
    return std::any_of(one.events.begin(), one.events.end(), [](const Event& value) {
      return value.kind == Event::Kind::kExchange || value.payload.size >= kLarge;
    });
  });
}

bool reports_compression(const CaseResult& result) {
  return result.deflate_agreed && result.traffic_sent.messages > 0;
}

/// Octets and messages by direction; "preopen" are those of the opening handshake, and not among
/// the others.
Json traffic_stats(Role peer, const CaseResult& result) {
  if (!result.close.opened) {
    return {};
  }
  const bool is_server = peer == Role::kServer;
  const std::string& head_in = is_server ? result.response_head : result.request_head;
  const std::string& head_out = is_server ? result.request_head : result.response_head;
  Json out = Json::object();
  const auto add = [&out](const std::string& direction, const MessageTraffic& traffic,
                          std::uint64_t octets, std::uint64_t head) {
    const std::uint64_t wire = octets - std::min(octets, head);
    const bool has_payload = traffic.wire_octets > 0;
    out[direction + "OctetsAppLevel"] = traffic.octets;
    out[direction + "OctetsWebSocketLevel"] = traffic.wire_octets;
    out[direction + "OctetsWireLevel"] = wire;
    out[direction + "WebSocketFrames"] = traffic.frames;
    out[direction + "WebSocketMessages"] = traffic.messages;
    out[direction + "CompressionRatio"] = traffic.octets > 0 ? Json(traffic.ratio()) : Json();
    out[direction + "WebSocketOverhead"] =
        has_payload ? Json(static_cast<double>(wire - std::min(wire, traffic.wire_octets)) /
                           static_cast<double>(traffic.wire_octets))
                    : Json();
    std::string preopen = direction;
    preopen.front() = direction.front() == 'i' ? 'I' : 'O';
    out["preopen" + preopen + "OctetsWireLevel"] = head;
  };
  add("incoming", result.traffic_received, result.octets_received, head_in.size());
  add("outgoing", result.traffic_sent, result.octets_sent, head_out.size());
  return out;
}

std::string joined(const std::string& first, const std::string& second) {
  const bool both = !first.empty() && !second.empty();
  const char* between = !both ? "" : first.back() == '.' ? " " : "; ";
  return utf8_or_replaced(first + between + second);
}

}  // namespace

std::string autobahn_slug(std::string_view agent) {
  std::string out;
  for (const char c : agent) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      out += upper ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (out.empty() || out.back() != '_') {
      out += '_';
    }
  }
  return out.substr(0, kSlugOctets);
}

std::vector<std::string> autobahn_slugs(const std::vector<AgentRun>& agents) {
  std::map<std::string, int> times;
  std::vector<std::string> out;
  for (const AgentRun& agent : agents) {
    std::string slug = autobahn_slug(agent.agent);
    if (const int number = ++times[slug]; number > 1) {
      slug += '-' + std::to_string(number);
    }
    out.push_back(std::move(slug));
  }
  return out;
}

std::string autobahn_file_name(std::string_view slug, std::string_view case_id) {
  std::string id(case_id);
  std::replace(id.begin(), id.end(), '.', '_');
  return std::string(slug) + "_case_" + id + ".json";
}

std::string autobahn_index(const Run& run) {
  Json out = Json::object();
  const std::vector<std::string> slugs = autobahn_slugs(run.agents);
  for (std::size_t i = 0; i < run.agents.size(); ++i) {
    const AgentRun& agent = run.agents[i];
    Json cases = Json::object();
    for (const CaseResult& result : agent.results) {
      cases[result.case_id] = {{"behavior", autobahn_name(result.behavior)},
                               {"behaviorClose", autobahn_name(result.close_behavior)},
                               {"duration", milliseconds(result.duration)},
                               {"remoteCloseCode", or_null(result.close.remote_code)},
                               {"reportfile", autobahn_file_name(slugs[i], result.case_id)}};
    }
    out[utf8_or_replaced(agent.agent)] = std::move(cases);
  }
  return to_text(out);
}

std::string autobahn_case(const Run& run, const AgentRun& agent, const CaseResult& result) {
  const auto found = std::find_if(run.cases.begin(), run.cases.end(),
                                  [&](const Case* one) { return one->id == result.case_id; });
  const Case none;
  const Case& test_case = found == run.cases.end() ? none : **found;
  const CloseObservation& close = result.close;

  Json wirelog = Json::array();
  for (const TranscriptEntry& entry : result.transcript) {
    wirelog.push_back(wirelog_entry(entry));
  }
  return to_text(Json{
      {"case", found - run.cases.begin() + 1},
      {"id", result.case_id},
      {"description", joined(test_case.title + '.', test_case.why)},
      {"expectation", joined(result.acceptable, result.close_acceptable)},
      {"agent", utf8_or_replaced(agent.agent)},
      {"started",
       iso_instant(run.started + std::chrono::duration_cast<std::chrono::system_clock::duration>(
                                     result.started))},
      {"duration", milliseconds(result.duration)},
      {"reportTime", reports_time(test_case)},
      {"reportCompressionRatio", reports_compression(result)},
      {"behavior", autobahn_name(result.behavior)},
      {"behaviorClose", autobahn_name(result.close_behavior)},
      {"expected", expected(test_case)},
      {"expectedClose",
       {{"closedByMe", test_case.close.by == CloseExpectation::By::kTester},
        {"closeCode", test_case.close.codes},
        {"requireClean", test_case.close.clean}}},
      {"received", events(result.received)},
      {"result", utf8_or_replaced(result.happened)},
      {"resultClose", utf8_or_replaced(result.close_happened)},
      {"wirelog", std::move(wirelog)},
      {"createWirelog", true},
      {"closedByMe", close.closed_by_tester},
      {"failedByMe", close.failed_by_tester},
      {"droppedByMe", close.dropped_by_tester},
      {"wasClean", close.clean},
      {"wasNotCleanReason", close.clean ? Json() : Json(utf8_or_replaced(close.not_clean_reason))},
      {"wasServerConnectionDropTimeout", close.tcp_end_timeout},
      {"wasOpenHandshakeTimeout", close.open_timeout},
      {"wasCloseHandshakeTimeout", close.close_timeout},
      {"localCloseCode", or_null(close.local_code)},
      {"localCloseReason", close.local_code ? Json(utf8_or_replaced(close.local_reason)) : Json()},
      {"remoteCloseCode", or_null(close.remote_code)},
      {"remoteCloseReason",
       close.remote_code ? Json(utf8_or_replaced(close.remote_reason)) : Json()},
      {"isServer", run.peer == Role::kClient},
      {"createStats", true},
      {"rxOctetStats", stats(result.reads)},
      {"rxFrameStats", stats(result.frames_received)},
      {"txOctetStats", stats(result.writes)},
      {"txFrameStats", stats(result.frames_sent)},
      {"httpRequest", utf8_or_replaced(result.request_head)},
      {"httpResponse", utf8_or_replaced(result.response_head)},
      {"trafficStats", traffic_stats(run.peer, result)}});
}

}  // namespace wsproof::conformance
