//===- Optimizers.cpp - The user's own optimizers -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OptimizerDeclaration.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::emb;

double emb::getDefaultLearningRate(const Optimizer &optimizer) {
  bool isAdagrad = std::holds_alternative<Adagrad>(optimizer) ||
                   std::holds_alternative<RowWiseAdagrad>(optimizer);
  return isAdagrad ? 0.01 : 0.001;
}

//===----------------------------------------------------------------------===//
// Row reductions
//===----------------------------------------------------------------------===//

/// The operand of a row reduction, if it can be one.
static FailureOr<Value> verifyRowOperand(Location loc, StringRef name,
                                         Value x) {
  if (!isa<Float32Type, Float64Type>(x.getType()))
    return emitError(loc) << name << ": found " << x.getType()
                          << ", expected a number of an optimizer's rule";
  return x;
}

static Var reduceRow(StringRef name, ReduceKind kind, Var x,
                     SourceLocation loc) {
  return buildOne(
      loc, {x},
      [&](OpBuilder &b, Location location, ValueRange in) -> FailureOr<Value> {
        if (failed(verifyRowOperand(location, name, in[0])))
          return failure();
        return RowReduceOp::create(b, location, kind, in[0]).getResult();
      });
}

Var emb::rowSum(Var x, SourceLocation loc) {
  return reduceRow("rowSum", ReduceKind::Add, x, loc);
}

Var emb::rowMax(Var x, SourceLocation loc) {
  return reduceRow("rowMax", ReduceKind::Max, x, loc);
}

Var emb::rowMin(Var x, SourceLocation loc) {
  return reduceRow("rowMin", ReduceKind::Min, x, loc);
}

Var emb::rowMean(Var x, SourceLocation loc) {
  return buildOne(
      loc, {x},
      [](OpBuilder &b, Location location, ValueRange in) -> FailureOr<Value> {
        if (failed(verifyRowOperand(location, "rowMean", in[0])))
          return failure();
        // The number of columns is the sum of ones.
        Value one = arith::ConstantOp::create(
            b, location, b.getFloatAttr(in[0].getType(), 1.0));
        auto reduce = [&](Value value) -> Value {
          return RowReduceOp::create(b, location, ReduceKind::Add, value);
        };
        Value sum = reduce(in[0]);
        Value count = arith::MaximumFOp::create(b, location, reduce(one), one);
        return arith::DivFOp::create(b, location, sum, count).getResult();
      });
}

//===----------------------------------------------------------------------===//
// Declaration
//===----------------------------------------------------------------------===//

namespace {
/// Makes the emb.optimizer of a UserOptimizer.
class Declaration {
public:
  Declaration(Graph &graph, const UserOptimizer &optimizer, DType computeType,
              SourceLocation loc)
      : graph(graph), optimizer(optimizer), loc(loc),
        builder(graph.getContext()),
        element(computeType == DType::F64 ? Type(builder.getF64Type())
                                          : Type(builder.getF32Type())),
        symbol(optimizer.name + (computeType == DType::F64 ? "_f64" : "")) {}

  FlatSymbolRefAttr declareIn(ModuleOp module);

private:
  bool fail(const Twine &message) {
    graph.fail(loc, "optimizer '" + Twine(optimizer.name) + "': " + message);
    return false;
  }
  bool verifyOptions();
  bool buildScalars();
  bool buildUpdate();
  /// Gives `region` a block with `types` as arguments, lets `run` build in it
  /// and yields what that returns, if there are `numResults` (any number
  /// without one) of `type`. `what` and `results` are for errors.
  bool buildRegion(Region &region, ArrayRef<Type> types, StringRef what,
                   std::optional<size_t> numResults, Type type,
                   const Twine &results,
                   function_ref<std::vector<Var>(ArrayRef<Var>)> run);
  /// The same optimizer, if `module` has it.
  OptimizerOp findDeclared(ModuleOp module);

  Graph &graph;
  const UserOptimizer &optimizer;
  SourceLocation loc;
  OpBuilder builder;
  Type element;
  std::string symbol;
  OwningOpRef<OptimizerOp> op;
};
} // namespace

