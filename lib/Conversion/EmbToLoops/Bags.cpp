//===- Bags.cpp - Where the entries of a bag stand ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Bags.h"

using namespace mlir;
using namespace mlir::emb;

OffsetBags::OffsetBags(OpBuilder &builder, Location loc, Value offsets,
                       Value size, bool includeLastOffset)
    : offsets(offsets), size(size) {
  Value numOffsets = builder.createOrFold<memref::DimOp>(loc, offsets, 0);
  Value lastOffset = builder.createOrFold<arith::SubIOp>(
      loc, numOffsets, createIndex(builder, loc, 1));
  if (includeLastOffset) {
    count = lastOffset;
  } else {
    count = numOffsets;
    last = lastOffset;
  }
}

std::pair<Value, Value> OffsetBags::getRange(OpBuilder &builder, Location loc,
                                             Value bag) const {
  Value begin = loadIndex(builder, loc, offsets, bag);
  Value next =
      arith::AddIOp::create(builder, loc, bag, createIndex(builder, loc, 1));
  if (!last)
    return {begin, loadIndex(builder, loc, offsets, next)};

  // The last bag ends with the entries; it has no offset after its own.
  Value present = arith::MinSIOp::create(builder, loc, next, last);
  Value end = loadIndex(builder, loc, offsets, present);
  Value isLast =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, bag, last);
  return {begin, arith::SelectOp::create(builder, loc, isLast, size, end)};
}
