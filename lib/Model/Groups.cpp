//===- Groups.cpp - Which parameter learns how ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Groups.h"

#include "OptimizerDeclaration.h"

using namespace mlir;
using namespace mlir::emb;

/// The optimizer of a group, unless it is the user's own.
static std::optional<Optimizer> getNamedOptimizer(const ParameterGroup &group) {
  return std::visit(
      [](const auto &options) -> std::optional<Optimizer> {
        if constexpr (std::is_same_v<std::decay_t<decltype(options)>,
                                     UserOptimizer>)
          return std::nullopt;
        else
          return Optimizer(options);
      },
      group.optimizer);
}

namespace {
/// Resolves groups one by one; `isGood` says whether all fit.
class GroupResolver {
public:
  GroupResolver(Graph &graph, ModuleOp module, ArrayRef<ParameterGroup> groups,
                SourceLocation loc)
      : graph(graph), module(module), groups(groups), loc(loc),
        groupOf(graph.getParameters().size(), kNone) {}

  FailureOr<Learners> run(ArrayRef<unsigned> used);

private:
  static constexpr unsigned kNone = ~0u;

  void fail(unsigned group, const Twine &message) {
    graph.fail(loc, "groups[" + Twine(group) + "]: " + message);
    isGood = false;
  }
  unsigned getPosition(const GraphParameter &parameter) {
    return &parameter - graph.getParameters().data();
  }

  void addMembers(unsigned group);
  void addRest();
  void addRate(unsigned group);
  /// What emb.train says of the optimizer of a group for parameters of `dtype`;
  /// null, after an error, if it does not fit.
  Attribute getOptimizer(unsigned group, DType dtype);
  std::vector<StepState> getStates(unsigned group,
                                   const GraphParameter &parameter);

  Graph &graph;
  ModuleOp module;
  ArrayRef<ParameterGroup> groups;
  SourceLocation loc;
  /// By parameter.
  std::vector<unsigned> groupOf;
  /// By group.
  std::vector<std::string> rateOf;
  std::map<std::pair<unsigned, DType>, Attribute> optimizers;
  Learners result;
  bool isGood = true;
};
} // namespace

void GroupResolver::addMembers(unsigned group) {
  for (auto [number, var] : llvm::enumerate(groups[group].parameters)) {
    if (!var.isValid() && var.getGraph() == &graph)
      continue;
    GraphParameter *parameter = var.getGraph() == &graph
                                    ? graph.findParameter(var.getValue())
                                    : nullptr;
    if (!parameter) {
      fail(group, "parameters[" + Twine(number) +
                      "] is not a parameter of this model");
      continue;
    }
    unsigned &owner = groupOf[getPosition(*parameter)];
    if (parameter->isFrozen)
      fail(group, "the parameter '" + parameter->name + "' is frozen");
    else if (owner != kNone)
      fail(group, "the parameter '" + parameter->name + "' belongs to groups[" +
                      Twine(owner) + "]");
    else
      owner = group;
  }
}

void GroupResolver::addRest() {
  unsigned rest = kNone;
  for (auto [number, group] : llvm::enumerate(groups)) {
    if (!group.parameters.empty())
      continue;
    if (rest != kNone)
      fail(number, "has no parameters, and takes the rest as groups[" +
                       Twine(rest) + "] does");
    rest = number;
  }
  for (const GraphParameter &parameter : graph.getParameters()) {
    unsigned &owner = groupOf[getPosition(parameter)];
    if (owner == kNone && !parameter.isFrozen)
      owner = rest;
  }
}

void GroupResolver::addRate(unsigned group) {
  const ParameterGroup &options = groups[group];
  std::string name =
      options.name.empty() ? std::to_string(group) : options.name;
  for (const StepRate &other : result.rates)
    if (other.rate.group == name)
      fail(group, "the name '" + name + "' is taken");
  std::optional<double> lr = options.lr;
  if (std::optional<Optimizer> named = getNamedOptimizer(options)) {
    if (!lr)
      lr = getDefaultLearningRate(*named);
    if (llvm::Error error = verifyLearningRate(*named, *lr))
      fail(group, llvm::toString(std::move(error)));
  } else if (!lr) {
    fail(group, "has no lr, which an optimizer of one's own needs");
    lr = 0.0;
  }
  rateOf.push_back(groups.size() == 1 && options.name.empty() ? "lr"
                                                              : "lr." + name);
  result.rates.push_back({{name, *lr}, rateOf.back()});
}

Attribute GroupResolver::getOptimizer(unsigned group, DType dtype) {
  DType compute = dtype == DType::F64 ? DType::F64 : DType::F32;
  auto [it, isNew] = optimizers.try_emplace({group, compute});
  if (!isNew)
    return it->second;
  if (std::optional<Optimizer> named = getNamedOptimizer(groups[group])) {
    if (llvm::Error error = verify(*named))
      fail(group, llvm::toString(std::move(error)));
    else
      it->second = getAttribute(graph.getContext(), *named);
  } else {
    it->second = declareOptimizer(
        graph, module, std::get<UserOptimizer>(groups[group].optimizer),
        compute, loc);
  }
  isGood &= static_cast<bool>(it->second);
  return it->second;
}

std::vector<StepState>
GroupResolver::getStates(unsigned group, const GraphParameter &parameter) {
  DType dtype =
      parameter.data.getDType() == DType::F64 ? DType::F64 : DType::F32;
  std::vector<StepState> states;
  auto add = [&](StringRef name, bool isPerRow, double initialValue) {
    ArrayRef<int64_t> shape = parameter.data.getShape();
    if (isPerRow)
      shape = shape.take_front();
    states.push_back(
        {parameter.name + "." + name.str(), dtype, Shape(shape), initialValue});
  };
  if (std::optional<Optimizer> named = getNamedOptimizer(groups[group]))
    for (const OptimizerState &state : emb::getStates(*named))
      add(state.name, state.isPerRow, state.initialValue);
  else
    for (const UserOptimizer::State &state :
         std::get<UserOptimizer>(groups[group].optimizer).states)
      add(state.name, state.isPerRow, state.initialValue);
  return states;
}

FailureOr<Learners> GroupResolver::run(ArrayRef<unsigned> used) {
  for (unsigned group = 0; group < groups.size(); ++group) {
    addMembers(group);
    addRate(group);
  }
  addRest();
  if (!isGood)
    return failure();
  for (unsigned position : used) {
    GraphParameter &parameter = graph.getParameters()[position];
    if (parameter.isFrozen)
      continue;
    unsigned group = groupOf[position];
    if (group == kNone) {
      graph.fail(loc, "the parameter '" + parameter.name +
                          "' is neither frozen nor in a group");
      isGood = false;
      continue;
    }
    Attribute optimizer = getOptimizer(group, parameter.data.getDType());
    result.learners.push_back({&parameter, optimizer, rateOf[group],
                               groups[group].dense,
                               getStates(group, parameter)});
  }
  if (!isGood)
    return failure();
  return std::move(result);
}

FailureOr<Learners> emb::resolveGroups(Graph &graph, ModuleOp module,
                                       ArrayRef<ParameterGroup> groups,
                                       ArrayRef<unsigned> used,
                                       SourceLocation loc) {
  return GroupResolver(graph, module, groups, loc).run(used);
}
