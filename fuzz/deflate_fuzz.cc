// SPDX-License-Identifier: Apache-2.0
// What is deflated is inflated again, over all windows, takeovers, levels and cuts. Options: octet
// 0 window (9 to 15) and, in bit 3, no context takeover, in bit 4, that the inflater does not know
// of it, in bit 5, that both deflaters give their state back between messages; octet 1 level and
// memory level. Data: messages, each a block of a script.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "fuzz/support/check.h"
#include "fuzz/support/input.h"
#include "fuzz/support/script.h"
#include "fuzz/support/target.h"
#include "server/protocol/compression.h"
#include "server/protocol/deflate.h"

namespace wsproof::fuzz {
namespace {

using Octets = std::vector<std::uint8_t>;

Octets inflated(MessageInflater& inflater, const Input& input, Bytes compressed,
                std::size_t expected) {
  Octets out;
  input.cut(compressed, [&](MutableBytes piece) {
    check(inflater.push(piece, expected, out).has_value(), "what we deflate can be inflated");
  });
  check(inflater.finish().has_value(), "what we deflate has a proper end");
  return out;
}

}  // namespace

void run(Bytes octets) {
  const Input input(octets);
  const int window = 9 + input.option(0) % 7;
  const bool no_takeover = input.flag(3);
  const int level = input.option(1) % 10;
  const int mem_level = 1 + input.option(1) / 16 % 9;
  MessageDeflater deflater(window, no_takeover, level, mem_level);
  MessageInflater inflater(window, no_takeover && !input.flag(4));

  DeflateParameters agreed;
  agreed.server_no_context_takeover = no_takeover;
  agreed.server_max_window_bits = window;
  Compression server(Role::kServer, agreed, {.level = level, .mem_level = mem_level});
  Compression client(Role::kClient, agreed, {});

  Script script(input.data());
  while (!script.done()) {
    const Bytes message = script.block();
    const Octets expected(message.begin(), message.end());

    Octets compressed;
    input.cut(message, [&](MutableBytes piece) { deflater.push(piece, false, compressed); });
    deflater.push({}, true, compressed);
    check(!compressed.empty(), "a compressed message has an octet");
    check(inflated(inflater, input, compressed, expected.size()) == expected,
          "a message comes back as it was");

    if (input.flag(5)) {
      deflater.release();
      // Of two in a row the second finds that nothing was compressed in between.
      server.rest();
      server.rest();
    }
    Octets chosen{1, 2, 3};
    if (server.deflate(message, chosen)) {
      const Bytes behind = Bytes(chosen).subspan(3);
      // With a context the message is in the window, and has to be sent as it is there.
      check(!no_takeover || behind.size() < message.size(), "compression pays where it is used");
      check(inflated(client.inflater(), input, behind, expected.size()) == expected,
            "a message comes back from the other end");
    } else {
      check(chosen == Octets{1, 2, 3}, "nothing is left behind where nothing was compressed");
    }
  }
}

}  // namespace wsproof::fuzz
