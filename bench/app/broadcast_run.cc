// SPDX-License-Identifier: Apache-2.0
#include "bench/app/broadcast_run.h"

#include <fmt/format.h>

#include <algorithm>

#include "bench/app/process_use.h"

namespace wsproof::load {

std::string BroadcastRun::name() const {
  return fmt::format("broadcast/{}/connections:{}/publishers:{}/{}", options().size,
                     options().connections, options().publishers,
                     is_open_loop() ? fmt::format("rate:{:g}", options().rate)
                                    : fmt::format("depth:{}", options().depth));
}

void BroadcastRun::begin() {
  result().item = "delivery";
  publishers_.resize(options().publishers);
  receivers_.resize(options().connections);
  for (const auto& connection : connections()) {
    const std::size_t index = connection->index;
    receivers_[index].connection = connection.get();
    receivers_[index].expected.resize(publishers_.size());
    if (index < publishers_.size()) publishers_[index].connection = connection.get();
  }
  online_ = connections().size();
  if (is_open_loop()) return;
  const std::uint64_t now = clock_ns();
  for (Publisher& publisher : publishers_) publish_batch(publisher, now);
}

void BroadcastRun::publish(Publisher& publisher, std::uint64_t at) {
  publisher.flights.push_back({at, online_});
  const auto sender = static_cast<std::uint16_t>(publisher.connection->index);
  send(*publisher.connection, {sender, publisher.next++});
}

void BroadcastRun::publish_batch(Publisher& publisher, std::uint64_t now) {
  if (publisher.connection == nullptr) return;
  for (std::size_t i = 0; i < options().depth; ++i) publish(publisher, now);
}

void BroadcastRun::send_due(std::uint64_t due) {
  for (std::size_t i = 0; i < publishers_.size(); ++i) {
    Publisher& publisher = publishers_[turn_++ % publishers_.size()];
    if (publisher.connection == nullptr) continue;
    publish(publisher, due);
    return;
  }
}

void BroadcastRun::on_message(LoadConnection& connection, MessageKind kind, Bytes message) {
  if (receivers_.empty() || receivers_[connection.index].connection != &connection) return;
  const auto stamp = payload().read(kind, message);
  if (!stamp || stamp->sender >= publishers_.size()) {
    refuse_answer(connection, "a broadcast that differs from what was sent");
    return;
  }
  std::uint32_t& expected = receivers_[connection.index].expected[stamp->sender];
  Publisher& publisher = publishers_[stamp->sender];
  if (stamp->number != expected) {
    refuse_answer(connection, stamp->number > expected
                                  ? "a broadcast was lost, or came out of order"
                                  : "a broadcast came twice, or out of order");
    return;
  }
  const std::size_t at = stamp->number - publisher.first;
  if (at >= publisher.flights.size()) {
    refuse_answer(connection, "a broadcast that nobody had sent");
    return;
  }
  ++expected;
  const std::uint64_t now = clock_ns();
  Flight& flight = publisher.flights[at];
  --flight.missing;
  count(now, flight.sent_at, payload().size());
  if (flight.missing > 0) return;
  drop_arrived(publisher);
  if (!publisher.flights.empty()) return;
  if (!is_open_loop() && is_sending()) {
    publish_batch(publisher, now);
  } else {
    end_if_over();
  }
}

void BroadcastRun::drop_arrived(Publisher& publisher) {
  while (!publisher.flights.empty() && publisher.flights.front().missing == 0) {
    publisher.flights.pop_front();
    ++publisher.first;
  }
}

bool BroadcastRun::drained() const {
  return std::ranges::all_of(publishers_,
                             [](const Publisher& publisher) { return publisher.flights.empty(); });
}

void BroadcastRun::sweep(std::uint64_t now) {
  for (std::size_t sender = 0; sender < publishers_.size(); ++sender) {
    const Publisher& publisher = publishers_[sender];
    if (publisher.flights.empty() || !is_late(publisher.flights.front().sent_at, now)) continue;
    const std::uint32_t number = publisher.first;
    for (const Receiver& receiver : receivers_) {
      if (receiver.connection != nullptr && receiver.expected[sender] <= number) {
        receiver.connection->give_up("a broadcast did not arrive: " + no_answer());
      }
    }
  }
}

void BroadcastRun::connection_ended(LoadConnection& connection) {
  if (receivers_.empty() || receivers_[connection.index].connection != &connection) return;
  --online_;
  Receiver& receiver = receivers_[connection.index];
  receiver.connection = nullptr;
  if (connection.index < publishers_.size()) publishers_[connection.index].connection = nullptr;
  // Nobody waits for what it has not received.
  const std::uint64_t now = clock_ns();
  for (std::size_t sender = 0; sender < publishers_.size(); ++sender) {
    Publisher& publisher = publishers_[sender];
    if (publisher.flights.empty()) continue;
    for (std::size_t at = receiver.expected[sender] - publisher.first;
         at < publisher.flights.size(); ++at) {
      --publisher.flights[at].missing;
    }
    drop_arrived(publisher);
    if (publisher.flights.empty() && !is_open_loop() && is_sending()) {
      publish_batch(publisher, now);
    }
  }
}

}  // namespace wsproof::load
