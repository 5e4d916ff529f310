//===- ModuleParts.h - Functions that are compiled apart --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_EXECUTIONENGINE_MODULEPARTS_H
#define EMB_LIB_EXECUTIONENGINE_MODULEPARTS_H

#include "llvm/ADT/StringSet.h"
#include "llvm/IR/Module.h"

#include <vector>

namespace mlir::emb {

/// The functions that one part of a module defines, by name.
using ModulePart = llvm::StringSet<>;

/// Deals the functions of `module` out to at most `maxParts` parts of about the
/// same size, so that threads can compile them apart; nothing if one part is
/// all that it is worth. The module is changed so that parts find each other's
/// functions when they are linked. A function that is called from one place
/// only stays with its caller, and all parts have the small ones, so that these
/// can be inlined.
std::vector<ModulePart> divideModule(llvm::Module &module, unsigned maxParts);

/// Leaves the functions of `part` in `module`, and declarations of the others.
void keepPart(llvm::Module &module, const ModulePart &part);

} // namespace mlir::emb

#endif // EMB_LIB_EXECUTIONENGINE_MODULEPARTS_H
