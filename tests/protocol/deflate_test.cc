// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/deflate.h"

#include <gtest/gtest.h>
#define ZLIB_CONST
#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/hex.h"
#include "tests/support/splits.h"

namespace wsproof {
namespace {

using test::for_every_split;
using test::hex;
using test::Pieces;
using test::to_hex;

constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

// The message, or the name of the error.
std::string inflate_message(MessageInflater& inflater, const Pieces& pieces,
                            std::uint64_t limit = kNoLimit) {
  std::vector<std::uint8_t> out;
  for (const auto& piece : pieces) {
    if (const auto pushed = inflater.push(piece.bytes(), limit, out); !pushed) {
      EXPECT_LE(out.size(), limit);
      return std::string(info(pushed.error()).name);
    }
  }
  if (const auto finished = inflater.finish(); !finished) {
    EXPECT_LE(out.size(), limit);
    return std::string(info(finished.error()).name);
  }
  return std::string(as_text(out));
}

std::string inflate_message(MessageInflater& inflater, std::string_view payload,
                            std::uint64_t limit = kNoLimit) {
  return inflate_message(inflater, test::chop(payload, std::max<std::size_t>(payload.size(), 1)),
                         limit);
}

// Messages of one connection, each cut at every place while those before it come whole.
void expect_messages(const std::vector<std::string>& payloads,
                     const std::vector<std::string>& messages, int window_bits = 15,
                     bool no_context_takeover = false) {
  ASSERT_EQ(payloads.size(), messages.size());
  for (std::size_t at = 0; at < payloads.size(); ++at) {
    SCOPED_TRACE("message " + std::to_string(at));
    for_every_split(payloads[at], [&](const Pieces& pieces) {
      MessageInflater inflater(window_bits, no_context_takeover);
      for (std::size_t before = 0; before < at; ++before) {
        ASSERT_EQ(inflate_message(inflater, payloads[before]), messages[before]);
      }
      EXPECT_EQ(inflate_message(inflater, pieces), messages[at]);
    });
  }
}

std::string deflate_message(MessageDeflater& deflater, std::string_view message) {
  std::vector<std::uint8_t> out;
  deflater.push(as_bytes(message), true, out);
  return std::string(as_text(out));
}

// Octets that compress, but not to nothing: words drawn from a small stock.
std::string prose(std::size_t size, unsigned seed) {
  constexpr std::string_view kWords[] = {"the ",    "frame ", "mask ",   "payload ", "of ",
                                         "octets ", "is ",    "server ", "close ",   "\xc3\xa9 "};
  std::mt19937 draw(seed);
  std::string text;
  while (text.size() < size) text += kWords[draw() % std::size(kWords)];
  text.resize(size);
  return text;
}

std::string noise(std::size_t size, unsigned seed) {
  std::mt19937 draw(seed);
  std::string octets(size, '\0');
  for (char& octet : octets) octet = static_cast<char>(draw());
  return octets;
}

// A whole raw stream as zlib makes it, with its tail or its final block on.
std::string raw_deflate(std::string_view input, int flush, int window_bits = 15,
                        int strategy = Z_DEFAULT_STRATEGY, int level = 6) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, level, Z_DEFLATED, -window_bits, 8, strategy), Z_OK);
  std::string out(input.size() * 2 + 1024, '\0');
  stream.next_in = as_bytes(input).data();
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_GE(deflate(&stream, flush), Z_OK);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

// --- RFC 7692, 7.2.3, example by example ---

TEST(InflateExamples, OneCompressedBlock) {
  expect_messages({hex("f2 48 cd c9 c9 07 00")}, {"Hello"});
}

TEST(InflateExamples, SharedWindow) {
  expect_messages({hex("f2 48 cd c9 c9 07 00"), hex("f2 00 11 00 00")}, {"Hello", "Hello"});
}

TEST(InflateExamples, SecondMessageWithoutSharedWindow) {
  expect_messages({hex("f2 48 cd c9 c9 07 00"), hex("f2 48 cd c9 c9 07 00")}, {"Hello", "Hello"});
  expect_messages({hex("f2 48 cd c9 c9 07 00"), hex("f2 48 cd c9 c9 07 00")}, {"Hello", "Hello"},
                  15, true);
}

TEST(InflateExamples, StoredBlock) {
  expect_messages({hex("00 05 00 fa ff 48 65 6c 6c 6f 00")}, {"Hello"});
}

TEST(InflateExamples, FinalBlock) { expect_messages({hex("f3 48 cd c9 c9 07 00 00")}, {"Hello"}); }

TEST(InflateExamples, TwoBlocks) {
  expect_messages({hex("f2 48 05 00 00 00 ff ff ca c9 c9 07 00")}, {"Hello"});
}

TEST(InflateExamples, EmptyMessage) { expect_messages({hex("00")}, {""}); }

