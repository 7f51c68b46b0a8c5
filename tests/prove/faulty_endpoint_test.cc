// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

#include "tests/peers/faulty/endpoint.h"
#include "tests/peers/faulty/handshake.h"
#include "tests/peers/faulty/outgoing.h"

namespace wsproof::faulty {
namespace {

using std::chrono::seconds;

constexpr Time kStart{1000};

/// A server behind its opening handshake, and the client's end of the wire in the test's hands.
class Rig : private FrameSink {
 public:
  explicit Rig(Faults faults = Faults(), Role role = Role::kServer)
      : endpoint_({role, faults, "localhost", "/"}),
        writer_(role == Role::kServer ? Role::kClient : Role::kServer, none_),
        reader_(none_, *this) {
    endpoint_.connected(kStart);
    if (role == Role::kServer) {
      // No extension: what goes over the wire is to be read here.
      const std::string head = make_request("localhost", "/", none_);
      endpoint_.receive(head.substr(0, head.find("Sec-WebSocket-Ext")) + "\r\n", kStart);
      static_cast<void>(endpoint_.take_output());
    } else {
      std::string head = answer_request(endpoint_.take_output(), none_).head;
      endpoint_.receive(head.substr(0, head.find("Sec-WebSocket-Ext")) + "\r\n", kStart);
    }
  }

  std::string send(std::uint8_t opcode, std::string_view payload, bool fin = true) {
    return write(writer_.frame(opcode, payload, fin));
  }
  std::string write(std::string_view octets) {
    endpoint_.receive(octets, kStart);
    return sent();
  }
  std::string frame(std::uint8_t opcode, std::string_view payload) {
    return writer_.frame(opcode, payload);
  }
  std::string wait(Time duration) {
    endpoint_.advance(kStart + duration);
    return sent();
  }
  std::string eof() {
    endpoint_.receive_eof(kStart);
    return sent();
  }

 private:
  /// "text Hello, FIN" since the last call.
  std::string sent() {
    log_.clear();
    reader_.push(endpoint_.take_output());
    if (endpoint_.end() == End::kFin) log("FIN");
    if (endpoint_.end() == End::kReset) log("RST");
    return log_;
  }
  void log(const std::string& what) { log_ += (log_.empty() ? "" : ", ") + what; }
  void on_header(const FrameHeader& header) override {
    header_ = header;
    payload_.clear();
  }
  void on_payload(std::string_view piece) override { payload_ += piece; }
  void on_frame_end() override {
    if (header_.opcode == kClose) {
      const bool code = payload_.size() >= 2;
      return log("close" +
                 (code ? " " + std::to_string(256 * static_cast<unsigned char>(payload_[0]) +
                                              static_cast<unsigned char>(payload_[1]))
                       : std::string()));
    }
    log((header_.opcode == kPong     ? "pong "
         : header_.opcode == kBinary ? "binary "
                                     : "text ") +
        payload_);
  }

