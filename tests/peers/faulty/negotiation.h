// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/peers/faulty/deflate.h"
#include "tests/peers/faulty/faults.h"

namespace wsproof::faulty {

/// One element of Sec-WebSocket-Extensions (RFC 6455 9.1): a name, and parameters that may have
/// values.
struct Extension {
  struct Parameter {
    std::string name;
    std::string value;  ///< empty: none
  };
  std::string name;
  std::vector<Parameter> parameters;

  [[nodiscard]] const Parameter* find(std::string_view parameter) const;
};
[[nodiscard]] std::vector<Extension> parse_extensions(std::string_view field);

struct DeflateAnswer {
  Compression agreed;
  std::string field;  ///< the value of Sec-WebSocket-Extensions in the answer
};

/// The server's answer to the first offer of permessage-deflate that it can keep; nothing where
/// there is none.
[[nodiscard]] std::optional<DeflateAnswer> answer_offer(std::string_view field,
                                                        const Faults& faults);

/// What the client offers, and what it reads in the answer.
[[nodiscard]] std::string make_offer(const Faults& faults);
[[nodiscard]] std::optional<Compression> read_deflate_answer(std::string_view field,
                                                             const Faults& faults);

}  // namespace wsproof::faulty
