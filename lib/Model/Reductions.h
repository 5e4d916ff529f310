//===- Reductions.h - Sums and maxima over dimensions -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_MODEL_REDUCTIONS_H
#define EMB_LIB_MODEL_REDUCTIONS_H

#include "emb/Layers/Structured.h"

namespace mlir::emb {

/// The type that a sum over `numReduced` of `rank` dimensions is accumulated
/// in: f64 if these are all, else the compute type; i64 for integers.
Type getSumType(Type elementType, unsigned numReduced, unsigned rank);

/// The sum of `x` over `dims`, in the type that it is accumulated in. `term`
/// makes what is summed of an element of x in the compute type; without it,
/// that element.
using TermFn = llvm::function_ref<Value(OpBuilder &, Location, Value)>;
Value createSumOver(OpBuilder &builder, Location loc, Value x,
                    ArrayRef<unsigned> dims, TermFn term = {});

/// The largest element over `dims`, or the smallest. Of nothing: the least, or
/// the greatest, number of the type.
Value createExtremumOver(OpBuilder &builder, Location loc, Value x,
                         ArrayRef<unsigned> dims, bool isMax);

/// The extents of `tensor` in `dims`.
SmallVector<OpFoldResult> getExtentsOf(OpBuilder &builder, Location loc,
                                       Value tensor, ArrayRef<unsigned> dims);

} // namespace mlir::emb

#endif // EMB_LIB_MODEL_REDUCTIONS_H
