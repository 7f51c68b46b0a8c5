// SPDX-License-Identifier: Apache-2.0
#include "conformance/engine/autobahn.h"

#include <algorithm>

#include "conformance/engine/expectation.h"

namespace wsproof::conformance {
namespace {

/// "The first alternative whose events equal all that was received; else FAILED."
Behavior judge_events(const Case& test_case, const Observation& seen) {
  for (const Alternative& alternative : test_case.expect) {
    if (same_events(alternative.events, seen.events)) return alternative.behavior;
  }
  return Behavior::kFailed;
}

/// The tester sent its own Close, or had to end TCP over a peer that did nothing.
bool ended_by_tester(const CloseObservation& close) {
  return close.closed_by_tester || close.failed_by_tester ||
         (close.dropped_by_tester && !close.remote_close_received);
}

bool right_side(const Case& test_case, const CloseObservation& close) {
  switch (test_case.close.by) {
    case CloseExpectation::By::kTester:
      return ended_by_tester(close);
    case CloseExpectation::By::kPeer:
      return !ended_by_tester(close);
    case CloseExpectation::By::kNobody:
      return !close.closed_by_tester && !close.remote_close_received;
    case CloseExpectation::By::kAny:
      break;
  }
  return true;
}

CloseBehavior judge_close(const Case& test_case, const Observation& seen) {
  const CloseObservation& close = seen.close;
  const std::vector<std::uint16_t>& codes = test_case.close.codes;
  // The rules in their order; the first that applies decides.
  if (!close.opened) return CloseBehavior::kFailed;
  if (!right_side(test_case, close)) return CloseBehavior::kFailed;
  if (test_case.close.clean && !close.clean) return CloseBehavior::kUnclean;
  if (close.remote_code && !codes.empty() &&
      std::find(codes.begin(), codes.end(), *close.remote_code) == codes.end()) {
    return CloseBehavior::kWrongCode;
  }
  if (seen.peer == Role::kServer && close.dropped_by_tester) return CloseBehavior::kFailedByClient;
  return CloseBehavior::kOk;
}

}  // namespace

AutobahnPair judge_as_autobahn(const Case& test_case, const Observation& seen) {
  if (test_case.informational) return {Behavior::kInformational, CloseBehavior::kInformational};
  if (seen.deflate_declined || !seen.unsupported.empty()) {
    return {Behavior::kUnimplemented, CloseBehavior::kUnimplemented};
  }
  AutobahnPair pair{judge_events(test_case, seen), judge_close(test_case, seen)};
  // "If the tester had to close, the behaviour is FAILED too."
  if (test_case.close.wrong_endpoint_is_fatal && ended_by_tester(seen.close) &&
      test_case.close.by == CloseExpectation::By::kPeer) {
    pair.behavior = Behavior::kFailed;
  }
  if (test_case.close.wrong_code_is_fatal && pair.close == CloseBehavior::kWrongCode) {
    pair.behavior = Behavior::kFailed;
  }
  return pair;
}

Verdict summary(const AutobahnPair& pair) {
  if (pair.behavior == Behavior::kUnimplemented) return Verdict::kUnsupported;
  if (pair.behavior == Behavior::kInformational) return Verdict::kInformational;
  if (pair.behavior == Behavior::kFailed) return Verdict::kFail;
  if (pair.close != CloseBehavior::kOk && pair.close != CloseBehavior::kInformational) {
    return Verdict::kFail;
  }
  return pair.behavior == Behavior::kNonStrict ? Verdict::kNonStrict : Verdict::kPass;
}

}  // namespace wsproof::conformance
