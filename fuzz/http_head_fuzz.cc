// SPDX-License-Identifier: Apache-2.0
// HTTP heads: pieces give the same answer as the whole, and what is accepted is what it should be.
// Options: bit 0 a response instead of a request, bit 1 narrow limits, octet 1 what these are.
// Data: the head and what follows.
#include <algorithm>
#include <cstddef>
#include <string_view>

#include "fuzz/support/check.h"
#include "fuzz/support/heap.h"
#include "fuzz/support/input.h"
#include "fuzz/support/target.h"
#include "server/protocol/head_scanner.h"
#include "server/protocol/http_head.h"
#include "server/protocol/http_text.h"
#include "server/protocol/request_target.h"

namespace wsproof::fuzz {
namespace {

using Status = HeadResult::Status;

// The shortest field, "a:" with its end, becomes two views, in a vector that doubles as it grows.
constexpr std::size_t kTakenForOctet = 64;

struct Heads {
  RequestHead request;
  ResponseHead response;
};

HeadResult parse(bool response, Bytes octets, const Limits& limits, Heads& heads) {
  return response ? parse_response_head(octets, limits, heads.response)
                  : parse_request_head(octets, limits, heads.request);
}

bool lies_in(std::string_view part, Bytes octets) {
  const std::string_view whole = as_text(octets);
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_fields(const Fields& fields, Bytes head, const Limits& limits) {
  check(fields.lines.size() <= limits.field_count, "no more fields than the limit");
  for (const Field& field : fields.lines) {
    check(lies_in(field.name, head) && lies_in(field.value, head), "fields lie in the head");
    check(is_token(field.name), "a name is a token");
    check(std::all_of(field.value.begin(), field.value.end(), is_text_char),
          "a value has no control octets");
    check(field.value == trim_blanks(field.value), "no blanks around a value");
    check(field.name.size() + field.value.size() < limits.field_line, "no line over the limit");
    check(fields.has(field.name) && fields.count(field.name) >= 1, "a field can be found");
    check(lies_in(fields.first(field.name), head), "what is found lies in the head");
    for (const std::string_view element : split_list(field.value)) {
      check(fields.has_token(field.name, element), "an element of a list can be found");
    }
  }
}

void check_request(const RequestHead& head, Bytes octets, const Limits& limits) {
  check(lies_in(head.method, octets) && lies_in(head.target, octets), "parts lie in the head");
  check(is_token(head.method), "a method is a token");
  check(!head.target.empty() && std::all_of(head.target.begin(), head.target.end(), is_visible),
        "a target is of visible characters");
  check(head.method.size() + head.target.size() < limits.request_line, "the line has its limit");
  const auto resource = resource_of_target(head.target);
  check(!resource || resource->front() == '/', "a resource is a path");
}

}  // namespace

void run(Bytes octets) {
  const Input input(octets);
  const bool response = input.flag(0);
  Limits limits;
  if (input.flag(1)) {
    const std::size_t size = input.option(1);
    limits.request_line = size;
    limits.field_line = size / 2;
    limits.field_count = size % 8;
    limits.head = 3 * size;
  }
  const Bytes data = input.data();
  Heads heads;
  Heap::reset();
  const HeadResult result = parse(response, data, limits, heads);
  check(Heap::taken() <= kTakenForOctet * (data.size() + 1),
        "what is taken from the heap is bounded by the input");

  HeadScanner scanner(response ? HeadScanner::Kind::kResponse : HeadScanner::Kind::kRequest,
                      limits);
  input.cut(data, [&scanner](MutableBytes piece) { static_cast<void>(scanner.scan(piece)); });
  switch (result.status) {
    case Status::kNeedMore:
      check(scanner.status() == HeadScanner::Status::kNeedMore, "both want more");
      check(data.size() <= limits.head, "no more is wanted than the limit of a head");
      return;
    case Status::kError: {
      check(scanner.status() == HeadScanner::Status::kError, "both see an error");
      check(scanner.error() == result.error, "both see the same error");
      check(scanner.size() <= data.size(), "an error stands in the octets");
      // As soon as the octets show it, and not before.
      const HeadResult before = parse(response, data.first(scanner.size() - 1), limits, heads);
      check(before.status == Status::kNeedMore, "nothing is wrong before the octet that is");
      return;
    }
    case Status::kDone:
      break;
  }
  check(scanner.status() == HeadScanner::Status::kDone, "both find the end");
  check(scanner.size() == result.consumed, "both find the same end");
  check(result.consumed <= limits.head, "no head over the limit");
  const Bytes head = data.first(result.consumed);
  check(as_text(head).ends_with("\r\n\r\n"), "a head ends with an empty line");
  Heads again;
  check(parse(response, data.first(result.consumed - 1), limits, again).status == Status::kNeedMore,
        "a head that is cut wants more");
  check_fields(response ? heads.response.fields : heads.request.fields, head, limits);
  if (response) {
    check(heads.response.status >= 100 && heads.response.status <= 999,
          "a status has three digits");
    check(lies_in(heads.response.reason, head), "the reason lies in the head");
  } else {
    check_request(heads.request, head, limits);
  }
}

}  // namespace wsproof::fuzz
