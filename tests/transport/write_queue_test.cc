// SPDX-License-Identifier: Apache-2.0
#include "server/transport/write_queue.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace wsproof {
namespace {

class WriteQueueTest : public testing::Test {
 protected:
  void append(std::string_view text) { queue.append(as_bytes(text)); }
  void share(std::string_view text) {
    queue.append_shared(std::make_shared<const std::string>(text));
  }
  /// The first pieces with a stroke between them.
  std::string front(std::size_t most = 16) {
    std::array<Bytes, 16> pieces;
    const std::size_t count = queue.front(std::span(pieces).first(most));
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
      text += (i > 0 ? "|" : "") + std::string(as_text(pieces[i]));
    }
    return text;
  }
  WriteQueue queue;
};

TEST_F(WriteQueueTest, CopiesInARowAreOnePiece) {
  append("one");
  append("two");
  EXPECT_EQ(front(), "onetwo");
  EXPECT_EQ(queue.size(), 6U);
}

TEST_F(WriteQueueTest, HeadAndBodyAreOnePiece) {
  share("before");
  queue.append(as_bytes("head "), as_bytes("body"));
  queue.append(as_bytes(""), as_bytes(""));
  EXPECT_EQ(front(), "before|head body");
  EXPECT_EQ(queue.size(), 15U);
}

TEST_F(WriteQueueTest, SharedOctetsStandInOrderBetweenCopies) {
  append("a");
  share("shared");
  append("b");
  append("c");
  EXPECT_EQ(front(), "a|shared|bc");
  EXPECT_EQ(front(2), "a|shared");
  EXPECT_EQ(queue.size(), 9U);
}

TEST_F(WriteQueueTest, EmptyOctetsAreNoPiece) {
  append("");
  share("");
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.pieces(), 0U);
}

TEST_F(WriteQueueTest, ConsumesAtEveryPlace) {
  const std::string whole = "abcdefghi";
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    queue.clear(0);
    append("ab");
    share("cdef");
    append("ghi");
    queue.consume(cut);
    std::string rest = front();
    std::erase(rest, '|');
    EXPECT_EQ(rest, whole.substr(cut));
    EXPECT_EQ(queue.size(), whole.size() - cut);
  }
}

TEST_F(WriteQueueTest, AppendsAgainBehindWhatIsLeft) {
  append("ab");
  queue.consume(1);
  append("cd");
  EXPECT_EQ(front(), "bcd");
  queue.consume(3);
  EXPECT_TRUE(queue.empty());
  append("e");
  EXPECT_EQ(front(), "e");
}

TEST_F(WriteQueueTest, AppendsBehindSharedOctetsThatWereTheLast) {
  share("ab");
  queue.consume(1);
  append("c");
  EXPECT_EQ(front(), "b|c");
}

TEST_F(WriteQueueTest, LetsGoOfSharedOctetsWhenTheyAreConsumed) {
  const auto octets = std::make_shared<const std::string>("shared");
  queue.append_shared(octets);
  queue.append_shared(octets);
  EXPECT_EQ(octets.use_count(), 3);
  queue.consume(7);
  EXPECT_EQ(octets.use_count(), 2);
  queue.clear(0);
  EXPECT_EQ(octets.use_count(), 1);
}

TEST_F(WriteQueueTest, KeepsItsMemoryUpToALimit) {
  append(std::string(1000, 'x'));
  queue.consume(1000);
  EXPECT_GE(queue.capacity(), 1000U);
  queue.clear(5000);
  EXPECT_GE(queue.capacity(), 1000U);
  queue.clear(500);
  EXPECT_LT(queue.capacity(), 500U);
}

}  // namespace
}  // namespace wsproof
