// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/deflate.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <utility>

#include "server/protocol/compressor.h"

namespace wsproof {
namespace {

// What a flush leaves at the end and §7.2.1 takes off: LEN and NLEN of an empty stored block.
constexpr std::array<std::uint8_t, 4> kTail{0x00, 0x00, 0xff, 0xff};

// §7.2.3.6: the header of an empty stored block whose LEN and NLEN were taken off.
constexpr std::uint8_t kEmptyMessage = 0x00;

// The libraries count input in 32 bits.
constexpr std::size_t kMaxInput = std::size_t{1} << 30U;

}  // namespace

MessageDeflater::MessageDeflater(int window_bits, bool no_context_takeover, int level,
                                 int mem_level)
    : window_bits_(window_bits),
      level_(level),
      mem_level_(mem_level),
      no_context_takeover_(no_context_takeover) {
  assert(window_bits >= kMinWindowBits && window_bits <= 15);
}
MessageDeflater::~MessageDeflater() = default;
MessageDeflater::MessageDeflater(MessageDeflater&&) noexcept = default;
MessageDeflater& MessageDeflater::operator=(MessageDeflater&&) noexcept = default;

void MessageDeflater::push(Bytes piece, bool last, std::vector<std::uint8_t>& out) {
  if (piece.empty() && !in_message_) {
    // zlib gives nothing for a second flush in a row, and would need its state for the first.
    if (last) out.push_back(kEmptyMessage);
    return;
  }
  const std::size_t before = out.size();
  in_message_ = !last;
  try {
    compress(piece, last, out);
  } catch (...) {
    out.resize(before);
    in_message_ = false;
    compressor_.reset();
    throw;
  }
}

void MessageDeflater::compress(Bytes piece, bool last, std::vector<std::uint8_t>& out) {
  if (!compressor_) compressor_ = make_compressor(window_bits_, level_, mem_level_);
  for (; piece.size() > kMaxInput; piece = piece.subspan(kMaxInput)) {
    compressor_->add(piece.first(kMaxInput), out);
  }
  if (!last) return compressor_->add(piece, out);
  compressor_->flush(piece, out);

  // The flush ends in this call, so that the whole tail is in `out`, whatever chunks it came in.
  assert(out.size() > kTail.size() && std::equal(kTail.begin(), kTail.end(), out.end() - 4));
  out.erase(out.end() - kTail.size(), out.end());
  // Unlike the inflater's, this state costs more to allocate than to reset.
  if (no_context_takeover_) compressor_->reset();
}

void MessageDeflater::release() {
  if (!in_message_) compressor_.reset();
}

}  // namespace wsproof
