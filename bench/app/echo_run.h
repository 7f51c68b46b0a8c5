// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "bench/app/load_run.h"

namespace wsproof::load {

/// Every message is to come back as it was, in order. Closed loop: `depth` of them are under way on
/// each connection, and an answer lets the next one go. Open loop: in turn on all connections.
class EchoRun final : public LoadRun {
 public:
  using LoadRun::LoadRun;

 private:
  struct Lane {
    LoadConnection* connection = nullptr;  // null: gone
    std::deque<std::uint64_t> sent_at;     // of what is under way, the oldest first
    std::uint32_t next = 0;                // number of the next message
    std::uint32_t expected = 0;            // number of the next answer
    std::size_t octets = 0;                // with tcp://, of an answer that is not whole yet
  };

  void begin() override;
  void send_due(std::uint64_t due) override;
  void sweep(std::uint64_t now) override;
  [[nodiscard]] bool drained() const override { return under_way_ == 0; }
  [[nodiscard]] std::string name() const override;
  void on_message(LoadConnection& connection, MessageKind kind, Bytes message) override;
  void connection_ended(LoadConnection& connection) override;

  void send_next(Lane& lane, std::uint64_t at);
  void take_answer(Lane& lane, std::uint64_t now);

  std::vector<Lane> lanes_;
  std::size_t turn_ = 0;
  std::size_t under_way_ = 0;
};

}  // namespace wsproof::load
