// SPDX-License-Identifier: Apache-2.0
#include "tests/peers/faulty/frames.h"

#include <algorithm>

namespace wsproof::faulty {
namespace {

constexpr std::uint64_t kTopBit = std::uint64_t{1} << 63U;

std::uint64_t number(std::string_view octets) {
  std::uint64_t value = 0;
  for (const char octet : octets) value = value << 8U | static_cast<unsigned char>(octet);
  return value;
}

std::string octets_of(std::uint64_t value, std::size_t count) {
  std::string octets(count, '\0');
  for (std::size_t i = count; i-- > 0; value >>= 8U) octets[i] = static_cast<char>(value & 0xFFU);
  return octets;
}

}  // namespace

void FrameReader::push(std::string_view octets) {
  if (stopped_) return;
  const bool goes_on = header_.has_value() && seen_ > 0;
  if (goes_on && !octets.empty()) {
    if (faults_.on(Fault::kLosesOctetBetweenReads)) octets.remove_prefix(1);
    if (faults_.on(Fault::kRepeatsOctetBetweenReads)) buffer_ += octets[0];
  }
  if (faults_.on(Fault::kMaskPhasePerRead)) mask_phase_ = 0;
  buffer_ += octets;
  while (!stopped_ && step()) {
  }
  buffer_.erase(0, at_);
  at_ = 0;
  if (faults_.on(Fault::kHeaderInOneRead) && !header_) buffer_.clear();
  if (faults_.on(Fault::kFrameInOneRead)) {
    buffer_.clear();
    header_.reset();
  }
}

/// False where more octets are needed.
bool FrameReader::step() {
  if (!header_) {
    if (!read_header()) return false;
    if (header_->length == 0 && !header_->is_control() && faults_.on(Fault::kDropsEmptyFrames)) {
      header_.reset();
      return true;
    }
    sink_.on_header(*header_);
  } else {
    if (rest().empty()) return false;
    read_payload();
  }
  if (stopped_) return false;
  if (seen_ < header_->length) return true;
  end_frame();
  return !faults_.on(Fault::kOneFrameARead);
}

bool FrameReader::read_header() {
  const std::string_view octets = rest();
  if (octets.size() < 2) return false;
  const auto first = static_cast<unsigned char>(octets[0]);
  const auto second = static_cast<unsigned char>(octets[1]);
  const std::uint8_t form = second & 0x7FU;
  const std::size_t more = form == 126 ? 2 : form == 127 ? 8 : 0;
  const bool masked = (second & 0x80U) != 0;
  const std::size_t size = 2 + more + (masked ? 4 : 0);
  if (octets.size() < size) return false;

  FrameHeader header;
  header.fin = (first & 0x80U) != 0;
  header.rsv = (first >> 4U) & 7U;
  header.opcode = first & 15U;
  header.length = form;
  if (more != 0) {
    std::string field(octets.substr(2, more));
    if (more == 2 && faults_.on(Fault::kLength16LittleEndian)) std::swap(field[0], field[1]);
    header.length = number(field);
    header.longer_form = more == 2 ? header.length < 126 : header.length < 65536;
    if (more == 8 && faults_.on(Fault::kLength64Cut)) header.length &= 0xFFFFU;
  }
  if (masked) {
    header.key.emplace();
    std::copy_n(octets.substr(size - 4).begin(), 4, header.key->begin());
  }
  at_ += size;
  header_ = header;
  seen_ = 0;
  if (!faults_.on(Fault::kMaskPhaseGoesOn)) mask_phase_ = 0;
  return true;
}

void FrameReader::read_payload() {
  const std::uint64_t left = header_->length - seen_;
  std::string piece(rest().substr(0, static_cast<std::size_t>(left)));
  at_ += piece.size();
  if (header_->key) {
    std::size_t end = piece.size();
    if (faults_.on(Fault::kMaskStopsAt65535)) {
      end = std::min<std::size_t>(end, 65535 - std::min<std::uint64_t>(seen_, 65535));
    }
    for (std::size_t i = 0; i < end; ++i) {
      piece[i] = static_cast<char>(piece[i] ^ (*header_->key)[(mask_phase_ + i) % 4]);
    }
    mask_phase_ += piece.size();
  }
  seen_ += piece.size();
  sink_.on_payload(piece);
}

void FrameReader::end_frame() {
  header_.reset();
  seen_ = 0;
  sink_.on_frame_end();
}

std::string FrameWriter::length_field(std::uint64_t length, bool masked) const {
  const std::uint8_t mask_bit = masked ? 0x80 : 0;
  const auto field = [&](std::uint8_t form, std::uint64_t value, std::size_t octets) {
    return std::string(1, static_cast<char>(mask_bit | form)) + octets_of(value, octets);
  };
  if (length < 126) {
    if (faults_.on(Fault::kWritesLongLength16)) return field(126, length, 2);
    return field(static_cast<std::uint8_t>(length), 0, 0);
  }
  if (length < 65536) {
    if (faults_.on(Fault::kWritesLongLength64)) return field(127, length, 8);
    return field(126, length, 2);
  }
  if (faults_.on(Fault::kWritesLengthCut)) return field(126, length & 0xFFFFU, 2);
  if (faults_.on(Fault::kWritesLengthTopBit)) length |= kTopBit;
  return field(127, length, 8);
}

/// Nobody listens in, so all that counts is that no two keys are the same.
std::array<char, 4> FrameWriter::next_key() {
  if (!faults_.on(Fault::kReusesMaskingKey)) key_ = key_ * 1664525U + 1013904223U;
  std::array<char, 4> key{};
  std::copy_n(octets_of(key_, 4).begin(), 4, key.begin());
  return key;
}

std::string FrameWriter::frame(std::uint8_t opcode, std::string_view payload, bool fin,
                               std::uint8_t rsv) {
  const bool masked =
      role_ == Role::kClient ? !faults_.on(Fault::kDoesNotMask) : faults_.on(Fault::kMasksFrames);
  std::string octets(
      1, static_cast<char>((fin ? 0x80U : 0U) | (static_cast<unsigned>(rsv) << 4U) | opcode));
  octets += length_field(payload.size(), masked);
  if (!masked) return octets += payload;
  const std::array<char, 4> key = next_key();
  octets.append(key.begin(), key.end());
  const std::size_t phase = faults_.on(Fault::kMaskPhaseWrong) ? 1 : 0;
  const std::size_t start = octets.size();
  octets += payload;
  for (std::size_t i = 0; i < payload.size(); ++i) {
    octets[start + i] = static_cast<char>(octets[start + i] ^ key[(i + phase) % 4]);
  }
  return octets;
}

}  // namespace wsproof::faulty
