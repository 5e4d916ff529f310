//===- CheckedBags.cpp - Bags that check their indices --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CheckedBags.h"
#include "IndexSearch.h"

using namespace mlir;
using namespace mlir::emb;

/// The indices that are searched before their bags are summed: few enough to
/// stay in the first cache, and of as many parts for threads.
static constexpr int64_t kPartIndices = 512;

/// On the way to the check nothing is written that its failure should have kept
/// from being.
CheckIndicesOp emb::findCheck(BagOp op) {
  for (Value init : op.getInits())
    if (!init.getDefiningOp<memref::AllocOp>())
      return nullptr;
  for (Operation *prev = op->getPrevNode(); prev; prev = prev->getPrevNode()) {
    auto check = dyn_cast<CheckIndicesOp>(prev);
    if (check && check.getIndices() == op.getIndices())
      return IndexSearch::isPossible(check) ? check : nullptr;
    if (!isa<CheckIndicesOp, CheckOffsetsOp, CheckEqualOp, memref::AllocOp>(
            prev) &&
        !isMemoryEffectFree(prev))
      return nullptr;
  }
  return nullptr;
}

/// The number of bags that are searched before they are pooled.
static Value createPartSize(OpBuilder &builder, Location loc,
                            const IndexSearch &search, const BagList &bags) {
  Value one = createIndex(builder, loc, 1);
  Value most = createIndex(builder, loc, kPartIndices);
  Value size =
      builder.createOrFold<arith::DivUIOp>(loc, search.getSize(), most);
  size = builder.createOrFold<arith::MinSIOp>(loc, size, most);
  size = builder.createOrFold<arith::MulIOp>(loc, size, bags.getCount());
  size = builder.createOrFold<arith::DivUIOp>(
      loc, size,
      builder.createOrFold<arith::MaxSIOp>(loc, search.getSize(), one));
  return builder.createOrFold<arith::MaxSIOp>(loc, size, one);
}

/// Whether the indices of the bags from `first` to `end` need a closer look.
static Value createSearch(OpBuilder &b, Location loc, const BagList &bags,
                          const IndexSearch &search, Value first, Value end) {
  auto branch = scf::IfOp::create(
      b, loc, search.isWorthwhile(),
      [&](OpBuilder &in, Location l) {
        Value last = arith::SubIOp::create(in, l, end, createIndex(in, l, 1));
        Value isBad = search.search(in, l, bags.getBag(in, l, first).begin,
                                    bags.getBag(in, l, last).end);
        scf::YieldOp::create(in, l, isBad);
      },
      [&](OpBuilder &in, Location l) {
        scf::YieldOp::create(
            in, l,
            Value(arith::ConstantIntOp::create(in, l, in.getI1Type(), 0)));
      });
  return branch.getResult(0);
}

void emb::createCheckedBags(
    RewriterBase &rewriter, BagOp op, CheckIndicesOp check, const BagList &bags,
    int64_t work, function_ref<void(OpBuilder &, Location, Value)> pool) {
  Location loc = op.getLoc();
  IndexSearch search(rewriter, check);
  Value one = createIndex(rewriter, loc, 1);
  auto branch = scf::IfOp::create(rewriter, loc, search.isWorthwhile(),
                                  /*withElseRegion=*/true);
  rewriter.setInsertionPoint(branch.elseYield());
  rewriter.clone(*check);
  rewriter.setInsertionPoint(op);
  search.setFlag(rewriter, loc, false);

  Value size = createPartSize(rewriter, loc, search, bags);
  Value parts =
      rewriter.createOrFold<arith::CeilDivUIOp>(loc, bags.getCount(), size);
  createParallel(
      rewriter, loc, parts, work, [&](OpBuilder &b, Location l, Value part) {
        Value first = arith::MulIOp::create(b, l, part, size);
        Value end = arith::AddIOp::create(b, l, first, size);
        end = arith::MinSIOp::create(b, l, end, bags.getCount());
        Value isBad = createSearch(b, l, bags, search, first, end);
        scf::IfOp::create(
            b, l, isBad,
            [&](OpBuilder &in, Location inLoc) {
              search.raiseFlag(in, inLoc);
              scf::YieldOp::create(in, inLoc);
            },
            [&](OpBuilder &in, Location inLoc) {
              scf::ForOp::create(in, inLoc, first, end, one, ValueRange(),
                                 [&](OpBuilder &each, Location eachLoc,
                                     Value number, ValueRange) {
                                   pool(each, eachLoc, number);
                                   scf::YieldOp::create(each, eachLoc);
                                 });
              scf::YieldOp::create(in, inLoc);
            });
      });
  search.runIfFlagged(rewriter, check);
}
