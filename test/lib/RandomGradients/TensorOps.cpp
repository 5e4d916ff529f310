//===- TensorOps.cpp - Parts, shapes, assembly ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Graph.h"

#include "llvm/ADT/StringExtras.h"

using namespace property;

namespace {

/// Where a part of a tensor lies: `[0, %i][2, 1][1, 1]`.
struct Part {
  std::string text;
  Shape shape;
  /// Its dimensions of one element may be left out.
  Shape reduced;
};

} // namespace

static std::string list(llvm::ArrayRef<std::string> texts) {
  return "[" + llvm::join(texts, ", ") + "]";
}

static Part drawPart(Graph &graph, llvm::ArrayRef<int64_t> shape) {
  Part part;
  // Not both: where it is not clear which dimensions are left out, MLIR folds
  // constant offsets into a slice of another shape.
  bool reduces = graph.random.oneIn(2);
  std::vector<std::string> offsets, sizes, strides;
  for (int64_t extent : shape) {
    int64_t size = graph.random.between(1, extent);
    int64_t stride = size > 1 && graph.random.oneIn(3)
                         ? graph.random.between(1, (extent - 1) / (size - 1))
                         : 1;
    int64_t room = extent - (size - 1) * stride;
    offsets.push_back(!reduces && graph.random.oneIn(2)
                          ? graph.pickIndex(room)
                          : std::to_string(graph.random.between(0, room - 1)));
    sizes.push_back(std::to_string(size));
    strides.push_back(std::to_string(stride));
    part.shape.push_back(size);
    if (!reduces || size != 1 || graph.random.oneIn(2))
      part.reduced.push_back(size);
  }
  part.text = list(offsets) + list(sizes) + list(strides);
  return part;
}

static Value pickBig(Graph &graph) {
  return graph.pickOfRank(graph.random.between(1, 3));
}

void property::drawSlice(Graph &graph) {
  Value x = pickBig(graph);
  Part part = drawPart(graph, x.shape);
  if (graph.random.oneIn(2)) {
    graph.note("extract_slice");
    Value result = x;
    result.shape = part.reduced;
    result.dynamic = 0;
    graph.op("tensor.extract_slice " + x.name + part.text + " : " +
                 x.getType() + " to " + result.getType(),
             result, x.bound);
    return;
  }
  graph.note("insert_slice");
  x = graph.toDestination(x);
  Value source = graph.toStatic(graph.pickOfShape(part.reduced));
  graph.op("tensor.insert_slice " + source.name + " into " + x.name +
               part.text + " : " + source.getType() + " into " + x.getType(),
           x, std::max(x.bound, source.bound));
}

/// Splits `rank` dimensions into consecutive groups: "[[0, 1], [2]]". `ends`
/// gets the number after the last of each.
static std::string drawGroups(Graph &graph, int64_t rank, Shape &ends) {
  std::string text;
  Shape group;
  for (int64_t d = 0; d < rank; ++d) {
    group.push_back(d);
    if (d + 1 < rank && graph.random.oneIn(2))
      continue;
    text += (text.empty() ? "[" : ", [") + join(group) + "]";
    ends.push_back(d + 1);
    group.clear();
  }
  return "[" + text + "]";
}

/// The extents of the groups.
static Shape collapse(llvm::ArrayRef<int64_t> shape,
                      llvm::ArrayRef<int64_t> ends) {
  Shape collapsed;
  int64_t d = 0;
  for (int64_t end : ends) {
    collapsed.push_back(1);
    while (d < end)
      collapsed.back() *= shape[d++];
  }
  return collapsed;
}

void property::drawReshape(Graph &graph) {
  Value x = graph.toStatic(pickBig(graph));
  Shape ends;
  int64_t choice = graph.random.between(0, 2);
  if (choice == 0) {
    graph.note("cast");
    graph.keep(graph.castTo(x, graph.random.between(0, 1)));
    return;
  }
  if (choice == 1) {
    graph.note("collapse_shape");
    std::string groups = drawGroups(graph, x.getRank(), ends);
    Value result = x;
    result.shape = collapse(x.shape, ends);
    graph.op("tensor.collapse_shape " + x.name + " " + groups + " : " +
                 x.getType() + " into " + result.getType(),
             result, x.bound);
    return;
  }
  // Each extent falls into factors.
  graph.note("expand_shape");
  Value result = x;
  result.shape.clear();
  std::string groups;
  for (int64_t extent : x.shape) {
    Shape factors = {extent};
    if (extent % 2 == 0 && graph.random.oneIn(2))
      factors = {2, extent / 2};
    else if (x.getRank() < 3 && graph.random.oneIn(3))
      factors = {1, extent};
    Shape group;
    for (int64_t factor : factors) {
      group.push_back(result.shape.size());
      result.shape.push_back(factor);
    }
    groups += (groups.empty() ? "[" : ", [") + join(group) + "]";
  }
  graph.op("tensor.expand_shape " + x.name + " [" + groups +
               "] output_shape [" + join(result.shape) + "] : " + x.getType() +
               " into " + result.getType(),
           result, x.bound);
}

