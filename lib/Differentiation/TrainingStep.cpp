//===- TrainingStep.cpp - The function of emb.train -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MicroBatches.h"

#include "emb/Differentiation/ClipGradients.h"
#include "emb/Optimizers/Optimizers.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace mlir::emb;

namespace {
/// A parameter of the step that is being built.
struct Parameter {
  ParameterAttr declaration;
  /// What the gradient is taken by: the argument.
  Value value;
  SmallVector<Value> states;
  /// What the optimizer changes: the argument, or what the forward pass has
  /// made of it in place.
  Value latest;
  Value lr;
};

class TrainingStep {
public:
  TrainingStep(TrainOp declaration, func::FuncOp function)
      : declaration(declaration), function(function),
        builder(function.getBody().front().getTerminator()) {}

  LogicalResult addArguments();
  LogicalResult findLatestVersions();
  LogicalResult differentiate();
  void applyOptimizers();

private:
  Operation *getReturn() { return function.getBody().front().getTerminator(); }
  LogicalResult addParameter(ParameterAttr attribute);
  SmallVector<BlockArgument> getData();
  LogicalResult verifyGradients(const GradientMap &gradients);
  /// What clip_norm multiplies all gradients by; null without it.
  Value buildScale();

  TrainOp declaration;
  func::FuncOp function;
  OpBuilder builder;
  SmallVector<Parameter> parameters;
  /// By parameter; neither sources nor a dense tensor where the loss does not
  /// depend on it.
  SmallVector<Gradient> gradientOf;
  Value step;
};
} // namespace

LogicalResult TrainingStep::addParameter(ParameterAttr attribute) {
  StringRef name = attribute.getName();
  std::optional<unsigned> number = findArgument(function, name);
  if (!number)
    return declaration.emitOpError("@")
           << declaration.getLoss() << " has no argument with emb.name = \""
           << name << "\"";
  Parameter parameter{attribute, function.getArgument(*number), {}, {}, {}};
  auto type = dyn_cast<RankedTensorType>(parameter.value.getType());
  if (!type || !isa<FloatType>(type.getElementType()))
    return declaration.emitOpError("the parameter \"")
           << name << "\" is " << parameter.value.getType()
           << ", expected a ranked tensor of floats";
  FailureOr<Optimizer> optimizer =
      getOptimizer(attribute.getOptimizer(), declaration);
  if (failed(optimizer))
    return declaration.emitOpError("the parameter \"")
           << name << "\" has no optimizer";
  for (const OptimizerState &state : getStates(*optimizer)) {
    FailureOr<Value> argument = insertArgument(declaration, function, ++*number,
                                               (name + "." + state.name).str(),
                                               getStateType(state, type));
    if (failed(argument))
      return failure();
    parameter.states.push_back(*argument);
  }
  parameters.push_back(parameter);
  return success();
}

LogicalResult TrainingStep::addArguments() {
  for (auto attribute : declaration.getParameters().getAsRange<ParameterAttr>())
    if (failed(addParameter(attribute)))
      return failure();
  auto append = [&](StringRef name, Type type) {
    return insertArgument(declaration, function, function.getNumArguments(),
                          name, type);
  };
  llvm::StringMap<Value> rates;
  for (Parameter &parameter : parameters) {
    Value &rate = rates[parameter.declaration.getLr()];
    if (!rate) {
      FailureOr<Value> argument =
          append(parameter.declaration.getLr(), builder.getF64Type());
      if (failed(argument))
        return failure();
      rate = *argument;
    }
    parameter.lr = rate;
  }
  FailureOr<Value> argument = append("step", builder.getI64Type());
  if (failed(argument))
    return failure();
  step = *argument;
  return success();
}

/// The value that stands for `parameter` where `function` returns; null, with
/// an error, where it is changed twice from the same version.
static Value findLatestVersion(Value parameter) {
  Value latest = parameter;
  while (true) {
    Value next;
    for (OpOperand &use : latest.getUses()) {
      auto op = dyn_cast<DifferentiableOpInterface>(use.getOwner());
      Value version = op ? op.getNewVersion(use) : Value();
      if (!version)
        continue;
      if (next) {
        use.getOwner()->emitOpError("changes a parameter that another "
                                    "operation changes as well: expected one "
                                    "to take the result of the other");
        return {};
      }
      next = version;
    }
    if (!next)
      return latest;
    latest = next;
  }
}

LogicalResult TrainingStep::findLatestVersions() {
  for (Parameter &parameter : parameters) {
    parameter.latest = findLatestVersion(parameter.value);
    if (!parameter.latest)
      return failure();
    if (declaration.getAccumulate() && parameter.latest != parameter.value)
      return parameter.latest.getDefiningOp()->emitOpError(
          "changes a parameter, which it cannot do in each of several "
          "micro-batches ('accumulate' of emb.train)");
  }
  return success();
}

