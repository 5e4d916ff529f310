//===- SCFDerivatives.cpp - Rules of scf.for and scf.if -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The reverse of an operation with regions runs the body again, on the values
// it had, and then the reverse of the body. What a loop carried is kept for
// each iteration where the reverse reads it, and so is what would be expensive
// to compute again (sums over loops, inner loops); elementwise work is done
// twice rather than stored.
//
//===----------------------------------------------------------------------===//

#include "LoopStack.h"
#include "emb/Differentiation/Derivatives.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::emb;

/// The operations of `block` that its reverse computes again: not the
/// terminator and those without results, which are checks that the forward pass
/// has made.
static SmallVector<Operation *> getComputation(Block &block) {
  SmallVector<Operation *> ops;
  for (Operation &op : block.without_terminator())
    if (op.getNumResults() != 0)
      ops.push_back(&op);
  return ops;
}

static SmallVector<Operation *>
cloneOps(OpBuilder &builder, ArrayRef<Operation *> ops, IRMapping &mapping) {
  return llvm::map_to_vector(
      ops, [&](Operation *op) { return builder.clone(*op, mapping); });
}

/// The active values from outside that `region` uses.
static SmallVector<Value> getActiveCaptured(Region &region,
                                            const GradientMap &outer) {
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(region, captured);
  return llvm::to_vector(llvm::make_filter_range(
      captured, [&](Value value) { return outer.isActive(value); }));
}

/// Erases those of `ops` whose results nothing uses, the last ones first.
static void eraseDead(SmallVector<Operation *> &ops) {
  for (Operation *&op : llvm::reverse(ops))
    if (op && isOpTriviallyDead(op)) {
      op->erase();
      op = nullptr;
    }
}

//===----------------------------------------------------------------------===//
// scf.for
//===----------------------------------------------------------------------===//

/// Whether the results of `op` are kept rather than computed again.
static bool isExpensive(Operation *op) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return linalgOp.getNumReductionLoops() != 0;
  return op->getNumRegions() != 0;
}

namespace {
/// The reverse of one scf.for.
class ReverseFor {
public:
  ReverseFor(scf::ForOp forward, GradientMap &outer)
      : forward(forward), outer(outer), scope(outer), loc(forward.getLoc()) {}

  LogicalResult build(OpBuilder &builder);

private:
  void cloneForward(OpBuilder &body);
  void keepExpensive();
  LogicalResult fillPlaceholders();

  /// The number of the forward iteration, in an iteration of the reverse.
  Value getForwardNumber(OpBuilder &body) {
    Value one = arith::ConstantIndexOp::create(body, loc, 1);
    Value last = arith::SubIOp::create(body, loc, tripCount, one);
    return arith::SubIOp::create(body, loc, last, reverse.getInductionVar());
  }

  scf::ForOp forward, reverse;
  GradientMap &outer;
  GradientMap scope;
  Location loc;
  Value tripCount, number;
  /// From the forward body to its clone in the reverse.
  IRMapping mapping;
  SmallVector<Operation *> originals, clones;
  /// Values of the forward body, and what stands for them in the reverse.
  SmallVector<std::pair<Value, Value>> kept;
};
} // namespace

void ReverseFor::cloneForward(OpBuilder &body) {
  number = getForwardNumber(body);
  mapping.map(forward.getInductionVar(),
              createInductionValue(body, forward, number));
  for (BlockArgument argument : forward.getRegionIterArgs()) {
    Value placeholder = createPlaceholder(body, loc, argument.getType());
    mapping.map(argument, placeholder);
    kept.push_back({argument, placeholder});
  }
  originals = getComputation(*forward.getBody());
  clones = cloneOps(body, originals, mapping);
  outer.getActivity().addClones(mapping);
}

/// Puts placeholders in the place of expensive clones whose sizes are known
/// before the loop.
void ReverseFor::keepExpensive() {
  eraseDead(clones);
  for (auto [original, clone] : llvm::zip_equal(originals, clones)) {
    if (!clone || !isExpensive(clone))
      continue;
    for (auto [value, copy] :
         llvm::zip_equal(original->getResults(), clone->getResults())) {
      if (copy.use_empty() ||
          failed(getInvariantSizes(forward, value, /*report=*/false)))
        continue;
      OpBuilder builder(clone);
      Value placeholder = createPlaceholder(builder, loc, copy.getType());
      copy.replaceAllUsesWith(placeholder);
      kept.push_back({value, placeholder});
    }
  }
  eraseDead(clones);
}

