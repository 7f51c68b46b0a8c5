// SPDX-License-Identifier: Apache-2.0
// A whole connection over a stream whose Nth operation fails, for every N until none does: opening
// handshake, messages both ways, closing handshake. Each end has to notice, to tell it once, and to
// come to rest.
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/protocol/handshake.h"
#include "server/protocol/opening.h"
#include "server/protocol/session.h"
#include "tests/support/counting_random.h"
#include "tests/support/memory_stream.h"

namespace wsproof {
namespace {

using test::CountingRandom;
using test::FailCount;
using test::Fault;
using test::MemoryLink;
using test::MemoryStream;

constexpr std::size_t kReadSize = 64;
constexpr Time kNow{0};

// How an end came to rest, for a person to read: "closed 1000 clean", "refused", "lost".
class End : public SessionHandler {
 public:
  End(MemoryLink& link, MemoryLink::Direction& incoming, MemoryLink::Direction& outgoing)
      : stream_(link, incoming, outgoing) {}

  [[nodiscard]] bool over() const { return !outcome_.empty(); }
  [[nodiscard]] const std::string& outcome() const { return outcome_; }
  [[nodiscard]] std::size_t messages() const { return messages_; }

  // One read and what follows from it; false where there was nothing to do.
  bool step() {
    if (over()) return false;
    const MemoryStream::Read read = stream_.read(kReadSize);
    switch (read.status) {
      case MemoryStream::Status::kNothing:
        return false;
      case MemoryStream::Status::kOctets:
        if (session_) {
          std::string octets = read.octets;
          receive({reinterpret_cast<std::uint8_t*>(octets.data()), octets.size()});
        } else {
          open(as_bytes(read.octets));
        }
        return true;
      case MemoryStream::Status::kEof:
      case MemoryStream::Status::kLost:
        lose(read.status == MemoryStream::Status::kEof ? "ended" : "lost");
        return true;
    }
    return false;
  }

  // The last deadline of all.
  void time_out() {
    if (over()) return;
    if (!session_) return lose("timed out");
    const auto deadline = session_->next_deadline();
    if (deadline) session_->advance(*deadline);
  }

  void on_write(Session&, Bytes head, Bytes body) override {
    EXPECT_FALSE(shut_down_);
    // A stream that reports at once: the session learns of it within the call.
    if (!stream_.write(std::string(as_text(head)).append(as_text(body)))) {
      session_->receive_eof(kNow);
    }
  }
  void on_shutdown(Session&) override {
    shut_down_ = true;
    if (!stream_.shutdown()) session_->receive_eof(kNow);
  }
  void on_closed(Session&, const CloseInfo& close) override {
    EXPECT_EQ(outcome_, "") << "told twice";
    stream_.close();
    outcome_ = "closed " + std::to_string(close.code) + (close.clean ? " clean" : "");
  }

 protected:
  virtual void open(Bytes octets) = 0;

  bool write(std::string_view octets) {
    if (stream_.write(octets)) return true;
    lose("lost");
    return false;
  }
  void start(Role role, const std::optional<DeflateParameters>& deflate, MutableBytes rest) {
    session_ = std::make_unique<Session>(role, options, *this, deflate, kNow);
    opened();
    receive(rest);
  }
  virtual void opened() {}
  void refuse(std::string_view why) {
    stream_.close();
    outcome_ = why;
  }
  Session& session() { return *session_; }
  void count_message() { ++messages_; }

  CountingRandom random;
  SessionOptions options{.random = &random};

 private:
  void receive(MutableBytes octets) { session_->receive(octets, kNow); }
  void lose(std::string_view how) {
    if (session_) return session_->receive_eof(kNow);
    stream_.close();
    outcome_ = how;
  }

  MemoryStream stream_;
  std::unique_ptr<Session> session_;
  std::string outcome_;
  std::size_t messages_ = 0;
  bool shut_down_ = false;
};

class ServerEnd : public End {
 public:
  explicit ServerEnd(MemoryLink& link)
      : End(link, link.to_server, link.to_client), opening_(options.limits) {}

