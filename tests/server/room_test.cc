// SPDX-License-Identifier: Apache-2.0
#include "server/app/room.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "server/protocol/deflate.h"
#include "tests/server/server_fixture.h"

namespace wsproof::test {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

class Member : public RoomMember {
 public:
  explicit Member(int bits = 0) : bits_(bits) {}
  [[nodiscard]] int window_bits() const override { return bits_; }
  void on_caught_up() override { ++caught_up; }
  void deliver(const std::shared_ptr<const std::string>& frames) override {
    heard.push_back(*frames);
    last = frames;
  }
  std::vector<std::string> heard;
  std::shared_ptr<const std::string> last;
  int caught_up = 0;

 private:
  int bits_;
};

class RoomTest : public testing::Test {
 protected:
  void say(std::string_view text) { room.broadcast(MessageKind::kText, as_bytes(text)); }
  Loop loop;
  DeflateOptions deflate;
  Room room{loop, deflate};
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

/// The text of one compressed frame of a server, at most 65,535 octets long.
std::string inflated(std::string_view frame, int window_bits) {
  EXPECT_EQ(static_cast<std::uint8_t>(frame.at(0)), 0xC1) << "FIN, RSV1, text";
  const std::size_t head = frame.at(1) == 126 ? 4 : 2;
  MessageInflater inflater(window_bits, true);
  std::vector<std::uint8_t> out;
  EXPECT_TRUE(inflater.push(as_bytes(frame.substr(head)), 1 << 20, out));
  EXPECT_TRUE(inflater.finish());
  return std::string(as_text(Bytes(out)));
}

TEST_F(RoomTest, CompressesOnceForEachWindowWithoutContextTakeover) {
  Member plain;
  Member narrow(9);
  Member wide(15);
  Member also_wide(15);
  for (Member* one : {&plain, &narrow, &wide, &also_wide}) room.join(*one);
  std::string text;
  for (int i = 0; i < 100; ++i) text += "again and again ";
  say(text);
  loop.run();
  ASSERT_EQ(plain.last->size(), text.size() + 4);
  ASSERT_LT(wide.last->size(), text.size() / 4);
  EXPECT_EQ(inflated(*narrow.last, 9), text);
  EXPECT_EQ(inflated(*wide.last, 15), text);
  EXPECT_EQ(wide.last, also_wide.last) << "not the same octets";
  // Not worth it: as it is, in order with the others.
  say("short");
  loop.run();
  EXPECT_EQ(*wide.last, "\x81\x05short");
}

TEST_F(RoomTest, WhatIsGatheredIsCompressedToItsEndWhoeverLeaves) {
  Member stays(15);
  auto leaves = std::make_unique<Member>(9);
  room.join(stays);
  room.join(*leaves);
  const std::string text(1000, 'x');
  say(text);
  leaves.reset();
  say(text);
  loop.run();
  ASSERT_EQ(stays.heard.size(), 1U);
  const std::string& both = stays.heard.front();
  ASSERT_EQ(both.size() % 2, 0U);
  EXPECT_EQ(both.substr(0, both.size() / 2), both.substr(both.size() / 2)) << "no takeover";
  EXPECT_EQ(inflated(both.substr(0, both.size() / 2), 15), text);
}

TEST(RoomsOfTwoLoops, FallBackToWhatAllUnderstand) {
  Loop here;
  Loop there;
  const DeflateOptions deflate;
  Room room(here, deflate);
  Room sibling(there, deflate);
  room.set_siblings({&sibling});
  Member only_there(15);
  sibling.join(only_there);
  const std::string text(1000, 'x');
  room.broadcast(MessageKind::kText, as_bytes(text));
  here.run();
  there.defer([&there] { there.stop(); });
  there.run();
  ASSERT_EQ(only_there.heard.size(), 1U);
  EXPECT_EQ(only_there.heard.front().size(), text.size() + 4);
}

TEST_F(RoomTest, TellsEveryoneWhenNobodyIsBehind) {
  Member a;
  room.join(a);
  EXPECT_FALSE(room.is_behind());
  room.one_falls_behind();
  room.one_falls_behind();
  room.one_catches_up();
  loop.run();
  EXPECT_TRUE(room.is_behind());
  EXPECT_EQ(a.caught_up, 0);
  room.one_catches_up();
  EXPECT_FALSE(room.is_behind());
  loop.run();
  EXPECT_EQ(a.caught_up, 1);
}

class BroadcastTest : public ServerTest {};

TEST_F(BroadcastTest, IsCompressedForThoseWhoAgreedToItWithoutTakeover) {
  start();
  WsClient speaker = open("/broadcast");
  WsClient taking_over = open("/broadcast", "Sec-WebSocket-Extensions: permessage-deflate\r\n");
  WsClient alone = open("/broadcast",
                        "Sec-WebSocket-Extensions: permessage-deflate; "
                        "server_no_context_takeover\r\n");
  const std::string text(2000, 'x');
  speaker.send_text(text);
  EXPECT_EQ(speaker.receive().first, 0x81);
  // It may be compressed on its own there too, but then it would not fit what it was sent before.
  EXPECT_EQ(taking_over.receive().first, 0x81);
  const ReceivedFrame frame = alone.receive();
  EXPECT_EQ(frame.first, 0xC1);
  EXPECT_LT(frame.payload.size(), 100U);
}

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

/// Far more than the kernel takes for a receiver that does not read.
constexpr int kFlood = 400;
constexpr std::size_t kFloodOctets = 32 * 1024;

std::string numbered(int number) {
  std::string out = std::to_string(number) + ' ';
  out.resize(kFloodOctets, 'x');
  return out;
}

TEST_F(BroadcastTest, ASlowReceiverMayGoWithoutMessages) {
  options.limits.write_queue = 64 * 1024;
  options.slow_receiver = SlowReceiver::kDropMessage;
  start();
  WsClient slow = open_narrow("/broadcast");
  WsClient speaker = open("/broadcast");
  for (int i = 0; i < kFlood; ++i) {
    speaker.send_binary(numbered(i));
    ASSERT_EQ(speaker.receive_payload().size(), kFloodOctets);
  }
  // It is there all the while, and hears what is said once it has read.
  int heard = 0;
  int last = -1;
  for (std::string one; (one = slow.receive_payload()) != "STILL HERE"; ++heard) {
    ASSERT_EQ(one.size(), kFloodOctets);
    const int number = std::stoi(one);
    EXPECT_GT(number, last) << "out of order";
    last = number;
    speaker.send_text("still here");
    speaker.receive_payload();
  }
  EXPECT_LT(heard, kFlood);
  stop();
  const SlowReceiverCounts counts = server->slow_receivers();
  EXPECT_GE(counts.deliveries_dropped, static_cast<std::uint64_t>(kFlood - heard));
  EXPECT_GE(counts.octets_dropped, static_cast<std::uint64_t>(kFlood - heard) * kFloodOctets);
  EXPECT_EQ(counts.connections_dropped, 0U);
  EXPECT_EQ(counts.senders_blocked, 0U);
}

class BlockingTest : public BroadcastTest, public testing::WithParamInterface<unsigned> {};

TEST_P(BlockingTest, ASenderMayHaveToWaitForASlowReceiver) {
  options.limits.write_queue = 64 * 1024;
  options.slow_receiver = SlowReceiver::kBlockSender;
  options.threads = GetParam();
  start();
  // So many that with two threads some speaker is on another loop than the slow one.
  constexpr int kSpeakers = 4;
  WsClient slow = open_narrow("/broadcast");
  std::vector<WsClient> speakers;
  speakers.reserve(kSpeakers);
  for (int i = 0; i < kSpeakers; ++i) speakers.push_back(open("/broadcast"));
  std::vector<std::thread> threads;
  for (WsClient& speaker : speakers) {
    threads.emplace_back([&speaker] {
      for (int i = 0; i < kFlood / kSpeakers; ++i) speaker.send_binary(numbered(i));
    });
    threads.emplace_back([&speaker] {
      for (int i = 0; i < kFlood; ++i) EXPECT_EQ(speaker.receive_payload().size(), kFloodOctets);
    });
  }
  // Nobody gets more than the slow one can be given; then it reads, and all goes on to the end.
  for (int i = 0; i < kFlood; ++i) ASSERT_EQ(slow.receive_payload().size(), kFloodOctets) << i;
  for (std::thread& one : threads) one.join();
  stop();
  const SlowReceiverCounts counts = server->slow_receivers();
  EXPECT_EQ(counts.connections_dropped, 0U);
  EXPECT_EQ(counts.deliveries_dropped, 0U);
}

TEST_P(BlockingTest, AReceiverThatNeverReadsHoldsSendersUpNoLongerThanTheHeartbeat) {
  options.threads = GetParam();
  options.limits.write_queue = 64 * 1024;
  options.limits.heartbeat_interval = milliseconds(200);
  options.limits.pong_timeout = milliseconds(200);
  options.slow_receiver = SlowReceiver::kBlockSender;
  start();
  const WsClient slow = open_narrow("/broadcast");
  WsClient speaker = open("/broadcast");
  std::thread says([&speaker] {
    for (int i = 0; i < kFlood; ++i) speaker.send_binary(numbered(i));
  });
  // On a slow machine the speaker may be next: it answers no pings either.
  for (int heard = 0; heard < kFlood;) {
    const ReceivedFrame frame = speaker.receive();
    if (frame.first == 0) break;
    heard += frame.opcode() == opcode::kBinary ? 1 : 0;
  }
  says.join();
  WsClient later = open("/broadcast");
  later.send_text("later");
  EXPECT_EQ(later.receive_payload(), "LATER");
  stop();
  EXPECT_GT(server->slow_receivers().senders_blocked, 0U);
}

INSTANTIATE_TEST_SUITE_P(Threads, BlockingTest, testing::Values(1U, 2U));

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
