//===- RegionOps.cpp - Loops and branches ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Graph.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace property;

static std::string listTypes(llvm::ArrayRef<Value> values) {
  return llvm::join(
      llvm::map_range(values,
                      [](const Value &value) { return value.getType(); }),
      ", ");
}

/// Draws some operations and writes the yield of a value like each of `like`.
static void drawBody(Graph &graph, llvm::ArrayRef<Value> like) {
  for (int64_t n = graph.random.between(1, 4); n > 0 && graph.budget > 0; --n)
    graph.drawOperation();
  std::vector<std::string> names;
  for (const Value &value : like)
    names.push_back(graph.limit(graph.pickLike(value), value.bound).name);
  graph.line("scf.yield " + llvm::join(names, ", ") + " : " + listTypes(like));
}

/// Gives the values new names and lists them.
static std::string rename(Graph &graph, std::vector<Value> &values) {
  std::vector<std::string> names;
  for (Value &value : values) {
    value.name = graph.newName();
    names.push_back(value.name);
  }
  return llvm::join(names, ", ");
}

void property::drawFor(Graph &graph) {
  graph.note("for(");
  int64_t trips = graph.random.between(0, 4), step = graph.random.between(1, 2);
  int64_t low = graph.random.between(0, 1), high = low + trips * step;
  std::string bounds[] = {graph.getIndex(low), graph.getIndex(high),
                          graph.getIndex(step)};
  std::vector<Value> inits, carried;
  std::vector<std::string> pairs;
  for (int64_t i = graph.random.between(1, 3); i > 0; --i) {
    // Of what changes its shape, as far as types say, nothing could be kept.
    Value init = graph.random.oneIn(4) ? graph.pickScalar()
                                       : graph.toStatic(graph.pick());
    init = graph.toDestination(init);
    // What the body yields is limited to the same.
    init.bound = std::max(init.bound, 2.0);
    inits.push_back(init);
    Value value = init;
    value.name = graph.newName();
    carried.push_back(value);
    pairs.push_back(value.name + " = " + init.name);
  }
  std::string induction = graph.newName();
  std::vector<Value> results = carried;
  graph.line(rename(graph, results) + " = scf.for " + induction + " = " +
             bounds[0] + " to " + bounds[1] + " step " + bounds[2] +
             " iter_args(" + llvm::join(pairs, ", ") + ") -> (" +
             listTypes(carried) + ") {");
  graph.scope([&] {
    graph.keepIndex({induction, std::max<int64_t>(high, 1)});
    for (const Value &value : carried)
      graph.keep(value);
    drawBody(graph, carried);
  });
  graph.line("}");
  for (const Value &result : results)
    graph.keep(result);
  graph.note(")");
}

void property::drawIf(Graph &graph) {
  graph.note("if(");
  std::string condition = graph.getCondition();
  std::vector<Value> like;
  for (int64_t i = graph.random.between(1, 2); i > 0; --i) {
    like.push_back(graph.random.oneIn(4) ? graph.pickScalar() : graph.pick());
    like.back().bound = std::max(like.back().bound, 2.0);
  }
  graph.line(rename(graph, like) + " = scf.if " + condition + " -> (" +
             listTypes(like) + ") {");
  graph.scope([&] { drawBody(graph, like); });
  graph.line("} else {");
  graph.note("|");
  graph.scope([&] { drawBody(graph, like); });
  graph.line("}");
  for (const Value &value : like)
    graph.keep(value);
  graph.note(")");
}
