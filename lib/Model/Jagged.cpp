//===- Jagged.cpp - Bags of several features in one batch -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Model/Jagged.h"

#include "LayerSupport.h"
#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Model/Model.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace mlir::emb;

namespace {
/// Creates what checks a batch and takes it apart.
class JaggedBuilder {
public:
  JaggedBuilder(OpBuilder &builder, Location loc, StringRef name,
                int64_t numFeatures)
      : builder(builder), loc(loc), name(name), numFeatures(numFeatures) {}

  /// How many samples there are if there are `numBags` bags; checks that these
  /// are as many for each feature.
  Value createNumSamples(Value numBags, StringRef input);
  /// The running sums of `lengths`, with the 0 before.
  Value createOffsets(Value lengths, Value numValues);
  Value checkOffsets(Value offsets, Value numValues, const Twine &label) {
    return CheckOffsetsOp::create(builder, loc, offsets, numValues, label.str(),
                                  /*include_last_offset=*/true)
        .getResult();
  }
  /// Where the bags of `feature` begin among all offsets.
  OpFoldResult createFirstBag(Value numSamples, int64_t feature);
  /// Where its values begin.
  OpFoldResult createBegin(Value offsets, Value values, OpFoldResult bag,
                           int64_t feature);
  Value createSlice(Value source, OpFoldResult begin, OpFoldResult size);
  /// The offsets of a feature, which begins at `begin`, from 0 on.
  Value createFeatureOffsets(Value offsets, Value numSamples, OpFoldResult bag,
                             OpFoldResult begin);

  Value createSize(Value tensor) {
    return builder.createOrFold<tensor::DimOp>(loc, tensor, 0);
  }
  Value createConstant(int64_t value) {
    return arith::ConstantIndexOp::create(builder, loc, value);
  }
  template <typename OpTy> Value create(Value lhs, Value rhs) {
    return OpTy::create(builder, loc, lhs, rhs);
  }
  Value toValue(OpFoldResult number) {
    return getValueOrCreateConstantIndexOp(builder, loc, number);
  }

private:
  OpBuilder &builder;
  Location loc;
  StringRef name;
  int64_t numFeatures;
};
} // namespace

//===----------------------------------------------------------------------===//
// The batch
//===----------------------------------------------------------------------===//

Value JaggedBuilder::createNumSamples(Value numBags, StringRef input) {
  if (numFeatures == 1)
    return numBags;
  Value features = createConstant(numFeatures);
  Value numSamples = create<arith::DivSIOp>(numBags, features);
  Value whole = create<arith::MulIOp>(numSamples, features);
  CheckEqualOp::create(
      builder, loc, numBags, whole,
      (joinName(name, input) + ": bags of " + Twine(numFeatures) + " features")
          .str());
  return numSamples;
}

Value JaggedBuilder::createOffsets(Value lengths, Value numValues) {
  Value zero = createConstant(0), one = createConstant(1);
  Value bound = create<arith::AddIOp>(numValues, one);
  Value checked = CheckIndicesOp::create(builder, loc, lengths, bound,
                                         joinName(name, "lengths"))
                      .getResult();
  Type i64 = builder.getI64Type();
  Value none = arith::ConstantIntOp::create(builder, loc, i64, 0);
  Value numBags = createSize(lengths);
  Value numOffsets = create<arith::AddIOp>(numBags, one);
  Value empty = tensor::EmptyOp::create(
      builder, loc, ArrayRef<OpFoldResult>{numOffsets}, i64);
  Value first =
      tensor::InsertOp::create(builder, loc, none, empty, ValueRange{zero});
  auto loop = scf::ForOp::create(
      builder, loc, zero, numBags, one, ValueRange{first, none},
      [&](OpBuilder &b, Location, Value bag, ValueRange state) {
        Value length = tensor::ExtractOp::create(b, loc, checked, bag);
        if (length.getType() != i64)
          length = arith::ExtSIOp::create(b, loc, i64, length);
        Value sum = arith::AddIOp::create(b, loc, state[1], length);
        Value next = arith::AddIOp::create(b, loc, bag, one);
        Value offsets = tensor::InsertOp::create(b, loc, sum, state[0], next);
        scf::YieldOp::create(b, loc, ValueRange{offsets, sum});
      });
  return loop.getResult(0);
}

/// The types of the values and of the offsets or lengths; notes an error for
/// those that cannot be.
static bool verifyOptions(Graph &graph, StringRef name,
                          const JaggedOptions &options, SourceLocation loc) {
  bool areGood = true;
  auto fail = [&](const Twine &message) {
    graph.fail(loc, "jagged '" + name + "': " + message);
    areGood = false;
  };
  if (options.keys.empty())
    fail("keys: found none, expected at least one");
  llvm::StringSet<> keys;
  for (StringRef key : options.keys)
    if (!keys.insert(key).second)
      fail("keys: found '" + key + "' twice");
  auto verifyDType = [&](StringRef option, DType dtype) {
    if (dtype != DType::I32 && dtype != DType::I64)
      fail(option + ": found " + stringify(dtype) + ", expected i32 or i64");
  };
  verifyDType("dtype", options.dtype);
  if (options.offsetsDType)
    verifyDType("offsetsDType", *options.offsetsDType);
  return areGood;
}

