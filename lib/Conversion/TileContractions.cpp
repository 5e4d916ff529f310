//===- TileContractions.cpp - Products of matrices in tiles ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TileContractions/Contraction.h"
#include "TileContractions/Kernel.h"
#include "emb/Conversion/EntryPoints.h"
#include "emb/Conversion/Passes.h"

#include "EmbToLoops/RowVectors.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Remarks.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::emb {
#define GEN_PASS_DEF_TILECONTRACTIONS
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

/// Rows of a tile, which one thread computes.
static constexpr int64_t kTileRows = 64;

namespace {
/// A memref as a base, an offset and one stride for each loop of an operation,
/// 0 where the loop does not move in it.
struct LoopView {
  LoopView(OpBuilder &builder, Location loc, Value memref, AffineMap map);

  Value base, offset;
  SmallVector<Value> strides;
};

/// Lowers one contraction: loops over tiles with a call of the kernel in each.
class ContractionLowering {
public:
  ContractionLowering(OpBuilder &builder, linalg::LinalgOp op,
                      const Contraction &contraction, func::FuncOp kernel,
                      const KernelShape &shape);
  void run(int64_t minProducts);

private:
  Value multiply(OpBuilder &b, Value x, Value y) {
    return b.createOrFold<arith::MulIOp>(loc, x, y);
  }
  Value add(OpBuilder &b, Value x, Value y) {
    return b.createOrFold<arith::AddIOp>(loc, x, y);
  }
  Value createConstant(OpBuilder &b, int64_t value) {
    return createIndex(b, loc, value);
  }
  /// The offset of `view` where the loops in `position` are at its values.
  Value createOffset(OpBuilder &b, const LoopView &view,
                     const llvm::MapVector<unsigned, Value> &position);
  Value createMatrix(OpBuilder &b, const LoopView &view, Value offset,
                     MemRefType type, Value rows, Value columns,
                     std::optional<unsigned> rowLoop, unsigned columnLoop);
  void createTile(OpBuilder &b, Value tile);
  void createCall(OpBuilder &b, llvm::MapVector<unsigned, Value> position,
                  Value rows, Value columns);

  OpBuilder &builder;
  Location loc;
  const Contraction &contraction;
  func::FuncOp kernel;
  KernelShape shape;
  SmallVector<Value> extents;
  LoopView left, right, sum;
  Value numRows, rowTiles, columnTiles;
};

struct TileContractions
    : public emb::impl::TileContractionsBase<TileContractions> {
  using TileContractionsBase::TileContractionsBase;
  void runOnOperation() override;

private:
  LogicalResult checkOptions();
  void lower(linalg::LinalgOp op, const Contraction &contraction);
  /// The kernel for this element type, of which the module has one.
  func::FuncOp getKernel(const KernelShape &shape);

  DenseMap<Type, func::FuncOp> kernels;
};
} // namespace

LoopView::LoopView(OpBuilder &builder, Location loc, Value memref,
                   AffineMap map) {
  auto metadata =
      memref::ExtractStridedMetadataOp::create(builder, loc, memref);
  base = metadata.getBaseBuffer();
  offset = metadata.getOffset();
  strides.assign(map.getNumDims(), createIndex(builder, loc, 0));
  for (auto [result, stride] :
       llvm::zip_equal(map.getResults(), metadata.getStrides()))
    strides[cast<AffineDimExpr>(result).getPosition()] = stride;
}

static SmallVector<Value> createExtents(OpBuilder &builder,
                                        linalg::LinalgOp op) {
  SmallVector<Value> extents;
  for (const Range &range : op.createLoopRanges(builder, op.getLoc()))
    extents.push_back(
        getValueOrCreateConstantIndexOp(builder, op.getLoc(), range.size));
  return extents;
}

