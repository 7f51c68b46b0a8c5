// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "bench/app/load_run.h"

namespace wsproof::load {

/// Every message of a publisher is to reach every connection, its own included, once and in order.
/// Closed loop: a publisher sends `depth` messages and the next ones when all of them have reached
/// everyone.
class BroadcastRun final : public LoadRun {
 public:
  using LoadRun::LoadRun;

 private:
  struct Flight {
    std::uint64_t sent_at = 0;
    std::size_t missing = 0;  // receivers
  };
  struct Publisher {
    LoadConnection* connection = nullptr;  // null: gone
    std::deque<Flight> flights;            // what has not reached everyone, the oldest first
    std::uint32_t first = 0;               // number of the oldest
    std::uint32_t next = 0;                // number of the next message
  };
  struct Receiver {
    LoadConnection* connection = nullptr;
    std::vector<std::uint32_t> expected;  // the next number of each publisher
  };

  void begin() override;
  void send_due(std::uint64_t due) override;
  void sweep(std::uint64_t now) override;
  [[nodiscard]] bool drained() const override;
  [[nodiscard]] std::string name() const override;
  void on_message(LoadConnection& connection, MessageKind kind, Bytes message) override;
  void connection_ended(LoadConnection& connection) override;

  void publish(Publisher& publisher, std::uint64_t at);
  void publish_batch(Publisher& publisher, std::uint64_t now);
  void drop_arrived(Publisher& publisher);

  std::vector<Publisher> publishers_;
  std::vector<Receiver> receivers_;
  std::size_t online_ = 0;
  std::size_t turn_ = 0;
};

}  // namespace wsproof::load
