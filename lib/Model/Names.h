//===- Names.h - Errors about names and values ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_MODEL_NAMES_H
#define EMB_LIB_MODEL_NAMES_H

#include "emb/ExecutionEngine/Error.h"
#include "emb/Model/Var.h"

#include <string>

namespace mlir::emb {

/// EMB_INVALID_ARGUMENT: "file:1:2: found no parameter 'x', expected one of:
/// a".
llvm::Error makeUnknownName(SourceLocation loc, llvm::StringRef kind,
                            llvm::StringRef name,
                            llvm::ArrayRef<std::string> known);

/// Copies the elements of `values` to `target`, row-major memory, if they have
/// its shape and element type. `what` begins the error.
llvm::Error copyElements(const TensorRef &target, const TensorRef &values,
                         const llvm::Twine &what);

} // namespace mlir::emb

#endif // EMB_LIB_MODEL_NAMES_H
