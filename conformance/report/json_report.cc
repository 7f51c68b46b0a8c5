// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/json_report.h"

#include <nlohmann/json.hpp>

#include "conformance/report/escape.h"
#include "conformance/report/instant.h"
#include "conformance/report/names.h"

namespace wsproof::conformance {
namespace {

using Json = nlohmann::ordered_json;

/// A string where the octets are UTF-8, otherwise {"hex": "..."}.
Json octets(std::string_view text) {
  return is_utf8(text) ? Json(std::string(text)) : Json{{"hex", hex(text)}};
}

/// Our own sentences; what they quote of a peer may be anything.
std::string sentence(const std::string& text) { return utf8_or_replaced(text); }

template <typename Value, typename To>
Json list(const std::vector<Value>& values, To to) {
  Json out = Json::array();
  for (const Value& value : values) {
    out.push_back(to(value));
  }
  return out;
}

Json payload(const Payload& value) {
  Json out{{"size", value.size}};
  if (value.size > 0) {
    const bool is_cut = value.cut || value.unit.size() > kJsonPayloadOctets;
    out["unit"] = octets(std::string_view(value.unit).substr(0, kJsonPayloadOctets));
    if (is_cut) {
      out["cut"] = true;
    }
  }
  return out;
}

Json event(const Event& value) {
  Json out{{"kind", name_of(value.kind)}};
  if (value.kind == Event::Kind::kTimeout) {
    out["tag"] = sentence(value.tag);
    return out;
  }
  if (value.kind == Event::Kind::kExchange) {
    out["count"] = value.count;
    return out;
  }
  out["payload"] = payload(value.payload);
  if (value.kind == Event::Kind::kMessage) {
    out["binary"] = value.binary;
  }
  if (value.optional) {
    out["optional"] = true;
  }
  return out;
}

Json alternative(const Alternative& value) {
  Json out{{"behavior", name_of(value.behavior)}, {"events", list(value.events, event)}};
  if (!value.why.empty()) {
    out["why"] = sentence(value.why);
  }
  return out;
}

Json close_expectation(const CloseExpectation& value) {
  return {{"by", name_of(value.by)},
          {"codes", value.codes},
          {"clean", value.clean},
          {"wrong_endpoint_is_fatal", value.wrong_endpoint_is_fatal},
          {"wrong_code_is_fatal", value.wrong_code_is_fatal}};
}

Json test_case(const Case* value) {
  Json spec = list(value->spec, [](const SpecReference& one) {
    return Json{{"rfc", one.rfc}, {"section", sentence(one.section)}};
  });
  return {{"id", value->id},
          {"title", sentence(value->title)},
          {"why", sentence(value->why)},
          {"family", sentence(value->family)},
          {"group", sentence(value->group)},
          {"spec", std::move(spec)},
          {"level", name_of(value->level)},
          {"decision", value->decision ? Json(*value->decision) : Json()},
          {"informational", value->informational},
          {"expect", list(value->expect, alternative)},
          {"close", close_expectation(value->close)}};
}

Json finding(const Finding& value) {
  return {{"name", sentence(value.name)},
          {"sentence", sentence(value.sentence)},
          {"section", sentence(value.section)},
          {"at_us", value.at.count()},
          {"fatal", value.fatal},
          {"remark", value.remark}};
}

Json frame(const FrameHeader& value) {
  Json out{{"fin", value.fin},
           {"rsv", value.rsv},
           {"opcode", value.opcode},
           {"length", value.payload_length},
           {"length_form", name_of(value.length_form)}};
  if (value.masking_key) {
    out["masking_key"] = *value.masking_key;
  }
  return out;
}

Json transcript_entry(const TranscriptEntry& value) {
  Json out{{"kind", name_of(value.kind)}, {"at_us", value.at.count()}};
  if (value.frame) {
    out["frame"] = frame(*value.frame);
  }
  if (value.octet_count > 0) {
    out["octets"] = octets(value.octets);
    out["octet_count"] = value.octet_count;
  }
  if (!value.text.empty()) {
    out["text"] = sentence(value.text);
  }
  return out;
}

Json close_observation(const CloseObservation& value) {
  return {{"local_code", value.local_code ? Json(*value.local_code) : Json()},
          {"local_reason", octets(value.local_reason)},
          {"remote_code", value.remote_code ? Json(*value.remote_code) : Json()},
          {"remote_reason", octets(value.remote_reason)},
          {"remote_close_received", value.remote_close_received},
          {"clean", value.clean},
          {"closed_by_tester", value.closed_by_tester},
          {"failed_by_tester", value.failed_by_tester},
          {"dropped_by_tester", value.dropped_by_tester},
          {"opened", value.opened},
          {"reset_by_peer", value.reset_by_peer},
          {"open_timeout", value.open_timeout},
          {"close_timeout", value.close_timeout},
          {"tcp_end_timeout", value.tcp_end_timeout},
          {"not_clean_reason", sentence(value.not_clean_reason)}};
}

Json traffic(const MessageTraffic& value) {
  return {{"messages", value.messages},
          {"compressed", value.compressed},
          {"octets", value.octets},
          {"wire_octets", value.wire_octets},
          {"frames", value.frames}};
}

Json case_result(const CaseResult& value) {
  return {{"id", value.case_id},
          {"ran", value.ran},
          {"verdict", name_of(value.verdict)},
          {"behavior", name_of(value.behavior)},
          {"close_behavior", name_of(value.close_behavior)},
          {"standing", name_of(value.standing)},
          {"expectation", sentence(value.expectation)},
          {"started_us", value.started.count()},
          {"duration_us", value.duration.count()},
          {"acceptable", sentence(value.acceptable)},
          {"happened", sentence(value.happened)},
          {"close_acceptable", sentence(value.close_acceptable)},
          {"close_happened", sentence(value.close_happened)},
          {"difference", sentence(value.difference)},
          {"findings", list(value.findings, finding)},
          {"received", list(value.received, event)},
          {"close", close_observation(value.close)},
          {"request_head", octets(value.request_head)},
          {"response_head", octets(value.response_head)},
          {"peer_name", value.peer_name ? octets(*value.peer_name) : Json()},
          {"octets_sent", value.octets_sent},
          {"octets_received", value.octets_received},
          {"frames_sent", value.frames_sent},
          {"frames_received", value.frames_received},
          {"reads", value.reads},
          {"writes", value.writes},
          {"deflate_agreed", value.deflate_agreed},
          {"traffic_sent", traffic(value.traffic_sent)},
          {"traffic_received", traffic(value.traffic_received)},
          {"transcript", list(value.transcript, transcript_entry)}};
}

std::string dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Everything of an agent but its results.
Json agent_head(const AgentRun& value) {
  const Counts counts = count(value);
  return {{"agent", octets(value.agent)},
          {"target", octets(value.target)},
          {"rerun", octets(value.rerun)},
          {"end", name_of(value.end)},
          {"end_reason", sentence(value.end_reason)},
          {"program_output", list(value.program_output, octets)},
          {"duration_us", value.duration.count()},
          {"counts",
           {{"total", counts.total},
            {"passed", counts.passed},
            {"non_strict", counts.non_strict},
            {"informational", counts.informational},
            {"unsupported", counts.unsupported},
            {"failed", counts.failed},
            {"not_run", counts.not_run},
            {"unexpected", counts.unexpected},
            {"as_expected", counts.as_expected},
            {"tolerated", counts.tolerated}}}};
}

/// A list with each element on a line of its own: compact, and yet a person finds a case with grep.
/// Each is made into text by itself: a tree of all results would take ten times the memory.
template <typename Values, typename ToText>
std::string lines(const Values& values, std::string_view indent, ToText to_text) {
  std::string out = "[";
  for (const auto& value : values) {
    out += out.size() == 1 ? "\n" : ",\n";
    out += indent;
    out += to_text(value);
  }
  return out + (values.empty() ? "]" : "\n]");
}

std::string agent_run(const AgentRun& value) {
  std::string out = dump(agent_head(value));
  out.pop_back();  // the brace, which comes back behind the results
  const auto result = [](const CaseResult& one) { return dump(case_result(one)); };
  return out + ",\"results\":" + lines(value.results, "  ", result) + '}';
}

}  // namespace

std::string json_report(const Run& run) {
  const auto started =
      std::chrono::duration_cast<std::chrono::microseconds>(run.started.time_since_epoch());
  std::string out = "{\n";
  const auto add = [&out](std::string_view name, const std::string& value) {
    out += (out.size() == 2 ? "\"" : ",\n\"") + std::string(name) + "\": " + value;
  };
  add("format", std::to_string(kJsonReportFormat));
  add("wsproof", dump(sentence(run.version)));
  add("peer", run.peer == Role::kServer ? "\"server\"" : "\"client\"");
  add("started", dump(iso_instant(run.started)));
  add("started_us", std::to_string(started.count()));
  add("duration_us", std::to_string(run.duration.count()));
  if (run.messages) {
    add("messages", std::to_string(*run.messages));
  }
  if (run.shard.of > 1) {
    add("shard", dump({{"number", run.shard.number}, {"of", run.shard.of}}));
  }
  add("cases", lines(run.cases, " ", [](const Case* one) { return dump(test_case(one)); }));
  add("agents", lines(run.agents, " ", agent_run));
  return out + "\n}\n";
}

}  // namespace wsproof::conformance
