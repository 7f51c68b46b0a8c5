// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace wsproof::load {

/// Where the load goes.
struct Target {
  enum class Scheme : std::uint8_t {
    kWs,
    kWss,
    kTcp,  ///< no WebSocket at all: octets are sent and come back, as a limit to compare with
  };
  Scheme scheme = Scheme::kWs;
  std::string url;  ///< as it was given
  std::string host;
  std::uint16_t port = 0;
  std::string authority;  ///< host and port as they stand in the URL
  std::string resource = "/";
};

/// Reads ws://host[:port][/path][?query], wss:// or tcp://. The error is one sentence.
[[nodiscard]] tl::expected<Target, std::string> parse_target(std::string_view url);

}  // namespace wsproof::load
