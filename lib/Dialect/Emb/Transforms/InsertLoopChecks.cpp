//===- InsertLoopChecks.cpp - Guard loops over tensors --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExtentSource.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"

namespace mlir::emb {
#define GEN_PASS_DEF_INSERTLOOPCHECKS
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

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
struct InsertLoopChecksPass
    : public emb::impl::InsertLoopChecksBase<InsertLoopChecksPass> {
  void runOnOperation() override {
    OpBuilder builder(&getContext());
    unsigned count = 0;
    getOperation().walk(
        [&](linalg::LinalgOp op) { count += insertLoopChecks(op, builder); });
    remark::passed(getOperation().getLoc(),
                   remark::RemarkOpts::name("LoopChecksInserted")
                       .category(getArgument())
                       .function(getOperation().getName()))
        << remark::metric("checks", count);
  }
};
} // namespace
