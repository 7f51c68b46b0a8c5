// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <variant>

#include "conformance/catalogue/case.h"

namespace wsproof::test {

/// Octets that a case sends for the application.
inline std::uint64_t octets_sent(const conformance::Case& test_case) {
  std::uint64_t size = 0;
  for (const conformance::Step& step : test_case.steps) {
    if (const auto* exchange = std::get_if<conformance::Exchange>(&step)) {
      size += exchange->count * exchange->message_size();
    } else if (const auto* message = std::get_if<conformance::SendMessage>(&step)) {
      size += message->payload.size;
    } else if (const auto* frame = std::get_if<conformance::SendFrame>(&step)) {
      size += frame->payload.size;
    }
  }
  return size;
}

}  // namespace wsproof::test
