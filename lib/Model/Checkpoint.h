//===- Checkpoint.h - Tensors of a model in files ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_MODEL_CHECKPOINT_H
#define EMB_LIB_MODEL_CHECKPOINT_H

#include "Graph.h"
#include "emb/ExecutionEngine/Safetensors.h"
#include "emb/Model/CompiledModel.h"

namespace mlir::emb {

/// The parameters of a graph under their names.
std::vector<NamedTensorRef> getWeights(Graph &graph);

/// Writes them as PyTorch's users do: safetensors with the format "pt".
llvm::Error saveWeights(llvm::StringRef path, Graph &graph);

/// Reads `tensors` from a file that has all of them, in their shapes and
/// element types. On failure none has changed.
llvm::Error loadTensors(const SafetensorsFile &file, llvm::StringRef path,
                        llvm::ArrayRef<NamedTensorRef> tensors);

} // namespace mlir::emb

#endif // EMB_LIB_MODEL_CHECKPOINT_H
