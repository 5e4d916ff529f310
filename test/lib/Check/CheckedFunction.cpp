//===- CheckedFunction.cpp - Tests of a module as plain functions ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "CheckedFunction.h"
#include "Check.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::emb::check;

static std::optional<std::string> takeString(Operation *op, StringRef name) {
  auto attribute = dyn_cast_or_null<StringAttr>(op->removeAttr(name));
  if (!attribute)
    return std::nullopt;
  return attribute.str();
}

namespace {

/// Turns the constants of one function into arguments and what its expectations
/// look at into results.
class Outliner {
public:
  explicit Outliner(func::FuncOp function)
      : function(function), test{function.getName().str(),
                                 function.getLoc(),
                                 {},
                                 {},
                                 std::nullopt,
                                 std::nullopt} {}

  FailureOr<CheckedFunction> run();

private:
  LogicalResult takeConstant(ConstantOp op);
  void expect(Operation *op, Value got, TypedAttr want,
              std::optional<Expectation::Tolerance> tolerance);
  void expect(Operation *op, Value got, Value want,
              std::optional<Expectation::Tolerance> tolerance);
  unsigned addResult(Value value);
  LogicalResult visit(Operation *op);

  func::FuncOp function;
  CheckedFunction test;
  SmallVector<Value> results;
};

} // namespace

LogicalResult Outliner::takeConstant(ConstantOp op) {
  MLIRContext *context = op.getContext();
  NamedAttrList attributes;
  if (StringAttr name = op.getNamedAttr())
    attributes.append("emb.name", name);
  unsigned position = function.getNumArguments();
  if (failed(function.insertArgument(position, op.getType(),
                                     attributes.getDictionary(context),
                                     op.getLoc())))
    return failure();
  op.replaceAllUsesWith(function.getArgument(position));
  test.arguments.push_back(op.getValue());
  return success();
}

unsigned Outliner::addResult(Value value) {
  results.push_back(value);
  return results.size() - 1;
}

void Outliner::expect(Operation *op, Value got, TypedAttr want,
                      std::optional<Expectation::Tolerance> tolerance) {
  test.expectations.push_back({op->getName().stripDialect(), op->getLoc(),
                               addResult(got), want, 0, tolerance});
}

void Outliner::expect(Operation *op, Value got, Value want,
                      std::optional<Expectation::Tolerance> tolerance) {
  unsigned gotResult = addResult(got);
  test.expectations.push_back({op->getName().stripDialect(), op->getLoc(),
                               gotResult, TypedAttr(), addResult(want),
                               tolerance});
}

LogicalResult Outliner::visit(Operation *op) {
  auto tolerance = [](auto op) {
    return Expectation::Tolerance{op.getRtol().convertToDouble(),
                                  op.getAtol().convertToDouble()};
  };
  return TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](ConstantOp op) { return takeConstant(op); })
      .Case([&](ExpectEqOp op) {
        expect(op, op.getGot(), op.getWant(), std::nullopt);
        return success();
      })
      .Case([&](ExpectCloseOp op) {
        expect(op, op.getGot(), op.getWant(), tolerance(op));
        return success();
      })
      .Case([&](ExpectEqValueOp op) {
        expect(op, op.getGot(), op.getWant(), std::nullopt);
        return success();
      })
      .Case([&](ExpectCloseValueOp op) {
        expect(op, op.getGot(), op.getWant(), tolerance(op));
        return success();
      })
      .Case([&](UseOp op) {
        addResult(op.getValue());
        return success();
      })
      .Default([](Operation *op) {
        return op->emitOpError("is not known to emb-check");
      });
}

FailureOr<CheckedFunction> Outliner::run() {
  if (function.getNumArguments() != 0 || function.getNumResults() != 0)
    return function.emitOpError(
        "is public, so it is a test, and takes no arguments and returns "
        "nothing; inputs come from check.constant");
  test.error = takeString(function, "check.error");
  test.status = takeString(function, "check.status");

  SmallVector<Operation *> checks;
  for (Operation &op : function.getBody().getOps())
    if (isa<CheckDialect>(op.getDialect()))
      checks.push_back(&op);
  for (Operation *op : checks) {
    if (failed(visit(op)))
      return failure();
    op->erase();
  }

  if (test.status && !test.error)
    return function.emitOpError("has check.status without check.error");
  if (test.error && test.error->empty())
    return function.emitOpError("check.error must not be empty");
  if (test.error && !test.expectations.empty())
    return function.emitOpError("must fail, so nothing can be expected of its "
                                "results; use check.use");
  if (!test.error && test.expectations.empty())
    return function.emitOpError("expects nothing, so it could not fail");

  Operation *terminator = function.getBody().back().getTerminator();
  if (!function.getBody().hasOneBlock() || !isa<func::ReturnOp>(terminator))
    return function.emitOpError("must have one block");
  terminator->setOperands(results);
  function.setFunctionType(FunctionType::get(
      function.getContext(), function.getFunctionType().getInputs(),
      SmallVector<Type>(ValueRange(results).getTypes())));
  return test;
}

FailureOr<std::vector<CheckedFunction>>
mlir::emb::check::outlineChecks(ModuleOp module) {
  std::vector<CheckedFunction> tests;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!function.isPublic() || function.isDeclaration())
      continue;
    FailureOr<CheckedFunction> test = Outliner(function).run();
    if (failed(test))
      return failure();
    tests.push_back(std::move(*test));
  }
  WalkResult left = module.walk([](Operation *op) {
    if (!isa_and_nonnull<CheckDialect>(op->getDialect()))
      return WalkResult::advance();
    op->emitOpError("must stand in a public function");
    return WalkResult::interrupt();
  });
  if (left.wasInterrupted())
    return failure();
  if (tests.empty())
    return module.emitError("no test: expected public functions with bodies");
  return tests;
}
