// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/peers/faulty/deflate.h"
#include "tests/peers/faulty/faults.h"
#include "tests/peers/faulty/frames.h"
#include "tests/peers/faulty/utf8.h"

namespace wsproof::faulty {

struct Message {
  bool binary = false;
  std::string payload;
};

/// Puts messages together from data frames: fragments, permessage-deflate, UTF-8. Each step gives
/// the close code where the connection has to fail over it.
class MessageReader {
 public:
  using Violation = std::optional<std::uint16_t>;

  explicit MessageReader(const Faults& faults) : faults_(faults), text_(faults) {}
  void inflate_with(bool forgets) { inflater_.emplace(forgets, faults_); }

  [[nodiscard]] Violation begin_frame(const FrameHeader& header);
  [[nodiscard]] Violation payload(std::string_view piece);
  [[nodiscard]] Violation end_frame();
  /// The frame is to leave no trace.
  void skip_frame() { skipping_ = true; }
  /// A ping came, which a message does not notice.
  void ping_came(std::string_view payload);
  /// A Close came, with which a half message is lost.
  void close_came();

  /// Between the fragments of a message.
  [[nodiscard]] bool in_message() const { return open_; }
  /// The messages that have become complete.
  [[nodiscard]] std::vector<Message> take() { return std::exchange(complete_, {}); }

 private:
  [[nodiscard]] Violation begin_fragment();
  void begin_message();
  [[nodiscard]] Violation contents(std::string_view octets);
  [[nodiscard]] Violation check_text(std::string_view octets);
  [[nodiscard]] Violation end_message();
  [[nodiscard]] std::uint16_t bad_text() const;
  [[nodiscard]] std::uint64_t limit() const;
  [[nodiscard]] std::string joined();
  void deliver();

  const Faults& faults_;
  TextCheck text_;
  std::optional<Inflater> inflater_;
  FrameHeader frame_;
  bool open_ = false;
  bool skipping_ = false;
  bool ended_ = false;  ///< a message in several fragments came before
  bool binary_ = false;
  bool compressed_ = false;
  std::uint64_t size_ = 0;
  std::vector<std::string> fragments_;
  std::string previous_;
  std::vector<Message> complete_;
};

}  // namespace wsproof::faulty
