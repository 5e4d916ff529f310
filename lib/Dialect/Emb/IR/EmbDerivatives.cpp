//===- EmbDerivatives.cpp - Differentiation rules of emb operations -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lookups are linear in the table: the adjoint of a gather is a scatter-add,
// that of a sum bag a scatter-add through a map. So the gradient of a table is
// a source of an emb.update, and the derivative of that update a gather or a
// bag again.
//
//===----------------------------------------------------------------------===//

#include "emb/Differentiation/Gradients.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;
using namespace mlir::emb;

using ElementFn = llvm::function_ref<Value(ImplicitLocOpBuilder &, ValueRange)>;

static RankedTensorType getTensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

//===----------------------------------------------------------------------===//
// Loops over elements
//===----------------------------------------------------------------------===//

/// A tensor of `type` in the shape that `sizes` give, with what `fn` makes of
/// the inputs in each place. An input of lower rank has the first dimensions.
static Value mapElements(ImplicitLocOpBuilder &b, ArrayRef<OpFoldResult> sizes,
                         Type type, ArrayRef<Value> inputs, ElementFn fn) {
  unsigned rank = sizes.size();
  Value init = tensor::EmptyOp::create(b, sizes, type);
  AffineMap identity = b.getMultiDimIdentityMap(rank);
  SmallVector<AffineMap> maps;
  for (Value input : inputs)
    maps.push_back(identity.getMajorSubMap(getTensorType(input).getRank()));
  maps.push_back(identity);
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             b, init.getType(), inputs, init, maps, iterators,
             [&](OpBuilder &builder, Location loc, ValueRange args) {
               ImplicitLocOpBuilder at(loc, builder);
               linalg::YieldOp::create(at, fn(at, args.drop_back()));
             })
      .getResult(0);
}

/// The same in the shape of `like`.
static Value mapElements(ImplicitLocOpBuilder &b, Value like, Type type,
                         ArrayRef<Value> inputs, ElementFn fn) {
  return mapElements(b, tensor::getMixedSizes(b, b.getLoc(), like), type,
                     inputs, fn);
}

/// The number `value` as a float of `type`.
static Value toFloat(ImplicitLocOpBuilder &b, Value value, Type type) {
  Type from = value.getType();
  if (from == type)
    return value;
  if (from.isInteger())
    return arith::SIToFPOp::create(b, type, value);
  if (from.getIntOrFloatBitWidth() < type.getIntOrFloatBitWidth())
    return arith::ExtFOp::create(b, type, value);
  return arith::TruncFOp::create(b, type, value);
}

/// The tensor `values` with elements of `type`.
static Value convertElements(ImplicitLocOpBuilder &b, Value values, Type type) {
  if (getElementTypeOrSelf(values) == type)
    return values;
  return mapElements(b, values, type, values,
                     [&](ImplicitLocOpBuilder &at, ValueRange args) {
                       return toFloat(at, args[0], type);
                     });
}

static IntegerAttr getPaddingAttr(OpBuilder &builder,
                                  std::optional<int64_t> padding) {
  return padding ? builder.getI64IntegerAttr(*padding) : IntegerAttr();
}

/// The row of `table` that `padding` means, as a value of the type of the
/// elements of `indices`.
static Value getPaddingRow(ImplicitLocOpBuilder &b, int64_t padding,
                           Value table, Value indices) {
  Value row = arith::ConstantIndexOp::create(b, padding);
  if (padding < 0)
    row =
        arith::AddIOp::create(b, b.createOrFold<tensor::DimOp>(table, 0), row);
  return arith::IndexCastOp::create(b, getElementTypeOrSelf(indices), row);
}

static Value isEqual(ImplicitLocOpBuilder &b, Value lhs, Value rhs) {
  return arith::CmpIOp::create(b, arith::CmpIPredicate::eq, lhs, rhs);
}

//===----------------------------------------------------------------------===//
// What occurrences of a row count for
//===----------------------------------------------------------------------===//

/// 1, or the weight, divided by how often the row of an index occurs.
static Value divideByFrequency(ImplicitLocOpBuilder &b, Value indices,
                               Value weights, Type type) {
  auto group = GroupOp::create(b, indices, /*padding=*/ValueRange(),
                               /*inits=*/ValueRange());
  Value frequency = FrequencyOp::create(b, indices, group.getResults(),
                                        /*init=*/Value())
                        .getResult();
  SmallVector<Value> inputs{frequency};
  if (weights)
    inputs.push_back(weights);
  return mapElements(
      b, indices, type, inputs,
      [&](ImplicitLocOpBuilder &at, ValueRange args) -> Value {
        Value weight =
            weights ? toFloat(at, args[1], type)
                    : arith::ConstantOp::create(at, FloatAttr::get(type, 1.0));
        return arith::DivFOp::create(at, weight, toFloat(at, args[0], type));
      });
}

