//===- LinalgDerivatives.cpp - Rule for linalg ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One rule for linalg.generic and all named operations. The scalar region is
// differentiated by the rules of its operations. An operand's gradient is an
// operation over the same loops, in which the operand is the output: what the
// steps that read an element pass to it is added up.
//
//===----------------------------------------------------------------------===//

#include "emb/Differentiation/Derivatives.h"

#include "LinalgAdjoint.h"
#include "LinalgCombiner.h"
#include "LinalgExtremum.h"
#include "emb/Differentiation/GradientMap.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlir::emb;

namespace {
/// A float that the region reads: an element of an operand, or a captured
/// value.
struct Input {
  /// The operand, or the captured value itself.
  Value value;
  AffineMap map;
  /// In the region of the operation.
  Value element;
  std::string name;
};

/// The gradient of one input.
struct Contribution {
  const Input *input;
  /// In the adjoint body.
  Value gradient;
};

/// The rule, for one operation.
class LinalgRule {
public:
  LinalgRule(linalg::LinalgOp op, OpBuilder &builder, GradientMap &gradients)
      : op(op), builder(builder), gradients(gradients), body(op) {}

  LogicalResult apply();

private:
  LogicalResult refuse(const Twine &problem);
  std::string describePath();
  LogicalResult getCombiners();
  void getInputs();
  LogicalResult verifyRegion();
  void seed(GradientMap &scalars);
  FailureOr<SmallVector<Contribution>> propagateInBody();
  void addGradients(ArrayRef<Contribution> contributions);
  void addSum(const Contribution &contribution);
  void finish(const Input &input, Value tensor);

  linalg::LinalgOp op;
  OpBuilder &builder;
  GradientMap &gradients;
  AdjointBody body;
  /// Of the results that have a gradient.
  SmallVector<std::pair<unsigned, Combiner>> combiners;
  SmallVector<Input> inputs;
};
} // namespace

/// Makes active what the operations of `block` compute from active values.
static void extendActivity(Activity &activity, Block *block) {
  for (Operation &op : block->without_terminator()) {
    activity.extend(&op);
    llvm::SetVector<Value> captured;
    getUsedValuesDefinedAbove(op.getRegions(), captured);
    if (llvm::none_of(captured,
                      [&](Value value) { return activity.isActive(value); }))
      continue;
    for (Value result : op.getResults())
      if (isDifferentiable(result.getType()))
        activity.insert(result);
  }
}

std::string LinalgRule::describePath() {
  Value result = *llvm::find_if(
      op->getResults(), [&](Value result) { return gradients.has(result); });
  return "; it is on the path " + gradients.getActivity().describePath(result);
}

LogicalResult LinalgRule::refuse(const Twine &problem) {
  return op->emitOpError("cannot be differentiated: ")
         << problem << describePath();
}

LogicalResult LinalgRule::getCombiners() {
  for (auto [number, result] : llvm::enumerate(op->getResults())) {
    if (!gradients.has(result))
      continue;
    std::string problem;
    FailureOr<Combiner> combiner = getCombiner(op, number, problem);
    if (failed(combiner))
      return refuse(problem);
    combiners.push_back({number, *combiner});
  }
  return success();
}

/// The active inputs.
void LinalgRule::getInputs() {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!gradients.isActive(operand.get()) ||
        (op.isDpsInit(&operand) && !isInput(op, operand)))
      continue;
    inputs.push_back(
        {operand.get(), op.getMatchingIndexingMap(&operand),
         op.getMatchingBlockArgument(&operand),
         "operand #" + std::to_string(operand.getOperandNumber())});
  }
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  for (Value value : captured)
    if (gradients.isActive(value))
      inputs.push_back({value,
                        AffineMap::get(op.getNumLoops(), 0, op->getContext()),
                        value, "a captured value"});
}

