// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/runner/client_runner.h"
#include "server/transport/process.h"
#include "server/transport/timer.h"

namespace wsproof::conformance {

/// What stands for {url}, {case} and {agent} in a program's arguments.
struct ProgramWords {
  std::string url;
  std::string case_id;
  std::string agent;
};

/// The command with its placeholders filled in; where none stands for the URL, it comes last.
[[nodiscard]] std::vector<std::string> fill_in(const std::vector<std::string>& command,
                                               const ProgramWords& words);

/// Whether the command has a shell run a script ("-c") in which {url} stands without quotes.
[[nodiscard]] bool is_cut_by_shell(const std::vector<std::string>& command);

/// The last lines of the program's output, as notes behind what happened.
void note_output(CaseResult& result, const std::vector<std::string>& lines, Time at);

/// The status by which a program says that it does not do this: what shells return for a command
/// that they do not have.
inline constexpr int kNotSupported = 127;

/// Starts the program under test for each case, several at a time, and makes one result of what the
/// engine saw and of how the program ended. For a case of several connections it is started so
/// often in turn, also where they are meant to be side by side: a program connects when it likes
/// to.
class ClientPrograms {
 public:
  /// All references outlive this object. `finished` is called once, as the last thing.
  ClientPrograms(Loop& loop, Clock clock, const ClientRunnerOptions& options, std::string agent,
                 std::string url, ClientRunnerObserver& observer, std::function<void()> finished);
  ~ClientPrograms();

  void start();
  /// Ends it now: programs are killed, and every case without a result gets `each` as its reason.
  void stop(AgentRun::End end, const std::string& reason, const std::string& each);

  // What the listening side saw.
  /// Something that may be why a program that runs now does not get as far as its case: a sentence.
  void on_obstacle(const std::string& sentence);
  void on_case_started(std::size_t place);
  void on_case_ended(std::size_t place, const CaseResult& result);

  /// By id; complete once it has finished.
  [[nodiscard]] AgentRun take();
  [[nodiscard]] Progress progress() const;

 private:
  struct Slot;

  void fill_slots();
  void launch(std::size_t place);
  void exited(std::size_t place, const ProcessEnd& end);
  /// The time for what the program has to do next is over.
  void out_of_patience(std::size_t place);
  void conclude(std::size_t place);
  /// Whether the case has more connections to be made.
  [[nodiscard]] bool goes_on(std::size_t place, const CaseResult& latest) const;
  void settle(std::size_t place, CaseResult result);
  [[nodiscard]] CaseResult judge(std::size_t place, const Slot& slot) const;
  [[nodiscard]] std::string why_silent(const Slot& slot) const;
  [[nodiscard]] CaseResult never_connected(std::size_t place, const Slot& slot) const;

  Loop& loop_;
  Clock clock_;
  const ClientRunnerOptions& options_;
  EngineOptions engine_options_;
  std::string agent_;
  std::string url_;
  ClientRunnerObserver& observer_;
  std::function<void()> finished_;
  std::deque<std::size_t> waiting_;
  std::vector<std::unique_ptr<Slot>> slots_;     // by the case's place; null: not running
  std::vector<std::unique_ptr<Slot>> over_;      // destroyed at the end of the tick
  std::vector<std::vector<CaseResult>> rounds_;  // of each case, what its connections came to
  std::vector<std::optional<CaseResult>> results_;
  std::size_t running_ = 0;
  std::size_t concluded_ = 0;
  std::size_t failed_ = 0;
  bool any_connected_ = false;
  int silent_ = 0;       // programs that never connected, while none has
  std::string silence_;  // why the last of them did not
  bool stopping_ = false;
  AgentRun run_;
};

}  // namespace wsproof::conformance
