//===- Update.cpp - emb.update to loops -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

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
      : op(op), rewriter(rewriter), loc(op.getLoc()), options(options),
        row(op, options) {}
  void run();

private:
  void visitTouched();
  void visitAll();
  Value visitNext(OpBuilder &b, Location loc, Value number, Value place,
                  Value scratch);
  void prefetchRow(OpBuilder &b, Location loc, Value number);
  Value findFirst(OpBuilder &b, Location loc, Value number);

  UpdateOp op;
  RewriterBase &rewriter;
  Location loc;
  const LoopOptions &options;
  RowUpdate row;
  Value rows, bounds, count; ///< The group; null where not needed.
  Value zero;
};

} // namespace

void UpdateLowering::prefetchRow(OpBuilder &b, Location loc, Value number) {
  for (auto [i, init] : llvm::enumerate(op.getInits())) {
    bool isWritten = row.getRule().getNewValue(i) != nullptr;
    if (op.isPerRow(i))
      createPrefetch(b, loc, init, number, Value(), isWritten);
    else if (row.getColumns().getWidth() > 0)
      createPrefetch(b, loc, init, number, zero, isWritten);
  }
}

void UpdateLowering::visitTouched() {
  // An update moves several times the bytes of an occurrence.
  int64_t distance = llvm::divideCeil(options.prefetchDistance, 4);
  Value ahead, last;
  if (distance > 0) {
    ahead = createIndex(rewriter, loc, distance);
    last = arith::SubIOp::create(rewriter, loc, count,
                                 createIndex(rewriter, loc, 1));
  }
  createParallel(rewriter, loc, count, row.getBytes(),
                 [&](OpBuilder &b, Location l, Value place) {
                   Value scratch = row.createScratch(b, l);
                   if (distance > 0) {
                     Value next = arith::AddIOp::create(b, l, place, ahead);
                     next = arith::MinSIOp::create(b, l, next, last);
                     prefetchRow(b, l, loadIndex(b, l, rows, next));
                   }
                   Value number = loadIndex(b, l, rows, place), begin, end;
                   if (row.readsGradient())
                     std::tie(begin, end) = loadGroupRange(b, l, bounds, place);
                   row.emit(b, l, number, begin, end, scratch);
                 });
}

/// Where the first row that is at least `number` stands in the group.
Value UpdateLowering::findFirst(OpBuilder &b, Location loc, Value number) {
  Type index = b.getIndexType();
  auto search = scf::WhileOp::create(
      b, loc, TypeRange{index, index}, ValueRange{zero, count},
      [&](OpBuilder &before, Location l, ValueRange range) {
        Value isOpen = arith::CmpIOp::create(
            before, l, arith::CmpIPredicate::ult, range[0], range[1]);
        scf::ConditionOp::create(before, l, isOpen, range);
      },
      [&](OpBuilder &after, Location l, ValueRange range) {
        Value one = createIndex(after, l, 1);
        Value sum = arith::AddIOp::create(after, l, range[0], range[1]);
        Value middle = arith::ShRUIOp::create(after, l, sum, one);
        Value isBefore =
            arith::CmpIOp::create(after, l, arith::CmpIPredicate::ult,
                                  loadIndex(after, l, rows, middle), number);
        Value next = arith::AddIOp::create(after, l, middle, one);
        Value low = arith::SelectOp::create(after, l, isBefore, next, range[0]);
        Value high =
            arith::SelectOp::create(after, l, isBefore, range[1], middle);
        scf::YieldOp::create(after, l, ValueRange{low, high});
      });
  return search.getResult(0);
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
  createParallel(rewriter, loc, numChunks, kChunkRows * row.getBytes(),
                 [&](OpBuilder &b, Location l, Value number) {
                   Value scratch = row.createScratch(b, l);
                   Value first = arith::MulIOp::create(b, l, number, chunk);
                   Value end = arith::AddIOp::create(b, l, first, chunk);
                   end = arith::MinSIOp::create(b, l, end, numRows);
                   SmallVector<Value> place;
                   if (row.readsGradient())
                     place.push_back(findFirst(b, l, first));
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

  remarkLowered(op, "UpdateLowered", row.getColumns(), options.prefetchDistance)
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
