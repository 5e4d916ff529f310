//===- HotRows.cpp - Rows with many occurrences ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HotRows.h"

#include "../LoopAnnotations.h"
#include "GroupChunks.h"
#include "emb/Conversion/EntryPoints.h"
#include "emb/Support/Check.h"

using namespace mlir;
using namespace mlir::emb;

HotRows::HotRows(ValueRange group, const RowVectors &columns, FloatType sumType)
    : columns(columns), sumType(sumType), mayExist(false) {
  if (group.empty() || columns.getWidth() == 0)
    return;
  bounds = group[1];
  positions = group[2];
  count = group[3];
  int64_t most = cast<MemRefType>(positions.getType()).getDimSize(0);
  mayExist = ShapedType::isDynamic(most) || most > kHotBlock;
}

/// `value` / kHotBlock.
static Value getWindow(OpBuilder &b, Location loc, Value value) {
  return arith::DivUIOp::create(b, loc, value, createIndex(b, loc, kHotBlock));
}

/// `value` rounded down to a multiple of kHotBlock.
static Value roundDown(OpBuilder &b, Location loc, Value value) {
  return arith::AndIOp::create(b, loc, value, createIndex(b, loc, -kHotBlock));
}

void HotRows::createBuffers(OpBuilder &b, Location loc) {
  OpBuilder::InsertionGuard guard(b);
  // Memory is acquired where that of the group is: before anything is written.
  if (auto alloc = positions.getDefiningOp<memref::AllocOp>())
    b.setInsertionPointAfter(alloc);
  Value size = b.createOrFold<memref::DimOp>(loc, positions, 0);
  Value rows = getWindow(b, loc, size);
  auto create = [&](ArrayRef<int64_t> shape, Type type, Value extent) {
    return memref::AllocOp::create(b, loc, MemRefType::get(shape, type), extent,
                                   b.getI64IntegerAttr(64));
  };
  sums = create({ShapedType::kDynamic, columns.getWidth()}, sumType, rows);
  Value counts = arith::AddIOp::create(b, loc, rows, createIndex(b, loc, 1));
  numSums = create({ShapedType::kDynamic}, b.getI64Type(), counts);
}

/// Whether any part of the group, of about half as many positions as a block
/// has, has more of them than a block: if not, no row has.
Value HotRows::mayOccur(OpBuilder &b, Location loc, Value numPositions) const {
  Value zero = createIndex(b, loc, 0), one = createIndex(b, loc, 1);
  Value parts = arith::DivUIOp::create(b, loc, numPositions,
                                       createIndex(b, loc, kHotBlock / 2));
  Value step = arith::DivUIOp::create(
      b, loc, count, arith::MaxUIOp::create(b, loc, parts, one));
  step = arith::AddIOp::create(b, loc, step, one);
  Value no = arith::ConstantIntOp::create(b, loc, b.getI1Type(), 0);
  auto loop = scf::ForOp::create(
      b, loc, zero, count, step, no,
      [&](OpBuilder &in, Location l, Value place, ValueRange found) {
        Value next = arith::AddIOp::create(in, l, place, step);
        next = arith::MinUIOp::create(in, l, next, count);
        Value size =
            arith::SubIOp::create(in, l, loadIndex(in, l, bounds, next),
                                  loadIndex(in, l, bounds, place));
        Value isLarge =
            arith::CmpIOp::create(in, l, arith::CmpIPredicate::ugt, size,
                                  createIndex(in, l, kHotBlock));
        Value any = arith::OrIOp::create(in, l, found.front(), isLarge);
        scf::YieldOp::create(in, l, any);
      });
  disableUnroll(loop);
  return loop.getResult(0);
}

/// Sums the block that begins in the window, if it ends before its row does,
/// which is the result. Only window c writes row c. No block is forgotten: one
/// that begins at s ends after s + kHotBlock - 1 and so has the last position
/// of its window, c, whose row is looked up; of the blocks of a row one begins
/// in each window.
Value HotRows::sumBlock(OpBuilder &b, Location loc, Value window,
                        SumRange sumRange) {
  Value zero = createIndex(b, loc, 0), one = createIndex(b, loc, 1);
  Value block = createIndex(b, loc, kHotBlock);
  Value start = arith::MulIOp::create(b, loc, window, block);
  Value next = arith::AddIOp::create(b, loc, start, block);
  // The row of the last position; each row before it has a position.
  Value high = arith::MinUIOp::create(b, loc, next, count);
  Value after = findFirst(
      b, loc, zero, high, [&](OpBuilder &in, Location l, Value place) {
        return arith::CmpIOp::create(in, l, arith::CmpIPredicate::ult,
                                     loadIndex(in, l, bounds, place), next);
      });
  auto [begin, end] =
      loadGroupRange(b, loc, bounds, arith::SubIOp::create(b, loc, after, one));
  Value missed = arith::SubIOp::create(b, loc, start, begin);
  missed = arith::MaxSIOp::create(b, loc, missed, zero);
  missed =
      arith::AddIOp::create(b, loc, missed, createIndex(b, loc, kHotBlock - 1));
  Value first = arith::AddIOp::create(b, loc, begin, roundDown(b, loc, missed));
  Value last = arith::AddIOp::create(b, loc, first, block);
  Value isFull =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, last, end);
  scf::IfOp::create(b, loc, isFull, [&](OpBuilder &in, Location l) {
    columns.forEachTile(
        in, l, {},
        [&](OpBuilder &t, Location tl, const RowTile &tile,
            ValueRange) -> SmallVector<Value> {
          for (auto [piece, sum] :
               llvm::zip_equal(tile.pieces, sumRange(t, tl, first, last, tile)))
            storePiece(t, tl, sum, sums, window, tile, piece);
          return {};
        });
    scf::YieldOp::create(in, l);
  });
  return isFull;
}

