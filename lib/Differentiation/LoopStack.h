//===- LoopStack.h - What the iterations of a loop leave behind -*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_DIFFERENTIATION_LOOPSTACK_H
#define EMB_LIB_DIFFERENTIATION_LOOPSTACK_H

#include "emb/Differentiation/GradientMap.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlir::emb {

/// The number of iterations of `loop`, an index, computed before it.
Value createTripCount(scf::ForOp loop);

/// The number of the iteration that `builder`, in the body of `loop`, is in.
Value createIterationNumber(OpBuilder &builder, scf::ForOp loop);

/// The value of the induction variable of `loop` in iteration `number`.
Value createInductionValue(OpBuilder &builder, scf::ForOp loop, Value number);

/// The sizes of a tensor of the body of `loop`, computed before the loop. A
/// size that may differ between iterations, or cannot be shown not to, is an
/// error at the loop if `report` is set.
FailureOr<SmallVector<OpFoldResult>>
getInvariantSizes(scf::ForOp loop, Value value, bool report);

/// Makes `loop` (which is replaced) return, for each of `values` of its body, a
/// tensor of what it was in every iteration: one more dimension in front, of
/// `tripCount`. An iteration writes to the place `position(builder, loop)` of
/// it, computed in the body. Values are floats, integers, indices or tensors
/// of these with invariant sizes.
FailureOr<SmallVector<Value>>
stackValues(scf::ForOp &loop, ArrayRef<Value> values, Value tripCount,
            function_ref<Value(OpBuilder &, scf::ForOp)> position);

/// Entry `position` of a tensor made by stackValues, a value of type `type`.
Value createStackEntry(OpBuilder &builder, Location loc, Value stack,
                       Value position, Type type);

/// Makes `loop` (which is replaced) add up, over its iterations, what `scope`,
/// the scope of its body, has for values from outside of the loop, and adds
/// the sums to `outer`, with `builder` after the loop. Dense gradients are
/// accumulated, sources become one source each that has all iterations.
/// `placeholders` are what `scope` was seeded with for the former.
LogicalResult exportCaptured(
    OpBuilder &builder, scf::ForOp &loop, const GradientMap &scope,
    const llvm::MapVector<Value, Value> &placeholders, Value tripCount,
    function_ref<Value(OpBuilder &, scf::ForOp)> position, GradientMap &outer);

/// The tensors that `source` has.
SmallVector<Value *> getParts(GradientSource &source);

/// A value of type `type` that is replaced later.
Value createPlaceholder(OpBuilder &builder, Location loc, Type type);

} // namespace mlir::emb

#endif // EMB_LIB_DIFFERENTIATION_LOOPSTACK_H
