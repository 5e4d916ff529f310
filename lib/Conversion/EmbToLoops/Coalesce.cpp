//===- Coalesce.cpp - emb.coalesce to loops -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GradientSum.h"
#include "GroupChunks.h"

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
  SmallVector<GradientSource> sources = op.getSources();
  RowVectors columns(
      getRowWidth(output), computeType,
      GradientSum::getTileVectors(sources.size(), computeType, options));
  Value bounds = op.getGroup()[1], count = op.getGroup()[3];

  GradientSum gradients(rewriter, loc, sources, computeType, columns,
                        op.getGroup(), options);
  gradients.sumHotRows(rewriter, loc);
  auto countBefore = [&](OpBuilder &b, Location l, Value place) {
    return gradients.countRest(b, l, loadIndex(b, l, bounds, place));
  };
  createGroupChunks(
      rewriter, loc, count,
      {gradients.getOccurrenceBytes(),
       columns.getWidth() * getElementBytes(output), countBefore},
      [&](OpBuilder &b, Location l, Value first, Value last) {
        forEachGroupRow(
            b, l, bounds, first, last,
            [&](OpBuilder &in, Location il, Value place, Value begin,
                Value end) {
              columns.forEachTile(
                  in, il, {},
                  [&](OpBuilder &t, Location tl, const RowTile &tile,
                      ValueRange) -> SmallVector<Value> {
                    SmallVector<Value> sums = gradients.sumTile(
                        t, tl, begin, end, tile, /*isTouched=*/true);
                    for (auto [piece, sum] : llvm::zip_equal(tile.pieces, sums))
                      storePiece(t, tl, convertFloat(t, tl, sum, elementType),
                                 output, place, tile, piece);
                    return {};
                  });
            });
      });
  remarkLowered(op, "CoalesceLowered", columns, gradients.getDistance())
      << remark::metric("sources", sources.size());
  rewriter.eraseOp(op);
  return success();
}
