// SPDX-License-Identifier: Apache-2.0
// Peers that go at every octet: of the opening handshake, of each kind of frame, of TLS's first
// flight; by RST and by FIN, with answers read or not. Afterwards the server holds as many
// descriptors as before, and as much memory. 10,000 times in all.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "server/protocol/deflate.h"
#include "tests/failing/fail_point.h"
#include "tests/failing/failing_program.h"
#include "tests/server/server_fixture.h"
#include "tests/support/peer_frames.h"

namespace wsproof::test {
namespace {

constexpr int kCycles = 10'000;
// Vectors that have grown and queues that are kept for the next use; less than a block in a hundred
// cycles.
constexpr std::int64_t kSpareBlocks = 100;
constexpr std::int64_t kSpareOctets = 512 * 1024;

/// Everything that a client says, until it goes.
std::vector<std::string> talks() {
  PeerFrames frames(Role::kClient);
  MessageDeflater deflater(15, true, 6, 8);
  std::vector<std::uint8_t> compressed;
  deflater.push(as_bytes(std::string(500, 'x')), true, compressed);
  return {
      WsClient::request("/echo") + frames.text("hello") + frames.begin_text("in ") +
          frames.ping("between") + frames.more("three ") + frames.end("parts") +
          frames.binary(std::string(300, 'b')) + frames.close(1000, "that is all"),
      WsClient::request("/echo", "Sec-WebSocket-Extensions: permessage-deflate\r\n") +
          frames.compressed_text(as_text(compressed)) + frames.text(std::string(200, 'y')) +
          frames.close(),
      WsClient::request("/broadcast",
                        "Sec-WebSocket-Extensions: permessage-deflate; "
                        "server_no_context_takeover\r\n") +
          frames.text(std::string(200, 'z')) + frames.close(1001),
      WsClient::request("/echo", "Sec-WebSocket-Extensions: =\r\n"),
      "GET / HTTP/1.1\r\nHost: here\r\n\r\n",
  };
}

/// What a client of TLS says before it has heard anything.
std::string first_flight() {
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  SSL* const ssl = SSL_new(context);
  BIO* const out = BIO_new(BIO_s_mem());
  SSL_set_bio(ssl, BIO_new(BIO_s_mem()), out);
  SSL_connect(ssl);
  char* octets = nullptr;
  const long size = BIO_get_mem_data(out, &octets);
  std::string flight(octets, static_cast<std::size_t>(size));
  SSL_free(ssl);
  SSL_CTX_free(context);
  return flight;
}

class ResetTest : public ServerTest {
 protected:
  enum class Leaving { kReset, kResetAfterAnswer, kClose, kHalf };

  void leave_at(std::string_view octets, Leaving leaving) const {
    RawSocket socket = RawSocket::to(port);
    socket.send(octets);
    switch (leaving) {
      case Leaving::kReset:
        socket.reset();
        return;
      case Leaving::kResetAfterAnswer:
        // Long enough for the server to be in the middle of something, most of the time.
        std::this_thread::yield();
        socket.reset();
        return;
      case Leaving::kClose:
        socket.close();
        return;
      case Leaving::kHalf:
        socket.shutdown_write();
        socket.receive_some();
        socket.reset();
        return;
    }
  }

  /// Each octet of each talk, as often as there are cycles.
  void go_through(const std::vector<std::string>& all, int cycles) {
    int done = 0;
    for (int round = 0; done < cycles; ++round) {
      for (const std::string& talk : all) {
        for (std::size_t cut = 0; cut <= talk.size() && done < cycles; ++cut, ++done) {
          leave_at(std::string_view(talk).substr(0, cut),
                   static_cast<Leaving>((cut + static_cast<std::size_t>(round)) % 4));
          // The server keeps up: who waits to be accepted would be counted as held.
          if (done % 16 == 0) visit();
        }
      }
    }
    EXPECT_EQ(done, cycles);
  }

  virtual void visit() { expect_alive(); }

  struct Held {
    std::int64_t descriptors = 0;
    HeldMemory memory;
  };

  /// Once whatever ends has ended.
  Held settled(const Held* before) {
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + std::chrono::seconds(10);
    for (;;) {
      const Held now{open_descriptors(), held_memory()};
      const bool back = before != nullptr && now.descriptors <= before->descriptors &&
                        now.memory.blocks <= before->memory.blocks + kSpareBlocks &&
                        now.memory.octets <= before->memory.octets + kSpareOctets;
      if (back || Clock::now() > until) return now;
      if (before == nullptr) {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        return {open_descriptors(), held_memory()};
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  void expect_nothing_lost(const std::vector<std::string>& all, int cycles) {
    start();
    go_through(all, 400);  // what is kept for ever is there then
    const Held before = settled(nullptr);
    go_through(all, cycles);
    const Held after = settled(&before);
    EXPECT_EQ(after.descriptors, before.descriptors);
    EXPECT_LE(after.memory.blocks, before.memory.blocks + kSpareBlocks);
    EXPECT_LE(after.memory.octets, before.memory.octets + kSpareOctets);
    std::printf("reset: %d connections cut; blocks %ld before, %ld after; octets %ld and %ld\n",
                cycles, static_cast<long>(before.memory.blocks),
                static_cast<long>(after.memory.blocks), static_cast<long>(before.memory.octets),
                static_cast<long>(after.memory.octets));
    visit();
  }
};

TEST_F(ResetTest, AtEveryOctetLosesNothing) { expect_nothing_lost(talks(), kCycles - 2'000); }

class TlsResetTest : public ResetTest {
 protected:
  TlsResetTest() { options.tls.self_signed = true; }
  void visit() override {
    const RawSocket socket = RawSocket::to(port);
    EXPECT_GE(socket.descriptor(), 0);
  }
};

TEST_F(TlsResetTest, AtEveryOctetLosesNothing) { expect_nothing_lost({first_flight()}, 2'000); }

}  // namespace
}  // namespace wsproof::test
