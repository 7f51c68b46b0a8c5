// SPDX-License-Identifier: Apache-2.0
#include "conformance/engine/result.h"

namespace wsproof::conformance {

const char* autobahn_name(Behavior behavior) {
  switch (behavior) {
    case Behavior::kOk:
      return "OK";
    case Behavior::kNonStrict:
      return "NON-STRICT";
    case Behavior::kInformational:
      return "INFORMATIONAL";
    case Behavior::kUnimplemented:
      return "UNIMPLEMENTED";
    case Behavior::kFailed:
      break;
  }
  return "FAILED";
}

const char* autobahn_name(CloseBehavior behavior) {
  switch (behavior) {
    case CloseBehavior::kOk:
      return "OK";
    case CloseBehavior::kWrongCode:
      return "WRONG CODE";
    case CloseBehavior::kUnclean:
      return "UNCLEAN";
    case CloseBehavior::kFailedByClient:
      return "FAILED BY CLIENT";
    case CloseBehavior::kInformational:
      return "INFORMATIONAL";
    case CloseBehavior::kUnimplemented:
      return "UNIMPLEMENTED";
    case CloseBehavior::kFailed:
      break;
  }
  return "FAILED";
}

const char* name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return "PASS";
    case Verdict::kNonStrict:
      return "NON-STRICT";
    case Verdict::kInformational:
      return "INFORMATIONAL";
    case Verdict::kUnsupported:
      return "UNSUPPORTED";
    case Verdict::kFail:
      break;
  }
  return "FAIL";
}

int badness(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return 0;
    case Verdict::kInformational:
      return 1;
    case Verdict::kUnsupported:
      return 2;
    case Verdict::kNonStrict:
      return 3;
    case Verdict::kFail:
      return 4;
  }
  return 4;
}

}  // namespace wsproof::conformance
