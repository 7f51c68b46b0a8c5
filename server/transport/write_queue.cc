// SPDX-License-Identifier: Apache-2.0
#include "server/transport/write_queue.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace wsproof {

void WriteQueue::append(Bytes head, Bytes body) {
  if (head.empty() && body.empty()) return;
  const std::size_t begin = own_.size();
  const bool joins = pieces() > 0 && pieces_.back().shared == nullptr;
  if (!joins) pieces_.push_back({nullptr, begin, begin});
  try {
    own_.insert(own_.end(), head.begin(), head.end());
    own_.insert(own_.end(), body.begin(), body.end());
  } catch (...) {
    own_.resize(begin);
    if (!joins) pieces_.pop_back();
    throw;
  }
  pieces_.back().end = own_.size();
  size_ += own_.size() - begin;
}

void WriteQueue::append_shared(std::shared_ptr<const std::string> octets) {
  if (octets->empty()) return;
  const std::size_t count = octets->size();
  pieces_.push_back({std::move(octets), 0, count});
  size_ += count;
}

Bytes WriteQueue::view(const Piece& piece) const {
  const Bytes all = piece.shared != nullptr ? as_bytes(*piece.shared) : Bytes(own_);
  return all.subspan(piece.begin, piece.end - piece.begin);
}

std::size_t WriteQueue::front(std::span<Bytes> out) const {
  const std::size_t count = std::min(out.size(), pieces());
  for (std::size_t i = 0; i < count; ++i) out[i] = view(pieces_[first_ + i]);
  return count;
}

void WriteQueue::consume(std::size_t count) {
  assert(count <= size_);
  size_ -= count;
  while (count > 0) {
    Piece& piece = pieces_[first_];
    const std::size_t taken = std::min(count, piece.end - piece.begin);
    piece.begin += taken;
    count -= taken;
    if (piece.begin == piece.end) {
      piece.shared.reset();
      ++first_;
    }
  }
  if (size_ == 0) {
    own_.clear();
    pieces_.clear();
    first_ = 0;
  }
}

void WriteQueue::clear(std::size_t keep) {
  pieces_.clear();
  first_ = 0;
  size_ = 0;
  own_.clear();
  if (own_.capacity() > keep) own_.shrink_to_fit();
}

}  // namespace wsproof