/// The bag of each index, in the shape of the indices.
static Value createBags(ImplicitLocOpBuilder &b, BagOp op) {
  RankedTensorType type = getTensorType(op.getIndices()).clone(b.getI32Type());
  if (op.getOffsets())
    return Offset2BagOp::create(
               b, type, op.getOffsets(),
               b.createOrFold<tensor::DimOp>(op.getIndices(), 0),
               /*init=*/Value(), op.getIncludeLastOffset())
        .getResult();
  return mapElements(b, op.getIndices(), b.getI32Type(), /*inputs=*/{},
                     [](ImplicitLocOpBuilder &at, ValueRange) -> Value {
                       return arith::IndexCastOp::create(
                           at, at.getI32Type(), linalg::IndexOp::create(at, 0));
                     });
}

/// The number of entries of each bag that are not padding. They are counted by
/// the sum bag of a table with the rows 1 and 0.
static Value countWithoutPadding(ImplicitLocOpBuilder &b, BagOp op,
                                 int64_t padding) {
  Value table = arith::ConstantOp::create(
      b, DenseElementsAttr::get(RankedTensorType::get({2, 1}, b.getF64Type()),
                                ArrayRef<double>{1.0, 0.0}));
  Value row = getPaddingRow(b, padding, op.getTable(), op.getIndices());
  Value flags =
      mapElements(b, op.getIndices(), b.getI32Type(), op.getIndices(),
                  [&](ImplicitLocOpBuilder &at, ValueRange args) -> Value {
                    return arith::ExtUIOp::create(at, at.getI32Type(),
                                                  isEqual(at, args[0], row));
                  });
  auto bag = BagOp::create(b, BagMode::Sum, table, flags, op.getOffsets(),
                           /*weights=*/Value(), /*inits=*/ValueRange(),
                           op.getIncludeLastOffset(),
                           /*padding_idx=*/IntegerAttr());
  return tensor::CollapseShapeOp::create(
      b, bag.getResult(), ArrayRef<ReassociationIndices>{{0, 1}});
}

/// The number of entries of bag `bag`, an index.
static Value getBagSize(ImplicitLocOpBuilder &b, BagOp op, Value bag) {
  if (!op.getOffsets())
    return tensor::DimOp::create(b, op.getIndices(), 1);
  auto getOffset = [&](Value number) -> Value {
    Value offset = tensor::ExtractOp::create(b, op.getOffsets(), number);
    return arith::IndexCastOp::create(b, b.getIndexType(), offset);
  };
  // With include_last_offset no bag is the last of the offsets.
  Value one = arith::ConstantIndexOp::create(b, 1);
  Value last = arith::SubIOp::create(
      b, tensor::DimOp::create(b, op.getOffsets(), 0).getResult(), one);
  Value next =
      arith::MinSIOp::create(b, arith::AddIOp::create(b, bag, one), last);
  Value end = arith::SelectOp::create(
      b, isEqual(b, bag, last),
      tensor::DimOp::create(b, op.getIndices(), 0).getResult(),
      getOffset(next));
  return arith::SubIOp::create(b, end, getOffset(bag));
}

/// `gradient` (B x D) with row b divided by the number of entries of bag b
/// that are not padding. In `type`: it is rounded where it is added up.
static Value divideByCount(ImplicitLocOpBuilder &b, BagOp op, Value gradient,
                           Type type) {
  Value counts;
  if (std::optional<int64_t> padding = op.getPaddingIdx()) {
    Value found = countWithoutPadding(b, op, *padding);
    counts = mapElements(
        b, found, type, found,
        [&](ImplicitLocOpBuilder &at, ValueRange args) -> Value {
          Value one = arith::ConstantOp::create(at, at.getF64FloatAttr(1.0));
          return toFloat(at, arith::MaximumFOp::create(at, args[0], one), type);
        });
  } else {
    OpFoldResult bags = tensor::getMixedSize(b, b.getLoc(), op.getResult(), 0);
    counts = mapElements(
        b, bags, type, /*inputs=*/{},
        [&](ImplicitLocOpBuilder &at, ValueRange) -> Value {
          Value size = getBagSize(at, op, linalg::IndexOp::create(at, 0));
          Value one = arith::ConstantIndexOp::create(at, 1);
          Value count = arith::MaxSIOp::create(at, size, one);
          count = arith::IndexCastOp::create(at, at.getI64Type(), count);
          return toFloat(at, count, type);
        });
  }
  return mapElements(b, gradient, type, {gradient, counts},
                     [&](ImplicitLocOpBuilder &at, ValueRange args) -> Value {
                       return arith::DivFOp::create(
                           at, toFloat(at, args[0], type), args[1]);
                     });
}

