//===- Steps.cpp - The functions of a model's steps -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Groups.h"
#include "Slice.h"

#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/CSE.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using namespace mlir::emb;

namespace {
class StepsBuilder {
public:
  StepsBuilder(Graph &graph, const ModelCompileOptions &options,
               SourceLocation loc)
      : graph(graph), options(options), loc(loc),
        location(graph.getLocation(loc)), builder(graph.getContext()) {}

  FailureOr<Steps> run();

private:
  /// A public function, and what it was made of.
  struct Function {
    func::FuncOp op;
    Slice slice;
    SmallVector<Value> values;
  };

  void fail(const Twine &message) {
    graph.fail(loc, message);
    isGood = false;
  }
  void verifyNames(ArrayRef<NamedVar> vars, const Twine &what);
  void verifyValues(ArrayRef<NamedVar> vars, const Twine &what);
  void verifyLoss();
  void verifyPositive(StringRef option, std::optional<double> number);
  void verifyOptions();

  Function addFunction(StringRef name, ArrayRef<Value> values,
                       const Function *callee = nullptr);
  /// Whether a function of `slice` can call `callee` in place of its
  /// operations.
  bool canCall(const Function &callee, const Slice &slice,
               ArrayRef<Value> values) const;
  /// Maps what `callee` computes to the results of a call of it.
  void createCall(const Function &callee, IRMapping &mapping);
  /// The operands of a call of `callee` from within a function.
  Value lookup(const Slice &slice, IRMapping &mapping, Value value) {
    return mapping.lookup(slice.getVersion(value));
  }
  func::FuncOp addLossFunction(const Function &evaluate);
  LogicalResult verifyAddedNames();
  LogicalResult addTraining(const Function &evaluate);
  void addLayers();
  StepFunction describe(StringRef name, ArrayRef<NamedVar> outputs) const;

  Graph &graph;
  const ModelCompileOptions &options;
  SourceLocation loc;
  Location location;
  OpBuilder builder;
  Steps steps;
  bool isGood = true;
};
} // namespace

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

void StepsBuilder::verifyNames(ArrayRef<NamedVar> vars, const Twine &what) {
  llvm::StringSet<> names;
  for (auto [number, named] : llvm::enumerate(vars)) {
    if (named.name.empty())
      fail(what + "[" + Twine(number) + "] has no name");
    else if (!names.insert(named.name).second)
      fail(what + "[" + Twine(number) + "]: the name '" + named.name +
           "' is taken");
  }
}

void StepsBuilder::verifyValues(ArrayRef<NamedVar> vars, const Twine &what) {
  verifyNames(vars, what);
  for (const NamedVar &named : vars)
    if (named.var.getGraph() != &graph)
      fail(what + ": '" + named.name + "' is not a value of this model");
    else if (!named.var.isValid())
      isGood = false;
}

void StepsBuilder::verifyLoss() {
  Var loss = options.loss;
  if (loss.getGraph() != &graph)
    return fail("the loss is not a value of this model");
  if (!loss.isValid()) {
    isGood = false;
    return;
  }
  if (!loss.getShape().empty() || !isFloat(loss.getDType()))
    fail("the loss is " + formatShape(loss.getShape(), loss.getDType()) +
         ", expected a float without dimension");
}

void StepsBuilder::verifyPositive(StringRef option,
                                  std::optional<double> number) {
  // The infinite norm is the largest element.
  bool mayBeInfinite = option == "normType";
  if (!number || (*number > 0 && (mayBeInfinite || std::isfinite(*number))))
    return;
  fail(llvm::formatv("{0} is {1}, expected {2}", option, *number,
                     mayBeInfinite ? "a number > 0 or infinity"
                                   : "a finite number > 0")
           .str());
}

