//===- ElementFunction.h - Functions of elements ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_MODEL_ELEMENTFUNCTION_H
#define EMB_LIB_MODEL_ELEMENTFUNCTION_H

#include "Graph.h"

namespace mlir::emb {

/// A function that is applied to all elements of tensors, or to numbers.
struct ElementFunction {
  enum Elements {
    Any,
    Numbers, ///< floats or integers, not i1
    Floats,
  };

  /// For messages: "operator+".
  StringRef name;
  /// The names of the operands.
  ArrayRef<StringRef> operands;
  Elements elements = Any;
  /// Whether it is a single operation, which then is applied to whole tensors
  /// if all have the same shape. Other functions of f16 and bf16 are computed
  /// in f32 and rounded at the end.
  bool isOneOperation = false;
  /// Whether operand 0 chooses: it is of i1, whatever the others are.
  bool hasCondition = false;
  /// Of the elements of the result, if it is not that of the operands.
  std::optional<DType> result = {};
};

/// Creates a scalar from scalars. If the function is a single operation these
/// may be tensors of one shape.
using ElementFn = llvm::function_ref<Value(OpBuilder &, Location, ValueRange)>;

/// Applies `function`, broadcasting, to operands of one element type, which
/// numbers take on.
Var buildElementwise(SourceLocation loc, const ElementFunction &function,
                     ArrayRef<Operand> operands, ElementFn compute);

/// Refuses `number`, which messages call `what`, if it is none of `type`, a
/// float or an integer.
LogicalResult verifyNumber(Location loc, const Twine &what, double number,
                           Type type);

/// The constant `number` of `type`: a float, an integer or a tensor of these
/// without dimensions.
Value createConstant(OpBuilder &builder, Location loc, Type type,
                     double number);

} // namespace mlir::emb

#endif // EMB_LIB_MODEL_ELEMENTFUNCTION_H
