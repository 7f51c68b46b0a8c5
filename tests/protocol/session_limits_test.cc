// SPDX-License-Identifier: Apache-2.0
// What a session lets a peer spend.
#include <gtest/gtest.h>
#include <malloc.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "server/protocol/session.h"
#include "tests/support/session_rig.h"

namespace wsproof {
namespace {

using test::expect_events;
using test::PeerFrames;
using test::SessionRig;

void expect_failure(const SessionRig::Setup& setup, std::string (*input)(PeerFrames&),
                    unsigned close_code, const char* error) {
  SCOPED_TRACE(error);
  expect_events(setup, input, "send close " + std::to_string(close_code) + "\nshutdown\n");
  for (const Role role : {Role::kServer, Role::kClient}) {
    SessionRig rig(role, setup);
    rig.receive(input(rig.peer));
    rig.eof();
    EXPECT_TRUE(rig.log.take().ends_with("closed 1006: " + std::string(error) + "\n"));
  }
}

TEST(SessionLimits, Frame) {
  const SessionRig::Setup setup{.limits = {.frame_payload = 200, .message_payload = 1'000}};
  expect_events(
      setup, [](PeerFrames& peer) { return peer.binary(std::string(200, 'x')); },
      "binary 200 octets\n");
  // The header is enough.
  expect_failure(
      setup, [](PeerFrames& peer) { return peer.announce(opcode::kBinary, 201); }, 1009,
      "frame-too-big");
  expect_failure(
      setup, [](PeerFrames& peer) { return peer.announce(opcode::kText, UINT64_MAX >> 1U); }, 1009,
      "frame-too-big");
}

TEST(SessionLimits, MessageInOneFrame) {
  const SessionRig::Setup setup{.limits = {.frame_payload = 1'000, .message_payload = 200}};
  expect_events(
      setup, [](PeerFrames& peer) { return peer.binary(std::string(200, 'x')); },
      "binary 200 octets\n");
  expect_failure(
      setup, [](PeerFrames& peer) { return peer.announce(opcode::kBinary, 201); }, 1009,
      "message-too-big");
}

TEST(SessionLimits, MessageInFragments) {
  const SessionRig::Setup setup{.limits = {.message_payload = 10}};
  expect_events(
      setup, [](PeerFrames& peer) { return peer.begin_text("12345") + peer.end("67890"); },
      "text \"1234567890\"\n");
  expect_events(
      setup,
      [](PeerFrames& peer) { return peer.begin_text("1234567890") + peer.more("") + peer.end(""); },
      "text \"1234567890\"\n");
  expect_failure(
      setup,
      [](PeerFrames& peer) {
        return peer.begin_binary("12345") + peer.announce(opcode::kContinuation, 6, {.fin = false});
      },
      1009, "message-too-big");
  expect_failure(
      setup,
      [](PeerFrames& peer) {
        return peer.begin_binary("12345") + peer.announce(opcode::kContinuation, UINT64_MAX >> 1U);
      },
      1009, "frame-too-big");
}

TEST(SessionLimits, EachMessageAnew) {
  const SessionRig::Setup setup{
      .limits = {.message_payload = 10, .fragments = 2, .controls_in_message = 1}};
  expect_events(
      setup,
      [](PeerFrames& peer) {
        std::string input;
        for (int times = 0; times < 3; ++times) {
          input += peer.begin_text("12345") + peer.pong("") + peer.end("67890");
        }
        return input;
      },
      "pong \"\"\ntext \"1234567890\"\n"
      "pong \"\"\ntext \"1234567890\"\n"
      "pong \"\"\ntext \"1234567890\"\n");
}

TEST(SessionLimits, Fragments) {
  const SessionRig::Setup setup{.limits = {.fragments = 3}};
  expect_events(
      setup, [](PeerFrames& peer) { return peer.begin_text("a") + peer.more("") + peer.end("c"); },
      "text \"ac\"\n");
  expect_failure(
      setup,
      [](PeerFrames& peer) {
        return peer.begin_text("a") + peer.more("b") + peer.more("") +
               peer.announce(opcode::kContinuation, 0);
      },
      1008, "too-many-fragments");
}

TEST(SessionLimits, ControlFramesBetweenFragments) {
  const SessionRig::Setup setup{.limits = {.controls_in_message = 2}};
  expect_events(
      setup,
      [](PeerFrames& peer) {
        return peer.begin_text("a") + peer.pong("1") + peer.pong("2") + peer.more("b") +
               peer.pong("3") + peer.pong("4") + peer.end("c");
      },
      "pong \"1\"\npong \"2\"\npong \"3\"\npong \"4\"\ntext \"abc\"\n");
  for (const Role role : {Role::kServer, Role::kClient}) {
    SessionRig rig(role, setup);
    rig.receive(rig.peer.begin_text("a") + rig.peer.pong("1") + rig.peer.pong("2") +
                rig.peer.announce(opcode::kPing, 1));
    rig.expect("pong \"1\"\npong \"2\"\nsend close 1008\nshutdown\n");
    rig.eof();
    rig.expect("closed 1006: too-many-controls\n");
  }
}

TEST(SessionLimits, ControlFramesBetweenMessagesAreNotCounted) {
  SessionRig rig(Role::kServer, {.limits = {.controls_in_message = 2}});
  for (int times = 0; times < 10; ++times) rig.receive(rig.peer.pong(""));
  EXPECT_EQ(rig.session.state(), Session::State::kOpen);
}

// --- memory ---

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMallocIsCounted = false;  // the sanitizers put an allocator of their own in place
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kMallocIsCounted = false;
#else
constexpr bool kMallocIsCounted = true;
#endif
#else
constexpr bool kMallocIsCounted = true;
#endif

std::size_t heap_in_use() {
  const struct mallinfo2 now = mallinfo2();
  return now.uordblks + now.hblkhd;
}

struct Silent : SessionHandler {
  void on_message(Session&, MessageKind, MutableBytes) override {}
  void on_write(Session&, Bytes, Bytes) override {}
  void on_shutdown(Session&) override {}
  void on_closed(Session&, const CloseInfo&) override {}
};

TEST(SessionMemory, AnnouncedLengthAllocatesNothing) {
  if (!kMallocIsCounted) GTEST_SKIP() << "malloc is the sanitizer's";
  SessionRig rig(Role::kServer,
                 {.limits = {.frame_payload = 1ULL << 40U, .message_payload = 1ULL << 40U}});
  Silent silent;
  Session session(Role::kServer, rig.options, silent, std::nullopt, rig.now);
  test::ExactBuffer header(rig.peer.announce(opcode::kBinary, 1ULL << 39U));
  test::ExactBuffer payload(std::size_t{1'000});
  const std::size_t before = heap_in_use();
  session.receive(header.bytes(), rig.now);
  EXPECT_EQ(heap_in_use(), before);
  session.receive(payload.bytes(), rig.now);
  EXPECT_LT(heap_in_use(), before + 4'000);
}

TEST(SessionMemory, WholeMessagesAndIdlenessTakeNothing) {
  if (!kMallocIsCounted) GTEST_SKIP() << "malloc is the sanitizer's";
  for (const Role role : {Role::kServer, Role::kClient}) {
    SessionRig rig(role);
    Silent silent;
    Session session(role, rig.options, silent, DeflateParameters{}, rig.now);
    test::ExactBuffer whole(rig.peer.text("Hello") + rig.peer.ping("x") +
                            rig.peer.binary(std::string(5'000, 'x')));
    test::ExactBuffer fragmented(rig.peer.begin_text("Hel") + rig.peer.ping("x") +
                                 rig.peer.end("lo"));
    const std::size_t before = heap_in_use();
    session.receive(whole.bytes(), rig.now);
    EXPECT_EQ(heap_in_use(), before);
    // What an assembled message and a cut control frame took is given back.
    for (std::uint8_t& octet : fragmented.bytes()) session.receive({&octet, 1}, rig.now);
    EXPECT_EQ(heap_in_use(), before);
    EXPECT_EQ(session.state(), Session::State::kOpen);
  }
}

}  // namespace
}  // namespace wsproof
