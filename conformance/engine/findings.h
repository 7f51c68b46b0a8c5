// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "conformance/engine/result.h"
#include "server/protocol/bytes.h"
#include "server/protocol/error.h"

namespace wsproof::conformance {

/// What the peer did that the RFC forbids, or that is worth knowing. Bounded: a fault that a peer
/// commits in every frame is written down a few times and then only counted.
class Findings {
 public:
  enum class Weight : std::uint8_t { kFatal, kTolerated, kRemark };

  /// `sentence` is whole, without a full stop; name and section are those of the error.
  void add(Error error, std::string sentence, Time at, Weight weight = Weight::kFatal);
  void add(std::string name, std::string sentence, std::string section, Time at,
           Weight weight = Weight::kFatal);

  [[nodiscard]] const std::vector<Finding>& all() const { return findings_; }
  [[nodiscard]] bool has(std::string_view name) const;

 private:
  std::vector<Finding> findings_;
};

}  // namespace wsproof::conformance
