//===- LookupGradients.cpp - The backward passes of lookups ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LookupBuilder.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::conformance;

/// The row that padding_idx means; -1, which is no row, without one.
Value LookupBuilder::getPaddingRow(const LookupValues &lookup) {
  int64_t padding = lookup.spec.paddingIdx.value_or(-1);
  Value row = arith::ConstantIndexOp::create(b, padding);
  if (!lookup.spec.paddingIdx || padding >= 0)
    return row;
  return arith::AddIOp::create(
      b, tensor::DimOp::create(b, lookup.table, 0).getResult(), row);
}

/// 1 where an index is padding, else 0.
Value LookupBuilder::getPaddingFlags(const LookupValues &lookup,
                                     Value indices) {
  Value padding = arith::IndexCastOp::create(b, getElementTypeOrSelf(indices),
                                             getPaddingRow(lookup));
  return map(b.getI32Type(), indices,
             [&](ImplicitLocOpBuilder &at, ValueRange args) -> Value {
               Value equal = arith::CmpIOp::create(at, arith::CmpIPredicate::eq,
                                                   args[0], padding);
               return arith::ExtUIOp::create(at, at.getI32Type(), equal);
             });
}

/// grad_output divided by the number of indices in each bag that count. They
/// are counted by the sum bag of a table with the rows 1 and 0.
Value LookupBuilder::buildMeanRows(LookupValues &lookup) {
  Value table = arith::ConstantOp::create(
      b, DenseElementsAttr::get(RankedTensorType::get({2, 1}, b.getF64Type()),
                                ArrayRef<double>{1.0, 0.0}));
  Value flags = getPaddingFlags(lookup, lookup.indices);
  auto bag = BagOp::create(
      b, TypeRange(getTensor(1, b.getF64Type(), 1)), BagMode::Sum, table, flags,
      lookup.offsets, /*weights=*/Value(), /*inits=*/ValueRange(),
      lookup.spec.includeLastOffset && lookup.offsets, IntegerAttr());
  Value counts = flatten(bag.getResults()[0], 2);
  Value init = tensor::EmptyOp::create(
      b, tensor::getMixedSizes(b, b.getLoc(), lookup.gradOutput), compute);
  AffineMap both = b.getMultiDimIdentityMap(2);
  AffineMap row = AffineMap::get(2, 0, b.getAffineDimExpr(0));
  SmallVector<utils::IteratorType> iterators(2, utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             b, init.getType(), ValueRange{lookup.gradOutput, counts}, init,
             ArrayRef<AffineMap>{both, row, both}, iterators,
             [&](OpBuilder &builder, Location loc, ValueRange args) {
               ImplicitLocOpBuilder at(loc, builder);
               Value one = arith::ConstantOp::create(
                   at, FloatAttr::get(at.getF64Type(), 1.0));
               Value count = arith::MaximumFOp::create(at, args[1], one);
               linalg::YieldOp::create(
                   at, arith::DivFOp::create(at, toFloat(at, args[0], compute),
                                             toFloat(at, count, compute))
                           .getResult());
             })
      .getResult(0);
}

/// The weight of each index divided by how often its row is looked up.
Value LookupBuilder::buildFrequencyScale(LookupValues &lookup) {
  auto group = GroupOp::create(b, lookup.indices, /*padding=*/ValueRange(),
                               /*inits=*/ValueRange());
  Value frequency =
      FrequencyOp::create(b, lookup.indices, group.getResults(), Value())
          .getResult();
  SmallVector<Value> inputs{frequency};
  if (lookup.weights)
    inputs.push_back(lookup.weights);
  return map(
      compute, inputs, [&](ImplicitLocOpBuilder &at, ValueRange args) -> Value {
        Value weight =
            arith::ConstantOp::create(at, FloatAttr::get(compute, 1.0));
        if (lookup.weights)
          weight = toFloat(at, args[1], compute);
        return arith::DivFOp::create(at, weight, toFloat(at, args[0], compute));
      });
}

void LookupBuilder::buildContributions(LookupValues &lookup) {
  const LookupSpec &options = lookup.spec;
  lookup.rows = lookup.gradOutput;
  lookup.scale = lookup.weights;
  int64_t rank = cast<RankedTensorType>(lookup.output.getType()).getRank();
  for (int64_t dim = 0; dim < rank - 1; ++dim) {
    Value expected = tensor::DimOp::create(b, lookup.output, dim);
    Value found = tensor::DimOp::create(b, lookup.gradOutput, dim);
    CheckEqualOp::create(b, found, expected,
                         "grad_output, dimension " + std::to_string(dim));
  }
  if (options.bag) {
    if (lookup.offsets)
      lookup.bags = Offset2BagOp::create(
                        b, getTensor(1, b.getI64Type()), lookup.offsets,
                        tensor::DimOp::create(b, lookup.indices, 0).getResult(),
                        /*init=*/Value(), options.includeLastOffset)
                        .getResult();
    else
      lookup.bags =
          map(b.getI64Type(), lookup.indices,
              [&](ImplicitLocOpBuilder &at, ValueRange) -> Value {
                return arith::IndexCastOp::create(
                    at, at.getI64Type(), linalg::IndexOp::create(at, 0));
              });
  }
  if (options.bag == BagMode::Mean)
    lookup.rows = buildMeanRows(lookup);
  if (options.scaleGradByFreq)
    lookup.scale = buildFrequencyScale(lookup);
}

