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
