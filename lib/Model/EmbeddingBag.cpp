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

/// Errors of operands that go together only in some ways. Types and extents are
/// up to the verifier of `emb.bag`.
static LogicalResult verifyArguments(Location loc, BagMode mode, Value indices,
                                     Value offsets, Value weights) {
  int64_t rank = cast<RankedTensorType>(indices.getType()).getRank();
  if (rank != 1 && rank != 2)
    return emitError(loc) << kLayer << ": indices are " << indices.getType()
                          << ", expected rank 1 or 2";
  if (rank == 1 && !offsets)
    return emitError(loc) << kLayer << ": found no offsets, expected some with "
                          << "indices of rank 1 (" << indices.getType() << ")";
  if (rank == 2 && offsets)
    return emitError(loc) << kLayer << ": found offsets, expected none with "
                          << "indices of rank 2 (" << indices.getType() << ")";
  if (weights && mode != BagMode::Sum)
    return emitError(loc) << kLayer << ": found perSampleWeights with mode "
                          << stringifyBagMode(mode)
                          << ", expected them with sum only";
  return success();
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
        if (failed(verifyArguments(l, options.mode, in[0], offsets, weights)))
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