ContractionLowering::ContractionLowering(OpBuilder &builder,
                                         linalg::LinalgOp op,
                                         const Contraction &contraction,
                                         func::FuncOp kernel,
                                         const KernelShape &shape)
    : builder(builder), loc(op.getLoc()), contraction(contraction),
      kernel(kernel), shape(shape), extents(createExtents(builder, op)),
      left(builder, loc, contraction.left, contraction.leftMap),
      right(builder, loc, contraction.right, contraction.rightMap),
      sum(builder, loc, contraction.sum, contraction.sumMap) {
  numRows =
      contraction.row ? extents[*contraction.row] : createConstant(builder, 1);
  rowTiles = builder.createOrFold<arith::CeilDivUIOp>(
      loc, numRows, createConstant(builder, kTileRows));
  columnTiles = builder.createOrFold<arith::CeilDivUIOp>(
      loc, extents[contraction.column],
      createConstant(builder, shape.getColumns()));
}

Value ContractionLowering::createOffset(
    OpBuilder &b, const LoopView &view,
    const llvm::MapVector<unsigned, Value> &position) {
  Value offset = view.offset;
  for (auto [loop, value] : position)
    offset = add(b, offset, multiply(b, value, view.strides[loop]));
  return offset;
}

Value ContractionLowering::createMatrix(OpBuilder &b, const LoopView &view,
                                        Value offset, MemRefType type,
                                        Value rows, Value columns,
                                        std::optional<unsigned> rowLoop,
                                        unsigned columnLoop) {
  OpFoldResult rowStride =
      rowLoop ? OpFoldResult(view.strides[*rowLoop]) : b.getIndexAttr(0);
  // The layout of the type says where the stride is 1.
  OpFoldResult columnStride = view.strides[columnLoop];
  if (type.getStridesAndOffset().first.back() == 1)
    columnStride = b.getIndexAttr(1);
  return memref::ReinterpretCastOp::create(
      b, loc, type, view.base, offset, SmallVector<OpFoldResult>{rows, columns},
      SmallVector<OpFoldResult>{rowStride, columnStride});
}

void ContractionLowering::createCall(OpBuilder &b,
                                     llvm::MapVector<unsigned, Value> position,
                                     Value rows, Value columns) {
  SmallVector<Value> begins, ends, steps;
  for (unsigned loop : contraction.outerReductions) {
    begins.push_back(createConstant(b, 0));
    ends.push_back(extents[loop]);
    steps.push_back(createConstant(b, 1));
  }
  scf::buildLoopNest(
      b, loc, begins, ends, steps,
      [&](OpBuilder &in, Location, ValueRange ivs) {
        for (auto [loop, iv] :
             llvm::zip_equal(contraction.outerReductions, ivs))
          position[loop] = iv;
        Value depth = extents[contraction.inner];
        MemRefType matrix = getRightType(shape.type);
        Value a = createMatrix(in, left, createOffset(in, left, position),
                               getLeftType(shape.type), rows, depth,
                               contraction.row, contraction.inner);
        Value bMatrix =
            createMatrix(in, right, createOffset(in, right, position), matrix,
                         depth, columns, contraction.inner, contraction.column);
        Value c =
            createMatrix(in, sum, createOffset(in, sum, position), matrix, rows,
                         columns, contraction.row, contraction.column);
        func::CallOp::create(in, loc, kernel, ValueRange{a, bMatrix, c});
      });
}

void ContractionLowering::createTile(OpBuilder &b, Value tile) {
  auto split = [&](Value extent) {
    Value position = b.createOrFold<arith::RemUIOp>(loc, tile, extent);
    tile = b.createOrFold<arith::DivUIOp>(loc, tile, extent);
    return position;
  };
  auto cut = [&](Value extent, Value begin, int64_t size) -> Value {
    Value rest = b.createOrFold<arith::SubIOp>(loc, extent, begin);
    return b.createOrFold<arith::MinUIOp>(loc, rest, createConstant(b, size));
  };
  llvm::MapVector<unsigned, Value> position;
  Value column =
      multiply(b, split(columnTiles), createConstant(b, shape.getColumns()));
  position[contraction.column] = column;
  Value columns = cut(extents[contraction.column], column, shape.getColumns());
  Value row = multiply(b, split(rowTiles), createConstant(b, kTileRows));
  if (contraction.row)
    position[*contraction.row] = row;
  Value rows = cut(numRows, row, kTileRows);
  for (unsigned loop : llvm::reverse(contraction.outerParallels))
    position[loop] = split(extents[loop]);
  createCall(b, position, rows, columns);
}

