//===- Traffic.h - The bytes that operations move ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How much an operation reads and writes, as a formula of extents: a profile
// computes it at run time, a cost model from types.
//
// The bytes are *logical*: each lookup counts, wherever its row is found, and
// what an operation reads of its operands counts whoever wrote it.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIALECT_EMB_IR_TRAFFIC_H
#define EMB_DIALECT_EMB_IR_TRAFFIC_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Operation.h"

#include <optional>

namespace mlir::emb {

/// What happens to the elements of a term.
enum class AccessMode { Read, Write, ReadAndWrite };

/// `bytes * product of factors`: elements of one tensor or memref, of which
/// those that are read and written count twice.
struct TrafficTerm {
  /// The product of the static factors; not negative.
  int64_t bytes = 0;
  /// An extent that only the run knows: a dimension of a tensor or memref, or
  /// (without a dimension) a value of type index.
  struct Extent {
    Value value;
    std::optional<int64_t> dim;
  };
  SmallVector<Extent, 2> factors;
  /// Whose elements they are.
  Value data;
  AccessMode access = AccessMode::Read;
  /// Set where each of these indices moves a row of `data`: the same row more
  /// than once where they repeat.
  Value indices;
  /// Each of some occurrences reads a row of `data`, which a map names: the
  /// distinct ones are the rows of `data`, if there are fewer.
  bool isMapped = false;
};

/// The sum of its terms.
using Traffic = SmallVector<TrafficTerm>;

/// What `op` reads and writes: an operation of emb on tensors or memrefs that
/// moves data, one of linalg, or a copy. None for all others.
std::optional<Traffic> getTraffic(Operation *op);

/// The bytes if no extent is left to the run.
std::optional<int64_t> getStaticBytes(const Traffic &traffic);

/// The bytes as a value of type index.
Value createBytes(OpBuilder &builder, Location loc, const Traffic &traffic);

} // namespace mlir::emb

#endif // EMB_DIALECT_EMB_IR_TRAFFIC_H
