// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/command_line.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "conformance/report/layout.h"

namespace wsproof::conformance {
namespace {

constexpr std::size_t kColumns = 80;
// The longest names of flags, with what they take, have a line of their own.
constexpr std::size_t kNames = 28;

class Help final : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    return row(make_option_name(option, is_positional) + make_option_opts(option),
               make_option_desc(option));
  }
  std::string make_subcommand(const CLI::App* command) const override {
    return row(command->get_display_name(true), command->get_description());
  }

 private:
  static std::string row(const std::string& name, const std::string& description) {
    std::string out = "  " + name;
    if (description.empty()) {
      return out + '\n';
    }
    if (out.size() + 2 > kNames) {
      return out + '\n' + labelled("", description, kNames, kColumns);
    }
    return labelled(out, description, kNames, kColumns);
  }
};

}  // namespace

void fit_help(CLI::App& app) { app.formatter(std::make_shared<Help>()); }

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
