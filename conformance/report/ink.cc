// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/ink.h"

namespace wsproof::conformance {

std::string Ink::by_verdict(Verdict verdict, std::string_view text) const {
  switch (verdict) {
    case Verdict::kPass:
      return green(text);
    case Verdict::kNonStrict:
      return yellow(text);
    case Verdict::kInformational:
      return blue(text);
    case Verdict::kUnsupported:
      return faint(text);
    case Verdict::kFail:
      return red(text);
  }
  return std::string(text);
}

std::string Ink::dye(std::string_view code, std::string_view text) const {
  if (!colour_ || text.empty()) {
    return std::string(text);
  }
  std::string out = "\x1b[";
  out += code;
  out += 'm';
  out += text;
  out += "\x1b[0m";
  return out;
}

}  // namespace wsproof::conformance
