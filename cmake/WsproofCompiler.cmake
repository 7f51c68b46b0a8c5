# SPDX-License-Identifier: Apache-2.0
# How this project's own code is compiled: wsproof_options carries it, every target of ours links it.

add_library(wsproof_options INTERFACE)

target_compile_options(wsproof_options INTERFACE
  -Wall -Wextra -Wpedantic
  -Wshadow -Wconversion -Wsign-conversion
  -Wcast-qual -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual -Wundef
  # Naming a few members and leaving the others at their defaults is how options are passed here.
  -Wno-missing-field-initializers
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op>
  $<$<CXX_COMPILER_ID:Clang>:-Wreserved-identifier>
  # g++ 12 sees overlaps in std::string's operator+ that are not there (GCC bug 105651), and at -O3
  # takes strings that a braced aggregate leaves at their defaults for uninitialized ones. clang and
  # the sanitizers watch over both.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-maybe-uninitialized>)
if(WSPROOF_WERROR)
  target_compile_options(wsproof_options INTERFACE -Werror)
endif()

if(NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(WSPROOF_CCACHE ccache)
  if(WSPROOF_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${WSPROOF_CCACHE}")
  endif()
endif()

# -O3 buys nothing here that -O2 does not, and costs a third more time to compile.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
# Nobody replaces our functions at load time, so g++ may inline them in position-independent code too.
add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fno-semantic-interposition>)

# Sanitizers, coverage and the fuzzer have to be in every object and every link of the tree.
if(WSPROOF_SANITIZE)
  add_compile_options(-fsanitize=${WSPROOF_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${WSPROOF_SANITIZE})
  if(WSPROOF_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
  # The instrumentation hides from g++ that a value is always set.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()
if(WSPROOF_COVERAGE)
  # Without the atomic counters, threads lose counts and gcov then reports negative ones.
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
endif()
if(WSPROOF_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "WSPROOF_FUZZ needs clang: libFuzzer is part of it.")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Debug builds check the standard library's preconditions; in Release that would cost the parser's speed.
add_compile_definitions($<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)

# Hardening, where nothing above already watches memory. Distributions define _FORTIFY_SOURCE
# themselves at times, hence -U first.
if(NOT WSPROOF_SANITIZE AND NOT WSPROOF_COVERAGE AND NOT WSPROOF_FUZZ)
  add_compile_options(
    "$<$<CONFIG:Release,RelWithDebInfo>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=3;-fstack-protector-strong;-fstack-clash-protection>")
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    add_compile_options($<$<CONFIG:Release,RelWithDebInfo>:-fcf-protection=full>)
  endif()
  add_link_options("$<$<CONFIG:Release,RelWithDebInfo>:-Wl,-z,relro,-z,now,-z,noexecstack>")
endif()

if(WSPROOF_TIDY)
  find_program(WSPROOF_CLANG_TIDY NAMES clang-tidy-14 clang-tidy REQUIRED)
  # The checks' digest stands on the command line, so that a change of the checks runs them again.
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/.clang-tidy")
  file(SHA256 "${PROJECT_SOURCE_DIR}/.clang-tidy" tidy_digest)
  set(CMAKE_CXX_CLANG_TIDY
    "${WSPROOF_CLANG_TIDY}" --quiet "--extra-arg=-DWSPROOF_TIDY_CHECKS=0x${tidy_digest}")
  # What is generated is not ours to mend; one check that finds nothing there, as none is refused.
  file(WRITE "${PROJECT_BINARY_DIR}/generated/.clang-tidy"
    "Checks: '-*,misc-definitions-in-headers'\nInheritParentConfig: false\n")
endif()
