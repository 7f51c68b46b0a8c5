// SPDX-License-Identifier: Apache-2.0
#include "tests/peers/faulty/endpoint.h"

#include <algorithm>
#include <utility>

#include "tests/peers/faulty/contents.h"
#include "tests/peers/faulty/handshake.h"
#include "tests/peers/faulty/rules.h"

namespace wsproof::faulty {
namespace {

using std::chrono::seconds;

// Longer than the tester waits for each of these.
constexpr seconds kLatePong{6};
constexpr seconds kLateEcho{120};
constexpr seconds kLateClose{3};
constexpr seconds kLateFailure{6};
constexpr seconds kLateEnd{3};
// §7.1.1: a client leaves the end of TCP to the server, for so long.
constexpr seconds kClientWaits{1};

constexpr std::uint64_t kStallsBehind = 1024 * 1024;

Time when(bool late, seconds delay) { return late ? Time(delay) : Time::zero(); }

}  // namespace

Endpoint::Endpoint(EndpointOptions options)
    : options_(std::move(options)),
      reader_(options_.faults, *this),
      writer_(options_.role, options_.faults),
      messages_(options_.faults) {}

void Endpoint::connected(Time now) {
  out_.set_time(now);
  if (is_server()) return;
  out_.send(make_request(options_.host, options_.target, options_.faults));
  if (on(Fault::kDataBeforeAnswer)) out_.send(writer_.frame(kText, "too early"));
}

void Endpoint::receive(std::string_view octets, Time now) {
  out_.set_time(now);
  if (end() != End::kOpen) return;
  if (open_) {
    read(octets);
  } else {
    receive_head(octets);
  }
}

void Endpoint::receive_head(std::string_view octets) {
  head_ += octets;
  const std::size_t end = head_.find("\r\n\r\n");
  if (end == std::string::npos) return;
  const std::string head = head_.substr(0, end + 4);
  const std::string rest = head_.substr(end + 4);
  head_.clear();
  open_ = open_with(head);
  stalled_ = on(Fault::kSilent);
  if (!open_) {
    out_.end(End::kFin);
  } else if (!rest.empty()) {
    read(rest);
  }
}

bool Endpoint::open_with(std::string_view head) {
  if (is_server()) {
    const Answer answer = answer_request(head, options_.faults);
    out_.send(answer.head);
    if (answer.compression) agree(*answer.compression);
    return answer.open;
  }
  const std::optional<Opened> opened = read_answer(head, options_.faults);
  if (opened && opened->compression) agree(*opened->compression);
  return opened.has_value();
}

void Endpoint::agree(const Compression& agreed) {
  const bool server = is_server();
  messages_.inflate_with(server ? agreed.client_forgets : agreed.server_forgets);
  deflater_.emplace(server ? agreed.server_bits : agreed.client_bits,
                    server ? agreed.server_forgets : agreed.client_forgets, options_.faults);
}

void Endpoint::receive_eof(Time now) {
  out_.set_time(now);
  if (!stalled_) out_.end(End::kFin);
}

// --- frames ---

void Endpoint::read(std::string_view octets) {
  if (stalled_) return;
  octets_read_ += octets.size();
  reader_.push(octets);
  end_of_read();
}

void Endpoint::end_of_read() {
  frame_was_split_ = true;
  if (on(Fault::kPongsReversed)) std::reverse(pings_.begin(), pings_.end());
  if (on(Fault::kFivePongs)) pings_.resize(std::min<std::size_t>(pings_.size(), 5));
  for (const std::string& ping : std::exchange(pings_, {})) send_pong(ping);
  if (closed_ && !std::exchange(ending_, true)) end_tcp(failed_);
  if (messages_.in_message() && on(Fault::kClosesAfterFragment)) out_.end(End::kFin);
  if (octets_read_ > kStallsBehind && on(Fault::kStallsAfter1Mib)) stalled_ = true;
}

void Endpoint::on_header(const FrameHeader& header) {
  frame_ = header;
  frame_was_split_ = false;
  control_.clear();
  if (held_echo_) out_.send(*std::exchange(held_echo_, std::nullopt));
  const auto violation =
      find_violation(header, options_.role, deflater_.has_value(), options_.faults);
  if (violation) fail(*violation);
  if (header.is_control()) {
    pong_goes_on_ = header.opcode == kPong && !header.fin;
    return;
  }
  if (header.opcode == kContinuation && pong_goes_on_ && on(Fault::kAcceptsFragmentedPong)) {
    pong_goes_on_ = !header.fin;
    return messages_.skip_frame();
  }
  if (const auto wrong = messages_.begin_frame(header)) fail(*wrong);
}

void Endpoint::on_payload(std::string_view piece) {
  if (frame_.is_control()) {
    control_ += piece;
  } else if (const auto wrong = messages_.payload(piece)) {
    fail(*wrong);
  }
}

void Endpoint::on_frame_end() {
  if (frame_.is_control()) return on_control();
  if (const auto wrong = messages_.end_frame()) fail(*wrong);
  deliver();
}

void Endpoint::deliver() {
  for (Message& message : messages_.take()) echo(std::move(message));
  if (messages_.in_message()) return;
  for (const std::string& ping : std::exchange(pings_in_message_, {})) send_pong(ping);
}

void Endpoint::on_control() {
  switch (frame_.opcode) {
    case kPing:
      return on_ping();
    case kPong:
      return on_pong();
    case kClose:
      return on_close();
    default:
      if (on(Fault::kAnswersReservedControl)) on_ping();
  }
}

void Endpoint::on_ping() {
  messages_.ping_came(control_);
  deliver();
  if (closed_ && !on(Fault::kPongAfterClose) && !on(Fault::kFailsAndGoesOn)) return;
  if (frame_was_split_ && on(Fault::kNoPongToSplitPing)) return;
  if (on(Fault::kPingAsText)) {
    TextCheck text(options_.faults);
    if (!text.push(control_) || !text.complete()) return fail(kInvalidPayload);
  }
  if (messages_.in_message()) {
    if (on(Fault::kNoPongInsideMessage)) return;
    if (on(Fault::kPongBehindMessage)) {
      pings_in_message_.push_back(control_);
      return;
    }
  }
  if (on(Fault::kPongsReversed) || on(Fault::kPongsAtEndOfRead) || on(Fault::kFivePongs)) {
    pings_.push_back(control_);
  } else {
    send_pong(control_);
  }
}

// No ping is ever sent, so that no pong is an answer.
void Endpoint::on_pong() {
  if (on(Fault::kPongForPong)) send_pong(control_);
  if (on(Fault::kFailsAtPong)) fail(kProtocolError);
  if (!on(Fault::kDropsAtPong)) return;
  reader_.stop();
  out_.end(End::kFin);
}

/// A Close that the endpoint cannot bear.
std::optional<End> Endpoint::end_without_answer() const {
  if (on(Fault::kCloseDropsTcp)) return End::kFin;
  if (on(Fault::kCloseResets)) return End::kReset;
  if (messages_seen_ == 0 && on(Fault::kDropsAtCloseWithoutMessage)) return End::kFin;
  if (control_.empty() && on(Fault::kDropsAtEmptyClose)) return End::kFin;
  if (control_.size() < 2) return std::nullopt;
  const std::uint16_t code = close_code(control_);
  const bool drops = (control_.size() > 2 && on(Fault::kDropsAtReason)) ||
                     (control_.size() > 102 && on(Fault::kDropsAtLongReason)) ||
                     (code == 1001 && on(Fault::kDropsAtClose1001)) ||
                     (code >= 1002 && code <= 1011 && on(Fault::kDropsAtErrorCodes)) ||
                     (code >= 3000 && on(Fault::kDropsAtClose3000));
  return drops ? std::optional(End::kFin) : std::nullopt;
}

void Endpoint::on_close() {
  if (on(Fault::kCloseUnanswered)) return;
  if (closed_ && !on(Fault::kCloseAnsweredTwice)) return;
  const bool serves_on =
      on(Fault::kEchoAfterClose) || on(Fault::kPongAfterClose) || on(Fault::kCloseAnsweredTwice);
  if (!serves_on) reader_.stop();
  if (const auto violation = find_close_violation(control_, options_.faults)) {
    fail(*violation);
    if (!on(Fault::kIgnoresViolations)) return;
  } else if (const std::optional<End> end = end_without_answer()) {
    return out_.end(*end);
  }
  messages_.close_came();
  deliver();
  send_close(close_answer_to(control_, options_.faults), when(on(Fault::kCloseLate), kLateClose));
  if (on(Fault::kMessageAfterClose)) out_.send(writer_.frame(kText, "one more thing"));
}

// --- what is sent ---

void Endpoint::send_pong(std::string_view ping) {
  const std::optional<std::string> pong = pong_of(ping, options_.faults);
  if (!pong) return;
  std::uint8_t rsv = 0;
  if (on(Fault::kSetsRsv3InPong)) rsv |= kRsv3;
  if (deflater_ && on(Fault::kDeflateRsv1OnPong)) rsv |= kRsv1;
  const std::string frame = writer_.frame(kPong, *pong, !on(Fault::kPongFragmented), rsv);
  const Time delay = when(on(Fault::kPongLate), kLatePong);
  out_.send(frame, delay);
  if (on(Fault::kPongRepeated)) out_.send(frame, delay);
}

void Endpoint::echo(Message message) {
  if (closed_ && !on(Fault::kEchoAfterClose) && !on(Fault::kFailsAndGoesOn)) return;
  const std::optional<Message> answer =
      echo_of(std::move(message), ++messages_seen_, options_.faults);
  if (!answer) return;
  const std::string frames = message_frames(*answer);
  if (on(Fault::kEchoHeldBack)) {
    held_echo_ = frames;
  } else {
    out_.send(frames, when(on(Fault::kEchoLate), kLateEcho));
  }
  if (on(Fault::kEchoesTwice)) out_.send(frames);
  if (on(Fault::kStallsAfterMessage)) stalled_ = true;
  if (on(Fault::kResetsAfterMessage)) out_.end(End::kReset);
  if (stalled_ || on(Fault::kResetsAfterMessage)) reader_.stop();
  if (!on(Fault::kClosesAfterMessage)) return;
  reader_.stop();
  send_close(failure_body(kNormal, options_.faults), Time::zero());
}

std::string Endpoint::message_frames(const Message& message) {
  std::uint8_t opcode = message.binary ? kBinary : kText;
  std::string deflated;
  std::string_view payload = message.payload;
  std::uint8_t rsv = 0;
  if (deflater_) {
    deflated = deflater_->message(message.payload);
    payload = deflated;
    if (payload.size() >= message.payload.size() && on(Fault::kDeflateGrowthLost)) return {};
    if (!on(Fault::kDeflateWithoutRsv1)) rsv |= kRsv1;
  } else if (on(Fault::kSetsRsv1)) {
    rsv |= kRsv1;
  }
  if (!message.binary && on(Fault::kSetsRsv2)) rsv |= kRsv2;
  if (message.binary && on(Fault::kSendsReservedOpcode)) opcode = 3;
  if (message.binary && on(Fault::kEchoAsContinuation)) opcode = kContinuation;

  const std::size_t half = payload.size() / 2;
  const std::string_view first = payload.substr(0, half);
  const std::string_view second = payload.substr(half);
  if (payload.size() > 100 && on(Fault::kEchoRestartsFragments)) {
    return writer_.frame(opcode, first, false, rsv) + writer_.frame(opcode, second, true, rsv);
  }
  if (deflater_ && on(Fault::kDeflateRsv1OnContinuation)) {
    return writer_.frame(opcode, first, false, rsv) +
           writer_.frame(kContinuation, second, true, rsv);
  }
  const bool fin = payload.size() <= 100 || !on(Fault::kEchoWithoutFin);
  return writer_.frame(opcode, payload, fin, rsv);
}

void Endpoint::send_close(const std::string& body, Time delay) {
  out_.send(writer_.frame(kClose, body, !on(Fault::kCloseAnswerInFragments)), delay);
  closed_ = true;
}

void Endpoint::fail(std::uint16_t code) {
  if (on(Fault::kIgnoresViolations) || closed_) return;
  failed_ = true;
  const bool late = on(Fault::kFailsLate);
  if (!on(Fault::kFailsAndGoesOn)) reader_.stop();
  if (on(Fault::kFailsWithoutClose)) return out_.end(End::kFin);
  if (on(Fault::kFailsWithReset)) return out_.end(End::kReset);
  send_close(failure_body(code, options_.faults), when(late, kLateFailure));
}

void Endpoint::end_tcp(bool failed) {
  if (failed && on(Fault::kKeepsTcpAfterFailure)) return;
  if (!failed && on(Fault::kKeepsTcp)) return;
  if (on(Fault::kResetAfterClose)) return out_.end(End::kReset);
  Time delay = when(on(Fault::kTcpEndLate), kLateEnd);
  if (failed && on(Fault::kFailsLate)) delay += kLateFailure;
  if (!failed && on(Fault::kCloseLate)) delay += kLateClose;
  if (!is_server()) delay += kClientWaits;
  out_.end(End::kFin, delay);
}

}  // namespace wsproof::faulty
