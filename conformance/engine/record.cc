// SPDX-License-Identifier: Apache-2.0
#include "conformance/engine/record.h"

namespace wsproof::conformance {
namespace {

// A person reads the beginning and the end of a wire log. The longest of the ordinary cases has
// some 60 entries.
constexpr std::size_t kFirstEntries = 120;
constexpr std::size_t kLastEntries = 80;

using FrameCounts = std::vector<std::pair<std::uint8_t, std::uint64_t>>;

FrameCounts by_opcode(const std::array<std::uint64_t, 16>& counts) {
  FrameCounts frames;
  for (std::size_t op = 0; op < counts.size(); ++op) {
    if (counts[op] != 0) frames.emplace_back(static_cast<std::uint8_t>(op), counts[op]);
  }
  return frames;
}

}  // namespace

void Record::add(TranscriptEntry entry) {
  if (first_.size() < kFirstEntries) {
    first_.push_back(std::move(entry));
    return;
  }
  last_.push_back(std::move(entry));
  if (last_.size() > kLastEntries) {
    last_.pop_front();
    ++left_out_;
  }
}

void Record::add(TranscriptEntry::Kind kind, Time at, std::string text) {
  add(TranscriptEntry{.kind = kind, .at = at, .text = std::move(text)});
}

void Record::add_octets(TranscriptEntry::Kind kind, Time at, std::string_view octets) {
  add(TranscriptEntry{.kind = kind,
                      .at = at,
                      .octets = std::string(octets.substr(0, kTranscriptOctets)),
                      .octet_count = octets.size()});
}

void Record::add_frame(TranscriptEntry::Kind kind, Time at, const FrameHeader& header,
                       std::string_view payload) {
  auto& counts = kind == TranscriptEntry::Kind::kFrameSent ? frames_sent_ : frames_received_;
  ++counts[header.opcode & 0xFU];
  add(TranscriptEntry{.kind = kind,
                      .at = at,
                      .frame = header,
                      .octets = std::string(payload.substr(0, kTranscriptOctets)),
                      .octet_count = header.payload_length});
}

void Record::count_read(std::size_t octets) {
  octets_received_ += octets;
  ++reads_[octets];
}

void Record::count_write(std::size_t octets) {
  octets_sent_ += octets;
  ++writes_[octets];
}

void Record::write_to(CaseResult& result) const {
  result.transcript = first_;
  if (left_out_ != 0) {
    result.transcript.push_back({.kind = TranscriptEntry::Kind::kNote,
                                 .at = last_.front().at,
                                 .text = std::to_string(left_out_) + " entries are left out here"});
  }
  result.transcript.insert(result.transcript.end(), last_.begin(), last_.end());
  result.octets_sent = octets_sent_;
  result.octets_received = octets_received_;
  result.frames_sent = by_opcode(frames_sent_);
  result.frames_received = by_opcode(frames_received_);
  result.reads.assign(reads_.begin(), reads_.end());
  result.writes.assign(writes_.begin(), writes_.end());
}

}  // namespace wsproof::conformance
