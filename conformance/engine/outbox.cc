// SPDX-License-Identifier: Apache-2.0
#include "conformance/engine/outbox.h"

#include <algorithm>
#include <array>
#include <utility>

#include "server/protocol/close_code.h"
#include "server/protocol/mask.h"

namespace wsproof::conformance {
namespace {

// zlib's own defaults: what is sent must be ordinary, not small.
constexpr int kLevel = 6;
constexpr int kMemLevel = 8;

MutableBytes writable(std::string& text) {
  return {reinterpret_cast<std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Outbox::Outbox(Role tester, RandomSource& random, Record& record, PingLedger& pings,
               CloseObservation& close)
    : tester_(tester), random_(random), record_(record), pings_(pings), close_(close) {}

void Outbox::set_deflate(const DeflateParameters& parameters) {
  const bool server = tester_ == Role::kServer;
  const int bits = server ? parameters.server_max_window_bits : parameters.client_max_window_bits;
  // zlib has no raw window of 8; no match of a level-0 stream reaches back at all.
  const bool too_small = bits < MessageDeflater::kMinWindowBits;
  compression_ = {
      std::max(bits, MessageDeflater::kMinWindowBits),
      server ? parameters.server_no_context_takeover : parameters.client_no_context_takeover,
      too_small ? 0 : kLevel};
  forget_context();
}

void Outbox::forget_context() {
  deflater_.emplace(compression_.window_bits, compression_.no_context_takeover, compression_.level,
                    kMemLevel);
}

std::string Outbox::deflate(const std::string& payload, bool last) {
  if (!deflater_) set_deflate({});
  std::vector<std::uint8_t> out;
  deflater_->push(as_bytes(payload), last, out);
  return std::string(as_text(out));
}

std::optional<MaskingKey> Outbox::fresh_key() {
  // §5.1: "a client MUST mask all frames that it sends to the server", and a server none.
  if (tester_ == Role::kServer) return std::nullopt;
  MaskingKey key{};
  random_.fill(key);
  return key;
}

void Outbox::send(const SendFrame& step) {
  std::string payload = step.payload.octets();
  const std::uint64_t plain_size = payload.size();
  if (step.compressed) payload = deflate(payload, step.fin);
  if (!is_control(step.opcode)) {
    traffic_.messages += step.fin ? 1 : 0;
    traffic_.frames += 1;
    traffic_.compressed += step.compressed && step.opcode != opcode::kContinuation ? 1 : 0;
    traffic_.octets += plain_size;
    traffic_.wire_octets += payload.size();
  }
  FrameHeader header{.fin = step.fin, .rsv = step.rsv, .opcode = step.opcode};
  header.payload_length = step.declared_length.value_or(payload.size());
  header.length_form = step.length_form;
  header.masking_key = fresh_key();
  if (step.masked && !*step.masked) header.masking_key.reset();
  if (step.masked && *step.masked && !header.masking_key) {
    header.masking_key.emplace();
    random_.fill(*header.masking_key);
  }
  if (step.masking_key) header.masking_key = step.masking_key;
  if (step.header_only) {
    open_key_ = header.masking_key;
    open_offset_ = 0;
    note_frame(header, {});
    std::string octets(header_size(header), '\0');
    encode_header(header, writable(octets));
    put(std::move(octets), step.chop);
    return;
  }
  put_frame(header, std::move(payload), step.chop);
}

void Outbox::send(const SendFramePayload& step) {
  std::string octets = step.payload.octets();
  traffic_.octets += octets.size();
  traffic_.wire_octets += octets.size();
  record_.add_octets(TranscriptEntry::Kind::kOctetsSent, now_, octets);
  if (open_key_) mask(writable(octets), *open_key_, static_cast<std::size_t>(open_offset_ % 4));
  open_offset_ += octets.size();
  put(std::move(octets), step.chop);
}

void Outbox::send(const SendMessage& step) {
  std::string payload = step.payload.octets();
  const std::uint64_t octets = payload.size();
  if (step.compressed) payload = deflate(payload, true);
  put_message(step.binary, step.compressed, octets, payload, step.fragment_size, step.chop);
}

void Outbox::send(const Exchange& step, std::string_view message, std::string_view on_wire) {
  put_message(step.binary, step.compressed, message.size(), on_wire, step.fragment_size, {});
}

void Outbox::put_message(bool binary, bool compressed, std::uint64_t octets,
                         std::string_view payload, std::uint64_t fragment_size, const Chop& chop) {
  const std::uint64_t size = fragment_size == 0 ? payload.size() : fragment_size;
  // Whole frames between two frames need neither a copy of their own nor a look at where they end.
  const bool direct = !ended_ && chop.mode == Chop::Mode::kTogether && position_.between_frames();
  std::size_t at = 0;
  bool first = true;
  bool last = false;
  while (!last) {
    const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(size, payload.size() - at));
    last = at + piece == payload.size();
    FrameHeader header{.fin = last, .opcode = opcode::kContinuation};
    if (first) header.opcode = binary ? opcode::kBinary : opcode::kText;
    if (first && compressed) header.rsv = rsv::k1;
    header.payload_length = piece;
    header.masking_key = fresh_key();
    if (direct) {
      note_frame(header, payload.substr(at, piece));
      const std::size_t start = gathered_.size();
      const std::size_t head = header_size(header);
      gathered_.resize(start + head);
      gathered_ += payload.substr(at, piece);
      MutableBytes frame = writable(gathered_).subspan(start);
      encode_header(header, frame);
      if (header.masking_key) mask(frame.subspan(head), *header.masking_key, 0);
    } else {
      put_frame(header, std::string(payload.substr(at, piece)), chop);
    }
    at += piece;
    first = false;
    traffic_.frames += 1;
  }
  traffic_.messages += 1;
  traffic_.compressed += compressed ? 1 : 0;
  traffic_.octets += octets;
  traffic_.wire_octets += payload.size();
}

void Outbox::send(const SendOctets& step) {
  std::string octets = step.payload.octets();
  record_.add_octets(TranscriptEntry::Kind::kOctetsSent, now_, octets);
  put(std::move(octets), step.chop);
}

void Outbox::send_head(std::string head, const Chop& chop) {
  if (ended_) return;
  record_.add_octets(TranscriptEntry::Kind::kHandshakeSent, now_, head);
  flush();
  // The head is no frame: it leaves the position in the stream of frames where it is.
  const FrameParser position = position_;
  put(std::move(head), chop);
  position_ = position;
  flush();
}

void Outbox::send_probe(const std::string& payload) {
  pings_.probe_sent(payload);
  FrameHeader header{.opcode = opcode::kPing, .payload_length = payload.size()};
  header.masking_key = fresh_key();
  flush();
  record_.add_frame(TranscriptEntry::Kind::kFrameSent, now_, header, payload);
  put(encode_frame({header, payload}), {});
  flush();
}

void Outbox::send_pong(const std::string& payload) {
  if (!can_ping()) return;
  FrameHeader header{.opcode = opcode::kPong, .payload_length = payload.size()};
  header.masking_key = fresh_key();
  put_frame(header, payload, {});
  flush();
}

void Outbox::send_close(std::uint16_t code) {
  std::string payload;
  if (code != close_code::kNoStatus) {
    payload.push_back(static_cast<char>(code >> 8U));
    payload.push_back(static_cast<char>(code & 0xFFU));
  }
  FrameHeader header{.opcode = opcode::kClose, .payload_length = payload.size()};
  header.masking_key = fresh_key();
  flush();
  put_frame(header, std::move(payload), {});
  flush();
}

void Outbox::put_frame(const FrameHeader& header, std::string payload, const Chop& chop) {
  if (ended_) return;
  note_frame(header, payload);
  put(encode_frame({header, std::move(payload)}), chop);
}

void Outbox::note_frame(const FrameHeader& header, std::string_view payload) {
  record_.add_frame(TranscriptEntry::Kind::kFrameSent, now_, header, payload);
  if (close_sent_) sent_after_close_ = true;
  if (header.opcode == opcode::kPing) pings_.ping_sent(payload, close_sent_);
  if (header.opcode == opcode::kPong) pings_.pong_sent(payload);
  if (header.opcode != opcode::kClose || close_sent_) return;
  close_sent_ = true;
  if (payload.size() < 2) return;
  close_.local_code = static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8U |
                                                 static_cast<unsigned char>(payload[1]));
  close_.local_reason = payload.substr(2);
}

void Outbox::put(std::string octets, const Chop& chop) {
  if (ended_ || octets.empty()) return;
  MutableBytes rest = writable(octets);
  while (true) {
    const FrameParser::Step step = position_.next(rest);
    if (step.event == FrameParser::Event::kNeedMore) break;
    rest = rest.subspan(step.consumed);
  }
  if (chop.mode == Chop::Mode::kTogether) {
    gathered_ += octets;
    return;
  }
  flush();
  std::size_t at = 0;
  while (at < octets.size()) {
    std::uint64_t size = octets.size() - at;
    if (chop.mode == Chop::Mode::kOctets)
      size = std::min(size, std::max<std::uint64_t>(chop.octets, 1));
    if (chop.mode == Chop::Mode::kTail && at == 0 && chop.octets < size) size -= chop.octets;
    queue_.push_back({{Action::Kind::kWrite, octets.substr(at, static_cast<std::size_t>(size))},
                      at == 0 ? Duration{} : chop.pause});
    at += static_cast<std::size_t>(size);
  }
}

void Outbox::flush() {
  if (gathered_.empty()) return;
  queue_.push_back({{Action::Kind::kWrite, std::exchange(gathered_, {})}, {}});
}

void Outbox::half_close() {
  if (ended_) return;
  flush();
  queue_.push_back({{Action::Kind::kHalfClose, {}}, {}});
  ended_ = true;
}

void Outbox::reset() {
  if (ended_) return;
  flush();
  queue_.push_back({{Action::Kind::kReset, {}}, {}});
  ended_ = true;
}

void Outbox::close() {
  // Giving up: what was still to be sent, piece by piece, is not sent any more.
  queue_.clear();
  gathered_.clear();
  actions_.push_back({Action::Kind::kClose, {}});
  ended_ = true;
}

void Outbox::release() {
  while (!queue_.empty()) {
    Queued& next = queue_.front();
    if (next.pause > Duration{} && now_ < released_ + next.pause) return;
    released_ = now_;
    if (next.action.kind == Action::Kind::kWrite) record_.count_write(next.action.octets.size());
    if (next.action.kind == Action::Kind::kHalfClose) {
      record_.add(TranscriptEntry::Kind::kEofSent, now_);
    }
    if (next.action.kind == Action::Kind::kReset) record_.add(TranscriptEntry::Kind::kReset, now_);
    actions_.push_back(std::move(next.action));
    queue_.pop_front();
  }
}

std::optional<Time> Outbox::next_release() const {
  if (queue_.empty()) return std::nullopt;
  return released_ + queue_.front().pause;
}

std::vector<Action> Outbox::take_actions() { return std::exchange(actions_, {}); }

bool Outbox::can_ping() const { return !ended_ && !close_sent_ && position_.between_frames(); }

}  // namespace wsproof::conformance
