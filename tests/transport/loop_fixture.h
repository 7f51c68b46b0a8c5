// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/transport/loop.h"
#include "server/transport/stream.h"
#include "server/transport/tcp.h"
#include "server/transport/timer.h"
#include "tests/support/raw_socket.h"

namespace wsproof::test {

/// A loop that runs until something is so.
class LoopTest : public testing::Test {
 protected:
  /// Ten seconds without it are a failure.
  void run_until(const std::function<bool()>& done) {
    int turns = 0;
    Timer timer(loop, [&] {
      if (done() || ++turns == 5'000) loop.stop();
    });
    timer.start_repeating(Time(0), std::chrono::milliseconds(2));
    loop.run();
    EXPECT_LT(turns, 5'000) << "it never came";
  }

  /// Lets everything happen that is going to happen by itself.
  void settle() {
    int turns = 0;
    run_until([&turns] { return ++turns == 10; });
  }

  Loop loop;
};

/// Writes down what a stream tells, pieces of data joined: "data abc", "eof", "error ECONNRESET",
/// "drained". Does what it is asked to do at the first event of a kind.
class StreamLog : public StreamHandler {
 public:
  void on_data(MutableBytes bytes) override {
    received += as_text(bytes);
    ++reads;
    happened("data");
  }
  void on_eof() override { happened("eof"); }
  void on_error(const TransportError& error) override { happened("error " + error.name); }
  void on_drained() override { happened("drained"); }

  [[nodiscard]] bool saw(std::string_view event) const {
    for (const std::string& entry : events) {
      if (entry.starts_with(event)) return true;
    }
    return false;
  }

  std::string received;
  int reads = 0;
  std::vector<std::string> events;  // data only once in a row
  std::string at;                   // an event's beginning
  std::function<void()> act;        // done then

 private:
  void happened(const std::string& event) {
    if (events.empty() || events.back() != event || event != "data") events.push_back(event);
    if (act && event.starts_with(at)) std::exchange(act, nullptr)();
  }
};

/// One accepted stream, and the raw socket at its other end.
class StreamTest : public LoopTest {
 protected:
  void SetUp() override { connect(RawSocket()); }

  void connect(RawSocket socket) {
    auto listening = TcpListener::listen(
        loop, {.host = "127.0.0.1"},
        [this](std::unique_ptr<Stream> accepted) { stream = std::move(accepted); });
    ASSERT_TRUE(listening) << listening.error().message;
    stream.reset();
    peer = std::move(socket);
    ASSERT_TRUE(peer.connect((*listening)->port()));
    run_until([this] { return stream != nullptr; });
    stream->start(log);
  }

  void write(std::string_view text) { stream->write(as_bytes(text)); }

  RawSocket peer;
  StreamLog log;
  std::unique_ptr<Stream> stream;
};

}  // namespace wsproof::test
