//===- VectorLoops.h - Loops of which one goes over vectors -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_VECTORIZE_VECTORLOOPS_H
#define EMB_LIB_CONVERSION_VECTORIZE_VECTORLOOPS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::emb {

/// The loops of an operation on memrefs, one of which takes a vector of elements
/// at a time.
class VectorLoops {
public:
  VectorLoops(OpBuilder &builder, linalg::LinalgOp op, unsigned loop,
              int64_t lanes);

  /// Calls `body` inside of the parallel loops, but for the one over vectors,
  /// with the values of all loops, null where they are not known, and the part
  /// of the loop over vectors that it is to do. Threads share the first of the
  /// parallel loops; where there is no other one than that over vectors, chunks
  /// of it. Not where they would do little: an iteration of the shared loop is
  /// about `getWork()` bytes.
  void createParallels(
      OpBuilder &builder,
      function_ref<void(OpBuilder &, SmallVector<Value> ivs, Value begin,
                        Value end)>
          body);

  /// Loops over what is reduced, but for the loop over vectors.
  SmallVector<Value> createReductions(
      OpBuilder &builder, ArrayRef<Value> ivs, ValueRange inits,
      function_ref<SmallVector<Value>(OpBuilder &, ArrayRef<Value> ivs,
                                      ValueRange carried)>
          body);

  /// A loop over the full vectors from `begin` to `end`, then the elements that
  /// are left, with a mask.
  SmallVector<Value> createVectors(
      OpBuilder &builder, Value begin, Value end, ValueRange inits,
      function_ref<SmallVector<Value>(OpBuilder &, Value iv, Value mask,
                                      ValueRange carried)>
          body);

  int64_t getWork() const { return work; }

private:
  linalg::LinalgOp op;
  Location loc;
  unsigned loop;
  int64_t lanes;
  SmallVector<Value> extents;
  SmallVector<int64_t> staticExtents;
  /// The parallel loops other than `loop`, the first of which threads share.
  SmallVector<unsigned> parallels;
  SmallVector<unsigned> reductions;
  /// Elements of a chunk, if threads share `loop` itself.
  int64_t chunk = 0;
  int64_t work = 0;
};

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_VECTORIZE_VECTORLOOPS_H