/// Makes the forward loop keep what has a placeholder that is used.
LogicalResult ReverseFor::fillPlaceholders() {
  SmallVector<Value> values, placeholders;
  for (auto [value, placeholder] : kept) {
    if (placeholder.use_empty()) {
      placeholder.getDefiningOp()->erase();
      continue;
    }
    values.push_back(value);
    placeholders.push_back(placeholder);
  }
  if (values.empty())
    return success();

  // The old loop stays until the end: the analysis knows its values.
  OpBuilder before(forward);
  IRMapping toKeeper;
  auto keeper = cast<scf::ForOp>(before.clone(*forward, toKeeper));
  forward->replaceAllUsesWith(keeper);
  for (Value &value : values)
    value = toKeeper.lookup(value);
  FailureOr<SmallVector<Value>> stacks =
      stackValues(keeper, values, tripCount, createIterationNumber);
  if (failed(stacks))
    return failure();
  for (auto [placeholder, stack] : llvm::zip_equal(placeholders, *stacks)) {
    Operation *op = placeholder.getDefiningOp();
    OpBuilder builder(op);
    placeholder.replaceAllUsesWith(
        createStackEntry(builder, loc, stack, number, placeholder.getType()));
    op->erase();
  }
  return success();
}

LogicalResult ReverseFor::build(OpBuilder &builder) {
  SmallVector<unsigned> active;
  SmallVector<Value> seeds;
  for (auto [position, argument] :
       llvm::enumerate(forward.getRegionIterArgs())) {
    // The result may depend on what is yielded where nothing depends on the
    // argument.
    if (!outer.isActive(argument) &&
        !outer.isActive(forward.getResult(position)))
      continue;
    active.push_back(position);
    seeds.push_back(outer.getOrZero(builder, forward.getResult(position)));
  }
  SmallVector<Value> captured = getActiveCaptured(forward.getRegion(), outer);

  tripCount = createTripCount(forward);
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  reverse = scf::ForOp::create(builder, loc, zero, tripCount, one, seeds);
  OpBuilder body = OpBuilder::atBlockBegin(reverse.getBody());
  if (Operation *terminator =
          reverse.getBody()->empty() ? nullptr : &reverse.getBody()->back();
      terminator && terminator->hasTrait<OpTrait::IsTerminator>())
    terminator->erase();
  body.setInsertionPointToEnd(reverse.getBody());
  cloneForward(body);

  llvm::MapVector<Value, Value> placeholders;
  for (Value value : captured) {
    placeholders[value] = createPlaceholder(body, loc, value.getType());
    scope.seed(value, placeholders[value]);
  }
  for (auto [position, gradient] :
       llvm::zip_equal(active, reverse.getRegionIterArgs())) {
    Value yielded =
        mapping.lookupOrDefault(forward.getYieldedValues()[position]);
    scope.add(body, yielded, gradient);
  }
  if (failed(scope.propagate(body, clones)))
    return failure();
  SmallVector<Value> yielded;
  for (unsigned position : active)
    yielded.push_back(scope.getOrZero(
        body, mapping.lookup(forward.getRegionIterArg(position))));
  scf::YieldOp::create(body, loc, yielded);

  auto atNumber = [&](OpBuilder &, scf::ForOp) { return number; };
  if (failed(exportCaptured(builder, reverse, scope, placeholders, tripCount,
                            atNumber, outer)))
    return failure();
  for (auto [value, placeholder] : placeholders)
    if (placeholder.use_empty())
      placeholder.getDefiningOp()->erase();
  keepExpensive();
  if (failed(fillPlaceholders()))
    return failure();
  for (auto [position, gradient] : llvm::zip(active, reverse.getResults()))
    outer.add(builder, forward.getInitArgs()[position], gradient);
  return success();
}

