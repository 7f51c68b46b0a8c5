// SPDX-License-Identifier: Apache-2.0
// A server's and a client's session with a middlebox between them that splits, delays, drops and
// resets; the server also sends messages that were encoded apart, as a broadcast is. Options: bit 0
// permessage-deflate, bit 1 without context takeover, bit 2 heartbeat, octet 1 window bits, low and
// high. Data: steps, each an octet that says what and what that step needs.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/support/check.h"
#include "fuzz/support/fixed_random.h"
#include "fuzz/support/input.h"
#include "fuzz/support/naive_utf8.h"
#include "fuzz/support/script.h"
#include "fuzz/support/session_watch.h"
#include "fuzz/support/target.h"
#include "server/protocol/compression.h"
#include "server/protocol/session.h"

namespace wsproof::fuzz {
namespace {

using Octets = std::vector<std::uint8_t>;

struct End {
  End(Role role, const SessionOptions& options, const std::optional<DeflateParameters>& deflate,
      Time now)
      : watch(role, deflate.has_value(), options.limits),
        session(role, options, watch, deflate, now) {}

  SessionWatch watch;
  Session session;
  std::vector<SessionWatch::Message> sent;
  Octets on_the_way;    // written by this end, not yet with the other
  Octets fragments;     // of the message that is being sent in fragments
  bool ended = false;   // its FIN has reached the other
  bool harmed = false;  // octets of it were lost on the way
};

class Play {
 public:
  explicit Play(const Input& input)
      : options_(options_from(input)),
        deflate_(deflate_from(input)),
        ends_{End(Role::kServer, with_random(), deflate_, now_),
              End(Role::kClient, with_random(), deflate_, now_)} {}

  void run(Script script) {
    while (!script.done()) step(script);
    finish();
  }

 private:
  static SessionOptions options_from(const Input& input) {
    SessionOptions options;
    options.deflate.mem_level = 1;
    if (input.flag(2)) options.limits.heartbeat_interval = std::chrono::milliseconds(500);
    return options;
  }
  static std::optional<DeflateParameters> deflate_from(const Input& input) {
    if (!input.flag(0)) return std::nullopt;
    DeflateParameters parameters;
    parameters.server_no_context_takeover = parameters.client_no_context_takeover = input.flag(1);
    parameters.server_max_window_bits = 8 + input.option(1) % 8;
    parameters.client_max_window_bits = 8 + input.option(1) / 16 % 8;
    return parameters;
  }
  const SessionOptions& with_random() {
    options_.random = &random_;
    return options_;
  }

  void step(Script& script) {
    const std::uint8_t what = script.octet();
    const std::size_t which = what & 1U;
    End& end = ends_.at(which);
    End& other = ends_.at(1 - which);
    switch (what / 2 % 10) {
      case 0:
        return send(end, script.block());
      case 1:
        return send_fragment(end, script);
      case 2:
        static_cast<void>(end.session.ping(script.block()));
        return;
      case 3:
      case 4:
      case 5:
        static_cast<void>(carry(end, other, script.octet()));
        return;
      case 6:
        now_ += std::chrono::milliseconds(script.octet() * 10);
        end.session.advance(now_);
        return;
      case 7: {
        const std::uint8_t harm = script.octet();
        if (harm % 4 == 0) return lose(end, harm);
        if (harm % 4 == 1) return reset();
        return;
      }
      case 8:
        static_cast<void>(end.session.close(1000, {}, now_));
        return;
      default:
        broadcast(script.block());
    }
  }

  static MessageKind kind_of(Bytes payload) {
    return find_invalid_utf8_naively(payload) ? MessageKind::kBinary : MessageKind::kText;
  }

  // One message as the server sends it to many: encoded apart from the session, and compressed once
  // where all have no context.
  void broadcast(Bytes payload) {
    End& server = ends_[0];
    if (!server.session.may_send_message()) return;
    const bool shared = deflate_ && deflate_->server_no_context_takeover;
    if (shared && !shared_) shared_.emplace(Role::kServer, *deflate_, options_.deflate);
    const std::string encoded =
        encode_message(kind_of(payload), payload, shared ? &*shared_ : nullptr);
    server.watch.on_write(server.session, as_bytes(encoded), {});
    server.sent.push_back({kind_of(payload), {payload.begin(), payload.end()}});
  }

