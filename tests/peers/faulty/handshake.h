// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tests/peers/faulty/deflate.h"
#include "tests/peers/faulty/faults.h"

namespace wsproof::faulty {

/// Sec-WebSocket-Accept for a key (RFC 6455 4.2.2).
[[nodiscard]] std::string accept_for(std::string_view key);

/// What the server makes of a request head, which ends with its empty line.
struct Answer {
  std::string head;
  bool open = false;  ///< 101 and all that belongs to it, as the server sees it
  std::optional<Compression> compression;
};
[[nodiscard]] Answer answer_request(std::string_view head, const Faults& faults);

/// The client's request, and what it makes of the answer's head; nothing where that is no answer
/// to the request.
[[nodiscard]] std::string make_request(std::string_view host, std::string_view target,
                                       const Faults& faults);
struct Opened {
  std::optional<Compression> compression;
};
[[nodiscard]] std::optional<Opened> read_answer(std::string_view head, const Faults& faults);

}  // namespace wsproof::faulty
