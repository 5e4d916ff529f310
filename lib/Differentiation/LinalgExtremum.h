//===- LinalgExtremum.h - Which step won a maximum --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_DIFFERENTIATION_LINALGEXTREMUM_H
#define EMB_LIB_DIFFERENTIATION_LINALGEXTREMUM_H

#include "LinalgAdjoint.h"

namespace mlir::emb {

/// Who an element of a maximum or minimum was taken from: the initial value if
/// it equals the element, else the first step, in the order of the loops, of
/// which the term does. NaN counts as equal to NaN.
class Winners {
public:
  /// Finds the winners of result `number` of `op`, whose term is `term` in the
  /// body. Adds to the body what `getShare` needs.
  Winners(OpBuilder &builder, linalg::LinalgOp op, AdjointBody &body,
          unsigned number, Value term);

  /// In the body: what the step's term gets of the gradient `gradient` of the
  /// element, all of it or nothing.
  Value getShare(OpBuilder &builder, Value gradient);

  /// What the initial values get of `gradient`, a tensor.
  Value getShareOfInit(OpBuilder &builder, Value gradient);

private:
  Location loc;
  /// The positions, for each element of the output.
  Value positions;
  /// In the body: of this step, and of the one that won.
  Value step, winner;
};

} // namespace mlir::emb

#endif // EMB_LIB_DIFFERENTIATION_LINALGEXTREMUM_H
