// SPDX-License-Identifier: Apache-2.0
#include "conformance/engine/opening.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "conformance/engine/deflate_answer.h"
#include "conformance/engine/wording.h"
#include "server/protocol/handshake.h"
#include "server/protocol/http_head.h"

namespace wsproof::conformance {
namespace {

constexpr std::string_view kDeflate = "permessage-deflate";

std::string join(const std::vector<std::string>& elements) {
  std::string text;
  for (const std::string& element : elements) {
    if (!text.empty()) text += ", ";
    text += element;
  }
  return text;
}

std::string_view first_line(std::string_view head) { return head.substr(0, head.find("\r\n")); }

bool requires_deflate(const Case& test_case) {
  const auto& features = test_case.requires_features;
  return std::find(features.begin(), features.end(), kDeflate) != features.end();
}

}  // namespace

TesterOpening::TesterOpening(const Case& test_case, const EngineOptions& options,
                             RandomSource& random, Record& record, Findings& findings)
    : options_(options),
      random_(random),
      record_(record),
      findings_(findings),
      opening_(test_case.opening.value_or(Opening{})),
      scanner_(options.peer == Role::kServer ? HeadScanner::Kind::kResponse
                                             : HeadScanner::Kind::kRequest,
               limits_),
      wants_deflate_(requires_deflate(test_case)) {}

std::string TesterOpening::request() {
  if (options_.peer == Role::kClient) return {};
  const std::string target = opening_.target.empty() ? options_.resource : opening_.target;
  const std::string key = make_key(random_);
  values_["host"] = options_.host;
  values_["target"] = target;
  add_accept_values(key, values_);

  Head head;
  head.start_line = "GET " + target + " HTTP/1.1";
  head.fields = {{"Host", options_.host},
                 {"Upgrade", "websocket"},
                 {"Connection", "Upgrade"},
                 {"Sec-WebSocket-Key", key},
                 {"Sec-WebSocket-Version", "13"}};
  if (!options_.origin.empty()) head.fields.emplace_back("Origin", options_.origin);
  const auto& subprotocols =
      opening_.subprotocols.empty() ? options_.subprotocols : opening_.subprotocols;
  if (!subprotocols.empty()) {
    head.fields.emplace_back("Sec-WebSocket-Protocol", join(subprotocols));
  }
  std::string offer = join(opening_.offers);
  if (offer.empty() && wants_deflate_) offer = make_offer({});
  if (!offer.empty()) head.fields.emplace_back("Sec-WebSocket-Extensions", offer);
  head.fields.emplace_back("User-Agent", options_.server_name);

  std::string octets = write_head(std::move(head), opening_, values_, random_);
  // The answer belongs to what was really sent, edits and raw octets included.
  sent_.key = find_field(octets, "Sec-WebSocket-Key");
  add_accept_values(sent_.key, values_);
  const std::string offered_protocols = find_field(octets, "Sec-WebSocket-Protocol");
  for (const std::string_view name : split_list(offered_protocols)) {
    sent_.subprotocols.emplace_back(name);
  }
  if (const auto offered = parse_extensions(find_field(octets, "Sec-WebSocket-Extensions"))) {
    for (const Extension& extension : *offered) sent_.extensions.push_back(extension.name);
  }
  return octets;
}

TesterOpening::State TesterOpening::push(Bytes bytes, Time now) {
  buffer_ += as_text(bytes);
  while (state_ == State::kWaiting) {
    const Bytes unread = as_bytes(buffer_).subspan(head_start_ + scanner_.size());
    const HeadScanner::Status status = scanner_.scan(unread);
    if (status == HeadScanner::Status::kNeedMore) return state_;
    if (status == HeadScanner::Status::kError) {
      note_not_http(scanner_.error(), now);
      return state_;
    }
    take_head(now);
  }
  return state_;
}

void TesterOpening::take_head(Time now) {
  head_ = buffer_.substr(head_start_, scanner_.size());
  head_start_ += scanner_.size();
  record_.add_octets(TranscriptEntry::Kind::kHandshakeReceived, now, head_);
  if (options_.peer == Role::kServer) {
    read_response(now);
  } else {
    read_request(now);
  }
}

void TesterOpening::read_response(Time now) {
  ResponseHead head;
  const HeadResult parsed = parse_response_head(as_bytes(head_), limits_, head);
  if (parsed.status != HeadResult::Status::kDone) {
    note_not_http(parsed.error, now);
    return;
  }
  // RFC 9110 15.2: other 1xx answers may come ahead of the final one.
  if (head.status >= 100 && head.status < 200 && head.status != 101 && head_start_ < limits_.head) {
    scanner_ = HeadScanner(HeadScanner::Kind::kResponse, limits_);
    return;
  }
  status_ = head.status;
  if (head.fields.has("Server")) peer_name_ = std::string(head.fields.first("Server"));
  check_case_fields(opening_.checks, head.fields, first_line(head_), values_, now, findings_);
  if (status_ != 101) {
    state_ = State::kRefused;
    return;
  }
  check_response_fields(head, sent_, now, findings_);
  deflate_ = agreed_deflate(extensions_of(head.fields));
  if (deflate_ && !opening_.offers.empty()) {
    const std::vector<Extension> answered = extensions_of(head.fields);
    const auto element =
        std::find_if(answered.begin(), answered.end(),
                     [](const Extension& extension) { return extension.name == kDeflate; });
    check_deflate_answer(opening_.offers, *element, now, findings_, *deflate_);
  }
  const bool plain_offer = wants_deflate_ && opening_.offers.empty();
  if (deflate_ && plain_offer) {
    if (const auto checked = check_answer(extensions_of(head.fields), {}); !checked) {
      findings_.add(checked.error(),
                    fmt::format("the server answered the offer of permessage-deflate with \"{}\"",
                                head.fields.first("Sec-WebSocket-Extensions")),
                    now);
    }
  }
  state_ = State::kOpen;
}

void TesterOpening::read_request(Time now) {
  RequestHead head;
  const HeadResult parsed = parse_request_head(as_bytes(head_), limits_, head);
  if (parsed.status != HeadResult::Status::kDone) {
    note_not_http(parsed.error, now);
    return;
  }
  if (head.fields.has("User-Agent")) peer_name_ = std::string(head.fields.first("User-Agent"));
  values_["host"] = head.fields.first("Host");
  values_["target"] = head.target;
  add_accept_values(head.fields.first("Sec-WebSocket-Key"), values_);
  check_request_fields(head, now, findings_);
  check_case_fields(opening_.checks, head.fields, first_line(head_), values_, now, findings_);
  make_answer(head);
  state_ = State::kRequest;
}

void TesterOpening::make_answer(const RequestHead& head) {
  answer_ = write_head(ordinary_answer(head), opening_, values_, random_);
  int status = 0;
  const std::string_view line = first_line(answer_);
  if (line.substr(0, 9) == "HTTP/1.1 " && line.size() >= 12) {
    for (const char c : line.substr(9, 3)) status = status * 10 + (c - '0');
  }
  status_ = status;
}

Head TesterOpening::ordinary_answer(const RequestHead& head) {
  Head answer;
  answer.start_line = "HTTP/1.1 101 Switching Protocols";
  answer.fields = {{"Upgrade", "websocket"},
                   {"Connection", "Upgrade"},
                   {"Sec-WebSocket-Accept", values_["accept"]}};
  const auto& supported =
      opening_.subprotocols.empty() ? options_.subprotocols : opening_.subprotocols;
  for (const std::string& name : supported) {
    bool offered = false;
    for (const Field& field : head.fields.lines) {
      if (!equals_ignoring_case(field.name, "Sec-WebSocket-Protocol")) continue;
      const auto elements = split_list(field.value);
      offered = offered || std::find(elements.begin(), elements.end(), name) != elements.end();
    }
    if (!offered) continue;
    answer.fields.emplace_back("Sec-WebSocket-Protocol", name);
    break;
  }
  if (!opening_.answers.empty()) {
    if (const auto agreed = answer_as_wanted(extensions_of(head.fields), opening_.answers)) {
      answer.fields.emplace_back("Sec-WebSocket-Extensions", agreed->field_value);
      deflate_ = agreed->parameters;
    }
  } else if (!opening_.offers.empty()) {
    const std::string value = join(opening_.offers);
    answer.fields.emplace_back("Sec-WebSocket-Extensions", value);
    if (const auto elements = parse_extensions(value)) deflate_ = agreed_deflate(*elements);
  } else if (wants_deflate_) {
    if (const auto agreed = answer_offer(extensions_of(head.fields), {})) {
      answer.fields.emplace_back("Sec-WebSocket-Extensions", agreed->field_value);
      deflate_ = agreed->parameters;
    }
  }
  answer.fields.emplace_back("Server", options_.server_name);
  return answer;
}

void TesterOpening::note_not_http(Error error, Time now) {
  state_ = State::kNotHttp;
  if (head_.empty()) {
    record_.add_octets(TranscriptEntry::Kind::kOctetsReceived, now,
                       std::string_view(buffer_).substr(head_start_));
  }
  const std::string_view came = std::string_view(buffer_).substr(head_start_);
  findings_.add(
      error,
      fmt::format("{} sent {}, which is no HTTP/1.1 head: {}", the_peer(options_.peer),
                  describe_octets(came.substr(0, 256), came.size()), info(error).sentence),
      now);
}

std::string_view TesterOpening::rest() const {
  if (state_ == State::kWaiting || state_ == State::kNotHttp) return {};
  return std::string_view(buffer_).substr(head_start_);
}

}  // namespace wsproof::conformance
