//===- Bag.cpp - emb.bag to loops -----------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../LoopAnnotations.h"
#include "Bags.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::emb;

/// The loop over the entries of a bag is unrolled twice for tiles of so many
/// vectors, beside which counting and branching show. Four gain nothing.
static constexpr size_t kMaxPiecesToUnroll = 2;

namespace {

/// Lowers one bag operation: a parallel loop over the bags, in it the tiles of
/// the row, in these a loop over the entries that keeps the tile in registers.
class BagLowering {
public:
  BagLowering(BagOp op, RewriterBase &rewriter, const LoopOptions &options);
  void run();

private:
  /// What the entries of a bag add up to in one tile.
  struct Pool {
    SmallVector<Value> values;  ///< One vector for each piece.
    SmallVector<Value> winners; ///< The same, where they are asked for.
    Value count;                ///< Entries so far, where they are counted.

    SmallVector<Value> flatten() const;
  };

  int64_t getTileVectors(const LoopOptions &options) const;
  void findResident(int64_t bytes);
  void prefetchAhead(OpBuilder &b, Location loc, const Bag &bag, Value place,
                     const RowTile &tile);
  Pool unflatten(ValueRange flat, size_t numPieces) const;
  Pool createPool(OpBuilder &b, Location loc, const RowTile &tile);

  void poolTile(OpBuilder &b, Location loc, const Bag &bag,
                const RowTile &tile);
  Pool addEntry(OpBuilder &b, Location loc, const Bag &bag, Value place,
                Value row, const RowTile &tile, const Pool &pool);
  Value isTaken(OpBuilder &b, Location loc, Value acc, Value value,
                Value isFirst);
  Value finish(OpBuilder &b, Location loc, Value acc, Value count);

  BagOp op;
  RewriterBase &rewriter;
  Location loc;
  Value table;
  FloatType elementType, computeType;
  Type winnerType; ///< Null unless winners are asked for.
  RowVectors columns;
  int64_t distance;
  bool isCounted;

  BagList bags;
  Value padding;   ///< The padding row, where there is one.
  Value ahead;     ///< How many entries ahead rows are asked for, or null.
  Value isOutside; ///< Whether the table is not in the cache; null for yes.
};

} // namespace

BagLowering::BagLowering(BagOp op, RewriterBase &rewriter,
                         const LoopOptions &options)
    : op(op), rewriter(rewriter), loc(op.getLoc()), table(op.getTable()),
      elementType(cast<FloatType>(getElementTypeOrSelf(table))),
      computeType(getComputeType(elementType)),
      winnerType(op.getWinnersInit() ? getElementTypeOrSelf(op.getWinnersInit())
                                     : Type()),
      columns(getRowWidth(table), computeType, getTileVectors(options)),
      distance(options.getLookupDistance(
          std::min(columns.getTileWidth(), columns.getWidth()) *
          getElementBytes(table))),
      isCounted(op.getPaddingIdx() && op.getMode() != BagMode::Sum),
      bags(rewriter, loc, op),
      padding(createPaddingRow(rewriter, loc, op.getPaddingIdx(), table)) {
  if (distance > 0)
    findResident(options.residentBytes);
}

/// Looks ahead unless the table is in the cache, which may be left to the run.
void BagLowering::findResident(int64_t bytes) {
  int64_t most = bytes / (columns.getWidth() * getElementBytes(table));
  if (most > 0)
    isOutside = rewriter.createOrFold<arith::CmpIOp>(
        loc, arith::CmpIPredicate::sgt,
        rewriter.createOrFold<memref::DimOp>(loc, table, 0),
        createIndex(rewriter, loc, most));
  if (isOutside && matchPattern(isOutside, m_Zero()))
    distance = 0;
  else
    ahead = createIndex(rewriter, loc, distance);
}

void BagLowering::prefetchAhead(OpBuilder &b, Location loc, const Bag &bag,
                                Value place, const RowTile &tile) {
  if (!ahead)
    return;
  auto prefetch = [&](OpBuilder &in, Location l) {
    Value row = bags.loadIndexAhead(in, l, bag, place, ahead);
    prefetchTile(in, l, table, row, tile, /*isWrite=*/false);
  };
  if (!isOutside || matchPattern(isOutside, m_One()))
    return prefetch(b, loc);
  scf::IfOp::create(b, loc, isOutside, [&](OpBuilder &in, Location l) {
    prefetch(in, l);
    scf::YieldOp::create(in, l);
  });
}

/// How many vectors there are registers for, where each has its winners.
int64_t BagLowering::getTileVectors(const LoopOptions &options) const {
  if (!winnerType)
    return options.tileVectors;
  int64_t registers =
      1 + llvm::divideCeil(winnerType.getIntOrFloatBitWidth(),
                           Type(computeType).getIntOrFloatBitWidth());
  return std::max<int64_t>(options.tileVectors / registers, 1);
}

