//===- OptimizerDeclaration.h - The user's own optimizers -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_MODEL_OPTIMIZERDECLARATION_H
#define EMB_LIB_MODEL_OPTIMIZERDECLARATION_H

#include "Graph.h"
#include "emb/Model/Optimizers.h"

namespace mlir::emb {

/// Declares `optimizer` in `module` (of the context of `graph`), for parameters
/// of the compute type `computeType` (F32 or F64), unless it has been declared,
/// and returns its symbol. Null, after an error in the graph, if it does not
/// fit. `loc` is where the model is compiled.
FlatSymbolRefAttr declareOptimizer(Graph &graph, ModuleOp module,
                                   const UserOptimizer &optimizer,
                                   DType computeType, SourceLocation loc);

/// What PyTorch's optimizer has: 0.01 for Adagrad (both), else 0.001.
double getDefaultLearningRate(const Optimizer &optimizer);

} // namespace mlir::emb

#endif // EMB_LIB_MODEL_OPTIMIZERDECLARATION_H
