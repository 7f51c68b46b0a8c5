// SPDX-License-Identifier: Apache-2.0
#include "tests/support/faulty_endpoint.h"

#include "server/protocol/handshake.h"
#include "server/protocol/http_head.h"
#include "server/protocol/mask.h"
#include "tests/support/hex.h"

namespace wsproof::test {
namespace {

constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view kEndOfHead = "\r\n\r\n";

std::string key_of(std::string_view head) {
  RequestHead request;
  const Limits limits;
  static_cast<void>(parse_request_head(as_bytes(head), limits, request));
  return std::string(request.fields.first("Sec-WebSocket-Key"));
}

std::string request_head() {
  return "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Key: " +
         std::string(kKey) + "\r\nSec-WebSocket-Version: 13\r\n\r\n";
}

std::string response_head(std::string_view key) {
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: " +
         accept_key(key) + "\r\n\r\n";
}

}  // namespace

void LenientEndpoint::connected(Time /*now*/) {
  if (role_ == Role::kServer) return;
  write(faults_.shape_head ? faults_.shape_head(request_head()) : request_head());
}

bool LenientEndpoint::open(Bytes bytes) {
  head_ += as_text(bytes);
  const std::size_t end = head_.find(kEndOfHead);
  if (end == std::string::npos) return false;
  open_ = true;
  if (role_ == Role::kServer) {
    const std::string response = response_head(key_of(head_));
    write(faults_.shape_head ? faults_.shape_head(response) : response);
  }
  read_frames(head_.substr(end + kEndOfHead.size()));
  return true;
}

void LenientEndpoint::receive(Bytes bytes, Time /*now*/) {
  if (end() != End::kOpen) return;
  if (open_) {
    read_frames(std::string(as_text(bytes)));
  } else {
    open(bytes);
  }
}

void LenientEndpoint::receive_eof(Time /*now*/) { end_tcp(End::kFin); }

void LenientEndpoint::read_frames(std::string octets) {
  MutableBytes rest(reinterpret_cast<std::uint8_t*>(octets.data()), octets.size());
  while (end() == End::kOpen && !closed_) {
    const FrameParser::Step step = parser_.next(rest);
    if (step.event == FrameParser::Event::kNeedMore) return;
    if (step.event == FrameParser::Event::kHeader) payload_.clear();
    if (step.event == FrameParser::Event::kPayload) {
      if (parser_.header().masking_key) {
        mask(step.payload, *parser_.header().masking_key,
             static_cast<std::size_t>(step.payload_offset % 4));
      }
      payload_ += as_text(step.payload);
      if (step.frame_ends) end_frame();
    }
    rest = rest.subspan(step.consumed);
  }
}

void LenientEndpoint::end_frame() {
  const FrameHeader& header = parser_.header();
  switch (header.opcode) {
    case opcode::kPing:
      if (faults_.alters_pong) payload_ += "!";
      if (faults_.answers_ping) send(opcode::kPong, payload_);
      return;
    case opcode::kClose:
      if (!faults_.answers_close) return;
      closed_ = true;
      send(opcode::kClose, faults_.close_body.value_or(payload_));
      if (faults_.closes_twice) send(opcode::kClose, payload_);
      if (faults_.speaks_after_close) send(opcode::kText, "one more thing");
      if (faults_.ends_tcp && role_ == Role::kServer) end_tcp(End::kFin);
      return;
    case opcode::kText:
    case opcode::kBinary:
      message_opcode_ = header.opcode;
      message_ = payload_;
      break;
    case opcode::kContinuation:
      message_ += payload_;
      break;
    default:
      return;
  }
  if (!header.fin || !faults_.echoes) return;
  send(message_opcode_, message_);
  if (faults_.echoes_twice) send(message_opcode_, message_);
  message_.clear();
}

void LenientEndpoint::send(std::uint8_t op, std::string payload) {
  FrameHeader header{.rsv = faults_.rsv, .opcode = op, .payload_length = payload.size()};
  if (faults_.long_lengths) header.length_form = LengthForm::k64Bit;
  if ((role_ == Role::kClient) != faults_.wrong_masking)
    header.masking_key = MaskingKey{1, 2, 3, 4};
  write(encode_frame({header, std::move(payload)}));
}

OneTrick::OneTrick(Role role, Trick trick) : role_(role), trick_(trick), opener_(role) {}

void OneTrick::connected(Time now) {
  switch (trick_) {
    case Trick::kNothing:
      return;
    case Trick::kEndsTcp:
      end_tcp(End::kFin);
      return;
    case Trick::kResetsTcp:
      end_tcp(End::kReset);
      return;
    case Trick::kGarbage:
      write("220 mail.example ESMTP\r\n");
      return;
    case Trick::kRefuses:
      if (role_ == Role::kClient) write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      return;
    case Trick::kEndlessHead:
      write(role_ == Role::kServer ? "HTTP/1.1 101 Switching Protocols\r\n" : "GET / HTTP/1.1\r\n");
      flood_ = "X-More: and more\r\n";
      flooding_ = true;
      return;
    default:
      break;
  }
  opener_.connected(now);
  write(opener_.take_output());
}

void OneTrick::receive(Bytes bytes, Time now) {
  if (trick_ < Trick::kOpensThenNothing) {
    if (trick_ == Trick::kRefuses && role_ == Role::kServer) {
      write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      end_tcp(End::kFin);
    }
    return;
  }
  if (performed_) return;
  opener_.receive(bytes, now);
  const std::string head = opener_.take_output();
  write(head);
  const bool opened = role_ == Role::kServer
                          ? head.find(kEndOfHead) != std::string::npos
                          : as_text(bytes).find(kEndOfHead) != std::string_view::npos;
  if (opened) perform();
}

void OneTrick::perform() {
  performed_ = true;
  const std::string frame = role_ == Role::kServer ? hex("82 01 61") : hex("82 81 00 00 00 00 61");
  switch (trick_) {
    case Trick::kOpensThenEnds:
      end_tcp(End::kFin);
      return;
    case Trick::kOpensThenResets:
      end_tcp(End::kReset);
      return;
    case Trick::kOpensThenGarbage:
      write("hello? is anybody there? this is not a frame");
      return;
    case Trick::kOpensThenFloods:
      flood_ = frame;
      flooding_ = true;
      return;
    case Trick::kOpensThenEndlessFrame:
      write(hex("82 7f 00 00 ff ff ff ff ff ff"));
      flood_ = "a";
      flooding_ = true;
      return;
    case Trick::kOpensThenHugeLength:
      write(hex("82 7f ff ff ff ff ff ff ff ff"));
      return;
    case Trick::kOpensThenHalfFrame:
      write(frame.substr(0, frame.size() - 1));
      end_tcp(End::kFin);
      return;
    default:
      return;
  }
}

void OneTrick::receive_eof(Time /*now*/) { end_tcp(End::kFin); }

std::string OneTrick::take_output() {
  std::string output = Endpoint::take_output();
  if (!flooding_ || end() != End::kOpen) return output;
  constexpr std::size_t kRead = 65536;
  while (output.size() < kRead) output += flood_;
  return output;
}

}  // namespace wsproof::test
