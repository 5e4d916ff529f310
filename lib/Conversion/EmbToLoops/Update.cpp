//===- Update.cpp - emb.update to loops -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GroupChunks.h"
#include "RowUpdate.h"

using namespace mlir;
using namespace mlir::emb;

/// Rows that one iteration visits where all rows are.
static constexpr int64_t kChunkRows = 256;

namespace {

/// Lowers one update: a parallel loop over the rows of the group, or over
/// chunks of all rows.
class UpdateLowering {
public:
  UpdateLowering(UpdateOp op, RewriterBase &rewriter,
                 const LoopOptions &options)
      : op(op), rewriter(rewriter), loc(op.getLoc()), row(op, options),
        distance(op.getRows() == UpdateRows::Touched
                     ? options.getUpdateDistance(row.getInitBytes(),
                                                 options.updatePrefetchBytes)
                     : 0) {}
  void run();

private:
  void visitTouched();
  void visitAll();
  Value visitNext(OpBuilder &b, Location loc, Value number, Value place,
                  Value scratch);
  void prefetchRow(OpBuilder &b, Location loc, Value place);
  Value findPlace(OpBuilder &b, Location loc, Value number);
  bool isWritten(unsigned init) {
    return row.getRule().getNewValue(init) != nullptr;
  }

  UpdateOp op;
  RewriterBase &rewriter;
  Location loc;
  RowUpdate row;
  int64_t distance;          ///< How many rows ahead are prefetched.
  Value rows, bounds, count; ///< The group; null where not needed.
  Value zero, lastPlace;
};

} // namespace

/// Asks for the row of the table and of the states that is `distance` places
/// ahead.
void UpdateLowering::prefetchRow(OpBuilder &b, Location loc, Value place) {
  if (distance == 0)
    return;
  Value next =
      arith::AddIOp::create(b, loc, place, createIndex(b, loc, distance));
  next = arith::MinSIOp::create(b, loc, next, lastPlace);
  Value number = loadIndex(b, loc, rows, next);
  for (auto [i, init] : llvm::enumerate(op.getInits()))
    if (op.isPerRow(i))
      createPrefetch(b, loc, init, number, Value(), isWritten(i));
  row.getColumns().forEachTile(
      b, loc, {},
      [&](OpBuilder &in, Location l, const RowTile &tile,
          ValueRange) -> SmallVector<Value> {
        for (auto [i, init] : llvm::enumerate(op.getInits()))
          if (!op.isPerRow(i))
            prefetchTile(in, l, init, number, tile, isWritten(i));
        return {};
      });
}

void UpdateLowering::visitTouched() {
  if (distance > 0)
    lastPlace = arith::SubIOp::create(rewriter, loc, count,
                                      createIndex(rewriter, loc, 1));
  auto countBefore = [&](OpBuilder &b, Location l, Value place) {
    return row.countRest(b, l, loadIndex(b, l, bounds, place));
  };
  createGroupChunks(
      rewriter, loc, count,
      {row.getOccurrenceBytes(), 2 * row.getInitBytes(), countBefore},
      [&](OpBuilder &b, Location l, Value first, Value last) {
        Value scratch = row.createScratch(b, l);
        forEachGroupRow(b, l, bounds, first, last,
                        [&](OpBuilder &in, Location il, Value place,
                            Value begin, Value end) {
                          prefetchRow(in, il, place);
                          row.emit(in, il, loadIndex(in, il, rows, place),
                                   begin, end, scratch);
                        });
      });
}

/// Where the first row that is at least `number` stands in the group.
Value UpdateLowering::findPlace(OpBuilder &b, Location loc, Value number) {
  return findFirst(
      b, loc, zero, count, [&](OpBuilder &in, Location l, Value place) {
        return arith::CmpIOp::create(in, l, arith::CmpIPredicate::ult,
                                     loadIndex(in, l, rows, place), number);
      });
}

