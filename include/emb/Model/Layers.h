//===- Layers.h - torch.nn's layers of a model ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   Embedding words(model, "embedding", {.numEmbeddings = 50000,
//                                        .embeddingDim = 64,
//                                        .paddingIdx = 0});
//   LSTM lstm(model, "lstm", {.inputSize = 64, .hiddenSize = 128,
//                             .batchFirst = true});
//   Linear linear(model, "linear", {.inFeatures = 128, .outFeatures = 2});
//   Var scores = linear(select(lstm(words(ids)).output, 1, -1));
//
// A layer adds its parameters to the model, named as PyTorch's state_dict names
// them ("embedding.weight", "lstm.weight_ih_l0"), with PyTorch's first values.
// A layer may be applied several times, also to values of other shapes. Layers
// are handles, cheap to copy, and valid as long as the model.
//
// Options have PyTorch's names and defaults. `sparse` is not among them: a
// gradient of a table is never dense, and whether rows without gradient move is
// up to the optimizer.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_MODEL_LAYERS_H
#define EMB_MODEL_LAYERS_H

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Model/Init.h"
#include "emb/Model/Jagged.h"

#include <string>
#include <vector>

namespace mlir::emb {

class Model;

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

/// The options of Embedding::fromPretrained.
struct PretrainedEmbeddingOptions {
  /// Whether the table stays as it is.
  bool freeze = true;
  std::optional<int64_t> paddingIdx = {};
  std::optional<double> maxNorm = {};
  double normType = 2.0;
  bool scaleGradByFreq = false;
};

/// torch.nn.Embedding: (...) indices -> (..., embeddingDim).
class Embedding {
public:
  struct Options {
    int64_t numEmbeddings = -1; ///< required
    int64_t embeddingDim = -1;  ///< required
    /// The row of padding: zero at first, and without gradient. A negative one
    /// counts from the end.
    std::optional<int64_t> paddingIdx = {};
    /// Rows whose norm is larger are scaled to it, in the table, before they
    /// are read: by every step, also those that only predict.
    std::optional<double> maxNorm = {};
    double normType = 2.0;
    bool scaleGradByFreq = false;
    DType dtype = DType::F32;
    Init init = Normal{};
  };
  using PretrainedOptions = PretrainedEmbeddingOptions;

  Embedding(Model &model, llvm::StringRef name, const Options &options,
            SourceLocation loc = SourceLocation::current());
  /// torch.nn.Embedding.from_pretrained: `embeddings` (rows, dim) is the table,
  /// read say by readNpy, readSafetensors or readWordVectors.
  static Embedding
  fromPretrained(Model &model, llvm::StringRef name, Tensor embeddings,
                 const PretrainedOptions &options = {},
                 SourceLocation loc = SourceLocation::current());

  Var operator()(Var indices,
                 SourceLocation loc = SourceLocation::current()) const;

  /// The table as the lookups so far leave it: with maxNorm they change it.
  Var getWeight() const;
  /// For ParameterGroup.
  std::vector<Var> parameters() const { return {weight}; }

private:
  Embedding(Var weight, const PretrainedOptions &options)
      : weight(weight), options(options) {}

  Var weight;
  PretrainedOptions options;
};

/// The options of EmbeddingBag::fromPretrained.
struct PretrainedEmbeddingBagOptions {
  bool freeze = true;
  std::optional<double> maxNorm = {};
  double normType = 2.0;
  bool scaleGradByFreq = false;
  BagMode mode = BagMode::Mean;
  bool includeLastOffset = false;
  std::optional<int64_t> paddingIdx = {};
};

/// torch.nn.EmbeddingBag: the sums, means or maxima of the rows of bags.
class EmbeddingBag {
public:
  struct Options {
    int64_t numEmbeddings = -1; ///< required
    int64_t embeddingDim = -1;  ///< required
    std::optional<double> maxNorm = {};
    double normType = 2.0;
    bool scaleGradByFreq = false;
    BagMode mode = BagMode::Mean;
    bool includeLastOffset = false;
    std::optional<int64_t> paddingIdx = {};
    DType dtype = DType::F32;
    Init init = Normal{};
  };
  using PretrainedOptions = PretrainedEmbeddingBagOptions;
  struct Arguments {
    /// Where each bag begins, with includeLastOffset also where the last one
    /// ends.
    Var offsets = {};
    /// A factor for each index, of the shape of the indices; Sum only.
    Var perSampleWeights = {};
  };

