//===- Activations.cpp - Functions that are several operations ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each makes one loop over the elements.
//
//===----------------------------------------------------------------------===//

#include "ElementFunction.h"

#include "emb/Layers/Structured.h"
#include "emb/Model/Functions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::emb;

using arith::CmpFPredicate;
using arith::CmpIPredicate;

static constexpr StringRef kX[] = {"x"};
static constexpr double kSqrtHalf = 0.707106781186547524401;

static Var build(StringRef name, Var x, SourceLocation loc,
                 ElementFunction::Elements elements,
                 llvm::function_ref<Value(OpBuilder &, Location, Value)> fn) {
  return buildElementwise(
      loc, {.name = name, .operands = kX, .elements = elements},
      {Operand(x, loc)},
      [&](OpBuilder &b, Location l, ValueRange in) { return fn(b, l, in[0]); });
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

static Value compare(OpBuilder &b, Location l, CmpFPredicate ofFloats,
                     CmpIPredicate ofIntegers, Value x, Value y) {
  if (isa<FloatType>(x.getType()))
    return arith::CmpFOp::create(b, l, ofFloats, x, y);
  return arith::CmpIOp::create(b, l, ofIntegers, x, y);
}

Var emb::sign(Var x, SourceLocation loc) {
  return build(
      "sign", x, loc, ElementFunction::Numbers,
      [](OpBuilder &b, Location l, Value x) -> Value {
        Value zero = createConstant(b, l, x.getType(), 0);
        Value one = createConstant(b, l, x.getType(), 1);
        Value minusOne = createConstant(b, l, x.getType(), -1);
        Value isPositive =
            compare(b, l, CmpFPredicate::OGT, CmpIPredicate::sgt, x, zero);
        Value isNegative =
            compare(b, l, CmpFPredicate::OLT, CmpIPredicate::slt, x, zero);
        Value other = arith::SelectOp::create(b, l, isNegative, minusOne, zero);
        return arith::SelectOp::create(b, l, isPositive, one, other);
      });
}

// Not a maximum: at 0 the gradient is 0.
Var emb::relu(Var x, SourceLocation loc) {
  return build("relu", x, loc, ElementFunction::Numbers,
               [](OpBuilder &b, Location l, Value x) -> Value {
                 Value zero = createConstant(b, l, x.getType(), 0);
                 Value isCut = compare(b, l, CmpFPredicate::OLE,
                                       CmpIPredicate::sle, x, zero);
                 return arith::SelectOp::create(b, l, isCut, zero, x);
               });
}

Var emb::clamp(Var x, std::optional<double> min, std::optional<double> max,
               SourceLocation loc) {
  if (!min && !max) {
    if (Graph *graph = getGraph(loc, {x}))
      return graph->fail(loc, "clamp: found neither min nor max");
    return Var(x.getGraph(), Value());
  }
  // At an end the gradient passes.
  if (min)
    x = maximum(Operand(x, loc), Operand(*min, loc));
  if (max)
    x = minimum(Operand(x, loc), Operand(*max, loc));
  return x;
}

Var emb::reciprocal(Var x, SourceLocation loc) {
  return build("reciprocal", x, loc, ElementFunction::Floats,
               [](OpBuilder &b, Location l, Value x) -> Value {
                 Value one = createConstant(b, l, x.getType(), 1);
                 return arith::DivFOp::create(b, l, one, x);
               });
}

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

Var emb::sigmoid(Var x, SourceLocation loc) {
  return build("sigmoid", x, loc, ElementFunction::Floats, createSigmoid);
}

Var emb::silu(Var x, SourceLocation loc) {
  return build("silu", x, loc, ElementFunction::Floats,
               [](OpBuilder &b, Location l, Value x) -> Value {
                 return arith::MulFOp::create(b, l, x, createSigmoid(b, l, x));
               });
}

/// log(1 + exp(-|x|)), and whether x >= 0, where |x| is x: the slope at 0 then
/// is the one from the right.
static std::pair<Value, Value> createLog1pExp(OpBuilder &b, Location l,
                                              Value x) {
  Value zero = createConstant(b, l, x.getType(), 0);
  Value isPositive = arith::CmpFOp::create(b, l, CmpFPredicate::OGE, x, zero);
  Value negated = arith::NegFOp::create(b, l, x);
  Value least = arith::SelectOp::create(b, l, isPositive, negated, x);
  Value e = math::ExpOp::create(b, l, least);
  return {math::Log1pOp::create(b, l, e), isPositive};
}

Var emb::softplus(Var x, SourceLocation loc) {
  return build("softplus", x, loc, ElementFunction::Floats,
               [](OpBuilder &b, Location l, Value x) -> Value {
                 Value zero = createConstant(b, l, x.getType(), 0);
                 auto [rest, isPositive] = createLog1pExp(b, l, x);
                 Value line =
                     arith::SelectOp::create(b, l, isPositive, x, zero);
                 return arith::AddFOp::create(b, l, line, rest);
               });
}

Var emb::logsigmoid(Var x, SourceLocation loc) {
  return build("logsigmoid", x, loc, ElementFunction::Floats,
               [](OpBuilder &b, Location l, Value x) -> Value {
                 Value zero = createConstant(b, l, x.getType(), 0);
                 auto [rest, isPositive] = createLog1pExp(b, l, x);
                 Value line =
                     arith::SelectOp::create(b, l, isPositive, zero, x);
                 return arith::SubFOp::create(b, l, line, rest);
               });
}

Var emb::gelu(Var x, SourceLocation loc) {
  return build("gelu", x, loc, ElementFunction::Floats,
               [](OpBuilder &b, Location l, Value x) -> Value {
                 Value scale = createConstant(b, l, x.getType(), kSqrtHalf);
                 Value half = createConstant(b, l, x.getType(), 0.5);
                 Value one = createConstant(b, l, x.getType(), 1);
                 Value scaled = arith::MulFOp::create(b, l, x, scale);
                 Value erf = math::ErfOp::create(b, l, scaled);
                 Value sum = arith::AddFOp::create(b, l, erf, one);
                 Value halved = arith::MulFOp::create(b, l, x, half);
                 return arith::MulFOp::create(b, l, halved, sum);
               });
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

/// `x` toward zero; the nearest integer there is, and 0 for NaN.
static Value createInteger(OpBuilder &b, Location l, Value x,
                           IntegerType type) {
  unsigned width = type.getWidth();
  auto integer = [&](const APInt &value) -> Value {
    return arith::ConstantOp::create(b, l, b.getIntegerAttr(type, value));
  };
  double bound = std::ldexp(1.0, width - 1);
  Value low = createConstant(b, l, x.getType(), -bound);
  Value high = createConstant(b, l, x.getType(), bound);
  Value result = arith::FPToSIOp::create(b, l, type, x);
  Value isLow = arith::CmpFOp::create(b, l, CmpFPredicate::OLT, x, low);
  Value isHigh = arith::CmpFOp::create(b, l, CmpFPredicate::OGE, x, high);
  Value isNaN = arith::CmpFOp::create(b, l, CmpFPredicate::UNO, x, x);
  result = arith::SelectOp::create(
      b, l, isLow, integer(APInt::getSignedMinValue(width)), result);
  result = arith::SelectOp::create(
      b, l, isHigh, integer(APInt::getSignedMaxValue(width)), result);
  return arith::SelectOp::create(b, l, isNaN, integer(APInt::getZero(width)),
                                 result);
}

static Value convertFloat(OpBuilder &b, Location l, Value x, Type type) {
  Type from = getElementTypeOrSelf(x), to = getElementTypeOrSelf(type);
  if (auto integer = dyn_cast<IntegerType>(to)) {
    if (integer.getWidth() > 1)
      return createInteger(b, l, x, integer);
    Value zero = createConstant(b, l, from, 0);
    return arith::CmpFOp::create(b, l, CmpFPredicate::UNE, x, zero);
  }
  unsigned fromWidth = from.getIntOrFloatBitWidth();
  unsigned toWidth = to.getIntOrFloatBitWidth();
  if (fromWidth < toWidth)
    return arith::ExtFOp::create(b, l, type, x);
  if (fromWidth > toWidth)
    return arith::TruncFOp::create(b, l, type, x);
  // f16 and bf16
  Type f32 = b.getF32Type();
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    f32 = tensor.clone(f32);
  Value wide = arith::ExtFOp::create(b, l, f32, x);
  return arith::TruncFOp::create(b, l, type, wide);
}

static Value convertInteger(OpBuilder &b, Location l, Value x, Type type) {
  Type from = getElementTypeOrSelf(x), to = getElementTypeOrSelf(type);
  bool isBoolean = from.isInteger(1);
  if (isa<FloatType>(to)) {
    if (isBoolean)
      return arith::UIToFPOp::create(b, l, type, x);
    return arith::SIToFPOp::create(b, l, type, x);
  }
  if (isBoolean)
    return arith::ExtUIOp::create(b, l, type, x);
  if (to.isInteger(1))
    return arith::CmpIOp::create(b, l, CmpIPredicate::ne, x,
                                 createConstant(b, l, from, 0));
  if (from.getIntOrFloatBitWidth() < to.getIntOrFloatBitWidth())
    return arith::ExtSIOp::create(b, l, type, x);
  return arith::TruncIOp::create(b, l, type, x);
}

Var emb::to(Var x, DType dtype, SourceLocation loc) {
  if (!x.isValid() || x.getDType() == dtype)
    return x;
  bool isToBoolean = dtype == DType::I1;
  bool isToInteger = isFloat(x.getDType()) && !isFloat(dtype);
  return buildElementwise(
      loc,
      {.name = "to",
       .operands = kX,
       .isOneOperation = !isToBoolean && !isToInteger,
       .result = dtype},
      {Operand(x, loc)}, [&](OpBuilder &b, Location l, ValueRange in) -> Value {
        Type type = getTensorType(b.getContext(), dtype, {}).getElementType();
        if (auto tensor = dyn_cast<RankedTensorType>(in[0].getType()))
          type = tensor.clone(type);
        return isa<FloatType>(getElementTypeOrSelf(in[0]))
                   ? convertFloat(b, l, in[0], type)
                   : convertInteger(b, l, in[0], type);
      });
}
