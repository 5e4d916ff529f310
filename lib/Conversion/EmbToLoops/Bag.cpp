//===- Bag.cpp - emb.bag to loops -----------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../LoopAnnotations.h"
#include "BagPool.h"
#include "CheckedParts.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::emb;

/// The loop over the entries of a bag is unrolled twice for tiles of so many
/// vectors, beside which counting and branching show. Four gain nothing.
static constexpr size_t kMaxPiecesToUnroll = 2;
/// Memory is faster if a row is read in one go. Rows of several tiles are, if
/// those of a bag are likely to still be in the first cache for the next tile.
static constexpr int64_t kMostRowBytes = 2048;

namespace {

/// Lowers one bag operation: a parallel loop over the bags, in it the tiles of
/// the row, in these a loop over the entries that keeps the tile in registers.
class BagLowering {
public:
  /// `check` is to be run with the loop, if there is one.
  BagLowering(BagOp op, CheckIndicesOp check, RewriterBase &rewriter,
              const LoopOptions &options);
  void run();

private:
  bool isAlwaysOutside() const {
    return ahead && (!isOutside || matchPattern(isOutside, m_One()));
  }
  int64_t getTileVectors(const LoopOptions &options) const;
  int64_t getRowBytes() const {
    return columns.getWidth() * getElementBytes(table);
  }
  /// Whether the first tile of a bag asks for all columns of a row.
  bool asksForRows() const {
    return !columns.isSingleTile() && getRowBytes() <= kMostRowBytes;
  }
  /// The bytes of a row that are asked for in one go.
  int64_t getReadBytes() const {
    if (asksForRows() || columns.isSingleTile())
      return getRowBytes();
    return columns.getTileWidth() * getElementBytes(table);
  }
  void findDistance(const LoopOptions &options);
  void prefetchAhead(OpBuilder &b, Location loc, const Bag &bag, Value place,
                     bool isInList, const RowTile &tile);
  void poolTile(OpBuilder &b, Location loc, const Bag &bag,
                const RowTile &tile);
  SmallVector<Value> addEntries(OpBuilder &b, Location loc, const Bag &bag,
                                const RowTile &tile, bool isInList);
  void poolBag(OpBuilder &b, Location loc, Value number);
  void poolParts(int64_t work);

  BagOp op;
  CheckIndicesOp check;
  RewriterBase &rewriter;
  Location loc;
  Value table;
  BagList bags;
  BagArithmetic arithmetic;
  RowVectors columns;
  int64_t distance, cachedDistance;

  Value padding;   ///< The padding row, where there is one.
  Value ahead;     ///< How many entries ahead rows are asked for, or null.
  Value isOutside; ///< Whether the table is not in the cache; null for yes.
};

} // namespace

BagLowering::BagLowering(BagOp op, CheckIndicesOp check, RewriterBase &rewriter,
                         const LoopOptions &options)
    : op(op), check(check), rewriter(rewriter), loc(op.getLoc()),
      table(op.getTable()), bags(rewriter, loc, op), arithmetic(op, bags),
      columns(getRowWidth(table), arithmetic.getComputeType(),
              getTileVectors(options)),
      distance(options.getLookupDistance(getReadBytes())),
      cachedDistance(options.getCachedLookupDistance(getReadBytes())),
      padding(createPaddingRow(rewriter, loc, op.getPaddingIdx(), table)) {
  if (distance > 0)
    findDistance(options);
}

