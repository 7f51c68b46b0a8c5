// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "conformance/report/run.h"

namespace wsproof::conformance {

/// What a peer may send to spoil a report: a screen wipe, a title change, a right-to-left override,
/// octets that are not UTF-8, the end of a script element.
inline const std::string kHostile =
    "\x1b[2J\x1b]0;owned\x07 \xff\xfe \xe2\x80\xae\xc2\x9b</script>\r\n";

/// A run made by hand, so that reports can be compared with files: four cases, of which the first
/// passes, the second fails, the third is NON-STRICT and the fourth informational.
class SampleRun {
 public:
  SampleRun();

  /// One agent more, whose cases all passed.
  SampleRun& with_perfect_agent();
  /// The peer sends kHostile wherever it can.
  SampleRun& with_hostile_peer();
  /// So many cases more that fail as 5.9 does.
  SampleRun& with_more_failures(int number);

  Run run;

 private:
  Case& add_case(const std::string& id, const std::string& title, const std::string& family);
  std::vector<std::unique_ptr<Case>> cases_;
};

}  // namespace wsproof::conformance
