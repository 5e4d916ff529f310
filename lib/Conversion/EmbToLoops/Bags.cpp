//===- Bags.cpp - Where the entries of a bag stand ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Bags.h"

#include <limits>

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

BagList::BagList(OpBuilder &builder, Location loc, BagOp op)
    : indices(op.getIndices()) {
  Value extent = builder.createOrFold<memref::DimOp>(loc, indices, 0);
  Value size = extent;
  if (op.getOffsets()) {
    offsets.emplace(builder, loc, op.getOffsets(), extent,
                    op.getIncludeLastOffset());
  } else {
    numRows = extent;
    length = builder.createOrFold<memref::DimOp>(loc, indices, 1);
    size = builder.createOrFold<arith::MulIOp>(loc, numRows, length);
  }
  last = builder.createOrFold<arith::SubIOp>(loc, size,
                                             createIndex(builder, loc, 1));
  if (!offsets && hasContiguousRows(indices))
    flattenRows(builder, loc);
}

void BagList::flattenRows(OpBuilder &builder, Location loc) {
  auto metadata =
      memref::ExtractStridedMetadataOp::create(builder, loc, indices);
  // Without a layout rows follow each other, which the strides do not tell.
  stride = cast<MemRefType>(indices.getType()).getLayout().isIdentity()
               ? length
               : getValueOrCreateConstantIndexOp(
                     builder, loc, metadata.getConstifiedMixedStrides()[0]);
  // What lies between rows is not looked at.
  Value hasNoGaps = builder.createOrFold<arith::CmpIOp>(
      loc, arith::CmpIPredicate::eq, stride, length);
  Value lowest = createIndex(builder, loc, std::numeric_limits<int64_t>::min());
  lastOfAll =
      builder.createOrFold<arith::SelectOp>(loc, hasNoGaps, last, lowest);
  OpFoldResult size = builder.createOrFold<arith::MulIOp>(loc, numRows, length);
  flat = memref::ReinterpretCastOp::create(
      builder, loc, metadata.getBaseBuffer(),
      metadata.getConstifiedMixedOffset(), size,
      OpFoldResult(builder.getIndexAttr(1)));
}

Bag BagList::getBag(OpBuilder &builder, Location loc, Value number) const {
  if (offsets) {
    auto [begin, end] = offsets->getRange(builder, loc, number);
    return {number, begin, end, last};
  }
  Value one = createIndex(builder, loc, 1);
  if (!flat) {
    Value lastEntry = builder.createOrFold<arith::SubIOp>(loc, length, one);
    return {number, createIndex(builder, loc, 0), length, lastEntry};
  }
  Value begin = arith::MulIOp::create(builder, loc, number, stride);
  Value end = arith::AddIOp::create(builder, loc, begin, length);
  Value lastAhead = arith::SubIOp::create(builder, loc, end, one);
  lastAhead = arith::MaxSIOp::create(builder, loc, lastAhead, lastOfAll);
  return {number, begin, end, lastAhead};
}

Value BagList::loadIndexAt(OpBuilder &builder, Location loc, const Bag &bag,
                           Value place) const {
  if (flat)
    return loadIndex(builder, loc, flat, place);
  if (offsets)
    return loadIndex(builder, loc, indices, place);
  return loadIndex(builder, loc, indices, {bag.number, place});
}

Value BagList::loadIndexAhead(OpBuilder &builder, Location loc, const Bag &bag,
                              Value place, Value distance) const {
  Value ahead = arith::AddIOp::create(builder, loc, place, distance);
  ahead = arith::MinSIOp::create(builder, loc, ahead, bag.lastAhead);
  return loadIndexAt(builder, loc, bag, ahead);
}

/// The number of an entry in its row.
Value BagList::getEntry(OpBuilder &builder, Location loc, const Bag &bag,
                        Value place) const {
  if (!flat)
    return place;
  return arith::SubIOp::create(builder, loc, place, bag.begin);
}

SmallVector<Value> BagList::getSubscripts(OpBuilder &builder, Location loc,
                                          const Bag &bag, Value place) const {
  if (offsets)
    return {place};
  return {bag.number, getEntry(builder, loc, bag, place)};
}

Value BagList::getPosition(OpBuilder &builder, Location loc, const Bag &bag,
                           Value place) const {
  if (offsets)
    return place;
  Value first = arith::MulIOp::create(builder, loc, bag.number, length);
  return arith::AddIOp::create(builder, loc, first,
                               getEntry(builder, loc, bag, place));
}
