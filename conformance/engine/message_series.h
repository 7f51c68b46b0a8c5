// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/catalogue/case.h"
#include "server/protocol/deflate.h"

namespace wsproof::conformance {

/// How the tester's end compresses.
struct Compression {
  int window_bits = 15;
  bool no_context_takeover = false;
  int level = 6;

  // The check takes the comparison's own 0 for a pointer. NOLINTNEXTLINE(modernize-use-nullptr)
  auto operator<=>(const Compression&) const = default;
};

/// The messages of an exchange, one after the other without end, as they are and as they go over
/// the wire. Everything that cases have in common is there once: the slices of a corpus come round
/// again, and the compressed form of a message is kept and sent again where the octets before it
/// are the same as far as the window reaches. Belongs to one thread.
class MessageSeries {
 public:
  /// The series that all exchanges of this kind share. `compression`: nothing where the messages go
  /// as they are.
  [[nodiscard]] static std::shared_ptr<MessageSeries> of(
      const Exchange& exchange, const std::optional<Compression>& compression);

  MessageSeries(const Exchange& exchange, const std::optional<Compression>& compression);

  /// Views live as long as the series.
  [[nodiscard]] std::string_view message(std::uint64_t index) const;
  [[nodiscard]] std::string_view on_wire(std::uint64_t index);

 private:
  [[nodiscard]] std::uint64_t place_on_wire(std::uint64_t index) const;

  std::string payload_;  ///< without a corpus
  std::vector<std::string_view> messages_;
  std::optional<Compression> compression_;
  std::optional<MessageDeflater> deflater_;
  std::deque<std::string> on_wire_;
  std::uint64_t warm_ = 0;  ///< from this message on, the window is full of messages before it
};

}  // namespace wsproof::conformance
