# SPDX-License-Identifier: Apache-2.0
# CMAKE_PROJECT_wsproof_INCLUDE of the mutated tree: what it needs beyond the project's own targets.
set(CMAKE_CXX_FLAGS_DEBUG "-O1")
# A constant that is mutated is none to the compiler, and warnings are for the original to mind.
add_compile_options(-Wno-narrowing -w)

function(wsproof_add_mutants)
  set(root "${PROJECT_SOURCE_DIR}")
  add_library(wsproof_mutant STATIC "${root}/tests/mutate/mutant.cc")
  target_include_directories(wsproof_mutant PUBLIC "${root}")
  target_link_libraries(wsproof_protocol PRIVATE $<BUILD_INTERFACE:wsproof_mutant>)

  # The judges. Of engine_test, which is about the engine, only what drives our own endpoint.
  add_executable(catalogue_judge EXCLUDE_FROM_ALL
    "${root}/tests/conformance/engine_catalogue_test.cc"
    "${root}/tests/conformance/engine_loopback.cc")
  target_include_directories(catalogue_judge PRIVATE "${root}")
  target_link_libraries(catalogue_judge PRIVATE
    wsproof::catalogue wsproof::engine wsproof::test_support fmt::fmt
    GTest::gmock GTest::gtest_main wsproof_options)
  foreach(judge protocol_test catalogue_judge)
    target_sources(${judge} PRIVATE "${root}/tests/mutate/listener.cc")
  endforeach()
  target_precompile_headers(protocol_test PRIVATE
    <gtest/gtest.h> <algorithm> <memory> <optional> <string> <vector>)
endfunction()
cmake_language(DEFER CALL wsproof_add_mutants)
