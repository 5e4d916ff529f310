//===- ValueBoundsTest.cpp - Extents of what emb computes -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/InitAll.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::emb;

/// Arguments and results have different extents where nothing says that they
/// agree.
static const char *const kModule = R"mlir(
func.func @f(%t: tensor<?x4xf32>, %i: tensor<?x?xi64>, %k: tensor<?xi64>,
             %o: tensor<?xi32>, %s: tensor<?x4xf32>, %n: index) {
  %gather = emb.gather %t[%i] : tensor<?x4xf32>, tensor<?x?xi64> -> tensor<?x?x4xf32>
  %begins = emb.bag sum %t[%k] offsets(%o : tensor<?xi32>)
    : tensor<?x4xf32>, tensor<?xi64> -> tensor<?x4xf32>
  %ends = emb.bag sum %t[%k] offsets(%o : tensor<?xi32>) {include_last_offset}
    : tensor<?x4xf32>, tensor<?xi64> -> tensor<?x4xf32>
  %matrix = emb.bag sum %t[%i] : tensor<?x4xf32>, tensor<?x?xi64> -> tensor<?x4xf32>
  %bags = emb.offset2bag %o[%n] : tensor<?xi32>, index -> tensor<?xi32>
  %group:3, %count = emb.group(%k : tensor<?xi64>)
    -> tensor<?xi64>, tensor<?xi64>, tensor<?xi64>
  %frequency = emb.frequency %k
    group(%group#0, %group#1, %group#2, %count : tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, index)
    : tensor<?xi64> -> tensor<?xi64>
  %dot = emb.gather_dot %t[%k], %s[%k]
    : tensor<?x4xf32>, tensor<?xi64>, tensor<?x4xf32>, tensor<?xi64> -> tensor<?xf32>
  %indices = emb.check_indices %k, %n label "k" : tensor<?xi64>
  %offsets = emb.check_offsets %o, %n label "o" : tensor<?xi32>
  %detach = emb.detach %s : tensor<?x4xf32>
  %sum = arith.addf %s, %s : tensor<?x4xf32>
  %exp = math.exp %s : tensor<?x4xf32>
  %addi = arith.addi %k, %k : tensor<?xi64>
  %subi = arith.subi %k, %k : tensor<?xi64>
  %muli = arith.muli %k, %k : tensor<?xi64>
  %floordivsi = arith.floordivsi %k, %k : tensor<?xi64>
  %divsi = arith.divsi %k, %k : tensor<?xi64>
  %index_cast = arith.index_cast %k : tensor<?xi64> to tensor<?xindex>
  return
}
)mlir";

namespace {
/// Extent `dim` of the first result of operation `name`, the `number`-th of
/// them, is extent `argumentDim` of an argument plus `delta`.
struct Extent {
  llvm::StringRef name;
  unsigned number;
  int64_t dim;
  unsigned argument;
  std::optional<int64_t> argumentDim;
  int64_t delta;
};
} // namespace

TEST(ValueBounds, ExtentsOfResultsAreThoseOfOperands) {
  DialectRegistry registry;
  emb::registerAllDialects(registry);
  MLIRContext context(registry);
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(kModule, &context);
  ASSERT_TRUE(module);
  auto function = cast<func::FuncOp>(module->lookupSymbol("f"));
  enum { T, I, K, O, S, N };
  const Extent extents[] = {
      {"emb.gather", 0, 0, I, 0, 0},
      {"emb.gather", 0, 1, I, 1, 0},
      {"emb.gather", 0, 2, T, 1, 0},
      {"emb.bag", 0, 0, O, 0, 0},
      {"emb.bag", 0, 1, T, 1, 0},
      {"emb.bag", 1, 0, O, 0, -1},
      {"emb.bag", 2, 0, I, 0, 0},
      {"emb.offset2bag", 0, 0, N, std::nullopt, 0},
      {"emb.frequency", 0, 0, K, 0, 0},
      {"emb.gather_dot", 0, 0, K, 0, 0},
      {"emb.check_indices", 0, 0, K, 0, 0},
      {"emb.check_offsets", 0, 0, O, 0, 0},
      {"emb.detach", 0, 0, S, 0, 0},
      {"arith.addf", 0, 0, S, 0, 0},
      {"math.exp", 0, 0, S, 0, 0},
      {"arith.addi", 0, 0, K, 0, 0},
      {"arith.subi", 0, 0, K, 0, 0},
      {"arith.muli", 0, 0, K, 0, 0},
      {"arith.floordivsi", 0, 0, K, 0, 0},
      {"arith.divsi", 0, 0, K, 0, 0},
      {"arith.index_cast", 0, 0, K, 0, 0},
  };
  for (const Extent &extent : extents) {
    unsigned number = 0;
    for (Operation &op : function.getBody().front()) {
      if (op.getName().getStringRef() != extent.name ||
          number++ != extent.number)
        continue;
      FailureOr<int64_t> delta = ValueBoundsConstraintSet::computeConstantDelta(
          op.getResult(0), function.getArgument(extent.argument), extent.dim,
          extent.argumentDim);
      ASSERT_TRUE(succeeded(delta)) << extent.name.str() << " " << extent.dim;
      EXPECT_EQ(*delta, extent.delta) << extent.name.str() << " " << extent.dim;
    }
    EXPECT_GT(number, extent.number) << extent.name.str();
  }
}

/// What upstream knows of indices is known here too.
TEST(ValueBounds, IndicesAreComputed) {
  DialectRegistry registry;
  emb::registerAllDialects(registry);
  MLIRContext context(registry);
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(R"mlir(
func.func @f(%n: index) {
  %c3 = arith.constant 3 : index
  %five = arith.constant 5 : index
  %sum = arith.addi %n, %five : index
  %delta = arith.subi %sum, %c3 : index
  %product = arith.muli %delta, %c3 : index
  %quotient = arith.floordivsi %product, %c3 : index
  %rounded = arith.divsi %product, %c3 : index
  return
}
)mlir",
                                                             &context);
  ASSERT_TRUE(module);
  auto function = cast<func::FuncOp>(module->lookupSymbol("f"));
  Operation *rounded =
      function.getBody().front().getTerminator()->getPrevNode();
  auto getDelta = [&](Value value) {
    return ValueBoundsConstraintSet::computeConstantDelta(
        value, function.getArgument(0));
  };
  FailureOr<int64_t> delta = getDelta(rounded->getPrevNode()->getResult(0));
  ASSERT_TRUE(succeeded(delta));
  EXPECT_EQ(*delta, 2);
  EXPECT_TRUE(failed(getDelta(rounded->getResult(0))));
}
