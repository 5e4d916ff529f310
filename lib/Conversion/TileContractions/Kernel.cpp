//===- Kernel.cpp - A product of matrices in registers --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"

#include "../EmbToLoops/RowVectors.h"
#include "../LoopAnnotations.h"

#include "emb/Conversion/EntryPoints.h"

using namespace mlir;
using namespace mlir::emb;

/// Terms that are added before the kernel goes on to other rows: the part of b
/// that they take stays in the first cache.
static constexpr int64_t kDepth = 256;

static MemRefType getMatrixType(FloatType type, int64_t innerStride) {
  int64_t dynamic = ShapedType::kDynamic;
  auto layout = StridedLayoutAttr::get(type.getContext(), dynamic,
                                       {dynamic, innerStride});
  return MemRefType::get({dynamic, dynamic}, type, layout);
}

MemRefType emb::getLeftType(FloatType type) {
  return getMatrixType(type, ShapedType::kDynamic);
}

MemRefType emb::getRightType(FloatType type) { return getMatrixType(type, 1); }

namespace {
/// The columns of a tile: two vectors. Without masks all columns are there.
struct Panel {
  SmallVector<Value, 2> offsets;
  SmallVector<Value, 2> masks;
};

class KernelBuilder {
public:
  KernelBuilder(Location loc, const KernelShape &shape, func::FuncOp kernel)
      : loc(loc), shape(shape),
        vectorType(VectorType::get({shape.lanes}, shape.type)),
        a(kernel.getArgument(0)), b(kernel.getArgument(1)),
        c(kernel.getArgument(2)), tile(kernel.getArgument(3)) {}

  void createBody(OpBuilder &builder);

private:
  Value createZero(OpBuilder &builder) { return createIndex(builder, loc, 0); }
  /// The columns from `column` on; of which there are `rest`, or all.
  Panel createPanel(OpBuilder &builder, Value column, Value rest);
  void createRows(OpBuilder &builder, const Panel &panel, Value begin,
                  Value end);
  /// Adds terms `begin` to `end` to `numRows` rows of c from `row` on.
  void createTile(OpBuilder &builder, const Panel &panel, Value row,
                  int64_t numRows, Value begin, Value end);
  Value load(OpBuilder &builder, const Panel &panel, Value memref, Value row,
             unsigned vector);
  void store(OpBuilder &builder, const Panel &panel, Value value, Value row,
             unsigned vector);

  Location loc;
  KernelShape shape;
  VectorType vectorType;
  Value a, b, c, tile;
  Value firstRow, endRow;
};
} // namespace

Value KernelBuilder::load(OpBuilder &builder, const Panel &panel, Value memref,
                          Value row, unsigned vector) {
  Value subscripts[] = {row, panel.offsets[vector]};
  if (panel.masks.empty())
    return vector::LoadOp::create(builder, loc, vectorType, memref, subscripts);
  Value zero = createSplat(builder, loc, vectorType, 0.0);
  return vector::MaskedLoadOp::create(builder, loc, vectorType, memref,
                                      subscripts, panel.masks[vector], zero);
}

void KernelBuilder::store(OpBuilder &builder, const Panel &panel, Value value,
                          Value row, unsigned vector) {
  Value subscripts[] = {row, panel.offsets[vector]};
  if (panel.masks.empty())
    vector::StoreOp::create(builder, loc, value, c, subscripts);
  else
    vector::MaskedStoreOp::create(builder, loc, c, subscripts,
                                  panel.masks[vector], value);
}

void KernelBuilder::createTile(OpBuilder &builder, const Panel &panel,
                               Value row, int64_t numRows, Value begin,
                               Value end) {
  unsigned numVectors = panel.offsets.size();
  SmallVector<Value> rows, sums;
  for (int64_t i = 0; i < numRows; ++i) {
    rows.push_back(builder.createOrFold<arith::AddIOp>(
        loc, row, createIndex(builder, loc, i)));
    for (unsigned vector = 0; vector < numVectors; ++vector)
      sums.push_back(load(builder, panel, c, rows.back(), vector));
  }
  auto addTerms = [&](OpBuilder &in, Location, Value term, ValueRange carried) {
    SmallVector<Value> right, next;
    for (unsigned vector = 0; vector < numVectors; ++vector)
      right.push_back(load(in, panel, b, term, vector));
    for (int64_t i = 0; i < numRows; ++i) {
      Value left =
          memref::LoadOp::create(in, loc, a, ValueRange{rows[i], term});
      left = vector::BroadcastOp::create(in, loc, vectorType, left);
      for (unsigned vector = 0; vector < numVectors; ++vector) {
        Value product = arith::MulFOp::create(in, loc, left, right[vector]);
        next.push_back(arith::AddFOp::create(
            in, loc, carried[i * numVectors + vector], product));
      }
    }
    scf::YieldOp::create(in, loc, next);
  };
  auto loop = scf::ForOp::create(builder, loc, begin, end,
                                 createIndex(builder, loc, 1), sums, addTerms);
  disableUnroll(loop);
  for (int64_t i = 0; i < numRows; ++i)
    for (unsigned vector = 0; vector < numVectors; ++vector)
      store(builder, panel, loop.getResult(i * numVectors + vector), rows[i],
            vector);
}

