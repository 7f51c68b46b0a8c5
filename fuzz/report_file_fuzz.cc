// SPDX-License-Identifier: Apache-2.0
// The readers of report files: wsproof.json, an index.json of Autobahn's, an expectation file. What
// was read can be written in every form, and nothing in it becomes markup or a control character.
// Option octet 0: which file. Data: its text.
#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/catalogue/catalogue.h"
#include "conformance/report/autobahn_baseline.h"
#include "conformance/report/autobahn_report.h"
#include "conformance/report/console.h"
#include "conformance/report/expectation_update.h"
#include "conformance/report/expectations.h"
#include "conformance/report/html_report.h"
#include "conformance/report/json_report.h"
#include "conformance/report/junit.h"
#include "conformance/report/markdown.h"
#include "conformance/report/merge.h"
#include "fuzz/support/check.h"
#include "fuzz/support/input.h"
#include "fuzz/support/target.h"
#include "fuzz/support/text.h"

namespace wsproof::fuzz {
namespace {

using conformance::Run;

const std::vector<conformance::Case>& catalogue() {
  static const auto all = conformance::load_catalogue(conformance::embedded_case_files());
  return all;
}

void check_html(const Run& run) {
  // What the page itself has, and no more.
  static const std::string empty = conformance::html_report(Run{});
  const std::string page = conformance::html_report(run);
  for (const std::string_view tag : {"<script", "</script", "<!--", "<style", "<img", "<iframe"}) {
    check(count_of(page, tag) == count_of(empty, tag), "nothing of a run becomes markup");
  }
}

void check_console(const Run& run) {
  conformance::ConsoleOptions options;
  options.verbose = options.trace = true;
  const std::string text = conformance::console_report(run, options);
  check(is_plain(text), "nothing of a run controls the terminal");
}

void check_run(const conformance::StoredRun& stored) {
  const Run& run = stored.run;
  const std::string written = conformance::json_report(run);
  const auto again = conformance::read_json_report(written);
  check(again.has_value(), "what is written can be read");
  check(conformance::json_report(again->run) == written, "a report comes back as it was");
  check_html(run);
  check_console(run);
  check(!conformance::junit_report(run).empty(), "a run has a JUnit report");
  check(!conformance::markdown_summary(run).empty(), "a run has a summary");
  static_cast<void>(conformance::autobahn_index(run));
  std::set<std::string> names;
  for (const std::string& slug : conformance::autobahn_slugs(run.agents)) {
    const std::string name = conformance::autobahn_file_name(slug, "1.1.1");
    check(names.insert(name).second, "no two agents have the same file");
    check(std::all_of(name.begin(), name.end(),
                      [](char c) {
                        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
                               c == '-' || c == '.';
                      }),
          "no name of an agent leads out of the folder");
  }
  for (const conformance::AgentRun& agent : run.agents) {
    for (const conformance::CaseResult& result : agent.results) {
      static_cast<void>(conformance::autobahn_case(run, agent, result));
    }
    const conformance::Expectations none{.name = "fuzz.txt"};
    static_cast<void>(conformance::updated_expectations(none, run, agent));
  }
  std::vector<conformance::NamedRun> runs{{"one", run}, {"two", run}};
  static_cast<void>(conformance::merge_runs(std::move(runs)));
}

void check_sentence(std::string_view sentence) {
  check(!sentence.empty() && sentence.find('\n') == std::string_view::npos,
        "an error is one sentence");
}

}  // namespace

void run(Bytes octets) {
  const Input input(octets);
  const std::string_view text = as_text(input.data());
  switch (input.option(0) % 3) {
    case 0: {
      const auto stored = conformance::read_json_report(text);
      if (!stored) return check_sentence(stored.error());
      return check_run(*stored);
    }
    case 1: {
      const auto agents = conformance::read_autobahn_index("fuzz.json", text);
      if (!agents) return check_sentence(agents.error());
      for (const conformance::AutobahnAgent& agent : *agents) {
        static_cast<void>(conformance::autobahn_expectations("fuzz.json", agent, catalogue()));
      }
      return;
    }
    default: {
      const auto expectations = conformance::parse_expectations("fuzz.txt", text, catalogue());
      if (!expectations) return check_sentence(expectations.error());
      for (const conformance::Case& one : catalogue()) {
        const auto* const line = expectations->find(one.id);
        check(line == nullptr || !line->verdicts.empty(), "a line has a verdict");
      }
    }
  }
}

}  // namespace wsproof::fuzz