GradientSource LookupBuilder::getSource(const LookupValues &lookup) {
  return {lookup.indices, lookup.rows,    lookup.bags,
          lookup.scale,   lookup.winners, lookup.spec.paddingIdx};
}

/// The entries of the uncoalesced sparse gradient: of the indices that are not
/// padding, the row and what they contribute.
void LookupBuilder::buildEntries(LookupValues &lookup,
                                 SmallVectorImpl<Value> &results) {
  int64_t rank = lookup.spec.rank;
  Value indices = flatten(lookup.indices, rank);
  Value one = arith::ConstantIndexOp::create(b, 1);
  auto group = GroupOp::create(b, getPaddingFlags(lookup, indices), one,
                               /*inits=*/ValueRange());
  Value bounds = group.getOutputs()[1];
  Value number = toIndex(
      b, tensor::ExtractOp::create(b, bounds, ValueRange(group.getCount())));
  Value positions = extractFront(group.getOutputs()[2], number);

  auto select = [&](Value values, Type type) {
    return map(
        type, positions,
        [&](ImplicitLocOpBuilder &at, ValueRange args) -> Value {
          Value value = tensor::ExtractOp::create(
              at, values, ValueRange(toIndex(at, args[0])));
          if (value.getType() == type)
            return value;
          return isa<FloatType>(type)
                     ? toFloat(at, value, type)
                     : arith::ExtSIOp::create(at, type, value).getResult();
        });
  };
  results.push_back(select(indices, b.getI64Type()));

  Value rows = lookup.rows, selection = positions;
  if (lookup.bags)
    selection = select(flatten(lookup.bags, rank), b.getI64Type());
  else
    rows = flatten(rows, rank);
  Type rowElement = getElementTypeOrSelf(rows);
  Value values =
      GatherOp::create(b, getTensor(1, rowElement, spec.columns), rows,
                       selection, /*init=*/Value(), IntegerAttr())
          .getResult();
  if (!lookup.scale && rowElement == element) {
    results.push_back(values);
    return;
  }
  Value init = tensor::EmptyOp::create(
      b, tensor::getMixedSizes(b, b.getLoc(), values), element);
  AffineMap both = b.getMultiDimIdentityMap(2);
  SmallVector<Value> inputs{values};
  SmallVector<AffineMap> maps{both};
  if (lookup.scale) {
    inputs.push_back(select(flatten(lookup.scale, rank), compute));
    maps.push_back(AffineMap::get(2, 0, b.getAffineDimExpr(0)));
  }
  maps.push_back(both);
  SmallVector<utils::IteratorType> iterators(2, utils::IteratorType::parallel);
  results.push_back(linalg::GenericOp::create(
                        b, init.getType(), inputs, init, maps, iterators,
                        [&](OpBuilder &builder, Location loc, ValueRange args) {
                          ImplicitLocOpBuilder at(loc, builder);
                          Value value = toFloat(at, args[0], compute);
                          if (lookup.scale)
                            value = arith::MulFOp::create(at, value, args[1]);
                          linalg::YieldOp::create(at,
                                                  toFloat(at, value, element));
                        })
                        .getResult(0));
}

void LookupBuilder::buildCoalesced(ArrayRef<LookupValues> lookups,
                                   SmallVectorImpl<Value> &results) {
  SmallVector<Value> indices, gradients, maps, scales, winners, padding;
  SmallVector<int32_t> parts;
  SmallVector<int64_t> paddings;
  Type rowType = b.getI64Type();
  for (const LookupValues &lookup : lookups) {
    GradientSource source = getSource(lookup);
    SourcePart all[] = {SourcePart::Map, SourcePart::Scale,
                        SourcePart::Winners};
    SmallVectorImpl<Value> *lists[] = {&maps, &scales, &winners};
    Value values[] = {source.map, source.scale, source.winners};
    int32_t bits = 0;
    for (auto [part, list, value] : llvm::zip_equal(all, lists, values)) {
      if (!value)
        continue;
      bits |= static_cast<int32_t>(part);
      list->push_back(value);
    }
    if (source.padding) {
      bits |= static_cast<int32_t>(SourcePart::Padding);
      paddings.push_back(*source.padding);
    }
    indices.push_back(source.indices);
    gradients.push_back(source.gradient);
    parts.push_back(bits);
    padding.push_back(getPaddingRow(lookup));
  }
  Type types[] = {getTensor(1, rowType), getTensor(1, rowType),
                  getTensor(1, rowType)};
  auto group =
      GroupOp::create(b, types, b.getIndexType(), indices, /*offsets=*/Value(),
                      padding, /*inits=*/ValueRange());
  Value sums =
      CoalesceOp::create(b, indices, gradients, maps, scales, winners,
                         group.getResults(), /*init=*/Value(), parts, paddings)
          .getResult();
  // The sums have the type of the gradients: of a mean the compute type.
  if (getElementTypeOrSelf(sums) != element)
    sums = map(element, sums, [&](ImplicitLocOpBuilder &at, ValueRange args) {
      return toFloat(at, args[0], element);
    });
  sums = tensor::CastOp::create(b, getTensor(1, element, spec.columns), sums);
  results.push_back(extractFront(group.getOutputs()[0], group.getCount()));
  results.push_back(extractFront(sums, group.getCount()));
}
