//===- Loss.h - What losses have in common ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_LAYERS_LOSS_H
#define EMB_LIB_LAYERS_LOSS_H

#include "emb/Layers/Structured.h"

namespace mlir::emb {

/// Creates a scalar from those of the accessed tensors.
using LossFn = llvm::function_ref<Value(OpBuilder &, Location, ValueRange)>;

/// The sum over all loops of what `loss` makes of the inputs: tensor<f64>.
Value createTotal(OpBuilder &builder, Location loc, ArrayRef<Access> inputs,
                  LossFn loss);

/// A whole number as tensor<f64>.
Value createCount(OpBuilder &builder, Location loc, Value index);

/// `total`, divided by `count` where that is not null, as a tensor of rank 0 of
/// `elementType`. Both are tensor<f64>.
Value createLoss(OpBuilder &builder, Location loc, Value total, Value count,
                 Type elementType);

/// A loss that `loss` computes for each element of the first input, in the
/// compute type, reduced to a loss of `elementType`.
Value createElementwiseLoss(OpBuilder &builder, Location loc,
                            ArrayRef<Access> inputs, Reduction reduction,
                            Type elementType, LossFn loss);

} // namespace mlir::emb

#endif // EMB_LIB_LAYERS_LOSS_H
