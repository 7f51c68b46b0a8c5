// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/catalogue/case.h"
#include "server/protocol/random.h"

namespace wsproof::conformance {

/// An HTTP head before it is written: ordinary at first, then as the case wants it.
struct Head {
  std::string start_line;
  std::vector<std::pair<std::string, std::string>> fields;
};

/// What ${name} stands for in a case's text.
using HeadValues = std::map<std::string, std::string>;

/// `text` with every ${name} that `values` knows replaced. Others stay as they are.
[[nodiscard]] std::string expand(std::string_view text, const HeadValues& values);

/// The values of ${accept} and of the wrong Accept fields, for this key.
void add_accept_values(std::string_view key, HeadValues& values);

/// The head's octets as `opening` shapes them: start line, edits, order and case of the names, or
/// raw octets in place of all; with what stands before and behind it.
[[nodiscard]] std::string write_head(Head head, const Opening& opening, const HeadValues& values,
                                     RandomSource& random);

/// The value of a field in octets that need not be a well-formed head, for what was sent on
/// purpose: the first line of that name. Empty where there is none.
[[nodiscard]] std::string find_field(std::string_view octets, std::string_view name);

}  // namespace wsproof::conformance
