// SPDX-License-Identifier: Apache-2.0
#include "tests/peers/faulty/messages.h"

#include <algorithm>

#include "tests/peers/faulty/rules.h"

namespace wsproof::faulty {
namespace {

constexpr std::uint64_t kKib = 1024;
constexpr std::uint64_t kMib = 1024 * kKib;
// More than any case sends.
constexpr std::uint64_t kUsualLimit = 64 * kMib;

}  // namespace

std::uint64_t MessageReader::limit() const {
  if (faults_.on(Fault::kLimit64Kib)) return 64 * kKib;
  if (faults_.on(Fault::kLimit1Mib)) return kMib;
  return faults_.on(Fault::kLimit16Mib) ? 16 * kMib - 1 : kUsualLimit;
}

std::uint16_t MessageReader::bad_text() const {
  return faults_.on(Fault::kUtf8FailsWith1002) ? kProtocolError : kInvalidPayload;
}

MessageReader::Violation MessageReader::begin_frame(const FrameHeader& header) {
  frame_ = header;
  skipping_ = false;
  const bool reserved = header.opcode > kBinary;
  if (reserved && faults_.on(Fault::kSkipsReservedData)) {
    skipping_ = true;
    return std::nullopt;
  }
  if (header.opcode == kContinuation) {
    if (open_) return begin_fragment();
    if (faults_.on(Fault::kEchoesStrayContinuation)) {
      begin_message();
      return begin_fragment();
    }
    skipping_ = true;
    const bool fine = faults_.on(Fault::kSkipsStrayContinuation) ||
                      (ended_ && faults_.on(Fault::kSkipsContinuationAfterEnd));
    return fine ? Violation() : kProtocolError;
  }
  if (open_) {
    if (faults_.on(Fault::kAppendsNewMessage)) return begin_fragment();
    if (!faults_.on(Fault::kBeginsAnew)) return kProtocolError;
  }
  begin_message();
  return begin_fragment();
}

void MessageReader::begin_message() {
  open_ = true;
  binary_ = frame_.opcode == kBinary;
  compressed_ = inflater_ && (frame_.rsv & kRsv1) != 0 && !faults_.on(Fault::kInflateSkipped);
  size_ = 0;
  fragments_.clear();
  text_.reset();
}

MessageReader::Violation MessageReader::begin_fragment() {
  fragments_.emplace_back();
  if (!frame_.fin && faults_.on(Fault::kRefusesFragments)) return kProtocolError;
  if (fragments_.size() > 50 && faults_.on(Fault::kFiftyFragments)) return kTooBig;
  if (fragments_.size() > 1000 && faults_.on(Fault::kThousandFragments)) return kTooBig;
  // A frame that is too long is refused before its payload is gathered.
  if (size_ + frame_.length > limit()) return kTooBig;
  return std::nullopt;
}

MessageReader::Violation MessageReader::payload(std::string_view piece) {
  if (skipping_) return std::nullopt;
  if (!compressed_) return contents(piece);
  const std::optional<std::string> inflated = inflater_->push(piece, false);
  return inflated ? contents(*inflated) : kInvalidPayload;
}

MessageReader::Violation MessageReader::contents(std::string_view octets) {
  if (compressed_ && faults_.on(Fault::kInflateStopsAt65536)) {
    octets = octets.substr(0, 65536 - std::min<std::uint64_t>(size_, 65536));
  }
  size_ += octets.size();
  if (size_ > limit()) return kTooBig;
  fragments_.back() += octets;
  const bool checked = !faults_.on(Fault::kUtf8AtEnd) &&
                       (fragments_.size() == 1 || !faults_.on(Fault::kUtf8FirstFragmentOnly));
  return checked ? check_text(octets) : std::nullopt;
}

MessageReader::Violation MessageReader::check_text(std::string_view octets) {
  if (binary_) return std::nullopt;
  if (!text_.push(octets)) return bad_text();
  if (!faults_.on(Fault::kUtf8PerRead)) return std::nullopt;
  return text_.complete() ? Violation() : bad_text();
}

MessageReader::Violation MessageReader::end_frame() {
  if (skipping_ || !open_) return std::nullopt;
  if (!frame_.fin) {
    if (compressed_ && faults_.on(Fault::kInflatePerFragment)) {
      const std::optional<std::string> rest = inflater_->push({}, true);
      return rest ? contents(*rest) : kInvalidPayload;
    }
    if (binary_ || !faults_.on(Fault::kUtf8PerFragment)) return std::nullopt;
    return text_.complete() ? Violation() : bad_text();
  }
  const bool empty_last = frame_.length == 0 && fragments_.size() > 1;
  if (empty_last && faults_.on(Fault::kLosesEmptyLastFragment)) return std::nullopt;
  return end_message();
}

MessageReader::Violation MessageReader::end_message() {
  if (compressed_) {
    const std::optional<std::string> rest = inflater_->push({}, true);
    if (!rest) return kInvalidPayload;
    if (const Violation violation = contents(*rest)) return violation;
  }
  if (faults_.on(Fault::kUtf8AtEnd)) {
    for (const std::string& part : fragments_) {
      if (const Violation violation = check_text(part)) return violation;
    }
  }
  const bool last_unchecked = fragments_.size() > 1 && faults_.on(Fault::kUtf8FirstFragmentOnly);
  if (!binary_ && !last_unchecked && !text_.complete()) return bad_text();
  deliver();
  return std::nullopt;
}

std::string MessageReader::joined() {
  std::vector<std::string>& parts = fragments_;
  const std::size_t count = parts.size();
  if (count > 1) {
    if (faults_.on(Fault::kLosesFirstFragment)) parts[0].clear();
    if (faults_.on(Fault::kLosesLastFragment)) parts[count - 1].clear();
    if (faults_.on(Fault::kSwapsFragments)) std::swap(parts[0], parts[1]);
    if (count > 2 && faults_.on(Fault::kLosesMiddleFragment)) parts[1].clear();
    if (parts[0].empty() && faults_.on(Fault::kLosesEmptyFirstFragment)) return {};
  }
  std::string whole = std::move(parts[0]);
  for (std::size_t i = 1; i < count; ++i) whole += parts[i];
  parts.clear();
  return whole;
}

void MessageReader::deliver() {
  open_ = false;
  ended_ = fragments_.size() > 1;
  if (ended_ && faults_.on(Fault::kEchoesEachFragment)) {
    for (std::string& part : fragments_) complete_.push_back({binary_, std::move(part)});
    return;
  }
  Message message{binary_, joined()};
  if (faults_.on(Fault::kKeepsPreviousMessage)) {
    previous_ += message.payload;
    message.payload = previous_;
  }
  if (!binary_ && faults_.on(Fault::kUtf8Replaced)) {
    message.payload = with_replacements(message.payload);
  }
  complete_.push_back(std::move(message));
}

void MessageReader::ping_came(std::string_view payload) {
  if (!open_) return;
  if (faults_.on(Fault::kControlJoinsMessage)) fragments_.back() += payload;
  if (faults_.on(Fault::kControlForgetsMessage)) open_ = false;
  if (faults_.on(Fault::kControlEndsMessage)) deliver();
}

void MessageReader::close_came() {
  if (open_ && faults_.on(Fault::kHalfMessageAtClose)) deliver();
}

}  // namespace wsproof::faulty
