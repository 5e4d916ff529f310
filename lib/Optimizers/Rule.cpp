//===- Rule.cpp - What optimizers share -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

#include "llvm/Support/Format.h"

#include <cmath>

using namespace mlir;
using namespace mlir::emb;

//===----------------------------------------------------------------------===//
// OptionChecker
//===----------------------------------------------------------------------===//

static std::string format(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", value);
  return text;
}

void OptionChecker::refuse(const Twine &message) {
  if (refusal.empty())
    refusal = (optimizer + ": " + message).str();
}

void OptionChecker::expectFinite(StringRef option, double value) {
  if (!std::isfinite(value))
    refuse(option + " is " + format(value) + ", expected a finite number");
}

void OptionChecker::expectNotNegative(StringRef option, double value) {
  if (!std::isfinite(value) || value < 0.0)
    refuse(option + " is " + format(value) + ", expected a finite number >= 0");
}

void OptionChecker::expectPositive(StringRef option, double value) {
  if (!std::isfinite(value) || value <= 0.0)
    refuse(option + " is " + format(value) + ", expected a finite number > 0");
}

void OptionChecker::expectBetas(std::array<double, 2> betas) {
  for (auto [number, beta] : llvm::enumerate(betas))
    if (!(beta >= 0.0 && beta < 1.0))
      refuse("betas[" + Twine(number) + "] is " + format(beta) +
             ", expected 0 <= beta < 1");
}

void OptionChecker::expectZero(StringRef option, double value, StringRef why) {
  if (value != 0.0)
    refuse(option + " is " + format(value) + " " + why + ", expected 0");
}

void OptionChecker::expectNoDecayIfSparse(double weightDecay) {
  if (gradient == GradientKind::Sparse)
    expectZero("weightDecay", weightDecay, "with a sparse gradient");
}

void OptionChecker::expectGradient(GradientKind expected, StringRef hint) {
  if (gradient == GradientKind::Unstated || gradient == expected)
    return;
  bool isSparse = gradient == GradientKind::Sparse;
  refuse(Twine("the gradient is ") + (isSparse ? "sparse" : "dense") +
         ", expected a " + (isSparse ? "dense" : "sparse") + " one; " + hint);
}

llvm::Error OptionChecker::takeError() {
  if (refusal.empty())
    return llvm::Error::success();
  return llvm::createStringError(
      std::make_error_code(std::errc::invalid_argument), refusal);
}

//===----------------------------------------------------------------------===//
// StepValues
//===----------------------------------------------------------------------===//

Expression StepValues::getStep() const {
  ImplicitLocOpBuilder &b = lr.getBuilder();
  return {b, arith::SIToFPOp::create(b, b.getF64Type(), step)};
}

Expression StepValues::selectFirst(double first, double later) const {
  ImplicitLocOpBuilder &b = lr.getBuilder();
  Value one = arith::ConstantIntOp::create(b, 1, 64);
  Value isFirst = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, step, one);
  Expression yes = lr.constant(first), no = lr.constant(later);
  return {b,
          arith::SelectOp::create(b, isFirst, yes.getValue(), no.getValue())};
}
