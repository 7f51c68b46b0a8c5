// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/command_line.h"

#include <CLI/CLI.hpp>
#include <string>

namespace wsproof::conformance {

void refuse_empty_values(CLI::App& app) {
  const CLI::Validator not_empty(
      [](const std::string& value) {
        return value.empty() ? std::string("must not be empty") : std::string();
      },
      "");
  for (CLI::Option* option : app.get_options()) {
    if (option->get_items_expected_max() > 0) {
      option->transform(not_empty);  // ahead of what else is looked for in the value
    }
  }
  for (CLI::App* command : app.get_subcommands({})) {
    refuse_empty_values(*command);
  }
}

}  // namespace wsproof::conformance
