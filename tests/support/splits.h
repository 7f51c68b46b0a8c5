// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/exact_buffer.h"

namespace wsproof::test {

/// An input as it arrives: one buffer of exact size for each read. They are the test's own and may
/// be changed in place.
using Pieces = std::vector<ExactBuffer>;

/// `input` in pieces of `size` octets, the last of what is left. An empty input is no piece at all.
[[nodiscard]] inline Pieces chop(std::string_view input, std::size_t size) {
  Pieces pieces;
  for (std::size_t at = 0; at < input.size(); at += size) {
    pieces.emplace_back(input.substr(at, size));
  }
  return pieces;
}

/// `input` cut in two; one of the pieces is empty where `at` is 0 or the size.
[[nodiscard]] inline Pieces cut(std::string_view input, std::size_t at) {
  Pieces pieces;
  pieces.emplace_back(input.substr(0, at));
  pieces.emplace_back(input.substr(at));
  return pieces;
}

/// Calls `test(Pieces)` with the input whole, then cut in two at every place, then octet by octet,
/// then in pieces of 2, 3 and 7. A failure names the cut. Stops at the first cut that fails.
template <typename Test>
void for_every_split(std::string_view input, Test test) {
  const auto run = [&test](const std::string& how, Pieces pieces) {
    SCOPED_TRACE(how);
    test(std::move(pieces));
    return !::testing::Test::HasFailure();
  };
  if (!run("in one piece", chop(input, std::max<std::size_t>(input.size(), 1)))) return;
  for (std::size_t at = 0; at <= input.size(); ++at) {
    if (!run("cut at " + std::to_string(at), cut(input, at))) return;
  }
  for (const std::size_t size : {1U, 2U, 3U, 7U}) {
    if (!run("in pieces of " + std::to_string(size), chop(input, size))) return;
  }
}

}  // namespace wsproof::test
