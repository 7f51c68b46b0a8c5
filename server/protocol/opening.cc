// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/opening.h"

#include <utility>

namespace wsproof {
namespace {

MutableBytes behind(std::string& buffer, std::size_t at) {
  const MutableBytes all{reinterpret_cast<std::uint8_t*>(buffer.data()), buffer.size()};
  return all.subspan(at);
}

// RFC 9110 15.2: "A client MUST be able to parse one or more 1xx responses received prior to a
// final response, even if the client does not expect one." 101 is final here.
bool is_interim(const ResponseHead& head) {
  return head.status >= 100 && head.status < 200 && head.status != 101;
}

}  // namespace

ServerOpening::ServerOpening(const Limits& limits)
    : scanner_(HeadScanner::Kind::kRequest, limits) {}

ServerOpening::Status ServerOpening::push(Bytes bytes) {
  if (scanner_.scan(bytes) == HeadScanner::Status::kError) return Status::kError;
  buffer_.append(as_text(bytes));
  if (scanner_.status() == HeadScanner::Status::kNeedMore) return Status::kNeedMore;
  cut_request_head(as_bytes(buffer_), scanner_, head_);
  return Status::kRequest;
}

MutableBytes ServerOpening::rest() {
  if (scanner_.status() != HeadScanner::Status::kDone) return {};
  return behind(buffer_, scanner_.size());
}

ClientOpening::ClientOpening(const ClientHandshakeOptions& options, const Limits& limits,
                             RandomSource& random)
    : options_(options),
      limits_(limits),
      key_(make_key(random)),
      request_(make_request(options, key_)),
      scanner_(HeadScanner::Kind::kResponse, limits) {}

ClientOpening::Status ClientOpening::push(Bytes bytes) {
  if (status_ == Status::kError) return status_;
  buffer_.append(as_text(bytes));
  if (status_ == Status::kOpen) {
    read_head();
    return status_;
  }
  for (;;) {
    const Bytes unread = as_bytes(buffer_).subspan(head_start_ + scanner_.size());
    if (scanner_.scan(unread) == HeadScanner::Status::kError) return fail(scanner_.error());
    if (head_start_ + scanner_.size() > limits_.head) return fail(Error::kHeadTooLong);
    if (scanner_.status() == HeadScanner::Status::kNeedMore) return status_;
    read_head();
    if (!is_interim(head_)) break;
    head_ = {};
    head_start_ += scanner_.size();
    scanner_ = HeadScanner(HeadScanner::Kind::kResponse, limits_);
  }
  auto agreement = check_response(head_, options_, key_);
  if (!agreement) return fail(agreement.error());
  agreement_ = std::move(*agreement);
  status_ = Status::kOpen;
  return status_;
}

MutableBytes ClientOpening::rest() {
  if (status_ != Status::kOpen) return {};
  return behind(buffer_, head_start_ + scanner_.size());
}

ClientOpening::Status ClientOpening::fail(Error error) {
  error_ = error;
  status_ = Status::kError;
  return status_;
}

void ClientOpening::read_head() {
  cut_response_head(as_bytes(buffer_).subspan(head_start_), scanner_, head_);
}

}  // namespace wsproof
