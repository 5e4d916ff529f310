# Makes find_package(Emb) work, from the installed tree and from the build tree.

include(CMakePackageConfigHelpers)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/emb ${PROJECT_BINARY_DIR}/include/emb
  DESTINATION include
  FILES_MATCHING
    PATTERN "*.h"
    PATTERN "*.inc"
    PATTERN "*.td"
    PATTERN "CMakeFiles" EXCLUDE)

set(EMB_CMAKE_DIR lib/cmake/Emb)
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/EmbConfig.cmake.in
  ${PROJECT_BINARY_DIR}/${EMB_CMAKE_DIR}/EmbConfig.cmake
  INSTALL_DESTINATION ${EMB_CMAKE_DIR})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/${EMB_CMAKE_DIR}/EmbConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/${EMB_CMAKE_DIR}/EmbConfig.cmake
  ${PROJECT_BINARY_DIR}/${EMB_CMAKE_DIR}/EmbConfigVersion.cmake
  DESTINATION ${EMB_CMAKE_DIR})

install(EXPORT EmbTargets NAMESPACE Emb:: DESTINATION ${EMB_CMAKE_DIR})
export(EXPORT EmbTargets NAMESPACE Emb::
  FILE ${PROJECT_BINARY_DIR}/${EMB_CMAKE_DIR}/EmbTargets.cmake)
