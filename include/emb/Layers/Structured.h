//===- Structured.h - What layers and functions are made of -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LAYERS_STRUCTURED_H
#define EMB_LAYERS_STRUCTURED_H

#include "emb/Dialect/Emb/IR/Emb.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace mlir::emb {

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

/// An operand of a linalg.generic: the dimensions of the tensor are those
/// loops.
struct Access {
  Value tensor;
  SmallVector<unsigned> loops;
};

/// A tensor, all of whose dimensions are the first loops in order.
Access accessInOrder(Value tensor);

/// A tensor whose dimensions are `loops`; one without a loop has the extent 1,
/// and what it holds is the same in all steps.
Access accessRepeated(OpBuilder &builder, Location loc, Value tensor,
                      ArrayRef<std::optional<unsigned>> loops);

/// Creates scalars from those of the accessed tensors.
using ScalarFn =
    llvm::function_ref<SmallVector<Value>(OpBuilder &, Location, ValueRange)>;

/// The extents of a tensor.
SmallVector<OpFoldResult> getExtents(OpBuilder &builder, Location loc,
                                     Value tensor);

/// The number of elements of a tensor in `dims`, as an index.
Value createNumElements(OpBuilder &builder, Location loc, Value tensor,
                        ArrayRef<unsigned> dims);

/// The whole number `index`, a float of `type`.
Value createFloat(OpBuilder &builder, Location loc, Value index, Type type);

/// A tensor whose elements are all `element`.
Value createFilled(OpBuilder &builder, Location loc,
                   ArrayRef<OpFoldResult> extents, Value element);
/// A tensor of zeros.
Value createZeros(OpBuilder &builder, Location loc,
                  ArrayRef<OpFoldResult> extents, Type elementType);

/// A linalg.generic whose outputs all have the dimensions `outputLoops`; other
/// loops are reductions. `scalars` gets the elements of inputs and outputs.
SmallVector<Value> createGeneric(OpBuilder &builder, Location loc,
                                 ArrayRef<Access> inputs, ValueRange outputs,
                                 ArrayRef<unsigned> outputLoops,
                                 ScalarFn scalars);

/// Tensors of `extents` whose elements are what `scalars` makes of the inputs,
/// one for each element type.
SmallVector<Value> createMap(OpBuilder &builder, Location loc,
                             ArrayRef<Access> inputs,
                             ArrayRef<OpFoldResult> extents,
                             TypeRange elementTypes, ScalarFn scalars);

/// Adds what `scalars` makes of the inputs, over all loops that are not
/// dimensions of `init`, to `init`.
Value createSum(OpBuilder &builder, Location loc, ArrayRef<Access> inputs,
                const Access &init, ScalarFn scalars);

/// The same with the larger one in place of the sum; NaN if there is one.
Value createMax(OpBuilder &builder, Location loc, const Access &input,
                const Access &init);

/// `value`, a tensor of f16 or bf16, in the type that it is computed in.
Value extend(OpBuilder &builder, Location loc, Value value);
/// `value`, rounded to `elementType` where that is narrower.
Value truncate(OpBuilder &builder, Location loc, Value value, Type elementType);

/// `x weight^T + bias` for x (..., in), in one product of matrices. `bias` may
/// be null. All are of the compute type.
Value createProduct(OpBuilder &builder, Location loc, Value x, Value weight,
                    Value bias);

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

/// The constant `number` of the float type `type`.
Value createNumber(OpBuilder &builder, Location loc, Type type, double number);

/// 1 / (1 + exp(-x)). Neither it nor its derivative overflows, whatever x.
Value createSigmoid(OpBuilder &builder, Location loc, Value x);

} // namespace mlir::emb

#endif // EMB_LAYERS_STRUCTURED_H
