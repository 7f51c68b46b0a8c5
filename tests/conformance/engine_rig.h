// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "conformance/catalogue/case.h"
#include "conformance/engine/engine.h"
#include "server/protocol/frame.h"
#include "server/protocol/frame_parser.h"
#include "server/protocol/handshake.h"
#include "server/protocol/mask.h"
#include "tests/support/counting_random.h"

namespace wsproof::test {

/// A step that sends one frame.
inline conformance::SendFrame frame(std::uint8_t op, const std::string& payload, bool fin = true) {
  conformance::SendFrame step;
  step.opcode = op;
  step.fin = fin;
  step.payload = {payload, payload.size()};
  return step;
}

/// An engine in the hands of a test, which plays the peer and the clock.
class EngineRig {
 public:
  explicit EngineRig(conformance::Case test_case, Role peer = Role::kServer,
                     conformance::Settle settle = conformance::Settle::kPing)
      : case_(std::move(test_case)), peer_(peer) {
    options_.peer = peer;
    options_.settle = settle;
    options_.random = &random_;
    engine_ = std::make_unique<conformance::Engine>(case_, options_);
  }

  EngineRig(const EngineRig&) = delete;
  EngineRig& operator=(const EngineRig&) = delete;

  // --- the peer ---

  /// Connects and completes an ordinary opening handshake. Says what was sent after it.
  std::string open() {
    connect();
    if (peer_ == Role::kServer) {
      peer_octets(response());
    } else {
      peer_octets(kRequest);
    }
    return sent();
  }
  void connect() {
    engine_->on_connected(now_);
    collect();
  }
  /// The 101 that belongs to the request that was sent.
  [[nodiscard]] std::string response(std::string_view more = {}) const {
    const std::size_t at = head_.find("Sec-WebSocket-Key: ") + 19;
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: " +
           accept_key(std::string_view(head_).substr(at, 24)) + "\r\n" + std::string(more) + "\r\n";
  }
  void peer_octets(std::string_view octets) {
    engine_->on_bytes(as_bytes(octets), now_);
    collect();
  }
  void peer_frame(std::uint8_t op, std::string payload, bool fin = true) {
    FrameHeader header{.fin = fin, .opcode = op, .payload_length = payload.size()};
    if (peer_ == Role::kClient) header.masking_key = MaskingKey{1, 2, 3, 4};
    peer_octets(encode_frame({header, std::move(payload)}));
  }
  void peer_text(std::string payload) { peer_frame(opcode::kText, std::move(payload)); }
  void peer_pong() { peer_frame(opcode::kPong, last_ping_); }
  void peer_close(std::uint16_t code) {
    peer_frame(opcode::kClose, {static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)});
  }
  void peer_eof() {
    engine_->on_eof(now_);
    collect();
  }
  void peer_reset() {
    engine_->on_lost("connection reset by peer", now_);
    collect();
  }

  // --- the clock ---

  /// Lets so much time pass, stopping at every deadline on the way.
  void pass(int milliseconds) {
    const Time end = now_ + std::chrono::milliseconds(milliseconds);
    for (auto next = engine_->next_deadline(); next && *next <= end;
         next = engine_->next_deadline()) {
      now_ = std::max(now_, *next);
      engine_->on_time(now_);
      collect();
    }
    now_ = end;
  }

  // --- the tester ---

  /// What the tester has sent since the last call: "text Hello, close 1000, FIN". Probes are "?".
  std::string sent() { return std::exchange(log_, {}); }
  /// Sizes of the writes since the last call.
  std::string writes() { return std::exchange(writes_, {}); }
  [[nodiscard]] const std::string& head() const { return head_; }
  [[nodiscard]] bool done() const { return engine_->done(); }
  [[nodiscard]] conformance::CaseResult result() const { return engine_->result(); }
  [[nodiscard]] std::string verdict() const { return name(engine_->result().verdict); }
  [[nodiscard]] conformance::Engine& engine() { return *engine_; }
  [[nodiscard]] Time now() const { return now_; }

  static constexpr std::string_view kRequest =
      "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

 private:
  void collect() {
    for (conformance::Action& action : engine_->take_actions()) {
      switch (action.kind) {
        case conformance::Action::Kind::kHalfClose:
          log("FIN");
          break;
        case conformance::Action::Kind::kReset:
          log("RST");
          break;
        case conformance::Action::Kind::kClose:
          log("END");
          break;
        case conformance::Action::Kind::kWrite:
          if (!writes_.empty()) writes_ += ' ';
          writes_ += std::to_string(action.octets.size());
          read(std::move(action.octets));
      }
    }
  }

  void read(std::string octets) {
    if (!head_done_) {
      head_ += octets;
      const std::size_t end = head_.find("\r\n\r\n");
      if (end == std::string::npos) return;
      head_done_ = true;
      octets = head_.substr(end + 4);
      head_.resize(end + 4);
    }
    MutableBytes rest(reinterpret_cast<std::uint8_t*>(octets.data()), octets.size());
    while (true) {
      const FrameParser::Step step = parser_.next(rest);
      if (step.event == FrameParser::Event::kNeedMore) return;
      if (step.event == FrameParser::Event::kHeader) payload_.clear();
      if (step.event == FrameParser::Event::kPayload) {
        if (parser_.header().masking_key) {
          mask(step.payload, *parser_.header().masking_key,
               static_cast<std::size_t>(step.payload_offset % 4));
        }
        payload_ += as_text(step.payload);
        if (step.frame_ends) log_frame();
      }
      rest = rest.subspan(step.consumed);
    }
  }

  void log_frame() {
    const FrameHeader& header = parser_.header();
    EXPECT_EQ(header.masking_key.has_value(), peer_ == Role::kServer);
    std::string text = opcode_name(header.opcode);
    if (!header.fin) text += "...";
    if (header.opcode == opcode::kPing) last_ping_ = payload_;
    if (payload_.substr(0, 8) == "wsproof-") {
      text += " ?";
    } else if (header.opcode == opcode::kClose && payload_.size() >= 2) {
      text += " " + std::to_string(static_cast<unsigned char>(payload_[0]) * 256 +
                                   static_cast<unsigned char>(payload_[1]));
    } else if (!payload_.empty()) {
      text += " " + payload_;
    }
    log(text);
  }

  void log(const std::string& what) {
    if (!log_.empty()) log_ += ", ";
    log_ += what;
  }

  conformance::Case case_;
  Role peer_;
  CountingRandom random_;
  conformance::EngineOptions options_;
  std::unique_ptr<conformance::Engine> engine_;
  Time now_{1'000'000};
  FrameParser parser_;
  std::string payload_;
  std::string last_ping_;
  std::string head_;
  bool head_done_ = false;
  std::string log_;
  std::string writes_;
};

}  // namespace wsproof::test
