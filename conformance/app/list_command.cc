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

struct ListOptions {
  std::vector<std::string> selectors;
  std::vector<std::string> exclude;
  std::string cases;
  bool json = false;
};

}  // namespace

void add_list_command(CLI::App& app, int& status) {
  auto options = std::make_shared<ListOptions>();
  CLI::App* command = app.add_subcommand("list", "Show the ids and titles of the cases");
  command->add_option("selectors", options->selectors,
                      "Cases, families or patterns: 6.4.1, 6.4, '7.*'; none: all");
  command->add_option("--exclude", options->exclude, "Leave these out (may be given again)")
      ->allow_extra_args(false);
  command->add_option("--cases", options->cases, "Read case files from this folder");
  command->add_flag("--json", options->json, "As JSON, for programs");
  command->footer("Example:\n  wsproof list 6.4");
  command->callback([options, &status] {
    const auto catalogue = load_cases(options->cases);
    const auto cases = select_or_explain(catalogue, options->selectors, options->exclude);
    print(options->json ? list_cases_json(cases) : list_cases(cases, output_width()));
    status = exit_code::kAsExpected;
  });
}

}  // namespace wsproof::conformance
