// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/engine/result.h"
#include "server/protocol/frame.h"

namespace wsproof::conformance {

/// What went over the wire as it was, in order, with its counts. Judges nothing. Bounded: of a
/// flood, the first and the last entries are kept, and how many lay between.
class Record {
 public:
  void add(TranscriptEntry entry);
  void add(TranscriptEntry::Kind kind, Time at, std::string text = {});
  /// Octets outside of frames: heads, garbage.
  void add_octets(TranscriptEntry::Kind kind, Time at, std::string_view octets);
  /// A whole frame; `payload` is unmasked and may be only the beginning of it.
  void add_frame(TranscriptEntry::Kind kind, Time at, const FrameHeader& header,
                 std::string_view payload);

  void count_read(std::size_t octets);
  void count_write(std::size_t octets);

  [[nodiscard]] std::uint64_t octets_sent() const { return octets_sent_; }
  [[nodiscard]] std::uint64_t octets_received() const { return octets_received_; }

  /// Puts transcript and counts into the result.
  void write_to(CaseResult& result) const;

 private:
  using Count = std::map<std::uint64_t, std::uint64_t>;

  std::vector<TranscriptEntry> first_;
  std::deque<TranscriptEntry> last_;
  std::uint64_t left_out_ = 0;
  std::uint64_t octets_sent_ = 0;
  std::uint64_t octets_received_ = 0;
  std::array<std::uint64_t, 16> frames_sent_{};
  std::array<std::uint64_t, 16> frames_received_{};
  Count reads_;
  Count writes_;
};

}  // namespace wsproof::conformance
