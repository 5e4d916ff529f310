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
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"

namespace mlir::emb {
#define GEN_PASS_DEF_INSERTCHECKS
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

/// Checks that all operand dimensions of `op` that one loop runs over agree.
/// Returns how many checks were added.
static unsigned insertExtentChecks(linalg::LinalgOp op, OpBuilder &builder) {
  if (!op.hasPureTensorSemantics())
    return 0;
  struct Extent {
    Value operand;
    int64_t dim;
  };
  builder.setInsertionPoint(op);
  auto extentOf = [&](Extent extent) -> Value {
    return builder.createOrFold<tensor::DimOp>(op.getLoc(), extent.operand,
                                               extent.dim);
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
    getOperation().walk([&](Operation *op) {
      groupsAreRight &= succeeded(verifyGivenGroup(op));
      count += insertDestinationChecks(op, builder);
      if (auto checked = dyn_cast<CheckedOpInterface>(op))
        count += checked.insertChecks(builder);
      else if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
        count += insertExtentChecks(linalgOp, builder);
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
