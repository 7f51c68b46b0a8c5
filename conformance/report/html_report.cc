// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/html_report.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

#include "conformance/report/escape.h"
#include "conformance/report/html_files.h"
#include "conformance/report/html_timeline.h"
#include "conformance/report/instant.h"
#include "conformance/report/layout.h"
#include "conformance/report/names.h"
#include "conformance/report/run.h"

namespace wsproof::conformance {
namespace {

using Json = nlohmann::ordered_json;

// A person looks into what went wrong; of the other cases the file keeps enough to see that they
// were run. With these, 517 cases of three agents stay within a few megabytes.
constexpr std::size_t kTimelineOfPassed = 10;
constexpr std::size_t kTimelineOfOthers = 120;
constexpr std::size_t kOctetsOfPassed = 48;
constexpr std::size_t kOctetsOfOthers = 320;
constexpr std::size_t kSentence = 1000;

std::string sentence(const std::string& text) { return cut(printable_sentence(text), kSentence); }

double milliseconds(std::chrono::microseconds time) {
  return std::round(std::chrono::duration<double, std::milli>(time).count() * 10) / 10;
}

Json test_case(const Case& value) {
  Json spec = Json::array();
  for (const SpecReference& one : value.spec) {
    spec.push_back(Json::array({one.rfc, sentence(one.section)}));
  }
  return {{"id", value.id},
          {"title", sentence(value.title)},
          {"why", sentence(value.why)},
          {"family", sentence(value.family)},
          {"group", sentence(value.group)},
          {"level", level_name(value.level)},
          {"spec", std::move(spec)}};
}

/// Equal findings once, with how often they were made.
Json findings(const CaseResult& result) {
  const Time start = result.transcript.empty() ? result.started : result.transcript.front().at;
  std::map<std::string, std::size_t> places;
  Json out = Json::array();
  for (const Finding& one : result.findings) {
    const auto [found, is_new] = places.try_emplace(one.section + ' ' + one.sentence, out.size());
    if (!is_new) {
      Json& times = out[found->second]["times"];
      times = times.get<int>() + 1;
      continue;
    }
    out.push_back({{"sentence", sentence(one.sentence)},
                   {"section", sentence(one.section)},
                   {"at", milliseconds(one.at - start)},
                   {"fatal", one.fatal},
                   {"remark", one.remark},
                   {"times", 1}});
  }
  return out;
}

Json case_result(const CaseResult& value, std::size_t place) {
  const bool passed = value.verdict == Verdict::kPass;
  Json out{{"case", place},
           {"verdict", name(value.verdict)},
           {"behavior", name_of(value.behavior)},
           {"closeBehavior", name_of(value.close_behavior)},
           {"ran", value.ran},
           {"duration", milliseconds(value.duration)},
           {"acceptable", sentence(value.acceptable)},
           {"happened", sentence(value.happened)},
           {"closeAcceptable", sentence(value.close_acceptable)},
           {"closeHappened", sentence(value.close_happened)},
           {"difference", sentence(value.difference)},
           {"findings", findings(value)},
           {"timeline", html_timeline(value, passed ? kTimelineOfPassed : kTimelineOfOthers,
                                      passed ? kOctetsOfPassed : kOctetsOfOthers)}};
  if (value.standing != Standing::kUsual) {
    out["standing"] = name_of(value.standing);
    out["expectation"] = sentence(value.expectation);
  }
  return out;
}

Json agent_run(const AgentRun& value, const std::map<std::string, std::size_t>& places) {
  Json results = Json::array();
  for (const CaseResult& one : value.results) {
    if (const auto found = places.find(one.case_id); found != places.end()) {
      results.push_back(case_result(one, found->second));
    }
  }
  Json program_output = Json::array();
  for (const std::string& line : value.program_output) {
    program_output.push_back(printable(line));
  }
  return {{"name", sentence(value.agent)},
          {"target", sentence(value.target)},
          {"rerun", sentence(value.rerun)},
          {"end", name_of(value.end)},
          {"endReason", sentence(value.end_reason)},
          {"nothingProven", nothing_proven(value)},
          {"programOutput", std::move(program_output)},
          {"duration", milliseconds(value.duration)},
          {"results", std::move(results)}};
}

/// JSON that no HTML parser takes for the end of its element.
std::string for_script(const Json& value) {
  const std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    // Both are found in strings only, where JSON takes them as well in this form.
    if (c == '<') {
      out += "\\u003c";
    } else if (c == '&') {
      out += "\\u0026";
    } else {
      out += c;
    }
  }
  return out;
}

std::string_view file(std::string_view name) {
  const auto files = html::files();
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const html::EmbeddedFile& one) { return one.name == name; });
  return found == files.end() ? std::string_view() : found->bytes;
}

/// Each mark is looked for behind what was put in before it: nothing that was put in is read again.
std::string filled(std::string_view page, const std::string& data) {
  std::string out;
  const auto put = [&](std::string_view mark, std::string_view what) {
    const std::size_t at = page.find(mark);
    out += page.substr(0, at);
    out += what;
    page.remove_prefix(at + mark.size());
  };
  put("{{style}}", file("report.css"));
  put("{{data}}", data);
  put("{{script}}", file("report.js"));
  out += page;
  return out;
}

}  // namespace

std::string html_report(const Run& run) {
  Json cases = Json::array();
  std::map<std::string, std::size_t> places;
  for (const Case* one : run.cases) {
    places.emplace(one->id, cases.size());
    cases.push_back(test_case(*one));
  }
  Json agents = Json::array();
  for (const AgentRun& agent : run.agents) {
    agents.push_back(agent_run(agent, places));
  }
  const Json data{{"version", sentence(run.version)},
                  {"peer", run.peer == Role::kServer ? "server" : "client"},
                  {"started", iso_instant(run.started)},
                  {"duration", milliseconds(run.duration)},
                  {"cases", std::move(cases)},
                  {"agents", std::move(agents)}};
  return filled(file("report.html"), for_script(data));
}

}  // namespace wsproof::conformance
