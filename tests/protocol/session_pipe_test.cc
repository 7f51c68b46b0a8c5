// SPDX-License-Identifier: Apache-2.0
// Two sessions back to back: what one says the other understands.
#include "tests/support/session_pipe.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/protocol/session.h"

namespace wsproof {
namespace {

using std::chrono::milliseconds;
using test::SessionPipe;

// The whole at several chop sizes, with compression and without.
template <typename Test>
void for_every_pipe(const Limits& limits, Test test) {
  DeflateParameters narrow;
  narrow.server_no_context_takeover = true;
  narrow.client_max_window_bits = 9;
  for (const auto& deflate :
       {std::optional<DeflateParameters>{}, std::optional<DeflateParameters>{DeflateParameters{}},
        std::optional<DeflateParameters>{narrow}}) {
    for (const std::size_t chop : std::vector<std::size_t>{1, 2, 7, 1'000, 65'536}) {
      SCOPED_TRACE("chop " + std::to_string(chop) + (deflate ? ", deflate" : ""));
      SessionPipe pipe({.chop = chop, .limits = limits, .deflate = deflate});
      test(pipe);
      ASSERT_FALSE(::testing::Test::HasFailure());
    }
  }
}

// Without what was sent, which compression changes.
std::string received(std::string_view events) {
  std::string kept;
  while (!events.empty()) {
    const std::string_view line = events.substr(0, events.find('\n') + 1);
    events.remove_prefix(line.size());
    if (!line.starts_with("send")) kept += line;
  }
  return kept;
}

TEST(SessionPipe, MessagesBothWays) {
  for_every_pipe({}, [](SessionPipe& pipe) {
    std::string expected;
    for (const std::size_t size : std::vector<std::size_t>{0, 1, 31, 32, 127, 128, 5'000, 70'000}) {
      const std::string text(size, 'a');
      for (Session* const session : {&pipe.server.session, &pipe.client.session}) {
        EXPECT_TRUE(session->send(MessageKind::kText, as_bytes(text)));
        EXPECT_TRUE(session->send_fragment(MessageKind::kBinary, as_bytes(text), true, false));
        EXPECT_TRUE(session->send_fragment(MessageKind::kBinary, {}, false, true));
      }
      const std::string shown = test::show(as_bytes(text)) + "\n";
      expected += "text " + shown;
      expected += "binary " + shown;
    }
    pipe.pump();
    EXPECT_EQ(received(pipe.server.log.take()), expected);
    EXPECT_EQ(received(pipe.client.log.take()), expected);
  });
}

TEST(SessionPipe, ClientCloses) {
  for_every_pipe({}, [](SessionPipe& pipe) {
    pipe.client.session.close(1000, "done", pipe.now);
    pipe.pump();
    EXPECT_EQ(pipe.client.log.take(), "send close 1000 \"done\"\nclosed 1000 clean\n");
    EXPECT_EQ(pipe.server.log.take(), "send close 1000\nshutdown\nclosed 1000 \"done\" clean\n");
  });
}

TEST(SessionPipe, ServerCloses) {
  for_every_pipe({}, [](SessionPipe& pipe) {
    pipe.server.session.close(1001, "", pipe.now);
    pipe.pump();
    EXPECT_EQ(pipe.server.log.take(), "send close 1001\nshutdown\nclosed 1001 clean\n");
    EXPECT_EQ(pipe.client.log.take(), "send close 1001\nclosed 1001 clean\n");
  });
}

TEST(SessionPipe, BothCloseAtOnceWithDataOnTheWay) {
  for_every_pipe({}, [](SessionPipe& pipe) {
    pipe.server.session.send(MessageKind::kText, as_bytes("last words"));
    pipe.client.session.send(MessageKind::kText, as_bytes("of both"));
    pipe.server.session.close(1001, "", pipe.now);
    pipe.client.session.close(1000, "", pipe.now);
    pipe.pump();
    EXPECT_EQ(pipe.server.log.take(),
              "send text \"last words\"\nsend close 1001\nshutdown\nclosed 1000 clean\n");
    EXPECT_EQ(pipe.client.log.take(),
              "send text \"of both\"\nsend close 1000\nclosed 1001 clean\n");
  });
}

TEST(SessionPipe, HeartbeatsAnswerEachOther) {
  const Limits limits{.heartbeat_interval = milliseconds(1'000), .pong_timeout = milliseconds(500)};
  for_every_pipe(limits, [](SessionPipe& pipe) {
    for (int beats = 0; beats < 5; ++beats) {
      pipe.advance(milliseconds(1'000));
      pipe.pump();
    }
    EXPECT_EQ(pipe.server.session.state(), Session::State::kOpen);
    EXPECT_EQ(pipe.client.session.state(), Session::State::kOpen);
    const std::string log = pipe.server.log.take();
    EXPECT_TRUE(log.starts_with("send ping 00 01 02 03 04 05 06 07\n")) << log;
    EXPECT_NE(log.find("\npong 00 01 02 03 04 05 06 07\n"), std::string::npos) << log;
  });
}

TEST(SessionPipe, OneSideFails) {
  const Limits limits{.message_payload = 10};
  for_every_pipe(limits, [](SessionPipe& pipe) {
    pipe.client.session.send(MessageKind::kBinary, as_bytes("eleven octets"));
    pipe.pump();
    EXPECT_EQ(pipe.server.log.take(), "send close 1009\nshutdown\nclosed 1006: message-too-big\n");
    EXPECT_EQ(pipe.client.log.take(),
              "send binary \"eleven octets\"\nsend close 1009\nclosed 1009 clean\n");
  });
}

}  // namespace
}  // namespace wsproof