  EmbeddingBag(Model &model, llvm::StringRef name, const Options &options,
               SourceLocation loc = SourceLocation::current());
  static EmbeddingBag
  fromPretrained(Model &model, llvm::StringRef name, Tensor embeddings,
                 const PretrainedOptions &options = {},
                 SourceLocation loc = SourceLocation::current());

  /// (bags, length) indices -> (bags, embeddingDim).
  Var operator()(Var indices,
                 SourceLocation loc = SourceLocation::current()) const;
  /// (n) indices with offsets (bags), or (bags, length) without.
  Var operator()(Var indices, const Arguments &arguments,
                 SourceLocation loc = SourceLocation::current()) const;
  /// The bags of one feature.
  Var operator()(const JaggedFeature &feature,
                 SourceLocation loc = SourceLocation::current()) const;

  Var getWeight() const;
  std::vector<Var> parameters() const { return {weight}; }

private:
  EmbeddingBag(Var weight, const PretrainedOptions &options)
      : weight(weight), options(options) {}
  Var build(Var indices, const Arguments &arguments, bool includeLastOffset,
            SourceLocation loc) const;

  Var weight;
  PretrainedOptions options;
};

//===----------------------------------------------------------------------===//
// Dense layers
//===----------------------------------------------------------------------===//

/// torch.nn.Linear: (..., inFeatures) -> (..., outFeatures), x weight^T + bias.
class Linear {
public:
  struct Options {
    int64_t inFeatures = 0;  ///< required
    int64_t outFeatures = 0; ///< required
    bool bias = true;
    DType dtype = DType::F32;
    /// Of the weight. Without one both are uniform within 1/sqrt(inFeatures).
    std::optional<Init> init = {};
  };

  Linear(Model &model, llvm::StringRef name, const Options &options,
         SourceLocation loc = SourceLocation::current());

  Var operator()(Var x, SourceLocation loc = SourceLocation::current()) const;

  Var getWeight() const { return weight; }
  /// Invalid without one.
  Var getBias() const { return bias; }
  std::vector<Var> parameters() const;

private:
  Var weight, bias;
};

/// torch.nn.LSTM in one direction: (time, batch, inputSize), or with batchFirst
/// (batch, time, inputSize), to the same with hiddenSize.
class LSTM {
public:
  struct Options {
    int64_t inputSize = 0;  ///< required
    int64_t hiddenSize = 0; ///< required
    int64_t numLayers = 1;
    bool bias = true;
    bool batchFirst = false;
    DType dtype = DType::F32;
    /// Of all parameters. Without one they are uniform within
    /// 1/sqrt(hiddenSize).
    std::optional<Init> init = {};
  };
  /// Both (numLayers, batch, hiddenSize).
  struct State {
    Var h;
    Var c;
  };
  struct Result {
    Var output; ///< of the last layer
    State state;
  };

  LSTM(Model &model, llvm::StringRef name, const Options &options,
       SourceLocation loc = SourceLocation::current());

  /// From the state zero.
  Result operator()(Var x,
                    SourceLocation loc = SourceLocation::current()) const;
  Result operator()(Var x, const State &state,
                    SourceLocation loc = SourceLocation::current()) const;

  std::vector<Var> parameters() const { return weights; }

private:
  Options options;
  /// By layer: weight_ih, weight_hh and, with bias, bias_ih, bias_hh.
  std::vector<Var> weights;
};

} // namespace mlir::emb

#endif // EMB_MODEL_LAYERS_H
