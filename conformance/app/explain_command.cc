// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <vector>

#include "conformance/app/commands.h"
#include "conformance/app/selection.h"
#include "conformance/app/terminal.h"
#include "conformance/app/usage.h"
#include "conformance/report/explain.h"

namespace wsproof::conformance {
namespace {

struct ExplainOptions {
  std::vector<std::string> selectors;
  std::string cases;
};

}  // namespace

void add_explain_command(CLI::App& app, int& status) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* command = app.add_subcommand(
      "explain", "Tell what a case sends, what it expects, and why, with the RFC's sections");
  command->add_option("ids", options->selectors, "Cases, families or patterns: 6.4.1, 6.4, '7.*'")
      ->required();
  command->add_option("--cases", options->cases, "Read case files from this folder");
  command->footer("Example:\n  wsproof explain 6.4.1");
  command->callback([options, &status] {
    const auto catalogue = load_cases(options->cases);
    const std::size_t width = output_width();
    bool first = true;
    for (const Case* one : select_or_explain(catalogue, options->selectors, {})) {
      print((first ? "" : "\n" + std::string(width, '-') + "\n\n") + explain(*one, width));
      first = false;
    }
    status = exit_code::kAsExpected;
  });
}

}  // namespace wsproof::conformance
