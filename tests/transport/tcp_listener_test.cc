// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <ctime>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/transport/tcp.h"
#include "tests/transport/loop_fixture.h"

namespace wsproof::test {
namespace {

using End = RawSocket::End;

class TcpListenerTest : public LoopTest {
 protected:
  std::unique_ptr<TcpListener> listen(const std::string& host, std::uint16_t port = 0) {
    auto result = TcpListener::listen(loop, {.host = host, .port = port},
                                      [this](std::unique_ptr<Stream> stream) {
                                        stream->start(log);
                                        accepted.push_back(std::move(stream));
                                      });
    if (result) return std::move(*result);
    error = result.error();
    return nullptr;
  }

  StreamLog log;
  std::vector<std::unique_ptr<Stream>> accepted;
  TransportError error;
};

TEST_F(TcpListenerTest, TakesAPortOfTheKernelsChoice) {
  const auto listener = listen("127.0.0.1");
  ASSERT_NE(listener, nullptr);
  EXPECT_NE(listener->port(), 0);
  EXPECT_THAT(listener->addresses(),
              testing::ElementsAre("127.0.0.1:" + std::to_string(listener->port())));
  const RawSocket peer = RawSocket::to(listener->port());
  run_until([&] { return accepted.size() == 1; });
}

TEST_F(TcpListenerTest, SpeaksIpv6) {
  const auto listener = listen("::1");
  if (listener == nullptr) GTEST_SKIP() << error.message;
  EXPECT_THAT(listener->addresses(),
              testing::ElementsAre("[::1]:" + std::to_string(listener->port())));
  const RawSocket peer = RawSocket::to(listener->port(), true);
  run_until([&] { return accepted.size() == 1; });
  EXPECT_TRUE(accepted[0]->peer_address().starts_with("[::1]:"));
}

TEST_F(TcpListenerTest, ListensOnAllAddressesWithOnePort) {
  const auto listener = listen("");
  ASSERT_NE(listener, nullptr) << error.message;
  const std::string port = std::to_string(listener->port());
  EXPECT_THAT(listener->addresses(), testing::Contains("0.0.0.0:" + port));
  for (const std::string& address : listener->addresses()) {
    EXPECT_TRUE(address.ends_with(":" + port)) << address;
  }
  const RawSocket v4 = RawSocket::to(listener->port());
  run_until([&] { return accepted.size() == 1; });
  if (listener->addresses().size() == 1) GTEST_SKIP() << "no IPv6 here";
  const RawSocket v6 = RawSocket::to(listener->port(), true);
  run_until([&] { return accepted.size() == 2; });
}

TEST_F(TcpListenerTest, SaysWhichAddressIsInUse) {
  const auto first = listen("127.0.0.1");
  EXPECT_EQ(listen("127.0.0.1", first->port()), nullptr);
  EXPECT_EQ(error.name, "EADDRINUSE");
  EXPECT_EQ(error.message, "cannot listen on 127.0.0.1 port " + std::to_string(first->port()) +
                               ": address already in use");
}

TEST_F(TcpListenerTest, SaysWhichNameIsUnknown) {
  EXPECT_EQ(listen("no.such.name.invalid", 80), nullptr);
  EXPECT_TRUE(error.message.starts_with("cannot listen on no.such.name.invalid port 80: "))
      << error.message;
}

TEST_F(TcpListenerTest, SaysThatAnAddressIsNotOurs) {
  EXPECT_EQ(listen("203.0.113.1", 8000), nullptr);
  EXPECT_EQ(error.message, "cannot listen on 203.0.113.1 port 8000: address not available");
}

TEST_F(TcpListenerTest, ClosingRefusesNewConnectionsAndKeepsTheOthers) {
  const auto listener = listen("127.0.0.1");
  RawSocket peer = RawSocket::to(listener->port());
  run_until([&] { return accepted.size() == 1; });
  const std::uint16_t port = listener->port();
  listener->close();
  EXPECT_FALSE(RawSocket().connect(port));
  peer.send("still here");
  run_until([&] { return log.received == "still here"; });
}

TEST_F(TcpListenerTest, MayBeClosedFromWithinAccept) {
  std::unique_ptr<TcpListener> listener;
  std::unique_ptr<Stream> stream;
  listener = *TcpListener::listen(loop, {.host = "127.0.0.1"}, [&](std::unique_ptr<Stream> s) {
    // Not by destroying it: the function that runs is its own.
    listener->close();
    stream = std::move(s);
  });
  const RawSocket first = RawSocket::to(listener->port());
  const RawSocket second = RawSocket::to(listener->port());
  run_until([&] { return stream != nullptr; });
  settle();
}

/// The process may open no descriptor from this number on.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(rlim_t limit) {
    getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit lower{limit, before_.rlim_max};
    EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &lower), 0);
  }
  ~DescriptorLimit() { setrlimit(RLIMIT_NOFILE, &before_); }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;

 private:
  rlimit before_{};
};

class DescriptorTest : public TcpListenerTest {
 protected:
  void SetUp() override {
    listener = listen("127.0.0.1");
    old = RawSocket::to(listener->port());
    run_until([&] { return accepted.size() == 1; });
  }

  /// Time for a loop to spin, if it does; it must sleep for most of it, and serve who is there.
  void idle() {
    log.received.clear();
    old.send("hello");
    run_until([&] { return log.received == "hello"; });
    const std::clock_t cpu = std::clock();
    int turns = 0;
    run_until([&] { return ++turns == 100; });
    // At least 0.2 s have passed.
    EXPECT_LT(static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC, 0.1);
    EXPECT_EQ(accepted.size(), 1U);
  }

  void connect_late() {
    for (RawSocket& socket : late) EXPECT_TRUE(socket.connect(listener->port()));
  }

  std::unique_ptr<TcpListener> listener;
  RawSocket old;
  std::vector<RawSocket> late{8};
};

TEST_F(DescriptorTest, WithoutDescriptorsEndsTheNewAndKeepsTheOld) {
  // Once with descriptors: UndefinedBehaviorSanitizer needs some the first time it sees a class.
  idle();
  const int lowest_free = dup(0);
  close(lowest_free);
  {
    const DescriptorLimit limit(static_cast<rlim_t>(lowest_free));
    connect_late();
    idle();
    for (RawSocket& socket : late) {
      EXPECT_EQ(socket.receive_all(), "");
      EXPECT_NE(socket.end(), End::kTimeout);
    }
  }
  const RawSocket next = RawSocket::to(listener->port());
  run_until([&] { return accepted.size() == 2; });
}

TEST_F(DescriptorTest, WithoutEvenTheSpareOneTheNewWaitAndTheOldAreKept) {
  idle();
  {
    const DescriptorLimit limit(0);
    connect_late();
    idle();
    EXPECT_FALSE(late[0].readable());
  }
  run_until([&] { return accepted.size() == 9; });
}

}  // namespace
}  // namespace wsproof::test
