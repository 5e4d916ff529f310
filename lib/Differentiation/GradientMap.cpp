//===- GradientMap.cpp - Reverse mode over the operations of a block ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Differentiation/GradientMap.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::emb;

//===----------------------------------------------------------------------===//
// Gradients of values
//===----------------------------------------------------------------------===//

/// `table` plus what the sources add up to.
static Value addSources(OpBuilder &builder, Location loc, Value table,
                        ArrayRef<GradientSource> sources) {
  const GradientSource &first = sources.front();
  bool isScatter = sources.size() == 1 && !first.map && !first.scale;
  if (isScatter) {
    IntegerAttr padding;
    if (first.padding)
      padding = builder.getI64IntegerAttr(*first.padding);
    return ScatterAddOp::create(builder, loc, table.getType(), first.gradient,
                                first.indices, table, /*group=*/ValueRange(),
                                padding)
        .getResult();
  }
  // One sum of all, rounded once.
  auto update =
      UpdateOp::create(builder, loc, UpdateRows::Touched, table, sources,
                       /*scalars=*/ValueRange(), /*group=*/ValueRange());
  OpBuilder body = OpBuilder::atBlockEnd(&update.getBody().front());
  Value sum = arith::AddFOp::create(body, loc, update.getElementArg(0),
                                    update.getGradientArg());
  YieldOp::create(body, loc, sum);
  return update.getResult(0);
}

bool GradientMap::has(Value value) const { return gradients.contains(value); }

Value GradientMap::get(OpBuilder &builder, Value value) {
  auto it = gradients.find(value);
  if (it == gradients.end())
    return {};
  Gradient &gradient = it->second;
  if (gradient.sources.empty())
    return gradient.dense;
  log->densified.push_back({value, site});
  Location loc = site ? site->loc : value.getLoc();
  if (!gradient.dense)
    gradient.dense = createZeroLike(builder, loc, value);
  gradient.dense = addSources(builder, loc, gradient.dense, gradient.sources);
  gradient.sources.clear();
  return gradient.dense;
}

Value GradientMap::getOrZero(OpBuilder &builder, Value value) {
  if (Value gradient = get(builder, value))
    return gradient;
  return createZeroLike(builder, value.getLoc(), value);
}

void GradientMap::add(OpBuilder &builder, Value value, Value gradient) {
  addFrom(builder, value, gradient, site);
}

void GradientMap::addFrom(OpBuilder &builder, Value value, Value gradient,
                          const std::optional<RuleSite> &from) {
  if (!isActive(value))
    return;
  Location loc = gradient.getLoc();
  if (gradient.getType() != value.getType())
    gradient = tensor::CastOp::create(builder, loc, value.getType(), gradient);
  Gradient &sum = gradients[value];
  if (!sum.denseFrom)
    sum.denseFrom = from;
  if (sum.dense)
    gradient = arith::AddFOp::create(builder, loc, sum.dense, gradient);
  sum.dense = gradient;
}

void GradientMap::accumulate(OpBuilder &builder, Value value,
                             function_ref<Value(Value sum)> addTo) {
  if (!isActive(value))
    return;
  Gradient &gradient = gradients[value];
  gradient.dense = addTo(gradient.dense);
  if (!gradient.denseFrom)
    gradient.denseFrom = site;
}

void GradientMap::add(Value table, const GradientSource &source) {
  if (!isActive(table))
    return;
  SmallVector<GradientSource> &sources = gradients[table].sources;
  sources.insert(sources.begin(), source);
}

void GradientMap::pass(OpBuilder &builder, Value from, Value to) {
  auto it = gradients.find(from);
  if (it == gradients.end())
    return;
  // A copy, since adding may move the map's entries.
  Gradient gradient = it->second;
  if (gradient.dense)
    add(builder, to, gradient.dense);
  for (const GradientSource &source : llvm::reverse(gradient.sources))
    add(to, source);
}

//===----------------------------------------------------------------------===//
// The reverse pass
//===----------------------------------------------------------------------===//

/// What is active of what `op` uses, itself or in its regions.
static SmallVector<Value> getActiveUsed(Operation *op,
                                        const Activity &activity) {
  llvm::SetVector<Value> used(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), used);
  return llvm::to_vector(llvm::make_filter_range(
      used, [&](Value value) { return activity.isActive(value); }));
}

/// Whether all of `values`, what `op` uses, and what its regions start with
/// can have gradients if they are active.
static LogicalResult verifyTypes(Operation *op, SmallVector<Value> values,
                                 const Activity &activity) {
  for (Region &region : op->getRegions())
    for (Block &block : region)
      llvm::append_range(values, block.getArguments());
  for (Value value : values)
    if (activity.isActive(value) && !isDifferentiable(value.getType()))
      return op->emitOpError("cannot be differentiated: found ")
             << value.getType()
             << ", expected floats and ranked tensors of floats; it is on the "
                "path "
             << activity.describePath(value);
  return success();
}

LogicalResult GradientMap::propagate(OpBuilder &builder,
                                     ArrayRef<Operation *> ops) {
  std::optional<RuleSite> outer = site;
  for (Operation *op : llvm::reverse(ops)) {
    auto reached = llvm::find_if(op->getResults(),
                                 [&](Value value) { return has(value); });
    if (reached == op->getResults().end())
      continue;
    SmallVector<Value> used = getActiveUsed(op, activity);
    if (used.empty())
      continue;
    if (failed(verifyTypes(op, used, activity)))
      return failure();
    auto rule = dyn_cast<DifferentiableOpInterface>(op);
    if (!rule)
      return op->emitOpError("has no rule for differentiation; it is on the "
                             "path ")
             << activity.describePath(*reached);
    site = RuleSite{op->getLoc(), op->getName(), *reached};
    ++log->numRules;
    if (failed(rule.propagateGradient(builder, *this)))
      return failure();
  }
  site = outer;
  return success();
}
