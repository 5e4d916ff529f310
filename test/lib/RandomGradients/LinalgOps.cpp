//===- LinalgOps.cpp - Named and generic linalg operations ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Graph.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace property;

/// "(%a, %b : type, type)"
static std::string operands(llvm::ArrayRef<Value> values) {
  std::vector<std::string> names, types;
  for (const Value &value : values) {
    names.push_back(value.name);
    types.push_back(value.getType());
  }
  return "(" + llvm::join(names, ", ") + " : " + llvm::join(types, ", ") + ")";
}

static std::string insAndOuts(llvm::ArrayRef<Value> ins, const Value &out) {
  return " ins" + operands(ins) + " outs" + operands(out);
}

//===----------------------------------------------------------------------===//
// Element by element
//===----------------------------------------------------------------------===//

void property::drawNamed(Graph &graph) {
  Value x = graph.limit(graph.pick(), 4);
  Value out = graph.empty(x.shape, x.dynamic);
  auto write = [&](llvm::StringRef name, llvm::ArrayRef<Value> ins,
                   double bound) {
    graph.note(name);
    graph.op(name + insAndOuts(ins, out) + " -> " + out.getType(), out, bound);
  };
  switch (graph.random.between(0, 11)) {
  case 0:
    return write("linalg.exp", graph.limit(x, 2), 8);
  case 1:
    return write("linalg.tanh", x, 1);
  case 2:
    return write("linalg.square", x, x.bound * x.bound);
  case 3:
    return write("linalg.reciprocal", graph.getPositive(x), 1);
  case 4:
    return write("linalg.log", graph.getPositive(x), 2);
  case 5:
    return write("linalg.sqrt", graph.getPositive(x), 3);
  case 6: {
    graph.note("linalg.map");
    Value y = graph.pickLike(x);
    graph.op("linalg.map { arith.mulf }" +
                 (" ins" + operands({x, y}) + " outs" + operands(out)),
             out, x.bound * y.bound);
    return;
  }
  case 7: {
    Value number = graph.pickScalar();
    return write("linalg.fill", number, number.bound);
  }
  case 8:
    return write("linalg.div",
                 {x, graph.getPositive(graph.pickOfShape(x.shape))}, x.bound);
  default: {
    Value y = graph.limit(graph.pickOfShape(x.shape), 4);
    return write(graph.random.pick({"linalg.add", "linalg.sub", "linalg.mul",
                                    "linalg.mul", "linalg.max", "linalg.min"}),
                 {x, y}, std::max(x.bound + y.bound, x.bound * y.bound));
  }
  }
}

//===----------------------------------------------------------------------===//
// Reductions and their reverse
//===----------------------------------------------------------------------===//

/// Some of 0 .. rank-1, at least one, in order.
static Shape drawDims(Graph &graph, int64_t rank) {
  Shape dims;
  int64_t first = graph.random.between(0, rank - 1);
  for (int64_t d = 0; d < rank; ++d)
    if (d == first || graph.random.oneIn(3))
      dims.push_back(d);
  return dims;
}

static void drawReduce(Graph &graph) {
  Value x = graph.limit(graph.pickOfRank(graph.random.between(1, 3)), 4);
  Shape dims = drawDims(graph, x.getRank()), rest;
  int64_t count = 1;
  unsigned dynamic = 0;
  for (auto [d, extent] : llvm::enumerate(x.shape)) {
    if (llvm::is_contained(dims, int64_t(d))) {
      count *= extent;
      continue;
    }
    dynamic |= (x.dynamic >> d & 1) << rest.size();
    rest.push_back(extent);
  }
  // A product of elements has no rule.
  static constexpr std::pair<const char *, const char *> kReductions[] = {
      {"arith.addf", "0.0"},
      {"arith.addf", "0.0"},
      {"arith.maximumf", "0xFFF0000000000000"},
      {"arith.minimumf", "0x7FF0000000000000"}};
  int64_t choice = graph.random.between(0, 3);
  auto [name, neutral] = kReductions[choice];
  graph.note(std::string("reduce-") + (name + 6));
  Value init = graph.castTo(graph.init(rest, neutral), dynamic);
  double bound =
      choice < 2 ? x.bound * count + init.bound : std::max(x.bound, init.bound);
  graph.limit(graph.op(std::string("linalg.reduce { ") + name + " }" +
                           insAndOuts(x, init) + " dimensions = [" +
                           join(dims) + "]",
                       init, bound),
              8);
}

