// SPDX-License-Identifier: Apache-2.0
// The conformance engine and a hostile peer: an echo endpoint whose octets are tampered with.
// Whatever comes, the case ends within its time, with a verdict that every report can tell. Option
// octets 0, 1 and 3: which case, by its fuzz_number(), or the next above that number; bit 16: the
// peer is a client; bit 17: waits are kept. Data: steps, each an octet that says what, and what
// that step needs.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "conformance/app/fuzz_number.h"
#include "conformance/catalogue/catalogue.h"
#include "conformance/engine/engine.h"
#include "conformance/engine/script.h"
#include "conformance/report/console.h"
#include "conformance/report/html_report.h"
#include "conformance/report/json_report.h"
#include "fuzz/support/check.h"
#include "fuzz/support/fixed_random.h"
#include "fuzz/support/input.h"
#include "fuzz/support/script.h"
#include "fuzz/support/target.h"
#include "server/protocol/frame.h"
#include "tests/support/endpoint.h"

namespace wsproof::fuzz {
namespace {

using conformance::Action;
using conformance::Case;
using conformance::Engine;

// Families 9, 12 and 13 send megabytes, which says little for the time that it takes.
bool is_small(const Case& one) {
  const std::string_view family = std::string_view(one.id).substr(0, one.id.find('.'));
  return family != "9" && family != "12" && family != "13" && !conformance::find_unsupported(one);
}

const std::map<std::uint32_t, Case>& catalogue() {
  static const auto all = [] {
    std::map<std::uint32_t, Case> cases;
    for (Case& one : conformance::load_catalogue(conformance::embedded_case_files())) {
      if (is_small(one)) cases.emplace(conformance::fuzz_number(one.id), std::move(one));
    }
    return cases;
  }();
  return all;
}

const Case& case_from(const Input& input) {
  const std::uint32_t wanted = input.option(0) | std::uint32_t{input.option(1)} << 8U |
                               std::uint32_t{input.option(3)} << 16U;
  const auto at = catalogue().lower_bound(wanted);
  return at == catalogue().end() ? catalogue().begin()->second : at->second;
}

conformance::EngineOptions options_from(const Input& input, FixedRandom& random) {
  conformance::EngineOptions options;
  options.peer = input.flag(16) ? Role::kClient : Role::kServer;
  options.settle = input.flag(17) ? conformance::Settle::kWait : conformance::Settle::kPing;
  options.random = &random;
  return options;
}

class Play {
 public:
  Play(const Input& input, const Case& test_case)
      : options_(options_from(input, random_)),
        peer_(options_.peer, echo_options()),
        engine_(test_case, options_) {}

  conformance::CaseResult run(Script script) {
    engine_.on_connected(now_);
    peer_.connected(now_);
    while (!engine_.done() && !script.done()) step(script);
    // The peer is sound again, or silent: the engine's own deadlines end the case.
    for (int steps = 0; !engine_.done(); ++steps) {
      check(steps < 10'000, "a case ends");
      carry(0);
      const std::optional<Time> next = engine_.next_deadline();
      check(engine_.done() || next, "an engine that is not done waits for something");
      if (next) now_ = std::max(now_, *next);
      engine_.on_time(now_);
      peer_.advance(now_);
    }
    static_cast<void>(engine_.take_actions());
    return engine_.result();
  }

 private:
  test::EchoOptions echo_options() {
    test::EchoOptions echo;
    echo.session.random = &random_;
    echo.client.host = "localhost";
    return echo;
  }

  void step(Script& script) {
    switch (script.octet() % 9) {
      case 0:
      case 1:
        return carry(0);
      case 2:
        return carry(script.octet());
      case 3: {  // tamper with what is on the way
        to_peer();
        const std::size_t at = script.number();
        const auto change = static_cast<char>(script.octet());
        if (at < output_.size()) output_[at] = static_cast<char>(output_[at] ^ change);
        return;
      }
      case 4:
        output_ += as_text(script.block());
        return;
      case 5:
        return inject_frame(script);
      case 6:
        now_ += std::chrono::milliseconds(script.number());
        engine_.on_time(now_);
        peer_.advance(now_);
        return;
      case 7:
        output_.erase(0, script.octet());
        return;
      default:
        if (ended_) return;
        ended_ = true;
        if (script.octet() % 2 == 0) {
          engine_.on_eof(now_);
        } else {
          engine_.on_lost("lost on purpose", now_);
        }
    }
  }

  void inject_frame(Script& script) {
    const std::uint8_t first = script.octet();
    RawFrame frame;
    frame.header.fin = (first & 0x80U) != 0;
    frame.header.rsv = first >> 4U & 7U;
    frame.header.opcode = first & 0xFU;
    frame.payload = as_text(script.block());
    frame.header.payload_length = frame.payload.size();
    if (options_.peer == Role::kClient) frame.header.masking_key = MaskingKey{1, 2, 3, 4};
    output_ += encode_frame(frame);
  }

  // The engine's octets go to the peer, and the peer's answer is on the way.
  void to_peer() {
    for (const Action& action : engine_.take_actions()) {
      if (action.kind == Action::Kind::kWrite) {
        peer_.receive(as_bytes(action.octets), now_);
      } else {
        peer_.receive_eof(now_);
      }
    }
    output_ += peer_.take_output();
  }

  void carry(std::size_t most) {
    now_ += std::chrono::microseconds(10);
    to_peer();
    const std::size_t size = most == 0 ? output_.size() : std::min(most, output_.size());
    const std::string piece = output_.substr(0, size);
    output_.erase(0, size);
    if (ended_) return;
    if (!piece.empty()) engine_.on_bytes(as_bytes(piece), now_);
    if (output_.empty() && peer_.end() != test::Endpoint::End::kOpen) {
      ended_ = true;
      engine_.on_eof(now_);
    }
  }

  Time now_{std::chrono::seconds(1)};
  FixedRandom random_;
  conformance::EngineOptions options_;
  test::EchoEndpoint peer_;
  Engine engine_;
  std::string output_;  // of the peer, on the way
  bool ended_ = false;
};

void check_reports(const Case& test_case, conformance::CaseResult result, Role peer) {
  conformance::Run run;
  run.peer = peer;
  run.cases = {&test_case};
  conformance::AgentRun agent;
  agent.agent = result.peer_name.value_or("nameless");
  agent.results.push_back(std::move(result));
  run.agents.push_back(std::move(agent));
  const std::string written = conformance::json_report(run);
  const auto again = conformance::read_json_report(written);
  check(again.has_value() && conformance::json_report(again->run) == written,
        "a result comes back from its report");
  const std::string text = conformance::console_report(run, {.verbose = true, .trace = true});
  check(std::none_of(text.begin(), text.end(),
                     [](char c) { return (c >= 0 && c < ' ' && c != '\n') || c == '\x7f'; }),
        "nothing that a peer sent controls the terminal");
  check(!conformance::html_report(run).empty(), "a result has a page");
}

}  // namespace

void run(Bytes octets) {
  const Input input(octets);
  const Case& test_case = case_from(input);
  const Role peer = input.flag(16) ? Role::kClient : Role::kServer;
  if (peer == Role::kServer ? !test_case.for_servers : !test_case.for_clients) return;
  conformance::CaseResult result = Play(input, test_case).run(Script(input.data()));
  check(result.case_id == test_case.id, "a result is that of its case");
  check(!result.happened.empty(), "a result says what happened");
  check_reports(test_case, std::move(result), peer);
}

}  // namespace wsproof::fuzz
