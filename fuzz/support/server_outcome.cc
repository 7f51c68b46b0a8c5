// SPDX-License-Identifier: Apache-2.0
#include "fuzz/support/server_outcome.h"

#include <chrono>
#include <cstdio>

#include "fuzz/support/check.h"
#include "fuzz/support/frame_gatherer.h"
#include "server/protocol/session.h"

namespace wsproof::fuzz {

ServerOutcome serve(const Input& input) {
  SessionOptions options;
  options.limits.frame_payload = kPeerMessageLimit;
  options.limits.message_payload = kPeerMessageLimit;
  const Time now{std::chrono::seconds(1)};
  SessionWatch watch(Role::kServer, false, options.limits);
  Session session(Role::kServer, options, watch, std::nullopt, now);
  input.cut(input.data(), [&](MutableBytes piece) { session.receive(piece, now); });
  ServerOutcome outcome;
  const bool open = session.state() == Session::State::kOpen;
  session.receive_eof(now);
  const CloseInfo& info = watch.close_info();
  outcome.messages = watch.messages();
  if (!open) {
    outcome.end = info.error ? ServerOutcome::End::kFailed : ServerOutcome::End::kClosed;
    outcome.code = info.code;
    outcome.error = info.error;
  }
  return outcome;
}

void check_alike(const ServerOutcome& ours, const ServerOutcome& theirs, const Input& input) {
  const bool alike = ours.messages == theirs.messages && ours.end == theirs.end &&
                     (ours.end != ServerOutcome::End::kClosed || ours.code == theirs.code);
  if (alike) return;
  // Inside a frame one may have seen already that something is wrong, and the other not yet.
  FrameGatherer gatherer;
  std::vector<std::uint8_t> stream(input.data().begin(), input.data().end());
  gatherer.push(stream);
  const bool early =
      (ours.end == ServerOutcome::End::kOpen && theirs.end == ServerOutcome::End::kFailed) ||
      (ours.end == ServerOutcome::End::kFailed && theirs.end == ServerOutcome::End::kOpen);
  if (!gatherer.between_frames() && ours.messages == theirs.messages && early) return;
  for (const ServerOutcome* const one : {&ours, &theirs}) {
    std::fprintf(stderr, "%s: %zu messages, end %d, code %d\n", one == &ours ? "ours" : "theirs",
                 one->messages.size(), static_cast<int>(one->end), one->code);
  }
  check(false, "both receive the same messages and end in the same way");
}

}  // namespace wsproof::fuzz
