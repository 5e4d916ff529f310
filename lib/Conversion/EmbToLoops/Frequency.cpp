//===- Frequency.cpp - emb.frequency to loops -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EmbToLoops.h"

using namespace mlir;
using namespace mlir::emb;

LogicalResult emb::lowerFrequency(FrequencyOp op, RewriterBase &rewriter) {
  if (failed(checkRows(op, {})))
    return failure();
  Location loc = op.getLoc();
  Value bounds = op.getGroup()[1], positions = op.getGroup()[2],
        count = op.getGroup()[3];
  FlatView output(rewriter, loc, op.getInit(), /*trailing=*/0);
  Type element = getElementTypeOrSelf(op.getInit());
  int64_t work = 2 * getElementBytes(bounds) +
                 kAssumedOccurrences * (getElementBytes(positions) +
                                        getElementBytes(op.getInit()));
  createParallel(
      rewriter, loc, count, work, [&](OpBuilder &b, Location l, Value place) {
        auto [begin, end] = loadGroupRange(b, l, bounds, place);
        Value frequency = arith::IndexCastOp::create(
            b, l, element, arith::SubIOp::create(b, l, end, begin));
        scf::ForOp::create(
            b, l, begin, end, createIndex(b, l, 1), {},
            [&](OpBuilder &in, Location inLoc, Value position, ValueRange) {
              Value occurrence = loadIndex(in, inLoc, positions, position);
              memref::StoreOp::create(
                  in, inLoc, frequency, output.getMemRef(),
                  output.getSubscripts(in, inLoc, occurrence));
              scf::YieldOp::create(in, inLoc);
            });
      });
  remark::passed(loc, getRemarkOpts(op, "FrequencyLowered"));
  rewriter.eraseOp(op);
  return success();
}
