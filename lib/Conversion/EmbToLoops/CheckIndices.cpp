//===- CheckIndices.cpp - emb.check_indices to loops ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EmbToLoops.h"
#include "IndexSearch.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::emb;

/// The indices of one iteration of the parallel loop.
static constexpr int64_t kChunk = 2048;

static void searchAll(OpBuilder &builder, Location loc,
                      const IndexSearch &search, int64_t indexBytes) {
  Value size = createIndex(builder, loc, kChunk);
  Value count =
      builder.createOrFold<arith::CeilDivUIOp>(loc, search.getSize(), size);
  createParallel(builder, loc, count, kChunk * indexBytes,
                 [&](OpBuilder &b, Location l, Value chunk) {
                   Value begin = arith::MulIOp::create(b, l, chunk, size);
                   Value end = arith::AddIOp::create(b, l, begin, size);
                   end = arith::MinSIOp::create(b, l, end, search.getSize());
                   Value isBad = search.search(b, l, begin, end);
                   scf::IfOp::create(b, l, isBad,
                                     [&](OpBuilder &in, Location inLoc) {
                                       search.raiseFlag(in, inLoc);
                                       scf::YieldOp::create(in, inLoc);
                                     });
                 });
}

LogicalResult emb::lowerCheckIndices(CheckIndicesOp op,
                                     RewriterBase &rewriter) {
  if (failed(checkRows(op, op.getIndices())))
    return failure();
  if (!IndexSearch::isPossible(op))
    return success();
  Location loc = op.getLoc();
  IndexSearch search(rewriter, op);
  auto branch = scf::IfOp::create(rewriter, loc, search.isWorthwhile(),
                                  /*withElseRegion=*/true);
  rewriter.setInsertionPoint(branch.thenYield());
  search.setFlag(rewriter, loc, false);
  searchAll(rewriter, loc, search, getElementBytes(op.getIndices()));
  rewriter.setInsertionPoint(branch.elseYield());
  search.setFlag(rewriter, loc, true);
  rewriter.setInsertionPoint(op);
  search.runIfFlagged(rewriter, op);
  return success();
}
