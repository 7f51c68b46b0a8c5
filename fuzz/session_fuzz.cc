// SPDX-License-Identifier: Apache-2.0
// A session of either role under a script. Options: bit 0 client, bit 1 permessage-deflate, bit 2
// without context takeover, bit 3 heartbeat, bit 4 the owner answers from within calls. Data:
// steps, each an octet that says what (its value modulo the number of steps) and what that step
// needs.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/support/check.h"
#include "fuzz/support/fixed_random.h"
#include "fuzz/support/heap.h"
#include "fuzz/support/input.h"
#include "fuzz/support/naive_utf8.h"
#include "fuzz/support/script.h"
#include "fuzz/support/session_watch.h"
#include "fuzz/support/target.h"
#include "server/protocol/deflate.h"
#include "server/protocol/frame.h"
#include "server/protocol/session.h"

namespace wsproof::fuzz {
namespace {

constexpr std::size_t kMessageLimit = 2048;

// Bounds of what a session may take for what it is given, each with room above what was seen.
// Without compression: a message that is cut takes an assembly of about 100 octets for 7 on the
// wire, and a vector that grows by doubling.
constexpr std::size_t kTakenForOctet = 64;
// With it, zlib's state and window come anew for a message where no context is kept, and a message
// of 7 octets can fill the limit.
constexpr std::size_t kTakenForDeflatedFrame = 64 * 1024;
constexpr std::size_t kPeak = 16 * 1024;
constexpr std::size_t kDeflatePeak = 512 * 1024;

class Play {
 public:
  explicit Play(const Input& input)
      : input_(input),
        role_(input.flag(0) ? Role::kClient : Role::kServer),
        options_(options_from(input)),
        deflate_(deflate_from(input)),
        watch_(role_, deflate_.has_value(), options_.limits),
        session_(role_, with_random(), watch_, deflate_, now_) {
    if (input.flag(4)) {
      watch_.react = [this](Session& session) { react(session); };
    }
  }

  void run() {
    Script script(input_.data());
    while (!script.done() && !watch_.closed()) step(script);
    finish();
  }

