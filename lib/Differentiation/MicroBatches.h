//===- MicroBatches.h - Gradients over several batches ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_DIFFERENTIATION_MICROBATCHES_H
#define EMB_LIB_DIFFERENTIATION_MICROBATCHES_H

#include "DerivedFunction.h"

namespace mlir::emb {

/// Puts `ops`, the body of `function`, into a loop over micro-batches, with the
/// reverse pass of each behind its forward pass, and leaves in `gradients` the
/// means over them.
///
/// Each of the arguments `data` (tensors) gets one more dimension in front, the
/// number of micro-batches, which must be the same for all of them. The loss,
/// the first result of `function`, becomes its mean, and every other result a
/// tensor with one more dimension in front.
LogicalResult accumulateGradients(TrainOp declaration, func::FuncOp function,
                                  ArrayRef<BlockArgument> data,
                                  ArrayRef<Value> parameters,
                                  ArrayRef<Operation *> ops,
                                  GradientMap &gradients);

} // namespace mlir::emb

#endif // EMB_LIB_DIFFERENTIATION_MICROBATCHES_H
