// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/client_programs.h"

#include <fmt/format.h>

#include <csignal>
#include <utility>

#include "conformance/report/layout.h"
#include "conformance/runner/control_request.h"
#include "conformance/runner/verdicts.h"

namespace wsproof::conformance {
namespace {

using std::chrono::milliseconds;

// After its case is over a program has so long to end by itself, and again after SIGTERM.
constexpr Time kExitPatience = milliseconds(1'000);
// A connection that a program made before it died may still stand in the listener's queue.
constexpr Time kLateArrival = milliseconds(100);
// So many programs that end or wait without ever connecting: the next would do the same.
constexpr int kSilentPrograms = 3;
// Of its output, what helps in a report; more is in the way of the wire log.
constexpr std::size_t kShownLines = 5;

std::string replaced(std::string text, std::string_view mark, std::string_view value) {
  for (std::size_t at = text.find(mark); at != std::string::npos;
       at = text.find(mark, at + value.size())) {
    text.replace(at, mark.size(), value);
  }
  return text;
}

}  // namespace

std::vector<std::string> fill_in(const std::vector<std::string>& command,
                                 const ProgramWords& words) {
  std::vector<std::string> out;
  bool has_url = false;
  for (const std::string& word : command) {
    has_url = has_url || word.find("{url}") != std::string::npos;
    out.push_back(
        replaced(replaced(replaced(word, "{case}", words.case_id), "{agent}", words.agent), "{url}",
                 words.url));
  }
  if (!has_url) {
    out.push_back(words.url);
  }
  return out;
}

bool is_cut_by_shell(const std::vector<std::string>& command) {
  for (std::size_t i = 1; i < command.size(); ++i) {
    const std::string& script = command[i];
    const std::size_t at = script.find("{url}");
    if (command[i - 1] != "-c" || at == std::string::npos) {
      continue;
    }
    char quotes = '\0';
    for (const char c : std::string_view(script).substr(0, at)) {
      if (quotes == c) {
        quotes = '\0';
      } else if (quotes == '\0' && (c == '\'' || c == '"')) {
        quotes = c;
      }
    }
    return quotes == '\0';
  }
  return false;
}

void note_output(CaseResult& result, const std::vector<std::string>& lines, Time at) {
  const std::size_t first = lines.size() > kShownLines ? lines.size() - kShownLines : 0;
  for (std::size_t i = first; i < lines.size(); ++i) {
    TranscriptEntry note;
    note.kind = TranscriptEntry::Kind::kNote;
    note.at = at;
    note.text = "the program printed: " + lines[i];
    result.transcript.push_back(std::move(note));
  }
}

/// One case's program.
struct ClientPrograms::Slot {
  Slot(Loop& loop, std::function<void()> fire) : timer(loop, std::move(fire)) {}

