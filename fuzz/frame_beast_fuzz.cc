// SPDX-License-Identifier: Apache-2.0
// A server's session beside Boost.Beast's: the same messages from the same octets, and an end in
// the same way. Data: a client's stream.
#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "fuzz/support/check.h"
#include "fuzz/support/input.h"
#include "fuzz/support/naive_utf8.h"
#include "fuzz/support/server_outcome.h"
#include "fuzz/support/target.h"
#include "server/protocol/close_code.h"

namespace wsproof::fuzz {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using End = ServerOutcome::End;

/// Octets to be read, and a hole that takes all that is written.
class Octets {
 public:
  using executor_type = asio::io_context::executor_type;

  Octets(executor_type executor, Bytes rest) : executor_(std::move(executor)), rest_(rest) {}

  executor_type get_executor() const { return executor_; }

  template <typename Buffers>
  std::size_t read_some(const Buffers& to, beast::error_code& error) {
    if (rest_.empty()) {
      error = asio::error::eof;
      return 0;
    }
    error = {};
    const std::size_t size = asio::buffer_copy(to, asio::buffer(rest_.data(), rest_.size()));
    rest_ = rest_.subspan(size);
    return size;
  }
  template <typename Buffers>
  std::size_t read_some(const Buffers& to) {
    beast::error_code error;
    return read_some(to, error);
  }
  template <typename Buffers>
  std::size_t write_some(const Buffers& from, beast::error_code& error) {
    error = {};
    return asio::buffer_size(from);
  }
  template <typename Buffers>
  std::size_t write_some(const Buffers& from) {
    return asio::buffer_size(from);
  }

 private:
  executor_type executor_;
  Bytes rest_;
};

// What Beast calls once it is done with TCP.
void teardown(beast::role_type /*role*/, Octets& /*octets*/, beast::error_code& error) {
  error = {};
}

const beast::http::request<beast::http::string_body>& upgrade() {
  static const auto request = [] {
    beast::http::request<beast::http::string_body> made;
    made.method(beast::http::verb::get);
    made.target("/");
    made.version(11);
    made.set(beast::http::field::host, "localhost");
    made.set(beast::http::field::upgrade, "websocket");
    made.set(beast::http::field::connection, "Upgrade");
    made.set(beast::http::field::sec_websocket_key, "dGhlIHNhbXBsZSBub25jZQ==");
    made.set(beast::http::field::sec_websocket_version, "13");
    return made;
  }();
  return request;
}

ServerOutcome serve_with_beast(Bytes stream) {
  static asio::io_context context;
  websocket::stream<Octets, false> peer(context.get_executor(), stream);
  peer.read_message_max(kPeerMessageLimit);
  beast::error_code error;
  peer.accept(upgrade(), error);
  check(!error, "Beast is there");
  ServerOutcome outcome;
  for (;;) {
    beast::flat_buffer buffer;
    peer.read(buffer, error);
    if (error) break;
    const auto* const data = static_cast<const std::uint8_t*>(buffer.cdata().data());
    outcome.messages.push_back({peer.got_text() ? MessageKind::kText : MessageKind::kBinary,
                                {data, data + buffer.size()}});
  }
  if (error == websocket::error::closed) {
    outcome.end = End::kClosed;
    const std::uint16_t code = peer.reason().code;
    outcome.code = code == 0 ? close_code::kNoStatus : code;
  } else if (error != asio::error::eof) {
    outcome.end = End::kFailed;
  }
  return outcome;
}

// Beast looks at text with each piece of payload, and so takes what ends inside a code point where
// the last frame is empty. RFC 6455 8.1: "the endpoint MUST _Fail the WebSocket Connection_".
void forgive_incomplete_text(const ServerOutcome& ours, ServerOutcome& theirs) {
  const std::size_t next = ours.messages.size();
  if (ours.error != Error::kInvalidUtf8 || theirs.messages.size() <= next) return;
  const SessionWatch::Message& message = theirs.messages[next];
  if (message.kind != MessageKind::kText) return;
  if (find_invalid_utf8_naively(message.payload) != message.payload.size()) return;
  theirs.messages.resize(next);
  theirs.end = End::kFailed;
}

}  // namespace

void run(Bytes octets) {
  const Input input(octets);
  ServerOutcome ours = serve(input);
  ServerOutcome theirs = serve_with_beast(input.data());
  // Codes of which the two think otherwise: Beast takes those above 4999 and refuses 1014, which
  // has been registered since.
  if (theirs.end == End::kClosed && theirs.code > 4999) theirs.end = End::kFailed;
  if (ours.end == End::kClosed && ours.code == close_code::kBadGateway) ours.end = End::kFailed;
  forgive_incomplete_text(ours, theirs);
  check_alike(ours, theirs, input);
}

}  // namespace wsproof::fuzz