void KernelBuilder::createRows(OpBuilder &builder, const Panel &panel,
                               Value begin, Value end) {
  Value rest = arith::RemUIOp::create(
      builder, loc, arith::SubIOp::create(builder, loc, endRow, firstRow),
      createIndex(builder, loc, shape.maxRows));
  Value full = arith::SubIOp::create(builder, loc, endRow, rest);
  auto loop = scf::ForOp::create(
      builder, loc, firstRow, full, createIndex(builder, loc, shape.maxRows),
      {}, [&](OpBuilder &in, Location, Value row, ValueRange) {
        createTile(in, panel, row, shape.maxRows, begin, end);
        scf::YieldOp::create(in, loc);
      });
  disableUnroll(loop);
  // Of the other rows, so many at a time as a bit of their number says.
  Value row = full;
  for (int64_t size = shape.maxRows / 2; size > 0; size /= 2) {
    Value next = arith::AddIOp::create(builder, loc, row,
                                       createIndex(builder, loc, size));
    Value fits = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ule,
                                       next, endRow);
    scf::IfOp::create(builder, loc, fits, [&](OpBuilder &in, Location) {
      createTile(in, panel, row, size, begin, end);
      scf::YieldOp::create(in, loc);
    });
    row = arith::SelectOp::create(builder, loc, fits, next, row);
  }
}

Panel KernelBuilder::createPanel(OpBuilder &builder, Value column, Value rest) {
  Panel panel;
  auto maskType = VectorType::get({shape.lanes}, builder.getI1Type());
  for (int64_t first : {int64_t(0), shape.lanes}) {
    Value offset = createIndex(builder, loc, first);
    panel.offsets.push_back(
        builder.createOrFold<arith::AddIOp>(loc, column, offset));
    if (rest)
      panel.masks.push_back(vector::CreateMaskOp::create(
          builder, loc, maskType,
          ValueRange{arith::SubIOp::create(builder, loc, rest, offset)}));
  }
  return panel;
}

void KernelBuilder::createBody(OpBuilder &builder) {
  Value depth = memref::DimOp::create(builder, loc, a, 1);
  Value numColumns = memref::DimOp::create(builder, loc, b, 1);
  Value tileColumns = createIndex(builder, loc, shape.getColumns());
  Value tileRows = createIndex(builder, loc, kTileRows);
  Value tilesOfRow =
      arith::CeilDivUIOp::create(builder, loc, numColumns, tileColumns);
  Value column = arith::MulIOp::create(
      builder, loc, arith::RemUIOp::create(builder, loc, tile, tilesOfRow),
      tileColumns);
  firstRow = arith::MulIOp::create(
      builder, loc, arith::DivUIOp::create(builder, loc, tile, tilesOfRow),
      tileRows);
  endRow = arith::MinUIOp::create(
      builder, loc, arith::AddIOp::create(builder, loc, firstRow, tileRows),
      memref::DimOp::create(builder, loc, a, 0));
  Value rest = arith::SubIOp::create(builder, loc, numColumns, column);
  Value isFull = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::uge,
                                       rest, tileColumns);

  Value step = createIndex(builder, loc, kDepth);
  auto createPart = [&](OpBuilder &in, Location, Value begin, ValueRange) {
    Value end = arith::MinUIOp::create(
        in, loc, arith::AddIOp::create(in, loc, begin, step), depth);
    auto createBranch = [&](Value masked) {
      return [&, masked](OpBuilder &branch, Location) {
        createRows(branch, createPanel(branch, column, masked), begin, end);
        scf::YieldOp::create(branch, loc);
      };
    };
    scf::IfOp::create(in, loc, isFull, createBranch(Value()),
                      createBranch(rest));
    scf::YieldOp::create(in, loc);
  };
  auto loop = scf::ForOp::create(builder, loc, createZero(builder), depth, step,
                                 {}, createPart);
  disableUnroll(loop);
}

func::FuncOp emb::createKernel(OpBuilder &builder, Location loc, StringRef name,
                               const KernelShape &shape) {
  Type matrix = getRightType(shape.type);
  auto type = builder.getFunctionType(
      {getLeftType(shape.type), matrix, matrix, builder.getIndexType()}, {});
  auto kernel = func::FuncOp::create(builder, loc, name, type);
  kernel.setPrivate();
  kernel->setAttr(kKernelAttr, builder.getUnitAttr());
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(kernel.addEntryBlock());
  KernelBuilder(loc, shape, kernel).createBody(builder);
  func::ReturnOp::create(builder, loc);
  return kernel;
}
