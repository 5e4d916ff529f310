//===- Graph.h - A random differentiable function ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Draws a function of f64 tensors as text, operation by operation. What an
// operation needs and the function does not have yet (a matrix of the right
// shape, a table, indices) becomes one more argument. Each kind of operation is
// one function that draws its operands and writes it (*Ops.cpp).
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_LIB_RANDOMGRADIENTS_GRAPH_H
#define EMB_TEST_LIB_RANDOMGRADIENTS_GRAPH_H

#include "Random.h"
#include "emb/ExecutionEngine/Tensor.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/Twine.h"

#include <string>
#include <vector>

namespace property {

using mlir::emb::Shape;

/// A float, or a tensor of floats.
struct Value {
  /// With its %.
  std::string name;
  /// The extents it has, whether its type tells them or not.
  Shape shape;
  /// An f64; else a tensor, which may have rank 0.
  bool isScalar = false;
  /// Bit d: extent d is ? in the type.
  unsigned dynamic = 0;
  /// What its elements are bounded by, about: nothing may grow beyond what
  /// differences can see.
  double bound = 1;

  std::string getType(llvm::StringRef element = "f64") const;
  int64_t getRank() const { return shape.size(); }
  int64_t getNumElements() const;
};

/// A tensor of integers.
struct Integers {
  std::string name, type;
  Shape shape;
  /// As in Value.
  unsigned dynamic = 0;
};

/// An index, and what it is less than.
struct IndexValue {
  std::string name;
  int64_t bound;
};

class Graph {
public:
  /// Function `number`; what it is depends on the two numbers only.
  Graph(uint64_t seed, uint64_t number);

  /// The function @f<number> and the declaration of its gradient @d<number>.
  std::string print() const;
  /// The operations drawn, in order: "for(matmul exp) gather".
  const std::string &getSummary() const { return summary; }

  Random random;

  //===--------------------------------------------------------------------===//
  // What there is to work on
  //===--------------------------------------------------------------------===//

  /// An argument. Its type may leave extents open.
  Value addArgument(Shape shape, bool isScalar = false);
  /// One that is not drawn as an operand.
  Value addTable(Shape shape) { return declare(shape, /*isScalar=*/false); }
  /// An integer argument with these values; `type` is that of an element.
  Integers addIntegers(llvm::ArrayRef<int64_t> values, Shape shape,
                       llvm::StringRef type);
  /// The index `value`: a constant or an argument.
  std::string getIndex(int64_t value);
  /// Some index of an extent.
  std::string pickIndex(int64_t extent);
  /// A condition of which nothing is known at compile time.
  std::string getCondition();

  /// A tensor that is there, or a new argument.
  Value pick();
  /// One with this property, or a new argument of `shape`.
  Value pick(llvm::function_ref<bool(const Value &)> fits, Shape shape);
  /// One of this rank.
  Value pickOfRank(int64_t rank);
  Value pickOfShape(llvm::ArrayRef<int64_t> shape);
  /// One of the shape of `value`, and of its type.
  Value pickLike(const Value &value);
  Value pickScalar();

  Shape drawShape(int64_t rank);
  /// Which extents of a tensor of this rank are ?; mostly none.
  unsigned drawDynamic(int64_t rank);
  /// A permutation of 0 .. n-1.
  Shape drawOrder(int64_t n);

  //===--------------------------------------------------------------------===//
  // What is written
  //===--------------------------------------------------------------------===//

  void line(const llvm::Twine &text);
  std::string newName();
  /// Writes `result = text` and keeps the result.
  Value op(const llvm::Twine &text, Shape shape, unsigned dynamic,
           double bound);
  Value op(const llvm::Twine &text, const Value &like, double bound);
  Value scalarOp(const llvm::Twine &text, double bound);
  /// `name %a, %b : type`
  Value arith(llvm::StringRef name, llvm::ArrayRef<Value> operands,
              double bound);

  Value constant(Shape shape, llvm::StringRef number, unsigned dynamic = 0);
  Value constantLike(const Value &value, double number);
  /// Uninitialised, for operations that write all of it.
  Value empty(Shape shape, unsigned dynamic = 0);
  /// Something to start from: a constant, or a value that is there.
  Value init(Shape shape, llvm::StringRef neutral);

  Value castTo(const Value &value, unsigned dynamic);
  Value toStatic(const Value &value) { return castTo(value, 0); }
  Value toScalar(const Value &value);
  /// What may be written in place: no argument.
  Value toDestination(const Value &value);
  /// Scaled down to a bound.
  Value limit(const Value &value, double bound);
  /// x^2 + 1
  Value getPositive(const Value &value);

  /// Writes one operation, drawn from all kinds.
  void drawOperation();
  /// Writes what `body` does with the values of now visible to it only.
  void scope(llvm::function_ref<void()> body);
  void note(llvm::StringRef kind) { summary += kind.str() + " "; }
  void keep(const Value &value) { values.push_back(value); }
  void keepIndex(IndexValue index) { indices.push_back(std::move(index)); }

  /// Operations that are still to be drawn.
  int64_t budget = 0;
  int depth = 0;
  /// Tables: arguments that lookups share.
  std::vector<Value> tables;

private:
  Value declare(Shape shape, bool isScalar);
  void drawLoss();
  bool isUsed(const Value &value) const;
  const Value *find(llvm::function_ref<bool(const Value &)> fits);

  uint64_t number;
  std::string summary, arguments, wrt, body, resultType;
  int nextName = 0, nextArgument = 0, indent = 2;
  std::vector<Value> values;
  std::vector<IndexValue> indices;
};

/// "1, 2"
std::string join(llvm::ArrayRef<int64_t> numbers);
/// As MLIR reads it.
std::string formatNumber(double number);

void drawElementwise(Graph &graph);
void drawScalar(Graph &graph);
void drawNamed(Graph &graph);
void drawReduction(Graph &graph);
void drawProduct(Graph &graph);
void drawGeneric(Graph &graph);
void drawReshape(Graph &graph);
void drawSlice(Graph &graph);
void drawAssembly(Graph &graph);
void drawGather(Graph &graph);
void drawBag(Graph &graph);
void drawFor(Graph &graph);
void drawIf(Graph &graph);

} // namespace property

#endif // EMB_TEST_LIB_RANDOMGRADIENTS_GRAPH_H
