//===- Hoister.h - Values of branches and loops, recreated ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_DIALECT_EMB_TRANSFORMS_HOISTER_H
#define EMB_LIB_DIALECT_EMB_TRANSFORMS_HOISTER_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"

namespace mlir::emb {

/// Recreates what an operation needs before another operation of the entry
/// block of a function, the anchor. Where that fails, `getReason` says why and
/// `undo` leaves no trace.
class Hoister {
public:
  /// `written` are the arguments that the function writes: nothing that comes
  /// out of a write to one of them can be recreated.
  Hoister(func::FuncOp function, Operation *anchor,
          const llvm::SmallPtrSetImpl<Value> &written)
      : function(function), anchor(anchor), written(written), builder(anchor),
        dominance(function), before(anchor->getPrevNode()) {}

  /// The value before the anchor that equals `value`; clones what computes it.
  FailureOr<Value> materialize(Value value);
  /// `materialize` of all operands of `op`, which are mapped then.
  LogicalResult materializeOperands(Operation *op);
  /// What must hold for `op` to run, computed before the anchor: the conditions
  /// of the branches around it, and that each `scf.for` around it runs at all
  /// (other loops are taken to do so). Null where nothing must.
  FailureOr<Value> materializeCondition(Operation *op);

  void map(Value from, Value to) { mapping.map(from, to); }
  IRMapping &getMapping() { return mapping; }
  /// Creates operations right before the anchor.
  OpBuilder &getBuilder() { return builder; }

  StringRef getReason() const { return reason; }
  /// The value that is in the way, or null.
  Value getBlame() const { return blame; }

  void undo();
  /// Erases what was recreated where nothing needs the original any more.
  void eraseUnusedOriginals();

private:
  LogicalResult refuse(const Twine &why, Value value);
  LogicalResult checkMovable(Operation *op, Value value);
  FailureOr<Value> materializeStep(Operation *outer, Operation *inner);

  func::FuncOp function;
  Operation *anchor;
  const llvm::SmallPtrSetImpl<Value> &written;
  OpBuilder builder;
  DominanceInfo dominance;
  Operation *before;
  IRMapping mapping;
  SmallVector<Operation *> originals;
  std::string reason;
  Value blame;
};

} // namespace mlir::emb

#endif // EMB_LIB_DIALECT_EMB_TRANSFORMS_HOISTER_H
