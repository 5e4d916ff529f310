//===- CheckedParts.cpp - Loops that check their indices ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CheckedParts.h"

using namespace mlir;
using namespace mlir::emb;

/// The indices of a part: enough to search them by vectors, few enough to stay
/// in the first cache, and of as many parts for threads.
static constexpr int64_t kLeastIndices = 32, kMostIndices = 512;

/// On the way to the check nothing is written that its failure should have kept
/// from being.
CheckIndicesOp emb::findCheck(Operation *op, Value indices, ValueRange inits) {
  for (Value init : inits)
    if (!init.getDefiningOp<memref::AllocOp>())
      return nullptr;
  for (Operation *prev = op->getPrevNode(); prev; prev = prev->getPrevNode()) {
    auto check = dyn_cast<CheckIndicesOp>(prev);
    if (check && check.getIndices() == indices)
      return IndexSearch::isPossible(check) ? check : nullptr;
    if (!isa<CheckIndicesOp, CheckOffsetsOp, CheckEqualOp, memref::AllocOp>(
            prev) &&
        !isMemoryEffectFree(prev))
      return nullptr;
  }
  return nullptr;
}

/// The number of items that are searched before they are visited.
static Value createPartSize(OpBuilder &builder, Location loc,
                            const IndexSearch &search, Value numItems) {
  Value one = createIndex(builder, loc, 1);
  Value most = createIndex(builder, loc, kMostIndices);
  Value size =
      builder.createOrFold<arith::DivUIOp>(loc, search.getSize(), most);
  size = builder.createOrFold<arith::MinSIOp>(loc, size, most);
  size = builder.createOrFold<arith::MaxSIOp>(
      loc, size, createIndex(builder, loc, kLeastIndices));
  size = builder.createOrFold<arith::MulIOp>(loc, size, numItems);
  size = builder.createOrFold<arith::DivUIOp>(
      loc, size,
      builder.createOrFold<arith::MaxSIOp>(loc, search.getSize(), one));
  return builder.createOrFold<arith::MaxSIOp>(loc, size, one);
}

CheckedParts::CheckedParts(RewriterBase &rewriter, CheckIndicesOp check,
                           Value numItems)
    : check(check), search(rewriter, check), numItems(numItems) {
  Location loc = check.getLoc();
  auto branch = scf::IfOp::create(rewriter, loc, search.isWorthwhile(),
                                  /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(branch.elseYield());
    rewriter.clone(*check);
  }
  search.setFlag(rewriter, loc, false);
  partSize = createPartSize(rewriter, loc, search, numItems);
  numParts = rewriter.createOrFold<arith::CeilDivUIOp>(loc, numItems, partSize);
}

scf::ParallelOp CheckedParts::createLoop(OpBuilder &builder, Location loc,
                                         int64_t work, RangeBuilder range,
                                         BodyBuilder body) const {
  auto isBad = [&](OpBuilder &b, Location l, Value begin, Value end) {
    auto branch = scf::IfOp::create(
        b, l, search.isWorthwhile(),
        [&](OpBuilder &in, Location inLoc) {
          auto [first, last] = range(in, inLoc, begin, end);
          scf::YieldOp::create(in, inLoc,
                               search.search(in, inLoc, first, last));
        },
        [&](OpBuilder &in, Location inLoc) {
          scf::YieldOp::create(in, inLoc,
                               Value(arith::ConstantIntOp::create(
                                   in, inLoc, in.getI1Type(), 0)));
        });
    return branch.getResult(0);
  };
  return createParallel(
      builder, loc, numParts, work, [&](OpBuilder &b, Location l, Value part) {
        Value begin = arith::MulIOp::create(b, l, part, partSize);
        Value end = arith::AddIOp::create(b, l, begin, partSize);
        end = arith::MinSIOp::create(b, l, end, numItems);
        scf::IfOp::create(
            b, l, isBad(b, l, begin, end),
            [&](OpBuilder &in, Location inLoc) {
              search.raiseFlag(in, inLoc);
              scf::YieldOp::create(in, inLoc);
            },
            [&](OpBuilder &in, Location inLoc) {
              body(in, inLoc, begin, end);
              scf::YieldOp::create(in, inLoc);
            });
      });
}

void CheckedParts::finish(RewriterBase &rewriter) const {
  search.runIfFlagged(rewriter, check);
}
