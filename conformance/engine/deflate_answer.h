// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conformance/engine/findings.h"
#include "server/protocol/extension.h"

/// permessage-deflate as the tester negotiates it, where a case says how (RFC 7692 7.1).
namespace wsproof::conformance {

/// Something in a server's answer that the offer does not allow.
struct DeflateFault {
  std::string sentence;  ///< what the server did: "left out server_no_context_takeover, which ..."
  std::string section;   ///< "RFC 7692 7.1.1.1"
  Findings::Weight weight = Findings::Weight::kFatal;
};

/// What is wrong with `answer` as an answer to the one element `offer`.
[[nodiscard]] std::vector<DeflateFault> find_deflate_faults(const Extension& offer,
                                                            const Extension& answer);

/// Against a server: writes down what is wrong with its answer to the offers, taking it as an
/// answer to the one that it fits best. What the tester promised there about its own end is put
/// into the parameters, even where the answer leaves it out.
void check_deflate_answer(const std::vector<std::string>& offers, const Extension& answer, Time now,
                          Findings& findings, DeflateParameters& parameters);

/// Against a client: the first of the `wanted` elements that its offer allows, with what the client
/// asks for granted. Nothing: the tester declines.
[[nodiscard]] std::optional<DeflateAnswer> answer_as_wanted(const std::vector<Extension>& offer,
                                                            const std::vector<std::string>& wanted);

}  // namespace wsproof::conformance