/// Refuses dense gradients of tables that are looked up, unless the declaration
/// asks for them.
LogicalResult TrainingStep::verifyGradients(const GradientMap &gradients) {
  const Activity &activity = gradients.getActivity();
  auto refuse = [&](const RuleSite &site, const Parameter &parameter) {
    return emitError(site.loc)
           << "'" << site.name << "' op makes the gradient of \""
           << parameter.declaration.getName().getValue()
           << "\", which is looked up, a dense tensor; it is on the path "
           << activity.describePath(site.result)
           << ". Say 'dense' for this parameter in emb.train to allow it";
  };
  for (const Densified &densified : gradients.getDensified()) {
    SmallVector<Value> origins = activity.getOrigins(densified.table);
    for (const Parameter &parameter : parameters)
      if (!parameter.declaration.getDense() &&
          llvm::is_contained(origins, parameter.value))
        return refuse(*densified.site, parameter);
  }
  for (auto [parameter, gradient] : llvm::zip_equal(parameters, gradientOf))
    if (gradient.dense && !gradient.sources.empty() &&
        !parameter.declaration.getDense())
      return refuse(*gradient.denseFrom, parameter);
  return success();
}

/// The tensors that are neither parameters nor states of optimizers.
SmallVector<BlockArgument> TrainingStep::getData() {
  llvm::SmallPtrSet<Value, 16> others;
  for (Parameter &parameter : parameters) {
    others.insert(parameter.value);
    others.insert(parameter.states.begin(), parameter.states.end());
  }
  if (ArrayAttr frozen = declaration.getFrozenAttr())
    for (StringRef name : frozen.getAsValueRange<StringAttr>())
      if (std::optional<unsigned> number = findArgument(function, name))
        others.insert(function.getArgument(*number));
  return llvm::to_vector(llvm::make_filter_range(
      function.getArguments(), [&](BlockArgument argument) {
        return isa<RankedTensorType>(argument.getType()) &&
               !others.contains(argument);
      }));
}

LogicalResult TrainingStep::differentiate() {
  FailureOr<Value> loss = getLoss(declaration, function);
  if (failed(loss))
    return failure();
  SmallVector<Value> wrt = llvm::map_to_vector(
      parameters, [](const Parameter &parameter) { return parameter.value; });
  SmallVector<Operation *> ops = getBodyOps(function);
  Activity activity(function, wrt, *loss);
  GradientMap gradients(activity);
  if (declaration.getAccumulate()) {
    if (failed(accumulateGradients(declaration, function, getData(), wrt, ops,
                                   gradients)))
      return failure();
  } else {
    gradients.add(builder, *loss,
                  createConstantLike(builder, loss->getLoc(), *loss, 1.0));
    if (failed(gradients.propagate(builder, ops)))
      return failure();
  }

  remarkDerived(declaration, function, gradients, wrt);
  for (Parameter &parameter : parameters)
    gradientOf.push_back(gradients.getAll().lookup(parameter.value));
  if (failed(verifyGradients(gradients)))
    return failure();
  for (auto [parameter, gradient] : llvm::zip_equal(parameters, gradientOf)) {
    if (gradient.dense && !gradient.sources.empty())
      gradient = {gradients.get(builder, parameter.value), {}, std::nullopt};
    if (!gradient.dense && gradient.sources.empty())
      declaration.emitWarning("the parameter \"")
          << parameter.declaration.getName().getValue()
          << "\" has no effect on the loss: it stays as it is";
  }
  return success();
}

Value TrainingStep::buildScale() {
  if (!declaration.getClipNorm())
    return {};
  SmallVector<ClippedGradient> clipped;
  for (auto [parameter, gradient] : llvm::zip_equal(parameters, gradientOf))
    if (gradient.dense || !gradient.sources.empty())
      clipped.push_back({gradient.dense, gradient.sources, parameter.latest});
  double normType =
      declaration.getNormType().value_or(APFloat(2.0)).convertToDouble();
  return buildClipCoefficient(builder, declaration.getLoc(), clipped,
                              declaration.getClipNorm()->convertToDouble(),
                              normType);
}

void TrainingStep::applyOptimizers() {
  Location loc = declaration.getLoc();
  Value scale = buildScale();
  SmallVector<Value> results;
  for (auto [parameter, gradient] : llvm::zip_equal(parameters, gradientOf)) {
    SmallVector<Value> inits{parameter.latest};
    llvm::append_range(inits, parameter.states);
    if (!gradient.dense && gradient.sources.empty()) {
      llvm::append_range(results, inits);
      continue;
    }
    auto apply = ApplyGradientOp::create(
        builder, loc, parameter.declaration.getOptimizer(), inits,
        gradient.sources, gradient.dense, parameter.lr, step, scale,
        declaration.getClipValueAttr());
    llvm::append_range(results, apply.getResults());
  }
  llvm::append_range(results, getReturn()->getOperands());
  replaceResults(function, results);
}

LogicalResult emb::buildTrainingStep(TrainOp declaration,
                                     func::FuncOp original) {
  FailureOr<func::FuncOp> function =
      copyFunction(declaration, declaration.getSymName(), original);
  if (failed(function))
    return failure();
  TrainingStep step(declaration, *function);
  if (failed(step.addArguments()) || failed(step.findLatestVersions()) ||
      failed(step.differentiate()))
    return failure();
  step.applyOptimizers();
  return success();
}
