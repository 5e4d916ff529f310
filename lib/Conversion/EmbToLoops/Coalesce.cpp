//===- Coalesce.cpp - emb.coalesce to loops -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GradientSum.h"

using namespace mlir;
using namespace mlir::emb;

LogicalResult emb::lowerCoalesce(CoalesceOp op, RewriterBase &rewriter,
                                 const LoopOptions &options) {
  SmallVector<Value> vectors(op.getGradients());
  llvm::append_range(vectors, op.getWinners());
  vectors.push_back(op.getInit());
  if (failed(checkRows(op, vectors)))
    return failure();
  Location loc = op.getLoc();
  Value output = op.getInit();
  auto elementType = cast<FloatType>(getElementTypeOrSelf(output));
  FloatType computeType = getComputeType(elementType);
  RowVectors columns(getRowWidth(output), computeType, options.tileVectors);
  Value bounds = op.getGroup()[1], count = op.getGroup()[3];

  SmallVector<GradientSource> sources = op.getSources();
  GradientSum gradients(rewriter, loc, sources, computeType, op.getGroup(),
                        options);
  int64_t work =
      columns.getWidth() *
      (getElementBytes(output) +
       kAssumedOccurrences * getElementBytes(sources.front().gradient));
  createParallel(
      rewriter, loc, count, work, [&](OpBuilder &b, Location l, Value place) {
        auto range = loadGroupRange(b, l, bounds, place);
        Value begin = range.first, end = range.second;
        columns.forEachTile(
            b, l, {},
            [&](OpBuilder &in, Location inLoc, const RowTile &tile,
                ValueRange) -> SmallVector<Value> {
              SmallVector<Value> sums =
                  gradients.sumTile(in, inLoc, begin, end, tile);
              for (auto [piece, sum] : llvm::zip_equal(tile.pieces, sums))
                storePiece(in, inLoc, convertFloat(in, inLoc, sum, elementType),
                           output, place, tile, piece);
              return {};
            });
      });
  remarkLowered(op, "CoalesceLowered", columns, options.prefetchDistance)
      << remark::metric("sources", sources.size());
  rewriter.eraseOp(op);
  return success();
}
