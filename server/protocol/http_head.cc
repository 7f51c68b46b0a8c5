// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/http_head.h"

#include <algorithm>
#include <cassert>

#include "server/protocol/head_scanner.h"

namespace wsproof {
namespace {

HeadResult result_of(const HeadScanner& scanner) {
  HeadResult result;
  switch (scanner.status()) {
    case HeadScanner::Status::kNeedMore:
      break;
    case HeadScanner::Status::kDone:
      result.status = HeadResult::Status::kDone;
      result.consumed = scanner.size();
      break;
    case HeadScanner::Status::kError:
      result.status = HeadResult::Status::kError;
      result.error = scanner.error();
      break;
  }
  return result;
}

/// Cuts up a head that a scanner has found complete, so that nothing here can fail.
class Cutter {
 public:
  explicit Cutter(std::string_view head) : rest_(head) {
    if (rest_.front() == '\r') line();
  }

  /// The next line without its CRLF.
  std::string_view line() {
    const std::size_t end = rest_.find('\r');
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 2);
    return line;
  }

  void fields(std::size_t count, Fields& fields) {
    fields.lines.clear();
    fields.lines.reserve(count);
    for (std::string_view line = this->line(); !line.empty(); line = this->line()) {
      const std::size_t colon = line.find(':');
      fields.lines.push_back({line.substr(0, colon), trim_blanks(line.substr(colon + 1))});
    }
  }

 private:
  std::string_view rest_;
};

// "HTTP/1.1" is eight octets, always.
constexpr std::size_t kVersionSize = 8;

template <typename Head>
void read_version(std::string_view version, Head& head) {
  head.version_major = version[5] - '0';
  head.version_minor = version[7] - '0';
}

}  // namespace

std::size_t Fields::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(lines.begin(), lines.end(),
                    [name](const Field& field) { return equals_ignoring_case(field.name, name); }));
}

std::string_view Fields::first(std::string_view name) const {
  const auto found = std::find_if(lines.begin(), lines.end(), [name](const Field& field) {
    return equals_ignoring_case(field.name, name);
  });
  return found == lines.end() ? std::string_view() : found->value;
}

bool Fields::has_token(std::string_view name, std::string_view token) const {
  for (const Field& field : lines) {
    if (!equals_ignoring_case(field.name, name)) continue;
    std::string_view rest = field.value;
    for (auto element = next_element(rest); !element.empty(); element = next_element(rest)) {
      if (equals_ignoring_case(element, token)) return true;
    }
  }
  return false;
}

void cut_request_head(Bytes input, const HeadScanner& scanner, RequestHead& head) {
  assert(scanner.status() == HeadScanner::Status::kDone && scanner.size() <= input.size());
  Cutter cutter(as_text(input.first(scanner.size())));
  const std::string_view line = cutter.line();
  const std::size_t method_end = line.find(' ');
  const std::size_t target_end = line.size() - kVersionSize - 1;
  head.method = line.substr(0, method_end);
  head.target = line.substr(method_end + 1, target_end - method_end - 1);
  read_version(line.substr(target_end + 1), head);
  cutter.fields(scanner.field_count(), head.fields);
}

void cut_response_head(Bytes input, const HeadScanner& scanner, ResponseHead& head) {
  assert(scanner.status() == HeadScanner::Status::kDone && scanner.size() <= input.size());
  Cutter cutter(as_text(input.first(scanner.size())));
  const std::string_view line = cutter.line();
  const std::string_view code = line.substr(kVersionSize + 1, 3);
  const std::size_t reason = std::min(line.size(), kVersionSize + 5);
  read_version(line, head);
  head.status = (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
  head.reason = line.substr(reason);
  cutter.fields(scanner.field_count(), head.fields);
}

HeadResult parse_request_head(Bytes input, const Limits& limits, RequestHead& head) {
  HeadScanner scanner(HeadScanner::Kind::kRequest, limits);
  if (scanner.scan(input) == HeadScanner::Status::kDone) cut_request_head(input, scanner, head);
  return result_of(scanner);
}

HeadResult parse_response_head(Bytes input, const Limits& limits, ResponseHead& head) {
  HeadScanner scanner(HeadScanner::Kind::kResponse, limits);
  if (scanner.scan(input) == HeadScanner::Status::kDone) cut_response_head(input, scanner, head);
  return result_of(scanner);
}

}  // namespace wsproof
