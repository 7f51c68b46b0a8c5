// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>
#include <vector>

namespace wsproof::conformance {

/// A flag's value that is one of some words, each standing for a T. Another word is refused with a
/// sentence that names all of them; CLI11's own transformer prints the numbers behind enumerators.
template <typename T>
CLI::Validator choice(std::vector<std::pair<std::string, T>> words) {
  return {[words = std::move(words)](std::string& value) {
            std::string all;
            for (const auto& [word, meaning] : words) {
              if (word == value) {
                value = std::to_string(static_cast<unsigned>(meaning));
                return std::string();
              }
              all += (all.empty() ? "" : ", ") + word;
            }
            return "'" + value + "' is none of " + all;
          },
          ""};
}

}  // namespace wsproof::conformance
