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
#include "LoopAnnotations.h"
#include "PassOptions.h"

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

namespace {
/// A memref as a base, an offset and one stride for each loop of an operation,
/// 0 where the loop does not move in it.
struct LoopView {
  LoopView(OpBuilder &builder, Location loc, Value memref, AffineMap map);

  Value base, offset;
  SmallVector<Value> strides;
};

/// Lowers one contraction: a loop over tiles with a call of the kernel in each.
class ContractionLowering {
public:
  ContractionLowering(OpBuilder &builder, linalg::LinalgOp op,
                      const Contraction &contraction, func::FuncOp kernel,
                      const KernelShape &shape);
  void run(int64_t minProducts);

private:
  using Position = llvm::MapVector<unsigned, Value>;

  Value multiply(Value x, Value y) {
    return builder.createOrFold<arith::MulIOp>(loc, x, y);
  }
  /// The matrix that the loops `row` and `column` see where those in `position`
  /// are at its values.
  Value createMatrix(OpBuilder &b, const LoopView &view, MemRefType type,
                     const Position &position, std::optional<unsigned> row,
                     unsigned column);
  /// a, b and c where the outer loops are at `position`.
  SmallVector<Value> createMatrices(OpBuilder &b, const Position &position);
  /// `tile` counts the tiles of all matrices.
  void createTile(OpBuilder &b, Value tile);

  OpBuilder &builder;
  Location loc;
  const Contraction &contraction;
  func::FuncOp kernel;
  KernelShape shape;
  SmallVector<Value> extents;
  LoopView left, right, sum;
  Value tilesOfMatrix;
  /// a, b and c if there are no outer loops.
  SmallVector<Value> matrices;
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
  auto countTiles = [&](Value extent, int64_t size) {
    return builder.createOrFold<arith::CeilDivUIOp>(
        loc, extent, createIndex(builder, loc, size));
  };
  tilesOfMatrix = countTiles(extents[contraction.column], shape.getColumns());
  if (contraction.row)
    tilesOfMatrix = multiply(tilesOfMatrix,
                             countTiles(extents[*contraction.row], kTileRows));
  if (contraction.outerParallels.empty() && contraction.outerReductions.empty())
    matrices = createMatrices(builder, {});
}

Value ContractionLowering::createMatrix(OpBuilder &b, const LoopView &view,
                                        MemRefType type,
                                        const Position &position,
                                        std::optional<unsigned> row,
                                        unsigned column) {
  Value offset = view.offset;
  for (auto [loop, value] : position)
    offset = b.createOrFold<arith::AddIOp>(
        loc, offset,
        b.createOrFold<arith::MulIOp>(loc, value, view.strides[loop]));
  SmallVector<OpFoldResult> sizes = {createIndex(b, loc, 1), extents[column]};
  SmallVector<OpFoldResult> strides = {createIndex(b, loc, 0),
                                       view.strides[column]};
  if (row) {
    sizes.front() = extents[*row];
    strides.front() = view.strides[*row];
  }
  // The layout of the type says where the stride is 1.
  if (type.getStridesAndOffset().first.back() == 1)
    strides.back() = b.getIndexAttr(1);
  return memref::ReinterpretCastOp::create(b, loc, type, view.base, offset,
                                           sizes, strides);
}

SmallVector<Value>
ContractionLowering::createMatrices(OpBuilder &b, const Position &position) {
  MemRefType matrix = getRightType(shape.type);
  return {createMatrix(b, left, getLeftType(shape.type), position,
                       contraction.row, contraction.inner),
          createMatrix(b, right, matrix, position, contraction.inner,
                       contraction.column),
          createMatrix(b, sum, matrix, position, contraction.row,
                       contraction.column)};
}

void ContractionLowering::createTile(OpBuilder &b, Value tile) {
  auto createCall = [&](OpBuilder &in, SmallVector<Value> operands) {
    operands.push_back(tile);
    func::CallOp::create(in, loc, kernel, operands);
  };
  if (!matrices.empty())
    return createCall(b, matrices);
  Position position;
  Value rest = b.createOrFold<arith::DivUIOp>(loc, tile, tilesOfMatrix);
  tile = b.createOrFold<arith::RemUIOp>(loc, tile, tilesOfMatrix);
  for (unsigned loop : llvm::reverse(contraction.outerParallels)) {
    position[loop] = b.createOrFold<arith::RemUIOp>(loc, rest, extents[loop]);
    rest = b.createOrFold<arith::DivUIOp>(loc, rest, extents[loop]);
  }
  size_t numReductions = contraction.outerReductions.size();
  SmallVector<Value> begins(numReductions, createIndex(b, loc, 0)), ends;
  SmallVector<Value> steps(numReductions, createIndex(b, loc, 1));
  for (unsigned loop : contraction.outerReductions)
    ends.push_back(extents[loop]);
  scf::buildLoopNest(b, loc, begins, ends, steps,
                     [&](OpBuilder &in, Location, ValueRange ivs) {
                       for (auto [loop, iv] :
                            llvm::zip_equal(contraction.outerReductions, ivs))
                         position[loop] = iv;
                       createCall(in, createMatrices(in, position));
                     });
}

void ContractionLowering::run(int64_t minProducts) {
  Value numTiles = tilesOfMatrix;
  for (unsigned loop : contraction.outerParallels)
    numTiles = multiply(numTiles, extents[loop]);
  Value numProducts;
  for (Value extent : extents)
    numProducts = numProducts ? multiply(numProducts, extent) : extent;
  Value zero = createIndex(builder, loc, 0), one = createIndex(builder, loc, 1);
  Value isWorthwhile = builder.createOrFold<arith::CmpIOp>(
      loc, arith::CmpIPredicate::uge, numProducts,
      createIndex(builder, loc, minProducts));
  auto createParallelLoop = [&](OpBuilder &b, Location) {
    scf::ParallelOp::create(b, loc, ValueRange{zero}, ValueRange{numTiles},
                            ValueRange{one},
                            [&](OpBuilder &in, Location, ValueRange ivs) {
                              createTile(in, ivs.front());
                            });
    scf::YieldOp::create(b, loc);
  };
  auto createLoop = [&](OpBuilder &b, Location) {
    auto loop = scf::ForOp::create(
        b, loc, zero, numTiles, one, {},
        [&](OpBuilder &in, Location, Value tile, ValueRange) {
          createTile(in, tile);
          scf::YieldOp::create(in, loc);
        });
    disableUnroll(loop);
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
  if (failed(checkVectorBytes(getOperation(), getArgument(), vectorBytes)))
    return failure();
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
