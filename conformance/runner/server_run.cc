// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/server_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "conformance/report/layout.h"
#include "conformance/runner/verdicts.h"
#include "server/transport/tls_context.h"

namespace wsproof::conformance {
namespace {

using std::chrono::milliseconds;

// A target that has accepted connections and then refuses them is asked again so often, each time
// after a longer pause (100 ms, 200 ms, ...): one that a supervisor starts anew gets its chance.
constexpr int kRefusalsUntilDead = 5;
constexpr Time kRefusalPause = milliseconds(100);
// While waiting for a target that does not listen yet: the first pause, doubled each time, and the
// longest.
constexpr Time kFirstPause = milliseconds(10);
constexpr Time kLongestPause = milliseconds(250);
constexpr Time kTick = milliseconds(100);
// For an answer to the question whether it is TLS, which is an exception.
constexpr Duration kProbePatience = milliseconds(1'000);
// For a connection that shows that the server still lives; one that is merely busy does.
constexpr Time kLastLookPatience = milliseconds(1'000);
// Of a flood, a report needs no more; the counts are in the statistics.
constexpr std::size_t kKeptEvents = 200;

/// Features that no server can be given from here.
std::optional<std::string> missing_feature(const Case& test_case) {
  for (const std::string& feature : test_case.requires_features) {
    if (feature != "permessage-deflate") {
      return feature;
    }
  }
  return std::nullopt;
}

/// Whether the connection ended as that of a process does that has died.
bool was_cut_off(const CaseResult& result) {
  const CloseObservation& close = result.close;
  return result.ran && result.verdict == Verdict::kFail && !close.clean &&
         !close.remote_close_received && !close.open_timeout && !close.close_timeout &&
         !close.dropped_by_tester;
}

bool is_about_tls(const TransportError& error) {
  return error.name == tls_error::kCertificate || error.name == tls_error::kHandshake ||
         error.name == tls_error::kRefused || error.name == tls_error::kNoTls;
}

std::string with_advice(const TransportError& error, const Target& target) {
  if (error.name == tls_error::kCertificate) {
    return error.message + " (--ca FILE says whom to trust, --sni NAME which name to ask for, " +
           "--insecure takes any certificate)";
  }
  if (target.secure && (error.name == tls_error::kNoTls || error.name == kNoTlsAnswer)) {
    return error.message + "; the URL of a server without TLS begins with ws://";
  }
  return error.message;
}

EngineOptions options_for(const Target& target, const EngineOptions& given) {
  EngineOptions out = given;
  out.peer = Role::kServer;
  out.host = target.host_field();
  out.resource = target.resource;
  return out;
}

}  // namespace

ServerRun::ServerRun(Loop& loop, Clock clock, const Target& target, const RunnerOptions& options,
                     RunObserver& observer, std::function<void(AgentRun)> done)
    : loop_(loop),
      clock_(clock),
      target_(target),
      options_(options),
      engine_options_(options_for(target, options.engine)),
      observer_(observer),
      done_(std::move(done)),
      schedule_(options.cases, options.jobs),
      running_(options.cases.size()),
      results_(options.cases.size()),
      retry_(loop,
             [this] {
               holding_ = false;
               start_cases();
             }),
      ticker_(loop, [this] { report_progress(); }) {
  run_.target = target.url;
}

void ServerRun::start() {
  started_ = now();
  ticker_.start_repeating(kTick, kTick);
  start_cases();
}

void ServerRun::stop(AgentRun::End end, const std::string& reason, const std::string& each) {
  if (std::exchange(stopping_, true)) {
    return;
  }
  run_.end = end;
  run_.end_reason = reason;
  probe_.reset();
  last_look_.reset();
  if (scout_) {
    conclude(scout_->place, std::move(scout_->result));
  }
  for (const auto& one : running_) {
    if (one != nullptr) {
      one->abandon(each);
    }
  }
  conclude_rest(each);
  finish();
}

void ServerRun::start_cases() {
  while (!stopping_ && !holding_) {
    if (schedule_.target_is_silent()) {
      conclude_rest(fmt::format(
          "the server accepts TCP but answered none of {} opening handshakes in a row, each alone "
          "and given {}",
          Schedule::kSilentAlone, seconds(engine_options_.open_timeout)));
    }
    const auto place = schedule_.next();
    if (!place) {
      break;
    }
    const Case& test_case = *options_.cases[*place];
    if (const auto feature = missing_feature(test_case)) {
      static_cast<void>(schedule_.finished(*place, Schedule::Outcome::kAnswered));
      conclude(*place, unsupported(test_case, *feature, now()));
      continue;
    }
    running_[*place] = std::make_unique<CaseRun>(
        loop_, clock_, target_, test_case, engine_options_,
        [this] {
          reached_ = true;
          refused_in_a_row_ = 0;
          last_ended_.clear();
        },
        [this, at = *place](ConnectionOutcome outcome) { case_ended(at, std::move(outcome)); });
    running_[*place]->start();
  }
  for (const std::size_t place : schedule_.take_standing()) {
    conclude(place, std::move(late_.at(place)));
  }
  if (!stopping_ && !scout_ && !last_look_ && schedule_.empty()) {
    if (cut_off_) {
      look_a_last_time();
    } else {
      stopping_ = true;
      finish();
    }
  }
}

void ServerRun::look_a_last_time() {
  const auto over = [this](const TransportError* error) {
    if (std::exchange(stopping_, true)) {
      return;
    }
    last_look_->patience.stop();
    if (error != nullptr && error->name == "ECONNREFUSED") {
      run_.end = AgentRun::End::kDied;
      run_.end_reason = death_sentence(*error);
    }
    finish();
  };
  last_look_ = std::make_unique<LastLook>(loop_, target_, over);
}

ServerRun::LastLook::LastLook(Loop& loop, const Target& target,
                              const std::function<void(const TransportError*)>& over)
    : patience(loop, [over] { over(nullptr); }),
      connector(loop, target.host, target.port,
                [over](const tl::expected<std::unique_ptr<Stream>, TransportError>& outcome) {
                  over(outcome ? nullptr : &outcome.error());
                }) {
  patience.start(kLastLookPatience);
}

void ServerRun::case_ended(std::size_t place, ConnectionOutcome outcome) {
  // The case is what called us: it is taken down when its call has returned.
  ended_.push_back(std::move(running_[place]));
  loop_.defer([this] { ended_.clear(); });

  // Where somebody has been reached, one that does not answer in time is only busy.
  if (!outcome.result || (outcome.connect_error && !reached_)) {
    static_cast<void>(schedule_.finished(place, Schedule::Outcome::kNotReached));
    if (!stopping_ && outcome.connect_error) {
      not_reached(*outcome.connect_error);
    }
    return;
  }
  last_ended_.push_back(options_.cases[place]->id);
  outcome.result->ran = outcome.result->ran && !stopping_;
  const Schedule::Outcome how = outcome_of(*outcome.result);
  if (schedule_.finished(place, how) || stopping_) {
    if (!std::exchange(answered_, true) && may_want_tls(*outcome.result)) {
      ask_for_tls(place, std::move(*outcome.result));
      return;
    }
    conclude(place, std::move(*outcome.result));
  } else if (how == Schedule::Outcome::kLate) {
    late_.insert_or_assign(place, std::move(*outcome.result));
  }
  if (!stopping_) {
    loop_.defer([this] { start_cases(); });
  }
}

Schedule::Outcome ServerRun::outcome_of(const CaseResult& result) const {
  const CloseObservation& close = result.close;
  if (close.open_timeout && !stopping_) {
    return Schedule::Outcome::kOpenTimeout;
  }
  const bool late = close.close_timeout || close.tcp_end_timeout ||
                    result.duration >= engine_options_.case_timeout;
  return late && result.verdict == Verdict::kFail && !stopping_ ? Schedule::Outcome::kLate
                                                                : Schedule::Outcome::kAnswered;
}

bool ServerRun::may_want_tls(const CaseResult& first) const {
  // Servers that tell plain HTTP from TLS say 400; another status is HTTP's own.
  const std::string_view status = std::string_view(first.response_head).substr(0, 13);
  return (status.empty() || status.ends_with(" 400 ")) && !stopping_ && !target_.secure &&
         first.verdict == Verdict::kFail && !first.close.opened && !first.close.open_timeout;
}

void ServerRun::ask_for_tls(std::size_t place, CaseResult result) {
  holding_ = true;
  scout_ = Scout{place, std::move(result)};
  probe_ = std::make_unique<TlsProbe>(loop_, target_,
                                      std::min(engine_options_.open_timeout, kProbePatience),
                                      [this](bool speaks_tls) { tls_told(speaks_tls); });
}

void ServerRun::tls_told(bool speaks_tls) {
  loop_.defer([probe = std::shared_ptr<TlsProbe>(std::move(probe_))] {});
  Scout scout = std::move(*std::exchange(scout_, std::nullopt));
  if (speaks_tls) {
    const std::string reason = fmt::format("the server speaks TLS: its URL is wss{}",
                                           target_.url.substr(target_.url.find(':')));
    conclude(scout.place, not_run(*options_.cases[scout.place], engine_options_, reason, now()));
    stop(AgentRun::End::kUnreachable, reason, reason);
    return;
  }
  conclude(scout.place, std::move(scout.result));
  holding_ = false;
  start_cases();
}

void ServerRun::not_reached(const TransportError& error) {
  if (std::exchange(holding_, true)) {
    return;  // one refusal is as good as the many that happen at once
  }
  ++refused_in_a_row_;
  if (reached_) {
    if (refused_in_a_row_ >= kRefusalsUntilDead) {
      stop(AgentRun::End::kDied, death_sentence(error), "the server died during the run");
    } else {
      retry_.start(kRefusalPause * refused_in_a_row_);
    }
    return;
  }
  if (is_about_tls(error)) {
    // Waiting changes nothing about it.
    stop(AgentRun::End::kUnreachable, with_advice(error, target_),
         "the server cannot be reached over TLS");
    return;
  }
  const Time waited = now() - started_;
  const Time left = std::chrono::duration_cast<Time>(options_.wait_for) - waited;
  if (left <= Time{}) {
    const std::string reason = options_.wait_for.count() == 0
                                   ? with_advice(error, target_)
                                   : fmt::format("{}, not within {}", with_advice(error, target_),
                                                 seconds(options_.wait_for));
    stop(AgentRun::End::kUnreachable, reason, "the server cannot be reached");
    return;
  }
  const int doubled = std::min(refused_in_a_row_ - 1, 5);
  retry_.start(std::min({kFirstPause * (1 << doubled), kLongestPause, left}));
}

std::string ServerRun::death_sentence(const TransportError& error) const {
  std::string out = "the server died during the run: " + error.message;
  if (last_ended_.size() == 1) {
    out += fmt::format("; it happened while case {} ran", last_ended_.front());
  } else if (last_ended_.size() > 1) {
    std::vector<std::string> some(
        last_ended_.begin(),
        last_ended_.begin() +
            static_cast<std::ptrdiff_t>(std::min<std::size_t>(last_ended_.size(), 5)));
    std::sort(some.begin(), some.end(), id_less);
    out += fmt::format("; {} ran then, {} among them; --jobs 1 finds the one",
                       counted(last_ended_.size(), "case"), id_ranges(some));
  }
  return out;
}

void ServerRun::conclude(std::size_t place, CaseResult result) {
  if (results_[place]) {
    return;
  }
  ++concluded_;
  failed_ += result.verdict == Verdict::kFail ? 1 : 0;
  cut_off_ = cut_off_ || was_cut_off(result);
  if (result.received.size() > kKeptEvents) {
    result.received.resize(kKeptEvents);
    result.received.shrink_to_fit();
  }
  results_[place] = std::move(result);
  observer_.on_result(*results_[place]);
}

void ServerRun::conclude_rest(const std::string& reason) {
  for (const std::size_t place : schedule_.give_up()) {
    const auto late = late_.find(place);
    if (late != late_.end()) {
      conclude(place, std::move(late->second));
      continue;
    }
    conclude(place, not_run(*options_.cases[place], engine_options_, reason, now()));
  }
}

void ServerRun::report_progress() {
  Progress progress;
  progress.target = target_.url;
  progress.done = concluded_;
  progress.total = results_.size();
  progress.failed = failed_;
  std::optional<Time> earliest;
  for (const auto& one : running_) {
    if (one != nullptr && (!earliest || one->started() < *earliest)) {
      earliest = one->started();
      progress.running = one->test_case().id;
    }
  }
  observer_.on_progress(progress);
}

void ServerRun::finish() {
  retry_.stop();
  ticker_.stop();
  for (std::size_t i = 0; i < results_.size(); ++i) {
    // Only a schedule that lost a case could leave one here; it must not look like a pass.
    if (!results_[i]) {
      results_[i] = not_run(*options_.cases[i], engine_options_, "the run ended before it", now());
    }
    run_.results.push_back(std::move(*results_[i]));
  }
  run_.duration = now() - started_;
  const auto done = std::move(done_);
  done(std::move(run_));
}

}  // namespace wsproof::conformance
