//===- CodeGenerator.h - From LLVM IR to objects ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_EXECUTIONENGINE_CODEGENERATOR_H
#define EMB_LIB_EXECUTIONENGINE_CODEGENERATOR_H

#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>
#include <vector>

namespace mlir::emb {

/// Objects that make up a module together.
using ObjectFiles = std::vector<std::unique_ptr<llvm::MemoryBuffer>>;

/// Optimises `module` and writes it as object files, on up to `maxThreads`
/// threads with an object for each. `optLevel` is 0 to 3.
llvm::Expected<ObjectFiles>
generateObjects(llvm::Module &module,
                llvm::orc::JITTargetMachineBuilder machine, unsigned optLevel,
                unsigned maxThreads);

/// Adds what LLVM reports as an error to `text`, a line each, instead of
/// printing it.
void collectErrors(llvm::LLVMContext &context, std::string &text);

} // namespace mlir::emb

#endif // EMB_LIB_EXECUTIONENGINE_CODEGENERATOR_H
