// SPDX-License-Identifier: Apache-2.0
// Inflating anything: output never passes the limit, nor does memory, and pieces give what the
// whole gives. Options: octet 0 the window (8 to 15) and, in bit 3, no context takeover; octet 1
// the limit in units of 64 octets. Data: messages, each a block of a script.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "fuzz/support/check.h"
#include "fuzz/support/heap.h"
#include "fuzz/support/input.h"
#include "fuzz/support/script.h"
#include "fuzz/support/target.h"
#include "server/protocol/deflate.h"

namespace wsproof::fuzz {
namespace {

// Two inflaters, each with zlib's state, its window and what is set aside for a piece.
constexpr std::size_t kInflaters = 256 * 1024;

struct Inflated {
  std::vector<std::uint8_t> octets;
  std::optional<Error> error;

  bool operator==(const Inflated&) const = default;
};

void push(MessageInflater& inflater, Bytes piece, std::uint64_t limit, Inflated& into) {
  if (into.error) return;
  const auto pushed = inflater.push(piece, limit, into.octets);
  check(into.octets.size() <= limit, "output keeps to the limit");
  if (!pushed) into.error = pushed.error();
}

void finish(MessageInflater& inflater, Inflated& into) {
  if (into.error) return;
  if (const auto finished = inflater.finish(); !finished) into.error = finished.error();
}

}  // namespace

void run(Bytes octets) {
  const Input input(octets);
  const int window = 8 + input.option(0) % 8;
  const bool no_takeover = input.flag(3);
  const std::uint64_t limit = input.option(1) * std::uint64_t{64};
  Heap::reset();
  MessageInflater whole(window, no_takeover);
  MessageInflater cut(window, no_takeover);
  Script script(input.data());
  while (!script.done()) {
    const Bytes message = script.block();
    Inflated expected;
    push(whole, message, limit, expected);
    finish(whole, expected);
    Inflated pieces;
    input.cut(message, [&](MutableBytes piece) { push(cut, piece, limit, pieces); });
    finish(cut, pieces);
    // Both outputs, each in a vector that doubles as it grows; and one piece at a time.
    check(Heap::peak() <= kInflaters + 6 * limit + message.size(),
          "what is held is bounded by the limit");
    if (window < 15 && pieces != expected) {
      // A match that reaches back beyond the window: see the contract of MessageInflater.
      check(pieces.error == Error::kInflateFailed || expected.error == Error::kInflateFailed,
            "only where one refuses may the two differ");
      return;
    }
    check(pieces == expected, "pieces give what the whole gives");
    if (expected.error) {
      check(*expected.error == Error::kInflateFailed || *expected.error == Error::kMessageTooBig,
            "there are two ways to fail");
      return;  // the inflater is good for nothing now
    }
  }
}

}  // namespace wsproof::fuzz