void StepsBuilder::verifyOptions() {
  if (options.loss.getGraph()) {
    verifyLoss();
  } else {
    if (!options.metrics.empty())
      fail("there are metrics, but no loss");
    if (!options.groups.empty())
      fail("there are groups, but no loss");
    if (options.outputs.empty() && options.functions.empty())
      fail("there is neither a loss nor an output, expected something to "
           "compute");
  }
  if (options.clipNorm && options.clipValue)
    fail("found both clipNorm and clipValue, expected one of them");
  if (!options.loss.getGraph() && (options.clipNorm || options.clipValue))
    fail("there is clipping, but no loss");
  verifyPositive("clipNorm", options.clipNorm);
  verifyPositive("normType", options.normType);
  verifyPositive("clipValue", options.clipValue);
  verifyValues(options.metrics, "metrics");
  verifyValues(options.outputs, "outputs");
  llvm::StringSet<> names;
  for (StringRef name : {kTrain, kEvaluate, kPredict})
    names.insert(name);
  for (const ModelFunction &function : options.functions) {
    bool isSymbol =
        !function.name.empty() && llvm::all_of(function.name, [](char c) {
          return llvm::isAlnum(c) || c == '_';
        });
    if (!isSymbol)
      fail("functions: the name '" + function.name +
           "' is not made of letters, digits and '_'");
    else if (!names.insert(function.name).second)
      fail("functions: the name '" + function.name + "' is taken");
    if (function.outputs.empty())
      fail("functions: '" + function.name + "' has no output");
    verifyValues(function.outputs, "functions: '" + function.name + "'");
  }
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

bool StepsBuilder::canCall(const Function &callee, const Slice &slice,
                           ArrayRef<Value> values) const {
  if (!slice.contains(callee.slice) || callee.slice.getOps().empty())
    return false;
  // A call comes before all else, which for renormalized tables could be
  // another order.
  if (!callee.slice.getChanged().empty())
    return false;
  auto isKnown = [&](Value value) {
    Operation *op = value.getDefiningOp();
    return !op || !callee.slice.contains(op) ||
           llvm::is_contained(callee.values, value);
  };
  return llvm::all_of(values, isKnown) &&
         llvm::all_of(slice.getOps(), [&](Operation *op) {
           return callee.slice.contains(op) ||
                  !op->walk([&](Operation *nested) {
                       return WalkResult(success(
                           llvm::all_of(nested->getOperands(), isKnown)));
                     }).wasInterrupted();
         });
}

void StepsBuilder::createCall(const Function &callee, IRMapping &mapping) {
  SmallVector<Value> operands;
  for (unsigned position : callee.slice.getParameters())
    operands.push_back(mapping.lookup(graph.getParameters()[position].value));
  for (unsigned position : callee.slice.getInputs())
    operands.push_back(mapping.lookup(graph.getInputs()[position].value));
  auto call = func::CallOp::create(builder, location, callee.op, operands);
  mapping.map(callee.values, call.getResults());
}

StepsBuilder::Function StepsBuilder::addFunction(StringRef name,
                                                 ArrayRef<Value> values,
                                                 const Function *callee) {
  Function function{{}, Slice(graph, values), SmallVector<Value>(values)};
  const Slice &slice = function.slice;
  for (auto [position, version] : slice.getChanged())
    function.values.push_back(version);

  SmallVector<BlockArgument> arguments;
  SmallVector<std::string> names;
  for (unsigned position : slice.getParameters()) {
    arguments.push_back(graph.getParameters()[position].value);
    names.push_back(graph.getParameters()[position].name);
  }
  for (unsigned position : slice.getInputs()) {
    arguments.push_back(graph.getInputs()[position].value);
    names.push_back(graph.getInputs()[position].name);
  }
  auto type = builder.getFunctionType(
      ValueRange(ArrayRef<Value>(arguments.begin(), arguments.end()))
          .getTypes(),
      ValueRange(function.values).getTypes());
  builder.setInsertionPointToEnd(steps.module->getBody());
  function.op = func::FuncOp::create(builder, location, name, type);
  Block *body = function.op.addEntryBlock();
  IRMapping mapping;
  for (auto [number, argument] : llvm::enumerate(arguments)) {
    function.op.setArgAttr(number, kArgumentNameAttr,
                           builder.getStringAttr(names[number]));
    body->getArgument(number).setLoc(
        NameLoc::get(builder.getStringAttr(names[number]), argument.getLoc()));
    mapping.map(argument, body->getArgument(number));
  }

  builder.setInsertionPointToStart(body);
  bool calls = callee && canCall(*callee, slice, values);
  if (calls)
    createCall(*callee, mapping);
  for (Operation *op : slice.getOps()) {
    if (calls && callee->slice.contains(op))
      continue;
    for (Value operand : op->getOperands())
      if (!mapping.contains(operand))
        mapping.map(operand, mapping.lookup(slice.getVersion(operand)));
    builder.clone(*op, mapping);
  }
  SmallVector<Value> results = llvm::map_to_vector(
      function.values, [&](Value value) { return mapping.lookup(value); });
  func::ReturnOp::create(builder, location, results);
  return function;
}

void StepsBuilder::addLayers() {
  llvm::StringSet<> called;
  steps.module->walk(
      [&](func::CallOp call) { called.insert(call.getCallee()); });
  builder.setInsertionPointToEnd(steps.module->getBody());
  for (auto function : graph.getModule().getOps<func::FuncOp>())
    if (function->hasAttr(kLayerAttr) && called.contains(function.getName()))
      builder.clone(*function);
}

//===----------------------------------------------------------------------===//
// Training
//===----------------------------------------------------------------------===//

/// What training differentiates: a table that changes is returned by an
/// evaluation, but not by this, unless nothing trains it.
func::FuncOp StepsBuilder::addLossFunction(const Function &evaluate) {
  ArrayRef<std::pair<unsigned, Value>> changed = evaluate.slice.getChanged();
  if (changed.empty())
    return evaluate.op;
  size_t numOutputs = evaluate.values.size() - changed.size();
  func::FuncOp op = evaluate.op;
  SmallVector<Type> types(op.getResultTypes().take_front(numOutputs));
  for (auto [number, change] : llvm::enumerate(changed))
    if (graph.getParameters()[change.first].isFrozen)
      types.push_back(op.getResultTypes()[numOutputs + number]);

  builder.setInsertionPointAfter(op);
  auto loss = func::FuncOp::create(
      builder, location, "loss",
      builder.getFunctionType(op.getArgumentTypes(), types));
  loss.setPrivate();
  loss.setAllArgAttrs(op.getAllArgAttrs());
  Block *body = loss.addEntryBlock();
  for (auto [to, from] :
       llvm::zip_equal(body->getArguments(), op.getArguments()))
    to.setLoc(from.getLoc());
  builder.setInsertionPointToStart(body);
  auto call = func::CallOp::create(builder, location, op, body->getArguments());
  SmallVector<Value> results(call.getResults().take_front(numOutputs));
  for (auto [number, change] : llvm::enumerate(changed))
    if (graph.getParameters()[change.first].isFrozen)
      results.push_back(call.getResult(numOutputs + number));
  func::ReturnOp::create(builder, location, results);
  return loss;
}

static FloatAttr getNumber(Builder &builder, std::optional<double> number) {
  return number ? builder.getF64FloatAttr(*number) : FloatAttr();
}

/// Refuses names of parameters and inputs that training gives to what it adds.
LogicalResult StepsBuilder::verifyAddedNames() {
  llvm::StringSet<> added;
  added.insert("step");
  for (const StepRate &rate : steps.rates)
    added.insert(rate.argument);
  for (const StepState &state : steps.states)
    added.insert(state.name);
  auto verify = [&](StringRef name, SourceLocation where) {
    if (!added.contains(name))
      return;
    graph.fail(where, "the name '" + name +
                          "' is that of a learning rate, a state of an "
                          "optimizer or the number of the step");
    isGood = false;
  };
  for (const GraphParameter &parameter : graph.getParameters())
    verify(parameter.name, parameter.loc);
  for (const GraphInput &input : graph.getInputs())
    verify(input.name, input.loc);
  return success(isGood);
}

LogicalResult StepsBuilder::addTraining(const Function &evaluate) {
  func::FuncOp loss = addLossFunction(evaluate);
  builder.setInsertionPointToStart(steps.module->getBody());
  auto declaration = TrainOp::create(
      builder, location, kTrain, loss.getName(), builder.getArrayAttr({}),
      ArrayAttr(), getNumber(builder, options.clipNorm),
      options.clipNorm && options.normType != 2.0
          ? getNumber(builder, options.normType)
          : FloatAttr(),
      getNumber(builder, options.clipValue), options.accumulate);
  // All functions are there: optimizers get names besides theirs.
  FailureOr<Learners> found =
      resolveGroups(graph, *steps.module, options.groups,
                    evaluate.slice.getParameters(), loc);
  if (failed(found))
    return failure();
  if (found->learners.empty()) {
    graph.fail(loc, "the loss depends on no parameter that is not frozen");
    return failure();
  }
  SmallVector<Attribute> parameters;
  for (Learner &learner : found->learners) {
    parameters.push_back(ParameterAttr::get(
        graph.getContext(), builder.getStringAttr(learner.parameter->name),
        learner.optimizer, builder.getStringAttr(learner.rate),
        learner.isDense));
    llvm::append_range(steps.states, learner.states);
  }
  SmallVector<StringRef> frozen;
  for (unsigned position : evaluate.slice.getParameters())
    if (graph.getParameters()[position].isFrozen)
      frozen.push_back(graph.getParameters()[position].name);
  steps.rates = std::move(found->rates);
  if (failed(verifyAddedNames()))
    return failure();

  declaration.setParametersAttr(builder.getArrayAttr(parameters));
  if (!frozen.empty())
    declaration.setFrozenAttr(builder.getStrArrayAttr(frozen));

  StepFunction train = describe(kTrain, options.metrics);
  train.hasLoss = true;
  train.firstOutput = found->learners.size() + steps.states.size();
  steps.functions.push_back(std::move(train));
  return success();
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

StepFunction StepsBuilder::describe(StringRef name,
                                    ArrayRef<NamedVar> outputs) const {
  StepFunction function;
  function.name = name.str();
  for (const NamedVar &output : outputs)
    function.outputs.push_back(output.name);
  return function;
}

static SmallVector<Value> getValues(ArrayRef<NamedVar> vars) {
  return llvm::map_to_vector(
      vars, [](const NamedVar &named) { return named.var.getValue(); });
}

FailureOr<Steps> StepsBuilder::run() {
  verifyOptions();
  if (!isGood)
    return failure();
  steps.module = ModuleOp::create(location);

  std::optional<Function> predict;
  if (!options.outputs.empty()) {
    predict.emplace(addFunction(kPredict, getValues(options.outputs)));
    steps.functions.push_back(describe(kPredict, options.outputs));
  }
  std::optional<Function> evaluate;
  if (options.loss.isValid()) {
    SmallVector<Value> values{options.loss.getValue()};
    llvm::append_range(values, getValues(options.metrics));
    evaluate.emplace(
        addFunction(kEvaluate, values, predict ? &*predict : nullptr));
    steps.functions.push_back(describe(kEvaluate, options.metrics));
    steps.functions.back().hasLoss = true;
  }
  for (const ModelFunction &function : options.functions) {
    addFunction(function.name, getValues(function.outputs));
    steps.functions.push_back(describe(function.name, function.outputs));
  }
  addLayers();
  if (evaluate && !options.groups.empty() && failed(addTraining(*evaluate)))
    return failure();
  // Extents and constants that several operations asked for.
  IRRewriter rewriter(graph.getContext());
  DominanceInfo dominance(*steps.module);
  eliminateCommonSubExpressions(rewriter, dominance, *steps.module);
  return std::move(steps);
}

FailureOr<Steps> emb::buildSteps(Graph &graph,
                                 const ModelCompileOptions &options,
                                 SourceLocation loc) {
  return StepsBuilder(graph, options, loc).run();
}
