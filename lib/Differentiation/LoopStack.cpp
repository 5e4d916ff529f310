//===- LoopStack.cpp - What the iterations of a loop leave behind ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopStack.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Transforms.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;
using namespace mlir::emb;

using presburger::BoundType;

SmallVector<Value *> emb::getParts(GradientSource &source) {
  SmallVector<Value *> parts;
  for (Value *part : {&source.indices, &source.gradient, &source.map,
                      &source.scale, &source.winners})
    if (*part)
      parts.push_back(part);
  return parts;
}

//===----------------------------------------------------------------------===//
// Iterations
//===----------------------------------------------------------------------===//

/// `value` as an index, or back as `type`.
static Value castIndex(OpBuilder &builder, Location loc, Value value,
                       Type type) {
  if (value.getType() == type)
    return value;
  return arith::IndexCastOp::create(builder, loc, type, value);
}

Value emb::createTripCount(scf::ForOp loop) {
  OpBuilder builder(loop);
  Location loc = loop.getLoc();
  Value zero = arith::ConstantOp::create(
      builder, loc, builder.getZeroAttr(loop.getStep().getType()));
  Value distance = builder.createOrFold<arith::SubIOp>(
      loc, loop.getUpperBound(), loop.getLowerBound());
  distance = builder.createOrFold<arith::MaxSIOp>(loc, distance, zero);
  Value count =
      builder.createOrFold<arith::CeilDivSIOp>(loc, distance, loop.getStep());
  return castIndex(builder, loc, count, builder.getIndexType());
}

Value emb::createIterationNumber(OpBuilder &builder, scf::ForOp loop) {
  Location loc = loop.getLoc();
  Value distance = builder.createOrFold<arith::SubIOp>(
      loc, loop.getInductionVar(), loop.getLowerBound());
  Value number =
      builder.createOrFold<arith::DivSIOp>(loc, distance, loop.getStep());
  return castIndex(builder, loc, number, builder.getIndexType());
}

Value emb::createInductionValue(OpBuilder &builder, scf::ForOp loop,
                                Value number) {
  Location loc = loop.getLoc();
  number = castIndex(builder, loc, number, loop.getStep().getType());
  Value distance =
      builder.createOrFold<arith::MulIOp>(loc, number, loop.getStep());
  return builder.createOrFold<arith::AddIOp>(loc, loop.getLowerBound(),
                                             distance);
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

/// Whether extent `dim` of `value` is that of `reference`. Elementwise
/// operations on tensors, whose operands agree, are looked through.
static bool haveSameExtent(Value value, Value reference, int64_t dim) {
  if (value == reference)
    return true;
  FailureOr<bool> equal =
      ValueBoundsConstraintSet::areEqual({value, dim}, {reference, dim});
  if (succeeded(equal) && *equal)
    return true;
  Operation *op = value.getDefiningOp();
  return op && OpTrait::hasElementwiseMappableTraits(op) &&
         llvm::any_of(op->getOperands(), [&](Value operand) {
           return operand.getType() == value.getType() &&
                  haveSameExtent(operand, reference, dim);
         });
}

/// Whether extent `dim` of the loop-carried `argument` is that of its initial
/// value in all iterations.
static bool isShapeInvariant(scf::ForOp loop, BlockArgument argument,
                             int64_t dim) {
  OpOperand *init = loop.getTiedLoopInit(argument);
  OpOperand *yielded = loop.getTiedLoopYieldedValue(argument);
  return init && yielded &&
         (haveSameExtent(yielded->get(), argument, dim) ||
          haveSameExtent(yielded->get(), init->get(), dim));
}

/// Extent `dim` of `value`, computed before the loop.
static FailureOr<OpFoldResult>
getInvariantSize(OpBuilder &before, scf::ForOp loop, Value value, int64_t dim) {
  auto type = cast<RankedTensorType>(value.getType());
  if (!type.isDynamicDim(dim))
    return OpFoldResult(before.getIndexAttr(type.getDimSize(dim)));
  Location loc = loop.getLoc();
  auto isOutside = [&](Value other, std::optional<int64_t>,
                       ValueBoundsConstraintSet &) {
    return !loop->isAncestor(other.getParentBlock()->getParentOp());
  };
  if (auto argument = dyn_cast<BlockArgument>(value);
      argument && argument.getOwner() == loop.getBody() &&
      isShapeInvariant(loop, argument, dim))
    return tensor::getMixedSize(before, loc,
                                loop.getTiedLoopInit(argument)->get(), dim);
  FailureOr<OpFoldResult> size = arith::reifyShapedValueDimBound(
      before, loc, BoundType::EQ, value, dim, isOutside);
  if (succeeded(size))
    return size;

  Operation *producer = value.getDefiningOp();
  if (producer && OpTrait::hasElementwiseMappableTraits(producer)) {
    for (Value operand : producer->getOperands()) {
      if (operand.getType() != type)
        continue;
      size = getInvariantSize(before, loop, operand, dim);
      if (succeeded(size))
        return size;
    }
    return failure();
  }

  // The operation may know the extent as a value of the body.
  auto op = value.getDefiningOp<ReifyRankedShapedTypeOpInterface>();
  if (!op)
    return failure();
  OpBuilder inside(op);
  ReifiedRankedShapedTypeDims shapes;
  if (failed(op.reifyResultShapes(inside, shapes)))
    return failure();
  OpFoldResult known = shapes[cast<OpResult>(value).getResultNumber()][dim];
  if (isa<Attribute>(known))
    return known;
  return arith::reifyValueBound(before, loc, BoundType::EQ,
                                {cast<Value>(known)}, isOutside);
}

FailureOr<SmallVector<OpFoldResult>>
emb::getInvariantSizes(scf::ForOp loop, Value value, bool report) {
  SmallVector<OpFoldResult> sizes;
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type)
    return sizes;
  OpBuilder before(loop);
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    FailureOr<OpFoldResult> size = getInvariantSize(before, loop, value, dim);
    if (succeeded(size)) {
      sizes.push_back(*size);
      continue;
    }
    if (report)
      return loop->emitOpError("cannot be differentiated: extent ")
             << dim << " of a " << type
             << " that its reverse needs is not known to be the same in every "
                "iteration";
    return failure();
  }
  return sizes;
}