Jagged emb::jagged(Model &model, StringRef name, const JaggedOptions &options,
                   SourceLocation loc) {
  Graph &graph = model.getGraph();
  Jagged batch;
  batch.name = name;
  batch.keys = options.keys;
  Var invalid(&graph, Value());
  batch.values = batch.offsets = batch.numSamples = invalid;
  if (options.weighted)
    batch.weights = invalid;
  if (!verifyOptions(graph, name, options, loc))
    return batch;

  bool hasLengths = options.layout == JaggedLayout::Lengths;
  StringRef input = hasLengths ? "lengths" : "offsets";
  auto addInput = [&](StringRef part, DType dtype) {
    return model.input(joinName(name, part), dtype, {kDynamicSize}, loc);
  };
  Var values = addInput("values", options.dtype);
  Var bags = addInput(input, options.offsetsDType.value_or(options.dtype));
  if (options.weighted)
    batch.weights = addInput("weights", DType::F32);
  if (!values.isValid() || !bags.isValid() ||
      (options.weighted && !batch.weights.isValid()))
    return batch;

  SmallVector<Var> results = graph.build(
      loc, 2, [&](OpBuilder &b, Location l) -> FailureOr<SmallVector<Value>> {
        JaggedBuilder jagged(b, l, name, options.keys.size());
        Value numValues = jagged.createSize(values.getValue());
        Value numBags = jagged.createSize(bags.getValue());
        if (!hasLengths)
          numBags =
              jagged.create<arith::SubIOp>(numBags, jagged.createConstant(1));
        Value numSamples = jagged.createNumSamples(numBags, input);
        if (options.weighted)
          CheckEqualOp::create(
              b, l, jagged.createSize(batch.weights.getValue()), numValues,
              joinName(name, "weights") + ", dimension 0");
        Value offsets = hasLengths
                            ? jagged.createOffsets(bags.getValue(), numValues)
                            : bags.getValue();
        offsets = jagged.checkOffsets(offsets, numValues,
                                      joinName(name, input) +
                                          (hasLengths ? ", running sums" : ""));
        return SmallVector<Value>{offsets, numSamples};
      });
  batch.values = values;
  batch.offsets = results[0];
  batch.numSamples = results[1];
  return batch;
}

//===----------------------------------------------------------------------===//
// Its features
//===----------------------------------------------------------------------===//

OpFoldResult JaggedBuilder::createFirstBag(Value numSamples, int64_t feature) {
  if (feature == 0)
    return builder.getIndexAttr(0);
  if (feature == 1)
    return numSamples;
  return create<arith::MulIOp>(numSamples, createConstant(feature));
}

OpFoldResult JaggedBuilder::createBegin(Value offsets, Value values,
                                        OpFoldResult bag, int64_t feature) {
  // The checks tell these two.
  if (feature == 0)
    return builder.getIndexAttr(0);
  if (feature == numFeatures)
    return createSize(values);
  Value begin = tensor::ExtractOp::create(builder, loc, offsets, toValue(bag));
  return arith::IndexCastOp::create(builder, loc, builder.getIndexType(), begin)
      .getResult();
}

Value JaggedBuilder::createSlice(Value source, OpFoldResult begin,
                                 OpFoldResult size) {
  return tensor::ExtractSliceOp::create(
      builder, loc, cast<RankedTensorType>(source.getType()), source, {begin},
      {size}, {builder.getIndexAttr(1)});
}

Value JaggedBuilder::createFeatureOffsets(Value offsets, Value numSamples,
                                          OpFoldResult bag,
                                          OpFoldResult begin) {
  Value size = create<arith::AddIOp>(numSamples, createConstant(1));
  Value slice = createSlice(offsets, bag, size);
  if (isConstantIntValue(begin, 0))
    return slice;
  auto type = cast<RankedTensorType>(slice.getType());
  Value first = arith::IndexCastOp::create(builder, loc, type.getElementType(),
                                           cast<Value>(begin));
  Value firsts =
      tensor::SplatOp::create(builder, loc, type, first, ValueRange{size});
  return create<arith::SubIOp>(slice, firsts);
}

JaggedFeature Jagged::operator[](const JaggedKey &key) const {
  Graph *graph = values.getGraph();
  Var invalid(graph, Value());
  JaggedFeature none{invalid, invalid, isGiven(weights) ? invalid : Var()};
  if (!offsets.isValid())
    return none;
  auto found = llvm::find(keys, key.name);
  if (found == keys.end()) {
    graph->fail(key.loc, "jagged '" + llvm::Twine(name) +
                             "': found no feature '" + key.name +
                             "', expected one of: " + llvm::join(keys, ", "));
    return none;
  }

  JaggedFeature feature{values, offsets, weights};
  feature.name = joinName(name, "values") + " of feature '" + key.name + "'";
  int64_t number = found - keys.begin(), numFeatures = keys.size();
  if (numFeatures == 1)
    return feature;
  SmallVector<Var> parts = graph->build(
      key.loc, isGiven(weights) ? 3 : 2,
      [&](OpBuilder &b, Location l) -> FailureOr<SmallVector<Value>> {
        JaggedBuilder jagged(b, l, name, numFeatures);
        Value all = offsets.getValue(), samples = numSamples.getValue();
        OpFoldResult bag = jagged.createFirstBag(samples, number);
        OpFoldResult begin =
            jagged.createBegin(all, values.getValue(), bag, number);
        OpFoldResult end = jagged.createBegin(
            all, values.getValue(), jagged.createFirstBag(samples, number + 1),
            number + 1);
        OpFoldResult size = end;
        if (number > 0)
          size = jagged.create<arith::SubIOp>(cast<Value>(end),
                                              cast<Value>(begin));
        SmallVector<Value> results = {
            jagged.createSlice(values.getValue(), begin, size),
            jagged.createFeatureOffsets(all, samples, bag, begin)};
        if (isGiven(weights))
          results.push_back(
              jagged.createSlice(weights.getValue(), begin, size));
        return results;
      });
  feature.values = parts[0];
  feature.offsets = parts[1];
  if (isGiven(weights))
    feature.weights = parts[2];
  return feature;
}
