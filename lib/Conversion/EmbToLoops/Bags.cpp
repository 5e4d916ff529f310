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
  size = extent;
  if (op.getOffsets()) {
    offsets.emplace(builder, loc, op.getOffsets(), extent,
                    op.getIncludeLastOffset());
  } else {
    numRows = extent;
    length = builder.createOrFold<memref::DimOp>(loc, indices, 1);
    size = builder.createOrFold<arith::MulIOp>(loc, numRows, length);
  }
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
  endOfAll =
      builder.createOrFold<arith::SelectOp>(loc, hasNoGaps, size, lowest);
  flat = memref::ReinterpretCastOp::create(
      builder, loc, metadata.getBaseBuffer(),
      metadata.getConstifiedMixedOffset(), OpFoldResult(size),
      OpFoldResult(builder.getIndexAttr(1)));
}

std::optional<int64_t> BagList::getKnownLength() const {
  if (offsets)
    return std::nullopt;
  return getConstantIntValue(length);
}

Bag BagList::getBag(OpBuilder &builder, Location loc, Value number) const {
  if (offsets) {
    auto [begin, end] = offsets->getRange(builder, loc, number);
    return {number, begin, end, size};
  }
  if (!flat)
    return {number, createIndex(builder, loc, 0), length, length};
  Value begin = arith::MulIOp::create(builder, loc, number, stride);
  Value end = arith::AddIOp::create(builder, loc, begin, length);
  return {number, begin, end,
          arith::MaxSIOp::create(builder, loc, end, endOfAll)};
}

Value BagList::loadIndexAt(OpBuilder &builder, Location loc, const Bag &bag,
                           Value place) const {
  if (flat)
    return loadIndex(builder, loc, flat, place);
  if (offsets)
    return loadIndex(builder, loc, indices, place);
  return loadIndex(builder, loc, indices, {bag.number, place});
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
