// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// What stands in for Autobahn's wstest: its flags, modes, spec files, lines and report files.
namespace wsproof::conformance::wstest {

/// Whether the program was called by the name wstest: "wstest", "/usr/bin/wstest".
[[nodiscard]] bool is_name(std::string_view argument);

/// The program from its command line to its exit status. Throws nothing but std::bad_alloc.
[[nodiscard]] int run(int argc, char** argv);

}  // namespace wsproof::conformance::wstest