TEST(DeflateExamples, Hello) {
  MessageDeflater shared(15, false, 6, 8);
  EXPECT_EQ(to_hex(deflate_message(shared, "Hello")), "f2 48 cd c9 c9 07 00");
  EXPECT_EQ(to_hex(deflate_message(shared, "Hello")), "f2 00 11 00 00");

  MessageDeflater alone(15, true, 6, 8);
  EXPECT_EQ(to_hex(deflate_message(alone, "Hello")), "f2 48 cd c9 c9 07 00");
  EXPECT_EQ(to_hex(deflate_message(alone, "Hello")), "f2 48 cd c9 c9 07 00");
}

TEST(DeflateExamples, EmptyMessage) {
  MessageDeflater deflater(15, false, 6, 8);
  EXPECT_EQ(to_hex(deflate_message(deflater, "")), "00");
  EXPECT_EQ(to_hex(deflate_message(deflater, "Hello")), "f2 48 cd c9 c9 07 00");
  EXPECT_EQ(to_hex(deflate_message(deflater, "")), "00");
  EXPECT_EQ(to_hex(deflate_message(deflater, "")), "00");
  EXPECT_EQ(to_hex(deflate_message(deflater, "Hello")), "f2 00 11 00 00");
}

// --- what else is legal ---

TEST(Inflate, EmptyMessagesOfEveryForm) {
  const std::string hello = hex("f2 48 cd c9 c9 07 00");
  // An empty fixed block before the stored one; an empty stored block with BFINAL; two in a row.
  for (const char* const form : {"00", "02 00", "01", "03 00 00", "00 00 00 ff ff 00", ""}) {
    SCOPED_TRACE(form);
    expect_messages({hex(form)}, {""});
    expect_messages({hello, hex(form), hex("f2 00 11 00 00")}, {"Hello", "", "Hello"});
  }
}

TEST(Inflate, FinalBlockInTheMiddleOfAMessage) {
  // "Hello" in a final block, then "Hello" in another; the next octet begins the next block.
  expect_messages({hex("f3 48 cd c9 c9 07 00 f2 48 cd c9 c9 07 00")}, {"HelloHello"});
  // The second refers to the first across BFINAL.
  expect_messages({hex("f3 48 cd c9 c9 07 00 f2 00 11 00 00")}, {"HelloHello"});
  expect_messages({hex("01 05 00 fa ff 48 65 6c 6c 6f 01 01 00 fe ff 21 00")}, {"Hello!"});
}

TEST(Inflate, WindowSurvivesFinalBlocks) {
  const std::string final_hello = hex("f3 48 cd c9 c9 07 00 00");
  const std::string same_again = hex("f2 00 11 00 00");
  expect_messages({final_hello, same_again, final_hello, same_again},
                  {"Hello", "Hello", "Hello", "Hello"});
  expect_messages({hex("f2 48 cd c9 c9 07 00"), hex("01"), same_again}, {"Hello", "", "Hello"}, 8);
}

