# add_emb_library(<name> SOURCES... [DEPENDS targets...] [LINK_LIBS libs...])
#
# A static library that is installed and exported. MLIR and LLVM come from
# their shared libraries, so that a process holds one copy of each registry.
function(add_emb_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK_LIBS" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  add_library(Emb::${name} ALIAS ${name})
  target_link_libraries(${name} PUBLIC ${ARG_LINK_LIBS} MLIR LLVM)
  target_compile_features(${name} PUBLIC cxx_std_17)
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:include>)
  emb_configure_target(${name})
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  set_property(GLOBAL APPEND PROPERTY EMB_TARGETS ${name})
  install(TARGETS ${name} EXPORT EmbTargets ARCHIVE DESTINATION lib)
endfunction()

# add_emb_tool(<name> SOURCES... [LINK_LIBS libs...] [NO_INSTALL])
function(add_emb_tool name)
  cmake_parse_arguments(ARG "NO_INSTALL" "" "LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS} MLIR LLVM)
  target_link_options(${name} PRIVATE -Wl,--build-id)
  emb_configure_target(${name})
  set_property(GLOBAL APPEND PROPERTY EMB_TARGETS ${name})
  if(NOT ARG_NO_INSTALL)
    install(TARGETS ${name} RUNTIME DESTINATION bin)
  endif()
endfunction()

# Warnings, internal checks and the shared precompiled MLIR headers.
function(emb_configure_target name)
  target_compile_options(${name} PRIVATE -Wall -Wextra -Wno-unused-parameter
    $<$<BOOL:${EMB_WERROR}>:-Werror>)
  target_compile_definitions(${name} PRIVATE
    $<$<BOOL:${EMB_ENABLE_CHECKS}>:EMB_ENABLE_CHECKS>)
  if(name STREQUAL EmbPCH)
    return()
  endif()
  target_precompile_headers(${name} REUSE_FROM EmbPCH)
endfunction()

# emb_tablegen(<target> <td> <generator> <output> [<generator> <output>...])
function(emb_tablegen target td)
  set(LLVM_TARGET_DEFINITIONS ${td})
  set(args ${ARGN})
  set(EMB_TABLEGEN_TARGET ${target})
  while(args)
    list(POP_FRONT args generator output)
    separate_arguments(flags NATIVE_COMMAND "${generator}")
    mlir_tablegen(${output} ${flags}
      EXTRA_INCLUDES ${PROJECT_SOURCE_DIR}/include)
  endwhile()
  set(TABLEGEN_OUTPUT ${TABLEGEN_OUTPUT} PARENT_SCOPE)
  add_public_tablegen_target(${target})
endfunction()