static std::string print(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

bool Declaration::verifyOptions() {
  StringRef name = optimizer.name;
  auto isWordCharacter = [](char c) { return llvm::isAlnum(c) || c == '_'; };
  if (name.empty() || llvm::isDigit(name.front()) ||
      !llvm::all_of(name, isWordCharacter))
    return fail("the name must be letters, digits and '_', no digit first");
  if (!optimizer.rule)
    return fail("has no rule");
  return true;
}

bool Declaration::buildRegion(
    Region &region, ArrayRef<Type> types, StringRef what,
    std::optional<size_t> numResults, Type type, const Twine &results,
    function_ref<std::vector<Var>(ArrayRef<Var>)> run) {
  Location location = graph.getLocation(loc);
  Block *block = builder.createBlock(
      &region, {}, types, SmallVector<Location>(types.size(), location));
  SmallVector<Var> arguments =
      llvm::map_to_vector(block->getArguments(), [&](Value argument) {
        return Var(&graph, argument);
      });
  size_t numErrors = graph.getErrors().size();
  std::vector<Var> vars;
  {
    Graph::InsertionGuard guard(graph, block);
    vars = run(arguments);
  }
  if (graph.getErrors().size() != numErrors)
    return false;
  if (numResults && vars.size() != *numResults)
    return fail(Twine(what) + " returns " + Twine(vars.size()) +
                " values, expected " + Twine(*numResults) + ": " + results);
  SmallVector<Value> values;
  for (auto [number, var] : llvm::enumerate(vars)) {
    auto refuse = [&](const Twine &problem) {
      return fail(Twine(what) + ": value " + Twine(number) + " " + problem);
    };
    if (!var.isValid() || var.getGraph() != &graph)
      return refuse(var.isValid() ? "is of another model"
                                  : "is a Var that was never assigned");
    Type found = var.getValue().getType();
    if (found != type)
      return refuse("is '" + print(found) + "', expected '" + print(type) +
                    "'");
    values.push_back(var.getValue());
  }
  YieldOp::create(builder, location, values);
  // The verifier would say it of the operation alone.
  auto isInside = [&](Value value) {
    return value.getParentRegion() == &region;
  };
  for (Operation &inner : *block)
    if (!llvm::all_of(inner.getOperands(), isInside))
      return fail(Twine(what) + " uses a value of the model, expected its "
                                "arguments and numbers");
  return true;
}

bool Declaration::buildScalars() {
  if (!optimizer.scalars)
    return true;
  Type f64 = builder.getF64Type();
  return buildRegion(
      op->getScalars(), {f64, f64}, "scalars", std::nullopt, f64, "",
      [&](ArrayRef<Var> in) { return optimizer.scalars(in[0], in[1]); });
}

bool Declaration::buildUpdate() {
  size_t numStates = optimizer.states.size();
  SmallVector<Type> types(2 + numStates + op->getNumScalars(), element);
  std::string results = "the weight";
  for (const UserOptimizer::State &state : optimizer.states)
    results += ", " + state.name;
  return buildRegion(op->getUpdate(), types, "the rule", 1 + numStates, element,
                     results, [&](ArrayRef<Var> in) {
                       UserOptimizer::Element values;
                       values.weight = in.front();
                       values.states = in.slice(1, numStates);
                       values.gradient = in[1 + numStates];
                       values.scalars = in.drop_front(2 + numStates);
                       return optimizer.rule(values);
                     });
}

OptimizerOp Declaration::findDeclared(ModuleOp module) {
  auto isSame = [](Region &a, Region &b) {
    return OperationEquivalence::isRegionEquivalentTo(
        &a, &b, OperationEquivalence::IgnoreLocations);
  };
  for (auto other : module.getOps<OptimizerOp>()) {
    StringRef suffix = other.getSymName();
    if (suffix.consume_front(symbol) &&
        (suffix.empty() || suffix.starts_with("_")) &&
        other.getRows() == op->getRows() &&
        other.getStates() == op->getStates() &&
        isSame(other.getScalars(), op->getScalars()) &&
        isSame(other.getUpdate(), op->getUpdate()))
      return other;
  }
  return {};
}

FlatSymbolRefAttr Declaration::declareIn(ModuleOp module) {
  if (!verifyOptions())
    return {};
  SmallVector<Attribute> states;
  for (const UserOptimizer::State &state : optimizer.states)
    states.push_back(
        StateAttr::get(builder.getContext(), builder.getStringAttr(state.name),
                       state.isPerRow, APFloat(state.initialValue)));
  op = OptimizerOp::create(builder, graph.getLocation(loc), symbol,
                           optimizer.rows, builder.getArrayAttr(states));
  if (!buildScalars() || !buildUpdate())
    return {};
  if (OptimizerOp declared = findDeclared(module))
    return FlatSymbolRefAttr::get(declared.getSymNameAttr());

  // Its verifier sees what is left.
  OptimizerOp inserted = op.release();
  SymbolTable(module).insert(inserted, module.getBody()->begin());
  std::string problem;
  ScopedDiagnosticHandler handler(builder.getContext(),
                                  [&](Diagnostic &diagnostic) {
                                    problem = diagnostic.str();
                                    return success();
                                  });
  if (succeeded(mlir::verify(inserted)))
    return FlatSymbolRefAttr::get(inserted.getSymNameAttr());
  fail(problem);
  inserted.erase();
  return {};
}

FlatSymbolRefAttr emb::declareOptimizer(Graph &graph, ModuleOp module,
                                        const UserOptimizer &optimizer,
                                        DType computeType, SourceLocation loc) {
  // Without an initializer list it stands where the struct does.
  StringRef file = optimizer.loc.file_name();
  if (!file.ends_with("emb/Model/Optimizers.h"))
    loc = optimizer.loc;
  return Declaration(graph, optimizer, computeType, loc).declareIn(module);
}
