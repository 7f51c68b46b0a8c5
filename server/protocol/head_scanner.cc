// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/head_scanner.h"

#include <algorithm>
#include <string_view>

#include "server/protocol/http_text.h"

namespace wsproof {

HeadScanner::HeadScanner(Kind kind, const Limits& limits) : limits_(&limits), kind_(kind) {}

HeadScanner::Status HeadScanner::scan(Bytes bytes) {
  const std::string_view text = as_text(bytes);
  std::size_t at = 0;
  while (status_ == Status::kNeedMore && at < text.size()) {
    const std::size_t run = ordinary_run(text.substr(at));
    if (run > 0) {
      size_ += run;
      at += run;
      continue;
    }
    const char c = text[at];
    if (within_limits(c)) step(c);
    ++size_;
    if (c == '\n') line_start_ = size_;
    ++at;
  }
  return status_;
}

// Targets, names and values are nearly all of a head, and most of their octets change nothing.
std::size_t HeadScanner::ordinary_run(std::string_view text) const {
  std::uint8_t ordinary = 0;
  if (state_ == State::kValue) {
    ordinary = char_class::kText;
  } else if (state_ == State::kName) {
    ordinary = char_class::kToken;
  } else {
    return 0;
  }
  const std::size_t in_line = limits_->field_line - std::min(limits_->field_line, line_size());
  const std::size_t in_head = limits_->head - std::min(limits_->head, size_);
  const std::size_t most = std::min({text.size(), in_line, in_head});
  std::size_t run = 0;
  while (run < most && char_class::has(text[run], ordinary)) ++run;
  return run;
}

bool HeadScanner::within_limits(char c) {
  // The octets of a line are counted without its end.
  if (c != '\r' && c != '\n') {
    const bool first_line = state_ <= State::kLineLf;
    if (first_line && line_size() >= limits_->request_line) fail(Error::kRequestLineTooLong);
    if (!first_line && line_size() >= limits_->field_line) fail(Error::kFieldTooLong);
  }
  if (status_ == Status::kNeedMore && size_ >= limits_->head) fail(Error::kHeadTooLong);
  return status_ == Status::kNeedMore;
}

void HeadScanner::step(char c) {
  switch (state_) {
    case State::kBegin:
      return begin(c);
    case State::kBeginLf:
      empty_line_seen_ = true;
      return expect(c == '\n', State::kBegin);
    case State::kMethod:
      if (c == ' ') return move_to(State::kTarget);
      return expect(is_token_char(c), State::kMethod);
    case State::kTarget:
      return target(c);
    case State::kVersion:
      return version(c);
    case State::kStatusCode:
      return status_code(c);
    case State::kReason:
      // §4 of RFC 9112 wants the blank even where no reason follows it; servers leave both out.
      if (c == '\r') return move_to(State::kLineLf);
      return expect(c == ' ', State::kReasonText);
    case State::kReasonText:
      if (c == '\r') return move_to(State::kLineLf);
      return expect(is_text_char(c), State::kReasonText);
    case State::kLineCr:
      return expect(c == '\r', State::kLineLf);
    case State::kLineLf:
      return expect(c == '\n', State::kFieldBegin);
    case State::kFieldBegin:
      if (c == '\r') return move_to(State::kEndLf);
      // A blank here would continue the line before (obs-fold), which RFC 9112 5.2 tells servers to
      // reject.
      if (is_token_char(c) && ++field_count_ > limits_->field_count) {
        return fail(Error::kTooManyFields);
      }
      return expect(is_token_char(c), State::kName);
    case State::kName:
      // RFC 9112 5.1: "No whitespace is allowed between the field name and colon."
      if (c == ':') return move_to(State::kValue);
      return expect(is_token_char(c), State::kName);
    case State::kValue:
      if (c == '\r') return move_to(State::kValueLf);
      return expect(is_text_char(c), State::kValue);
    case State::kValueLf:
      return expect(c == '\n', State::kFieldBegin);
    case State::kEndLf:
      if (c != '\n') return fail(Error::kHeadMalformed);
      status_ = Status::kDone;
      return;
  }
}

void HeadScanner::begin(char c) {
  if (kind_ == Kind::kResponse) {
    move_to(State::kVersion);
    return version(c);
  }
  // RFC 9112 2.2: a server "SHOULD ignore at least one empty line (CRLF) received prior to the
  // request-line".
  if (c == '\r' && !empty_line_seen_) return move_to(State::kBeginLf);
  expect(is_token_char(c), State::kMethod);
}

void HeadScanner::target(char c) {
  if (is_visible(c)) {
    progress_ = 1;
    return;
  }
  // "GET /" and no more is HTTP/0.9.
  if (c == '\r' || c == '\n') return fail(Error::kHeadMalformed);
  if (c != ' ' || progress_ == 0) return fail(Error::kTargetMalformed);
  move_to(State::kVersion);
}

void HeadScanner::version(char c) {
  // RFC 9112 2.3: HTTP-version = HTTP-name "/" DIGIT "." DIGIT, and HTTP-name is case-sensitive.
  constexpr std::string_view kShape = "HTTP/d.d";
  const char wanted = kShape[progress_];
  if (wanted == 'd' ? !is_digit(c) : c != wanted) return fail(Error::kHeadMalformed);
  if (++progress_ < kShape.size()) return;
  move_to(kind_ == Kind::kRequest ? State::kLineCr : State::kStatusCode);
}

void HeadScanner::status_code(char c) {
  // RFC 9110 15: three digits; none below 100 has a meaning.
  const bool good = progress_ == 0   ? c == ' '
                    : progress_ == 1 ? is_digit(c) && c != '0'
                                     : is_digit(c);
  if (!good) return fail(Error::kHeadMalformed);
  if (++progress_ == 4) move_to(State::kReason);
}

void HeadScanner::move_to(State next) {
  state_ = next;
  progress_ = 0;
}

void HeadScanner::expect(bool good, State next) {
  if (!good) return fail(Error::kHeadMalformed);
  state_ = next;
}

void HeadScanner::fail(Error error) {
  status_ = Status::kError;
  error_ = error;
}

}  // namespace wsproof
