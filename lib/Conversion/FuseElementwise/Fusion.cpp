//===- Fusion.cpp - What can be merged, and merging it --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Fusion.h"

#include "../TileContractions/Contraction.h"
#include "../Vectorize/VectorBody.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::emb;
using utils::IteratorType;

bool emb::isConsumer(linalg::LinalgOp op) {
  // A transposition and a constant have forms of their own later.
  if (isa<linalg::TransposeOp, linalg::FillOp, linalg::CopyOp>(op) ||
      op.getBlock()->getNumArguments() != op->getNumOperands())
    return false;
  std::string reason;
  return !isSumOfProducts(op) || !matchLoops(op, reason);
}

/// Whether `op` of a body takes about as long as an addition.
static bool isShort(Operation &op) {
  return isa<arith::ConstantOp, math::AbsFOp>(op) ||
         (isa<arith::ArithDialect>(op.getDialect()) &&
          !isa<arith::DivFOp, arith::RemFOp, arith::DivSIOp, arith::DivUIOp,
               arith::RemSIOp, arith::RemUIOp>(op));
}

int64_t emb::getCost(linalg::LinalgOp op) {
  constexpr int64_t kLong = 1000;
  int64_t cost = 0;
  for (Operation &inner : op.getBlock()->without_terminator())
    if (!isa<arith::ConstantOp>(inner))
      cost += isShort(inner) ? 1 : kLong;
  return cost;
}

bool emb::readsArgument(linalg::LinalgOp op) {
  return llvm::any_of(op.getDpsInputs(), [](Value input) {
    auto argument = dyn_cast<BlockArgument>(input);
    auto type = dyn_cast<ShapedType>(input.getType());
    return argument && argument.getOwner()->isEntryBlock() && type &&
           type.getRank() > 1;
  });
}

/// The loops that `use` has a dimension for.
static SmallVector<bool> getMappedLoops(OpOperand &use) {
  auto op = cast<linalg::LinalgOp>(use.getOwner());
  AffineMap map = op.getMatchingIndexingMap(&use);
  SmallVector<bool> mapped;
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop)
    mapped.push_back(map.isFunctionOfDim(loop));
  return mapped;
}

bool emb::mapsAllLoops(OpOperand &use) {
  return llvm::all_of(getMappedLoops(use), [](bool mapped) { return mapped; });
}

static bool isView(Operation *op) {
  return isa<tensor::ExtractSliceOp, tensor::ExpandShapeOp,
             tensor::CollapseShapeOp, tensor::CastOp>(op);
}

/// Whether `use` may change the tensor when it is in memory.
static bool mayWrite(OpOperand &use) {
  Operation *op = use.getOwner();
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return !linalgOp.isDpsInput(&use);
  return !isa<tensor::DimOp, tensor::ExtractOp, GatherOp, BagOp, GroupOp,
              CheckIndicesOp, CheckOffsetsOp, CheckEqualOp>(op);
}

/// Whether something between `first` and `last`, of one block, may write to the
/// memory of `value`: then what `first` reads must be read there.
static bool isWrittenBetween(Value value, Operation *first, Operation *last) {
  while (Operation *def = value.getDefiningOp()) {
    if (!isView(def))
      break;
    value = def->getOperand(0);
  }
  SmallVector<Value> aliases{value};
  while (!aliases.empty()) {
    for (OpOperand &use : aliases.pop_back_val().getUses()) {
      Operation *user = use.getOwner();
      if (isView(user)) {
        aliases.push_back(user->getResult(0));
        continue;
      }
      Operation *place = first->getBlock()->findAncestorOpInBlock(*user);
      bool isBetween = place && first->isBeforeInBlock(place) &&
                       place->isBeforeInBlock(last);
      if (isBetween && mayWrite(use))
        return true;
    }
  }
  return false;
}

/// The maps of what `op` would read without `operand`, and with `others`.
static bool tellExtents(linalg::LinalgOp op, OpOperand &operand,
                        ArrayRef<AffineMap> others) {
  SmallVector<AffineMap> maps(others);
  for (OpOperand &other : op->getOpOperands())
    if (&other != &operand)
      maps.push_back(op.getMatchingIndexingMap(&other));
  SmallVector<AffineMap> ofTensors;
  for (AffineMap map : maps)
    if (map.getNumResults() > 0)
      ofTensors.push_back(map);
  return op.getNumLoops() == 0 ||
         (!ofTensors.empty() &&
          inversePermutation(concatAffineMaps(ofTensors, op.getContext())));
}