//===----------------------------------------------------------------------===//
// Lookups
//===----------------------------------------------------------------------===//

bool GatherOp::isDifferentiable(OpOperand &operand) {
  return &operand == &getTableMutable();
}

LogicalResult GatherOp::propagateGradient(OpBuilder &builder,
                                          Gradients &gradients) {
  ImplicitLocOpBuilder b(getLoc(), builder);
  GradientSource source;
  source.indices = getIndices();
  source.gradient = gradients.get(b, getResult());
  source.padding = getPaddingIdx();
  if (getScaleGradByFreq())
    source.scale =
        divideByFrequency(b, getIndices(), /*weights=*/Value(),
                          getComputeType(getElementTypeOrSelf(getTable())));
  gradients.add(getTable(), source);
  return success();
}

/// The winners of a max bag: of another one in its place, if it has none.
static Value getWinners(ImplicitLocOpBuilder &b, BagOp op) {
  if (op.getNumResults() == 2)
    return op.getResults()[1];
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(op);
  RankedTensorType type = getTensorType(op.getResult());
  Type position = b.getI64Type();
  SmallVector<Value> inits(op.getInits());
  if (!inits.empty())
    inits.push_back(tensor::EmptyOp::create(
        b, tensor::getMixedSizes(b, b.getLoc(), inits[0]), position));
  auto bag = BagOp::create(b, TypeRange{type, type.clone(position)},
                           op.getMode(), op.getTable(), op.getIndices(),
                           op.getOffsets(), op.getWeights(), inits,
                           op.getIncludeLastOffset(), op.getPaddingIdxAttr());
  op.getResult().replaceAllUsesWith(bag.getResult());
  return bag.getResults()[1];
}

bool BagOp::isDifferentiable(OpOperand &operand) {
  auto isOperand = [&](OpOperand &other) { return &operand == &other; };
  return isOperand(getTableMutable()) ||
         llvm::any_of(getWeightsMutable(), isOperand);
}

LogicalResult BagOp::propagateGradient(OpBuilder &builder,
                                       Gradients &gradients) {
  ImplicitLocOpBuilder b(getLoc(), builder);
  Value gradient = gradients.get(b, getResult());
  Value bags = createBags(b, *this);
  if (getWeights() && gradients.isActive(getWeights()))
    gradients.add(b, getWeights(),
                  GatherDotOp::create(b, getTable(), getIndices(), gradient,
                                      bags, /*init=*/Value(),
                                      getPaddingIdxAttr())
                      .getResult());
  if (!gradients.isActive(getTable()))
    return success();

  Type compute = getComputeType(getElementTypeOrSelf(getTable()));
  GradientSource source;
  source.indices = getIndices();
  source.gradient = gradient;
  source.map = bags;
  source.scale = getWeights();
  source.padding = getPaddingIdx();
  if (getMode() == BagMode::Mean)
    source.gradient = divideByCount(b, *this, gradient, compute);
  if (getMode() == BagMode::Max)
    source.winners = getWinners(b, *this);
  if (getScaleGradByFreq())
    source.scale = divideByFrequency(b, getIndices(), getWeights(), compute);
  gradients.add(getTable(), source);
  return success();
}

Value RenormOp::getNewVersion(OpOperand &operand) {
  return operand.get() == getInit() ? getResult() : Value();
}

LogicalResult RenormOp::propagateGradient(OpBuilder &builder,
                                          Gradients &gradients) {
  gradients.pass(builder, getResult(), getInit());
  return success();
}

//===----------------------------------------------------------------------===//
// Adjoints of lookups
//===----------------------------------------------------------------------===//

