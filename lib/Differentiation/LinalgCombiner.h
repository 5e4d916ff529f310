//===- LinalgCombiner.h - What a linalg region does to an output -*- C++ -*-==//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_DIFFERENTIATION_LINALGCOMBINER_H
#define EMB_LIB_DIFFERENTIATION_LINALGCOMBINER_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::emb {

/// How the elements of an output come about.
enum class CombinerKind {
  /// Every element is stored once: the region's value is the element.
  Store,
  /// The region adds its terms to the element.
  Sum,
  /// The region keeps the larger or the smaller of the element and its term.
  Extremum,
};

/// What an output gets in one step of the loops, a value of the region.
struct CombinerTerm {
  Value value;
  bool isSubtracted = false;
};

/// What the region of a linalg operation does to one output. No term of Sum
/// and Extremum depends on the element.
struct Combiner {
  CombinerKind kind;
  /// One for Store and Extremum.
  SmallVector<CombinerTerm> terms;
};

/// The operations of the region of `op` that `values` are computed by.
llvm::SetVector<Operation *> getBodySlice(Block *body, ArrayRef<Value> values);

/// Whether the region sees in the block argument of the output an element that
/// was there before the operation: each element belongs to one step of the
/// loops, so the output is one more input.
bool isInput(linalg::LinalgOp op, OpOperand &init);

/// The combiner of result `number`, or in `problem` why it has no rule.
FailureOr<Combiner> getCombiner(linalg::LinalgOp op, unsigned number,
                                std::string &problem);

/// The text of `map`, for messages.
std::string toString(AffineMap map);

} // namespace mlir::emb

#endif // EMB_LIB_DIFFERENTIATION_LINALGCOMBINER_H
