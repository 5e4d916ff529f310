# Finds LLVM/MLIR 22.1 and works round what distribution packages leave open.
# Set -DMLIR_DIR=<prefix>/lib/cmake/mlir to choose another installation.

# Debian's llvm-22-dev refers to this target without depending on libzstd-dev.
if(NOT TARGET zstd::libzstd_shared)
  add_library(zstd::libzstd_shared INTERFACE IMPORTED)
endif()

find_package(MLIR 22.1 CONFIG
  HINTS /usr/lib/llvm-22/lib/cmake/mlir)
if(NOT MLIR_FOUND)
  message(FATAL_ERROR
    "LLVM/MLIR 22.1 not found. Install it (Debian: libmlir-22-dev llvm-22-dev "
    "mlir-22-tools llvm-22-tools; tools/setup.sh does it) or point CMake at "
    "it with -DMLIR_DIR=<prefix>/lib/cmake/mlir.")
endif()

# The packages leave these empty or relative outside of LLVM's own tree.
set(MLIR_BINARY_DIR ${CMAKE_BINARY_DIR})
set(MLIR_TABLEGEN_EXE ${LLVM_TOOLS_BINARY_DIR}/mlir-tblgen)
set(LLVM_RUNTIME_OUTPUT_INTDIR ${CMAKE_RUNTIME_OUTPUT_DIRECTORY})
set(LLVM_LIBRARY_OUTPUT_INTDIR ${CMAKE_LIBRARY_OUTPUT_DIRECTORY})

list(APPEND CMAKE_MODULE_PATH ${MLIR_CMAKE_DIR} ${LLVM_CMAKE_DIR})
include(TableGen)
include(AddLLVM)
include(AddMLIR)
include(HandleLLVMOptions)
# It caches how archives are made without effect on this first configuration,
# so that the second one would make all of them again.
foreach(language C CXX)
  foreach(command CREATE FINISH)
    if(DEFINED CACHE{CMAKE_${language}_ARCHIVE_${command}})
      unset(CMAKE_${language}_ARCHIVE_${command})
    endif()
  endforeach()
endforeach()

separate_arguments(EMB_LLVM_DEFINITIONS NATIVE_COMMAND "${LLVM_DEFINITIONS}")
add_definitions(${EMB_LLVM_DEFINITIONS})
# The layout of some MLIR classes depends on NDEBUG; the packages set it.
add_compile_definitions(NDEBUG)
include_directories(SYSTEM ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
