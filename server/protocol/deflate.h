// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <tl/expected.hpp>
#include <vector>

#include "server/protocol/bytes.h"
#include "server/protocol/error.h"

namespace wsproof {

/// Takes the DEFLATE stream of one direction back to messages (RFC 7692 7.2.2). Accepts every legal
/// stream: stored, fixed and dynamic blocks, several blocks a message, BFINAL anywhere, empty
/// messages. Not thread-safe; zlib's state (about 7 KiB and the window) is allocated with the first
/// compressed octet and, without context takeover, given back after each message.
class MessageInflater {
 public:
  /// `window_bits` 8 to 15 as agreed; `no_context_takeover` empties the window after each message.
  MessageInflater(int window_bits, bool no_context_takeover);
  ~MessageInflater();
  MessageInflater(MessageInflater&&) noexcept;
  MessageInflater& operator=(MessageInflater&&) noexcept;

  /// Inflates the next piece of a message's payload and appends the result to `out`. Stops with
  /// kMessageTooBig as soon as `out` would pass `limit` octets, with kInflateFailed where the
  /// octets are not DEFLATE. `out` never holds more than `limit`; what was inflated before the
  /// failure stands in it. After a failure the object is good for nothing.
  ///
  /// A match that reaches back further than a window below 15 bits is refused where the octet that
  /// it means is gone, which depends on how the input was cut: zlib keeps what it has just made.
  [[nodiscard]] tl::expected<void, Error> push(Bytes piece, std::uint64_t limit,
                                               std::vector<std::uint8_t>& out);

  /// Ends the message: appends 00 00 ff ff (§7.2.2), which has to complete the empty block that the
  /// payload ends with. A stream that ends inside another block is kInflateFailed. A message
  /// without any octet is taken as the empty message, although DEFLATE has no such form: it harms
  /// nobody, and peers send it.
  [[nodiscard]] tl::expected<void, Error> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
  int window_bits_;
  bool no_context_takeover_;
  bool in_message_ = false;
};

class Compressor;

/// Compresses messages of one direction (RFC 7692 7.2.1). The state of the library at work (zlib's
/// about 260 KiB at 15 bits and memory level 8, ISA-L's about 165 KiB) is allocated with the first
/// octet.
class MessageDeflater {
 public:
  /// zlib has no raw window of 8 bits: negotiation never agrees to compress with 8.
  static constexpr int kMinWindowBits = 9;
  /// The level at which ISA-L does the work, at several times zlib's speed for the same ratio.
  static constexpr int kFastLevel = 1;

  /// `window_bits` kMinWindowBits to 15; `level` 0 to 9, with zlib's meaning but for kFastLevel;
  /// `mem_level` is zlib's and means nothing to ISA-L.
  MessageDeflater(int window_bits, bool no_context_takeover, int level, int mem_level);
  ~MessageDeflater();
  MessageDeflater(MessageDeflater&&) noexcept;
  MessageDeflater& operator=(MessageDeflater&&) noexcept;

  /// Appends the compressed form of the next piece of a message to `out`; with `last`, flushes and
  /// takes the trailing 00 00 ff ff off (§7.2.1). An empty message becomes one octet 00 (§7.2.3.6).
  /// Where it throws std::bad_alloc, message and window are forgotten: the next call begins anew.
  void push(Bytes piece, bool last, std::vector<std::uint8_t>& out);

  /// Gives the library's state back, and forgets the window with it; nothing within a message.
  void release();

 private:
  void compress(Bytes piece, bool last, std::vector<std::uint8_t>& out);

  std::unique_ptr<Compressor> compressor_;
  int window_bits_;
  int level_;
  int mem_level_;
  bool no_context_takeover_;
  bool in_message_ = false;
};

}  // namespace wsproof
