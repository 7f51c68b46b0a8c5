// SPDX-License-Identifier: Apache-2.0
// The spec files of wstest: taken, or refused with one line that names the file. Option octet 0: of
// which mode. Data: the text.
#include <string>
#include <string_view>
#include <vector>

#include "conformance/app/usage.h"
#include "conformance/app/wstest/spec.h"
#include "fuzz/support/check.h"
#include "fuzz/support/input.h"
#include "fuzz/support/target.h"

namespace wsproof::fuzz {

void run(Bytes octets) {
  namespace wstest = conformance::wstest;
  const Input input(octets);
  const std::string_view text = as_text(input.data());
  std::vector<std::string> warnings;
  try {
    switch (input.option(0) % 3) {
      case 0:
        static_cast<void>(wstest::read_fuzzing_client("fuzz.json", text, warnings));
        break;
      case 1:
        static_cast<void>(wstest::read_fuzzing_server("fuzz.json", text, warnings));
        break;
      default:
        static_cast<void>(wstest::read_mass_connect("fuzz.json", text, warnings));
        break;
    }
  } catch (const conformance::UsageError& error) {
    const std::string_view what = error.what();
    check(what.starts_with("fuzz.json:"), "an error names the file");
    check(what.find('\n') == std::string_view::npos, "an error is one line");
  }
  for (const std::string& warning : warnings) {
    check(warning.find('\n') == std::string::npos, "a warning is one line");
  }
}

}  // namespace wsproof::fuzz
