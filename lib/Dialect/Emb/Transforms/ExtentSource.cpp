//===- ExtentSource.cpp - Where an extent comes from ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExtentSource.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;
using namespace mlir::emb;

Value emb::findExtentSource(Value tensor, int64_t dim) {
  auto haveSameExtent = [&](Value a, Value b) {
    FailureOr<bool> equal =
        ValueBoundsConstraintSet::areEqual({a, dim}, {b, dim});
    return succeeded(equal) && *equal;
  };
  while (true) {
    BlockArgument carried;
    if (auto argument = dyn_cast<BlockArgument>(tensor)) {
      if (isa<scf::ForOp>(argument.getOwner()->getParentOp()))
        carried = argument;
    } else if (auto loop = tensor.getDefiningOp<scf::ForOp>()) {
      carried = loop.getTiedLoopRegionIterArg(cast<OpResult>(tensor));
    } else if (auto op = tensor.getDefiningOp<linalg::LinalgOp>()) {
      tensor = op.getTiedOpOperand(cast<OpResult>(tensor))->get();
      continue;
    }
    if (!carried)
      return tensor;
    auto loop = cast<scf::ForOp>(carried.getOwner()->getParentOp());
    Value init = loop.getTiedLoopInit(carried)->get();
    Value next = loop.getTiedLoopYieldedValue(carried)->get();
    if (!haveSameExtent(next, carried) && !haveSameExtent(next, init))
      return tensor;
    tensor = init;
  }
}
