// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/deflate.h"

// Lets zlib's next_in point to octets that are only read.
#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <new>
#include <utility>

namespace wsproof {
namespace {

// What §7.2.2 puts back: LEN and NLEN of an empty stored block.
constexpr std::array<std::uint8_t, 4> kTail{0x00, 0x00, 0xff, 0xff};

// How much is made at a time, on the stack. Large enough that zlib's fast loop does the work, small
// enough to stay in the first-level cache; and it bounds how far past a limit anything is inflated.
constexpr std::size_t kChunk = 16 * 1024;

// zlib counts input in 32 bits.
constexpr std::size_t kMaxInput = std::size_t{1} << 30U;

// zlib's functions fail for want of memory, or where their contract is broken; nothing else is left
// once bad input has been dealt with.
void check(int result) {
  if (result == Z_MEM_ERROR) throw std::bad_alloc();
  assert(result == Z_OK);
}

}  // namespace

struct MessageInflater::State {
  z_stream stream{};
  // A block with BFINAL has just ended, and nothing has come behind it yet.
  bool after_final_block = false;

  explicit State(int window_bits) { check(inflateInit2(&stream, -window_bits)); }
  ~State() { inflateEnd(&stream); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // Whether all the input belongs to whole blocks. zlib's data_type has 128 where a block has ended
  // and the next has not begun, and in its low bits the number of bits it has read ahead.
  [[nodiscard]] bool between_blocks() const {
    return after_final_block || ((stream.data_type & 128) != 0 && (stream.data_type & 7) == 0);
  }
};

MessageInflater::MessageInflater(int window_bits, bool no_context_takeover)
    : window_bits_(window_bits), no_context_takeover_(no_context_takeover) {
  assert(window_bits >= 8 && window_bits <= 15);
}
MessageInflater::~MessageInflater() = default;
MessageInflater::MessageInflater(MessageInflater&&) noexcept = default;
MessageInflater& MessageInflater::operator=(MessageInflater&&) noexcept = default;

tl::expected<void, Error> MessageInflater::push(Bytes piece, std::uint64_t limit,
                                                std::vector<std::uint8_t>& out) {
  if (piece.empty()) return {};
  in_message_ = true;
  if (!state_) state_ = std::make_unique<State>(window_bits_);
  z_stream& stream = state_->stream;

  std::array<std::uint8_t, kChunk> chunk;  // NOLINT(*-member-init): inflate() fills it
  while (!piece.empty()) {
    const Bytes input = piece.first(std::min(piece.size(), kMaxInput));
    piece = piece.subspan(input.size());
    stream.next_in = input.data();
    stream.avail_in = static_cast<uInt>(input.size());

    for (bool more = true; more;) {
      // One octet more than there is room for: the only way to see that the limit is passed.
      const std::uint64_t room = limit - std::min<std::uint64_t>(limit, out.size());
      const std::size_t asked =
          room < chunk.size() ? static_cast<std::size_t>(room) + 1 : chunk.size();
      stream.next_out = chunk.data();
      stream.avail_out = static_cast<uInt>(asked);
      const int result = inflate(&stream, Z_SYNC_FLUSH);
      const std::size_t made = asked - stream.avail_out;
      const auto kept = static_cast<std::size_t>(std::min<std::uint64_t>(made, room));
      out.insert(out.end(), chunk.data(), chunk.data() + kept);
      if (made > room) return tl::unexpected(Error::kMessageTooBig);

      if (result == Z_STREAM_END) {
        // §7.2.3.4: BFINAL ends a block, not the message; the next block begins with the next
        // octet. The window must stay, since later messages may refer to it, so not inflateReset().
        // Fetching and setting the window again would do as well, at 64 KiB of copying for each
        // empty block of two octets.
        check(inflateResetKeep(&stream));
        state_->after_final_block = true;
        more = stream.avail_in > 0;
        continue;
      }
      if (made > 0 || stream.avail_in < input.size()) state_->after_final_block = false;
      if (result == Z_MEM_ERROR) throw std::bad_alloc();
      if (result != Z_OK && result != Z_BUF_ERROR) return tl::unexpected(Error::kInflateFailed);
      // With room left over, the input is used up and all that it gives has been handed out.
      more = stream.avail_out == 0;
    }
  }
  return {};
}

tl::expected<void, Error> MessageInflater::finish() {
  if (!in_message_) return {};
  // The header of the block that the tail belongs to is in the payload, and so is all that comes
  // before it: where the tail gives an octet, or does not end its block, it was taken for data.
  std::vector<std::uint8_t> nothing;
  if (!push(kTail, 0, nothing) || !state_->between_blocks()) {
    return tl::unexpected(Error::kInflateFailed);
  }
  in_message_ = false;
  // Allocating again is as cheap as a reset, and an idle connection keeps no window for nothing.
  if (no_context_takeover_) state_.reset();
  return {};
}

}  // namespace wsproof
