//===- LayerSupport.h - What layers and losses have in common ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_MODEL_LAYERSUPPORT_H
#define EMB_LIB_MODEL_LAYERSUPPORT_H

#include "Graph.h"

#include "emb/Model/Init.h"

namespace mlir::emb {

class Model;

/// "embedding.weight"; "weight" in a layer without a name.
std::string joinName(llvm::StringRef layer, llvm::StringRef name);

/// Whether a Var was given: not whether it is valid.
inline bool isGiven(Var var) { return var.getGraph() != nullptr; }

/// An option that has to be at least `least`, as messages have it.
struct SizeOption {
  llvm::StringRef name;
  int64_t value;
  int64_t least;
};

/// Notes an error for each option that is too small. True if there is none.
bool verifySizes(Graph &graph, const llvm::Twine &layer,
                 llvm::ArrayRef<SizeOption> options, SourceLocation loc);

/// A call of a layer, as Graph::callLayer, of Vars: invalid results where an
/// operand is invalid.
using LayerAttrFn = llvm::function_ref<Attribute(MLIRContext *)>;
SmallVector<Var> callLayer(SourceLocation loc, llvm::StringRef name,
                           llvm::ArrayRef<Var> operands, unsigned numResults,
                           LayerAttrFn layer, Graph::LayerFn build);

/// The one result of a layer as the results of Graph::LayerFn.
inline FailureOr<SmallVector<Value>> toResults(FailureOr<Value> result) {
  if (failed(result))
    return failure();
  return SmallVector<Value>{*result};
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

/// What the first values of a table depend on.
struct TableOptions {
  int64_t numEmbeddings;
  int64_t embeddingDim;
  DType dtype;
  const Init &init;
};

/// The parameter `<name>.weight`, with row `paddingIdx` zero, which is then
/// counted from the begin. `layer` is for messages.
Var addTable(Model &model, llvm::StringRef layer, llvm::StringRef name,
             const TableOptions &options, std::optional<int64_t> &paddingIdx,
             SourceLocation loc);

/// The same with values that stay as they are.
Var addPretrainedTable(Model &model, llvm::StringRef layer,
                       llvm::StringRef name, Tensor embeddings, bool freeze,
                       std::optional<int64_t> &paddingIdx, SourceLocation loc);

/// The table as the lookups so far leave it.
Var getLatestVersion(Var weight);

/// max_norm and norm_type of a lookup.
struct NormBound {
  std::optional<double> maxNorm;
  double normType;
};

/// A lookup, of operands that begin with indices and `weight`. `build` creates
/// it; it gets the version of the table that this lookup reads, and the
/// operands. With maxNorm that is one in which the rows of the indices are
/// scaled, which is what later lookups begin with.
using LookupFn = llvm::function_ref<FailureOr<Value>(OpBuilder &, Location,
                                                     Value table, ValueRange)>;
Var buildLookup(SourceLocation loc, llvm::ArrayRef<Var> operands,
                const NormBound &bound, LookupFn build);

} // namespace mlir::emb

#endif // EMB_LIB_MODEL_LAYERSUPPORT_H
