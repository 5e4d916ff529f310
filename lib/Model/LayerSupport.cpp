//===- LayerSupport.cpp - What layers and losses have in common -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerSupport.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Model/Model.h"

#include <cstring>

using namespace mlir;
using namespace mlir::emb;

std::string emb::joinName(StringRef layer, StringRef name) {
  return layer.empty() ? name.str() : (layer + "." + name).str();
}

bool emb::verifySizes(Graph &graph, const Twine &layer,
                      ArrayRef<SizeOption> options, SourceLocation loc) {
  bool areGood = true;
  for (const SizeOption &option : options) {
    if (option.value >= option.least)
      continue;
    graph.fail(loc, layer + ": " + option.name + ": found " +
                        Twine(option.value) + ", expected at least " +
                        Twine(option.least));
    areGood = false;
  }
  return areGood;
}

SmallVector<Var> emb::callLayer(SourceLocation loc, StringRef name,
                                ArrayRef<Var> operands, unsigned numResults,
                                LayerAttrFn layer, Graph::LayerFn build) {
  Graph *graph = getGraph(loc, operands);
  if (!graph) {
    const Var *any = llvm::find_if(operands, isGiven);
    Graph *of = any == operands.end() ? nullptr : any->getGraph();
    return SmallVector<Var>(numResults, Var(of, Value()));
  }
  SmallVector<Value> values = llvm::map_to_vector(
      operands, [](Var operand) { return operand.getValue(); });
  return graph->callLayer(loc, name, layer(graph->getContext()), values,
                          numResults, build);
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

/// Counts `paddingIdx` from the begin. Notes an error if it is not a row.
static bool normalizePadding(Graph &graph, const Twine &layer,
                             std::optional<int64_t> &paddingIdx, int64_t rows,
                             SourceLocation loc) {
  if (!paddingIdx)
    return true;
  FailureOr<int64_t> row = normalizePaddingIdx(*paddingIdx, rows);
  if (succeeded(row)) {
    paddingIdx = *row;
    return true;
  }
  graph.fail(loc, layer + ": paddingIdx: found " + Twine(*paddingIdx) +
                      ", expected -" + Twine(rows) + " <= paddingIdx < " +
                      Twine(rows));
  return false;
}

Var emb::addTable(Model &model, StringRef layer, StringRef name,
                  const TableOptions &options,
                  std::optional<int64_t> &paddingIdx, SourceLocation loc) {
  Graph &graph = model.getGraph();
  std::string text = (layer + " '" + name + "'").str();
  bool areGood =
      verifySizes(graph, text,
                  {{"numEmbeddings", options.numEmbeddings, paddingIdx ? 1 : 0},
                   {"embeddingDim", options.embeddingDim, 0}},
                  loc);
  if (!areGood ||
      !normalizePadding(graph, text, paddingIdx, options.numEmbeddings, loc))
    return Var(&graph, Value());
  Var weight = model.parameter(joinName(name, "weight"), options.dtype,
                               {options.numEmbeddings, options.embeddingDim},
                               options.init, loc);
  GraphParameter *parameter =
      weight.isValid() ? graph.findParameter(weight.getValue()) : nullptr;
  if (parameter && paddingIdx) {
    size_t rowSize = options.embeddingDim * getByteWidth(options.dtype);
    auto *bytes = static_cast<char *>(parameter->data.data());
    std::memset(bytes + *paddingIdx * rowSize, 0, rowSize);
  }
  return weight;
}

Var emb::addPretrainedTable(Model &model, StringRef layer, StringRef name,
                            Tensor embeddings, bool freeze,
                            std::optional<int64_t> &paddingIdx,
                            SourceLocation loc) {
  Graph &graph = model.getGraph();
  std::string text = (layer + " '" + name + "'").str();
  if (embeddings.getRank() != 2)
    return graph.fail(
        loc, text + ": embeddings: found " +
                 formatShape(embeddings.getShape(), embeddings.getDType()) +
                 ", expected rows x columns");
  if (!normalizePadding(graph, text, paddingIdx, embeddings.getShape()[0], loc))
    return Var(&graph, Value());
  Var weight =
      model.parameter(joinName(name, "weight"), std::move(embeddings), loc);
  if (freeze && weight.isValid())
    model.freeze(weight, loc);
  return weight;
}

Var emb::getLatestVersion(Var weight) {
  if (!weight.isValid())
    return weight;
  Graph *graph = weight.getGraph();
  return Var(graph, graph->findParameter(weight.getValue())->latest);
}

static LogicalResult verifyIndices(Location loc, StringRef table,
                                   Value indices) {
  auto type = dyn_cast<RankedTensorType>(indices.getType());
  if (type && (type.getElementType().isInteger(32) ||
               type.getElementType().isInteger(64)))
    return success();
  return emitError(loc) << "lookup in '" << table << "': indices are "
                        << indices.getType()
                        << ", expected a tensor of i32 or i64";
}

Var emb::buildLookup(SourceLocation loc, ArrayRef<Var> operands,
                     const NormBound &bound, LookupFn build) {
  GraphParameter *parameter = nullptr;
  Value table;
  Var result = buildOne(
      loc, operands,
      [&](OpBuilder &b, Location l, ValueRange in) -> FailureOr<Value> {
        parameter = operands.front().getGraph()->findParameter(in[1]);
        if (failed(verifyIndices(l, parameter->name, in[0])))
          return failure();
        table = parameter->latest;
        if (bound.maxNorm)
          table = RenormOp::create(b, l, in[0], table, /*group=*/ValueRange(),
                                   b.getF64FloatAttr(*bound.maxNorm),
                                   b.getF64FloatAttr(bound.normType))
                      .getResult();
        return build(b, l, table, in);
      });
  if (result.isValid())
    parameter->latest = table;
  return result;
}