/// Maps from the loops of what reads `use` to the inputs of `producer`.
static SmallVector<AffineMap> getComposedMaps(linalg::LinalgOp producer,
                                              OpOperand &use) {
  auto result = cast<OpResult>(use.get());
  AffineMap toLoops =
      inversePermutation(producer.getIndexingMapMatchingResult(result))
          .compose(cast<linalg::LinalgOp>(use.getOwner())
                       .getMatchingIndexingMap(&use));
  SmallVector<AffineMap> maps;
  for (OpOperand *input : producer.getDpsInputOperands())
    maps.push_back(producer.getMatchingIndexingMap(input).compose(toLoops));
  return maps;
}

/// Why the elements of `producer` cannot be computed one by one.
static std::string whyNotProducer(linalg::LinalgOp producer) {
  if (!producer.hasPureTensorSemantics() ||
      producer.getNumParallelLoops() != producer.getNumLoops())
    return "it is no map of elements";
  if (isa<linalg::TransposeOp>(producer))
    return "a transposition is made once";
  if (producer.getBlock()->getNumArguments() != producer->getNumOperands())
    return "its body does not take all operands";
  for (BlockArgument output : producer.getRegionOutputArgs())
    if (!output.use_empty())
      return "it changes what is there";
  for (Operation &inner : producer.getBlock()->without_terminator())
    if (inner.getNumRegions() != 0 || !isMemoryEffectFree(&inner) ||
        isa<linalg::IndexOp>(inner))
      return "its body is not only arithmetic";
  return "";
}

/// Whether the rows of `tensor` may be strided in memory.
static bool mayBeStrided(Value tensor) {
  if (auto slice = tensor.getDefiningOp<tensor::ExtractSliceOp>())
    return !slice.hasUnitStride() || mayBeStrided(slice.getSource());
  auto argument = dyn_cast<BlockArgument>(tensor);
  auto function =
      argument ? dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp())
               : func::FuncOp();
  return function && function.getArgAttr(argument.getArgNumber(), kStridedAttr);
}

/// Whether `emb-vectorize-reductions` would take other vectors for a sum that
/// has `producer` in its body: their loop decides on the order of the sum,
/// which must not depend on what is merged into it.
static bool changesOrder(linalg::LinalgOp producer, OpOperand &use) {
  auto op = cast<linalg::LinalgOp>(use.getOwner());
  AffineMap map = op.getMatchingIndexingMap(&use);
  if (op.getNumReductionLoops() == 0 || map.getNumResults() == 0)
    return false;
  for (Operation &inner : producer.getBlock()->without_terminator())
    if (!isVectorizable(inner))
      return true;
  unsigned row = map.getDimPosition(map.getNumResults() - 1);
  for (auto [input, composed] : llvm::zip_equal(
           producer.getDpsInputs(), getComposedMaps(producer, use))) {
    if (!composed.isProjectedPermutation() || mayBeStrided(input))
      return true;
    Type element = getElementTypeOrSelf(input);
    bool changes = composed.isFunctionOfDim(row);
    bool isFloat = element.isF32() || element.isF64();
    if (!isFloat && (changes || !element.isInteger(1)))
      return true;
    if (changes && composed.getDimPosition(composed.getNumResults() - 1) != row)
      return true;
  }
  return false;
}

std::string emb::whyNotFusable(linalg::LinalgOp producer, OpOperand &use) {
  auto op = dyn_cast<linalg::LinalgOp>(use.getOwner());
  if (!op || !op.hasPureTensorSemantics() || !op.isDpsInput(&use))
    return "a tensor is needed";
  if (!isConsumer(op))
    return "what reads it is a kernel";
  if (std::string reason = whyNotProducer(producer); !reason.empty())
    return reason;
  if (producer->getBlock() != op->getBlock())
    return "it is in another block";
  AffineMap map = op.getMatchingIndexingMap(&use);
  if (!map.isProjectedPermutation() ||
      !producer.getIndexingMapMatchingResult(cast<OpResult>(use.get()))
           .isPermutation())
    return "subscripts are not loops";
  SmallVector<bool> mapped = getMappedLoops(use);
  if (!llvm::is_sorted(mapped, std::greater<bool>()) && getCost(producer) != 0)
    return "it would be computed again along a loop that is not the inner one";
  if (changesOrder(producer, use))
    return "the order of the sum would be another one";
  if (!tellExtents(op, use, getComposedMaps(producer, use)))
    return "nothing else would tell the extents of loops";
  for (Value input : producer.getDpsInputs())
    if (isWrittenBetween(input, producer, op))
      return "what it reads is written in between";
  return "";
}

std::optional<FillValue> emb::getFillValue(Value tensor) {
  if (auto fill = tensor.getDefiningOp<linalg::FillOp>())
    return FillValue{fill.getInputs()[0], {}};
  if (auto splat = tensor.getDefiningOp<tensor::SplatOp>())
    return FillValue{splat.getInput(), {}};
  DenseElementsAttr elements;
  if (matchPattern(tensor, m_Constant(&elements)) && elements.isSplat())
    return FillValue{{}, elements.getSplatValue<TypedAttr>()};
  return std::nullopt;
}

