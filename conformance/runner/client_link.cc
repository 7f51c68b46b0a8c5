// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/client_link.h"

#include <utility>

#include "server/protocol/close_code.h"

namespace wsproof::conformance {

ClientLink::ClientLink(Loop& loop, Clock clock, ClientLinkHost& host,
                       std::unique_ptr<Stream> stream)
    : loop_(loop),
      clock_(clock),
      host_(host),
      stream_(std::move(stream)),
      accepted_(clock.now()),
      opening_(std::make_unique<ServerOpening>(host.session.limits)),
      timer_(loop, [this] { end(); }) {
  timer_.start(host_.session.limits.handshake_timeout);
  stream_->start(*this);
}

void ClientLink::run_case(const Case& test_case, const EngineOptions& options) {
  timer_.stop();
  drive_ = std::make_unique<EngineDrive>(loop_, clock_, test_case, options, *stream_,
                                         [this](CaseResult result) {
                                           host_.on_case_over(*this, std::move(result));
                                           end();
                                         });
  handler_ = drive_.get();
  drive_->begin(accepted_, as_bytes(received_));
}

bool ClientLink::open_control(const RequestHead& head) {
  const auto acceptance = accept_request(head, host_.handshake);
  if (!acceptance) {
    answer_http(acceptance.error().response);
    return false;
  }
  timer_.stop();
  control_ = std::make_unique<ControlSession>(loop_, *stream_, host_.session, *acceptance,
                                              [this] { end(); });
  handler_ = control_.get();
  if (!opening_->rest().empty()) {
    control_->on_data(opening_->rest());
  }
  return !ended_;
}

void ClientLink::answer_http(std::string_view response) {
  stream_->write(as_bytes(response));
  // RFC 9112 9.6: FIN, then read until the peer ends too, lest a reset takes the answer away.
  stream_->shutdown();
  timer_.start(host_.session.limits.close_timeout);
}

void ClientLink::abandon(std::string_view reason) {
  if (ended_) {
    return;
  }
  if (drive_ != nullptr) {
    drive_->abandon(reason);
    return;
  }
  if (control_ != nullptr) {
    control_->close(close_code::kGoingAway, {});
    stream_->flush();
  }
  end();
}

void ClientLink::on_data(MutableBytes bytes) {
  if (handler_ != nullptr) {
    handler_->on_data(bytes);
    return;
  }
  if (opening_ == nullptr) {
    return;  // behind a plain answer
  }
  received_ += as_text(bytes);
  const ServerOpening::Status status = opening_->push(bytes);
  if (status == ServerOpening::Status::kNeedMore) {
    return;
  }
  if (status == ServerOpening::Status::kError) {
    host_.on_bad_head(*this, opening_->error());
    answer_http(refuse_head(opening_->error(), host_.handshake).response);
  } else {
    host_.on_request(*this, opening_->head());
  }
  opening_.reset();
  received_ = std::string();
}

void ClientLink::on_eof() {
  if (handler_ != nullptr) {
    handler_->on_eof();
  } else {
    ended_early(nullptr);
  }
}

void ClientLink::on_error(const TransportError& error) {
  if (handler_ != nullptr) {
    handler_->on_error(error);
  } else {
    ended_early(&error);
  }
}

void ClientLink::ended_early(const TransportError* error) {
  if (opening_ != nullptr && received_.empty()) {
    host_.on_no_request(*this, error);
  }
  end();
}

void ClientLink::end() {
  if (std::exchange(ended_, true)) {
    return;
  }
  timer_.stop();
  stream_->close();
  host_.on_ended(*this);
}

}  // namespace wsproof::conformance
