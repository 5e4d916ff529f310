//===- Differences.cpp - A gradient against differences -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Differences.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <limits>
#include <numeric>

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::gradcheck;

llvm::Expected<std::vector<Elements>>
Differences::callMoved(size_t argument, const Direction &direction, double by) {
  std::vector<double> before;
  for (auto [element, step] : llvm::zip(direction.elements, direction.steps)) {
    before.push_back(getElement(function.getArgument(argument), element));
    if (auto error = function.set(argument, element, before.back() + by * step))
      return error;
  }
  auto moved = function.call();
  for (auto [element, value] : llvm::zip(direction.elements, before))
    if (auto error = function.set(argument, element, value))
      return llvm::joinErrors(std::move(error), moved.takeError());
  return moved;
}

/// How much the sum of all results times their factors changes with one step in
/// `direction`, up to the fifth power of the steps.
llvm::Expected<double> Differences::getChange(size_t argument,
                                              const Direction &direction) {
  static constexpr std::pair<double, double> kPoints[] = {
      {1, 8}, {-1, -8}, {2, -1}, {-2, 1}};
  // Of each element first: most of their digits cancel.
  std::vector<std::vector<double>> changes;
  for (const Elements &factor : factors)
    changes.emplace_back(factor.bits.size());
  for (auto [by, weight] : kPoints) {
    auto moved = callMoved(argument, direction, by);
    if (!moved)
      return moved.takeError();
    for (size_t i = 0; i < factors.size(); ++i)
      for (size_t k = 0; k < factors[i].bits.size(); ++k)
        changes[i][k] +=
            weight * (getElement((*moved)[i], k) - getElement(results[i], k));
  }
  long double sum = 0;
  for (size_t i = 0; i < factors.size(); ++i)
    for (size_t k = 0; k < factors[i].bits.size(); ++k)
      sum +=
          static_cast<long double>(getElement(factors[i], k)) * changes[i][k];
  return sum / 12;
}

/// A unit vector, about, with steps to either side.
Direction Differences::drawDirection(size_t argument) {
  const Elements &elements = function.getArgument(argument);
  double scale = std::exp2(-std::ceil(std::log2(elements.bits.size()) / 2));
  Direction direction;
  for (size_t i = 0; i < elements.bits.size(); ++i) {
    direction.elements.push_back(i);
    direction.steps.push_back(
        scale * getStep(elements.dtype, options.step, getElement(elements, i)) *
        (random.oneIn(2) ? 1 : -1));
  }
  return direction;
}

/// What rounding of the results alone may make of a difference by a step.
double Differences::getNoise() const {
  double sum = 0;
  for (size_t i = 0; i < factors.size(); ++i)
    for (size_t k = 0; k < factors[i].bits.size(); ++k)
      sum += std::fabs(getElement(factors[i], k) * getElement(results[i], k));
  return 4 * std::numeric_limits<double>::epsilon() * sum / options.step;
}

/// The unit of the last digit of numbers near 1.
static double getUnit(DType dtype) {
  return dtype == DType::F16    ? 0x1p-11
         : dtype == DType::BF16 ? 0x1p-8
         : dtype == DType::F32  ? 0x1p-24
                                : 0x1p-53;
}

//===----------------------------------------------------------------------===//
// Comparison
//===----------------------------------------------------------------------===//

/// Takes note of one comparison; keeps the worst.
void Differences::look(ArgumentReport &report, double found, double expected,
                       const Twine &where) {
  double distance = std::fabs(found - expected);
  bool isWorst = !(distance <= report.error);
  if (isWorst)
    report.error = distance;
  if (distance <= allowed)
    return;
  ++numWrong;
  if (!isWorst)
    return;
  report.problem.clear();
  llvm::raw_string_ostream(report.problem)
      << where << ": found " << llvm::format("%.12g", found) << ", expected "
      << llvm::format("%.12g", expected) << ", allowed distance "
      << llvm::format("%.1e", allowed);
}

/// Why the gradient cannot be compared; "" if it can.
static std::string describeUnfit(const Elements &gradient,
                                 const Elements &elements) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (gradient.shape != elements.shape || gradient.dtype != elements.dtype ||
      gradient.isTensor != elements.isTensor) {
    os << "is of " << formatShape(gradient.shape, gradient.dtype)
       << ", expected " << formatShape(elements.shape, elements.dtype);
    return text;
  }
  for (size_t i = 0; i < gradient.bits.size(); ++i) {
    if (std::isfinite(getElement(gradient, i)))
      continue;
    os << formatPosition(gradient, i) << ": found " << getElement(gradient, i)
       << ", expected a finite number";
    break;
  }
  return text;
}

llvm::Error Differences::compareElement(ArgumentReport &report, size_t argument,
                                        size_t element,
                                        const Elements &gradient) {
  const Elements &elements = function.getArgument(argument);
  double step =
      getStep(elements.dtype, options.step, getElement(elements, element));
  auto change = getChange(argument, {{element}, {step}});
  if (!change)
    return change.takeError();
  look(report, getElement(gradient, element), *change / step,
       formatPosition(gradient, element));
  return llvm::Error::success();
}

llvm::Error Differences::compareDirection(ArgumentReport &report,
                                          size_t argument,
                                          const Elements &gradient) {
  Direction direction = drawDirection(argument);
  auto change = getChange(argument, direction);
  if (!change)
    return change.takeError();
  long double found = 0;
  for (auto [element, step] : llvm::zip(direction.elements, direction.steps))
    found += static_cast<long double>(getElement(gradient, element)) * step;
  look(report, found / options.step, *change / options.step, "a direction");
  return llvm::Error::success();
}

llvm::Expected<ArgumentReport> Differences::compare(size_t argument,
                                                    const Elements &gradient) {
  const Elements &elements = function.getArgument(argument);
  ArgumentReport report;
  report.name = function.getSignature().arguments[argument].name;
  report.elements = elements.bits.size();
  report.problem = describeUnfit(gradient, elements);
  if (!report.problem.empty())
    return report;
  for (size_t i = 0; i < gradient.bits.size(); ++i)
    report.largest =
        std::max(report.largest, std::fabs(getElement(gradient, i)));
  numWrong = 0;
  // A gradient that is lost in the rounding of the results is compared with it.
  double tolerance = options.tolerance + getUnit(gradient.dtype);
  double scale = std::max(report.largest == 0 ? 1e-3 : report.largest,
                          getNoise() / tolerance);
  allowed = scale * tolerance;

  // The elements to look at come first.
  std::vector<size_t> order(elements.bits.size());
  std::iota(order.begin(), order.end(), size_t(0));
  report.checked = std::min(report.elements, options.limit);
  bool isPart = report.checked < report.elements;
  for (int64_t i = 0; isPart && i < report.checked; ++i)
    std::swap(order[i], order[random.between(i, report.elements - 1)]);

  for (int64_t i = 0; i < report.checked; ++i)
    if (auto error = compareElement(report, argument, order[i], gradient))
      return error;
  // Half-precision numbers have no room for such small steps.
  if (isPart && getByteWidth(elements.dtype) >= 4)
    if (auto error = compareDirection(report, argument, gradient))
      return error;
  if (numWrong != 0)
    report.problem += "; " + std::to_string(numWrong) + " of " +
                      std::to_string(report.checked + isPart) + " are wrong";
  report.error /= scale;
  return report;
}
