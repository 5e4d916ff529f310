//===- LaneReduction.cpp - Reductions over a row --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LaneReduction.h"

#include <limits>

using namespace mlir;
using namespace mlir::emb;

LaneReduction::LaneReduction(ReduceKind kind, Type elementType,
                             const RowVectors &columns)
    : kind(kind), numLanes(columns.getLanes()), type(elementType) {
  if (numLanes > 0)
    type = VectorType::get({numLanes}, type);
}

double LaneReduction::getIdentityValue() const {
  double infinity = std::numeric_limits<double>::infinity();
  switch (kind) {
  case ReduceKind::Add:
    return 0.0;
  case ReduceKind::Max:
    return -infinity;
  case ReduceKind::Min:
    return infinity;
  }
  llvm_unreachable("all kinds are handled");
}

Value LaneReduction::getIdentity(OpBuilder &builder, Location loc) const {
  return createSplat(builder, loc, type, getIdentityValue());
}

Value LaneReduction::combine(OpBuilder &builder, Location loc, Value lhs,
                             Value rhs) const {
  switch (kind) {
  case ReduceKind::Add:
    return arith::AddFOp::create(builder, loc, lhs, rhs);
  case ReduceKind::Max:
    return arith::MaximumFOp::create(builder, loc, lhs, rhs);
  case ReduceKind::Min:
    return arith::MinimumFOp::create(builder, loc, lhs, rhs);
  }
  llvm_unreachable("all kinds are handled");
}

Value LaneReduction::addTile(OpBuilder &builder, Location loc, Value acc,
                             ArrayRef<Value> values,
                             ArrayRef<RowPiece> pieces) const {
  for (auto [value, piece] : llvm::zip_equal(values, pieces)) {
    Value term = value;
    if (piece.isMasked()) {
      Value mask = vector::ConstantMaskOp::create(
          builder, loc, piece.getType(builder.getI1Type()),
          ArrayRef<int64_t>{piece.active});
      Value identity =
          createSplat(builder, loc, term.getType(), getIdentityValue());
      term = arith::SelectOp::create(builder, loc, mask, term, identity);
    }
    if (piece.lanes != numLanes)
      term = vector::InsertStridedSliceOp::create(
          builder, loc, term, getIdentity(builder, loc), ArrayRef<int64_t>{0},
          ArrayRef<int64_t>{1});
    // One by one: how the row is cut into tiles must not be seen.
    acc = combine(builder, loc, acc, term);
  }
  return acc;
}

Value LaneReduction::finish(OpBuilder &builder, Location loc, Value acc) const {
  if (numLanes == 0)
    return acc;
  return combineLanes(builder, loc, acc, [&](Value low, Value high) {
    return combine(builder, loc, low, high);
  });
}

Value emb::combineLanes(OpBuilder &builder, Location loc, Value vector,
                        function_ref<Value(Value, Value)> combine) {
  int64_t lanes = cast<VectorType>(vector.getType()).getNumElements();
  for (int64_t half = lanes / 2; half > 0; half /= 2) {
    auto slice = [&](int64_t offset) {
      return vector::ExtractStridedSliceOp::create(
          builder, loc, vector, ArrayRef<int64_t>{offset},
          ArrayRef<int64_t>{half}, ArrayRef<int64_t>{1});
    };
    Value low = slice(0), high = slice(half);
    vector = combine(low, high);
  }
  return vector::ExtractOp::create(builder, loc, vector, ArrayRef<int64_t>{0});
}
