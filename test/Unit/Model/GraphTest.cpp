//===- GraphTest.cpp - What a model notes while it is built ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../../../lib/Model/Graph.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::emb;

namespace {
Var addInput(Graph &graph, StringRef name, ArrayRef<int64_t> shape,
             SourceLocation loc = SourceLocation::current()) {
  return graph.addInput(
      name, getTensorType(graph.getContext(), DType::F32, shape), loc);
}

Var add(Var a, Var b, SourceLocation loc = SourceLocation::current()) {
  return buildOne(loc, {a, b},
                  [](OpBuilder &builder, Location location,
                     ValueRange in) -> FailureOr<Value> {
                    if (in[0].getType() != in[1].getType())
                      return emitError(location) << "types differ";
                    return arith::AddFOp::create(builder, location, in[0],
                                                 in[1])
                        .getResult();
                  });
}

std::string here(unsigned line, unsigned column, StringRef message) {
  return llvm::formatv("{0}:{1}:{2}: error: {3}", __FILE__, line, column,
                       message);
}

TEST(Graph, OperationsAreLocatedAtTheCaller) {
  Graph graph(0);
  Var x = addInput(graph, "x", {2});
  Var y = add(x, x);
  unsigned line = __LINE__ - 1;
  auto loc = dyn_cast<FileLineColLoc>(y.getValue().getLoc());
  ASSERT_TRUE(loc);
  EXPECT_EQ(loc.getFilename().getValue(), __FILE__);
  EXPECT_EQ(loc.getLine(), line);
  EXPECT_EQ(loc.getColumn(), 11u);
}

TEST(Graph, AnErrorIsNotedOnceWithTheLine) {
  Graph graph(0);
  Var x = addInput(graph, "x", {2}), y = addInput(graph, "y", {3});
  Var bad = add(x, y);
  unsigned line = __LINE__ - 1;
  Var worse = add(bad, x);
  EXPECT_FALSE(bad.isValid());
  EXPECT_FALSE(worse.isValid());
  EXPECT_EQ(worse.getGraph(), &graph);
  ASSERT_EQ(graph.getErrors().size(), 1u);
  EXPECT_EQ(graph.getErrors()[0], here(line, 13, "types differ"));
}

TEST(Graph, NothingStaysOfWhatFails) {
  Graph graph(0);
  Var x = addInput(graph, "x", {2});
  uint64_t changes = graph.getNumChanges();
  auto results = graph.build(
      SourceLocation::current(), 1,
      [&](OpBuilder &builder, Location loc) -> FailureOr<SmallVector<Value>> {
        arith::AddFOp::create(builder, loc, x.getValue(), x.getValue());
        return failure();
      });
  EXPECT_FALSE(results[0].isValid());
  EXPECT_TRUE(graph.getBlock().empty());
  EXPECT_EQ(graph.getNumChanges(), changes);
  EXPECT_EQ(graph.getErrors().size(), 1u);
}

TEST(Graph, ModelsAreNotMixed) {
  Graph graph(0), other(0);
  Var x = addInput(graph, "x", {2}), y = addInput(other, "x", {2});
  Var mixed = add(x, y);
  unsigned line = __LINE__ - 1;
  EXPECT_FALSE(mixed.isValid());
  ASSERT_EQ(graph.getErrors().size(), 1u);
  EXPECT_EQ(graph.getErrors()[0],
            here(line, 15, "operand 1 is of another model"));
  EXPECT_FALSE(add(x, Var()).isValid());
  ASSERT_EQ(graph.getErrors().size(), 2u);
  EXPECT_NE(
      graph.getErrors()[1].find("operand 1 is a Var that was never assigned"),
      std::string::npos);
}

TEST(Graph, NamesAreTakenOnce) {
  Graph graph(0);
  addInput(graph, "x", {2});
  unsigned line = __LINE__ - 1;
  EXPECT_FALSE(addInput(graph, "x", {2}).isValid());
  EXPECT_FALSE(addInput(graph, "", {2}).isValid());
  ASSERT_EQ(graph.getErrors().size(), 2u);
  EXPECT_NE(
      graph.getErrors()[0].find(
          llvm::formatv("the name 'x' is taken, by {0}:{1}:3", __FILE__, line)
              .str()),
      std::string::npos)
      << graph.getErrors()[0];
}
} // namespace
