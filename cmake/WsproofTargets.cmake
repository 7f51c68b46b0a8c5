# SPDX-License-Identifier: Apache-2.0
# The few verbs that the folders' CMakeLists.txt are written in.

# wsproof_library(<room> SOURCES ... [HEADERS ...] [LIBS ...] [PRIVATE_LIBS ...])
# A static library wsproof_<room>, alias wsproof::<room>. HEADERS are the ones that are installed,
# where the library is. LIBS appear in its headers, PRIVATE_LIBS only in its .cc files.
function(wsproof_library room)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS;LIBS;PRIVATE_LIBS")
  _wsproof_no_leftovers("wsproof_library(${room})" "${arg_UNPARSED_ARGUMENTS}")
  set(target wsproof_${room})
  add_library(${target} STATIC ${arg_SOURCES})
  add_library(wsproof::${room} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${room})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>")
  target_link_libraries(${target}
    PUBLIC ${arg_LIBS}
    PRIVATE ${arg_PRIVATE_LIBS} $<BUILD_INTERFACE:wsproof_options>)
  target_sources(${target} PUBLIC
    FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}" FILES ${arg_HEADERS})
endfunction()

# wsproof_executable(<name> SOURCES ... [LIBS ...])
function(wsproof_executable name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBS")
  _wsproof_no_leftovers("wsproof_executable(${name})" "${arg_UNPARSED_ARGUMENTS}")
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_compile_definitions(${name} PRIVATE WSPROOF_VERSION="${PROJECT_VERSION}")
  target_link_libraries(${name} PRIVATE ${arg_LIBS} wsproof_options)
endfunction()

# wsproof_test(<name> SOURCES ... [LIBS ...] [LABELS ...] [TIMEOUT seconds] [SHARDS n])
# One GoogleTest executable for a room. ctest runs the executable, not each test apart: a process for
# each of a thousand tests would cost more than the tests. SHARDS splits a long one over the cores.
function(wsproof_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT;SHARDS" "SOURCES;LIBS;LABELS")
  _wsproof_no_leftovers("wsproof_test(${name})" "${arg_UNPARSED_ARGUMENTS}")
  _wsproof_timeout(arg_TIMEOUT)
  if(NOT arg_SHARDS)
    set(arg_SHARDS 1)
  endif()
  add_executable(${name} ${arg_SOURCES})
  if(NOT TARGET unit_tests)
    add_custom_target(unit_tests)
  endif()
  add_dependencies(unit_tests ${name})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  # A test spends its time in the libraries: to compile it is what takes long.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  target_link_libraries(${name} PRIVATE ${arg_LIBS} GTest::gmock GTest::gtest_main wsproof_options)
  math(EXPR last "${arg_SHARDS} - 1")
  foreach(shard RANGE ${last})
    set(entry ${name})
    if(arg_SHARDS GREATER 1)
      set(entry ${name}.${shard})
    endif()
    add_test(NAME ${entry} COMMAND ${name} --gtest_brief=1)
    set_tests_properties(${entry} PROPERTIES
      LABELS "unit;${arg_LABELS}"
      TIMEOUT ${arg_TIMEOUT}
      ENVIRONMENT "GTEST_TOTAL_SHARDS=${arg_SHARDS};GTEST_SHARD_INDEX=${shard}")
  endforeach()
endfunction()

# wsproof_python_test(<name> SCRIPT file.py [LABELS ...] [TIMEOUT seconds] [ARGS ...] [RUN_SERIAL])
# A python unittest script. It finds the programs through WSPROOFD, WSPROOF and WSPROOF_LOAD, the
# sources through WSPROOF_SOURCE_DIR, a folder of its own for anything it writes through WSPROOF_TEST_DIR, and what
# npm installed through WSPROOF_NODE_MODULES. WSPROOF_SANITIZE names the sanitizers that the programs
# were built with, if any: they are slower then.
function(wsproof_python_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "RUN_SERIAL" "SCRIPT;TIMEOUT" "LABELS;ARGS")
  _wsproof_no_leftovers("wsproof_python_test(${name})" "${arg_UNPARSED_ARGUMENTS}")
  _wsproof_timeout(arg_TIMEOUT)
  set(test_dir "${CMAKE_CURRENT_BINARY_DIR}/${name}")
  file(MAKE_DIRECTORY "${test_dir}")
  set(environment
    "WSPROOFD=$<TARGET_FILE:wsproofd>"
    "WSPROOF=$<TARGET_FILE:wsproof>"
    "WSPROOF_LOAD=$<TARGET_FILE:wsproof-load>"
    "WSPROOF_SOURCE_DIR=${PROJECT_SOURCE_DIR}"
    "WSPROOF_TEST_DIR=${test_dir}"
    "WSPROOF_NODE_MODULES=${PROJECT_SOURCE_DIR}/build/e2e/node_modules"
    "WSPROOF_BUILD_DIR=${PROJECT_BINARY_DIR}"
    "WSPROOF_CXX=${CMAKE_CXX_COMPILER}"
    "WSPROOF_SANITIZE=${WSPROOF_SANITIZE}"
    "PYTHONDONTWRITEBYTECODE=1")
  add_test(NAME ${name}
    COMMAND "${WSPROOF_PYTHON}" -B "${CMAKE_CURRENT_SOURCE_DIR}/${arg_SCRIPT}" ${arg_ARGS})
  set_tests_properties(${name} PROPERTIES
    LABELS "${arg_LABELS}"
    TIMEOUT ${arg_TIMEOUT}
    RUN_SERIAL ${arg_RUN_SERIAL}
    ENVIRONMENT "${environment}")
endfunction()

# The seconds that a test may take, 120 where it does not say; instrumented programs get several times
# as many.
function(_wsproof_timeout seconds)
  if(NOT ${seconds})
    set(${seconds} 120)
  endif()
  if(WSPROOF_SANITIZE OR WSPROOF_COVERAGE)
    math(EXPR ${seconds} "5 * ${${seconds}}")
  endif()
  set(${seconds} ${${seconds}} PARENT_SCOPE)
endfunction()

function(_wsproof_no_leftovers call leftovers)
  if(leftovers)
    message(FATAL_ERROR "${call} does not know: ${leftovers}")
  endif()
endfunction()