/// `scale[k] * table[indices[k], :]`, 0 where `indices[k]` is padding, with
/// elements of `type` and in the shape of the indices followed by D.
static Value gatherScaled(ImplicitLocOpBuilder &b, Value table,
                          const GradientSource &lookup, Type type) {
  Value rows = GatherOp::create(b, table, lookup.indices, /*init=*/Value(),
                                /*padding_idx=*/IntegerAttr())
                   .getResult();
  if (!lookup.padding && !lookup.scale)
    return convertElements(b, rows, type);
  SmallVector<Value> inputs{rows, lookup.indices};
  if (lookup.scale)
    inputs.push_back(lookup.scale);
  Value padding;
  if (lookup.padding)
    padding = getPaddingRow(b, *lookup.padding, table, lookup.indices);
  return mapElements(
      b, rows, type, inputs,
      [&](ImplicitLocOpBuilder &at, ValueRange args) -> Value {
        Value value = toFloat(at, args[0], type);
        if (lookup.scale)
          value = arith::MulFOp::create(at, value, toFloat(at, args[2], type));
        if (!lookup.padding)
          return value;
        // Not a product with 0: the padding row may hold a NaN.
        Value zero = arith::ConstantOp::create(at, FloatAttr::get(type, 0.0));
        return arith::SelectOp::create(at, isEqual(at, args[1], padding), zero,
                                       value);
      });
}

bool emb::isRowNumber(Value map) {
  auto generic = map.getDefiningOp<linalg::GenericOp>();
  if (!generic || getTensorType(map).getRank() != 2)
    return false;
  unsigned result = cast<OpResult>(map).getResultNumber();
  Value number = generic.getBlock()->getTerminator()->getOperand(result);
  if (auto cast = number.getDefiningOp<arith::IndexCastOp>())
    number = cast.getIn();
  auto index = number.getDefiningOp<linalg::IndexOp>();
  return index && index.getDim() == 0 &&
         generic.getMatchingIndexingMap(generic.getDpsInitOperand(result))
             .isIdentity();
}

/// The bag that `lookup` into `table` is with the map of it, summed into rows
/// like `like`; null where it is not known to be one.
static Value createSumBag(ImplicitLocOpBuilder &b, Value table,
                          const GradientSource &lookup, Value like) {
  Type element = getElementTypeOrSelf(table);
  if (getElementTypeOrSelf(like) != element ||
      (lookup.scale && getElementTypeOrSelf(lookup.scale) != element))
    return {};
  auto bags = lookup.map.getDefiningOp<Offset2BagOp>();
  if (!bags && !isRowNumber(lookup.map))
    return {};
  return BagOp::create(b, BagMode::Sum, table, lookup.indices,
                       bags ? bags.getOffsets() : Value(), lookup.scale,
                       /*inits=*/ValueRange(),
                       bags && bags.getIncludeLastOffset(),
                       getPaddingAttr(b, lookup.padding))
      .getResult();
}

/// What a lookup through a map reads for each row of the map, added up:
/// the rows of `like` (B x D) with `scale[k] * table[indices[k], :]` in row
/// map[k].
static Value sumByMap(ImplicitLocOpBuilder &b, Value table,
                      const GradientSource &lookup, Value like) {
  if (Value bag = createSumBag(b, table, lookup, like))
    return bag;
  Value zeros = createZeroLike(b, b.getLoc(), like);
  Type type = getComputeType(getElementTypeOrSelf(like));
  return ScatterAddOp::create(b, zeros.getType(),
                              gatherScaled(b, table, lookup, type), lookup.map,
                              zeros, /*group=*/ValueRange(),
                              /*padding_idx=*/IntegerAttr())
      .getResult();
}

bool GatherDotOp::isDifferentiable(OpOperand &operand) {
  return &operand == &getTableMutable() || &operand == &getRowsMutable();
}

LogicalResult GatherDotOp::propagateGradient(OpBuilder &builder,
                                             Gradients &gradients) {
  ImplicitLocOpBuilder b(getLoc(), builder);
  GradientSource source{getIndices(),
                        getRows(),
                        getMap(),
                        /*scale=*/gradients.get(b, getResult()),
                        /*winners=*/Value(),
                        getPaddingIdx()};
  gradients.add(getTable(), source);
  if (gradients.isActive(getRows()))
    gradients.add(b, getRows(), sumByMap(b, getTable(), source, getRows()));
  return success();
}

LogicalResult ScatterAddOp::propagateGradient(OpBuilder &builder,
                                              Gradients &gradients) {
  ImplicitLocOpBuilder b(getLoc(), builder);
  gradients.pass(b, getResult(), getInit());
  if (!gradients.isActive(getRows()))
    return success();
  GradientSource lookup;
  lookup.indices = getIndices();
  lookup.padding = getPaddingIdx();
  gradients.add(b, getRows(),
                gatherScaled(b, gradients.get(b, getResult()), lookup,
                             getElementTypeOrSelf(getRows())));
  return success();
}