/// Whether what the terms are computed by has rules for active scalars.
LogicalResult LinalgRule::verifyRegion() {
  Activity activity;
  for (const Input &input : inputs)
    activity.insert(input.element);
  Block *block = op.getBlock();
  extendActivity(activity, block);
  SmallVector<Value> terms;
  for (auto &[number, combiner] : combiners)
    for (const CombinerTerm &term : combiner.terms)
      terms.push_back(term.value);
  llvm::SetVector<Operation *> slice = getBodySlice(block, terms);
  for (Operation &inner : *block) {
    if (!slice.contains(&inner) ||
        llvm::none_of(inner.getResults(),
                      [&](Value result) { return activity.isActive(result); }))
      continue;
    if (inner.getNumRegions() > 0)
      return inner.emitOpError("cannot be differentiated in the region of a "
                               "linalg operation: expected 'arith.select'")
             << describePath();
    for (Value operand : inner.getOperands())
      if (activity.isActive(operand) &&
          isa<RankedTensorType>(operand.getType()))
        return inner.emitOpError("cannot be differentiated in the region of a "
                                 "linalg operation: expected the tensor to be "
                                 "an operand of that operation")
               << describePath();
    if (!isa<DifferentiableOpInterface>(inner))
      return inner.emitOpError("has no rule for differentiation")
             << describePath();
  }
  return success();
}

/// Gives the terms in the body their gradients.
void LinalgRule::seed(GradientMap &scalars) {
  for (auto &[number, combiner] : combiners) {
    OpOperand *init = op.getDpsInitOperand(number);
    AffineMap map = op.getMatchingIndexingMap(init);
    Value result = op->getResult(number);
    bool isSum = combiner.kind == CombinerKind::Sum;
    if (isSum)
      gradients.pass(builder, result, init->get());
    if (llvm::none_of(combiner.terms,
                      [&](const CombinerTerm &term) {
                        return scalars.isActive(body.lookup(term.value));
                      }) &&
        (isSum || !gradients.isActive(init->get())))
      continue;

    Value gradient = gradients.get(builder, result);
    Value element = body.read(gradient, map);
    OpBuilder inner = body.getBuilder();
    if (combiner.kind == CombinerKind::Extremum) {
      Value term = body.lookup(combiner.terms.front().value);
      Winners winners(builder, op, body, number, term);
      inner = body.getBuilder();
      element = winners.getShare(inner, element);
      if (gradients.isActive(init->get()))
        gradients.add(builder, init->get(),
                      winners.getShareOfInit(builder, gradient));
    }
    for (const CombinerTerm &term : combiner.terms) {
      Value share = element;
      if (term.isSubtracted)
        share = arith::NegFOp::create(inner, op.getLoc(), element);
      scalars.add(inner, body.lookup(term.value), share);
    }
  }
}

/// The gradients of the inputs in one step.
FailureOr<SmallVector<Contribution>> LinalgRule::propagateInBody() {
  Activity activity;
  for (const Input &input : inputs)
    activity.insert(body.lookup(input.element));
  extendActivity(activity, &body.getBlock());
  SmallVector<Operation *> forward = llvm::map_to_vector(
      body.getBlock(), [](Operation &inner) { return &inner; });

  GradientMap scalars(activity);
  seed(scalars);
  OpBuilder inner = body.getBuilder();
  if (failed(scalars.propagate(inner, forward)))
    return failure();
  inner = body.getBuilder();
  SmallVector<Contribution> contributions;
  for (const Input &input : inputs)
    if (Value gradient = scalars.get(inner, body.lookup(input.element)))
      contributions.push_back({&input, gradient});

  // What has been stored is read rather than computed again.
  for (auto &[number, combiner] : combiners) {
    if (combiner.kind != CombinerKind::Store)
      continue;
    Value value = body.lookup(combiner.terms.front().value);
    Operation *inner = value.getDefiningOp();
    if (!inner || inner->getBlock() != &body.getBlock())
      continue;
    OpOperand *init = op.getDpsInitOperand(number);
    Value element =
        body.read(op->getResult(number), op.getMatchingIndexingMap(init));
    value.replaceAllUsesWith(element);
    for (Contribution &contribution : contributions)
      if (contribution.gradient == value)
        contribution.gradient = element;
  }
  return contributions;
}

/// Adds `tensor` to the gradient of an input.
void LinalgRule::finish(const Input &input, Value tensor) {
  Location loc = op.getLoc();
  auto type = cast<RankedTensorType>(tensor.getType());
  Type elementType = getElementTypeOrSelf(input.value.getType());
  if (type.getElementType() != elementType)
    tensor =
        arith::TruncFOp::create(builder, loc, type.clone(elementType), tensor);
  if (!isa<RankedTensorType>(input.value.getType()))
    tensor = tensor::ExtractOp::create(builder, loc, tensor, ValueRange());
  gradients.add(builder, input.value, tensor);
}

