//===- Activity.cpp - Which values need a gradient ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Differentiation/Activity.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::emb;

using Edges = DenseMap<Value, SmallVector<Value>>;

bool emb::isDifferentiable(Type type) {
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return isa<FloatType>(tensor.getElementType());
  return isa<FloatType>(type);
}

/// Whether a value of type `type` holds numbers that could have a gradient, be
/// it in a form that has none here: a vector, an unranked tensor.
static bool holdsFloats(Type type) {
  while (auto shaped = dyn_cast<ShapedType>(type))
    type = shaped.getElementType();
  return isa<FloatType, ComplexType>(type);
}

/// What a value is called in a path.
static std::string describe(Value value) {
  if (Operation *op = value.getDefiningOp())
    return op->getName().getStringRef().str();
  auto argument = cast<BlockArgument>(value);
  Operation *parent = argument.getOwner()->getParentOp();
  auto function = dyn_cast<FunctionOpInterface>(parent);
  if (!function)
    return parent->getName().getStringRef().str();
  unsigned number = argument.getArgNumber();
  if (auto name =
          function.getArgAttrOfType<StringAttr>(number, kArgumentNameAttr))
    return "'" + name.str() + "'";
  return "argument " + std::to_string(number);
}

void Activity::addEdge(Value from, Value to) {
  if (!holdsFloats(from.getType()) || !holdsFloats(to.getType()))
    return;
  for (Value value : {from, to})
    if (auto [it, isNew] = names.try_emplace(value); isNew)
      it->second = describe(value);
  successors[from].push_back(to);
  predecessors[to].push_back(from);
}

void Activity::addEdges(Operation *op) {
  if (auto branch = dyn_cast<RegionBranchOpInterface>(op)) {
    RegionBranchSuccessorMapping mapping;
    branch.getSuccessorOperandInputMapping(mapping);
    for (auto &[operand, inputs] : mapping)
      for (Value input : inputs)
        addEdge(operand->get(), input);
    for (Region &region : op->getRegions())
      for (Operation &inner : region.getOps())
        addEdges(&inner);
    return;
  }

  auto rule = dyn_cast<DifferentiableOpInterface>(op);
  auto addEdgesTo = [&](Value result) {
    for (OpOperand &operand : op->getOpOperands())
      if (holdsFloats(operand.get().getType()) &&
          (!rule || rule.isDifferentiable(operand)))
        addEdge(operand.get(), result);
    if (op->getNumRegions() == 0)
      return;
    llvm::SetVector<Value> captured;
    getUsedValuesDefinedAbove(op->getRegions(), captured);
    for (Value value : captured)
      addEdge(value, result);
  };
  for (Value result : op->getResults())
    addEdgesTo(result);
}

/// Everything that can be reached from `from`, and from where it was first.
static DenseMap<Value, Value> reach(const Edges &edges, ArrayRef<Value> from) {
  DenseMap<Value, Value> cameFrom;
  SmallVector<Value> queue;
  for (Value value : from)
    if (cameFrom.try_emplace(value, Value()).second)
      queue.push_back(value);
  for (size_t next = 0; next < queue.size(); ++next) {
    Value value = queue[next];
    for (Value to : edges.lookup(value))
      if (cameFrom.try_emplace(to, value).second)
        queue.push_back(to);
  }
  return cameFrom;
}

Activity::Activity(FunctionOpInterface function, ArrayRef<Value> wrt,
                   ArrayRef<Value> outputs)
    : wrt(wrt), outputs(outputs) {
  for (Operation &op : function.getFunctionBody().front())
    addEdges(&op);
  DenseMap<Value, Value> varied = reach(successors, wrt);
  DenseMap<Value, Value> useful = reach(predecessors, outputs);
  for (auto &[value, from] : varied)
    if (holdsFloats(value.getType()) && useful.contains(value))
      active.insert(value);
}

Value Activity::getOriginal(Value value) const {
  auto it = originals.find(value);
  return it == originals.end() ? value : it->second;
}

void Activity::addClones(const IRMapping &mapping) {
  for (auto [from, to] : mapping.getValueMap()) {
    if (from == to)
      continue;
    Value original = getOriginal(from);
    originals[to] = original;
    if (isActive(from))
      active.insert(to);
    else
      active.erase(to);
  }
}

void Activity::extend(ArrayRef<Operation *> ops) {
  for (Operation *op : ops) {
    auto rule = dyn_cast<DifferentiableOpInterface>(op);
    if (llvm::none_of(op->getOpOperands(), [&](OpOperand &operand) {
          return isActive(operand.get()) &&
                 (!rule || rule.isDifferentiable(operand));
        }))
      continue;
    for (Value result : op->getResults())
      if (holdsFloats(result.getType()))
        active.insert(result);
  }
}

std::string Activity::describePath(Value value) const {
  DenseMap<Value, Value> varied = reach(successors, wrt);
  DenseMap<Value, Value> useful = reach(predecessors, outputs);
  SmallVector<std::string> path;
  // Each operation once.
  auto addChain = [&](Value link, const DenseMap<Value, Value> &cameFrom) {
    for (; link; link = cameFrom.lookup(link)) {
      std::string name = names.lookup(link);
      if (path.empty() || path.back() != name)
        path.push_back(name);
    }
  };
  Value original = getOriginal(value);
  addChain(original, varied);
  std::reverse(path.begin(), path.end());
  addChain(original, useful);
  path.push_back("result");
  return llvm::join(path, " -> ");
}

SmallVector<Value> Activity::getOrigins(Value value) const {
  DenseMap<Value, Value> sources = reach(predecessors, getOriginal(value));
  return llvm::to_vector(llvm::make_filter_range(
      wrt, [&](Value origin) { return sources.contains(origin); }));
}
