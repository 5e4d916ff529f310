//===- EmbeddingBag.cpp - Pooled rows of a table --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerSupport.h"
#include "emb/Model/Layers.h"
#include "emb/Model/Model.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::emb;

static constexpr StringLiteral kLayer = "EmbeddingBag";

/// Notes an error for options that PyTorch refuses together.
static bool verifyMode(Model &model, StringRef name,
                       const EmbeddingBag::PretrainedOptions &options,
                       SourceLocation loc) {
  if (options.mode != BagMode::Max || !options.scaleGradByFreq)
    return true;
  model.getGraph().fail(loc, kLayer + " '" + name +
                                 "': scaleGradByFreq: found mode max, expected "
                                 "sum or mean");
  return false;
}

EmbeddingBag::EmbeddingBag(Model &model, StringRef name, const Options &options,
                           SourceLocation loc)
    : weight(&model.getGraph(), Value()),
      options{.maxNorm = options.maxNorm,
              .normType = options.normType,
              .scaleGradByFreq = options.scaleGradByFreq,
              .mode = options.mode,
              .includeLastOffset = options.includeLastOffset,
              .paddingIdx = options.paddingIdx} {
  if (verifyMode(model, name, this->options, loc))
    weight = addTable(model, kLayer, name,
                      {options.numEmbeddings, options.embeddingDim,
                       options.dtype, options.init},
                      this->options.paddingIdx, loc);
}

EmbeddingBag EmbeddingBag::fromPretrained(Model &model, StringRef name,
                                          Tensor embeddings,
                                          const PretrainedOptions &options,
                                          SourceLocation loc) {
  EmbeddingBag layer(Var(&model.getGraph(), Value()), options);
  if (verifyMode(model, name, options, loc))
    layer.weight =
        addPretrainedTable(model, kLayer, name, std::move(embeddings),
                           options.freeze, layer.options.paddingIdx, loc);
  return layer;
}

Var EmbeddingBag::getWeight() const { return getLatestVersion(weight); }

Var EmbeddingBag::operator()(Var indices, SourceLocation loc) const {
  return build(indices, {}, /*includeLastOffset=*/false, loc);
}

Var EmbeddingBag::operator()(Var indices, const Arguments &arguments,
                             SourceLocation loc) const {
  return build(indices, arguments, options.includeLastOffset, loc);
}

/// The values of a feature, checked here so that an error names it.
static Var checkValues(const JaggedFeature &feature, Var weight,
                       SourceLocation loc) {
  if (feature.name.empty())
    return feature.values;
  return buildOne(loc, {feature.values, weight},
                  [&](OpBuilder &b, Location l, ValueRange in) {
                    Value rows = b.createOrFold<tensor::DimOp>(l, in[1], 0);
                    return CheckIndicesOp::create(b, l, in[0], rows,
                                                  feature.name)
                        .getResult();
                  });
}

Var EmbeddingBag::operator()(const JaggedFeature &feature,
                             SourceLocation loc) const {
  return build(
      checkValues(feature, weight, loc),
      {.offsets = feature.offsets, .perSampleWeights = feature.weights},
      /*includeLastOffset=*/true, loc);
}

static LogicalResult verifyIndices(Location loc, RankedTensorType indices,
                                   Value offsets) {
  int64_t rank = indices.getRank();
  if (rank != 1 && rank != 2)
    return emitError(loc) << kLayer << ": indices are " << indices
                          << ", expected rank 1 or 2";
  if (rank == 1 && !offsets)
    return emitError(loc) << kLayer << ": found no offsets, expected some with "
                          << "indices of rank 1 (" << indices << ")";
  if (rank == 2 && offsets)
    return emitError(loc) << kLayer << ": found offsets, expected none with "
                          << "indices of rank 2 (" << indices << ")";
  if (!offsets)
    return success();
  auto type = dyn_cast<RankedTensorType>(offsets.getType());
  if (type && type.getRank() == 1 && type.getElementType().isInteger() &&
      type.getElementTypeBitWidth() >= 32)
    return success();
  return emitError(loc) << kLayer << ": offsets are " << offsets.getType()
                        << ", expected a tensor of i32 or i64 of rank 1";
}

static LogicalResult verifyWeights(Location loc, BagMode mode,
                                   RankedTensorType indices, Type element,
                                   Value weights) {
  if (!weights)
    return success();
  if (mode != BagMode::Sum)
    return emitError(loc) << kLayer << ": found perSampleWeights with mode "
                          << stringifyBagMode(mode)
                          << ", expected them with sum only";
  auto type = dyn_cast<RankedTensorType>(weights.getType());
  if (type && type.getElementType() == element &&
      succeeded(verifyCompatibleShape(type, indices)))
    return success();
  return emitError(loc) << kLayer << ": perSampleWeights are "
                        << weights.getType() << ", expected "
                        << indices.clone(element);
}

Var EmbeddingBag::build(Var indices, const Arguments &arguments,
                        bool includeLastOffset, SourceLocation loc) const {
  SmallVector<Var> operands = {indices, weight};
  for (Var argument : {arguments.offsets, arguments.perSampleWeights})
    if (isGiven(argument))
      operands.push_back(argument);
  return buildLookup(
      loc, operands, {options.maxNorm, options.normType},
      [&](OpBuilder &b, Location l, Value table,
          ValueRange in) -> FailureOr<Value> {
        Value offsets = arguments.offsets.getValue();
        Value weights = arguments.perSampleWeights.getValue();
        auto type = cast<RankedTensorType>(in[0].getType());
        if (failed(verifyIndices(l, type, offsets)) ||
            failed(verifyWeights(l, options.mode, type,
                                 getElementTypeOrSelf(table), weights)))
          return failure();
        IntegerAttr padding;
        if (options.paddingIdx)
          padding = b.getI64IntegerAttr(*options.paddingIdx);
        return BagOp::create(b, l, options.mode, table, in[0], offsets, weights,
                             /*inits=*/ValueRange(),
                             offsets && includeLastOffset, padding,
                             options.scaleGradByFreq)
            .getResult();
      });
}