  std::unique_ptr<Process> process;
  Timer timer;
  Time started{};
  bool connected = false;
  std::string obstacle;      // a sentence, if something is known of what kept it away
  bool told_to_end = false;  // SIGTERM was ours
  std::optional<ProcessEnd> end;
  std::optional<CaseResult> result;
};

ClientPrograms::ClientPrograms(Loop& loop, Clock clock, const ClientRunnerOptions& options,
                               std::string agent, std::string url, ClientRunnerObserver& observer,
                               std::function<void()> finished)
    : loop_(loop),
      clock_(clock),
      options_(options),
      engine_options_(options.clients.engine),
      agent_(std::move(agent)),
      url_(std::move(url)),
      observer_(observer),
      finished_(std::move(finished)),
      slots_(options.clients.cases.size()),
      rounds_(options.clients.cases.size()),
      results_(options.clients.cases.size()) {
  engine_options_.peer = Role::kClient;
  for (std::size_t place = 0; place < slots_.size(); ++place) {
    waiting_.push_back(place);
  }
}

ClientPrograms::~ClientPrograms() = default;

void ClientPrograms::start() { fill_slots(); }

void ClientPrograms::fill_slots() {
  // The first ones go alone: a program that cannot connect at all is found out once, not for all.
  while (!stopping_ && !waiting_.empty() && running_ < (any_connected_ ? options_.jobs : 1)) {
    const std::size_t place = waiting_.front();
    waiting_.pop_front();
    launch(place);
  }
  if (!stopping_ && waiting_.empty() && running_ == 0) {
    stopping_ = true;
    finished_();
  }
}

void ClientPrograms::launch(std::size_t place) {
  const std::string& id = options_.clients.cases[place]->id;
  const std::string url =
      fmt::format("{}/runCase?case={}&agent={}", url_, place + 1, query_escaped(agent_));
  slots_[place] = std::make_unique<Slot>(loop_, [this, place] { out_of_patience(place); });
  Slot& slot = *slots_[place];
  slot.started = clock_.now();
  ++running_;
  auto process = Process::start(loop_, fill_in(options_.command, {url, id, agent_}),
                                [this, place](const ProcessEnd& end) { exited(place, end); });
  if (!process) {
    stop(AgentRun::End::kUnreachable, process.error().message, process.error().message);
    return;
  }
  slot.process = std::move(*process);
  slot.timer.start(std::chrono::duration_cast<Time>(options_.connect_timeout));
}

void ClientPrograms::on_obstacle(const std::string& sentence) {
  for (const auto& slot : slots_) {
    if (slot != nullptr && !slot->connected) {
      slot->obstacle = sentence;
    }
  }
}

void ClientPrograms::on_case_started(std::size_t place) {
  any_connected_ = true;
  if (Slot* slot = slots_[place].get()) {
    slot->connected = true;
    slot->timer.stop();
  }
  loop_.defer([this] { fill_slots(); });
}

void ClientPrograms::on_case_ended(std::size_t place, const CaseResult& result) {
  Slot* slot = slots_[place].get();
  if (slot == nullptr) {
    return;  // the case had its result already
  }
  slot->result = result;
  if (slot->end) {
    conclude(place);
  } else {
    slot->timer.start(kExitPatience);
  }
}

void ClientPrograms::exited(std::size_t place, const ProcessEnd& end) {
  Slot& slot = *slots_[place];
  slot.end = end;
  const bool not_supported = end.signal == 0 && end.status == kNotSupported;
  if (slot.result || not_supported || slot.told_to_end) {
    conclude(place);
  } else if (slot.connected) {
    slot.timer.stop();  // its engine sees the end of TCP
  } else {
    slot.timer.start(kLateArrival);
  }
}

void ClientPrograms::out_of_patience(std::size_t place) {
  Slot& slot = *slots_[place];
  if (slot.end) {
    conclude(place);
    return;
  }
  slot.process->signal(slot.told_to_end ? SIGKILL : SIGTERM);
  slot.told_to_end = true;
  slot.timer.start(kExitPatience);
}

std::string ClientPrograms::why_silent(const Slot& slot) const {
  std::string out =
      slot.told_to_end
          ? fmt::format("the program did not connect within {}",
                        seconds(std::chrono::duration_cast<Time>(options_.connect_timeout)))
          : fmt::format("the program ended ({}) without connecting", slot.end->text());
  if (!slot.obstacle.empty()) {
    out += "; " + slot.obstacle;
  } else if (is_cut_by_shell(options_.command)) {
    out += "; {url} holds an &, at which a shell cuts its command: quote it there, as '{url}'";
  }
  return out;
}

CaseResult ClientPrograms::never_connected(std::size_t place, const Slot& slot) const {
  CaseResult result =
      not_run(*options_.clients.cases[place], engine_options_, why_silent(slot), slot.started);
  result.duration = clock_.now() - slot.started;
  return result;
}

CaseResult ClientPrograms::judge(std::size_t place, const Slot& slot) const {
  if (slot.end->signal == 0 && slot.end->status == kNotSupported) {
    CaseResult result = unsupported(*options_.clients.cases[place], "", slot.started);
    result.happened = "the program says that it does not support this (exit status 127)";
    return result;
  }
  CaseResult result = slot.result ? *slot.result : never_connected(place, slot);
  if (slot.result && slot.end->signal != 0 && !slot.told_to_end) {
    result.verdict = Verdict::kFail;
    result.happened =
        fmt::format("the program was ended by {}; {}", slot.end->text(), result.happened);
  }
  if (result.verdict == Verdict::kFail) {
    note_output(result, slot.process->last_lines(), result.started + result.duration);
  }
  return result;
}

void ClientPrograms::conclude(std::size_t place) {
  Slot& slot = *slots_[place];
  slot.timer.stop();
  CaseResult result = judge(place, slot);
  const bool silent = !slot.connected && result.verdict == Verdict::kFail;
  if (silent) {
    silence_ = why_silent(slot);
    run_.program_output = slot.process->last_lines();
  }
  // Its process or its timer may be what called us.
  over_.push_back(std::move(slots_[place]));
  --running_;
  const bool again = goes_on(place, result);
  rounds_[place].push_back(std::move(result));
  if (again) {
    waiting_.push_front(place);
  } else {
    settle(place, worst(std::move(rounds_[place])));
  }
  if (silent && !any_connected_ && ++silent_ == kSilentPrograms) {
    loop_.defer([this, reason = results_[place]->happened] {
      stop(AgentRun::End::kUnreachable,
           fmt::format("{} programs in a row never connected to {}: {}", kSilentPrograms, url_,
                       silence_),
           "no program connected");
    });
    return;
  }
  loop_.defer([this] {
    over_.clear();
    fill_slots();
  });
}

bool ClientPrograms::goes_on(std::size_t place, const CaseResult& latest) const {
  return !stopping_ && latest.ran && latest.verdict != Verdict::kUnsupported &&
         rounds_[place].size() + 1 < connections_of(*options_.clients.cases[place]);
}

void ClientPrograms::settle(std::size_t place, CaseResult result) {
  if (results_[place]) {
    return;
  }
  ++concluded_;
  failed_ += result.verdict == Verdict::kFail ? 1 : 0;
  results_[place] = std::move(result);
  observer_.on_result(*results_[place]);
}

void ClientPrograms::stop(AgentRun::End end, const std::string& reason, const std::string& each) {
  if (std::exchange(stopping_, true)) {
    return;
  }
  run_.end = end;
  run_.end_reason = reason;
  for (std::size_t place = 0; place < slots_.size(); ++place) {
    if (slots_[place] != nullptr) {
      over_.push_back(std::move(slots_[place]));
      if (over_.back()->result) {
        rounds_[place].push_back(std::move(*over_.back()->result));
      }
    }
    if (!results_[place] && !rounds_[place].empty()) {
      const bool all = rounds_[place].size() == connections_of(*options_.clients.cases[place]);
      CaseResult result = worst(std::move(rounds_[place]));
      result.ran = result.ran && all;
      settle(place, std::move(result));
    }
    if (!results_[place]) {
      settle(place, not_run(*options_.clients.cases[place], engine_options_, each, clock_.now()));
    }
  }
  loop_.defer([this] {
    over_.clear();
    finished_();
  });
}

AgentRun ClientPrograms::take() {
  if (run_.end == AgentRun::End::kComplete && !any_connected_ && silent_ > 0) {
    run_.end = AgentRun::End::kUnreachable;
    run_.end_reason = fmt::format("no client asked for a case: {}", silence_);
  }
  if (run_.end != AgentRun::End::kUnreachable) {
    run_.program_output.clear();  // of one among others; its case's notes hold it
  }
  for (auto& result : results_) {
    run_.results.push_back(std::move(*result));
  }
  return std::move(run_);
}

Progress ClientPrograms::progress() const {
  Progress out;
  out.done = concluded_;
  out.total = results_.size();
  out.failed = failed_;
  std::optional<Time> earliest;
  for (std::size_t place = 0; place < slots_.size(); ++place) {
    const Slot* slot = slots_[place].get();
    if (slot != nullptr && (!earliest || slot->started < *earliest)) {
      earliest = slot->started;
      out.running = options_.clients.cases[place]->id;
    }
  }
  return out;
}

}  // namespace wsproof::conformance