//===----------------------------------------------------------------------===//
// Stacks
//===----------------------------------------------------------------------===//

/// Offsets, sizes and strides of entry `position` of a stack of `sizes`.
static std::array<SmallVector<OpFoldResult>, 3>
getEntrySlice(OpBuilder &builder, Value position,
              ArrayRef<OpFoldResult> sizes) {
  SmallVector<OpFoldResult> offsets(sizes.size() + 1, builder.getIndexAttr(0));
  offsets[0] = position;
  SmallVector<OpFoldResult> entrySizes{builder.getIndexAttr(1)};
  llvm::append_range(entrySizes, sizes);
  SmallVector<OpFoldResult> strides(sizes.size() + 1, builder.getIndexAttr(1));
  return {offsets, entrySizes, strides};
}

/// The type of an entry of `sizes` of a stack.
static RankedTensorType getEntryType(Type stack, ArrayRef<OpFoldResult> sizes) {
  SmallVector<int64_t> shape;
  SmallVector<Value> dynamic;
  dispatchIndexOpFoldResults(sizes, dynamic, shape);
  return RankedTensorType::get(shape, getElementTypeOrSelf(stack));
}

static Value castTo(OpBuilder &builder, Location loc, Value value, Type type) {
  if (value.getType() == type)
    return value;
  return tensor::CastOp::create(builder, loc, type, value);
}

/// Moves `builder` to where all of `values` are known in the body of `loop`.
static void setInsertionPointAfterAll(OpBuilder &builder, scf::ForOp loop,
                                      ArrayRef<Value> values) {
  builder.setInsertionPointToStart(loop.getBody());
  Operation *last = nullptr;
  for (Value value : values) {
    Operation *op = value.getDefiningOp();
    if (op && op->getBlock() == loop.getBody() &&
        (!last || last->isBeforeInBlock(op)))
      last = op;
  }
  if (last)
    builder.setInsertionPointAfter(last);
}

