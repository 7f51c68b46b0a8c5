// SPDX-License-Identifier: Apache-2.0
// The loader of case files: a file is taken or refused with one line that names it, and what is
// taken can be told of. Data: the text of a case file.
#include <string>
#include <string_view>
#include <vector>

#include "conformance/catalogue/catalogue.h"
#include "conformance/engine/script.h"
#include "conformance/report/explain.h"
#include "fuzz/support/check.h"
#include "fuzz/support/input.h"
#include "fuzz/support/target.h"

namespace wsproof::fuzz {

void run(Bytes octets) {
  using conformance::Case;
  const Input input(octets);
  std::vector<Case> catalogue;
  try {
    catalogue = conformance::load_catalogue({{"fuzz.json", as_text(input.data())}});
  } catch (const conformance::CatalogueError& error) {
    const std::string_view what = error.what();
    check(what.starts_with("fuzz.json:"), "an error names the file");
    check(what.find('\n') == std::string_view::npos, "an error is one line");
    return;
  }
  for (const Case& one : catalogue) {
    check(!one.id.empty() && !one.title.empty(), "a case has an id and a title");
    check(!conformance::explain(one, 80).empty(), "a case can be explained");
    static_cast<void>(conformance::find_unsupported(one));
    const auto found = conformance::select_cases(catalogue, {one.id}, {});
    check(!found.empty(), "a case is found by its id");
  }
}

}  // namespace wsproof::fuzz
