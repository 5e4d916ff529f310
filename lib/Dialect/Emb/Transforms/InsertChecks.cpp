//===- InsertChecks.cpp - Guard operations by checks ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GroupChecks.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

namespace mlir::emb {
#define GEN_PASS_DEF_INSERTCHECKS
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

/// A value that has the same extent `dim` as `tensor`: what the operation that
/// makes it writes to, and what a loop that carries it, without changing that
/// extent, begins with. So no check of it depends on what is computed.
static Value findExtentSource(Value tensor, int64_t dim) {
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

/// Checks that all operand dimensions of `op` that one loop runs over agree.
/// Returns how many checks were added.
static unsigned insertLoopChecks(linalg::LinalgOp op, OpBuilder &builder) {
  if (!op.hasPureTensorSemantics())
    return 0;
  struct Extent {
    Value operand;
    int64_t dim;
  };
  builder.setInsertionPoint(op);
  auto extentOf = [&](Extent extent) -> Value {
    return builder.createOrFold<tensor::DimOp>(
        op.getLoc(), findExtentSource(extent.operand, extent.dim), extent.dim);
  };
  unsigned count = 0;
  SmallVector<std::optional<Extent>> loops(op.getNumLoops());
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<RankedTensorType>(operand.get().getType());
    if (!type)
      continue;
    AffineMap map = op.getMatchingIndexingMap(&operand);
    for (auto [dim, expr] : llvm::enumerate(map.getResults())) {
      auto loop = dyn_cast<AffineDimExpr>(expr);
      if (!loop)
        continue;
      Extent found{operand.get(), static_cast<int64_t>(dim)};
      std::optional<Extent> &expected = loops[loop.getPosition()];
      if (!expected) {
        expected = found;
        continue;
      }
      auto expectedType = cast<ShapedType>(expected->operand.getType());
      if (!type.isDynamicDim(dim) && !expectedType.isDynamicDim(expected->dim))
        continue;
      std::string label = (op->getName().getStringRef() + ": operand " +
                           Twine(operand.getOperandNumber()) + ", dimension " +
                           Twine(dim) + describeOrigin(operand.get()))
                              .str();
      CheckEqualOp::create(builder, op.getLoc(), extentOf(found),
                           extentOf(*expected), label);
      ++count;
    }
  }
  return count;
}

namespace {
struct InsertChecksPass : public emb::impl::InsertChecksBase<InsertChecksPass> {
  void runOnOperation() override {
    OpBuilder builder(&getContext());
    unsigned count = 0;
    bool groupsAreRight = true;
    getOperation().walk([](tensor::DimOp op) {
      if (std::optional<int64_t> dim = op.getConstantIndex())
        op.getSourceMutable().assign(findExtentSource(op.getSource(), *dim));
    });
    getOperation().walk([&](Operation *op) {
      groupsAreRight &= succeeded(verifyGivenGroup(op));
      count += insertExtentChecks(op, builder);
      if (auto checked = dyn_cast<CheckedOpInterface>(op))
        count += checked.insertChecks(builder);
      else if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
        count += insertLoopChecks(linalgOp, builder);
    });
    if (!groupsAreRight)
      return signalPassFailure();
    remark::passed(getOperation().getLoc(),
                   remark::RemarkOpts::name("ChecksInserted")
                       .category(getArgument())
                       .function(getOperation().getName()))
        << remark::metric("checks", count);
  }
};
} // namespace
