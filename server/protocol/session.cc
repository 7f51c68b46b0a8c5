// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/session.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "server/protocol/compression.h"
#include "server/protocol/frame.h"
#include "server/protocol/mask.h"
#include "server/protocol/message_assembly.h"
#include "server/protocol/utf8.h"

namespace wsproof {

// 10,000 idle connections are to cost little; this is what the protocol takes of it.
static_assert(sizeof(Session) <= 160);

Session::Session(Role role, const SessionOptions& options, SessionHandler& handler,
                 const std::optional<DeflateParameters>& deflate, Time now)
    : options_(options),
      handler_(handler),
      heartbeat_(now),
      deflate_(deflate),
      rules_(role == Role::kServer ? Role::kClient : Role::kServer, deflate.has_value()),
      role_(role) {}

Session::~Session() = default;

void Session::receive(MutableBytes bytes, Time now) {
  heartbeat_.heard(now);
  if (state_ == State::kOpen) bytes = read_messages(bytes, now);
  if (state_ == State::kClosing) await_close(bytes, now);
  // §7.1.7: after a failure "an endpoint MUST NOT continue to attempt to process data"; §5.5.1: and
  // what follows a Close frame is nothing. Whatever is left is dropped here.
}

MutableBytes Session::read_messages(MutableBytes bytes, Time now) {
  while (state_ == State::kOpen) {
    if (role_ == Role::kServer && !rules_.in_message() && parser_.between_frames()) {
      bytes = take_small_messages(bytes, now);
      if (state_ != State::kOpen) break;
    }
    const FrameParser::Step step = parser_.next(bytes);
    bytes = bytes.subspan(step.consumed);
    switch (step.event) {
      case FrameParser::Event::kNeedMore:
        return {};
      case FrameParser::Event::kHeader:
        // Before any of the payload: who announces too much is not waited for.
        if (const auto error = judge_header(parser_.header())) fail(*error, now);
        break;
      case FrameParser::Event::kPayload:
        unmask(step);
        if (is_control(parser_.header().opcode)) {
          take_control(step, now);
        } else {
          take_data(step, now);
        }
        break;
    }
  }
  return bytes;
}

// What nearly every message to a server is: one frame, not compressed, with up to 125 octets, whole
// in the receive buffer. Its header is six octets of which three bits vary; taking them apart by
// all the rules costs several times what the payload does. Anything else is left to the parser.
MutableBytes Session::take_small_messages(MutableBytes bytes, Time now) {
  constexpr std::size_t kHead = 2 + sizeof(MaskingKey);
  constexpr std::uint8_t kFin = 0x80;
  constexpr std::uint8_t kMasked = 0x80;
  const std::uint64_t most = std::min<std::uint64_t>(
      {kMaxControlPayload, options_.limits.frame_payload, options_.limits.message_payload});
  while (bytes.size() >= kHead) {
    const bool text = bytes[0] == (kFin | opcode::kText);
    if (!text && bytes[0] != (kFin | opcode::kBinary)) break;
    const std::size_t size = bytes[1] ^ kMasked;  // above 125 where MASK is 0 or the length longer
    if (size > most || size > bytes.size() - kHead) break;
    const MutableBytes payload = bytes.subspan(kHead, size);
    mask(payload, words::load<MaskingKey>(bytes.data() + 2));
    bytes = bytes.subspan(kHead + size);
    if (text && find_invalid_utf8(payload)) {
      fail(Error::kInvalidUtf8, now);
      break;
    }
    handler_.on_message(*this, text ? MessageKind::kText : MessageKind::kBinary, payload);
    if (state_ != State::kOpen) break;
  }
  return bytes;
}

std::optional<Error> Session::judge_header(const FrameHeader& header) {
  if (const auto violation = rules_.check(header)) return violation;
  rules_.advance(header);

  tl::expected<void, Error> within_limits;
  if (is_control(header.opcode)) {
    // An assembly between two frames is that of a fragmented message.
    if (assembly_) within_limits = assembly_->count_control();
  } else if (header.payload_length > options_.limits.frame_payload) {
    return Error::kFrameTooBig;
  } else if (header.opcode == opcode::kContinuation) {
    within_limits = assembly_->begin_continuation(header);
  } else if ((header.rsv & rsv::k1) == 0 &&
             header.payload_length > options_.limits.message_payload) {
    return Error::kMessageTooBig;
  }
  if (!within_limits) return within_limits.error();
  return std::nullopt;
}

void Session::unmask(const FrameParser::Step& step) const {
  const auto& key = parser_.header().masking_key;
  // The key repeats every four octets: only the offset's low bits matter.
  if (key) mask(step.payload, *key, static_cast<std::size_t>(step.payload_offset % 4));
}

void Session::take_data(const FrameParser::Step& step, Time now) {
  const FrameHeader& header = parser_.header();
  const bool message_ends = step.frame_ends && header.fin;

  // What nearly all messages are: one frame that lies whole in the receive buffer. It is handed out
  // where it lies.
  if (message_ends && !assembly_ && step.payload_offset == 0 && (header.rsv & rsv::k1) == 0) {
    const bool text = header.opcode == opcode::kText;
    if (text && find_invalid_utf8(step.payload)) return fail(Error::kInvalidUtf8, now);
    handler_.on_message(*this, text ? MessageKind::kText : MessageKind::kBinary, step.payload);
    return;
  }

  if (!assembly_) {
    assembly_ = std::make_unique<MessageAssembly>(header, options_.limits,
                                                  deflate_ ? &compression().inflater() : nullptr);
  }
  auto taken = assembly_->push(step.payload);
  if (taken && message_ends) taken = assembly_->finish();
  if (!taken) return fail(taken.error(), now);
  if (!message_ends) return;

  // The handler may close: the octets that it is looking at must outlive that.
  const std::unique_ptr<MessageAssembly> message = std::move(assembly_);
  handler_.on_message(*this, message->is_text() ? MessageKind::kText : MessageKind::kBinary,
                      message->payload());
}

std::optional<Bytes> Session::whole_control(const FrameParser::Step& step) {
  if (step.frame_ends && step.payload_offset == 0) return step.payload;
  if (!control_) control_ = std::make_unique<ControlPayload>();
  const auto offset = static_cast<std::size_t>(step.payload_offset);
  const std::size_t end = offset + step.payload.size();
  assert(end <= control_->size());
  std::copy(step.payload.begin(), step.payload.end(), control_->data() + offset);
  if (!step.frame_ends) return std::nullopt;
  return Bytes(*control_).first(end);
}

void Session::take_control(const FrameParser::Step& step, Time now) {
  const std::optional<Bytes> payload = whole_control(step);
  if (!payload) return;
  // Out of the session's hands, should the handler end it while it looks at the payload.
  const std::unique_ptr<ControlPayload> gathered = std::move(control_);
  switch (parser_.header().opcode) {
    case opcode::kClose:
      return take_close(*payload, now);
    case opcode::kPing:
      // §5.5.2: "an endpoint MUST send a Pong frame in response". §5.5.3 would allow to answer only
      // the last of several; peers like to see each answered.
      write_control(opcode::kPong, *payload);
      if (state_ == State::kOpen) handler_.on_ping(*this, *payload);
      return;
    default:
      heartbeat_.take_pong(*payload);
      handler_.on_pong(*this, *payload);
  }
}

void Session::await_close(MutableBytes bytes, Time now) {
  while (state_ == State::kClosing) {
    const FrameParser::Step step = parser_.next(bytes);
    bytes = bytes.subspan(step.consumed);
    const FrameHeader& header = parser_.header();
    switch (step.event) {
      case FrameParser::Event::kNeedMore:
        return;
      case FrameParser::Event::kHeader:
        // Only the syntax still matters, so that the Close is found. Nothing is kept of the rest,
        // so that no limit applies but the deadline.
        if (const auto violation = rules_.check(header)) return fail(*violation, now);
        rules_.advance(header);
        break;
      case FrameParser::Event::kPayload:
        if (header.opcode != opcode::kClose) break;
        unmask(step);
        if (const auto payload = whole_control(step)) take_close(*payload, now);
        break;
    }
  }
}

void Session::advance(Time now) {
  switch (state_) {
    case State::kOpen:
      switch (heartbeat_.due(options_.limits, now)) {
        case Heartbeat::Due::kNothing:
          return;
        case Heartbeat::Due::kPing:
          if (compression_) compression_->rest();
          return write_control(opcode::kPing, heartbeat_.make_ping(random(), now));
        case Heartbeat::Due::kFailure:
          return fail(Error::kPongTimeout, now);
      }
      return;
    case State::kClosing:
    case State::kDraining:
      if (now < ending_->deadline) return;
      if (!ending_->info.error) ending_->info.error = Error::kCloseTimeout;
      return end();
    case State::kClosed:
      return;
  }
}

std::optional<Time> Session::next_deadline() const {
  switch (state_) {
    case State::kOpen:
      return heartbeat_.deadline(options_.limits);
    case State::kClosing:
    case State::kDraining:
      return ending_->deadline;
    case State::kClosed:
      break;
  }
  return std::nullopt;
}

}  // namespace wsproof