//===----------------------------------------------------------------------===//
// Assembly
//===----------------------------------------------------------------------===//

static void drawConcat(Graph &graph) {
  graph.note("concat");
  Value first = graph.toStatic(pickBig(graph));
  int64_t dim = graph.random.between(0, first.getRank() - 1);
  std::vector<Value> parts = {first};
  for (int64_t n = graph.random.between(1, 2); n > 0; --n) {
    Shape shape = first.shape;
    shape[dim] = graph.random.between(1, 2);
    parts.push_back(graph.toStatic(
        graph.random.oneIn(3) ? first : graph.pickOfShape(shape)));
  }
  std::vector<std::string> names, types;
  Value result = first;
  result.shape[dim] = 0;
  for (const Value &part : parts) {
    names.push_back(part.name);
    types.push_back(part.getType());
    result.shape[dim] += part.shape[dim];
    result.bound = std::max(result.bound, part.bound);
  }
  graph.op("tensor.concat dim(" + std::to_string(dim) + ") " +
               llvm::join(names, ", ") + " : (" + llvm::join(types, ", ") +
               ") -> " + result.getType(),
           result, result.bound);
}

static void drawPad(Graph &graph) {
  graph.note("pad");
  Value x = pickBig(graph);
  bool isActive = graph.random.oneIn(2);
  Value padding = isActive ? graph.pickScalar()
                           : graph.constantLike(graph.pickScalar(), 0.5);
  Value result = x;
  std::vector<std::string> low, high, arguments;
  for (auto &extent : result.shape) {
    int64_t before = graph.random.between(0, 2);
    int64_t after = graph.random.between(0, 1);
    extent += before + after;
    low.push_back(std::to_string(before));
    high.push_back(std::to_string(after));
    arguments.push_back(graph.newName() + ": index");
  }
  graph.op("tensor.pad " + x.name + " low" + list(low) + " high" + list(high) +
               " {\n    ^bb0(" + llvm::join(arguments, ", ") +
               "):\n      tensor.yield " + padding.name +
               " : f64\n    } : " + x.getType() + " to " + result.getType(),
           result, std::max(x.bound, padding.bound));
}

static void drawElements(Graph &graph) {
  graph.note("from_elements");
  Value result;
  result.shape = graph.drawShape(graph.random.between(0, 2));
  std::vector<std::string> names;
  for (int64_t i = 0; i < result.getNumElements(); ++i) {
    Value element = graph.pickScalar();
    names.push_back(element.name);
    result.bound = std::max(result.bound, element.bound);
  }
  graph.op("tensor.from_elements " + llvm::join(names, ", ") + " : " +
               result.getType(),
           result, result.bound);
}

static void drawInsert(Graph &graph) {
  graph.note("insert");
  Value x = graph.toDestination(graph.pick()), element = graph.pickScalar();
  std::vector<std::string> position;
  for (int64_t extent : x.shape)
    position.push_back(graph.pickIndex(extent));
  graph.op("tensor.insert " + element.name + " into " + x.name +
               list(position) + " : " + x.getType(),
           x, std::max(x.bound, element.bound));
}

void property::drawAssembly(Graph &graph) {
  switch (graph.random.between(0, 5)) {
  case 0:
    return drawConcat(graph);
  case 1:
    return drawPad(graph);
  case 2:
    return drawElements(graph);
  case 3:
    return drawInsert(graph);
  case 4: {
    graph.note("extract");
    graph.toScalar(graph.pick());
    return;
  }
  default: {
    graph.note("splat");
    Value element = graph.pickScalar(), result;
    result.shape = graph.drawShape(graph.random.between(0, 2));
    graph.op("tensor.splat " + element.name + " : " + result.getType(), result,
             element.bound);
  }
  }
}
