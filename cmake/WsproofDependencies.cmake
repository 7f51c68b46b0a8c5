# SPDX-License-Identifier: Apache-2.0
# Everything comes from the system; nothing is downloaded.

find_package(ZLIB REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(tl-expected REQUIRED)
find_package(hwy 1.0 REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(LIBUV REQUIRED IMPORTED_TARGET libuv>=1.40)
pkg_check_modules(ISAL REQUIRED IMPORTED_TARGET libisal>=2.30)
if(WSPROOF_BUILD_TESTS)
  find_package(GTest REQUIRED)
  # By path: Debian's python modules are not in whichever python3 comes first in PATH.
  find_program(WSPROOF_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)
endif()

# CLI11 for those who read a command line: they run once, and to compile them is what takes long.
add_library(wsproof_command_line INTERFACE)
target_link_libraries(wsproof_command_line INTERFACE CLI11::CLI11)
target_compile_options(wsproof_command_line INTERFACE $<$<CONFIG:Release>:-O1>)
