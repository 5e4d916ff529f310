//===- DebugInfo.cpp - Names and lines for debuggers and perf -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DebugInfo.h"

#include "PerfPlugin.h"
#include "llvm/ExecutionEngine/Orc/Debugging/DebuggerSupport.h"
#include "llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/InstIterator.h"

using namespace mlir::emb;
using namespace llvm;
using namespace llvm::orc;

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// The operation that most of the function was made for: the inlined scope of
/// its first instruction that has one.
static const DILocation *findOperation(const Function &function) {
  for (const Instruction &instruction : instructions(function)) {
    const DILocation *place = instruction.getDebugLoc();
    if (place && place->getInlinedAt())
      return place;
  }
  return nullptr;
}

void mlir::emb::nameParallelBodies(Module &module) {
  for (Function &function : module) {
    DISubprogram *subprogram = function.getSubprogram();
    size_t suffix = function.getName().find("..omp_par");
    if (!subprogram || function.isDeclaration() || suffix == StringRef::npos)
      continue;
    const DILocation *place = findOperation(function);
    if (!place)
      continue;
    std::string name = (function.getName().take_front(suffix) + ".." +
                        place->getScope()->getSubprogram()->getName() +
                        ".line" + Twine(place->getInlinedAt()->getLine()))
                           .str();
    // Two parallel loops of one operation: setName appends a number.
    function.setName(name);
    MDString *text = MDString::get(module.getContext(), function.getName());
    subprogram->replaceOperandWith(2, text);
    subprogram->replaceLinkageName(text);
  }
}

//===----------------------------------------------------------------------===//
// Debuggers and perf
//===----------------------------------------------------------------------===//

Error mlir::emb::announceCode(LLJIT &jit) {
  auto *layer = dyn_cast<ObjectLinkingLayer>(&jit.getObjLinkingLayer());
  if (!layer)
    return createStringError("code for this machine is linked by a linker "
                             "that debuggers cannot follow");
  if (Error error = enableDebuggerSupport(jit))
    return error;
  layer->addPlugin(std::make_shared<PerfPlugin>());
  return Error::success();
}