//===----------------------------------------------------------------------===//
// Sums of gradients
//===----------------------------------------------------------------------===//

/// Refuses an update that does more than add the gradient to the table.
static LogicalResult verifyIsSum(UpdateOp op) {
  auto refuse = [&]() {
    return op.emitOpError(
        "is differentiable only as a sum: expected one init, no 'scalars', no "
        "'random' and a region that yields 'arith.addf' of the element and the "
        "gradient, found ");
  };
  if (op.getInits().size() != 1)
    return refuse() << op.getInits().size() << " inits";
  if (!op.getScalars().empty())
    return refuse() << "'scalars'";
  if (!op.getRandom().empty())
    return refuse() << "'random'";
  Value yielded = op.getYield().getValues().front();
  Operation *def = yielded.getDefiningOp();
  auto add = dyn_cast_if_present<arith::AddFOp>(def);
  if (!add)
    return refuse() << (def ? "'" + def->getName().getStringRef().str() + "'"
                            : std::string("a region argument"));
  Value element = op.getElementArg(0), gradient = op.getGradientArg();
  if ((add.getLhs() == element && add.getRhs() == gradient) ||
      (add.getLhs() == gradient && add.getRhs() == element))
    return success();
  return refuse() << "'arith.addf' of other values";
}

/// The gradient of the scale of a source without map: the products of rows of
/// `table` with those of the source's gradient.
static Value dotRows(ImplicitLocOpBuilder &b, Value table,
                     const GradientSource &source, Type type) {
  GradientSource lookup = source;
  lookup.scale = {};
  Value rows = gatherScaled(b, table, lookup, type);
  Value zeros = mapElements(b, source.scale, type, /*inputs=*/{},
                            [&](ImplicitLocOpBuilder &at, ValueRange) -> Value {
                              return arith::ConstantOp::create(
                                  at, FloatAttr::get(type, 0.0));
                            });
  unsigned rank = getTensorType(rows).getRank();
  AffineMap identity = b.getMultiDimIdentityMap(rank);
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  iterators.back() = utils::IteratorType::reduction;
  return linalg::GenericOp::create(
             b, zeros.getType(), ValueRange{rows, source.gradient}, zeros,
             ArrayRef<AffineMap>{identity, identity,
                                 identity.getMajorSubMap(rank - 1)},
             iterators,
             [&](OpBuilder &builder, Location loc, ValueRange args) {
               ImplicitLocOpBuilder at(loc, builder);
               Value product = arith::MulFOp::create(
                   at, args[0], toFloat(at, args[1], type));
               linalg::YieldOp::create(
                   at, ValueRange(arith::AddFOp::create(at, args[2], product)
                                      .getResult()));
             })
      .getResult(0);
}

LogicalResult UpdateOp::propagateGradient(OpBuilder &builder,
                                          Gradients &gradients) {
  if (failed(verifyIsSum(*this)))
    return failure();
  if (getMappedGroup())
    return emitOpError("has no derivative with 'mapped_group': differentiate "
                       "before emb-fold-bag-maps");
  ImplicitLocOpBuilder b(getLoc(), builder);
  gradients.pass(b, getResults().front(), getTable());
  Type compute = getComputeType(getElementTypeOrSelf(getTable()));
  for (auto [number, source] : llvm::enumerate(getSources())) {
    bool hasScale = source.scale && gradients.isActive(source.scale);
    if (!hasScale && !gradients.isActive(source.gradient))
      continue;
    if (source.winners) {
      InFlightDiagnostic diagnostic =
          emitOpError("has no second derivative: source ")
          << number << " has winners";
      diagnostic.attachNote(source.winners.getLoc())
          << "they are those of this bag";
      return diagnostic;
    }
    Value gradient = gradients.get(b, getResults().front());
    if (gradients.isActive(source.gradient)) {
      Type type = getElementTypeOrSelf(source.gradient);
      gradients.add(b, source.gradient,
                    source.map ? sumByMap(b, gradient, source, source.gradient)
                               : gatherScaled(b, gradient, source, type));
    }
    if (!hasScale)
      continue;
    Value products =
        source.map ? GatherDotOp::create(b, gradient, source.indices,
                                         source.gradient, source.map,
                                         /*init=*/Value(),
                                         getPaddingAttr(b, source.padding))
                         .getResult()
                   : dotRows(b, gradient, source, compute);
    gradients.add(
        b, source.scale,
        convertElements(b, products, getElementTypeOrSelf(source.scale)));
  }
  return success();
}
