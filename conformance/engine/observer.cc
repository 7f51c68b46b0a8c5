// SPDX-License-Identifier: Apache-2.0
#include "conformance/engine/observer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "conformance/engine/wording.h"
#include "server/protocol/close_code.h"
#include "server/protocol/mask.h"

namespace wsproof::conformance {
namespace {

// What is kept of a control frame: legal ones have 125 octets, the rest is for the report.
constexpr std::size_t kKeptControl = 1024;
// Pings of the peer that wait for their pongs within one read.
constexpr std::size_t kKeptPings = 1000;

std::string describe_frame(const FrameHeader& header) {
  return fmt::format("{} frame of {} {}", with_article(opcode_name(header.opcode)),
                     header.payload_length, header.payload_length == 1 ? "octet" : "octets");
}

/// One sentence for each rule of RFC 6455 section 5 that a frame's header can break.
std::string describe_violation(Error error, const FrameHeader& header, Role peer) {
  const std::string who = the_peer(peer);
  const std::string frame = describe_frame(header);
  switch (error) {
    case Error::kReservedBit:
      return fmt::format("{} set reserved bits ({}) in {}, and no extension gives them a meaning",
                         who, header.rsv, frame);
    case Error::kReservedOpcode:
      return fmt::format("{} sent a frame with the reserved opcode {}", who, header.opcode);
    case Error::kFragmentedControl:
      return fmt::format("{} sent a fragmented {} frame", who, opcode_name(header.opcode));
    case Error::kLongControl:
      return fmt::format("{} sent {}; control frames have at most 125", who, frame);
    case Error::kLengthNotMinimal:
      return fmt::format("{} wrote the length {} in a longer form than it needs", who,
                         header.payload_length);
    case Error::kLengthTopBit:
      return fmt::format("{} sent a frame whose 64-bit length has its top bit set", who);
    case Error::kFrameNotMasked:
      return fmt::format("{} sent {} without a mask", who, frame);
    case Error::kFrameMasked:
      return fmt::format("{} sent {} with a mask", who, frame);
    case Error::kUnexpectedContinuation:
      return fmt::format("{} sent a continuation frame that continues nothing", who);
    case Error::kExpectedContinuation:
      return fmt::format("{} began a new message inside a fragmented one", who);
    default:
      return fmt::format("{} sent {}: {}", who, frame, info(error).sentence);
  }
}

bool is_unassigned(std::uint16_t code) { return (code > 1014 && code < 3000) || code > 4999; }

}  // namespace

Observer::Observer(Role peer, std::uint64_t message_limit, std::size_t event_limit,
                   const ObserverNotes& notes)
    : peer_(peer),
      message_limit_(message_limit),
      event_limit_(event_limit),
      notes_(notes),
      rules_(peer, false) {}

void Observer::set_deflate(const DeflateParameters& parameters) {
  rules_ = FrameRules(peer_, true);
  const bool server = peer_ == Role::kServer;
  inflater_.emplace(
      server ? parameters.server_max_window_bits : parameters.client_max_window_bits,
      server ? parameters.server_no_context_takeover : parameters.client_no_context_takeover);
}

void Observer::note(Error error, std::string sentence, Findings::Weight weight) {
  notes_.findings.add(error, std::move(sentence), now_, weight);
}

void Observer::receive(Bytes bytes, Time now) {
  now_ = now;
  octets_ += bytes.size();
  if (blind_) return;
  scratch_.assign(bytes.begin(), bytes.end());
  MutableBytes rest(scratch_);
  while (!blind_) {
    const FrameParser::Step step = parser_.next(rest);
    switch (step.event) {
      case FrameParser::Event::kNeedMore:
        return;
      case FrameParser::Event::kHeader:
        begin_frame();
        break;
      case FrameParser::Event::kPayload:
        payload_piece(step.payload, step.payload_offset);
        if (step.frame_ends) end_frame();
        break;
    }
    rest = rest.subspan(step.consumed);
  }
}

void Observer::begin_frame() {
  const FrameHeader& header = parser_.header();
  frame_open_ = true;
  beginning_.clear();
  control_.clear();
  if (notes_.close.remote_close_received) {
    // §5.5.1: "The application MUST NOT send any more data frames after sending a Close frame."
    if (header.opcode == opcode::kClose) {
      notes_.findings.add("close-repeated",
                          fmt::format("{} sent a second Close frame", the_peer(peer_)),
                          "RFC 6455 5.5.1", now_);
    } else {
      note(Error::kDataAfterClose, fmt::format("{} sent {} behind its Close frame", the_peer(peer_),
                                               describe_frame(header)));
    }
    part_ = Part::kNothing;
    return;
  }
  const bool continues = rules_.in_message();
  for (const Error error : rules_.check_all(header)) {
    note(error, describe_violation(error, header, peer_));
    if (error == Error::kLengthTopBit) blind_ = true;
  }
  rules_.advance(header);
  if (header.opcode != opcode::kClose) ++other_frames_;
  if (blind_) {
    notes_.record.add_frame(TranscriptEntry::Kind::kFrameReceived, now_, header, {});
    return;
  }
  if (is_control(header.opcode)) {
    part_ = Part::kControl;
  } else if (header.opcode == opcode::kText || header.opcode == opcode::kBinary) {
    part_ = Part::kMessage;
    text_ = header.opcode == opcode::kText;
    compressed_ = inflater_.has_value() && (header.rsv & rsv::k1) != 0;
    utf8_failed_ = false;
    inflate_failed_ = false;
    if (compressed_) ++traffic_.compressed;
    message_octets_ = 0;
    utf8_.reset();
    notes_.expectation.begin_message(!text_);
  } else {
    part_ = header.opcode == opcode::kContinuation && continues ? Part::kMessage : Part::kNothing;
  }
}

void Observer::payload_piece(MutableBytes piece, std::uint64_t offset) {
  const FrameHeader& header = parser_.header();
  if (header.masking_key) {
    mask(piece, *header.masking_key, static_cast<std::size_t>(offset % 4));
  }
  if (beginning_.size() < kTranscriptOctets) {
    beginning_ +=
        as_text(piece.first(std::min(piece.size(), kTranscriptOctets - beginning_.size())));
  }
  if (part_ == Part::kControl && control_.size() < kKeptControl) {
    control_ += as_text(piece.first(std::min(piece.size(), kKeptControl - control_.size())));
  }
  if (part_ != Part::kMessage) return;
  traffic_.wire_octets += piece.size();
  data_piece(piece);
}

void Observer::data_piece(Bytes piece) {
  if (!compressed_) {
    text_piece(piece);
  } else {
    inflated(piece, false);
  }
}

void Observer::inflated(Bytes piece, bool last) {
  if (inflate_failed_) return;
  inflated_.clear();
  const std::uint64_t left = message_limit_ - std::min(message_limit_, message_octets_);
  const auto done = last ? inflater_->finish() : inflater_->push(piece, left, inflated_);
  text_piece(inflated_);
  if (done) return;
  inflate_failed_ = true;
  note(done.error(), fmt::format("{} sent a compressed message that does not inflate: {}",
                                 the_peer(peer_), info(done.error()).sentence));
}

void Observer::text_piece(Bytes piece) {
  message_octets_ += piece.size();
  traffic_.octets += piece.size();
  notes_.expectation.message_piece(piece);
  if (!text_ || utf8_failed_) return;
  if (!utf8_.push(piece)) return;
  utf8_failed_ = true;
  note(Error::kInvalidUtf8,
       fmt::format("{} sent a text message that is not UTF-8", the_peer(peer_)));
}

void Observer::end_frame() {
  const FrameHeader& header = parser_.header();
  frame_open_ = false;
  notes_.record.add_frame(TranscriptEntry::Kind::kFrameReceived, now_, header, beginning_);
  if (part_ == Part::kMessage) ++traffic_.frames;
  if (part_ == Part::kControl) end_control();
  if (part_ == Part::kMessage && header.fin) end_message();
  if (part_ == Part::kControl || (part_ == Part::kMessage && header.fin)) ++event_count_;
  if (flooded()) blind_ = true;
  part_ = Part::kNothing;
}

void Observer::end_message() {
  if (compressed_) inflated({}, true);
  if (text_ && !utf8_failed_ && !utf8_.complete()) {
    note(Error::kInvalidUtf8,
         fmt::format("{} sent a text message that ends inside a code point", the_peer(peer_)));
  }
  const Expectation::Message message = notes_.expectation.end_message();
  ++messages_;
  ++traffic_.messages;
  if (message.exchanged) return;
  const std::string described =
      message.cut ? fmt::format("a message of {} octets", message.size) : describe(message.event);
  if (events_over_) {
    if (superfluous_is_fatal_) {
      notes_.findings.add("message-superfluous",
                          fmt::format("{} sent {} after all that the case asks for had come",
                                      the_peer(peer_), described),
                          "RFC 6455 6.2", now_);
    }
    return;
  }
  if (!message.expected && !message.echo && message.differs_at) {
    notes_.findings.add(
        "echo-differs",
        fmt::format("{} sent {}, which differs from what was expected from octet {} on",
                    the_peer(peer_), described, *message.differs_at),
        "RFC 6455 6.2", now_);
  }
  if (message.cut) {
    notes_.record.add(TranscriptEntry::Kind::kNote, now_,
                      fmt::format("the message had {} octets; {} of them are kept", message.size,
                                  message.event.payload.size));
  }
  notes_.expectation.add(message.event, false);
}

void Observer::end_control() {
  const std::uint8_t op = parser_.header().opcode;
  if (op == opcode::kClose) {
    on_close(control_);
  } else if (op == opcode::kPong) {
    on_pong(control_);
  } else if (op == opcode::kPing) {
    ++ping_count_;
    if (pings_.size() < kKeptPings) pings_.push_back(control_);
    if (events_over_) return;
    Event event{.kind = Event::Kind::kPing};
    event.payload = {control_, control_.size()};
    notes_.expectation.add(event, true);
  }
}

void Observer::on_pong(const std::string& payload) {
  const PingLedger::Pong pong = notes_.pings.pong_received(payload);
  if (pong == PingLedger::Pong::kProbe) return;
  ++pong_count_;
  if (events_over_) return;
  Event event{.kind = Event::Kind::kPong};
  event.payload = {payload, payload.size()};
  if (pong == PingLedger::Pong::kUnsolicited) {
    // §5.5.3: "A Pong frame MAY be sent unsolicited." But where a ping is waiting for its answer,
    // one "MUST have identical Application data".
    const bool waiting = notes_.pings.outstanding() || notes_.pings.probe_outstanding();
    notes_.findings.add(
        waiting ? "pong-differs" : "pong-unsolicited",
        fmt::format("{} sent {}, which answers no ping{}", the_peer(peer_), describe(event),
                    waiting ? ", while one was waiting for its answer" : ""),
        "RFC 6455 5.5.3", now_, Findings::Weight::kRemark);
    // The pong is about the tester's own probe, then, and not part of the case.
    if (notes_.pings.probe_outstanding()) return;
  }
  notes_.expectation.add(
      event, pong == PingLedger::Pong::kUnsolicited || pong == PingLedger::Pong::kLateAnswer);
}

void Observer::on_close(std::string_view payload) {
  CloseObservation& close = notes_.close;
  close.remote_close_received = true;
  if (payload.size() == 1) {
    note(Error::kCloseBodyOneOctet,
         fmt::format("{} sent a Close frame with a body of one octet", the_peer(peer_)));
  }
  if (payload.size() < 2) return;
  const auto code = static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8U |
                                               static_cast<unsigned char>(payload[1]));
  close.remote_code = code;
  close.remote_reason = payload.substr(2);
  // §7.4.2 keeps 1016-2999 for later versions: an endpoint that returns the tester's own number is
  // only careless.
  const bool returned = close.local_code == code && is_unassigned(code);
  const bool allowed = may_send_close_code(code, peer_ == Role::kServer) ||
                       (code == close_code::kMandatoryExtension && close.local_code == code);
  if (!allowed) {
    note(Error::kCloseCodeInvalid,
         fmt::format("{} sent Close with code {}, which must not be on the wire", the_peer(peer_),
                     code),
         returned ? Findings::Weight::kTolerated : Findings::Weight::kFatal);
  }
  if (find_invalid_utf8(as_bytes(payload.substr(2)))) {
    note(Error::kCloseReasonNotUtf8,
         fmt::format("{} sent a Close frame whose reason is not UTF-8", the_peer(peer_)));
  }
}

void Observer::tcp_ended(bool cut_is_fatal, Time now) {
  now_ = now;
  if (blind_ || parser_.between_frames() || notes_.close.remote_close_received) return;
  if (frame_open_) {
    notes_.record.add_frame(TranscriptEntry::Kind::kFrameReceived, now_, parser_.header(),
                            beginning_);
  }
  notes_.findings.add("tcp-ended-inside-frame",
                      fmt::format("{} ended TCP in the middle of a frame", the_peer(peer_)),
                      "RFC 6455 7.1.1", now,
                      cut_is_fatal ? Findings::Weight::kFatal : Findings::Weight::kTolerated);
}

void Observer::end_events(bool complete) {
  events_over_ = true;
  superfluous_is_fatal_ = complete;
}

std::vector<std::string> Observer::take_pings() { return std::exchange(pings_, {}); }

}  // namespace wsproof::conformance