std::string emb::whyNotFill(linalg::LinalgOp op, OpOperand &operand) {
  if (!tellExtents(op, operand, {}))
    return "nothing else would tell the extents of loops";
  return "";
}

/// A copy of `op` that has the inputs of `fused` and then its own outputs. The
/// body begins with what `createFused` makes, with the new arguments of inputs,
/// and maps the arguments of the old body to.
static linalg::LinalgOp createMerged(
    RewriterBase &rewriter, linalg::LinalgOp op, ValueRange inputs,
    ArrayRef<AffineMap> inputMaps,
    function_ref<void(OpBuilder &, ValueRange, IRMapping &)> createFused) {
  SmallVector<AffineMap> maps(inputMaps);
  for (OpOperand &init : op.getDpsInitsMutable())
    maps.push_back(op.getMatchingIndexingMap(&init));
  auto merged = linalg::GenericOp::create(
      rewriter, op.getLoc(), op->getResultTypes(), inputs, op.getDpsInits(),
      maps, op.getIteratorTypesArray(),
      [&](OpBuilder &b, Location loc, ValueRange arguments) {
        IRMapping mapping;
        mapping.map(op.getRegionOutputArgs(),
                    arguments.drop_front(inputs.size()));
        createFused(b, arguments, mapping);
        for (Operation &inner : *op.getBlock())
          b.clone(inner, mapping);
      });
  rewriter.replaceAllUsesWith(op->getResults(), merged.getResults());
  return merged;
}

namespace {
/// The inputs of a merged operation, each once.
struct Inputs {
  /// The position of an input.
  size_t add(Value value, AffineMap map) {
    for (size_t i = 0; i < values.size(); ++i)
      if (values[i] == value && maps[i] == map)
        return i;
    values.push_back(value);
    maps.push_back(map);
    return values.size() - 1;
  }
  /// Those of `op` but for `operand`; where the argument of each is.
  SmallVector<std::pair<BlockArgument, size_t>> addOthers(linalg::LinalgOp op,
                                                          OpOperand &operand) {
    SmallVector<std::pair<BlockArgument, size_t>> places;
    for (OpOperand *input : op.getDpsInputOperands())
      if (input != &operand)
        places.emplace_back(
            op.getMatchingBlockArgument(input),
            add(input->get(), op.getMatchingIndexingMap(input)));
    return places;
  }

  SmallVector<Value> values;
  SmallVector<AffineMap> maps;
};
} // namespace

linalg::LinalgOp emb::mergeFill(RewriterBase &rewriter, linalg::LinalgOp op,
                                OpOperand &operand, const FillValue &fill) {
  Inputs inputs;
  auto places = inputs.addOthers(op, operand);
  Value scalar = fill.scalar;
  if (!scalar)
    scalar = arith::ConstantOp::create(rewriter, op.getLoc(), fill.constant);
  return createMerged(
      rewriter, op, inputs.values, inputs.maps,
      [&](OpBuilder &, ValueRange arguments, IRMapping &mapping) {
        for (auto [old, position] : places)
          mapping.map(old, arguments[position]);
        mapping.map(op.getMatchingBlockArgument(&operand), scalar);
      });
}

linalg::LinalgOp emb::mergeProducer(RewriterBase &rewriter, linalg::LinalgOp op,
                                    OpOperand &operand) {
  auto result = cast<OpResult>(operand.get());
  auto producer = cast<linalg::LinalgOp>(result.getOwner());
  Inputs inputs;
  auto places = inputs.addOthers(op, operand);
  SmallVector<size_t> ofProducer;
  for (auto [input, map] : llvm::zip_equal(producer.getDpsInputs(),
                                           getComposedMaps(producer, operand)))
    ofProducer.push_back(inputs.add(input, map));
  return createMerged(
      rewriter, op, inputs.values, inputs.maps,
      [&](OpBuilder &b, ValueRange arguments, IRMapping &mapping) {
        for (auto [old, position] : places)
          mapping.map(old, arguments[position]);
        IRMapping inner;
        for (auto [old, position] :
             llvm::zip_equal(producer.getRegionInputArgs(), ofProducer))
          inner.map(old, arguments[position]);
        Operation *yield = producer.getBlock()->getTerminator();
        for (Operation &computed : producer.getBlock()->without_terminator())
          b.clone(computed, inner);
        mapping.map(
            op.getMatchingBlockArgument(&operand),
            inner.lookupOrDefault(yield->getOperand(result.getResultNumber())));
      });
}
