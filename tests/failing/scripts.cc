// SPDX-License-Identifier: Apache-2.0
#include "tests/failing/scripts.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <csignal>
#include <utility>

#include "server/protocol/close_code.h"
#include "server/protocol/deflate.h"
#include "tests/support/peer_frames.h"

namespace wsproof::test {
namespace {

using End = RawSocket::End;

constexpr std::string_view kDeflate = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
constexpr std::string_view kDeflateAlone =
    "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n";

std::string long_text(std::size_t size) {
  std::string text;
  while (text.size() < size) text += "what is said more than once is said shortly; ";
  return text;
}

std::string compressed(std::string_view text) {
  MessageDeflater deflater(15, true, 6, 8);
  std::vector<std::uint8_t> out;
  deflater.push(as_bytes(text), true, out);
  return PeerFrames(Role::kClient).compressed_text(as_text(out));
}

void echo(std::uint16_t port, const FailingProgram& /*server*/) {
  Visitor visitor(port);
  if (!visitor.open("/echo")) return;
  visitor.send(WsClient::frame(opcode::kText, "hello"));
  if (!visitor.hear(opcode::kText, "hello")) return;
  visitor.send(WsClient::frame(opcode::kPing, "are you there") +
               WsClient::frame(opcode::kText, "in ", false) +
               WsClient::frame(opcode::kContinuation, "two frames"));
  if (!visitor.hear(opcode::kPong, "are you there")) return;
  if (!visitor.hear(opcode::kText, "in two frames")) return;
  visitor.leave();
}

/// More than the kernel takes at once, in a message that does not fit into the receive buffer.
void large_echo(std::uint16_t port, const FailingProgram& /*server*/) {
  RawSocket narrow;
  narrow.shrink_buffers();
  Visitor visitor(port, std::move(narrow));
  if (!visitor.open("/echo")) return;
  const std::string large(300'000, 'x');
  visitor.send(WsClient::frame(opcode::kBinary, large));
  if (!visitor.hear(opcode::kBinary, large)) return;
  visitor.leave();
}

void compressed_echo(std::uint16_t port, const FailingProgram& /*server*/) {
  Visitor visitor(port);
  if (!visitor.open("/echo", kDeflate)) return;
  const std::string text = long_text(400);
  visitor.send(compressed(text));
  if (!visitor.hear_deflated(text)) return;
  visitor.send(WsClient::frame(opcode::kText, text));
  if (!visitor.hear_deflated(text)) return;
  visitor.leave();
}

void broadcast(std::uint16_t port, const FailingProgram& /*server*/) {
  Visitor plain(port);
  Visitor squeezed(port);
  Visitor other(port);
  const bool here = plain.open("/broadcast");
  const bool there = squeezed.open("/broadcast", kDeflateAlone);
  const bool elsewhere = other.open("/broadcast");
  std::string text = long_text(200);
  plain.send(WsClient::frame(opcode::kText, text) + WsClient::frame(opcode::kText, "end"));
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  // Who was let in hears all of it, or is cut off; and the speaker was, where nothing comes.
  if (!here) return;
  if (!plain.hear(opcode::kText, text) || !plain.hear(opcode::kText, "END")) return;
  if (there && squeezed.hear_deflated(text)) squeezed.hear(opcode::kText, "END");
  if (elsewhere && other.hear(opcode::kText, text)) other.hear(opcode::kText, "END");
  plain.leave();
}

void refusals(std::uint16_t port, const FailingProgram& /*server*/) {
  std::string request = WsClient::request("/");
  request.replace(request.find(": 13"), 4, ": 12");
  Visitor(port).ask(request, "HTTP/1.1 426 ");
  Visitor(port).ask("no request\r\n\r\n", "HTTP/1.1 400 ");
  Visitor(port).ask(WsClient::request("/", "Sec-WebSocket-Extensions: =\r\n"), "HTTP/1.1 400 ");
}

void pages(std::uint16_t port, const FailingProgram& /*server*/) {
  Visitor(port).ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 ");
  Visitor(port).ask("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 ");
  Visitor(port).ask("PUT / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405 ");
}

void heartbeat(std::uint16_t port, const FailingProgram& /*server*/) {
  Visitor visitor(port);
  if (!visitor.open("/echo")) return;
  // No pong: the server gives up.
  visitor.hear_close(close_code::kInternalError);
}

void slow_head(std::uint16_t port, const FailingProgram& /*server*/) {
  Visitor(port).ask("GET / HTTP/1.1\r\n", "HTTP/1.1 408 ");
}

/// Over TLS: an echo, and the end in good order.
void tls_echo(std::uint16_t port, const FailingProgram& /*server*/) {
  static SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  RawSocket socket = RawSocket::to(port);
  SSL* const ssl = SSL_new(context);
  SSL_set_fd(ssl, socket.descriptor());
  std::string heard;
  const auto hear = [&](std::string_view mark) {
    char piece[4096];
    while (heard.find(mark) == std::string::npos) {
      const int count = SSL_read(ssl, piece, sizeof(piece));
      if (count <= 0) return false;
      heard.append(piece, static_cast<std::size_t>(count));
    }
    return true;
  };
  const auto send = [&](const std::string& octets) {
    SSL_write(ssl, octets.data(), static_cast<int>(octets.size()));
  };
  bool whole = SSL_connect(ssl) == 1;
  if (whole) {
    send(WsClient::request("/echo"));
    whole = hear("\r\n\r\n");
    if (whole) {
      send(WsClient::frame(opcode::kText, "secret"));
      whole = hear("secret");
    }
    SSL_shutdown(ssl);
  }
  if (!whole) ++Visitor::cut_short;
  SSL_free(ssl);
}

/// Told to end while someone is there.
void go_away(std::uint16_t port, const FailingProgram& server) {
  Visitor visitor(port);
  const bool open = visitor.open("/echo");
  server.signal(SIGTERM);
  if (open && visitor.hear_close(close_code::kGoingAway)) visitor.answer_close();
}

void nothing(std::uint16_t /*port*/, const FailingProgram& /*server*/) {}

}  // namespace

int Visitor::cut_short = 0;
bool Visitor::patient = true;

Visitor::Visitor(std::uint16_t port) : client_(port) { be_patient_or_not(); }

Visitor::Visitor(std::uint16_t port, RawSocket socket)
    : client_([&] {
        socket.connect(port);
        return std::move(socket);
      }()) {
  be_patient_or_not();
}

void Visitor::be_patient_or_not() {
  const timeval patience{patient ? 30 : 0, 100'000};
  ::setsockopt(client_.socket.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
}

bool Visitor::cut() {
  EXPECT_FALSE(patient && client_.socket.end() == End::kTimeout)
      << "the server says nothing and does not end";
  ++cut_short;
  return false;
}

bool Visitor::open(std::string_view target, std::string_view lines) {
  const std::string answer = client_.open(target, lines);
  if (!answer.ends_with("\r\n\r\n")) return cut();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 101 ")) << answer;
  return true;
}

bool Visitor::hear(std::uint8_t opcode, std::string_view payload) {
  const ReceivedFrame frame = client_.receive();
  if (client_.socket.end() != End::kNone) return cut();
  if (frame.opcode() == opcode::kClose && opcode != opcode::kClose) {
    EXPECT_EQ(frame.close_code(), close_code::kInternalError);
    return cut();
  }
  EXPECT_EQ(frame.first, 0x80U | opcode);
  EXPECT_TRUE(frame.payload == payload) << frame.payload.size() << " octets";
  return true;
}

bool Visitor::hear_deflated(std::string_view text) {
  const ReceivedFrame frame = client_.receive();
  if (client_.socket.end() != End::kNone) return cut();
  if (frame.opcode() == opcode::kClose) {
    EXPECT_EQ(frame.close_code(), close_code::kInternalError);
    return cut();
  }
  EXPECT_EQ(frame.opcode(), opcode::kText);
  if ((frame.first & 0x40U) == 0) {
    EXPECT_EQ(frame.payload, text);
    return true;
  }
  std::vector<std::uint8_t> plain;
  EXPECT_TRUE(inflater_.push(as_bytes(frame.payload), text.size(), plain) && inflater_.finish());
  EXPECT_EQ(as_text(plain), text);
  return true;
}

bool Visitor::hear_close(std::uint16_t code) {
  for (;;) {
    const ReceivedFrame frame = client_.receive();
    if (client_.socket.end() != End::kNone) return cut();
    if (frame.opcode() != opcode::kClose) continue;
    if (frame.close_code() == code) return true;
    EXPECT_EQ(frame.close_code(), close_code::kInternalError);
    return cut();
  }
}

void Visitor::leave() {
  client_.send_close(close_code::kNormal);
  const ReceivedFrame frame = client_.receive();
  if (client_.socket.end() != End::kNone) {
    cut();
    return;
  }
  EXPECT_EQ(frame.opcode(), opcode::kClose);
  client_.socket.receive_all();
  EXPECT_FALSE(patient && client_.socket.end() == End::kTimeout);
}

void Visitor::answer_close() {
  client_.send_close(close_code::kNormal);
  client_.socket.receive_all();
  EXPECT_FALSE(patient && client_.socket.end() == End::kTimeout);
}

void Visitor::ask(std::string_view request, std::string_view answer) {
  const std::string got = client_.ask(request);
  EXPECT_FALSE(patient && client_.socket.end() == End::kTimeout);
  if (got.size() < answer.size()) {
    cut();
  } else {
    EXPECT_TRUE(got.starts_with(answer)) << got;
  }
}

const std::vector<Script>& scripts() {
  static const std::vector<Script> all{
      {.name = "Start", .play = nothing, .fails_at_start = true},
      {.name = "StartOfThreads",
       .flags = {"--threads", "3"},
       .play = nothing,
       .fails_at_start = true},
      {.name = "StartOfTls",
       .flags = {"--tls-self-signed"},
       .play = nothing,
       .fails_at_start = true,
       .over_tls = true},
      {.name = "Echo", .play = echo},
      {.name = "LargeEcho", .play = large_echo},
      {.name = "CompressedEcho", .play = compressed_echo},
      {.name = "ZlibCompressedEcho", .flags = {"--deflate-level", "6"}, .play = compressed_echo},
      {.name = "Broadcast", .play = broadcast},
      {.name = "BroadcastInThreads",
       .flags = {"--threads", "3"},
       .play = broadcast,
       .in_threads = true},
      {.name = "Refusals", .play = refusals},
      {.name = "Pages", .play = pages},
      {.name = "Heartbeat",
       .flags = {"--heartbeat", "10ms", "--pong-timeout", "10ms"},
       .play = heartbeat,
       .impatient = true},
      {.name = "SlowHead",
       .flags = {"--handshake-timeout", "20ms"},
       .play = slow_head,
       .impatient = true},
      {.name = "GoingAway", .play = go_away, .ends_it = true},
      {.name = "TlsEcho", .flags = {"--tls-self-signed"}, .play = tls_echo, .over_tls = true},
  };
  return all;
}

}  // namespace wsproof::test
