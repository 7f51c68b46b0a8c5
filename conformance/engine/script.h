// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "conformance/catalogue/case.h"
#include "conformance/engine/outbox.h"

namespace wsproof::conformance {

/// The steps of a case, one after the other: sends go to the outbox at once; a wait, an await or an
/// exchange stops the script until it is told to go on.
class Script {
 public:
  /// Both outlive the script.
  Script(const Case& test_case, Outbox& outbox) : case_(test_case), outbox_(outbox) {}

  /// Runs up to the next wait, await or exchange, or to the end.
  void run();

  /// What the script stands at, if anything; go_on() passes it.
  [[nodiscard]] const Wait* waiting() const;
  [[nodiscard]] const Await* awaiting() const;
  [[nodiscard]] const Exchange* exchanging() const;
  /// Messages of all exchanges.
  [[nodiscard]] std::uint64_t exchange_size() const;
  void go_on() { ++next_; }
  /// The connection has ended: no further step makes sense.
  void stop();

  [[nodiscard]] bool done() const { return next_ >= case_.steps.size(); }
  /// Whether the steps wait for this and are not over: what then happens to the connection is
  /// theirs to answer, not the engine's.
  [[nodiscard]] bool minds(Await::What what) const { return !done() && awaits(what); }
  /// Whether steps are to be sent before the peer has answered the opening handshake.
  [[nodiscard]] bool starts_before_answer() const { return awaits(Await::What::kAnswer); }
  /// The tester has begun its closing handshake in a step.
  [[nodiscard]] bool closing_begun() const { return closing_begun_; }
  /// A Close frame has been sent that is a stimulus and not the tester's own closing.
  [[nodiscard]] bool close_is_stimulus() const { return close_is_stimulus_; }

 private:
  [[nodiscard]] bool awaits(Await::What what) const;

  const Case& case_;
  Outbox& outbox_;
  std::size_t next_ = 0;
  bool closing_begun_ = false;
  bool close_is_stimulus_ = false;
};

/// What keeps a case from being run by this engine, as one sentence; nothing where it can be.
[[nodiscard]] std::optional<std::string> find_unsupported(const Case& test_case);

}  // namespace wsproof::conformance
