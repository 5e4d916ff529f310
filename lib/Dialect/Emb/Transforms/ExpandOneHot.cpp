//===- ExpandOneHot.cpp - One-hot tensors, written out --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::emb {
#define GEN_PASS_DEF_EXPANDONEHOT
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

/// 1 where the column is `index`, else 0.
static Value selectColumn(ImplicitLocOpBuilder &b, Value index, int64_t dim,
                          FloatType type) {
  Value column = linalg::IndexOp::create(b, dim);
  Value wanted = arith::IndexCastOp::create(b, b.getIndexType(), index);
  Value isWanted =
      arith::CmpIOp::create(b, arith::CmpIPredicate::eq, wanted, column);
  Value one = arith::ConstantOp::create(b, b.getFloatAttr(type, 1.0));
  Value zero = arith::ConstantOp::create(b, b.getFloatAttr(type, 0.0));
  return arith::SelectOp::create(b, isWanted, one, zero);
}

/// The elements of `op`, by comparison.
static Value expand(ImplicitLocOpBuilder &b, OneHotOp op,
                    ArrayRef<OpFoldResult> sizes) {
  auto type = cast<RankedTensorType>(op.getResult().getType());
  int64_t rank = type.getRank();
  Value init = tensor::EmptyOp::create(b, sizes, type.getElementType());
  AffineMap identity = b.getMultiDimIdentityMap(rank);
  SmallVector<utils::IteratorType> loops(rank, utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             b, init.getType(), ValueRange{op.getIndices()}, init,
             ArrayRef<AffineMap>{
                 AffineMap::get(rank, 0, identity.getResults().drop_back(),
                                b.getContext()),
                 identity},
             loops,
             [&](OpBuilder &builder, Location loc, ValueRange args) {
               ImplicitLocOpBuilder at(loc, builder);
               linalg::YieldOp::create(
                   at, selectColumn(at, args[0], rank - 1,
                                    cast<FloatType>(type.getElementType())));
             })
      .getResult(0);
}

namespace {
struct ExpandOneHotPass : public emb::impl::ExpandOneHotBase<ExpandOneHotPass> {
  void runOnOperation() override {
    SmallVector<OneHotOp> ops;
    getOperation().walk([&](OneHotOp op) { ops.push_back(op); });
    for (OneHotOp op : ops) {
      OpBuilder checks(op);
      op.insertChecks(checks);
      ImplicitLocOpBuilder b(op.getLoc(), op);
      ReifiedRankedShapedTypeDims shapes;
      if (failed(reifyResultShapes(b, op, shapes)))
        return signalPassFailure();
      op.replaceAllUsesWith(expand(b, op, shapes[0]));
      op.erase();
    }
  }
};
} // namespace