void property::drawReduction(Graph &graph) {
  int64_t choice = graph.random.between(0, 3);
  if (choice >= 2)
    return drawReduce(graph);
  if (choice == 0) {
    graph.note("broadcast");
    Value x = graph.pickOfRank(graph.random.between(0, 2));
    Shape shape = x.shape, dims;
    int64_t dim = graph.random.between(0, x.getRank());
    shape.insert(shape.begin() + dim, graph.random.between(1, 3));
    unsigned before = x.dynamic & ((1u << dim) - 1);
    Value out = graph.empty(shape, before | (x.dynamic - before) << 1);
    graph.op("linalg.broadcast" + insAndOuts(x, out) + " dimensions = [" +
                 std::to_string(dim) + "]",
             out, x.bound);
    return;
  }
  graph.note("transpose");
  Value x = graph.pickOfRank(graph.random.between(2, 3));
  Shape order = graph.drawOrder(x.getRank()), shape;
  unsigned dynamic = 0;
  for (int64_t d : order) {
    dynamic |= (x.dynamic >> d & 1) << shape.size();
    shape.push_back(x.shape[d]);
  }
  Value out = graph.empty(shape, dynamic);
  graph.op("linalg.transpose" + insAndOuts(x, out) + " permutation = [" +
               join(order) + "]",
           out, x.bound);
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

void property::drawProduct(Graph &graph) {
  Value a = graph.limit(graph.pickOfRank(graph.random.between(1, 3)), 3);
  int64_t free = graph.random.between(1, 3);
  const char *name;
  Shape other, result;
  if (a.getRank() == 1 && graph.random.oneIn(3)) {
    name = "linalg.dot";
    other = a.shape;
  } else if (a.getRank() == 1) {
    name = "linalg.vecmat";
    other = {a.shape[0], free};
    result = {free};
  } else if (a.getRank() == 3) {
    name = "linalg.batch_matmul";
    other = {a.shape[0], a.shape[2], free};
    result = {a.shape[0], a.shape[1], free};
  } else if (graph.random.oneIn(3)) {
    name = "linalg.matvec";
    other = {a.shape[1]};
    result = {a.shape[0]};
  } else {
    name = "linalg.matmul";
    other = {a.shape[1], free};
    result = {a.shape[0], free};
  }
  graph.note(name);
  Value b = graph.limit(graph.pickOfShape(other), 3);
  Value out = graph.init(result, "0.0");
  double bound = a.bound * b.bound * a.shape.back() + out.bound;
  graph.limit(graph.op(name + insAndOuts({a, b}, out) + " -> " + out.getType(),
                       out, bound),
              8);
}

//===----------------------------------------------------------------------===//
// Generic
//===----------------------------------------------------------------------===//

namespace {

/// A linalg.generic: an iteration space, and an expression on what the maps
/// select.
class Generic {
public:
  explicit Generic(Graph &graph) : graph(graph) {}
  void draw();

private:
  Shape drawMap();
  Shape project(llvm::ArrayRef<int64_t> map) const;
  std::string formatMap(llvm::ArrayRef<int64_t> map) const;
  void drawInputs();
  Value drawBody(bool isReduction, llvm::ArrayRef<std::string> arguments,
                 const std::string &accumulator, double bound);
  Value scalar(const llvm::Twine &text, double bound);
  /// In the body.
  Value constant(double number);

  Graph &graph;
  Shape extents;
  std::vector<Value> inputs;
  std::vector<Shape> maps;
};

} // namespace

/// Some of the dimensions, in any order.
Shape Generic::drawMap() {
  Shape order = graph.drawOrder(extents.size());
  order.resize(graph.random.between(0, extents.size()));
  return order;
}

Shape Generic::project(llvm::ArrayRef<int64_t> map) const {
  Shape shape;
  for (int64_t d : map)
    shape.push_back(extents[d]);
  return shape;
}

std::string Generic::formatMap(llvm::ArrayRef<int64_t> map) const {
  auto name = [](int64_t d) { return "d" + std::to_string(d); };
  auto all = llvm::seq<int64_t>(0, extents.size());
  return "affine_map<(" + llvm::join(llvm::map_range(all, name), ", ") +
         ") -> (" + llvm::join(llvm::map_range(map, name), ", ") + ")>";
}

void Generic::drawInputs() {
  // The first input decides most of the iteration space.
  Value first = graph.limit(graph.pickOfRank(graph.random.between(1, 3)), 2);
  int64_t rank = std::max<int64_t>(first.getRank(), graph.random.between(1, 3));
  Shape map = graph.drawOrder(rank);
  map.resize(first.getRank());
  extents.assign(rank, 0);
  for (auto [d, extent] : llvm::zip(map, first.shape))
    extents[d] = extent;
  inputs.push_back(first);
  maps.push_back(map);
  Shape rest;
  for (auto [d, extent] : llvm::enumerate(extents))
    if (extent == 0) {
      extent = graph.random.between(1, 3);
      rest.push_back(d);
    }
  // The second has what is left.
  int64_t count = graph.random.between(rest.empty() ? 0 : 1, 2);
  for (int64_t i = 0; i < count; ++i) {
    map = drawMap();
    for (int64_t d : rest)
      if (i == 0 && !llvm::is_contained(map, d))
        map.push_back(d);
    maps.push_back(map);
    inputs.push_back(graph.limit(graph.pickOfShape(project(map)), 2));
  }
}

Value Generic::scalar(const llvm::Twine &text, double bound) {
  Value value;
  value.name = graph.newName();
  value.isScalar = true;
  value.bound = bound;
  graph.line("  " + value.name + " = " + text);
  return value;
}

Value Generic::constant(double number) {
  return scalar("arith.constant " + formatNumber(number) + " : f64", number);
}

/// Returns what is yielded.
Value Generic::drawBody(bool isReduction, llvm::ArrayRef<std::string> arguments,
                        const std::string &accumulator, double bound) {
  auto op = [&](const char *name, const std::string &a, const std::string &b,
                double bound) {
    return scalar(std::string(name) + " " + a + ", " + b + " : f64", bound);
  };
  Value x;
  x.name = arguments[0];
  x.bound = 2;
  for (const std::string &y : arguments.drop_front()) {
    switch (graph.random.between(0, 4)) {
    case 0:
      x = op("arith.addf", x.name, y, x.bound + 2);
      break;
    case 1:
      x = op("arith.subf", y, x.name, x.bound + 2);
      break;
    case 2:
      x = op("arith.maximumf", x.name, y, std::max(x.bound, 2.0));
      break;
    default:
      x = op("arith.mulf", x.name, y, x.bound * 2);
    }
  }
  if (graph.random.oneIn(4)) {
    // What does not depend on a float.
    std::string d = std::to_string(graph.random.between(0, extents.size() - 1));
    Value index = scalar("linalg.index " + d + " : index", 0);
    Value integer =
        scalar("arith.index_cast " + index.name + " : index to i64", 0);
    Value number = scalar("arith.sitofp " + integer.name + " : i64 to f64", 2);
    x = op("arith.mulf", x.name, number.name, x.bound * 3);
  }
  if (graph.random.oneIn(2)) {
    x = op("arith.mulf", x.name, constant(2 / x.bound).name, 2);
    x = scalar(std::string(graph.random.pick(
                   {"math.tanh ", "math.exp ", "math.sin ", "math.absf "})) +
                   x.name + " : f64",
               8);
  }
  if (!isReduction && !graph.random.oneIn(4))
    return x;
  if (isReduction && graph.random.oneIn(4)) {
    const char *name = graph.random.pick(
        {"arith.maximumf", "arith.minimumf", "arith.maxnumf"});
    return graph.random.oneIn(2)
               ? op(name, accumulator, x.name, std::max(bound, x.bound))
               : op(name, x.name, accumulator, std::max(bound, x.bound));
  }
  int64_t count = 1;
  for (int64_t extent : extents)
    count *= extent;
  return op("arith.addf", accumulator, x.name, bound + x.bound * count);
}

void Generic::draw() {
  drawInputs();
  Shape outMap = drawMap();
  // Two results now and then.
  bool hasTwo = graph.random.oneIn(5);
  // The number that the body captures is not an operand.
  bool captures = graph.random.oneIn(4);
  Value captured = captures ? graph.limit(graph.pickScalar(), 2) : Value();

  std::vector<Value> outs;
  std::string texts, iterators, blockArguments;
  std::vector<std::string> arguments;
  auto addOperand = [&](llvm::ArrayRef<int64_t> map) {
    texts += (texts.empty() ? "" : ", ") + formatMap(map);
    arguments.push_back(graph.newName());
    blockArguments +=
        (blockArguments.empty() ? "" : ", ") + arguments.back() + ": f64";
  };
  for (const Shape &map : maps)
    addOperand(map);
  for (int i = 0; i < (hasTwo ? 2 : 1); ++i) {
    addOperand(outMap);
    outs.push_back(graph.init(project(outMap), "0.0"));
  }
  bool isReduction = outMap.size() < extents.size();
  for (auto [d, extent] : llvm::enumerate(extents))
    iterators += std::string(d ? ", " : "") +
                 (llvm::is_contained(outMap, int64_t(d)) ? "\"parallel\""
                                                         : "\"reduction\"");
  graph.note(std::string("generic") + (isReduction ? "-reduction" : "") +
             (captures ? "-captures" : "") + (hasTwo ? "-two" : ""));

  std::vector<Value> results = outs;
  std::vector<std::string> names, types;
  for (Value &result : results) {
    result.name = graph.newName();
    names.push_back(result.name);
    types.push_back(result.getType());
  }
  std::string type = llvm::join(types, ", ");
  graph.line(llvm::join(names, ", ") + " = linalg.generic {indexing_maps = [" +
             texts + "], iterator_types = [" + iterators + "]} ins" +
             operands(inputs) + " outs" + operands(outs) + " {");
  graph.line("^bb0(" + blockArguments + "):");
  std::vector<std::string> yielded,
      visible(arguments.begin(), arguments.begin() + inputs.size());
  if (captures)
    visible.push_back(captured.name);
  for (auto [i, out] : llvm::enumerate(outs)) {
    Value value =
        drawBody(isReduction, visible, arguments[inputs.size() + i], out.bound);
    yielded.push_back(value.name);
    results[i].bound = value.bound;
  }
  graph.line("  linalg.yield " + llvm::join(yielded, ", ") + " : " +
             (hasTwo ? "f64, f64" : "f64"));
  graph.line("} -> " + (hasTwo ? "(" + type + ")" : type));
  for (const Value &result : results) {
    graph.keep(result);
    graph.limit(result, 8);
  }
}

void property::drawGeneric(Graph &graph) { Generic(graph).draw(); }
