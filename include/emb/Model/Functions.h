//===- Functions.h - Functions of the values of a model ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   Var distance = sum(abs(head + relation - tail), {-1});
//   Var loss = mean(relu(margin + distance - other));
//
// They have the names and the meaning of PyTorch's. Dimensions may be negative:
// -1 is the last one. Elementwise functions broadcast as PyTorch's do, from the
// last dimension on, an extent of 1 to any; an extent that only a step knows
// (kDynamicSize) is never broadcast: it must equal the other one, which the
// step checks. Elements keep their type; f16 and bf16 are rounded after every
// function. Operands of different element types are an error: see `to`. A
// number takes the element type of the other operand.
//
// Each function also works on numbers, the values of an optimizer's rule.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_MODEL_FUNCTIONS_H
#define EMB_MODEL_FUNCTIONS_H

#include "emb/Model/Var.h"
#include "mlir/IR/Builders.h"

#include <functional>
#include <vector>

namespace mlir::emb {

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

Var operator+(Operand a, Operand b);
Var operator-(Operand a, Operand b);
Var operator*(Operand a, Operand b);
/// Of floats; or of integers by a number other than 0, rounded toward zero.
Var operator/(Operand a, Operand b);
Var operator-(Operand a);

/// Elements are of i1. Comparisons with NaN are false, but for `ne`.
Var operator<(Operand a, Operand b);
Var operator<=(Operand a, Operand b);
Var operator>(Operand a, Operand b);
Var operator>=(Operand a, Operand b);
Var eq(Operand a, Operand b);
Var ne(Operand a, Operand b);

/// NaN if an operand is. The first of equal operands gets the gradient; a
/// number never does.
Var maximum(Operand a, Operand b);
Var minimum(Operand a, Operand b);
/// `x` to the power `exponent`.
Var pow(Operand x, Operand exponent);
/// `condition` is of i1.
Var where(Var condition, Operand a, Operand b);
/// In [min, max]; NaN stays. An end that is not given has no limit. At an end
/// the gradient passes.
Var clamp(Var x, std::optional<double> min, std::optional<double> max,
          SourceLocation loc = SourceLocation::current());

Var abs(Var x, SourceLocation loc = SourceLocation::current());
/// -1, 0 or 1; 0 for NaN.
Var sign(Var x, SourceLocation loc = SourceLocation::current());
Var square(Var x, SourceLocation loc = SourceLocation::current());
Var sqrt(Var x, SourceLocation loc = SourceLocation::current());
Var rsqrt(Var x, SourceLocation loc = SourceLocation::current());
Var reciprocal(Var x, SourceLocation loc = SourceLocation::current());
Var exp(Var x, SourceLocation loc = SourceLocation::current());
Var expm1(Var x, SourceLocation loc = SourceLocation::current());
Var log(Var x, SourceLocation loc = SourceLocation::current());
Var log1p(Var x, SourceLocation loc = SourceLocation::current());
Var sin(Var x, SourceLocation loc = SourceLocation::current());
Var cos(Var x, SourceLocation loc = SourceLocation::current());
Var tanh(Var x, SourceLocation loc = SourceLocation::current());
Var erf(Var x, SourceLocation loc = SourceLocation::current());
Var relu(Var x, SourceLocation loc = SourceLocation::current());
/// Neither these nor their derivatives overflow, whatever x.
Var sigmoid(Var x, SourceLocation loc = SourceLocation::current());
Var logsigmoid(Var x, SourceLocation loc = SourceLocation::current());
Var softplus(Var x, SourceLocation loc = SourceLocation::current());
/// x sigmoid(x)
Var silu(Var x, SourceLocation loc = SourceLocation::current());
/// With the error function: PyTorch's approximate="none".
Var gelu(Var x, SourceLocation loc = SourceLocation::current());

/// Elements converted to `dtype`, floats to integers toward zero: to the
/// nearest one that there is, NaN to 0. To I1: whether it is not 0.
Var to(Var x, DType dtype, SourceLocation loc = SourceLocation::current());
/// The same value, which no gradient passes.
Var detach(Var x, SourceLocation loc = SourceLocation::current());

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//
//
// Over the dimensions `dims`, all if empty. A sum over all dimensions is
// accumulated in f64, other sums in the compute type of the elements; low
// precision is rounded once. Sums of integers are of i64.

Var sum(Var x, llvm::ArrayRef<int64_t> dims = {}, bool keepdim = false,
        SourceLocation loc = SourceLocation::current());
/// Of nothing: NaN.
Var mean(Var x, llvm::ArrayRef<int64_t> dims = {}, bool keepdim = false,
         SourceLocation loc = SourceLocation::current());
/// NaN if an element is. The first of equal elements gets the gradient. Of
/// nothing, in a step: the last number of the type, -infinity for amax; an
/// extent of 0 that is known before is an error.
Var amax(Var x, llvm::ArrayRef<int64_t> dims = {}, bool keepdim = false,
         SourceLocation loc = SourceLocation::current());
Var amin(Var x, llvm::ArrayRef<int64_t> dims = {}, bool keepdim = false,
         SourceLocation loc = SourceLocation::current());
/// The p-norm; p may be 1, 2, infinity or any number > 0. Its gradient at 0 is
/// 0.
Var norm(Var x, double p, llvm::ArrayRef<int64_t> dims = {},
         bool keepdim = false, SourceLocation loc = SourceLocation::current());
/// The position of the first of the largest elements, in i64. NaN counts as the
/// largest.
Var argmax(Var x, int64_t dim, SourceLocation loc = SourceLocation::current());
/// log(sum(exp(x))), without overflow.
Var logsumexp(Var x, int64_t dim, bool keepdim = false,
              SourceLocation loc = SourceLocation::current());
Var softmax(Var x, int64_t dim, SourceLocation loc = SourceLocation::current());
Var logSoftmax(Var x, int64_t dim,
               SourceLocation loc = SourceLocation::current());

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

/// torch.einsum: einsum("bd,bd->b", {p, q}). Letters are dimensions, "..." is
/// not supported, nor is the diagonal "ii"; without "->" the result has the
/// letters that occur once, in alphabetical order. Any number of operands,
/// multiplied from left to right.
Var einsum(llvm::StringRef equation, llvm::ArrayRef<Var> operands,
           SourceLocation loc = SourceLocation::current());
/// (..., n, k) times (..., k, m), as torch.matmul: vectors are rows or columns,
/// dimensions in front are those of a batch.
Var matmul(Var a, Var b, SourceLocation loc = SourceLocation::current());
/// The dot products of the last dimension: sum(a * b, {-1}).
Var dot(Var a, Var b, SourceLocation loc = SourceLocation::current());

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

/// The elements in row-major order in another shape; at most one extent is -1:
/// what is left.
Var reshape(Var x, llvm::ArrayRef<int64_t> shape,
            SourceLocation loc = SourceLocation::current());
/// Dimensions first to last become one.
Var flatten(Var x, int64_t first = 0, int64_t last = -1,
            SourceLocation loc = SourceLocation::current());
/// A dimension of extent 1 more, or less: one of another extent stays.
Var unsqueeze(Var x, int64_t dim,
              SourceLocation loc = SourceLocation::current());
Var squeeze(Var x, int64_t dim, SourceLocation loc = SourceLocation::current());
Var permute(Var x, llvm::ArrayRef<int64_t> dims,
            SourceLocation loc = SourceLocation::current());
Var transpose(Var x, int64_t dim0, int64_t dim1,
              SourceLocation loc = SourceLocation::current());
/// The slice at `index` of a dimension, without it: x[:, -1] is
/// select(x, 1, -1). A negative index counts from the end. A step fails if
/// there is none.
Var select(Var x, int64_t dim, int64_t index,
           SourceLocation loc = SourceLocation::current());
/// x[:, start:end]. Negative numbers count from the end; no `end` is the end.
Var slice(Var x, int64_t dim, int64_t start,
          std::optional<int64_t> end = std::nullopt,
          SourceLocation loc = SourceLocation::current());
/// torch.cat
Var concat(llvm::ArrayRef<Var> operands, int64_t dim,
           SourceLocation loc = SourceLocation::current());
Var stack(llvm::ArrayRef<Var> operands, int64_t dim = 0,
          SourceLocation loc = SourceLocation::current());
/// `x` with an extent repeated: those of 1 become `shape`'s, -1 keeps one.
Var expand(Var x, llvm::ArrayRef<int64_t> shape,
           SourceLocation loc = SourceLocation::current());

/// Tensors that know no operand: like `x`, of its shape and element type.
Var fullLike(Var x, double number,
             SourceLocation loc = SourceLocation::current());
Var zerosLike(Var x, SourceLocation loc = SourceLocation::current());
Var onesLike(Var x, SourceLocation loc = SourceLocation::current());
/// 0, 1, ... in i64, as many as dimension `dim` of `x` has.
Var arangeLike(Var x, int64_t dim,
               SourceLocation loc = SourceLocation::current());

//===----------------------------------------------------------------------===//
// Anything else
//===----------------------------------------------------------------------===//

/// Operations that have no function here: `build` gets the operands and creates
/// whatever IR computes the results, at the given location. It returns failure
/// after an error at that location.
///
///   Var y = apply({x}, 1, [](OpBuilder &b, Location loc, ValueRange in) {
///     return SmallVector<Value>{math::CbrtOp::create(b, loc, in[0])};
///   })[0];
using BuildFn = std::function<FailureOr<SmallVector<Value>>(
    OpBuilder &, Location, ValueRange)>;
std::vector<Var> apply(llvm::ArrayRef<Var> operands, unsigned numResults,
                       const BuildFn &build,
                       SourceLocation loc = SourceLocation::current());

} // namespace mlir::emb

#endif // EMB_MODEL_FUNCTIONS_H
