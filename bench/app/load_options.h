// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/app/target.h"
#include "bench/load/payload.h"

namespace wsproof::load {

enum class Work : std::uint8_t { kEcho, kBroadcast, kConnect, kIdle, kChurn };

/// What wsproof-load was asked to do to a server.
struct LoadOptions {
  using Milliseconds = std::chrono::milliseconds;

  Work work = Work::kEcho;
  Target target;
  std::string label;  ///< whom the figures are of; empty: the URL

  std::size_t connections = 100;
  std::size_t connecting = 100;  ///< that may be under way at a time
  std::size_t publishers = 1;    ///< of the connections: those who send a broadcast
  std::size_t depth = 1;         ///< messages under way at a time, for each connection
  double rate = 0;               ///< messages a second in all, in an open loop; 0: closed loop
  std::size_t size = 20;
  Content content = Content::kBinary;
  std::size_t messages = 1;  ///< on each connection, before it is closed (churn)
  bool deflate = false;

  std::optional<Milliseconds> warmup;  ///< nothing: until the rate is steady
  Milliseconds duration{3'000};
  Milliseconds timeout{5'000};  ///< for an answer
  std::optional<pid_t> server_pid;

  std::string ca_file;
  bool insecure = false;
};

/// Where the results go.
struct Outputs {
  std::string json_file;
  std::string hdr_file;
  std::string html_file;
  bool quiet = false;
};

}  // namespace wsproof::load
