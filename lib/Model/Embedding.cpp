//===- Embedding.cpp - Rows of a table ------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerSupport.h"
#include "emb/Model/Layers.h"

using namespace mlir;
using namespace mlir::emb;

static constexpr StringLiteral kLayer = "Embedding";

Embedding::Embedding(Model &model, StringRef name, const Options &options,
                     SourceLocation loc)
    : options{.paddingIdx = options.paddingIdx,
              .maxNorm = options.maxNorm,
              .normType = options.normType,
              .scaleGradByFreq = options.scaleGradByFreq} {
  weight = addTable(model, kLayer, name,
                    {options.numEmbeddings, options.embeddingDim, options.dtype,
                     options.init},
                    this->options.paddingIdx, loc);
}

Embedding Embedding::fromPretrained(Model &model, StringRef name,
                                    Tensor embeddings,
                                    const PretrainedOptions &options,
                                    SourceLocation loc) {
  Embedding layer({}, options);
  layer.weight =
      addPretrainedTable(model, kLayer, name, std::move(embeddings),
                         options.freeze, layer.options.paddingIdx, loc);
  return layer;
}

Var Embedding::operator()(Var indices, SourceLocation loc) const {
  return buildLookup(
      loc, {indices, weight}, {options.maxNorm, options.normType},
      [&](OpBuilder &b, Location l, Value table,
          ValueRange in) -> FailureOr<Value> {
        IntegerAttr padding;
        if (options.paddingIdx)
          padding = b.getI64IntegerAttr(*options.paddingIdx);
        return GatherOp::create(b, l, table, in[0], /*init=*/Value(), padding,
                                options.scaleGradByFreq)
            .getResult();
      });
}

Var Embedding::getWeight() const { return getLatestVersion(weight); }
