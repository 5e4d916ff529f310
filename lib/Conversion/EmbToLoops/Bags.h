//===- Bags.h - Where the entries of a bag stand ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_EMBTOLOOPS_BAGS_H
#define EMB_LIB_CONVERSION_EMBTOLOOPS_BAGS_H

#include "EmbToLoops.h"

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

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_EMBTOLOOPS_BAGS_H