  static void send(End& end, Bytes payload) {
    const MessageKind kind = kind_of(payload);
    if (end.session.send(kind, payload))
      end.sent.push_back({kind, {payload.begin(), payload.end()}});
  }

  static void send_fragment(End& end, Script& script) {
    const std::uint8_t shape = script.octet();
    const bool first = (shape & 1U) != 0;
    const bool last = (shape & 2U) != 0;
    const Bytes payload = script.block();
    if (!end.session.send_fragment(MessageKind::kBinary, payload, first, last)) return;
    end.fragments.insert(end.fragments.end(), payload.begin(), payload.end());
    if (!last) return;
    end.sent.push_back({MessageKind::kBinary, end.fragments});
    end.fragments.clear();
  }

  // Some octets, or the end once there are none.
  bool carry(End& from, End& to, std::size_t most) {
    const Octets written = from.watch.take_written();
    from.on_the_way.insert(from.on_the_way.end(), written.begin(), written.end());
    const std::size_t size =
        std::min(most == 0 ? from.on_the_way.size() : most, from.on_the_way.size());
    if (size > 0) {
      const auto end = from.on_the_way.begin() + static_cast<std::ptrdiff_t>(size);
      Octets piece(from.on_the_way.begin(), end);
      from.on_the_way.erase(from.on_the_way.begin(), end);
      if (!to.watch.closed()) to.session.receive(piece, now_);
      return true;
    }
    if (from.ended || !(from.watch.shut_down() || from.watch.closed())) return false;
    from.ended = true;
    to.session.receive_eof(now_);
    return true;
  }

  static void lose(End& end, std::size_t most) {
    const std::size_t size = std::min(most, end.on_the_way.size());
    end.on_the_way.erase(end.on_the_way.begin(),
                         end.on_the_way.begin() + static_cast<std::ptrdiff_t>(size));
    end.harmed = end.harmed || size > 0;
  }

  void reset() {
    for (End& end : ends_) {
      end.on_the_way.clear();
      end.session.receive_eof(now_);
      end.harmed = true;
      check(end.watch.closed(), "a reset is the end");
    }
  }

  // All that is on the way arrives, and both ends come to their end.
  void finish() {
    auto& [server, client] = ends_;
    while (carry(server, client, 0) || carry(client, server, 0)) continue;
    const bool open = server.session.state() == Session::State::kOpen &&
                      client.session.state() == Session::State::kOpen;
    if (open && !harmed()) {
      compare(server, client, true);
      compare(client, server, true);
      check(client.session.close(1000, "done", now_), "a session that is open can be closed");
      while (carry(server, client, 0) || carry(client, server, 0)) continue;
      for (const End& end : ends_) {
        check(end.watch.closed() && end.watch.close_info().clean && !end.watch.close_info().error,
              "the closing handshake of two sound ends is clean");
      }
    }
    for (int i = 0; i < 4; ++i) {
      now_ += std::chrono::minutes(1);
      server.session.advance(now_);
      client.session.advance(now_);
      while (carry(server, client, 0) || carry(client, server, 0)) continue;
    }
    const bool beating = options_.limits.heartbeat_interval.count() > 0;
    for (End& end : ends_) {
      check(end.watch.closed() || (harmed() && !beating) || open, "an end comes to its end");
      end.session.receive_eof(now_);
      check(end.watch.closed(), "the end of TCP is the end");
    }
    if (!server.harmed) compare(server, client, false);
    if (!client.harmed) compare(client, server, false);
  }

  [[nodiscard]] bool harmed() const { return ends_[0].harmed || ends_[1].harmed; }

  // What arrived is what was sent: all of it, or its beginning.
  static void compare(const End& from, const End& to, bool all) {
    const auto& arrived = to.watch.messages();
    check(arrived.size() <= from.sent.size(), "no message arrives that was not sent");
    check(std::equal(arrived.begin(), arrived.end(), from.sent.begin()),
          "messages arrive as they were sent, in order");
    check(!all || arrived.size() == from.sent.size(), "all messages arrive");
  }

  Time now_{std::chrono::seconds(1'000)};
  FixedRandom random_;
  SessionOptions options_;
  std::optional<DeflateParameters> deflate_;
  std::array<End, 2> ends_;
  std::optional<Compression> shared_;  // by all to whom the server broadcasts
};

}  // namespace

void run(Bytes octets) {
  const Input input(octets);
  Play(input).run(Script(input.data()));
}

}  // namespace wsproof::fuzz
