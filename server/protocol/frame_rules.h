// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "server/protocol/error.h"
#include "server/protocol/frame.h"

namespace wsproof {

enum class Role : std::uint8_t { kServer, kClient };

/// What RFC 6455 section 5 (and RFC 7692 section 6) forbids in a sequence of frame headers. The
/// strict endpoint fails the connection on the first violation; the conformance observer notes all
/// and reads on.
class FrameRules {
 public:
  /// `sender` is the role of the peer whose frames are judged.
  FrameRules(Role sender, bool permessage_deflate)
      : sender_(sender), permessage_deflate_(permessage_deflate) {}

  /// The first violation of this header, given the frames before it. Fast; no allocation.
  [[nodiscard]] std::optional<Error> check(const FrameHeader& header) const;

  /// Every violation of this header, in the order of the wire.
  [[nodiscard]] std::vector<Error> check_all(const FrameHeader& header) const;

  /// Whether check() finds nothing, by arithmetic: nearly every header is legal, and a chain of
  /// branches costs more than parsing did.
  [[nodiscard]] bool is_legal(const FrameHeader& header) const;

  /// Takes note of the header, legal or not, before the next is checked.
  void advance(const FrameHeader& header) {
    if (header.opcode <= opcode::kBinary) in_message_ = !header.fin;
  }

  /// Whether a fragmented message is under way (§5.4).
  [[nodiscard]] bool in_message() const { return in_message_; }

 private:
  // Every rule once, in words; the reference for is_legal().
  template <typename Note>
  void judge(const FrameHeader& header, Note note) const;
  [[nodiscard]] std::optional<Error> first_violation(const FrameHeader& header) const;

  Role sender_;
  bool permessage_deflate_;
  bool in_message_ = false;
};

}  // namespace wsproof