TEST(Inflate, WholeStreamsOfFinalBlocks) {
  for (const int strategy : {Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY}) {
    const std::string message = prose(100'000, 1);
    MessageInflater inflater(15, false);
    for (int times = 0; times < 3; ++times) {
      const std::string payload = raw_deflate(message, Z_FINISH, 15, strategy) + hex("00");
      EXPECT_EQ(inflate_message(inflater, payload), message);
    }
  }
}

TEST(Inflate, ManyEmptyFinalBlocksCostLittle) {
  // With the window copied for each, 64 KiB a time, this would take half a minute.
  std::string payload = raw_deflate(prose(40'000, 2), Z_SYNC_FLUSH);
  for (int times = 0; times < 500'000; ++times) payload += hex("03 00");
  payload += hex("00");
  MessageInflater inflater(15, false);
  EXPECT_EQ(inflate_message(inflater, payload), prose(40'000, 2));
}

TEST(Inflate, StoredBlocksOnly) {
  const std::string message = noise(200'000, 3);
  std::string payload = raw_deflate(message, Z_SYNC_FLUSH, 15, Z_DEFAULT_STRATEGY, 0);
  payload.resize(payload.size() - 4);
  MessageInflater inflater(15, false);
  EXPECT_EQ(inflate_message(inflater, payload), message);
}

// --- what is not ---

TEST(Inflate, RefusesWhatIsNotDeflate) {
  // Block type 3; a stored block whose NLEN does not fit; a distance with nothing behind it; a
  // code table with too many lengths.
  for (const char* const bad :
       {"06", "ff", "00 05 00 00 00 48", "02 11 00 00", "fc ff ff ff ff ff ff"}) {
    SCOPED_TRACE(bad);
    expect_messages({hex(bad)}, {"inflate-failed"});
  }
}

// Not only at the end, before which a message may have gone on for long.
TEST(Inflate, RefusesItAtOnce) {
  MessageInflater inflater(15, false);
  std::vector<std::uint8_t> out;
  const std::string reserved_block_type("\x07");
  EXPECT_FALSE(inflater.push(as_bytes(reserved_block_type), kNoLimit, out));
}

TEST(Inflate, RefusesAnEndInsideABlock) {
  // Cut anywhere before its last octet, a message is not whole.
  const std::string whole = hex("f2 48 cd c9 c9 07 00");
  for (std::size_t size = 1; size < whole.size(); ++size) {
    SCOPED_TRACE(size);
    expect_messages({whole.substr(0, size)}, {"inflate-failed"});
  }
  // A tail that the peer left on, and a final block with no octet behind it for the tail to be
  // appended to: what §7.2.2 appends is then the beginning of a block.
  expect_messages({hex("f2 48 cd c9 c9 07 00 00 00 ff ff")}, {"inflate-failed"});
  expect_messages({hex("f3 48 cd c9 c9 07 00")}, {"inflate-failed"});
  // A stored block of four octets, or of three and one of the next block: the tail is no data.
  expect_messages({hex("00 04 00 fb ff")}, {"inflate-failed"});
  expect_messages({hex("00 03 00 fc ff")}, {"inflate-failed"});
}

TEST(Inflate, RefusesDistancesBeyondTheWindow) {
  const std::string hello = hex("f2 48 cd c9 c9 07 00");
  const std::string same_again = hex("f2 00 11 00 00");
  // The first message has nothing to refer to; without context takeover, neither has the second.
  expect_messages({same_again}, {"inflate-failed"});
  expect_messages({hello, same_again}, {"Hello", "inflate-failed"}, 15, true);
  // Pushed out of a window of 256 octets, still inside one of 512.
  const std::string far = "far away and long ago";
  const std::string between = noise(300, 4);
  for (const int agreed : {9, 8}) {
    MessageDeflater deflater(15, false, 9, 8);
    MessageInflater inflater(agreed, false);
    EXPECT_EQ(inflate_message(inflater, deflate_message(deflater, far)), far);
    EXPECT_EQ(inflate_message(inflater, deflate_message(deflater, between)), between);
    EXPECT_EQ(inflate_message(inflater, deflate_message(deflater, far)),
              agreed == 9 ? far : "inflate-failed");
  }
}

// --- the limit ---

TEST(Inflate, StopsAtTheLimit) {
  const std::string message = prose(50'000, 5);
  MessageDeflater deflater(15, true, 6, 8);
  const std::string payload = deflate_message(deflater, message);
  for (const std::size_t limit :
       std::vector<std::size_t>{0, 1, 16'383, 16'384, 16'385, 32'768, 49'999}) {
    SCOPED_TRACE(limit);
    MessageInflater inflater(15, false);
    EXPECT_EQ(inflate_message(inflater, payload, limit), "message-too-big");
  }
  for (const std::size_t limit : std::vector<std::size_t>{50'000, 50'001, 65'536}) {
    MessageInflater inflater(15, false);
    EXPECT_EQ(inflate_message(inflater, payload, limit), message);
  }
}

TEST(Inflate, LimitHoldsAtEverySplit) {
  const std::string payload = hex("f2 48 cd c9 c9 07 00");
  for_every_split(payload, [&](const Pieces& pieces) {
    MessageInflater enough(15, false);
    EXPECT_EQ(inflate_message(enough, pieces, 5), "Hello");
    MessageInflater short_by_one(15, false);
    EXPECT_EQ(inflate_message(short_by_one, pieces, 4), "message-too-big");
  });
}

TEST(Inflate, BombIsNotInflated) {
  // 64 MiB of zeros in 64 KiB: no more memory is taken than the limit allows.
  const std::string bomb = raw_deflate(std::string(64 << 20U, '\0'), Z_SYNC_FLUSH, 15);
  ASSERT_LT(bomb.size(), 100'000U);
  MessageInflater inflater(15, false);
  std::vector<std::uint8_t> out;
  const auto pushed = inflater.push(as_bytes(bomb), 100'000, out);
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error(), Error::kMessageTooBig);
  EXPECT_EQ(out.size(), 100'000U);  // what was inflated before stands
  EXPECT_LE(out.capacity(), 200'000U);
}

// --- there and back ---

TEST(RoundTrip, EveryWindowTakeoverAndSize) {
  for (int bits = MessageDeflater::kMinWindowBits; bits <= 15; ++bits) {
    for (const auto& [no_takeover, level] :
         std::vector<std::pair<bool, int>>{{false, 6},
                                           {true, 6},
                                           {false, MessageDeflater::kFastLevel},
                                           {true, MessageDeflater::kFastLevel}}) {
      SCOPED_TRACE("window bits " + std::to_string(bits) + (no_takeover ? ", no takeover" : "") +
                   ", level " + std::to_string(level));
      MessageDeflater deflater(bits, no_takeover, level, 8);
      MessageInflater inflater(bits, no_takeover);
      unsigned seed = 0;
      for (const std::size_t size :
           std::vector<std::size_t>{0, 1, 5, 125, 600, 0, 16'383, 16'384, 16'385, 70'000, 1}) {
        for (const std::string& message : {prose(size, ++seed), noise(size, ++seed)}) {
          ASSERT_EQ(inflate_message(inflater, deflate_message(deflater, message)), message);
        }
      }
    }
  }
}

TEST(RoundTrip, NoDistanceLeavesTheWindow) {
  // What comes again is just older than the window, and the inflater has nothing older than it.
  for (const int level : {6, MessageDeflater::kFastLevel}) {
    for (int bits = MessageDeflater::kMinWindowBits; bits <= 15; ++bits) {
      MessageDeflater deflater(bits, false, level, 8);
      MessageInflater inflater(bits, false);
      const std::size_t period = ((std::size_t{1} << bits) / 100 + 1) * 100;
      const std::string again = noise(period, 10);
      for (std::size_t at = 0; at < 3 * period; at += 100) {
        const std::string message = again.substr(at % period, 100);
        ASSERT_EQ(inflate_message(inflater, deflate_message(deflater, message)), message)
            << bits << " bits, level " << level << ", at " << at;
      }
    }
  }
}

TEST(RoundTrip, EveryLevelAndMemoryLevel) {
  const std::string message = prose(40'000, 6) + noise(1'000, 7);
  for (int level = 0; level <= 9; ++level) {
    for (int mem_level = 1; mem_level <= 9; ++mem_level) {
      MessageDeflater deflater(12, false, level, mem_level);
      MessageInflater inflater(12, false);
      for (int times = 0; times < 2; ++times) {
        ASSERT_EQ(inflate_message(inflater, deflate_message(deflater, message)), message);
      }
    }
  }
}

TEST(RoundTrip, RandomSplits) {
  for (const int level : {6, MessageDeflater::kFastLevel}) {
    std::mt19937 draw(8);
    MessageDeflater deflater(15, false, level, 8);
    MessageInflater inflater(15, false);
    for (unsigned times = 0; times < 300; ++times) {
      const std::string message = prose(draw() % 3'000, times) + noise(draw() % 100, times);
      std::vector<std::uint8_t> compressed;
      for (Bytes rest = as_bytes(message);;) {
        const std::size_t size = std::min<std::size_t>(rest.size(), draw() % 700);
        const bool last = size == rest.size() && draw() % 2 == 0;
        deflater.push(rest.first(size), last, compressed);
        rest = rest.subspan(size);
        if (last) break;
      }
      ASSERT_EQ(inflate_message(inflater, test::chop(as_text(compressed), 1 + draw() % 200)),
                message);
    }
  }
}

TEST(RoundTrip, TailIsTakenOffWhereverTheChunksEnd) {
  // Sizes of output around the 16 KiB in which it is made, an octet apart.
  for (const int level : {0, MessageDeflater::kFastLevel}) {
    MessageDeflater deflater(15, true, level, 9);
    MessageInflater inflater(15, true);
    for (std::size_t size = 16'330; size < 16'400; ++size) {
      const std::string message = noise(size, 9);
      const std::string payload = deflate_message(deflater, message);
      ASSERT_EQ(inflate_message(inflater, payload), message) << size;
    }
  }
}

TEST(RoundTrip, AppendsToWhatIsThere) {
  MessageDeflater deflater(15, false, 6, 8);
  std::vector<std::uint8_t> out{1, 2};
  deflater.push(as_bytes("Hello"), true, out);
  EXPECT_EQ(to_hex(out), "01 02 f2 48 cd c9 c9 07 00");
  MessageInflater inflater(15, false);
  std::vector<std::uint8_t> inflated{7};
  ASSERT_TRUE(inflater.push(Bytes(out).subspan(2), 6, inflated));
  ASSERT_TRUE(inflater.finish());
  EXPECT_EQ(to_hex(inflated), "07 48 65 6c 6c 6f");
}

TEST(RoundTrip, SurvivesMoves) {
  MessageDeflater first_deflater(15, false, 6, 8);
  MessageInflater first_inflater(15, false);
  ASSERT_EQ(inflate_message(first_inflater, deflate_message(first_deflater, "Hello")), "Hello");
  MessageDeflater deflater = std::move(first_deflater);
  MessageInflater inflater = std::move(first_inflater);
  const std::string payload = deflate_message(deflater, "Hello");
  EXPECT_EQ(to_hex(payload), "f2 00 11 00 00");
  EXPECT_EQ(inflate_message(inflater, payload), "Hello");
}

}  // namespace
}  // namespace wsproof
