//===- Gather.cpp - emb.gather to loops -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EmbToLoops.h"

using namespace mlir;
using namespace mlir::emb;

LogicalResult emb::lowerGather(GatherOp op, RewriterBase &rewriter,
                               const LoopOptions &options) {
  if (failed(checkRows(op, {op.getTable(), op.getInit()})))
    return failure();
  Location loc = op.getLoc();
  Value table = op.getTable();
  RowVectors columns(getRowWidth(table),
                     getComputeType(getElementTypeOrSelf(table)),
                     options.tileVectors);

  FlatView indices(rewriter, loc, op.getIndices(), /*trailing=*/0);
  FlatView output(rewriter, loc, op.getInit(), /*trailing=*/1);
  auto loadRow = [&](OpBuilder &b, Location l, Value position) {
    return loadIndex(b, l, indices.getMemRef(),
                     indices.getSubscripts(b, l, position));
  };

  int64_t distance = columns.getWidth() > 0 ? options.prefetchDistance : 0;
  Value zero, ahead, last;
  if (distance > 0) {
    zero = createIndex(rewriter, loc, 0);
    ahead = createIndex(rewriter, loc, distance);
    last = arith::SubIOp::create(rewriter, loc, indices.getSize(),
                                 createIndex(rewriter, loc, 1));
  }
  int64_t work = 2 * columns.getWidth() * getElementBytes(table) +
                 getElementBytes(op.getIndices());
  createParallel(rewriter, loc, indices.getSize(), work,
                 [&](OpBuilder &b, Location l, Value position) {
                   if (distance > 0) {
                     Value next = arith::AddIOp::create(b, l, position, ahead);
                     next = arith::MinSIOp::create(b, l, next, last);
                     createPrefetch(b, l, table, loadRow(b, l, next), zero,
                                    /*isWrite=*/false);
                   }
                   copyRow(b, l, columns, table, loadRow(b, l, position),
                           output.getMemRef(),
                           output.getSubscripts(b, l, position));
                 });
  remarkLowered(op, "GatherLowered", columns, distance);
  rewriter.eraseOp(op);
  return success();
}