 private:
  static SessionOptions options_from(const Input& input) {
    SessionOptions options;
    options.limits.frame_payload = kMessageLimit;
    options.limits.message_payload = kMessageLimit;
    options.limits.fragments = 20;
    options.limits.controls_in_message = 10;
    options.deflate.mem_level = 1;
    if (input.flag(3)) options.limits.heartbeat_interval = std::chrono::milliseconds(1'000);
    return options;
  }
  static std::optional<DeflateParameters> deflate_from(const Input& input) {
    if (!input.flag(1)) return std::nullopt;
    DeflateParameters parameters;
    parameters.server_no_context_takeover = input.flag(2);
    parameters.client_no_context_takeover = input.flag(2);
    parameters.server_max_window_bits = 9 + input.option(1) % 7;
    parameters.client_max_window_bits = 9 + input.option(1) / 16 % 7;
    return parameters;
  }
  const SessionOptions& with_random() {
    options_.random = &random_;
    return options_;
  }

  void step(Script& script) {
    switch (script.octet() % 12) {
      case 0:
        return receive(script.block());
      case 1:
      case 2:
      case 3:
        return receive_frame(script, false);
      case 4:
        return receive_frame(script, true);
      case 5:
        return send(script);
      case 6: {
        const std::uint8_t shape = script.octet();
        const bool sent = session_.send_fragment(MessageKind::kBinary, script.block(),
                                                 (shape & 1U) != 0, (shape & 2U) != 0);
        check(!sent || session_.state() != Session::State::kClosed,
              "a closed session sends nothing");
        ++own_;
        return;
      }
      case 7: {
        const Bytes payload = script.block();
        const bool open = session_.state() == Session::State::kOpen;
        ++own_;
        check(session_.ping(payload) == (open && payload.size() <= 125),
              "a ping is sent or refused");
        return;
      }
      case 8:
        ++own_;
        static_cast<void>(session_.pong(script.block()));
        return;
      case 9: {
        const std::uint16_t code = script.number();
        const Bytes reason = script.block();
        ++own_;
        const bool closed = session_.close(code, as_text(reason), now_);
        check(!closed || reason.size() <= 123, "no reason is too long");
        return;
      }
      case 10:
        return pass(std::chrono::milliseconds(script.number()));
      default:
        session_.receive_eof(now_);
        check(watch_.closed(), "the end of TCP is the end");
        return;
    }
  }

  void receive(Bytes octets) {
    received_ += octets.size();
    input_.cut(octets, [this](MutableBytes piece) { session_.receive(piece, now_); });
  }

  // A frame with the right mask and length, so that the session lives to see what comes next.
  void receive_frame(Script& script, bool compress) {
    const std::uint8_t first = script.octet();
    const Bytes plain = script.block();
    RawFrame frame;
    frame.header.fin = (first & 0x80U) != 0;
    frame.header.rsv = first >> 4U & 7U;
    frame.header.opcode = first & 0xFU;
    frame.payload = as_text(plain);
    if (compress) {
      std::vector<std::uint8_t> octets;
      peer_deflater_.push(plain, true, octets);
      frame.payload = as_text(Bytes(octets));
      frame.header.rsv |= rsv::k1;
      ++deflated_;
    } else if ((frame.header.rsv & rsv::k1) != 0) {
      ++deflated_;
    }
    frame.header.payload_length = frame.payload.size();
    if (role_ == Role::kServer) frame.header.masking_key = MaskingKey{0x37, 0xfa, 0x21, first};
    receive(as_bytes(encode_frame(frame)));
  }

  void send(Script& script) {
    const bool text = script.octet() % 2 == 0;
    const Bytes payload = script.block();
    if (text && find_invalid_utf8_naively(payload)) return;  // the owner's to see to
    const bool may = session_.may_send_message();
    ++own_;
    sent_ += payload.size();
    check(session_.send(text ? MessageKind::kText : MessageKind::kBinary, payload) == may,
          "a message is sent where it may be");
  }

  void pass(std::chrono::milliseconds time) {
    now_ += time;
    const auto due = session_.next_deadline();
    const std::size_t before = watch_.events();
    session_.advance(now_);
    check((due && *due <= now_) || watch_.events() == before, "nothing happens before its time");
  }

  void react(Session& session) {
    if (depth_ > 2) return;
    ++depth_;
    ++own_;
    switch (watch_.events() % 5) {
      case 0:
        static_cast<void>(session.ping({}));
        break;
      case 1:
        static_cast<void>(session.send(MessageKind::kBinary, as_bytes("in answer")));
        break;
      case 2:
        if (watch_.events() % 7 == 0) static_cast<void>(session.close(1000, "enough", now_));
        break;
      case 3:
        if (watch_.events() % 11 == 0) session.receive_eof(now_);
        break;
      default:
        break;
    }
    --depth_;
  }

  void finish() {
    // Each frame that came took two octets or more and led to two events at the most: its pong, and
    // that it was told. A failure, a Close and the end add a few.
    check(watch_.events() <= received_ + 8 * own_ + 64, "the work is bounded by the input");
    session_.receive_eof(now_);
    check(watch_.closed(), "the end of TCP is the end");
    check(session_.state() == Session::State::kClosed, "a session that has ended is closed");
    check(!session_.next_deadline(), "a session that has ended waits for nothing");
    check(watch_.between_frames(), "what was sent ends between two frames");
    session_.advance(now_ + std::chrono::hours(1));
  }

 public:
  // After the play, as the watcher's own copies would be counted before; the bounds allow for them.
  void check_heap() const {
    const std::size_t mine = 32 * (received_ + sent_) + 4096 * (1 + own_);
    const std::size_t compression =
        deflate_ ? kTakenForDeflatedFrame * (2 + deflated_ + own_ + received_ / 8) : 0;
    check(Heap::taken() <= mine + kTakenForOctet * received_ + compression + kDeflatePeak,
          "what is taken from the heap is bounded by the input");
    check(Heap::peak() <= mine + kPeak + 2 * kTakenForOctet * received_ +
                              (deflate_ ? kDeflatePeak + kMessageLimit * received_ : 0),
          "what is held is bounded");
  }

 private:
  const Input& input_;
  Time now_{std::chrono::seconds(1'000)};
  Role role_;
  FixedRandom random_;
  SessionOptions options_;
  std::optional<DeflateParameters> deflate_;
  SessionWatch watch_;
  Session session_;
  MessageDeflater peer_deflater_{9, false, 6, 1};
  std::size_t received_ = 0;
  std::size_t sent_ = 0;
  std::size_t own_ = 0;       // things that the owner did
  std::size_t deflated_ = 0;  // frames with RSV1
  int depth_ = 0;
};

}  // namespace

void run(Bytes octets) {
  const Input input(octets);
  Heap::reset();
  Play play(input);
  play.run();
  play.check_heap();
}

}  // namespace wsproof::fuzz
