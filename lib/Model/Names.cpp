//===- Names.cpp - Errors about names and values --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Names.h"

#include "Graph.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir::emb;

llvm::Error mlir::emb::makeUnknownName(SourceLocation loc, llvm::StringRef kind,
                                       llvm::StringRef name,
                                       llvm::ArrayRef<std::string> known) {
  std::string expected = known.empty()
                             ? "there is none"
                             : "expected one of: " + llvm::join(known, ", ");
  return makeError(EMB_INVALID_ARGUMENT, describe(loc) + ": found no " + kind +
                                             " '" + name + "', " + expected);
}

llvm::Error mlir::emb::copyElements(const TensorRef &target,
                                    const TensorRef &values,
                                    const llvm::Twine &what) {
  if (values.dtype != target.dtype || values.shape != target.shape)
    return makeError(
        EMB_INVALID_SHAPE,
        what + ": found " + formatShape(values.shape, values.dtype) +
            ", expected " + formatShape(target.shape, target.dtype));
  values.copyTo(target.data);
  return llvm::Error::success();
}
