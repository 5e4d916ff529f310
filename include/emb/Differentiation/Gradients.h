//===- Gradients.h - What a differentiation rule works on -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A rule (DifferentiableOpInterface::propagateGradient) turns the gradients
// that have arrived at the results of an operation into gradients of its
// operands:
//
//   LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
//                                   Gradients &gradients) const {
//     auto exp = cast<math::ExpOp>(op);
//     Value g = gradients.get(builder, exp.getResult());
//     gradients.add(builder, exp.getOperand(),
//                   arith::MulFOp::create(builder, op->getLoc(), g,
//                                         exp.getResult()));
//     return success();
//   }
//
// The gradient of a value has the type of the value. The forward values are
// there to be used, since the reverse pass follows the forward pass. The
// gradient of a table is kept as a list of sources (GradientSource) for as long
// as nothing asks for it as a tensor.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIFFERENTIATION_GRADIENTS_H
#define EMB_DIFFERENTIATION_GRADIENTS_H

#include "emb/Dialect/Emb/IR/Emb.h"

namespace mlir::emb {

/// The gradients of the values of one scope: a function, or the body of an
/// operation that a rule differentiates. Values from outside of the scope may
/// get gradients too; the scope's owner passes them on.
class Gradients {
public:
  virtual ~Gradients() = default;

  /// Whether the gradient of `value` is needed: it depends on what the gradient
  /// is taken by, and what is differentiated depends on it. Values without
  /// floats are never active.
  virtual bool isActive(Value value) const = 0;

  /// Whether anything has arrived at `value`. If not, its gradient is zero.
  virtual bool has(Value value) const = 0;

  /// The sum of what has arrived at `value`, of its type; null if nothing has.
  /// Sources are added up to a dense tensor, so a rule that can do with sources
  /// takes them by `pass` instead.
  virtual Value get(OpBuilder &builder, Value value) = 0;

  /// Adds `gradient` to the gradient of `value`. Does nothing if `value` is not
  /// active. Types may differ in what is static of their shapes.
  virtual void add(OpBuilder &builder, Value value, Value gradient) = 0;

  /// Replaces what has arrived at `value` as a tensor by what `addTo` makes of
  /// it: the sum of that and one more contribution, of the type of `value`.
  /// `addTo` is given null if no tensor has arrived; sources stay as they are.
  /// For contributions to a small part of a large value, which can then be
  /// added where they belong. Does nothing if `value` is not active.
  virtual void accumulate(OpBuilder &builder, Value value,
                          function_ref<Value(Value sum)> addTo) = 0;

  /// Adds the rows of `source` to the gradient of `table` (N x D).
  virtual void add(Value table, const GradientSource &source) = 0;

  /// Adds all that has arrived at `from`, sources as sources, to the gradient
  /// of `to`, a value of the same shape.
  virtual void pass(OpBuilder &builder, Value from, Value to) = 0;
};

/// The constant `number` of the type of `like`: a float, or a tensor of floats
/// of any shape, static or not.
Value createConstantLike(OpBuilder &builder, Location loc, Value like,
                         double number);

/// createConstantLike with 0.
Value createZeroLike(OpBuilder &builder, Location loc, Value like);

} // namespace mlir::emb

#endif // EMB_DIFFERENTIATION_GRADIENTS_H