/// The gradient of an input of which several steps read an element, or none.
void LinalgRule::addSum(const Contribution &contribution) {
  // Summed before it is rounded.
  Value gradient = contribution.gradient;
  if (auto truncation = gradient.getDefiningOp<arith::TruncFOp>())
    gradient = truncation.getIn();
  const Input &input = *contribution.input;
  Location loc = op.getLoc();
  Type type = gradient.getType();
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  Value empty = createEmptyLike(builder, loc, input.value, type);
  Value zeros = linalg::FillOp::create(builder, loc, zero, empty).getResult(0);
  AdjointOutput output = {gradient, zeros, input.map, AdjointCombiner::Add};
  finish(input, body.build(builder, output).front());
}

void LinalgRule::addGradients(ArrayRef<Contribution> contributions) {
  // What each step reads an element of its own of shares one operation.
  SmallVector<const Input *> together;
  SmallVector<AdjointOutput> outputs;
  for (const Contribution &contribution : contributions) {
    const Input &input = *contribution.input;
    if (!input.map.isPermutation()) {
      addSum(contribution);
      continue;
    }
    if (Value tensor = body.getTensor(contribution.gradient, input.map)) {
      finish(input, tensor);
      continue;
    }
    Value empty = createEmptyLike(builder, op.getLoc(), input.value,
                                  contribution.gradient.getType());
    together.push_back(&input);
    outputs.push_back({contribution.gradient, empty, input.map});
  }
  if (outputs.empty())
    return;
  SmallVector<Value> tensors = body.build(builder, outputs);
  for (auto [input, tensor] : llvm::zip(together, tensors))
    finish(*input, tensor);
}

/// Adds up the contributions to what is read twice in the same way.
static void mergeEqualInputs(OpBuilder inner, Location loc,
                             SmallVectorImpl<Contribution> &contributions) {
  SmallVector<Contribution> merged;
  for (const Contribution &next : contributions) {
    auto *same = llvm::find_if(merged, [&](const Contribution &other) {
      return other.input->value == next.input->value &&
             other.input->map == next.input->map;
    });
    if (same == merged.end())
      merged.push_back(next);
    else
      same->gradient =
          arith::AddFOp::create(inner, loc, same->gradient, next.gradient);
  }
  contributions = merged;
}

LogicalResult LinalgRule::apply() {
  if (failed(getCombiners()))
    return failure();
  getInputs();
  if (failed(verifyRegion()))
    return failure();
  FailureOr<SmallVector<Contribution>> contributions = propagateInBody();
  if (failed(contributions))
    return failure();
  for (const Contribution &contribution : *contributions) {
    const Input &input = *contribution.input;
    if (!input.map.isProjectedPermutation(/*allowZeroInResults=*/true))
      return refuse(input.name + " has the indexing map " +
                    toString(input.map) + ", expected a projected permutation");
  }
  mergeEqualInputs(body.getBuilder(), op.getLoc(), *contributions);
  addGradients(*contributions);
  return success();
}

namespace {
template <typename OpTy>
struct LinalgDerivative
    : DifferentiableOpInterface::ExternalModel<LinalgDerivative<OpTy>, OpTy> {
  LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
                                  Gradients &gradients) const {
    return LinalgRule(cast<linalg::LinalgOp>(op), builder,
                      static_cast<GradientMap &>(gradients))
        .apply();
  }

  bool isDifferentiable(Operation *op, OpOperand &operand) const {
    auto linalgOp = cast<linalg::LinalgOp>(op);
    Activity activity;
    activity.insert(linalgOp.getMatchingBlockArgument(&operand));
    extendActivity(activity, linalgOp.getBlock());
    return llvm::any_of(linalgOp.getBlock()->getTerminator()->getOperands(),
                        [&](Value value) { return activity.isActive(value); });
  }
};

template <typename... OpTys> struct Attach {
  static void to(MLIRContext *context) {
    (OpTys::template attachInterface<LinalgDerivative<OpTys>>(*context), ...);
  }
};
} // namespace

void emb::registerLinalgDerivatives(DialectRegistry &registry) {
  registry.addExtension(
      +[](MLIRContext *context, linalg::LinalgDialect *dialect) {
        Attach<
#define GET_OP_LIST
#include "mlir/Dialect/Linalg/IR/LinalgStructuredOps.cpp.inc"
            >::to(context);
      });
}