/// Whether and how far to look ahead, which may be left to the run: it depends
/// on the cache that the table fits into.
void BagLowering::findDistance(const LoopOptions &options) {
  int64_t rowBytes = getRowBytes();
  Value numRows = rewriter.createOrFold<memref::DimOp>(loc, table, 0);
  auto isLarger = [&](int64_t bytes) {
    return rewriter.createOrFold<arith::CmpIOp>(
        loc, arith::CmpIPredicate::sgt, numRows,
        createIndex(rewriter, loc, bytes / rowBytes));
  };
  if (options.residentBytes >= rowBytes)
    isOutside = isLarger(options.residentBytes);
  if (isOutside && matchPattern(isOutside, m_Zero())) {
    distance = 0;
    return;
  }
  ahead = createIndex(rewriter, loc, distance);
  if (cachedDistance == distance)
    return;
  ahead = rewriter.createOrFold<arith::SelectOp>(
      loc, isLarger(options.cacheBytes), ahead,
      createIndex(rewriter, loc, cachedDistance));
  distance = getConstantIntValue(ahead).value_or(distance);
}

/// Asks for the row that is needed `ahead` entries later.
void BagLowering::prefetchAhead(OpBuilder &b, Location loc, const Bag &bag,
                                Value place, bool isInList,
                                const RowTile &tile) {
  Value next = arith::AddIOp::create(b, loc, place, ahead);
  if (!isInList) {
    Value last =
        arith::SubIOp::create(b, loc, bag.endAhead, createIndex(b, loc, 1));
    next = arith::MinSIOp::create(b, loc, next, last);
  }
  Value row = bags.loadIndexAt(b, loc, bag, next);
  prefetchTile(b, loc, table, row, tile, /*isWrite=*/false);
  if (!asksForRows())
    return;
  Value isFirst = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq,
                                        tile.base, createIndex(b, loc, 0));
  scf::IfOp::create(b, loc, isFirst, [&](OpBuilder &in, Location l) {
    int64_t lineWidth = kLineBytes / getElementBytes(table);
    for (int64_t column = columns.getTileWidth(); column < columns.getWidth();
         column += lineWidth)
      createPrefetch(in, l, table, row, createIndex(in, l, column),
                     /*isWrite=*/false);
    scf::YieldOp::create(in, l);
  });
}

/// How many vectors there are registers for, where each has its winners.
int64_t BagLowering::getTileVectors(const LoopOptions &options) const {
  Type winnerType = arithmetic.getWinnerType();
  if (!winnerType)
    return options.tileVectors;
  int64_t registers =
      1 + llvm::divideCeil(winnerType.getIntOrFloatBitWidth(),
                           arithmetic.getComputeType().getIntOrFloatBitWidth());
  return std::max<int64_t>(options.tileVectors / registers, 1);
}

/// The loop over the entries of a bag, and the flat pool of all of them. What
/// any of them sees ahead is in the list of indices if `isInList`.
SmallVector<Value> BagLowering::addEntries(OpBuilder &b, Location loc,
                                           const Bag &bag, const RowTile &tile,
                                           bool isInList) {
  size_t numPieces = tile.pieces.size();
  auto addOne = [&](OpBuilder &inner, Location l, Value place,
                    ValueRange carried) {
    auto prefetch = [&](OpBuilder &in, Location inLoc) {
      prefetchAhead(in, inLoc, bag, place, isInList, tile);
    };
    if (isInList || isAlwaysOutside())
      prefetch(inner, l);
    else if (ahead)
      scf::IfOp::create(inner, l, isOutside,
                        [&](OpBuilder &in, Location inLoc) {
                          prefetch(in, inLoc);
                          scf::YieldOp::create(in, inLoc);
                        });
    Value row = bags.loadIndexAt(inner, l, bag, place);
    auto add = [&](OpBuilder &in, Location inLoc) {
      Pool next = arithmetic.addEntry(in, inLoc, bag, place, row, tile,
                                      arithmetic.unflatten(carried, numPieces));
      scf::YieldOp::create(in, inLoc, next.flatten());
    };
    if (!padding)
      return add(inner, l);
    Value isPadding =
        arith::CmpIOp::create(inner, l, arith::CmpIPredicate::eq, row, padding);
    auto skip = [&](OpBuilder &in, Location inLoc) {
      scf::YieldOp::create(in, inLoc, carried);
    };
    auto branch = scf::IfOp::create(inner, l, isPadding, skip, add);
    scf::YieldOp::create(inner, l, branch.getResults());
  };
  auto loop =
      scf::ForOp::create(b, loc, bag.begin, bag.end, createIndex(b, loc, 1),
                         arithmetic.createPool(b, loc, tile).flatten(), addOne);
  if (numPieces <= kMaxPiecesToUnroll)
    loop->setAttr(kUnrollAttr, b.getI64IntegerAttr(2));
  return loop.getResults();
}

