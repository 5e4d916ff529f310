//===- OptimizerModule.h - A step of an optimizer as a module ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_CONFORMANCE_OPTIMIZERMODULE_H
#define EMB_LIB_TOOLS_CONFORMANCE_OPTIMIZERMODULE_H

#include "Case.h"

#include "emb/ExecutionEngine/DType.h"
#include "emb/Optimizers/Optimizers.h"

namespace mlir::emb::conformance {

/// What a case says about its optimizer.
struct OptimizerOptions {
  Optimizer optimizer;
  double lr = 0.0;
};

/// Reads `optimizer`, its options and `lr`; `absent` is the optimizer if the
/// case names none.
llvm::Expected<OptimizerOptions> readOptimizer(Attributes &attributes,
                                               StringRef absent = "");

/// Refuses what PyTorch refuses: of the options alone, and of the options with
/// this kind of gradient.
llvm::Error verifyOptions(const OptimizerOptions &options, GradientKind kind);

/// A lookup whose gradient an optimizer applies to the table. The function
/// `@step` takes weight (N x D), the states, indices, grad_output (their shape
/// x D), the learning rate (f64) and the number of the step (i64, from 1), and
/// updates weight and states in place.
struct OptimizerModuleSpec {
  Optimizer optimizer;
  DType tableType = DType::F32;
  int64_t columns = 1;
  int64_t rows = ShapedType::kDynamic;
  /// As many as the optimizer has states.
  SmallVector<DType> stateTypes;
  int64_t rank = 1;
  DType indexType = DType::I64;
  std::optional<int64_t> paddingIdx;
};

/// Fails with EMB_COMPILE_ERROR where buildUpdate does.
llvm::Expected<std::string>
printOptimizerModule(const OptimizerModuleSpec &spec);

} // namespace mlir::emb::conformance

#endif // EMB_LIB_TOOLS_CONFORMANCE_OPTIMIZERMODULE_H
