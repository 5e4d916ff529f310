//===- Offset2Bag.cpp - emb.offset2bag to loops ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Bags.h"

using namespace mlir;
using namespace mlir::emb;

LogicalResult emb::lowerOffset2Bag(Offset2BagOp op, RewriterBase &rewriter) {
  if (failed(checkRows(op, {})))
    return failure();
  Location loc = op.getLoc();
  Value map = op.getInit();
  OffsetBags bags(rewriter, loc, op.getOffsets(), op.getSize(),
                  op.getIncludeLastOffset());
  int64_t work = kAssumedBagLength * getElementBytes(map) +
                 2 * getElementBytes(op.getOffsets());
  createParallel(
      rewriter, loc, bags.getCount(), work,
      [&](OpBuilder &b, Location l, Value bag) {
        auto [begin, end] = bags.getRange(b, l, bag);
        Value number = arith::IndexCastOp::create(
            b, l, cast<MemRefType>(map.getType()).getElementType(), bag);
        scf::ForOp::create(b, l, begin, end, createIndex(b, l, 1), {},
                           [&](OpBuilder &inner, Location innerLoc,
                               Value position, ValueRange) {
                             memref::StoreOp::create(inner, innerLoc, number,
                                                     map, position);
                             scf::YieldOp::create(inner, innerLoc);
                           });
      });
  remark::passed(loc, getRemarkOpts(op, "Offset2BagLowered"));
  rewriter.eraseOp(op);
  return success();
}
