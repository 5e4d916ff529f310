//===- ElementwiseOps.cpp - arith and math --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Graph.h"

using namespace property;

/// f(x) with an argument for which it is smooth and not too large.
static Value drawUnary(Graph &graph, const Value &x) {
  auto apply = [&](const char *name, const Value &operand, double bound) {
    graph.note(name + 5);
    return graph.arith(name, {operand}, bound);
  };
  switch (graph.random.between(0, 19)) {
  case 0:
    return apply("math.exp", graph.limit(x, 2), 8);
  case 1:
    return apply("math.exp2", graph.limit(x, 2), 4);
  case 2:
    return apply("math.expm1", graph.limit(x, 2), 7);
  case 3:
    return apply("math.log", graph.getPositive(x), 2);
  case 4:
    return apply("math.log2", graph.getPositive(x), 3);
  case 5:
    return apply("math.log10", graph.getPositive(x), 1);
  case 6:
    return apply("math.log1p", graph.getPositive(x), 2);
  case 7:
    return apply("math.sqrt", graph.getPositive(x), 3);
  case 8:
    return apply("math.rsqrt", graph.getPositive(x), 1);
  case 9:
    return apply("math.sin", graph.limit(x, 4), 1);
  case 10:
    return apply("math.cos", graph.limit(x, 4), 1);
  case 11:
    return apply("math.erf", graph.limit(x, 2), 1);
  case 12:
    return apply("math.atan", x, 2);
  case 13:
    return apply("math.absf", x, x.bound);
  case 14:
    return apply("arith.negf", x, x.bound);
  case 15:
    return apply("math.cbrt", graph.getPositive(x), 2);
  case 16:
    return apply("math.asinh", x, x.bound);
  default:
    return apply("math.tanh", graph.limit(x, 3), 1);
  }
}

/// f(x, y) of one type.
static Value drawBinary(Graph &graph, const Value &x, const Value &y) {
  double bound = std::max(x.bound, y.bound);
  auto apply = [&](const char *name, double bound) {
    graph.note(name + 6);
    return graph.arith(name, {x, y}, bound);
  };
  switch (graph.random.between(0, 10)) {
  case 0:
    return apply("arith.subf", x.bound + y.bound);
  case 1:
  case 2:
    return apply("arith.mulf", x.bound * y.bound);
  case 3:
    graph.note("divf");
    return graph.arith("arith.divf", {x, graph.getPositive(y)}, x.bound);
  case 4:
    return apply("arith.maximumf", bound);
  case 5:
    return apply("arith.minimumf", bound);
  case 6:
    return apply(graph.random.oneIn(2) ? "arith.maxnumf" : "arith.minnumf",
                 bound);
  case 7: {
    graph.note("powf");
    Value base = graph.getPositive(x), exponent = graph.limit(y, 1);
    return graph.arith("math.powf", {base, exponent}, 5);
  }
  case 8: {
    graph.note("fma");
    Value z = graph.pickLike(x);
    return graph.arith("math.fma", {x, y, z}, x.bound * y.bound + z.bound);
  }
  case 9: {
    graph.note("atan2");
    return graph.arith("math.atan2", {x, graph.getPositive(y)}, 2);
  }
  default:
    return apply("arith.addf", x.bound + y.bound);
  }
}

/// One of two values, as two others compare.
static Value drawSelect(Graph &graph, const Value &x, const Value &y) {
  graph.note("select");
  std::string condition = graph.newName();
  graph.line(condition + " = arith.cmpf " +
             graph.random.pick({"olt", "oge", "ogt"}) + ", " + x.name + ", " +
             y.name + " : " + x.getType());
  Value a = graph.pickLike(x), b = graph.pickLike(x);
  std::string types = x.isScalar ? "f64" : x.getType("i1") + ", " + x.getType();
  return graph.op("arith.select " + condition + ", " + a.name + ", " + b.name +
                      " : " + types,
                  x, std::max(a.bound, b.bound));
}

static void draw(Graph &graph, const Value &value) {
  Value x = graph.limit(value, 8);
  if (graph.random.oneIn(2)) {
    drawUnary(graph, x);
    return;
  }
  Value y = graph.limit(graph.pickLike(x), 8);
  if (graph.random.oneIn(8))
    drawSelect(graph, x, y);
  else
    drawBinary(graph, x, y);
}

void property::drawElementwise(Graph &graph) { draw(graph, graph.pick()); }

void property::drawScalar(Graph &graph) {
  graph.note("scalar");
  draw(graph, graph.pickScalar());
}