void ContractionLowering::run(int64_t minProducts) {
  Value numTiles = multiply(builder, rowTiles, columnTiles);
  for (unsigned loop : contraction.outerParallels)
    numTiles = multiply(builder, numTiles, extents[loop]);
  Value numProducts;
  for (Value extent : extents)
    numProducts = numProducts ? multiply(builder, numProducts, extent) : extent;
  Value zero = createConstant(builder, 0), one = createConstant(builder, 1);
  Value isWorthwhile = builder.createOrFold<arith::CmpIOp>(
      loc, arith::CmpIPredicate::uge, numProducts,
      createConstant(builder, minProducts));
  auto createParallelLoop = [&](OpBuilder &b, Location) {
    scf::ParallelOp::create(b, loc, ValueRange{zero}, ValueRange{numTiles},
                            ValueRange{one},
                            [&](OpBuilder &in, Location, ValueRange ivs) {
                              createTile(in, ivs.front());
                            });
    scf::YieldOp::create(b, loc);
  };
  auto createLoop = [&](OpBuilder &b, Location) {
    scf::ForOp::create(b, loc, zero, numTiles, one, {},
                       [&](OpBuilder &in, Location, Value tile, ValueRange) {
                         createTile(in, tile);
                         scf::YieldOp::create(in, loc);
                       });
    scf::YieldOp::create(b, loc);
  };
  scf::IfOp::create(builder, loc, isWorthwhile, createParallelLoop, createLoop);
}

func::FuncOp TileContractions::getKernel(const KernelShape &shape) {
  func::FuncOp &kernel = kernels[shape.type];
  if (!kernel) {
    OpBuilder builder(&getContext());
    builder.setInsertionPointToEnd(getOperation().getBody());
    std::string name =
        "emb_contract_f" + std::to_string(FloatType(shape.type).getWidth());
    kernel = createKernel(builder, builder.getUnknownLoc(), name, shape);
    SymbolTable(getOperation()).insert(kernel);
  }
  return kernel;
}

LogicalResult TileContractions::checkOptions() {
  if (vectorBytes < 16 || !llvm::isPowerOf2_64(vectorBytes))
    return emitError(getOperation().getLoc())
           << getArgument() << ": vector-bytes is " << vectorBytes.getValue()
           << ", expected a power of two from 16 on";
  if (maxRows < 1 || !llvm::isPowerOf2_64(maxRows))
    return emitError(getOperation().getLoc())
           << getArgument() << ": max-rows is " << maxRows.getValue()
           << ", expected a power of two";
  return success();
}

void TileContractions::lower(linalg::LinalgOp op,
                             const Contraction &contraction) {
  KernelShape shape{contraction.type,
                    vectorBytes * 8 / FloatType(contraction.type).getWidth(),
                    maxRows};
  OpBuilder builder(op);
  ContractionLowering(builder, op, contraction, getKernel(shape), shape)
      .run(minProducts);
  remark::passed(op.getLoc(),
                 remark::RemarkOpts::name("ContractionTiled")
                     .category(getArgument())
                     .function(op->getParentOfType<func::FuncOp>().getName()))
      << remark::metric("TileRows", kTileRows)
      << remark::metric("TileColumns", shape.getColumns())
      << remark::metric("RegisterRows", shape.maxRows)
      << remark::metric("MinProducts", minProducts.getValue());
  op.erase();
}

void TileContractions::runOnOperation() {
  if (failed(checkOptions()))
    return signalPassFailure();
  SmallVector<linalg::LinalgOp> ops;
  getOperation().walk([&](linalg::LinalgOp op) {
    if (op.hasPureBufferSemantics() && isSumOfProducts(op))
      ops.push_back(op);
  });
  for (linalg::LinalgOp op : ops) {
    std::string reason;
    std::optional<Contraction> contraction = matchContraction(op, reason);
    if (contraction)
      lower(op, *contraction);
    else
      remark::missed(
          op.getLoc(),
          remark::RemarkOpts::name("ContractionNotTiled")
              .category(getArgument())
              .function(op->getParentOfType<func::FuncOp>().getName()))
          << remark::reason("{0}", reason);
  }
}