FailureOr<SmallVector<Value>>
emb::stackValues(scf::ForOp &loop, ArrayRef<Value> values, Value tripCount,
                 function_ref<Value(OpBuilder &, scf::ForOp)> position) {
  SmallVector<SmallVector<OpFoldResult>> sizes;
  SmallVector<Value> empties;
  Location loc = loop.getLoc();
  for (Value value : values) {
    FailureOr<SmallVector<OpFoldResult>> entry =
        getInvariantSizes(loop, value, /*report=*/true);
    if (failed(entry))
      return failure();
    OpBuilder before(loop);
    SmallVector<OpFoldResult> stackSizes{getAsOpFoldResult(tripCount)};
    llvm::append_range(stackSizes, *entry);
    empties.push_back(tensor::EmptyOp::create(
        before, loc, stackSizes, getElementTypeOrSelf(value.getType())));
    sizes.push_back(*entry);
  }

  auto insert = [&](OpBuilder &, Location,
                    ArrayRef<BlockArgument> stacks) -> SmallVector<Value> {
    OpBuilder b = OpBuilder::atBlockBegin(loop.getBody());
    Value number = position(b, loop);
    SmallVector<Value> yielded;
    for (auto [value, stack, entry] : llvm::zip_equal(values, stacks, sizes)) {
      // At once: what is carried may be overwritten later in the body.
      setInsertionPointAfterAll(b, loop, {value, number});
      if (!isa<RankedTensorType>(value.getType())) {
        yielded.push_back(
            tensor::InsertOp::create(b, loc, value, stack, number));
        continue;
      }
      auto [offsets, entrySizes, strides] = getEntrySlice(b, number, entry);
      Value cast = castTo(b, loc, value, getEntryType(stack.getType(), entry));
      yielded.push_back(tensor::InsertSliceOp::create(
          b, loc, cast, stack, offsets, entrySizes, strides));
    }
    return yielded;
  };
  size_t numResults = loop.getNumResults();
  IRRewriter rewriter(loop.getContext());
  rewriter.setInsertionPoint(loop);
  FailureOr<LoopLikeOpInterface> replaced = loop.replaceWithAdditionalYields(
      rewriter, empties, /*replaceInitOperandUsesInLoop=*/false, insert);
  if (failed(replaced))
    return failure();
  loop = cast<scf::ForOp>(**replaced);
  return SmallVector<Value>(loop.getResults().drop_front(numResults));
}

Value emb::createStackEntry(OpBuilder &builder, Location loc, Value stack,
                            Value position, Type type) {
  if (!isa<RankedTensorType>(type))
    return tensor::ExtractOp::create(builder, loc, stack, position);
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, stack);
  sizes.erase(sizes.begin());
  auto [offsets, entrySizes, strides] = getEntrySlice(builder, position, sizes);
  Value entry = tensor::ExtractSliceOp::create(
      builder, loc, getEntryType(stack.getType(), sizes), stack, offsets,
      entrySizes, strides);
  return castTo(builder, loc, entry, type);
}

Value emb::createPlaceholder(OpBuilder &builder, Location loc, Type type) {
  return UnrealizedConversionCastOp::create(builder, loc, type, ValueRange())
      .getResult(0);
}

//===----------------------------------------------------------------------===//
// Gradients of what a loop captures
//===----------------------------------------------------------------------===//

/// Adds up, over the iterations of `loop`, the dense gradients of `scope` that
/// grew from their placeholders; returns whose they are.
static FailureOr<SmallVector<Value>>
accumulateDense(scf::ForOp &loop, const GradientMap &scope,
                const llvm::MapVector<Value, Value> &placeholders) {
  SmallVector<Value> owners, before, after, inits;
  OpBuilder builder(loop);
  for (auto [owner, placeholder] : placeholders) {
    Gradient gradient = scope.getAll().lookup(owner);
    if (!gradient.dense || gradient.dense == placeholder)
      continue;
    owners.push_back(owner);
    before.push_back(placeholder);
    after.push_back(gradient.dense);
    inits.push_back(createZeroLike(builder, loop.getLoc(), owner));
  }
  IRRewriter rewriter(loop.getContext());
  rewriter.setInsertionPoint(loop);
  auto yield = [&](OpBuilder &, Location, ArrayRef<BlockArgument> running) {
    for (auto [placeholder, argument] : llvm::zip_equal(before, running))
      placeholder.replaceAllUsesWith(argument);
    return after;
  };
  FailureOr<LoopLikeOpInterface> replaced = loop.replaceWithAdditionalYields(
      rewriter, inits, /*replaceInitOperandUsesInLoop=*/false, yield);
  if (failed(replaced))
    return failure();
  loop = cast<scf::ForOp>(**replaced);
  return owners;
}

/// `stack` (n x B x ...) as (n B) x ....
static Value mergeFront(OpBuilder &builder, Location loc, Value stack) {
  auto type = cast<RankedTensorType>(stack.getType());
  SmallVector<ReassociationIndices> groups{{0, 1}};
  for (int64_t dim = 2; dim < type.getRank(); ++dim)
    groups.push_back({dim});
  return tensor::CollapseShapeOp::create(builder, loc, stack, groups);
}

