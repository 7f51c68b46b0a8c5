// SPDX-License-Identifier: Apache-2.0
// What the protocol promises where memory runs out: std::bad_alloc comes out of the call. A message
// that could not be sent was not sent at all, and the session sends on; a session that could not
// receive can still be ended.
#include <gtest/gtest.h>

#include <new>
#include <string>
#include <vector>

#include "server/protocol/session.h"
#include "tests/failing/fail_point.h"
#include "tests/support/peer_frames.h"

namespace wsproof::test {
namespace {

/// One end of a connection; what it writes stays with it.
class Party final : public SessionHandler {
 public:
  Party(Role role, int deflate_level)
      : session(role, with_level(deflate_level), *this, agreed_, {}) {}

  void on_message(Session& /*session*/, MessageKind /*kind*/, MutableBytes payload) override {
    messages.emplace_back(as_text(payload));
  }
  void on_write(Session& /*session*/, Bytes head, Bytes body) override {
    const std::string frame = std::string(as_text(head)).append(as_text(body));
    written += frame;
  }
  void on_shutdown(Session& /*session*/) override {}
  void on_closed(Session& /*session*/, const CloseInfo& info) override {
    ++closed;
    close_code = info.code;
  }

 private:
  const SessionOptions& with_level(int level) {
    options_.deflate.level = level;
    return options_;
  }
  SessionOptions options_;
  DeflateParameters agreed_;

 public:
  std::vector<std::string> messages;
  std::string written;
  int closed = 0;
  std::uint16_t close_code = 0;
  Session session;
};

void receive(Session& session, std::string octets) {
  session.receive({reinterpret_cast<std::uint8_t*>(octets.data()), octets.size()}, {});
}

/// Whether `call` went through with its Nth allocation failing, where it has so many.
template <typename Call>
bool with_failure_at(std::uint64_t at, Call call) {
  fail_state().prepare({FailGroup::kMemory, at, false});
  set_subject(true);
  fail_state().armed = true;
  bool through = true;
  try {
    call();
  } catch (const std::bad_alloc&) {
    through = false;
  }
  fail_state().armed = false;
  set_subject(false);
  EXPECT_EQ(through, fail_state().failed == 0);
  return through;
}

std::string text_of(char letter) {
  std::string text;
  while (text.size() < 20'000) text += std::string("much the same as before, ") + letter;
  return text;
}

class SessionMemory : public testing::TestWithParam<int> {};

TEST_P(SessionMemory, SendsAMessageWholeOrNotAtAll) {
  bool through = false;
  std::uint64_t at = 0;
  while (!through) {
    SCOPED_TRACE("allocation " + std::to_string(++at));
    Party server(Role::kServer, GetParam());
    Party client(Role::kClient, GetParam());
    EXPECT_TRUE(server.session.send(MessageKind::kText, as_bytes(text_of('a'))));
    const std::string second = text_of('b');
    through =
        with_failure_at(at, [&] { server.session.send(MessageKind::kText, as_bytes(second)); });
    EXPECT_TRUE(server.session.send(MessageKind::kText, as_bytes(text_of('c'))));
    receive(client.session, server.written);
    std::vector<std::string> expected{text_of('a'), text_of('c')};
    if (through) expected.insert(expected.begin() + 1, second);
    EXPECT_EQ(client.messages, expected);
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_GT(at, 3U);
}

TEST_P(SessionMemory, CanBeEndedWhereItCouldNotReceive) {
  bool through = false;
  std::uint64_t at = 0;
  while (!through) {
    SCOPED_TRACE("allocation " + std::to_string(++at));
    Party client(Role::kClient, GetParam());
    Party server(Role::kServer, GetParam());
    client.session.send(MessageKind::kText, as_bytes(text_of('a')));
    PeerFrames frames(Role::kClient);
    const std::string octets = client.written + frames.begin_text("in ") + frames.ping("cut") +
                               frames.end("two") + frames.close(1000, "a reason of many octets");
    const std::size_t inside_the_ping = octets.size() - 50;
    through = with_failure_at(at, [&] {
      receive(server.session, octets.substr(0, inside_the_ping));
      receive(server.session, octets.substr(inside_the_ping));
    });
    const std::vector<std::string> all{text_of('a'), "in two"};
    EXPECT_TRUE(!through || server.messages == all);
    server.session.receive_eof({});
    EXPECT_EQ(server.closed, 1);
    EXPECT_EQ(server.close_code, through ? 1000 : close_code::kAbnormal);
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_GT(at, 5U);
}

INSTANTIATE_TEST_SUITE_P(Levels, SessionMemory, testing::Values(1, 6));

}  // namespace
}  // namespace wsproof::test