void HotRows::sumBlocks(OpBuilder &b, Location loc, int64_t occurrenceBytes,
                        SumRange sumRange) {
  if (!mayExist)
    return;
  createBuffers(b, loc);
  // Padding leaves positions at the end unset.
  Value numPositions = loadIndex(b, loc, bounds, count);
  Value numWindows = getWindow(b, loc, numPositions);
  Value isAny = mayOccur(b, loc, numPositions);
  scf::IfOp::create(b, loc, isAny, [&](OpBuilder &in, Location l) {
    auto loop = createParallel(
        in, l, numWindows, kHotBlock * occurrenceBytes,
        [&](OpBuilder &each, Location el, Value window) {
          Value isSum = sumBlock(each, el, window, sumRange);
          isSum = arith::ExtUIOp::create(each, el, each.getI64Type(), isSum);
          memref::StoreOp::create(each, el, isSum, numSums, window);
        });
    // The blocks of a row lie in consecutive windows.
    loop->setAttr(kCyclicAttr, in.getUnitAttr());
    scf::YieldOp::create(in, l);
  });
  countSums(b, loc, numWindows, isAny);
}

/// Makes counts of what `numSums` holds: whether there is a sum.
void HotRows::countSums(OpBuilder &b, Location loc, Value numWindows,
                        Value isAny) {
  Value none = arith::ConstantIntOp::create(b, loc, b.getI64Type(), 0);
  auto loop = scf::ForOp::create(
      b, loc, createIndex(b, loc, 0), numWindows, createIndex(b, loc, 1), none,
      [&](OpBuilder &in, Location l, Value window, ValueRange before) {
        Value isSum = memref::LoadOp::create(in, l, numSums, window);
        isSum = arith::SelectOp::create(in, l, isAny, isSum, none);
        memref::StoreOp::create(in, l, before.front(), numSums, window);
        Value next = arith::AddIOp::create(in, l, before.front(), isSum);
        scf::YieldOp::create(in, l, next);
      });
  disableUnroll(loop);
  memref::StoreOp::create(b, loc, loop.getResult(0), numSums, numWindows);
}

Value HotRows::countRest(OpBuilder &b, Location loc, Value position) const {
  if (!mayExist)
    return position;
  // A block that begins in the same window before it would go on beyond it.
  Value sums = loadIndex(b, loc, numSums, getWindow(b, loc, position));
  Value summed =
      arith::MulIOp::create(b, loc, sums, createIndex(b, loc, kHotBlock));
  return arith::SubIOp::create(b, loc, position, summed);
}

SmallVector<Value> HotRows::sumRow(OpBuilder &b, Location loc, Value begin,
                                   Value end, const RowTile &tile,
                                   SumRange sumRange) const {
  if (!mayExist)
    return sumRange(b, loc, begin, end, tile);
  EMB_CHECK(sums, "blocks are summed before rows are visited");
  Value block = createIndex(b, loc, kHotBlock);
  Value size = arith::SubIOp::create(b, loc, end, begin);
  Value isHot =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ugt, size, block);
  // Rows with one block have a loop of their own: most rows do, and have few
  // occurrences.
  auto choice = scf::IfOp::create(
      b, loc, isHot,
      [&](OpBuilder &in, Location l) {
        Value last = arith::SubIOp::create(in, l, size, createIndex(in, l, 1));
        last = arith::AddIOp::create(in, l, begin, roundDown(in, l, last));
        SmallVector<Value> rest = sumRange(in, l, last, end, tile);
        scf::YieldOp::create(in, l, addBlocks(in, l, begin, last, tile, rest));
      },
      [&](OpBuilder &in, Location l) {
        scf::YieldOp::create(in, l, sumRange(in, l, begin, end, tile));
      });
  return SmallVector<Value>(choice.getResults());
}

/// The sums of the blocks of the row from `begin` on and `rest`, its last
/// block.
SmallVector<Value> HotRows::addBlocks(OpBuilder &b, Location loc, Value begin,
                                      Value lastBlock, const RowTile &tile,
                                      ArrayRef<Value> rest) const {
  auto load = [&](OpBuilder &at, Value window, const RowPiece &piece) {
    return loadPiece(at, loc, sums, window, tile, piece);
  };
  Value one = createIndex(b, loc, 1), window = getWindow(b, loc, begin);
  SmallVector<Value> total;
  for (const RowPiece &piece : tile.pieces)
    total.push_back(load(b, window, piece));
  auto loop = scf::ForOp::create(
      b, loc, arith::AddIOp::create(b, loc, window, one),
      getWindow(b, loc, lastBlock), one, total,
      [&](OpBuilder &in, Location, Value number, ValueRange sums) {
        SmallVector<Value> next;
        for (auto [piece, sum] : llvm::zip_equal(tile.pieces, sums))
          next.push_back(
              arith::AddFOp::create(in, loc, sum, load(in, number, piece)));
        scf::YieldOp::create(in, loc, next);
      });
  disableUnroll(loop);
  total.assign(loop.result_begin(), loop.result_end());
  for (auto [sum, last] : llvm::zip_equal(total, rest))
    sum = arith::AddFOp::create(b, loc, sum, last);
  return total;
}
