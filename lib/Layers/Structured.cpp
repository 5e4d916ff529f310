//===- Structured.cpp - What layers and functions are made of -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Layers/Structured.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::emb;

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

static Type getElementType(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getElementType();
}

static int64_t getRank(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getRank();
}

Access emb::accessInOrder(Value tensor) {
  return {tensor, llvm::to_vector(llvm::seq<unsigned>(0, getRank(tensor)))};
}

Access emb::accessRepeated(OpBuilder &builder, Location loc, Value tensor,
                           ArrayRef<std::optional<unsigned>> loops) {
  Access access{tensor, {}};
  // What is dropped goes with the dimension before, or the first that is kept.
  SmallVector<ReassociationIndices> groups;
  for (auto [dim, loop] : llvm::enumerate(loops)) {
    if (groups.empty() || (loop && !access.loops.empty()))
      groups.emplace_back();
    groups.back().push_back(dim);
    if (loop)
      access.loops.push_back(*loop);
  }
  if (access.loops.empty())
    groups.clear();
  if (access.loops.size() != loops.size())
    access.tensor =
        tensor::CollapseShapeOp::create(builder, loc, tensor, groups);
  return access;
}

SmallVector<OpFoldResult> emb::getExtents(OpBuilder &builder, Location loc,
                                          Value tensor) {
  return tensor::getMixedSizes(builder, loc, tensor);
}

Value emb::createNumElements(OpBuilder &builder, Location loc, Value tensor,
                             ArrayRef<unsigned> dims) {
  Value product;
  for (unsigned dim : dims) {
    Value extent = getValueOrCreateConstantIndexOp(
        builder, loc, tensor::getMixedSize(builder, loc, tensor, dim));
    product = product
                  ? builder.createOrFold<arith::MulIOp>(loc, product, extent)
                  : extent;
  }
  if (!product)
    return arith::ConstantIndexOp::create(builder, loc, 1);
  return product;
}

Value emb::createFloat(OpBuilder &builder, Location loc, Value index,
                       Type type) {
  Value integer = builder.createOrFold<arith::IndexCastOp>(
      loc, builder.getI64Type(), index);
  return builder.createOrFold<arith::SIToFPOp>(loc, type, integer);
}

Value emb::createFilled(OpBuilder &builder, Location loc,
                        ArrayRef<OpFoldResult> extents, Value element) {
  Value empty =
      tensor::EmptyOp::create(builder, loc, extents, element.getType());
  return linalg::FillOp::create(builder, loc, element, empty).getResult(0);
}

Value emb::createZeros(OpBuilder &builder, Location loc,
                       ArrayRef<OpFoldResult> extents, Type elementType) {
  return createFilled(builder, loc, extents,
                      arith::ConstantOp::create(
                          builder, loc, builder.getZeroAttr(elementType)));
}

SmallVector<Value> emb::createGeneric(OpBuilder &builder, Location loc,
                                      ArrayRef<Access> inputs,
                                      ValueRange outputs,
                                      ArrayRef<unsigned> outputLoops,
                                      ScalarFn scalars) {
  unsigned numLoops = outputLoops.size();
  for (const Access &input : inputs)
    for (unsigned loop : input.loops)
      numLoops = std::max(numLoops, loop + 1);
  MLIRContext *context = builder.getContext();
  auto mapOf = [&](ArrayRef<unsigned> loops) {
    return AffineMap::getMultiDimMapWithTargets(numLoops, loops, context);
  };
  SmallVector<Value> tensors;
  SmallVector<AffineMap> maps;
  for (const Access &input : inputs) {
    tensors.push_back(input.tensor);
    maps.push_back(mapOf(input.loops));
  }
  maps.append(outputs.size(), mapOf(outputLoops));
  SmallVector<utils::IteratorType> iterators(numLoops,
                                             utils::IteratorType::reduction);
  for (unsigned loop : outputLoops)
    iterators[loop] = utils::IteratorType::parallel;
  return linalg::GenericOp::create(
             builder, loc, outputs.getTypes(), tensors, outputs, maps,
             iterators,
             [&](OpBuilder &b, Location l, ValueRange elements) {
               linalg::YieldOp::create(b, l, scalars(b, l, elements));
             })
      .getResults();
}

SmallVector<Value> emb::createMap(OpBuilder &builder, Location loc,
                                  ArrayRef<Access> inputs,
                                  ArrayRef<OpFoldResult> extents,
                                  TypeRange elementTypes, ScalarFn scalars) {
  SmallVector<Value> outputs;
  for (Type type : elementTypes)
    outputs.push_back(tensor::EmptyOp::create(builder, loc, extents, type));
  auto loops = llvm::to_vector(llvm::seq<unsigned>(0, extents.size()));
  return createGeneric(builder, loc, inputs, outputs, loops,
                       [&](OpBuilder &b, Location l, ValueRange elements) {
                         return scalars(b, l,
                                        elements.take_front(inputs.size()));
                       });
}

