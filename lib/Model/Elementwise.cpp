//===- Elementwise.cpp - Arithmetic, comparisons, functions ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementFunction.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Model/Functions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::emb;

using arith::CmpFPredicate;
using arith::CmpIPredicate;

static bool isOfFloats(Value value) {
  return isa<FloatType>(getElementTypeOrSelf(value));
}

//===----------------------------------------------------------------------===//
// Two operands
//===----------------------------------------------------------------------===//

static constexpr StringRef kPair[] = {"a", "b"};

/// `FloatOp` of floats, `IntegerOp` of integers.
template <typename FloatOp, typename IntegerOp>
static Var buildArithmetic(StringRef name, Operand a, Operand b) {
  return buildElementwise(
      a.getLoc(),
      {.name = name,
       .operands = kPair,
       .elements = ElementFunction::Numbers,
       .isOneOperation = true},
      {a, b}, [](OpBuilder &builder, Location l, ValueRange in) -> Value {
        if (isOfFloats(in[0]))
          return FloatOp::create(builder, l, in[0], in[1]);
        return IntegerOp::create(builder, l, in[0], in[1]);
      });
}

Var emb::operator+(Operand a, Operand b) {
  return buildArithmetic<arith::AddFOp, arith::AddIOp>("operator+", a, b);
}
Var emb::operator-(Operand a, Operand b) {
  return buildArithmetic<arith::SubFOp, arith::SubIOp>("operator-", a, b);
}
Var emb::operator*(Operand a, Operand b) {
  return buildArithmetic<arith::MulFOp, arith::MulIOp>("operator*", a, b);
}

Var emb::operator/(Operand a, Operand b) {
  // A division by zero that only a step sees would end the process.
  bool isSafe = b.isNumber() && b.getNumber() != 0;
  Var x = a.isNumber() ? b.getVar() : a.getVar();
  if (!isSafe && x.isValid() && !isOfFloats(x.getValue())) {
    SmallVector<Var> vars = {x};
    if (!a.isNumber() && !b.isNumber())
      vars.push_back(b.getVar());
    if (Graph *graph = getGraph(a.getLoc(), vars))
      return graph->fail(a.getLoc(),
                         "operator/: integers are divided by numbers other "
                         "than 0 only, use floats");
    return Var(x.getGraph(), Value());
  }
  return buildArithmetic<arith::DivFOp, arith::DivSIOp>("operator/", a, b);
}

// The first of equal operands has the gradient; a number has none.
Var emb::maximum(Operand a, Operand b) {
  if (a.isNumber())
    std::swap(a, b);
  return buildArithmetic<arith::MaximumFOp, arith::MaxSIOp>("maximum", a, b);
}
Var emb::minimum(Operand a, Operand b) {
  if (a.isNumber())
    std::swap(a, b);
  return buildArithmetic<arith::MinimumFOp, arith::MinSIOp>("minimum", a, b);
}

static constexpr StringRef kPower[] = {"x", "exponent"};

Var emb::pow(Operand x, Operand exponent) {
  SourceLocation loc = exponent.getLoc();
  if (!x.isNumber() && exponent.isNumber() && exponent.getNumber() == 2.0)
    return square(x.getVar(), loc);
  return buildElementwise(
      loc,
      {.name = "pow",
       .operands = kPower,
       .elements = ElementFunction::Floats,
       .isOneOperation = true},
      {x, exponent},
      [](OpBuilder &builder, Location l, ValueRange in) -> Value {
        return math::PowFOp::create(builder, l, in[0], in[1]);
      });
}

//===----------------------------------------------------------------------===//
// Comparisons
//===----------------------------------------------------------------------===//

/// `ofBooleans` compares i1, false being less than true.
static Var buildComparison(StringRef name, Operand a, Operand b,
                           CmpFPredicate ofFloats, CmpIPredicate ofIntegers,
                           CmpIPredicate ofBooleans) {
  return buildElementwise(
      a.getLoc(),
      {.name = name,
       .operands = kPair,
       .isOneOperation = true,
       .result = DType::I1},
      {a, b}, [&](OpBuilder &builder, Location l, ValueRange in) -> Value {
        if (isOfFloats(in[0]))
          return arith::CmpFOp::create(builder, l, ofFloats, in[0], in[1]);
        bool areBooleans = getElementTypeOrSelf(in[0]).isInteger(1);
        return arith::CmpIOp::create(
            builder, l, areBooleans ? ofBooleans : ofIntegers, in[0], in[1]);
      });
}

