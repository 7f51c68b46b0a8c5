// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/judging_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "conformance/app/choice.h"
#include "conformance/app/text_file.h"
#include "conformance/app/usage.h"
#include "conformance/report/escape.h"

namespace wsproof::conformance {
namespace {

bool is_json(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string::npos && text[first] == '{';
}

template <typename Value>
Value or_usage_error(tl::expected<Value, std::string> value) {
  if (!value) {
    throw UsageError(value.error());
  }
  return std::move(*value);
}

std::string agents_of(const std::vector<AutobahnAgent>& index) {
  std::string out;
  for (const AutobahnAgent& one : index) {
    out += (out.empty() ? "" : ", ") + printable(one.agent);
  }
  return out;
}

}  // namespace

void add_judging_flags(CLI::App& command, JudgingFlags& flags) {
  command.add_option("--expect", flags.expect,
                     "What is known of the results: lines like 6.4.1 NON-STRICT # reason, or an "
                     "index.json of Autobahn's");
  command.add_option("--expect-agent", flags.expect_agent,
                     "The agent of that index.json; by itself the only one, or the one of the "
                     "same name");
  command
      .add_option("--level", flags.judging.level,
                  "Requirements whose failures count: must, should (and must), all")
      ->transform(
          choice<Level>({{"must", Level::kMust}, {"should", Level::kShould}, {"all", Level::kMay}}))
      ->option_text("must|should|all");
  command.add_flag("--strict", flags.judging.strict, "Exit 1 on NON-STRICT, too");
}

Judge::Judge(const JudgingFlags& flags, const std::vector<Case>& catalogue)
    : flags_(flags), catalogue_(catalogue) {
  if (flags.expect.empty()) {
    if (!flags.expect_agent.empty()) {
      throw UsageError("--expect-agent is given, but no --expect that it could speak of");
    }
    return;
  }
  const std::string text = read_text_file(flags.expect);
  if (!is_json(text)) {
    if (!flags.expect_agent.empty()) {
      throw UsageError(
          fmt::format("--expect-agent is given, but {} is no index.json", flags.expect));
    }
    expectations_ = or_usage_error(parse_expectations(flags.expect, text, catalogue));
    return;
  }
  index_ = or_usage_error(read_autobahn_index(flags.expect, text));
  for (const AutobahnAgent& agent : index_) {
    for (const AutobahnAgent::Entry& entry : agent.entries) {
      if (std::none_of(catalogue.begin(), catalogue.end(),
                       [&](const Case& one) { return one.id == entry.case_id; })) {
        throw UsageError(
            fmt::format("{}: agent \"{}\": no case is \"{}\"; `wsproof list` shows all ids",
                        flags.expect, printable(agent.agent), printable(entry.case_id)));
      }
    }
  }
  if (!flags.expect_agent.empty() && agent_in_index("") == nullptr) {
    throw UsageError(fmt::format("{}: has no agent \"{}\"; its agents are {}", flags.expect,
                                 printable(flags.expect_agent), agents_of(index_)));
  }
}

const AutobahnAgent* Judge::agent_in_index(const std::string& agent) const {
  if (flags_.expect_agent.empty() && index_.size() == 1) {
    return &index_.front();
  }
  const std::string& wanted = flags_.expect_agent.empty() ? agent : flags_.expect_agent;
  const auto found = std::find_if(index_.begin(), index_.end(),
                                  [&](const AutobahnAgent& one) { return one.agent == wanted; });
  return found == index_.end() ? nullptr : &*found;
}

std::vector<std::string> Judge::judge(Run& run) const {
  std::vector<std::string> failures;
  for (AgentRun& agent : run.agents) {
    std::optional<Expectations> of_agent;
    if (!index_.empty()) {
      const AutobahnAgent* known = agent_in_index(agent.agent);
      if (known == nullptr) {
        failures.push_back(fmt::format("{}: has no agent \"{}\"; name one of {} by --expect-agent",
                                       flags_.expect, agent.agent, agents_of(index_)));
      } else {
        of_agent = autobahn_expectations(flags_.expect, *known, catalogue_);
      }
    }
    const Expectations* expectations = of_agent        ? &*of_agent
                                       : expectations_ ? &*expectations_
                                                       : nullptr;
    conformance::judge(run, agent, expectations, flags_.judging);
  }
  return failures;
}

int exit_status(const Run& run) {
  const auto any = [&](const auto& holds) {
    return std::any_of(run.agents.begin(), run.agents.end(), holds);
  };
  const auto ended = [&](AgentRun::End end) {
    return any([end](const AgentRun& agent) { return agent.end == end; });
  };
  if (ended(AgentRun::End::kInterrupted)) {
    return exit_code::kInterrupted;
  }
  if (ended(AgentRun::End::kUnreachable) || ended(AgentRun::End::kDied)) {
    return exit_code::kTarget;
  }
  if (ended(AgentRun::End::kDeadline)) {
    return exit_code::kDeadline;
  }
  const bool unexpected = any([&](const AgentRun& agent) {
    return count(agent).unexpected > 0 || is_unproven(run, agent);
  });
  return unexpected ? exit_code::kUnexpected : exit_code::kAsExpected;
}

}  // namespace wsproof::conformance
