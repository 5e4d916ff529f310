//===- ConvertReshapes.cpp - Several dynamic extents out of one -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Conversion/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::emb {
#define GEN_PASS_DEF_CONVERTRESHAPES
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

/// Whether one dimension becomes several whose extents are known at run time
/// only, which upstream's conversion cannot divide up.
static bool hasSeveralDynamicExtents(memref::ExpandShapeOp op) {
  return llvm::any_of(op.getReassociationIndices(),
                      [&](ArrayRef<int64_t> group) {
                        return llvm::count_if(group, [&](int64_t dim) {
                                 return op.getResultType().isDynamicDim(dim);
                               }) > 1;
                      });
}

static LogicalResult convert(memref::ExpandShapeOp op) {
  MemRefType type = op.getResultType();
  SmallVector<int64_t> staticStrides;
  int64_t staticOffset;
  if (failed(type.getStridesAndOffset(staticStrides, staticOffset)))
    return op.emitOpError("expected a strided layout, found ") << type;

  OpBuilder builder(op);
  Location loc = op.getLoc();
  auto metadata =
      memref::ExtractStridedMetadataOp::create(builder, loc, op.getSrc());
  auto getKnown = [&](int64_t known, Value value) -> OpFoldResult {
    if (ShapedType::isDynamic(known))
      return value;
    return builder.getIndexAttr(known);
  };
  SmallVector<OpFoldResult> sizes = op.getMixedOutputShape();
  SmallVector<OpFoldResult> strides(type.getRank());
  for (auto [number, group] : llvm::enumerate(op.getReassociationIndices())) {
    Value stride = metadata.getStrides()[number];
    for (int64_t dim : llvm::reverse(group)) {
      strides[dim] = getKnown(staticStrides[dim], stride);
      Value size = getValueOrCreateConstantIndexOp(builder, loc, sizes[dim]);
      stride = arith::MulIOp::create(builder, loc, stride, size);
    }
  }
  Value result = memref::ReinterpretCastOp::create(
      builder, loc, type, metadata.getBaseBuffer(),
      getKnown(staticOffset, metadata.getOffset()), sizes, strides);
  op.replaceAllUsesWith(result);
  op.erase();
  return success();
}

namespace {
struct ConvertReshapes : emb::impl::ConvertReshapesBase<ConvertReshapes> {
  void runOnOperation() override {
    SmallVector<memref::ExpandShapeOp> ops;
    getOperation()->walk([&](memref::ExpandShapeOp op) {
      if (hasSeveralDynamicExtents(op))
        ops.push_back(op);
    });
    for (memref::ExpandShapeOp op : ops)
      if (failed(convert(op)))
        return signalPassFailure();
  }
};
} // namespace
