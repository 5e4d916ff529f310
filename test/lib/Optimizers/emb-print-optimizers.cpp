//===- emb-print-optimizers.cpp - The IR of the optimizers ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Prints, for each optimizer of the documents, a function that is one step.
//
//===----------------------------------------------------------------------===//

#include "StepFunction.h"
#include "emb/InitAll.h"

using namespace mlir;
using namespace mlir::emb;

int main() {
  SGD momentum;
  momentum.momentum = 0.9;
  momentum.dampening = 0.1;
  RowWiseAdagrad decayed;
  decayed.weightDecay = 0.01;
  decayed.weightDecayMode = WeightDecayMode::L2;
  const std::pair<StringRef, Optimizer> documented[] = {
      {"sgd", SGD()},
      {"sgd_momentum", momentum},
      {"adagrad", Adagrad()},
      {"row_wise_adagrad", decayed},
      {"sparse_adam", SparseAdam()},
      {"adam", Adam()},
      {"adamw", AdamW()},
      {"lazy_adamw", LazyAdamW()},
  };

  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  context.loadDialect<EmbDialect, func::FuncDialect>();
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
  for (const auto &[name, optimizer] : documented)
    if (failed(emb_test::addStepFunction(*module, name, optimizer,
                                         Float32Type::get(&context),
                                         /*numColumns=*/8)))
      return 1;
  module->print(llvm::outs());
  return 0;
}
