//===- ConvertCopies.cpp - Copies of strided memrefs to loops -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Conversion/Passes.h"

#include "EmbToLoops/RowVectors.h"

#include "mlir/Dialect/MemRef/Utils/MemRefUtils.h"
#include "mlir/IR/Remarks.h"

namespace mlir::emb {
#define GEN_PASS_DEF_CONVERTCOPIES
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

/// Whether the conversion to LLVM knows `type` as one block of memory.
static bool isContiguous(MemRefType type) {
  return type.getLayout().isIdentity() ||
         (type.hasStaticShape() && type.getNumElements() > 0 &&
          memref::isStaticShapeAndContiguousRowMajor(type));
}

/// Whether vectors can read the rows of `type`: a static number of whole bytes
/// side by side.
static bool hasVectorRows(MemRefType type) {
  SmallVector<int64_t> strides;
  int64_t offset;
  Type element = type.getElementType();
  return type.getRank() > 0 && !type.isDynamicDim(type.getRank() - 1) &&
         element.isIntOrFloat() && element.getIntOrFloatBitWidth() % 8 == 0 &&
         element.getIntOrFloatBitWidth() <= 64 &&
         succeeded(type.getStridesAndOffset(strides, offset)) &&
         strides.back() == 1;
}

/// Vectors that one iteration of a loop over columns moves.
static constexpr int64_t kTileVectors = 8;

static void copyRows(memref::CopyOp op, OpBuilder &builder) {
  Location loc = op.getLoc();
  auto type = cast<MemRefType>(op.getSource().getType());
  FlatView source(builder, loc, op.getSource(), /*trailing=*/1);
  FlatView target(builder, loc, op.getTarget(), /*trailing=*/1);
  unsigned bits = type.getElementTypeBitWidth();
  RowVectors columns(type.getShape().back(),
                     builder.getIntegerType(std::max(bits, 32u)), kTileVectors);
  createParallel(builder, loc, source.getSize(),
                 2 * columns.getWidth() * bits / 8,
                 [&](OpBuilder &b, Location l, Value row) {
                   copyRow(b, l, columns, source.getMemRef(),
                           source.getSubscripts(b, l, row), target.getMemRef(),
                           target.getSubscripts(b, l, row));
                 });
}

static void copyElements(memref::CopyOp op, OpBuilder &builder) {
  Location loc = op.getLoc();
  auto rank = cast<MemRefType>(op.getSource().getType()).getRank();
  SmallVector<Value> begins, ends, steps;
  for (int64_t dim = 0; dim < rank; ++dim) {
    begins.push_back(createIndex(builder, loc, 0));
    ends.push_back(
        builder.createOrFold<memref::DimOp>(loc, op.getSource(), dim));
    steps.push_back(createIndex(builder, loc, 1));
  }
  scf::buildLoopNest(
      builder, loc, begins, ends, steps,
      [&](OpBuilder &b, Location l, ValueRange subscripts) {
        Value element =
            memref::LoadOp::create(b, l, op.getSource(), subscripts);
        memref::StoreOp::create(b, l, element, op.getTarget(), subscripts);
      });
}

namespace {
struct ConvertCopies : emb::impl::ConvertCopiesBase<ConvertCopies> {
  void runOnOperation() override {
    SmallVector<memref::CopyOp> copies;
    getOperation()->walk([&](memref::CopyOp op) { copies.push_back(op); });
    for (memref::CopyOp op : copies)
      if (failed(convert(op)))
        return signalPassFailure();
  }

private:
  static LogicalResult convert(memref::CopyOp op) {
    auto source = dyn_cast<MemRefType>(op.getSource().getType());
    auto target = dyn_cast<MemRefType>(op.getTarget().getType());
    if (!source || !target)
      return op.emitOpError("expected memrefs of known rank, found ")
             << op.getSource().getType() << " and " << op.getTarget().getType();
    // What was inserted has been computed in its place.
    if (op.getSource() == op.getTarget()) {
      op.erase();
      return success();
    }
    if (isContiguous(source) && isContiguous(target))
      return success();
    OpBuilder builder(op);
    bool isVector = hasVectorRows(source) && hasVectorRows(target);
    if (isVector)
      copyRows(op, builder);
    else
      copyElements(op, builder);
    remark::passed(op.getLoc(),
                   remark::RemarkOpts::name("CopyLowered")
                       .category("emb-convert-copies")
                       .function(op->getParentOfType<func::FuncOp>().getName()))
        << remark::metric("by", isVector ? "rows" : "elements");
    op.erase();
    return success();
  }
};
} // namespace