  const Faults none_;
  Endpoint endpoint_;
  FrameWriter writer_;
  FrameReader reader_;
  FrameHeader header_;
  std::string payload_;
  std::string log_;
};

TEST(FaultyEndpointTest, EchoesAndAnswers) {
  for (const Role role : {Role::kServer, Role::kClient}) {
    Rig rig(Faults(), role);
    EXPECT_EQ(rig.send(kText, "Hello"), "text Hello");
    EXPECT_EQ(rig.send(kPing, "you"), "pong you");
    EXPECT_EQ(rig.send(kPong, "me"), "");
    EXPECT_EQ(rig.send(kBinary, "\xFF"), "binary \xFF");
  }
}

TEST(FaultyEndpointTest, ServerEndsTcpBehindItsClose) {
  Rig rig;
  EXPECT_EQ(rig.send(kClose, "\x03\xE8"), "close 1000, FIN");
  EXPECT_EQ(rig.send(kText, "too late"), "FIN");
}

TEST(FaultyEndpointTest, ClientLeavesTheEndOfTcpToTheServer) {
  Rig rig(Faults(), Role::kClient);
  EXPECT_EQ(rig.send(kClose, "\x03\xE8"), "close 1000");
  EXPECT_EQ(rig.eof(), "FIN");
  Rig other(Faults(), Role::kClient);
  EXPECT_EQ(other.send(kClose, ""), "close");
  EXPECT_EQ(other.wait(seconds(1)), "FIN");
}

TEST(FaultyEndpointTest, FailsOverViolations) {
  EXPECT_EQ(Rig().send(3, ""), "close 1002, FIN");
  EXPECT_EQ(Rig().send(kText, "\xFF"), "close 1007, FIN");
  EXPECT_EQ(Rig().send(kClose, "\x03\xEC"), "close 1002, FIN");
  EXPECT_EQ(Rig().send(kPing, "half", false), "close 1002, FIN");
  EXPECT_EQ(Rig().send(kContinuation, "of what"), "close 1002, FIN");
}

TEST(FaultyEndpointTest, RefusesWhatIsNoOpeningHandshake) {
  Endpoint server({Role::kServer, Faults(), "localhost", "/"});
  server.connected(kStart);
  server.receive("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", kStart);
  EXPECT_EQ(server.take_output().substr(0, 12), "HTTP/1.1 400");
  EXPECT_EQ(server.end(), End::kFin);
}

TEST(FaultyEndpointTest, FaultsOfControlFrames) {
  Rig behind{Faults(Fault::kPongBehindMessage)};
  EXPECT_EQ(behind.send(kText, "a", false), "");
  EXPECT_EQ(behind.send(kPing, "p"), "");
  EXPECT_EQ(behind.send(kContinuation, "b"), "text ab, pong p");

  Rig reversed{Faults(Fault::kPongsReversed)};
  EXPECT_EQ(reversed.write(reversed.frame(kPing, "1") + reversed.frame(kPing, "2")),
            "pong 2, pong 1");

  Rig split{Faults(Fault::kNoPongToSplitPing)};
  const std::string ping = split.frame(kPing, "split");
  EXPECT_EQ(split.write(ping.substr(0, 8)), "");
  EXPECT_EQ(split.write(ping.substr(8)), "");
  EXPECT_EQ(split.send(kPing, "whole"), "pong whole");

  EXPECT_EQ(Rig(Faults(Fault::kPongForPong)).send(kPong, "p"), "pong p");
  EXPECT_EQ(Rig(Faults(Fault::kFailsAtPong)).send(kPong, "p"), "close 1002, FIN");

  Rig fragmented{Faults(Fault::kAcceptsFragmentedPong)};
  EXPECT_EQ(fragmented.send(kPong, "p", false), "");
  EXPECT_EQ(fragmented.send(kContinuation, "q"), "");
  EXPECT_EQ(fragmented.send(kText, "t"), "text t");
}

TEST(FaultyEndpointTest, FaultsOfClosing) {
  EXPECT_EQ(Rig(Faults(Fault::kCloseUnanswered)).send(kClose, "\x03\xE8"), "");
  EXPECT_EQ(Rig(Faults(Fault::kCloseDropsTcp)).send(kClose, "\x03\xE8"), "FIN");
  EXPECT_EQ(Rig(Faults(Fault::kCloseResets)).send(kClose, "\x03\xE8"), "RST");
  EXPECT_EQ(Rig(Faults(Fault::kKeepsTcp)).send(kClose, "\x03\xE8"), "close 1000");
  EXPECT_EQ(Rig(Faults(Fault::kFailsWithoutClose)).send(3, ""), "FIN");
  EXPECT_EQ(Rig(Faults(Fault::kMessageAfterClose)).send(kClose, ""),
            "close, text one more thing, FIN");
  Rig twice{Faults(Fault::kCloseAnsweredTwice)};
  EXPECT_EQ(twice.write(twice.frame(kClose, "") + twice.frame(kClose, "")), "close, close, FIN");
  Rig serves{Faults(Fault::kEchoAfterClose)};
  EXPECT_EQ(serves.write(serves.frame(kClose, "") + serves.frame(kText, "x")),
            "close, text x, FIN");
  Rig half{Faults(Fault::kHalfMessageAtClose)};
  EXPECT_EQ(half.send(kText, "half", false), "");
  EXPECT_EQ(half.send(kClose, ""), "text half, close, FIN");
}

TEST(FaultyEndpointTest, FaultsOfTime) {
  Rig late{Faults(Fault::kPongLate)};
  EXPECT_EQ(late.send(kPing, "p"), "");
  EXPECT_EQ(late.wait(seconds(5)), "");
  EXPECT_EQ(late.wait(seconds(6)), "pong p");
  Rig fails{Faults(Fault::kFailsLate)};
  EXPECT_EQ(fails.send(3, ""), "");
  EXPECT_EQ(fails.wait(seconds(6)), "close 1002, FIN");
  Rig stalls{Faults(Fault::kStallsAfterMessage)};
  EXPECT_EQ(stalls.send(kText, "a"), "text a");
  EXPECT_EQ(stalls.send(kText, "b"), "");
  EXPECT_EQ(Rig(Faults(Fault::kSilent)).send(kText, "a"), "");
}

TEST(FaultyOutgoingTest, LateOctetsGoInTheOrderOfTheirTimes) {
  Outgoing out;
  out.set_time(kStart);
  EXPECT_FALSE(out.next_deadline());
  out.send("c", seconds(2));
  out.send("b", seconds(1));
  out.end(End::kFin, seconds(3));
  out.send("a");
  EXPECT_EQ(out.take(), "a");
  EXPECT_EQ(out.next_deadline(), kStart + Time(seconds(1)));
  out.set_time(kStart + Time(seconds(2)));
  EXPECT_EQ(out.take(), "bc");
  EXPECT_EQ(out.ended(), End::kOpen);
  out.set_time(kStart + Time(seconds(3)));
  out.send("d");
  EXPECT_EQ(out.take(), "");
  EXPECT_EQ(out.ended(), End::kFin);
}

}  // namespace
}  // namespace wsproof::faulty
