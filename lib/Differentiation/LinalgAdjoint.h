//===- LinalgAdjoint.h - Operations over the loops of another -*- C++ -*---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_DIFFERENTIATION_LINALGADJOINT_H
#define EMB_LIB_DIFFERENTIATION_LINALGADJOINT_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/OwningOpRef.h"

namespace mlir::emb {

/// How an adjoint operation puts a value into an element of its output.
enum class AdjointCombiner { Store, Add, Minimum };

/// An output of an adjoint operation.
struct AdjointOutput {
  /// A value of the body.
  Value value;
  Value init;
  AffineMap map;
  AdjointCombiner combiner = AdjointCombiner::Store;
};

/// What happens in one step of the loops of a linalg operation: a clone of its
/// region, to which rules add what they need. Operations over the same loops
/// are cut out of it, each with what its own outputs depend on.
class AdjointBody {
public:
  explicit AdjointBody(linalg::LinalgOp op);

  /// Appends to the body.
  OpBuilder getBuilder() { return OpBuilder::atBlockEnd(&getBlock()); }
  Block &getBlock() { return clone.get()->getRegion(0).front(); }

  /// What the body has for a value of the region of the operation.
  Value lookup(Value value) const { return mapping.lookupOrDefault(value); }

  /// The element that a step reads of `tensor` through `map`.
  BlockArgument read(Value tensor, AffineMap map);

  /// The tensor of which `value` is an element that is read through `map`, or
  /// null.
  Value getTensor(Value value, AffineMap map);

  /// An operation with the outputs `outputs`, over all loops.
  SmallVector<Value> build(OpBuilder &builder, ArrayRef<AdjointOutput> outputs);

private:
  /// What an argument of the body reads.
  struct Operand {
    Value value;
    AffineMap map;
  };

  void addUnread(SmallVectorImpl<Operand> &inputs,
                 ArrayRef<AdjointOutput> outputs);
  void fill(OpBuilder &builder, ArrayRef<Value> read,
            ArrayRef<AdjointOutput> outputs, ValueRange arguments);

  linalg::LinalgOp op;
  /// Where the body is, outside of all functions.
  OwningOpRef<Operation *> clone;
  IRMapping mapping;
  SmallVector<Operand> operands;
};

/// A tensor of the shape of `like`, of elements of `type` with no value yet; of
/// rank 0 for a number.
Value createEmptyLike(OpBuilder &builder, Location loc, Value like, Type type);

/// The operation that is named for the contraction that `generic` computes
/// (linalg.matmul, ...) in its place, or `generic` itself if there is none.
linalg::LinalgOp nameContraction(OpBuilder &builder, linalg::GenericOp generic);

} // namespace mlir::emb

#endif // EMB_LIB_DIFFERENTIATION_LINALGADJOINT_H
