//===- consumer.cpp - A project that uses an installed emb ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parses a lookup into the dialect, then compiles it and calls it.
//
//===----------------------------------------------------------------------===//

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/ExecutionEngine/Executable.h"
#include "emb/InitAll.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

static_assert(__cplusplus < 202002L, "C++17 is enough");

static constexpr llvm::StringLiteral kModule = R"(
  func.func @lookup(%t: tensor<4x2xf32>, %i: tensor<?xi64>) -> tensor<?x2xf32> {
    %r = emb.gather %t[%i] : tensor<4x2xf32>, tensor<?xi64> -> tensor<?x2xf32>
    return %r : tensor<?x2xf32>
  }
)";

static bool parse() {
  DialectRegistry registry;
  emb::registerAllDialects(registry);
  MLIRContext context(registry);
  auto module = parseSourceString<ModuleOp>(kModule, &context);
  if (!module)
    return false;
  module->walk([](emb::GatherOp op) {
    llvm::outs() << "parsed " << op->getName() << "\n";
  });
  return true;
}

static llvm::Error run() {
  emb::CompileOptions options;
  options.useCache = false;
  auto program = emb::compileString(kModule, options);
  if (!program)
    return program.takeError();
  auto lookup = (*program)->lookup("lookup");
  if (!lookup)
    return lookup.takeError();

  const float table[] = {0, 1, 10, 11, 20, 21, 30, 31};
  const int64_t ids[] = {3, 0, 3};
  auto results =
      lookup->call({emb::TensorRef(table, {4, 2}), emb::TensorRef(ids, {3})});
  if (!results)
    return results.takeError();
  auto rows = std::move((*results)[0]).takeTensor();
  if (!rows)
    return rows.takeError();
  llvm::outs() << "looked up";
  for (float value : rows->elements<float>())
    llvm::outs() << " " << static_cast<int>(value);
  llvm::outs() << "\n";
  return llvm::Error::success();
}

int main() {
  if (!parse())
    return EXIT_FAILURE;
  if (llvm::Error error = run()) {
    llvm::errs() << toString(std::move(error)) << "\n";
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
