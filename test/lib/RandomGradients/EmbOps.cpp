//===- EmbOps.cpp - Lookups -----------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Graph.h"

using namespace property;

/// A table: mostly an argument that other lookups may share. Nothing is written
/// to its memory: so it is read by elementwise operations only, if by others.
static Value pickTable(Graph &graph) {
  Value table;
  if (graph.random.oneIn(4)) {
    table = graph.toDestination(graph.pickOfRank(2));
  } else {
    if (graph.tables.empty() || graph.random.oneIn(2)) {
      graph.tables.push_back(
          graph.addTable({graph.random.between(2, 5),
                          graph.random.pick<int64_t>({1, 2, 3, 3, 9})}));
      if (graph.random.oneIn(3))
        graph.arith("math.tanh", {graph.tables.back()}, 1);
    }
    table = graph.tables[graph.random.between(0, graph.tables.size() - 1)];
  }
  // Columns are static.
  return graph.castTo(table, table.dynamic & 1);
}

static const char *drawIndexType(Graph &graph) {
  return graph.random.pick({"i32", "i64", "i64"});
}

/// An argument with row numbers below `rows`.
static Integers addIndices(Graph &graph, Shape shape, int64_t rows) {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  std::vector<int64_t> numbers;
  for (int64_t i = 0; i < count; ++i)
    numbers.push_back(graph.random.between(0, rows - 1));
  return graph.addIntegers(numbers, shape, drawIndexType(graph));
}

void property::drawGather(Graph &graph) {
  graph.note("gather");
  Value table = pickTable(graph);
  int64_t rows = table.shape[0];
  // The padding row has no gradient, though it is read: so it is not read here.
  bool hasPadding = rows > 1 && graph.random.oneIn(4);
  Shape shape = graph.drawShape(graph.random.between(0, 2));
  Integers indices = addIndices(graph, shape, rows - hasPadding);
  shape.push_back(table.shape[1]);
  Value result = table;
  result.shape = shape;
  result.dynamic = indices.dynamic;
  graph.op("emb.gather " + table.name + "[" + indices.name + "] " +
               (hasPadding ? "{padding_idx = -1 : i64} " : "") + ": " +
               table.getType() + ", " + indices.type + " -> " +
               result.getType(),
           result, table.bound);
}

/// The adjoint of a lookup: rows that are added to those of a tensor.
static void drawScatter(Graph &graph) {
  graph.note("scatter_add");
  Value dest = graph.toDestination(graph.pickOfRank(2));
  dest = graph.castTo(dest, dest.dynamic & 1);
  Shape shape = graph.drawShape(graph.random.between(0, 2));
  Integers indices = addIndices(graph, shape, dest.shape[0]);
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  shape.push_back(dest.shape[1]);
  Value rows = graph.castTo(graph.pickOfShape(shape), indices.dynamic);
  graph.limit(graph.op("emb.scatter_add " + rows.name + "[" + indices.name +
                           "] into " + dest.name + " : " + rows.getType() +
                           ", " + indices.type + ", " + dest.getType(),
                       dest, dest.bound + rows.bound * count),
              8);
}

void property::drawBag(Graph &graph) {
  if (graph.random.oneIn(8))
    return drawScatter(graph);
  std::string mode = graph.random.pick({"sum", "sum", "mean", "max"});
  Value table = pickTable(graph);
  int64_t bags = graph.random.between(1, 3);
  bool hasOffsets = !graph.random.oneIn(3);
  Shape shape = hasOffsets ? Shape{graph.random.between(1, 6)}
                           : Shape{bags, graph.random.between(1, 3)};
  Integers indices = addIndices(graph, shape, table.shape[0]);
  int64_t count = hasOffsets ? shape[0] : shape[0] * shape[1];
  std::string operands, attributes;
  Value result = table;
  result.shape = {bags, table.shape[1]};
  result.dynamic = indices.dynamic & 1;

  if (hasOffsets) {
    // Some bags are empty.
    bool hasLast = graph.random.oneIn(2);
    std::vector<int64_t> offsets(bags);
    for (int64_t &offset : offsets)
      offset = graph.random.between(0, count);
    std::sort(offsets.begin(), offsets.end());
    offsets[0] = 0;
    if (hasLast) {
      offsets.push_back(count);
      attributes = "include_last_offset";
    }
    Integers argument = graph.addIntegers(offsets, {int64_t(offsets.size())},
                                          drawIndexType(graph));
    operands += " offsets(" + argument.name + " : " + argument.type + ")";
    result.dynamic = argument.dynamic;
  }
  double bound = table.bound * (mode == "sum" ? count : 1);
  bool hasWeights = mode == "sum" && graph.random.oneIn(2);
  if (hasWeights) {
    Value weights = graph.pickOfShape(shape);
    operands += " weights(" + weights.name + " : " + weights.getType() + ")";
    bound *= weights.bound;
  }
  if (graph.random.oneIn(3))
    attributes += (attributes.empty() ? "" : ", ") +
                  ("padding_idx = " +
                   std::to_string(graph.random.between(0, table.shape[0] - 1)) +
                   " : i64");
  graph.note("bag-" + mode + (hasWeights ? "-weights" : "") +
             (hasOffsets ? "-offsets" : ""));
  graph.limit(graph.op("emb.bag " + mode + " " + table.name + "[" +
                           indices.name + "]" + operands +
                           (attributes.empty() ? "" : " {" + attributes + "}") +
                           " : " + table.getType() + ", " + indices.type +
                           " -> " + result.getType(),
                       result, bound),
              8);
}
