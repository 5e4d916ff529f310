//===- Jagged.h - Bags of several features in one batch ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   Jagged batch = jagged(model, "batch", {.keys = {"clicks", "views"}});
//   Var clicks = items(batch["clicks"]);   // (samples, dim)
//   Var views = items(batch["views"]);
//   ...
//   program.train({{"batch.values", values}, {"batch.offsets", offsets}});
//
// The layout of FBGEMM's table-batched embeddings and of TorchRec's
// KeyedJaggedTensor, as it is: with T features and B samples, the indices of
// sample b of feature t are
//
//   values[offsets[t B + b] .. offsets[t B + b + 1])
//
// where the T B + 1 offsets begin with 0 and end with the number of values; or
// T B lengths, whose running sums the offsets are. Steps check that.
//
// Batches of several features do not go with ModelCompileOptions::accumulate:
// the size of a feature may differ from micro-batch to micro-batch.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_MODEL_JAGGED_H
#define EMB_MODEL_JAGGED_H

#include "emb/Model/Var.h"

#include <optional>
#include <string>
#include <vector>

namespace mlir::emb {

class Model;

enum class JaggedLayout {
  Offsets, ///< T B + 1 of them
  Lengths, ///< T B of them
};

struct JaggedOptions {
  /// The names of the features, in the order of the layout.
  std::vector<std::string> keys = {};
  JaggedLayout layout = JaggedLayout::Offsets;
  /// Of the values: I32 or I64.
  DType dtype = DType::I64;
  /// Of the offsets or lengths: I32 or I64. Without one that of the values.
  std::optional<DType> offsetsDType = {};
  /// Whether there is a weight (F32) for each value: TorchRec's weights, the
  /// perSampleWeights of a bag.
  bool weighted = false;
};

/// The bags of one feature.
struct JaggedFeature {
  Var values;  ///< (number of values of this feature)
  Var offsets; ///< (B + 1), from 0 on
  Var weights; ///< as values; never assigned if there are none
  /// For errors of a step: "batch.values of feature 'clicks'". May be empty.
  std::string name = {};
};

/// The name of a feature, and where it is asked for.
struct JaggedKey {
  JaggedKey(const char *name, SourceLocation loc = SourceLocation::current())
      : name(name), loc(loc) {}
  JaggedKey(const std::string &name,
            SourceLocation loc = SourceLocation::current())
      : name(name), loc(loc) {}

  std::string name;
  SourceLocation loc;
};

class Jagged {
public:
  /// The feature of this name. Another name makes an invalid one, and an error
  /// of the model.
  JaggedFeature operator[](const JaggedKey &key) const;

private:
  friend Jagged jagged(Model &, llvm::StringRef, const JaggedOptions &,
                       SourceLocation);
  std::string name;
  std::vector<std::string> keys;
  /// What the step has checked; how many samples there are, of index.
  Var values, offsets, weights, numSamples;
};

/// Adds the inputs `<name>.values`, `<name>.offsets` or `<name>.lengths`, and
/// `<name>.weights` if there are any.
Jagged jagged(Model &model, llvm::StringRef name, const JaggedOptions &options,
              SourceLocation loc = SourceLocation::current());

} // namespace mlir::emb

#endif // EMB_MODEL_JAGGED_H