Value emb::createSum(OpBuilder &builder, Location loc, ArrayRef<Access> inputs,
                     const Access &init, ScalarFn scalars) {
  auto addTo = [&](OpBuilder &b, Location l,
                   ValueRange elements) -> SmallVector<Value> {
    Value term = scalars(b, l, elements.drop_back()).front();
    Value sum = elements.back();
    if (isa<IntegerType>(sum.getType()))
      return {arith::AddIOp::create(b, l, sum, term)};
    if (term.getType() != sum.getType())
      term = arith::ExtFOp::create(b, l, sum.getType(), term);
    return {arith::AddFOp::create(b, l, sum, term)};
  };
  return createGeneric(builder, loc, inputs, init.tensor, init.loops, addTo)
      .front();
}

Value emb::createMax(OpBuilder &builder, Location loc, const Access &input,
                     const Access &init) {
  auto maxOf = [](OpBuilder &b, Location l,
                  ValueRange elements) -> SmallVector<Value> {
    return {arith::MaximumFOp::create(b, l, elements.back(), elements.front())};
  };
  return createGeneric(builder, loc, input, init.tensor, init.loops, maxOf)
      .front();
}

Value emb::extend(OpBuilder &builder, Location loc, Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  Type computeType = getComputeType(type.getElementType());
  if (type.getElementType() == computeType)
    return value;
  return arith::ExtFOp::create(builder, loc, type.clone(computeType), value);
}

Value emb::truncate(OpBuilder &builder, Location loc, Value value,
                    Type elementType) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getElementType() == elementType)
    return value;
  return arith::TruncFOp::create(builder, loc, type.clone(elementType), value);
}

/// The dimensions of a tensor of `rank`, all but the last in one group; for
/// rank 1 the groups that have a dimension more than the tensor.
static SmallVector<ReassociationIndices> getMatrixGroups(int64_t rank) {
  if (rank == 1)
    return {{0, 1}};
  auto front = llvm::to_vector<2>(llvm::seq<int64_t>(0, rank - 1));
  return {front, {rank - 1}};
}

/// (..., n) as a matrix.
static Value flatten(OpBuilder &builder, Location loc, Value tensor) {
  int64_t rank = getRank(tensor);
  if (rank == 2)
    return tensor;
  SmallVector<ReassociationIndices> groups = getMatrixGroups(rank);
  if (rank > 2)
    return tensor::CollapseShapeOp::create(builder, loc, tensor, groups);
  auto type = cast<RankedTensorType>(tensor.getType());
  auto matrix =
      RankedTensorType::get({1, type.getDimSize(0)}, type.getElementType());
  return tensor::ExpandShapeOp::create(
      builder, loc, matrix, tensor, groups,
      {builder.getIndexAttr(1), getExtents(builder, loc, tensor)[0]});
}

/// The rows of `matrix`, of `columns`, in the dimensions of `like` but its
/// last.
static Value unflatten(OpBuilder &builder, Location loc, Value matrix,
                       OpFoldResult columns, Value like) {
  int64_t rank = getRank(like);
  if (rank == 2)
    return matrix;
  SmallVector<ReassociationIndices> groups = getMatrixGroups(rank);
  if (rank == 1)
    return tensor::CollapseShapeOp::create(builder, loc, matrix, groups);
  SmallVector<OpFoldResult> extents = getExtents(builder, loc, like);
  extents.back() = columns;
  auto type = RankedTensorType::get(decomposeMixedValues(extents).first,
                                    getElementType(matrix));
  return tensor::ExpandShapeOp::create(builder, loc, type, matrix, groups,
                                       extents);
}

Value emb::createProduct(OpBuilder &builder, Location loc, Value x,
                         Value weight, Value bias) {
  Value rows = flatten(builder, loc, x);
  SmallVector<OpFoldResult> extents = {getExtents(builder, loc, rows)[0],
                                       getExtents(builder, loc, weight)[0]};
  Type elementType = getElementType(x);
  Value init;
  if (bias) {
    Value empty = tensor::EmptyOp::create(builder, loc, extents, elementType);
    init = linalg::BroadcastOp::create(builder, loc, bias, empty,
                                       ArrayRef<int64_t>{0})
               ->getResult(0);
  } else {
    init = createZeros(builder, loc, extents, elementType);
  }
  Value product =
      linalg::MatmulTransposeBOp::create(builder, loc, {rows, weight}, init)
          ->getResult(0);
  return unflatten(builder, loc, product, extents[1], x);
}

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

Value emb::createNumber(OpBuilder &builder, Location loc, Type type,
                        double number) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getFloatAttr(type, number));
}

Value emb::createSigmoid(OpBuilder &builder, Location loc, Value x) {
  Value zero = createNumber(builder, loc, x.getType(), 0.0);
  Value one = createNumber(builder, loc, x.getType(), 1.0);
  Value isPositive =
      arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OGE, x, zero);
  Value negated = arith::NegFOp::create(builder, loc, x);
  Value least = arith::SelectOp::create(builder, loc, isPositive, negated, x);
  Value e = math::ExpOp::create(builder, loc, least);
  Value sum = arith::AddFOp::create(builder, loc, one, e);
  Value numerator = arith::SelectOp::create(builder, loc, isPositive, one, e);
  return arith::DivFOp::create(builder, loc, numerator, sum);
}