/// `numbers` + `offset`, elementwise; negative ones stay where `keepNegative`.
static Value shift(OpBuilder &builder, Location loc, Value numbers,
                   Value offset, bool keepNegative) {
  auto type = cast<RankedTensorType>(numbers.getType());
  offset =
      arith::IndexCastOp::create(builder, loc, type.getElementType(), offset);
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(builder, loc, numbers);
  Value empty =
      tensor::EmptyOp::create(builder, loc, sizes, type.getElementType());
  SmallVector<AffineMap> maps(2,
                              builder.getMultiDimIdentityMap(type.getRank()));
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      builder, loc, empty.getType(), numbers, empty, maps, iterators,
      [&](OpBuilder &b, Location loc, ValueRange args) {
        Value sum = arith::AddIOp::create(b, loc, args[0], offset);
        if (keepNegative) {
          Value zero = arith::ConstantOp::create(
              b, loc, b.getZeroAttr(type.getElementType()));
          Value isNegative = arith::CmpIOp::create(
              b, loc, arith::CmpIPredicate::slt, args[0], zero);
          sum = arith::SelectOp::create(b, loc, isNegative, args[0], sum);
        }
        linalg::YieldOp::create(b, loc, sum);
      });
  return castTo(builder, loc, generic.getResult(0), type);
}

/// The number of elements of `value`.
static Value createNumElements(OpBuilder &builder, Location loc, Value value) {
  Value count = arith::ConstantIndexOp::create(builder, loc, 1);
  for (OpFoldResult size : tensor::getMixedSizes(builder, loc, value))
    count = builder.createOrFold<arith::MulIOp>(
        loc, count, getValueOrCreateConstantIndexOp(builder, loc, size));
  return count;
}

/// Makes `source`, of the body of `loop`, one of occurrences that are numbered
/// through all iterations, with rows that are, too.
static GradientSource renumber(scf::ForOp loop, GradientSource source,
                               Value number) {
  if (!source.map)
    return source;
  OpBuilder builder(loop.getBody()->getTerminator());
  Location loc = loop.getLoc();
  auto multiply = [&](Value count) {
    return builder.createOrFold<arith::MulIOp>(loc, number, count);
  };
  if (source.winners) {
    Value count = createNumElements(builder, loc, source.indices);
    source.winners = shift(builder, loc, source.winners, multiply(count),
                           /*keepNegative=*/true);
  }
  Value rows = tensor::DimOp::create(builder, loc, source.gradient, 0);
  source.map = shift(builder, loc, source.map, multiply(rows),
                     /*keepNegative=*/false);
  return source;
}

LogicalResult emb::exportCaptured(
    OpBuilder &builder, scf::ForOp &loop, const GradientMap &scope,
    const llvm::MapVector<Value, Value> &placeholders, Value tripCount,
    function_ref<Value(OpBuilder &, scf::ForOp)> position, GradientMap &outer) {
  // Sources first: their values may be arguments of the body, which is
  // replaced.
  SmallVector<std::pair<Value, GradientSource>> sources;
  SmallVector<Value> stacked;
  OpBuilder inside(loop.getBody()->getTerminator());
  Value number;
  for (auto [owner, gradient] : scope.getAll()) {
    if (!placeholders.contains(owner))
      continue;
    for (const GradientSource &source : gradient.sources) {
      if (!number)
        number = position(inside, loop);
      sources.push_back({owner, renumber(loop, source, number)});
      for (Value *part : getParts(sources.back().second))
        stacked.push_back(*part);
    }
  }
  size_t numResults = loop.getNumResults();
  if (failed(stackValues(loop, stacked, tripCount, position)))
    return failure();
  FailureOr<SmallVector<Value>> owners =
      accumulateDense(loop, scope, placeholders);
  if (failed(owners))
    return failure();
  ValueRange results = loop.getResults().drop_front(numResults);

  Location loc = loop.getLoc();
  for (auto [owner, sum] :
       llvm::zip_equal(*owners, results.drop_front(stacked.size())))
    outer.addFrom(builder, owner, sum, scope.getAll().lookup(owner).denseFrom);
  for (auto &[owner, source] : sources) {
    bool hasMap = static_cast<bool>(source.map);
    for (Value *part : getParts(source)) {
      bool isByRow = part == &source.gradient || part == &source.winners;
      *part = results.front();
      if (hasMap && isByRow)
        *part = mergeFront(builder, loc, *part);
      results = results.drop_front();
    }
  }
  for (auto &[owner, source] : llvm::reverse(sources))
    outer.add(owner, source);
  return success();
}
