// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "bench/app/load_run.h"

namespace wsproof::load {

/// Connections that come and go, so many at a time. connect: each ends with the opening handshake.
/// churn: each has some messages echoed and goes through the closing handshake.
class ConnectRun final : public LoadRun {
 public:
  using LoadRun::LoadRun;

 private:
  void prepare() override { start_working(); }
  void begin() override;
  void send_due(std::uint64_t due) override;
  [[nodiscard]] bool has_room() const override {
    return connections().size() < options().connections;
  }
  void sweep(std::uint64_t now) override;
  [[nodiscard]] bool drained() const override;
  [[nodiscard]] std::string name() const override;
  [[nodiscard]] bool reconnects() const override { return true; }
  void on_open(LoadConnection& connection) override;
  void on_message(LoadConnection& connection, MessageKind kind, Bytes message) override;
  void on_ended(LoadConnection& connection, const std::string& failure) override;

  [[nodiscard]] bool is_churn() const { return options().work == Work::kChurn; }
  void start_one(std::uint64_t at);
  void start_next();
  void done(const LoadConnection& connection);
  void send_next(LoadConnection& connection);

  std::size_t started_ = 0;
  std::size_t failed_in_a_row_ = 0;
};

}  // namespace wsproof::load
