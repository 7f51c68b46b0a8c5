// SPDX-License-Identifier: Apache-2.0
#include "server/transport/stream.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <memory>
#include <string>
#include <tuple>

#include "tests/transport/loop_fixture.h"

namespace wsproof::test {
namespace {

using End = RawSocket::End;

/// More than any socket buffer of a loopback holds.
std::string large() {
  std::string text(24 * 1024 * 1024, '\0');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 7 + i / 251);
  return text;
}

TEST_F(StreamTest, HandsOverWhatArrives) {
  peer.send("hello");
  run_until([&] { return log.received == "hello"; });
  EXPECT_EQ(log.reads, 1);
}

TEST_F(StreamTest, KnowsItsPeer) { EXPECT_TRUE(stream->peer_address().starts_with("127.0.0.1:")); }

TEST_F(StreamTest, GathersWritesUntilTheEndOfTheTick) {
  write("one ");
  write("two ");
  stream->write(as_bytes("thr"), as_bytes("ee"));
  EXPECT_FALSE(peer.readable());
  EXPECT_EQ(stream->pending(), 13U);
  settle();
  EXPECT_EQ(stream->pending(), 0U);
  // One segment, so one read takes all.
  EXPECT_EQ(peer.receive_some(), "one two three");
}

TEST_F(StreamTest, AnswersLeaveAtTheEndOfTheReadThatTheyAnswer) {
  log.at = "data";
  log.act = [&] {
    write("answer");
    EXPECT_FALSE(peer.readable());
    // Before the next tick: were it not sent by then, this loop would have ended without it.
    loop.stop();
  };
  peer.send("question");
  loop.run();
  EXPECT_TRUE(peer.readable());
  EXPECT_EQ(peer.receive_some(), "answer");
}

TEST_F(StreamTest, FlushSendsAtOnceAsASegmentOfItsOwn) {
  for (const std::string text : {"a", "bc", "def"}) {
    write(text);
    stream->flush();
    EXPECT_EQ(peer.receive_some(), text);
  }
  stream->flush();
  EXPECT_FALSE(peer.readable());
}

TEST_F(StreamTest, LargeWritesKeepTheirOrder) {
  std::string expected;
  for (int i = 0; i < 40; ++i) {
    const std::string head = "head" + std::to_string(i);
    const std::string body(static_cast<std::size_t>(i) * 1000, static_cast<char>('a' + i % 26));
    stream->write(as_bytes(head), as_bytes(body));
    stream->write_shared(std::make_shared<const std::string>("shared"));
    expected += head;
    expected += body;
    expected += "shared";
  }
  stream->shutdown();
  settle();
  EXPECT_EQ(peer.receive_all(), expected);
}

TEST_F(StreamTest, WhatThePeerDoesNotReadIsPendingUntilItDoes) {
  const std::string text = large();
  write("first ");
  stream->write(as_bytes("head "), as_bytes(text));
  EXPECT_GT(stream->pending(), text.size() / 4);
  write(" last");
  settle();
  EXPECT_GT(stream->pending(), text.size() / 4);
  EXPECT_FALSE(log.saw("drained"));
  std::string received;
  run_until([&] {
    while (peer.readable()) received += peer.receive_some(1 << 20);
    return log.saw("drained");
  });
  EXPECT_EQ(stream->pending(), 0U);
  const std::string expected = "first head " + text + " last";
  received += peer.receive(expected.size() - received.size());
  EXPECT_TRUE(received == expected);
}

TEST_F(StreamTest, SharedOctetsAreHeldUntilTheyHaveLeft) {
  const auto octets = std::make_shared<const std::string>(large());
  stream->write_shared(octets);
  stream->write_shared(octets);
  settle();
  EXPECT_GT(octets.use_count(), 1);
  std::size_t received = 0;
  run_until([&] {
    while (peer.readable()) received += peer.receive_some(1 << 20).size();
    return log.saw("drained");
  });
  EXPECT_EQ(octets.use_count(), 1);
}

TEST_F(StreamTest, SharedOctetsAreLetGoWhenTheStreamEnds) {
  const auto octets = std::make_shared<const std::string>(large());
  stream->write_shared(octets);
  stream->flush();
  stream->write_shared(octets);
  EXPECT_EQ(octets.use_count(), 3);
  stream.reset();
  settle();
  EXPECT_EQ(octets.use_count(), 1);
}

TEST_F(StreamTest, PausedReadingTellsNothing) {
  stream->pause_reading();
  peer.send("hello");
  peer.shutdown_write();
  settle();
  EXPECT_TRUE(log.events.empty());
  stream->resume_reading();
  stream->resume_reading();
  run_until([&] { return log.saw("eof"); });
  EXPECT_EQ(log.received, "hello");
}

TEST_F(StreamTest, PausingFromWithinHoldsTheRestBack) {
  log.at = "data";
  log.act = [&] { stream->pause_reading(); };
  peer.send("a");
  run_until([&] { return log.received == "a"; });
  peer.send("b");
  settle();
  EXPECT_EQ(log.received, "a");
  stream->resume_reading();
  run_until([&] { return log.received == "ab"; });
}

TEST_F(StreamTest, ShutdownSendsFinBehindWhatIsPendingAndReadsOn) {
  const std::string text = large();
  stream->write({}, as_bytes(text));
  write("end");
  stream->shutdown();
  stream->shutdown();
  write("dropped");
  std::string received;
  run_until([&] {
    while (peer.end() == End::kNone && peer.readable()) received += peer.receive_some(1 << 20);
    return peer.end() != End::kNone;
  });
  EXPECT_EQ(peer.end(), End::kFin);
  EXPECT_TRUE(received == text + "end");
  peer.send("still here");
  run_until([&] { return log.received == "still here"; });
  peer.shutdown_write();
  run_until([&] { return log.saw("eof"); });
}

TEST_F(StreamTest, ThePeersHalfCloseLeavesOurHalfOpen) {
  peer.send("question");
  peer.shutdown_write();
  run_until([&] { return log.saw("eof"); });
  EXPECT_EQ(log.received, "question");
  stream->resume_reading();
  write("answer");
  stream->shutdown();
  settle();
  EXPECT_EQ(peer.receive_all(), "answer");
  EXPECT_EQ(peer.end(), End::kFin);
}

TEST_F(StreamTest, ResetSendsRst) {
  write("never sent");
  stream->reset();
  EXPECT_EQ(peer.receive_all(), "");
  EXPECT_EQ(peer.end(), End::kReset);
}

TEST_F(StreamTest, ResetAfterShutdownStillSendsRst) {
  stream->shutdown();
  stream->reset();
  settle();
  EXPECT_EQ(peer.receive_all(), "");
  EXPECT_EQ(peer.end(), End::kReset);
}

TEST_F(StreamTest, CloseTellsTheHandlerNothingMore) {
  peer.send("unseen");
  peer.shutdown_write();
  write("never sent");
  stream->close();
  stream->close();
  settle();
  EXPECT_TRUE(log.events.empty());
  EXPECT_EQ(stream->pending(), 0U);
}

TEST_F(StreamTest, ThePeersResetIsOneError) {
  peer.reset();
  run_until([&] { return log.saw("error"); });
  write("into the void");
  stream->flush();
  stream->shutdown();
  settle();
  EXPECT_EQ(log.events, std::vector<std::string>{"error ECONNRESET"});
}

TEST_F(StreamTest, AResetIsSeenInWritingWhileReadingIsPaused) {
  const std::string text = large();
  stream->pause_reading();
  stream->write({}, as_bytes(text));
  settle();
  EXPECT_TRUE(log.events.empty());
  peer.reset();
  run_until([&] { return log.saw("error"); });
  EXPECT_EQ(log.events.size(), 1U);
}

TEST_F(StreamTest, AWriteToAPeerThatIsGoneIsTold) {
  stream->pause_reading();
  peer.reset();
  settle();
  write("x");
  run_until([&] { return log.saw("error"); });
  EXPECT_EQ(log.events.size(), 1U);
}

/// In each callback: close, reset, or destroy the stream.
class StreamEndTest : public StreamTest,
                      public testing::WithParamInterface<std::tuple<std::string, std::string>> {};

TEST_P(StreamEndTest, EndsFromWithin) {
  const std::string event = std::get<0>(GetParam());
  const std::string way = std::get<1>(GetParam());
  log.at = event;
  log.act = [this, way] {
    write("unsent");
    if (way == "close") stream->close();
    if (way == "reset") stream->reset();
    if (way == "destroy") stream.reset();
    if (way == "shutdown and close") {
      stream->shutdown();
      stream->close();
    }
  };
  if (event == "data") peer.send("x");
  if (event == "eof") peer.shutdown_write();
  if (event == "error") peer.reset();
  if (event == "drained") {
    const std::string text = large();
    stream->write({}, as_bytes(text));
    run_until([&] {
      while (peer.end() == End::kNone && peer.readable()) peer.receive_some(1 << 20);
      return log.saw("drained");
    });
  }
  run_until([&] { return log.saw(event); });
  settle();
  EXPECT_EQ(log.events.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(All, StreamEndTest,
                         testing::Combine(testing::Values("data", "eof", "error", "drained"),
                                          testing::Values("close", "reset", "destroy",
                                                          "shutdown and close")));

}  // namespace
}  // namespace wsproof::test
