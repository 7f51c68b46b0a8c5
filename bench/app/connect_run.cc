// SPDX-License-Identifier: Apache-2.0
#include "bench/app/connect_run.h"

#include <fmt/format.h>

#include "bench/app/process_use.h"

namespace wsproof::load {

std::string ConnectRun::name() const {
  std::string out = is_churn()
                        ? fmt::format("churn/{}/messages:{}", options().size, options().messages)
                        : "connect";
  out += is_open_loop() ? fmt::format("/rate:{:g}", options().rate)
                        : fmt::format("/connections:{}", options().connections);
  return out;
}

void ConnectRun::begin() {
  result().item = is_churn() ? "connection" : "handshake";
  if (is_open_loop()) return;
  const std::uint64_t now = clock_ns();
  for (std::size_t i = 0; i < options().connections; ++i) start_one(now);
}

void ConnectRun::send_due(std::uint64_t due) {
  // A server that is not there is not asked for ever.
  if (failed_in_a_row_ < options().connections) start_one(due);
}

void ConnectRun::start_one(std::uint64_t at) {
  LoadConnection& connection = connect(started_++);
  connection.due = at;
}

void ConnectRun::start_next() {
  if (is_open_loop()) {
    send_what_is_due();
  } else if (is_sending() && failed_in_a_row_ < options().connections) {
    start_one(clock_ns());
  }
}

bool ConnectRun::drained() const { return connections().empty(); }

void ConnectRun::on_open(LoadConnection& connection) {
  ++result().connections;
  if (is_churn()) {
    send_next(connection);
    return;
  }
  done(connection);
  connection.drop();
  forget(connection);
  start_next();
  end_if_over();
}

void ConnectRun::send_next(LoadConnection& connection) {
  const auto number = static_cast<std::uint32_t>(connection.messages);
  const auto sender = static_cast<std::uint16_t>(connection.index);
  send(connection, {sender, number});
}

void ConnectRun::on_message(LoadConnection& connection, MessageKind kind, Bytes message) {
  if (!is_churn()) return;
  const auto stamp = payload().read(kind, message);
  const Stamp expected{static_cast<std::uint16_t>(connection.index),
                       static_cast<std::uint32_t>(connection.messages)};
  if (!stamp || (payload().stamped() && *stamp != expected)) {
    refuse_answer(connection, "an echo that differs from what was sent");
    return;
  }
  if (++connection.messages < options().messages) {
    send_next(connection);
  } else {
    connection.close();
  }
}

void ConnectRun::done(const LoadConnection& connection) {
  failed_in_a_row_ = 0;
  count(clock_ns(), connection.due, connection.messages * payload().size());
}

void ConnectRun::on_ended(LoadConnection& connection, const std::string& failure) {
  if (phase() == Phase::kEnded) return;
  if (failure.empty()) {
    done(connection);
  } else {
    count_failure(failure);
    ++failed_in_a_row_;
  }
  forget(connection);
  start_next();
  end_if_over();
}

void ConnectRun::sweep(std::uint64_t now) {
  for (std::size_t i = connections().size(); i > 0; --i) {
    LoadConnection& connection = *connections()[i - 1];
    if (is_late(connection.begun(), now)) connection.give_up(no_answer());
  }
}

}  // namespace wsproof::load
