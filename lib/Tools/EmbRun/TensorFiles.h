//===- TensorFiles.h - Tensors that emb-run reads and writes ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_EMBRUN_TENSORFILES_H
#define EMB_LIB_TOOLS_EMBRUN_TENSORFILES_H

#include "emb/ExecutionEngine/RuntimeValue.h"
#include "emb/ExecutionEngine/Safetensors.h"
#include "mlir/Support/LLVM.h"

#include <deque>
#include <map>

namespace mlir::emb {

/// Reads "file.npy", or the tensor NAME of "file.safetensors:NAME".
llvm::Expected<Tensor> readTensorFile(StringRef spec, DType dtype,
                                      StringRef what);

/// Tensors to be written: each "file.npy", and each ".safetensors" file with
/// all that go to it.
class OutputFiles {
public:
  /// Refuses what cannot be written, before anything runs.
  static llvm::Error check(StringRef spec);

  /// Notes a value for "file.npy" or "file.safetensors:NAME".
  void add(StringRef spec, RuntimeValue value);
  llvm::Error write();

private:
  std::deque<RuntimeValue> values;
  std::deque<Scalar> scalars;
  std::vector<std::pair<StringRef, TensorRef>> npyFiles;
  std::map<StringRef, std::vector<NamedTensorRef>> safetensorsFiles;
};

} // namespace mlir::emb

#endif // EMB_LIB_TOOLS_EMBRUN_TENSORFILES_H