Var emb::operator<(Operand a, Operand b) {
  return buildComparison("operator<", a, b, CmpFPredicate::OLT,
                         CmpIPredicate::slt, CmpIPredicate::ult);
}
Var emb::operator<=(Operand a, Operand b) {
  return buildComparison("operator<=", a, b, CmpFPredicate::OLE,
                         CmpIPredicate::sle, CmpIPredicate::ule);
}
Var emb::operator>(Operand a, Operand b) {
  return buildComparison("operator>", a, b, CmpFPredicate::OGT,
                         CmpIPredicate::sgt, CmpIPredicate::ugt);
}
Var emb::operator>=(Operand a, Operand b) {
  return buildComparison("operator>=", a, b, CmpFPredicate::OGE,
                         CmpIPredicate::sge, CmpIPredicate::uge);
}
Var emb::eq(Operand a, Operand b) {
  return buildComparison("eq", a, b, CmpFPredicate::OEQ, CmpIPredicate::eq,
                         CmpIPredicate::eq);
}
Var emb::ne(Operand a, Operand b) {
  return buildComparison("ne", a, b, CmpFPredicate::UNE, CmpIPredicate::ne,
                         CmpIPredicate::ne);
}

static constexpr StringRef kChoice[] = {"condition", "a", "b"};

Var emb::where(Var condition, Operand a, Operand b) {
  return buildElementwise(
      a.getLoc(),
      {.name = "where",
       .operands = kChoice,
       .isOneOperation = true,
       .hasCondition = true},
      {Operand(condition, a.getLoc()), a, b},
      [](OpBuilder &builder, Location l, ValueRange in) -> Value {
        return arith::SelectOp::create(builder, l, in[0], in[1], in[2]);
      });
}

//===----------------------------------------------------------------------===//
// One operand
//===----------------------------------------------------------------------===//

static constexpr StringRef kX[] = {"x"};

/// One operation for floats.
template <typename OpTy>
static Var buildMath(StringRef name, Var x, SourceLocation loc) {
  return buildElementwise(
      loc,
      {.name = name,
       .operands = kX,
       .elements = ElementFunction::Floats,
       .isOneOperation = true},
      {Operand(x, loc)},
      [](OpBuilder &builder, Location l, ValueRange in) -> Value {
        return OpTy::create(builder, l, in[0]);
      });
}

Var emb::sqrt(Var x, SourceLocation loc) {
  return buildMath<math::SqrtOp>("sqrt", x, loc);
}
Var emb::rsqrt(Var x, SourceLocation loc) {
  return buildMath<math::RsqrtOp>("rsqrt", x, loc);
}
Var emb::exp(Var x, SourceLocation loc) {
  return buildMath<math::ExpOp>("exp", x, loc);
}
Var emb::expm1(Var x, SourceLocation loc) {
  return buildMath<math::ExpM1Op>("expm1", x, loc);
}
Var emb::log(Var x, SourceLocation loc) {
  return buildMath<math::LogOp>("log", x, loc);
}
Var emb::log1p(Var x, SourceLocation loc) {
  return buildMath<math::Log1pOp>("log1p", x, loc);
}
Var emb::sin(Var x, SourceLocation loc) {
  return buildMath<math::SinOp>("sin", x, loc);
}
Var emb::cos(Var x, SourceLocation loc) {
  return buildMath<math::CosOp>("cos", x, loc);
}
Var emb::tanh(Var x, SourceLocation loc) {
  return buildMath<math::TanhOp>("tanh", x, loc);
}
Var emb::erf(Var x, SourceLocation loc) {
  return buildMath<math::ErfOp>("erf", x, loc);
}

Var emb::operator-(Operand a) {
  return buildElementwise(
      a.getLoc(),
      {.name = "operator-",
       .operands = kX,
       .elements = ElementFunction::Numbers,
       .isOneOperation = true},
      {a}, [](OpBuilder &builder, Location l, ValueRange in) -> Value {
        if (isOfFloats(in[0]))
          return arith::NegFOp::create(builder, l, in[0]);
        Value zero = arith::ConstantOp::create(
            builder, l, builder.getZeroAttr(in[0].getType()));
        return arith::SubIOp::create(builder, l, zero, in[0]);
      });
}

Var emb::abs(Var x, SourceLocation loc) {
  return buildElementwise(
      loc,
      {.name = "abs",
       .operands = kX,
       .elements = ElementFunction::Numbers,
       .isOneOperation = true},
      {Operand(x, loc)},
      [](OpBuilder &builder, Location l, ValueRange in) -> Value {
        if (isOfFloats(in[0]))
          return math::AbsFOp::create(builder, l, in[0]);
        return math::AbsIOp::create(builder, l, in[0]);
      });
}

Var emb::square(Var x, SourceLocation loc) {
  return buildElementwise(
      loc,
      {.name = "square",
       .operands = kX,
       .elements = ElementFunction::Numbers,
       .isOneOperation = true},
      {Operand(x, loc)},
      [](OpBuilder &builder, Location l, ValueRange in) -> Value {
        if (isOfFloats(in[0]))
          return arith::MulFOp::create(builder, l, in[0], in[0]);
        return arith::MulIOp::create(builder, l, in[0], in[0]);
      });
}

Var emb::detach(Var x, SourceLocation loc) {
  return buildOne(
      loc, {x},
      [](OpBuilder &builder, Location l, ValueRange in) -> FailureOr<Value> {
        return DetachOp::create(builder, l, in[0]).getResult();
      });
}
