// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "server/protocol/bytes.h"

namespace wsproof {

/// Octets on their way to one peer, in order: copies of what was written, and references to octets
/// that many peers share. Keeps its memory when it has been emptied, for the next use.
class WriteQueue {
 public:
  /// Copies `head` and `body`; both, or where there is no memory neither.
  void append(Bytes head, Bytes body = {});
  /// Holds a reference until the octets are consumed; nothing is copied.
  void append_shared(std::shared_ptr<const std::string> octets);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  /// How many contiguous pieces the queue consists of.
  [[nodiscard]] std::size_t pieces() const { return pieces_.size() - first_; }

  /// Puts views of the first pieces into `out`; returns how many. Valid until the next change.
  [[nodiscard]] std::size_t front(std::span<Bytes> out) const;
  /// Drops `count` octets from the front; no more than size().
  void consume(std::size_t count);

  /// Empties the queue and keeps at most `keep` octets of memory for copies.
  void clear(std::size_t keep);
  /// Memory held for copies.
  [[nodiscard]] std::size_t capacity() const { return own_.capacity(); }

 private:
  struct Piece {
    std::shared_ptr<const std::string> shared;  // null: a part of own_
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  [[nodiscard]] Bytes view(const Piece& piece) const;

  std::vector<std::uint8_t> own_;
  std::vector<Piece> pieces_;
  std::size_t first_ = 0;  // pieces before it are consumed
  std::size_t size_ = 0;
};

}  // namespace wsproof
