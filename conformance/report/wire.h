// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "conformance/engine/result.h"

namespace wsproof::conformance {

/// A frame in words: `text FIN=0 RSV=4`.
[[nodiscard]] std::string frame_name(const FrameHeader& frame);

/// What is said of one entry of a transcript, without its time: who, what, length, the beginning of
/// the payload: `-> text FIN=0          11  "Hello wor" ...`. At most `width` columns.
[[nodiscard]] std::string wire_entry(const TranscriptEntry& entry, std::size_t width);

/// The last `limit` lines of what went over the wire, times counted from the start of the
/// connection; equal neighbours drawn together. Each at most `width` columns. -> is the tester, <-
/// the endpoint under test.
[[nodiscard]] std::vector<std::string> wire_lines(const CaseResult& result, std::size_t limit,
                                                  std::size_t width);

/// All that went over the wire, an entry a line, heads in full: for --trace.
[[nodiscard]] std::vector<std::string> wire_trace(const CaseResult& result, std::size_t width);

/// A Close frame's body in words: `1002 "reason"`, or "no code".
[[nodiscard]] std::string close_body(std::string_view payload, std::size_t total,
                                     std::size_t width);

}  // namespace wsproof::conformance
