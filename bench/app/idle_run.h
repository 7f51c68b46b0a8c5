// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "bench/app/load_run.h"

namespace wsproof::load {

/// Connections that are open and say nothing: what they cost the server in memory.
class IdleRun final : public LoadRun {
 public:
  using LoadRun::LoadRun;

 private:
  void prepare() override;
  void begin() override;
  void sweep(std::uint64_t now) override;
  [[nodiscard]] bool drained() const override { return true; }
  [[nodiscard]] std::string name() const override;
  void on_message(LoadConnection& /*connection*/, MessageKind /*kind*/,
                  Bytes /*payload*/) override {}

  bool all_open_ = false;  // not only those that come first
  std::uint64_t memory_ = 0;
  std::size_t steps_unchanged_ = 0;
};

}  // namespace wsproof::load