SmallVector<Value> BagLowering::Pool::flatten() const {
  SmallVector<Value> flat(values);
  llvm::append_range(flat, winners);
  if (count)
    flat.push_back(count);
  return flat;
}

BagLowering::Pool BagLowering::unflatten(ValueRange flat,
                                         size_t numPieces) const {
  Pool pool;
  llvm::append_range(pool.values, flat.take_front(numPieces));
  if (winnerType)
    llvm::append_range(pool.winners, flat.slice(numPieces, numPieces));
  if (isCounted)
    pool.count = flat.back();
  return pool;
}

/// The pool of a bag without entries.
BagLowering::Pool BagLowering::createPool(OpBuilder &b, Location loc,
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
Value BagLowering::isTaken(OpBuilder &b, Location loc, Value acc, Value value,
                           Value isFirst) {
  auto flags = cast<VectorType>(acc.getType()).clone(b.getI1Type());
  Value isGreater =
      arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, value, acc);
  Value first = vector::BroadcastOp::create(b, loc, flags, isFirst);
  return arith::OrIOp::create(b, loc, isGreater, first);
}

BagLowering::Pool BagLowering::addEntry(OpBuilder &b, Location loc,
                                        const Bag &bag, Value place, Value row,
                                        const RowTile &tile, const Pool &pool) {
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
    Value value = loadPiece(b, loc, table, row, tile, piece);
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
Value BagLowering::finish(OpBuilder &b, Location loc, Value acc, Value count) {
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

void BagLowering::poolTile(OpBuilder &b, Location loc, const Bag &bag,
                           const RowTile &tile) {
  auto loop = scf::ForOp::create(
      b, loc, bag.begin, bag.end, createIndex(b, loc, 1),
      createPool(b, loc, tile).flatten(),
      [&](OpBuilder &inner, Location l, Value place, ValueRange carried) {
        Pool pool = unflatten(carried, tile.pieces.size());
        prefetchAhead(inner, l, bag, place, tile);
        Value row = bags.loadIndexAt(inner, l, bag, place);
        if (!padding) {
          pool = addEntry(inner, l, bag, place, row, tile, pool);
          scf::YieldOp::create(inner, l, pool.flatten());
          return;
        }
        Value isPadding = arith::CmpIOp::create(
            inner, l, arith::CmpIPredicate::eq, row, padding);
        auto branch = scf::IfOp::create(
            inner, l, isPadding,
            [&](OpBuilder &skip, Location skipLoc) {
              scf::YieldOp::create(skip, skipLoc, carried);
            },
            [&](OpBuilder &add, Location addLoc) {
              Pool next = addEntry(add, addLoc, bag, place, row, tile, pool);
              scf::YieldOp::create(add, addLoc, next.flatten());
            });
        scf::YieldOp::create(inner, l, branch.getResults());
      });

  if (tile.pieces.size() <= kMaxPiecesToUnroll)
    loop->setAttr(kUnrollAttr, b.getI64IntegerAttr(2));

  Pool pool = unflatten(loop.getResults(), tile.pieces.size());
  Value count = pool.count;
  if (op.getMode() == BagMode::Mean && !count)
    count = arith::SubIOp::create(b, loc, bag.end, bag.begin);
  for (auto [piece, acc] : llvm::zip_equal(tile.pieces, pool.values))
    storePiece(b, loc, finish(b, loc, acc, count), op.getInit(), bag.number,
               tile, piece);
  for (auto [piece, winners] : llvm::zip(tile.pieces, pool.winners))
    storePiece(b, loc, winners, op.getWinnersInit(), bag.number, tile, piece);
}

void BagLowering::run() {
  int64_t bagLength = kAssumedBagLength;
  auto indicesType = cast<MemRefType>(op.getIndices().getType());
  if (!op.getOffsets() && !indicesType.isDynamicDim(1))
    bagLength = indicesType.getDimSize(1);
  int64_t rowBytes = columns.getWidth() * getElementBytes(table);
  int64_t work =
      (bagLength + 1) * rowBytes + bagLength * getElementBytes(op.getIndices());
  if (winnerType)
    work += columns.getWidth() * getElementBytes(op.getWinnersInit());
  createParallel(rewriter, loc, bags.getCount(), work,
                 [&](OpBuilder &b, Location l, Value number) {
                   Bag bag = bags.getBag(b, l, number);
                   columns.forEachTile(b, l, {},
                                       [&](OpBuilder &inner, Location innerLoc,
                                           const RowTile &tile, ValueRange) {
                                         poolTile(inner, innerLoc, bag, tile);
                                         return SmallVector<Value>();
                                       });
                 });
  remarkLowered(op, "BagLowered", columns, distance);
}

LogicalResult emb::lowerBag(BagOp op, RewriterBase &rewriter,
                            const LoopOptions &options) {
  SmallVector<Value> vectors(op.getInits());
  vectors.push_back(op.getTable());
  if (failed(checkRows(op, vectors)))
    return failure();
  BagLowering(op, rewriter, options).run();
  rewriter.eraseOp(op);
  return success();
}
