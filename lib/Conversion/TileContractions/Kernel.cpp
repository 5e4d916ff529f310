//===- Kernel.cpp - A product of matrices in registers --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"

#include "../EmbToLoops/RowVectors.h"

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
/// The columns of b and c: two vectors. Without masks all columns are there.
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
        c(kernel.getArgument(2)) {}

  void createBody(OpBuilder &builder);

private:
  Value createZero(OpBuilder &builder) { return createIndex(builder, loc, 0); }
  Panel createPanel(OpBuilder &builder, Value masked);
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
  Value a, b, c;
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
  for (int64_t i = 0; i < numRows; ++i)
    for (unsigned vector = 0; vector < numVectors; ++vector)
      store(builder, panel, loop.getResult(i * numVectors + vector), rows[i],
            vector);
}

void KernelBuilder::createRows(OpBuilder &builder, const Panel &panel,
                               Value begin, Value end) {
  Value numRows = memref::DimOp::create(builder, loc, a, 0);
  Value full = arith::SubIOp::create(
      builder, loc, numRows,
      arith::RemUIOp::create(builder, loc, numRows,
                             createIndex(builder, loc, shape.maxRows)));
  scf::ForOp::create(builder, loc, createZero(builder), full,
                     createIndex(builder, loc, shape.maxRows), {},
                     [&](OpBuilder &in, Location, Value row, ValueRange) {
                       createTile(in, panel, row, shape.maxRows, begin, end);
                       scf::YieldOp::create(in, loc);
                     });
  // Of the other rows, so many at a time as a bit of their number says.
  Value row = full;
  for (int64_t size = shape.maxRows / 2; size > 0; size /= 2) {
    Value next = arith::AddIOp::create(builder, loc, row,
                                       createIndex(builder, loc, size));
    Value fits = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ule,
                                       next, numRows);
    scf::IfOp::create(builder, loc, fits, [&](OpBuilder &in, Location) {
      createTile(in, panel, row, size, begin, end);
      scf::YieldOp::create(in, loc);
    });
    row = arith::SelectOp::create(builder, loc, fits, next, row);
  }
}

Panel KernelBuilder::createPanel(OpBuilder &builder, Value masked) {
  Panel panel;
  panel.offsets = {createZero(builder), createIndex(builder, loc, shape.lanes)};
  if (!masked)
    return panel;
  auto maskType = VectorType::get({shape.lanes}, builder.getI1Type());
  for (Value offset : panel.offsets) {
    Value active = arith::SubIOp::create(builder, loc, masked, offset);
    panel.masks.push_back(
        vector::CreateMaskOp::create(builder, loc, maskType, active));
  }
  return panel;
}

void KernelBuilder::createBody(OpBuilder &builder) {
  Value depth = memref::DimOp::create(builder, loc, a, 1);
  Value columns = memref::DimOp::create(builder, loc, b, 1);
  Value isFull =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, columns,
                            createIndex(builder, loc, shape.getColumns()));
  Value step = createIndex(builder, loc, kDepth);
  auto createPart = [&](OpBuilder &in, Location, Value begin, ValueRange) {
    Value end = arith::MinUIOp::create(
        in, loc, arith::AddIOp::create(in, loc, begin, step), depth);
    auto createBranch = [&](Value masked) {
      return [&, masked](OpBuilder &branch, Location) {
        createRows(branch, createPanel(branch, masked), begin, end);
        scf::YieldOp::create(branch, loc);
      };
    };
    scf::IfOp::create(in, loc, isFull, createBranch(Value()),
                      createBranch(columns));
    scf::YieldOp::create(in, loc);
  };
  scf::ForOp::create(builder, loc, createZero(builder), depth, step, {},
                     createPart);
}

func::FuncOp emb::createKernel(OpBuilder &builder, Location loc, StringRef name,
                               const KernelShape &shape) {
  Type matrix = getRightType(shape.type);
  auto type =
      builder.getFunctionType({getLeftType(shape.type), matrix, matrix}, {});
  auto kernel = func::FuncOp::create(builder, loc, name, type);
  kernel.setPrivate();
  kernel->setAttr(kKernelAttr, builder.getUnitAttr());
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(kernel.addEntryBlock());
  KernelBuilder(loc, shape, kernel).createBody(builder);
  func::ReturnOp::create(builder, loc);
  return kernel;
}
