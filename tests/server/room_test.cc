// SPDX-License-Identifier: Apache-2.0
#include "server/app/room.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "tests/server/server_fixture.h"

namespace wsproof::test {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

class Member : public RoomMember {
 public:
  void deliver(const std::shared_ptr<const std::string>& frames) override {
    heard.push_back(*frames);
    last = frames;
  }
  std::vector<std::string> heard;
  std::shared_ptr<const std::string> last;
};

class RoomTest : public testing::Test {
 protected:
  void say(std::string_view text) { room.broadcast(MessageKind::kText, as_bytes(text)); }
  Loop loop;
  Room room{loop};
};

TEST_F(RoomTest, WhatATickSaysIsHeardAtOnce) {
  Member a;
  Member b;
  room.join(a);
  room.join(b);
  say("x");
  say("yz");
  EXPECT_THAT(a.heard, IsEmpty());
  loop.run();
  EXPECT_THAT(a.heard, ElementsAre("\x81\x01x\x81\x02yz"));
  EXPECT_EQ(a.last, b.last) << "not the same octets";
}

TEST_F(RoomTest, TheNextTickIsHeardToo) {
  Member a;
  room.join(a);
  say("x");
  loop.run();
  say("y");
  loop.run();
  EXPECT_THAT(a.heard, ElementsAre("\x81\x01x", "\x81\x01y"));
}

TEST_F(RoomTest, WhoComesLaterHearsOnlyWhatIsSaidLater) {
  Member a;
  Member b;
  room.join(a);
  say("x");
  room.join(b);
  say("y");
  loop.run();
  EXPECT_THAT(a.heard, ElementsAre("\x81\x01x", "\x81\x01y"));
  EXPECT_THAT(b.heard, ElementsAre("\x81\x01y"));
}

TEST_F(RoomTest, WhoLeavesHearsNothingMore) {
  Member a;
  auto b = std::make_unique<Member>();
  Member c;
  room.join(a);
  room.join(*b);
  room.join(c);
  say("x");
  room.leave(a);
  room.leave(a);
  b.reset();
  EXPECT_EQ(room.size(), 1U);
  loop.run();
  EXPECT_THAT(a.heard, IsEmpty());
  EXPECT_THAT(c.heard, ElementsAre("\x81\x01x"));
}

TEST_F(RoomTest, FlushKeepsTheOrderWithWhatIsSentDirectly) {
  Member a;
  room.join(a);
  say("x");
  room.flush();
  EXPECT_THAT(a.heard, ElementsAre("\x81\x01x"));
  loop.run();
  EXPECT_EQ(a.heard.size(), 1U);
}

TEST_F(RoomTest, AnEmptyRoomIsSilent) {
  say("x");
  loop.run();
  Member a;
  room.join(a);
  loop.run();
  EXPECT_THAT(a.heard, IsEmpty());
}

class BroadcastTest : public ServerTest {};

TEST_F(BroadcastTest, EveryoneOnTheRouteHearsTheUpperCaseForm) {
  start();
  WsClient a = open("/broadcast");
  WsClient b = open("/broadcast?b");
  WsClient elsewhere = open("/echo");
  a.send_text("h\xC3\xA9llo, World 1!");
  EXPECT_EQ(a.receive_payload(), "H\xC3\xA9LLO, WORLD 1!");
  EXPECT_EQ(b.receive_payload(), "H\xC3\xA9LLO, WORLD 1!");
  b.send_binary("as is");
  const ReceivedFrame frame = a.receive();
  EXPECT_EQ(frame.first, 0x82);
  EXPECT_EQ(frame.payload, "as is");
  elsewhere.send_text("mine");
  EXPECT_EQ(elsewhere.receive_payload(), "mine");
}

TEST_F(BroadcastTest, ReachesClientsThatAgreedToCompressionToo) {
  start();
  WsClient a = open("/broadcast", "Sec-WebSocket-Extensions: permessage-deflate\r\n");
  a.send_text("plain");
  const ReceivedFrame frame = a.receive();
  EXPECT_EQ(frame.first, 0x81);
  EXPECT_EQ(frame.payload, "PLAIN");
}

TEST_F(BroadcastTest, NoDataFollowsAClose) {
  start();
  WsClient a = open("/broadcast");
  WsClient b = open("/broadcast");
  a.send_close(1000);
  EXPECT_EQ(a.receive().opcode(), opcode::kClose);
  b.send_text("x");
  EXPECT_EQ(b.receive_payload(), "X");
  EXPECT_EQ(a.socket.receive_all(), "");
}

TEST_F(BroadcastTest, ASlowReceiverIsDroppedAndNeverCostsTheOthers) {
  options.limits.write_queue = 64 * 1024;
  prepare();
  std::atomic<int> dropped{0};
  server->on_close([&](Client&, const CloseInfo& info) {
    EXPECT_FALSE(info.clean);
    ++dropped;
  });
  start();
  WsClient slow = open_narrow("/broadcast");
  WsClient speaker = open("/broadcast");
  WsClient listener = open("/broadcast");
  const std::string data(32 * 1024, 'x');
  int said = 0;
  // The kernel's buffers take a few megabytes before the server has to keep anything.
  for (; said < 5000 && dropped == 0; ++said) {
    speaker.send_binary(data);
    ASSERT_EQ(speaker.receive_payload().size(), data.size());
    ASSERT_EQ(listener.receive_payload().size(), data.size());
  }
  for (int i = 0; i < 1000 && dropped == 0; ++i) std::this_thread::sleep_for(milliseconds(5));
  EXPECT_EQ(dropped, 1);
  slow.socket.receive_all();
  EXPECT_EQ(slow.socket.end(), RawSocket::End::kReset);
  speaker.send_text("still here");
  EXPECT_EQ(listener.receive_payload(), "STILL HERE");
  stop();  // its handler knows a variable of this test
}

TEST_F(BroadcastTest, AllToAllArrivesWholeAndInTheOrderOfEachSpeaker) {
  start();
  constexpr int kMembers = 8;
  constexpr int kMessages = 200;
  std::vector<WsClient> clients;
  clients.reserve(kMembers);
  for (int i = 0; i < kMembers; ++i) clients.push_back(open("/broadcast"));
  for (int m = 0; m < kMessages; ++m) {
    for (int i = 0; i < kMembers; ++i) {
      clients[static_cast<std::size_t>(i)].send_text(std::string(1, static_cast<char>('A' + i)) +
                                                     std::to_string(m));
    }
  }
  for (WsClient& client : clients) {
    std::vector<int> next(kMembers, 0);
    for (int m = 0; m < kMembers * kMessages; ++m) {
      const std::string text = client.receive_payload();
      ASSERT_FALSE(text.empty());
      const auto who = static_cast<std::size_t>(text[0] - 'A');
      EXPECT_EQ(text.substr(1), std::to_string(next[who]++));
    }
  }
}

}  // namespace
}  // namespace wsproof::test