void BagLowering::poolTile(OpBuilder &b, Location loc, const Bag &bag,
                           const RowTile &tile) {
  SmallVector<Value> flat;
  if (ahead) {
    // All but the last bags see nothing past the list, and need no minimum.
    Value rest = arith::SubIOp::create(b, loc, bag.endAhead, bag.end);
    Value isInList =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, rest, ahead);
    if (!isAlwaysOutside())
      isInList = arith::AndIOp::create(b, loc, isInList, isOutside);
    auto addAll = [&](bool known) {
      return [&, known](OpBuilder &in, Location l) {
        scf::YieldOp::create(in, l, addEntries(in, l, bag, tile, known));
      };
    };
    flat = llvm::to_vector_of<Value>(
        scf::IfOp::create(b, loc, isInList, addAll(true), addAll(false))
            .getResults());
  } else {
    flat = addEntries(b, loc, bag, tile, /*isInList=*/false);
  }
  arithmetic.store(b, loc, bag, tile,
                   arithmetic.unflatten(flat, tile.pieces.size()));
}

void BagLowering::poolBag(OpBuilder &b, Location loc, Value number) {
  Bag bag = bags.getBag(b, loc, number);
  columns.forEachTile(
      b, loc, {},
      [&](OpBuilder &in, Location l, const RowTile &tile, ValueRange) {
        poolTile(in, l, bag, tile);
        return SmallVector<Value>();
      });
}

/// The bags in parts, with their check.
void BagLowering::poolParts(int64_t work) {
  CheckedParts parts(rewriter, check, bags.getCount());
  auto findPlaces = [&](OpBuilder &b, Location l, Value begin, Value end) {
    Value last = arith::SubIOp::create(b, l, end, createIndex(b, l, 1));
    return std::pair(bags.getBag(b, l, begin).begin,
                     bags.getBag(b, l, last).end);
  };
  auto poolPart = [&](OpBuilder &b, Location l, Value begin, Value end) {
    scf::ForOp::create(
        b, l, begin, end, createIndex(b, l, 1), ValueRange(),
        [&](OpBuilder &in, Location inLoc, Value number, ValueRange) {
          poolBag(in, inLoc, number);
          scf::YieldOp::create(in, inLoc);
        });
  };
  parts.createLoop(rewriter, loc, work, findPlaces, poolPart);
  parts.finish(rewriter);
}

void BagLowering::run() {
  int64_t bagLength = bags.getKnownLength().value_or(kAssumedBagLength);
  int64_t work = (bagLength + 1) * getRowBytes() +
                 bagLength * getElementBytes(op.getIndices());
  if (arithmetic.getWinnerType())
    work += columns.getWidth() * getElementBytes(op.getWinnersInit());
  auto pool = [&](OpBuilder &b, Location l, Value number) {
    poolBag(b, l, number);
  };
  if (check)
    poolParts(work);
  else
    createParallel(rewriter, loc, bags.getCount(), work, pool);
  remarkLowered(op, "BagLowered", columns, distance)
      << remark::metric("checks", check != nullptr);
}

LogicalResult emb::lowerBag(BagOp op, CheckIndicesOp check,
                            RewriterBase &rewriter,
                            const LoopOptions &options) {
  SmallVector<Value> vectors(op.getInits());
  vectors.push_back(op.getTable());
  if (failed(checkRows(op, vectors)))
    return failure();
  BagLowering(op, check, rewriter, options).run();
  rewriter.eraseOp(op);
  return success();
}
