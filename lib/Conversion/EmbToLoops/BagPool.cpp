//===- BagPool.cpp - What the entries of a bag add up to ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BagPool.h"

using namespace mlir;
using namespace mlir::emb;

BagArithmetic::BagArithmetic(BagOp op, const BagList &bags)
    : op(op), bags(bags),
      elementType(cast<FloatType>(getElementTypeOrSelf(op.getTable()))),
      computeType(mlir::emb::getComputeType(elementType)),
      winnerType(op.getWinnersInit() ? getElementTypeOrSelf(op.getWinnersInit())
                                     : Type()),
      isCounted(op.getPaddingIdx() && op.getMode() != BagMode::Sum) {}

SmallVector<Value> Pool::flatten() const {
  SmallVector<Value> flat(values);
  llvm::append_range(flat, winners);
  if (count)
    flat.push_back(count);
  return flat;
}

Pool BagArithmetic::unflatten(ValueRange flat, size_t numPieces) {
  Pool pool;
  llvm::append_range(pool.values, flat.take_front(numPieces));
  if (winnerType)
    llvm::append_range(pool.winners, flat.slice(numPieces, numPieces));
  if (isCounted)
    pool.count = flat.back();
  return pool;
}

Pool BagArithmetic::createPool(OpBuilder &b, Location loc,
                               const RowTile &tile) {
  Pool pool;
  for (const RowPiece &piece : tile.pieces) {
    pool.values.push_back(createSplat(b, loc, piece.getType(computeType), 0.0));
    if (winnerType)
      pool.winners.push_back(arith::ConstantOp::create(
          b, loc,
          DenseElementsAttr::get(piece.getType(winnerType),
                                 b.getIntegerAttr(winnerType, -1))));
  }
  if (isCounted)
    pool.count = createIndex(b, loc, 0);
  return pool;
}

/// In which columns `value` takes the place of the largest value so far.
Value BagArithmetic::isTaken(OpBuilder &b, Location loc, Value acc, Value value,
                             Value isFirst) {
  auto flags = cast<VectorType>(acc.getType()).clone(b.getI1Type());
  Value isGreater =
      arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, value, acc);
  Value first = vector::BroadcastOp::create(b, loc, flags, isFirst);
  return arith::OrIOp::create(b, loc, isGreater, first);
}

Pool BagArithmetic::addEntry(OpBuilder &b, Location loc, const Bag &bag,
                             Value place, Value row, const RowTile &tile,
                             const Pool &pool) {
  Value weight, isFirst, position;
  if (op.getWeights()) {
    weight = memref::LoadOp::create(b, loc, op.getWeights(),
                                    bags.getSubscripts(b, loc, bag, place));
    weight = convertFloat(b, loc, weight, computeType);
  }
  if (op.getMode() == BagMode::Max)
    isFirst = arith::CmpIOp::create(
        b, loc, arith::CmpIPredicate::eq, isCounted ? pool.count : place,
        isCounted ? createIndex(b, loc, 0) : bag.begin);
  if (winnerType)
    position = arith::IndexCastOp::create(b, loc, winnerType,
                                          bags.getPosition(b, loc, bag, place));

  Pool result;
  for (auto [number, piece] : llvm::enumerate(tile.pieces)) {
    Value acc = pool.values[number];
    Value value = loadPiece(b, loc, op.getTable(), row, tile, piece);
    value = convertFloat(b, loc, value, computeType);
    if (weight)
      value = arith::MulFOp::create(
          b, loc, value,
          vector::BroadcastOp::create(b, loc, value.getType(), weight));
    if (op.getMode() != BagMode::Max) {
      result.values.push_back(arith::AddFOp::create(b, loc, acc, value));
      continue;
    }
    Value taken = isTaken(b, loc, acc, value, isFirst);
    result.values.push_back(arith::SelectOp::create(b, loc, taken, value, acc));
    if (winnerType)
      result.winners.push_back(arith::SelectOp::create(
          b, loc, taken,
          vector::BroadcastOp::create(b, loc, piece.getType(winnerType),
                                      position),
          pool.winners[number]));
  }
  if (isCounted)
    result.count =
        arith::AddIOp::create(b, loc, pool.count, createIndex(b, loc, 1));
  return result;
}

/// The upper halves of f32 values that were widened from bf16: exact, to the
/// payload of a NaN.
static Value dropLowBits(OpBuilder &b, Location loc, Value value) {
  auto type = cast<VectorType>(value.getType());
  VectorType words = type.clone(b.getI32Type());
  Value bits = arith::BitcastOp::create(b, loc, words, value);
  Value shift = arith::ConstantOp::create(
      b, loc, DenseElementsAttr::get(words, b.getI32IntegerAttr(16)));
  bits = arith::ShRUIOp::create(b, loc, bits, shift);
  bits = arith::TruncIOp::create(b, loc, type.clone(b.getI16Type()), bits);
  return arith::BitcastOp::create(b, loc, type.clone(b.getBF16Type()), bits);
}

/// The pooled value of a piece in the element type.
Value BagArithmetic::finish(OpBuilder &b, Location loc, Value acc,
                            Value count) {
  if (op.getMode() == BagMode::Mean) {
    Value divisor =
        arith::MaxSIOp::create(b, loc, count, createIndex(b, loc, 1));
    divisor = arith::IndexCastOp::create(b, loc, b.getI64Type(), divisor);
    divisor = arith::SIToFPOp::create(b, loc, computeType, divisor);
    acc = arith::DivFOp::create(
        b, loc, acc,
        vector::BroadcastOp::create(b, loc, acc.getType(), divisor));
  }
  if (op.getMode() == BagMode::Max && elementType.isBF16())
    return dropLowBits(b, loc, acc);
  return convertFloat(b, loc, acc, elementType);
}

void BagArithmetic::store(OpBuilder &b, Location loc, const Bag &bag,
                          const RowTile &tile, const Pool &pool) {
  Value count = pool.count;
  if (op.getMode() == BagMode::Mean && !count)
    count = arith::SubIOp::create(b, loc, bag.end, bag.begin);
  for (auto [piece, acc] : llvm::zip_equal(tile.pieces, pool.values))
    storePiece(b, loc, finish(b, loc, acc, count), op.getInit(), bag.number,
               tile, piece);
  for (auto [piece, winners] : llvm::zip(tile.pieces, pool.winners))
    storePiece(b, loc, winners, op.getWinnersInit(), bag.number, tile, piece);
}