namespace {
struct ForDerivative
    : DifferentiableOpInterface::ExternalModel<ForDerivative, scf::ForOp> {
  LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
                                  Gradients &gradients) const {
    auto loop = cast<scf::ForOp>(op);
    if (loop.getUnsignedCmp())
      return op->emitOpError("cannot be differentiated: found an unsigned "
                             "counter, expected a signed one");
    return ReverseFor(loop, static_cast<GradientMap &>(gradients))
        .build(builder);
  }
};
} // namespace

//===----------------------------------------------------------------------===//
// scf.if
//===----------------------------------------------------------------------===//

/// `value` with one more dimension of extent 1 in front if `expand`, and with
/// the extent of the first dimension left open.
static Value openFront(OpBuilder &builder, Location loc, Value value,
                       bool expand) {
  if (expand) {
    auto type = cast<RankedTensorType>(value.getType());
    SmallVector<int64_t> shape{1};
    llvm::append_range(shape, type.getShape());
    SmallVector<ReassociationIndices> groups;
    if (type.getRank() != 0)
      groups.push_back({0, 1});
    for (int64_t dim = 1; dim < type.getRank(); ++dim)
      groups.push_back({dim + 1});
    value = tensor::ExpandShapeOp::create(
        builder, loc, RankedTensorType::get(shape, type.getElementType()),
        value, groups);
  }
  auto type = cast<RankedTensorType>(value.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape.front() = ShapedType::kDynamic;
  auto open = RankedTensorType::get(shape, type.getElementType());
  if (open == type)
    return value;
  return tensor::CastOp::create(builder, loc, open, value);
}

/// A source of any number of occurrences, with the values of `source`.
static GradientSource openSource(OpBuilder &builder, Location loc,
                                 GradientSource source) {
  // The one occurrence of rank-0 indices becomes a list of one.
  bool isSingle =
      cast<RankedTensorType>(source.indices.getType()).getRank() == 0;
  auto open = [&](Value &part, bool expand) {
    if (part)
      part = openFront(builder, loc, part, expand);
  };
  bool hasMap = static_cast<bool>(source.map);
  open(source.indices, isSingle);
  open(source.map, isSingle);
  open(source.scale, isSingle);
  open(source.gradient, isSingle && !hasMap);
  open(source.winners, false);
  return source;
}

/// A tensor of type `type` without elements.
static Value createNone(OpBuilder &builder, Location loc, Type type) {
  auto tensorType = cast<RankedTensorType>(type);
  SmallVector<Value> sizes(tensorType.getNumDynamicDims(),
                           arith::ConstantIndexOp::create(builder, loc, 0));
  return tensor::EmptyOp::create(builder, loc, tensorType, sizes);
}

namespace {
/// The reverse of one scf.if.
class ReverseIf {
public:
  ReverseIf(scf::IfOp forward, GradientMap &outer)
      : forward(forward), outer(outer), loc(forward.getLoc()),
        scopes{GradientMap(outer), GradientMap(outer)} {}

  LogicalResult build(OpBuilder &builder);

private:
  LogicalResult buildBranch(Region &from, Region &to, GradientMap &scope);
  void yieldDense();
  void yieldSources();

  scf::IfOp forward, reverse;
  GradientMap &outer;
  Location loc;
  GradientMap scopes[2];
  /// By result of the forward operation; null where nothing arrived.
  SmallVector<Value> seeds;
  SmallVector<Value> captured;
  SmallVector<Value> yielded[2];
  /// Whose dense gradients the first results are.
  SmallVector<Value> denseOwners;
  /// The sources that the other results are the parts of.
  SmallVector<std::pair<Value, GradientSource>> sources;
};
} // namespace

LogicalResult ReverseIf::buildBranch(Region &from, Region &to,
                                     GradientMap &scope) {
  Block &block = to.emplaceBlock();
  OpBuilder body = OpBuilder::atBlockEnd(&block);
  IRMapping mapping;
  SmallVector<Operation *> clones =
      cloneOps(body, getComputation(from.front()), mapping);
  outer.getActivity().addClones(mapping);
  for (auto [value, seed] :
       llvm::zip_equal(from.front().getTerminator()->getOperands(), seeds))
    if (seed)
      scope.add(body, mapping.lookupOrDefault(value), seed);
  return scope.propagate(body, clones);
}

/// Adds the dense gradients to what the branches yield: zeros in the branch
/// that has none.
void ReverseIf::yieldDense() {
  for (Value value : captured) {
    Gradient gradients[2];
    for (auto [gradient, scope] : llvm::zip_equal(gradients, scopes))
      gradient = scope.getAll().lookup(value);
    if (!gradients[0].dense && !gradients[1].dense)
      continue;
    denseOwners.push_back(value);
    for (unsigned branch : {0, 1}) {
      OpBuilder body =
          OpBuilder::atBlockEnd(&reverse->getRegion(branch).front());
      Value dense = gradients[branch].dense;
      yielded[branch].push_back(dense ? dense
                                      : createZeroLike(body, loc, value));
    }
  }
}

/// Adds the parts of sources to what the branches yield: no occurrence in the
/// branch that does not have the source.
void ReverseIf::yieldSources() {
  for (unsigned branch : {0, 1}) {
    OpBuilder body = OpBuilder::atBlockEnd(&reverse->getRegion(branch).front());
    OpBuilder other =
        OpBuilder::atBlockEnd(&reverse->getRegion(1 - branch).front());
    for (Value value : captured) {
      Gradient gradient = scopes[branch].getAll().lookup(value);
      for (const GradientSource &source : gradient.sources) {
        sources.push_back({value, openSource(body, loc, source)});
        for (Value *part : getParts(sources.back().second)) {
          yielded[branch].push_back(*part);
          yielded[1 - branch].push_back(
              createNone(other, loc, part->getType()));
        }
      }
    }
  }
}

LogicalResult ReverseIf::build(OpBuilder &builder) {
  for (Value result : forward.getResults())
    seeds.push_back(outer.get(builder, result));
  captured = getActiveCaptured(forward.getThenRegion(), outer);
  for (Value value : getActiveCaptured(forward.getElseRegion(), outer))
    if (!llvm::is_contained(captured, value))
      captured.push_back(value);

  // Built without results, which are known when the branches are.
  OperationState state(loc, scf::IfOp::getOperationName());
  state.addOperands(forward.getCondition());
  state.addRegion();
  state.addRegion();
  reverse = cast<scf::IfOp>(builder.create(state));
  for (unsigned branch : {0, 1})
    if (failed(buildBranch(forward->getRegion(branch),
                           reverse->getRegion(branch), scopes[branch])))
      return failure();
  yieldDense();
  yieldSources();
  for (unsigned branch : {0, 1}) {
    OpBuilder body = OpBuilder::atBlockEnd(&reverse->getRegion(branch).front());
    scf::YieldOp::create(body, loc, yielded[branch]);
  }

  builder.setInsertionPointAfter(reverse);
  auto withResults =
      scf::IfOp::create(builder, loc, ValueRange(yielded[0]).getTypes(),
                        forward.getCondition(), /*addThenBlock=*/false,
                        /*addElseBlock=*/false);
  for (unsigned branch : {0, 1})
    withResults->getRegion(branch).takeBody(reverse->getRegion(branch));
  reverse.erase();

  auto next = withResults->result_begin();
  for (Value value : denseOwners)
    outer.add(builder, value, *next++);
  for (auto &[value, source] : sources)
    for (Value *part : getParts(source))
      *part = *next++;
  for (auto &[value, source] : llvm::reverse(sources))
    outer.add(value, source);
  return success();
}

namespace {
struct IfDerivative
    : DifferentiableOpInterface::ExternalModel<IfDerivative, scf::IfOp> {
  LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
                                  Gradients &gradients) const {
    auto branch = cast<scf::IfOp>(op);
    return ReverseIf(branch, static_cast<GradientMap &>(gradients))
        .build(builder);
  }
};
} // namespace

void emb::registerSCFDerivatives(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, scf::SCFDialect *) {
    scf::ForOp::attachInterface<ForDerivative>(*context);
    scf::IfOp::attachInterface<IfDerivative>(*context);
  });
}
