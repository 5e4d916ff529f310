//===- VectorBody.h - The body of an operation on vectors -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_VECTORIZE_VECTORBODY_H
#define EMB_LIB_CONVERSION_VECTORIZE_VECTORBODY_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"

namespace mlir::emb {

/// Whether `op`, of a body, means the same on vectors.
bool isVectorizable(Operation &op);

/// Why the operands of `op`, on memrefs, or its body keep it from being computed
/// on the elements of a vector along `loop`; empty if nothing does.
std::string whyNotVectors(linalg::LinalgOp op, unsigned loop);

/// The bytes of the widest element that the body computes with.
int64_t getWidestBytes(linalg::LinalgOp op);

/// Emits the body of an operation for the elements of one vector along a loop.
/// What does not change along it is computed once, as a scalar.
class VectorBody {
public:
  VectorBody(linalg::LinalgOp op, unsigned loop, int64_t lanes)
      : op(op), loc(op.getLoc()), loop(loop), lanes(lanes) {}

  /// Loads and computes what does not change along the loop. `ivs` are the
  /// values of all loops, null for that one.
  void createUniform(OpBuilder &builder, ArrayRef<Value> ivs);

  /// What the body yields for the elements from `ivs[loop]` on, of those in
  /// `mask` if there is one. `outputs` are the values of the outputs, one for
  /// each; null where the body does not need it.
  SmallVector<Value> create(OpBuilder &builder, ArrayRef<Value> ivs, Value mask,
                            ArrayRef<Value> outputs);

  /// The elements of an operand, which may not change along the loop: then it
  /// is a scalar.
  Value load(OpBuilder &builder, OpOperand &operand, ArrayRef<Value> ivs,
             Value mask);
  void store(OpBuilder &builder, Value value, OpOperand &operand,
             ArrayRef<Value> ivs, Value mask);

  VectorType getType(Type type) { return VectorType::get({lanes}, type); }

private:
  bool changes(OpOperand &operand);
  SmallVector<Value> getSubscripts(OpOperand &operand, ArrayRef<Value> ivs);
  /// `scalar`, of the body or from outside, as a vector.
  Value lookup(OpBuilder &builder, IRMapping &vectors, Value scalar);

  linalg::LinalgOp op;
  Location loc;
  unsigned loop;
  int64_t lanes;
  /// Of values of the body that do not change along the loop.
  IRMapping scalars;
};

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_VECTORIZE_VECTORBODY_H
