// SPDX-License-Identifier: Apache-2.0
#include "bench/app/echo_run.h"

#include <fmt/format.h>

#include "bench/app/process_use.h"

namespace wsproof::load {

std::string EchoRun::name() const {
  return fmt::format("echo/{}/connections:{}/{}", options().size, options().connections,
                     is_open_loop() ? fmt::format("rate:{:g}", options().rate)
                                    : fmt::format("depth:{}", options().depth));
}

void EchoRun::begin() {
  lanes_.resize(options().connections);
  for (const auto& connection : connections()) {
    lanes_[connection->index].connection = connection.get();
  }
  if (is_open_loop()) return;
  const std::uint64_t now = clock_ns();
  for (Lane& lane : lanes_) {
    for (std::size_t i = 0; i < options().depth && lane.connection != nullptr; ++i) {
      send_next(lane, now);
    }
  }
}

void EchoRun::send_next(Lane& lane, std::uint64_t at) {
  lane.sent_at.push_back(at);
  ++under_way_;
  const auto sender = static_cast<std::uint16_t>(lane.connection->index);
  send(*lane.connection, {sender, lane.next++});
}

void EchoRun::send_due(std::uint64_t due) {
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    Lane& lane = lanes_[turn_++ % lanes_.size()];
    if (lane.connection == nullptr) continue;
    send_next(lane, due);
    return;
  }
}

void EchoRun::on_message(LoadConnection& connection, MessageKind kind, Bytes message) {
  // Begun early by a server that speaks first, or late by one that was given up.
  if (lanes_.empty() || lanes_[connection.index].connection != &connection) return;
  Lane& lane = lanes_[connection.index];
  const std::uint64_t now = clock_ns();
  if (options().target.scheme == Target::Scheme::kTcp) {
    const std::size_t whole = payload().frame_size();
    lane.octets += message.size();
    while (lane.octets >= whole && !lane.sent_at.empty()) {
      lane.octets -= whole;
      take_answer(lane, now);
    }
    return;
  }
  const auto stamp = payload().read(kind, message);
  const Stamp expected{static_cast<std::uint16_t>(connection.index), lane.expected};
  if (lane.sent_at.empty()) {
    refuse_answer(connection, "a message that nobody had sent");
  } else if (!stamp) {
    refuse_answer(connection, "an echo that differs from what was sent");
  } else if (payload().stamped() && *stamp != expected) {
    refuse_answer(connection, "an echo out of order");
  } else {
    take_answer(lane, now);
  }
}

void EchoRun::take_answer(Lane& lane, std::uint64_t now) {
  ++lane.expected;
  --under_way_;
  count(now, lane.sent_at.front(), payload().size());
  lane.sent_at.pop_front();
  if (!is_open_loop() && is_sending()) {
    send_next(lane, now);
  } else if (under_way_ == 0) {
    end_if_over();
  }
}

void EchoRun::sweep(std::uint64_t now) {
  for (const Lane& lane : lanes_) {
    if (lane.connection != nullptr && !lane.sent_at.empty() && is_late(lane.sent_at.front(), now)) {
      lane.connection->give_up(no_answer());
    }
  }
}

void EchoRun::connection_ended(LoadConnection& connection) {
  if (lanes_.empty() || lanes_[connection.index].connection != &connection) return;
  Lane& lane = lanes_[connection.index];
  under_way_ -= lane.sent_at.size();
  lane = {};
}

}  // namespace wsproof::load