  void on_message(Session& session, MessageKind kind, MutableBytes payload) override {
    count_message();
    session.send(kind, payload);
  }

 private:
  void open(Bytes octets) override {
    switch (opening_.push(octets)) {
      case ServerOpening::Status::kNeedMore:
        return;
      case ServerOpening::Status::kError:
        return refuse("malformed");
      case ServerOpening::Status::kRequest:
        break;
    }
    const auto accepted = accept_request(opening_.head(), handshake_);
    if (!accepted) return refuse("refused");
    if (!write(accepted->response)) return;
    start(Role::kServer, accepted->agreement.deflate, opening_.rest());
  }

  ServerHandshakeOptions handshake_;
  ServerOpening opening_;
};

class ClientEnd : public End {
 public:
  explicit ClientEnd(MemoryLink& link)
      : End(link, link.to_client, link.to_server),
        handshake_{.host = "localhost"},
        opening_(handshake_, options.limits, random) {}

  void connect() { write(opening_.request()); }

  // The last of three echoes ends it.
  void on_message(Session& session, MessageKind, MutableBytes) override {
    count_message();
    if (messages() == 3) session.close(1000, "done", kNow);
  }

 private:
  void open(Bytes octets) override {
    switch (opening_.push(octets)) {
      case ClientOpening::Status::kNeedMore:
        return;
      case ClientOpening::Status::kError:
        return refuse("malformed");
      case ClientOpening::Status::kOpen:
        break;
    }
    start(Role::kClient, opening_.agreement().deflate, opening_.rest());
  }
  void opened() override {
    session().send(MessageKind::kText, as_bytes("Hello"));
    session().ping(as_bytes("there?"));
    const std::string large(400, 'x');
    session().send(MessageKind::kBinary, as_bytes(large));
    session().send_fragment(MessageKind::kText, as_bytes("in two "), true, false);
    session().send_fragment(MessageKind::kText, as_bytes("fragments"), false, true);
  }

  ClientHandshakeOptions handshake_;
  ClientOpening opening_;
};

struct Outcome {
  std::string server;
  std::string client;
  bool failed;
};

Outcome run(FailCount& fail_count, Fault fault) {
  MemoryLink link(fail_count, fault);
  ServerEnd server(link);
  ClientEnd client(link);
  client.connect();
  // Each step takes octets out of the link; 10,000 would be some that put back what they take.
  for (int steps = 0; steps < 10'000; ++steps) {
    const bool moved = server.step();
    if (!client.step() && !moved) break;
  }
  // Whoever still waits has a deadline.
  server.time_out();
  client.time_out();
  EXPECT_TRUE(server.over()) << "the server still waits";
  EXPECT_TRUE(client.over()) << "the client still waits";
  if (!fail_count.has_struck()) {
    EXPECT_EQ(server.messages(), 3U);
    EXPECT_EQ(client.messages(), 3U);
  }
  return {server.outcome(), client.outcome(), fail_count.has_struck()};
}

void fail_each_operation(Fault fault) {
  for (std::size_t nth = 1;; ++nth) {
    SCOPED_TRACE("operation " + std::to_string(nth) + " fails");
    FailCount fail_count(nth);
    const Outcome outcome = run(fail_count, fault);
    if (!outcome.failed) {
      EXPECT_EQ(outcome.server, "closed 1000 clean");
      EXPECT_EQ(outcome.client, "closed 1000 clean");
      EXPECT_GT(nth, 20U) << "the conversation is shorter than it should be";
      return;
    }
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(SessionFailingStream, Reset) { fail_each_operation(Fault::kReset); }

TEST(SessionFailingStream, EndOfFile) { fail_each_operation(Fault::kEof); }

}  // namespace
}  // namespace wsproof
