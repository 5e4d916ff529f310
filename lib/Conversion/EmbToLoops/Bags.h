//===- Bags.h - Where the entries of a bag stand ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_EMBTOLOOPS_BAGS_H
#define EMB_LIB_CONVERSION_EMBTOLOOPS_BAGS_H

#include "EmbToLoops.h"

#include <optional>

namespace mlir::emb {

/// Bags that offsets cut from `size` entries.
class OffsetBags {
public:
  OffsetBags(OpBuilder &builder, Location loc, Value offsets, Value size,
             bool includeLastOffset);

  /// The number of bags.
  Value getCount() const { return count; }
  /// The first entry of a bag and the one past its last.
  std::pair<Value, Value> getRange(OpBuilder &builder, Location loc,
                                   Value bag) const;

private:
  Value offsets, size, count, last;
};

/// A bag and the places of its entries.
struct Bag {
  Value number;
  Value begin, end; ///< The first place and the one past the last.
  Value endAhead;   ///< One past the last place where an index can be seen.
};

/// The bags of an emb.bag. A place is the subscript of an index in a tensor of
/// one dimension. So is it, where possible, for bags that are the rows of a
/// matrix: they are walked as they lie in memory.
class BagList {
public:
  BagList(OpBuilder &builder, Location loc, BagOp op);

  Value getCount() const { return offsets ? offsets->getCount() : numRows; }
  /// The number of entries of every bag, if it is known.
  std::optional<int64_t> getKnownLength() const;
  Bag getBag(OpBuilder &builder, Location loc, Value number) const;
  Value loadIndexAt(OpBuilder &builder, Location loc, const Bag &bag,
                    Value place) const;
  /// The subscripts of a place in a tensor of the shape of the indices.
  SmallVector<Value> getSubscripts(OpBuilder &builder, Location loc,
                                   const Bag &bag, Value place) const;
  /// How many indices come before the one at a place.
  Value getPosition(OpBuilder &builder, Location loc, const Bag &bag,
                    Value place) const;

private:
  Value getEntry(OpBuilder &builder, Location loc, const Bag &bag,
                 Value place) const;
  void flattenRows(OpBuilder &builder, Location loc);

  Value indices, size;
  std::optional<OffsetBags> offsets;
  Value numRows, length; ///< Of a matrix.
  /// Of one that can be walked as one row. `endOfAll` is its size, or the
  /// lowest number if there are gaps between rows.
  Value stride, flat, endOfAll;
};

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_EMBTOLOOPS_BAGS_H
