// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tests/peers/faulty/faults.h"
#include "tests/peers/faulty/messages.h"

namespace wsproof::faulty {

/// What an echo holds: the message as it came, but for faults. Nothing: it is not sent. `number`
/// counts the messages of the connection from 1.
[[nodiscard]] std::optional<Message> echo_of(Message message, std::size_t number,
                                             const Faults& faults);

/// What the pong for a ping holds; nothing: no pong is sent.
[[nodiscard]] std::optional<std::string> pong_of(std::string_view ping, const Faults& faults);

/// The body of the answer to a Close with this body.
[[nodiscard]] std::string close_answer_to(std::string_view body, const Faults& faults);

/// The body of the Close that fails a connection.
[[nodiscard]] std::string failure_body(std::uint16_t code, const Faults& faults);

}  // namespace wsproof::faulty
