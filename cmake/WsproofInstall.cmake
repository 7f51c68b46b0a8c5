# SPDX-License-Identifier: Apache-2.0
# What find_package(wsproof) finds: wsproof::protocol and wsproof::server, their headers under
# include/wsproof with the path that they have in the repository, and the programs.

include(CMakePackageConfigHelpers)

set(config_dir "${CMAKE_INSTALL_LIBDIR}/cmake/wsproof")
install(TARGETS wsproof_protocol wsproof_transport wsproof_server
  EXPORT wsproofTargets
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development
  FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/wsproof" COMPONENT development)
install(EXPORT wsproofTargets NAMESPACE wsproof:: DESTINATION "${config_dir}" COMPONENT development)

configure_package_config_file(cmake/wsproofConfig.cmake.in wsproofConfig.cmake
  INSTALL_DESTINATION "${config_dir}" NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(wsproofConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  "${CMAKE_CURRENT_BINARY_DIR}/wsproofConfig.cmake"
  "${CMAKE_CURRENT_BINARY_DIR}/wsproofConfigVersion.cmake"
  DESTINATION "${config_dir}" COMPONENT development)

install(TARGETS wsproofd wsproof
  RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT programs)

# Man pages are what the programs say of themselves, so they are made once those can be run.
if(WSPROOF_PYTHON AND NOT CMAKE_CROSSCOMPILING)
  set(man_dir "${PROJECT_BINARY_DIR}/man")
  foreach(program wsproof wsproofd)
    add_custom_command(OUTPUT "${man_dir}/${program}.1"
      COMMAND "${WSPROOF_PYTHON}" -B "${PROJECT_SOURCE_DIR}/cmake/man_page.py"
        "$<TARGET_FILE:${program}>" "${man_dir}/${program}.1" "${PROJECT_VERSION}"
        server client list explain report baseline export-corpus
      DEPENDS ${program} "${PROJECT_SOURCE_DIR}/cmake/man_page.py"
      VERBATIM)
    list(APPEND man_pages "${man_dir}/${program}.1")
  endforeach()
  add_custom_target(wsproof_man ALL DEPENDS ${man_pages})
  install(FILES ${man_pages} OPTIONAL DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT programs)
endif()
install(CODE "file(CREATE_LINK wsproof
  \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/wstest\" SYMBOLIC)"
  COMPONENT programs)
