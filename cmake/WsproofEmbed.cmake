# SPDX-License-Identifier: Apache-2.0
# Files that a program carries inside itself.

# wsproof_embed(<target> HEADER <path.h> NAMESPACE <ns> FUNCTION <name> BASE <dir> FILES ...)
# Adds to <target> a generated source with the bytes of FILES, and a header to be included as
# "<path.h>", a path from the repository root, that declares
#
#   struct EmbeddedFile { std::string_view name; std::string_view bytes; };
#   std::span<const EmbeddedFile> <name>() noexcept;   // sorted by name; lives as long as the program
#
# in <ns>. A name is the file's path below BASE.
function(wsproof_embed target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "HEADER;NAMESPACE;FUNCTION;BASE" "FILES")
  _wsproof_no_leftovers("wsproof_embed(${target})" "${arg_UNPARSED_ARGUMENTS}")
  set(root "${PROJECT_BINARY_DIR}/generated")
  set(header "${root}/${arg_HEADER}")
  string(REGEX REPLACE "\\.h$" ".cc" source "${header}")

  set(files "")
  foreach(file IN LISTS arg_FILES)
    cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
    list(APPEND files "${file}")
  endforeach()
  cmake_path(ABSOLUTE_PATH arg_BASE BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)

  set(script "${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake")
  # The list as a file: a few hundred paths do not belong on a command line.
  set(list_file "${source}.list")
  string(REPLACE ";" "\n" lines "${files}")
  file(CONFIGURE OUTPUT "${list_file}" CONTENT "${lines}\n" @ONLY)
  add_custom_command(
    OUTPUT "${source}" "${header}"
    COMMAND "${CMAKE_COMMAND}"
      "-DLIST_FILE=${list_file}" "-DBASE=${arg_BASE}" "-DHEADER=${header}" "-DSOURCE=${source}"
      "-DINCLUDE=${arg_HEADER}" "-DNAMESPACE=${arg_NAMESPACE}" "-DFUNCTION=${arg_FUNCTION}"
      -P "${script}"
    DEPENDS ${files} "${script}" "${list_file}"
    COMMENT "Embedding ${arg_HEADER}"
    VERBATIM)
  # One very long table: nothing in it that a warning or clang-tidy could help with.
  set_source_files_properties("${source}" PROPERTIES COMPILE_OPTIONS "-w" GENERATED TRUE)
  target_sources(${target} PRIVATE "${source}" "${header}")
  target_include_directories(${target} PUBLIC "$<BUILD_INTERFACE:${root}>")
endfunction()
