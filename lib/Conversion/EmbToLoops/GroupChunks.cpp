//===- GroupChunks.cpp - Rows of a group in chunks of equal work ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GroupChunks.h"

using namespace mlir;
using namespace mlir::emb;

/// No chunk is less work than this, in bytes; two are worth a second thread.
static constexpr int64_t kLeastChunkBytes = 32 * 1024;
/// To find where a chunk begins takes as long as to move a few kilobytes, so
/// from the first so many chunks on they are larger.
static constexpr int64_t kFewChunks = 16;
static constexpr int64_t kLargeChunkBytes = 2 * 1024 * 1024;
/// What is done for an occurrence and for a row besides moving them.
static constexpr int64_t kVisitBytes = 64;

Value emb::findFirst(
    OpBuilder &builder, Location loc, Value low, Value high,
    function_ref<Value(OpBuilder &, Location, Value)> isBefore) {
  Type index = builder.getIndexType();
  auto search = scf::WhileOp::create(
      builder, loc, TypeRange{index, index}, ValueRange{low, high},
      [&](OpBuilder &b, Location l, ValueRange range) {
        Value isOpen = arith::CmpIOp::create(b, l, arith::CmpIPredicate::ult,
                                             range[0], range[1]);
        scf::ConditionOp::create(b, l, isOpen, range);
      },
      [&](OpBuilder &b, Location l, ValueRange range) {
        Value one = createIndex(b, l, 1);
        Value sum = arith::AddIOp::create(b, l, range[0], range[1]);
        Value middle = arith::ShRUIOp::create(b, l, sum, one);
        Value before = isBefore(b, l, middle);
        Value next = arith::AddIOp::create(b, l, middle, one);
        Value newLow = arith::SelectOp::create(b, l, before, next, range[0]);
        Value newHigh = arith::SelectOp::create(b, l, before, range[1], middle);
        scf::YieldOp::create(b, l, ValueRange{newLow, newHigh});
      });
  return search.getResult(0);
}

namespace {

/// The work before a place: its occurrences and rows, weighted by their bytes.
class GroupWork {
public:
  GroupWork(OpBuilder &builder, Location loc, Value count,
            const GroupCost &cost);

  Value getNumChunks() const { return numChunks; }
  /// The first place before which there is at least the work of `chunk` chunks,
  /// in which `begin` is the one for the chunk before.
  Value findChunk(OpBuilder &b, Location loc, Value chunk, Value begin) const;

private:
  Value getWorkBefore(OpBuilder &b, Location loc, Value place) const;

  const GroupCost &cost;
  Value count, occurrenceWork, rowWork, leastWork, chunkWork, numChunks;
};

} // namespace

GroupWork::GroupWork(OpBuilder &b, Location loc, Value count,
                     const GroupCost &cost)
    : cost(cost), count(count),
      occurrenceWork(createIndex(b, loc, cost.occurrenceBytes + kVisitBytes)),
      rowWork(createIndex(b, loc, cost.rowBytes + kVisitBytes)),
      leastWork(
          arith::AddIOp::create(b, loc, occurrenceWork, rowWork).getResult()) {
  Value total = getWorkBefore(b, loc, count);
  auto divide = [&](int64_t bytes) -> Value {
    return arith::DivUIOp::create(b, loc, total, createIndex(b, loc, bytes));
  };
  Value most = arith::MaxUIOp::create(b, loc, divide(kLargeChunkBytes),
                                      createIndex(b, loc, kFewChunks));
  numChunks = arith::MinUIOp::create(b, loc, divide(kLeastChunkBytes), most);
  numChunks = arith::MaxUIOp::create(b, loc, numChunks, createIndex(b, loc, 1));
  // Rounded up, so that the last chunk ends where the group does.
  Value rounded = arith::AddIOp::create(
      b, loc, total,
      arith::SubIOp::create(b, loc, numChunks, createIndex(b, loc, 1)));
  chunkWork = arith::DivUIOp::create(b, loc, rounded, numChunks);
}

Value GroupWork::getWorkBefore(OpBuilder &b, Location loc, Value place) const {
  Value occurrences = arith::MulIOp::create(b, loc, occurrenceWork,
                                            cost.countBefore(b, loc, place));
  Value rows = arith::MulIOp::create(b, loc, rowWork, place);
  return arith::AddIOp::create(b, loc, occurrences, rows);
}

Value GroupWork::findChunk(OpBuilder &b, Location loc, Value chunk,
                           Value begin) const {
  // A row has at least one occurrence, so its place is not far away.
  Value ahead = arith::DivUIOp::create(b, loc, chunkWork, leastWork);
  Value work = arith::MulIOp::create(b, loc, chunk, chunkWork);
  if (!begin) {
    begin = createIndex(b, loc, 0);
    ahead = arith::DivUIOp::create(b, loc, work, leastWork);
  }
  ahead = arith::AddIOp::create(b, loc, ahead, createIndex(b, loc, 1));
  Value high = arith::AddIOp::create(b, loc, begin, ahead);
  high = arith::MinUIOp::create(b, loc, high, count);
  return findFirst(
      b, loc, begin, high, [&](OpBuilder &in, Location l, Value place) {
        return arith::CmpIOp::create(in, l, arith::CmpIPredicate::ult,
                                     getWorkBefore(in, l, place), work);
      });
}

void emb::createGroupChunks(
    OpBuilder &builder, Location loc, Value count, const GroupCost &cost,
    function_ref<void(OpBuilder &, Location, Value, Value)> body) {
  GroupWork work(builder, loc, count, cost);
  createParallel(builder, loc, work.getNumChunks(), kLeastChunkBytes,
                 [&](OpBuilder &b, Location l, Value chunk) {
                   Value next =
                       arith::AddIOp::create(b, l, chunk, createIndex(b, l, 1));
                   Value first = work.findChunk(b, l, chunk, Value());
                   body(b, l, first, work.findChunk(b, l, next, first));
                 });
}

void emb::forEachGroupRow(
    OpBuilder &builder, Location loc, Value bounds, Value first, Value last,
    function_ref<void(OpBuilder &, Location, Value, Value, Value)> body) {
  Value one = createIndex(builder, loc, 1);
  // Where a row ends the next one begins.
  scf::ForOp::create(
      builder, loc, first, last, one, loadIndex(builder, loc, bounds, first),
      [&](OpBuilder &b, Location l, Value place, ValueRange begin) {
        Value next = arith::AddIOp::create(b, l, place, one);
        Value end = loadIndex(b, l, bounds, next);
        body(b, l, place, begin.front(), end);
        scf::YieldOp::create(b, l, end);
      });
}