/// Visits row `number`, the occurrences of which, if any, are the next ones of
/// the group, at `place`. Returns where the row after it stands.
Value UpdateLowering::visitNext(OpBuilder &b, Location loc, Value number,
                                Value place, Value scratch) {
  Value isLeft =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, place, count);
  auto match = scf::IfOp::create(
      b, loc, isLeft,
      [&](OpBuilder &in, Location l) {
        Value found = loadIndex(in, l, rows, place);
        Value isFound = arith::CmpIOp::create(in, l, arith::CmpIPredicate::eq,
                                              found, number);
        scf::YieldOp::create(in, l, isFound);
      },
      [&](OpBuilder &in, Location l) {
        Value no = arith::ConstantIntOp::create(in, l, in.getI1Type(), 0);
        scf::YieldOp::create(in, l, no);
      });
  Value isTouched = match.getResult(0);
  auto range = scf::IfOp::create(
      b, loc, isTouched,
      [&](OpBuilder &in, Location l) {
        auto [begin, end] = loadGroupRange(in, l, bounds, place);
        scf::YieldOp::create(in, l, ValueRange{begin, end});
      },
      [&](OpBuilder &in, Location l) {
        scf::YieldOp::create(in, l, ValueRange{zero, zero});
      });
  row.emit(b, loc, number, range.getResult(0), range.getResult(1), scratch);
  Value step =
      arith::IndexCastUIOp::create(b, loc, b.getIndexType(), isTouched);
  return arith::AddIOp::create(b, loc, place, step);
}

void UpdateLowering::visitAll() {
  Value numRows = rewriter.createOrFold<memref::DimOp>(loc, op.getTable(), 0);
  Value chunk = createIndex(rewriter, loc, kChunkRows);
  Value rounded = rewriter.createOrFold<arith::AddIOp>(
      loc, numRows, createIndex(rewriter, loc, kChunkRows - 1));
  Value numChunks = rewriter.createOrFold<arith::DivUIOp>(loc, rounded, chunk);
  int64_t rowBytes =
      2 * row.getInitBytes() + kAssumedOccurrences * row.getOccurrenceBytes();
  createParallel(rewriter, loc, numChunks, kChunkRows * rowBytes,
                 [&](OpBuilder &b, Location l, Value number) {
                   Value scratch = row.createScratch(b, l);
                   Value first = arith::MulIOp::create(b, l, number, chunk);
                   Value end = arith::AddIOp::create(b, l, first, chunk);
                   end = arith::MinSIOp::create(b, l, end, numRows);
                   SmallVector<Value> place;
                   if (row.readsGradient())
                     place.push_back(findPlace(b, l, first));
                   scf::ForOp::create(
                       b, l, first, end, createIndex(b, l, 1), place,
                       [&](OpBuilder &in, Location inLoc, Value number,
                           ValueRange carried) {
                         SmallVector<Value> next;
                         if (carried.empty())
                           row.emit(in, inLoc, number, Value(), Value(),
                                    scratch);
                         else
                           next.push_back(visitNext(in, inLoc, number,
                                                    carried.front(), scratch));
                         scf::YieldOp::create(in, inLoc, next);
                       });
                 });
}

void UpdateLowering::run() {
  zero = createIndex(rewriter, loc, 0);
  if (op.getRows() == UpdateRows::Touched || row.readsGradient()) {
    rows = op.getGroup()[0];
    bounds = op.getGroup()[1];
    count = op.getGroup()[3];
  }
  row.prepare(rewriter, loc,
              row.readsGradient() ? op.getGroup() : ValueRange());
  if (op.getRows() == UpdateRows::Touched)
    visitTouched();
  else
    visitAll();

  remarkLowered(op, "UpdateLowered", row.getColumns(),
                row.getGradientDistance())
      << remark::metric("rowPrefetch", distance)
      << remark::metric("states", op.getStates().size())
      << remark::metric("sources", op.getSources().size())
      << remark::metric("phases", row.getRule().getNumPhases())
      << remark::metric("conditional", row.getRule().getGuard() != nullptr);
  if (int64_t bytes = row.getUnkeptGradientBytes())
    remark::missed(loc, getRemarkOpts(op, "GradientKept"))
        << remark::reason("each phase sums the gradient of the row again: its "
                          "{0} bytes are too many for the stack",
                          bytes);
}

LogicalResult emb::lowerUpdate(UpdateOp op, RewriterBase &rewriter,
                               const LoopOptions &options) {
  SmallVector<Value> vectors(op.getGradients());
  llvm::append_range(vectors, op.getWinners());
  for (auto [i, init] : llvm::enumerate(op.getInits()))
    if (!op.isPerRow(i))
      vectors.push_back(init);
  if (failed(checkRows(op, vectors)))
    return failure();
  bool isGrouped = op.getGroup().size() == 4;
  if (!isGrouped &&
      (op.getRows() == UpdateRows::Touched || !op.getIndices().empty()))
    return op.emitOpError("has no 'group', expected the emb.group of its "
                          "sources (emb-materialize-groups adds it)");
  UpdateLowering(op, rewriter, options).run();
  rewriter.eraseOp(op);
  return success();
}
