// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/protocol/bytes.h"
#include "server/protocol/mask.h"
#include "server/protocol/session.h"

namespace wsproof::load {

enum class Content : std::uint8_t {
  kBinary,
  kText,   ///< ASCII
  kMixed,  ///< text with code points of one to four octets
};

/// Who sent a message, and its number among what he sent.
struct Stamp {
  std::uint16_t sender = 0;
  std::uint32_t number = 0;
  bool operator==(const Stamp&) const = default;
};

/// The messages of a run: a stamp in hexadecimal digits, where there is room for it, and the same
/// octets behind it in all of them. Made once; only the stamp is written anew for each message.
class Payload {
 public:
  static constexpr std::size_t kStampSize = 12;

  Payload(Content content, std::size_t size);

  [[nodiscard]] MessageKind kind() const {
    return content_ == Content::kBinary ? MessageKind::kBinary : MessageKind::kText;
  }
  [[nodiscard]] std::size_t size() const { return plain_.size(); }
  [[nodiscard]] std::size_t frame_size() const { return frame_.size(); }
  [[nodiscard]] bool stamped() const { return size() >= kStampSize; }

  /// The message with this stamp. Valid until the next call.
  [[nodiscard]] Bytes message(Stamp stamp);
  /// The same as a whole frame of a client. Its masking key is the same for all: a fresh one for
  /// each would have the generator mask instead of the server unmask. Valid until the next call.
  [[nodiscard]] Bytes frame(Stamp stamp);

  /// The stamp of a message that came back whole; nothing where it differs from all that were sent.
  /// Where there is no room for a stamp, an empty one.
  [[nodiscard]] std::optional<Stamp> read(MessageKind kind, Bytes message) const;

 private:
  Content content_;
  std::string plain_;
  std::string frame_;
  std::size_t header_ = 0;  // octets of frame_ before the payload
  MaskingKey key_{};
};

}  // namespace wsproof::load
