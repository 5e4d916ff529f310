//===- GradientCheck.cpp - Gradients against differences ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "GradientCheck.h"
#include "Differences.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

#include <cmath>

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::gradcheck;

static llvm::Error fail(const Twine &message) {
  return makeError(EMB_INVALID_ARGUMENT, message);
}

static llvm::Expected<std::vector<Elements>>
drawArguments(const Declarations &declarations, StringRef name,
              const Executable &executable, Drawer &drawer);

namespace {

/// A function, and what it gives for the arguments drawn.
struct Evaluated {
  std::vector<Elements> arguments, results;
  std::unique_ptr<BoundFunction> function;
  /// What each result is multiplied by in the sum that is differentiated;
  /// without elements for those that are not in it.
  std::vector<Elements> factors;

  /// What its gradient is called with.
  std::vector<Elements> getArgumentsOfGradient(bool seeded) const {
    std::vector<Elements> all = arguments;
    for (auto [result, factor] : llvm::zip(results, factors))
      if (seeded && isFloat(result.dtype))
        all.push_back(factor);
    return all;
  }
};

} // namespace

/// Calls the function that `declaration` is the gradient of.
static llvm::Expected<Evaluated> evaluate(const Declarations &declarations,
                                          const Declaration &declaration,
                                          const Executable &executable,
                                          Drawer &drawer) {
  StringRef name = declaration.function;
  auto arguments = drawArguments(declarations, name, executable, drawer);
  if (!arguments)
    return arguments.takeError();
  auto function = BoundFunction::create(executable, name, *arguments);
  if (!function)
    return function.takeError();
  auto results = (*function)->call();
  if (!results)
    return results.takeError();

  Evaluated evaluated{
      std::move(*arguments), std::move(*results), std::move(*function), {}};
  for (const Elements &result : evaluated.results) {
    bool counts = declaration.seeded || evaluated.factors.empty();
    evaluated.factors.push_back({DType::F64, {}, false, {}});
    if (!counts || !isFloat(result.dtype))
      continue;
    if (declaration.seeded)
      evaluated.factors.back() = drawer.drawLike(result);
    else if (result.shape.empty())
      evaluated.factors.back().bits = {llvm::bit_cast<uint64_t>(1.0)};
  }
  if (!declaration.seeded &&
      (evaluated.factors.empty() || evaluated.factors[0].bits.empty()))
    return fail("result 0 of @" + name +
                " is not a float of rank 0, and the gradient is not seeded");
  return evaluated;
}

/// Draws the arguments of the function `name`. A gradient takes those of the
/// function it is the gradient of, then something for each float result.
static llvm::Expected<std::vector<Elements>>
drawArguments(const Declarations &declarations, StringRef name,
              const Executable &executable, Drawer &drawer) {
  if (const Declaration *gradient = declarations.find(name)) {
    auto evaluated = evaluate(declarations, *gradient, executable, drawer);
    if (!evaluated)
      return evaluated.takeError();
    return evaluated->getArgumentsOfGradient(gradient->seeded);
  }
  std::vector<Elements> arguments;
  for (const ArgumentSpec &spec : declarations.functions.at(name))
    arguments.push_back(drawer.draw(spec));
  return arguments;
}

/// Whether the results of the two functions are the same, and finite.
static llvm::Error compareResults(const Declaration &declaration,
                                  ArrayRef<Elements> found,
                                  ArrayRef<Elements> expected) {
  size_t count = expected.size() + declaration.wrt.size();
  if (found.size() != count)
    return fail("returns " + Twine(found.size()) + " results, expected " +
                Twine(count));
  for (auto [i, result] : llvm::enumerate(expected)) {
    if (auto difference = check::compare(found[i], result, std::nullopt))
      return fail("result " + Twine(i) + " is not that of @" +
                  declaration.function + ": " + *difference);
    for (size_t k = 0; isFloat(result.dtype) && k < result.bits.size(); ++k)
      if (!std::isfinite(getElement(result, k)))
        return fail("result " + Twine(i) + " of @" + declaration.function +
                    ": " + formatPosition(result, k) + " is " +
                    std::to_string(getElement(result, k)));
  }
  return llvm::Error::success();
}

static llvm::Error compareAll(const Declarations &declarations,
                              const Declaration &declaration,
                              const Executable &executable,
                              const CheckOptions &options,
                              GradientReport &report) {
  uint64_t number = &declaration - declarations.list.data();
  Drawer drawer(property::Random::forStream(options.seed, number),
                options.step);
  auto evaluated = evaluate(declarations, declaration, executable, drawer);
  if (!evaluated)
    return evaluated.takeError();
  auto gradient = BoundFunction::create(
      executable, declaration.gradient,
      evaluated->getArgumentsOfGradient(declaration.seeded));
  if (!gradient)
    return gradient.takeError();
  auto found = (*gradient)->call();
  if (!found)
    return found.takeError();
  if (auto error = compareResults(declaration, *found, evaluated->results))
    return error;

  size_t first = evaluated->results.size();
  Differences differences(*evaluated->function, std::move(evaluated->results),
                          std::move(evaluated->factors), drawer.getRandom(),
                          options);
  for (auto [i, name] : llvm::enumerate(declaration.wrt)) {
    int64_t argument = evaluated->function->getSignature().findArgument(name);
    if (argument < 0)
      return fail("@" + declaration.function + " has no argument '" + name +
                  "'");
    auto compared = differences.compare(argument, (*found)[first + i]);
    if (!compared)
      return compared.takeError();
    report.arguments.push_back(std::move(*compared));
  }
  return llvm::Error::success();
}

std::vector<std::string> GradientReport::getProblems() const {
  std::vector<std::string> problems;
  if (!problem.empty())
    problems.push_back(problem);
  for (const ArgumentReport &argument : arguments)
    if (!argument.problem.empty())
      problems.push_back("gradient by '" + argument.name +
                         "': " + argument.problem);
  return problems;
}

GradientReport gradcheck::checkGradient(const Declarations &declarations,
                                        const Declaration &declaration,
                                        const Executable &executable,
                                        const CheckOptions &options) {
  GradientReport report;
  if (llvm::Error error =
          compareAll(declarations, declaration, executable, options, report))
    report.problem = llvm::toString(std::move(error));
  return report;
}
