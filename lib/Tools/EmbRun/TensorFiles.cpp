//===- TensorFiles.cpp - Tensors that emb-run reads and writes ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TensorFiles.h"

#include "emb/ExecutionEngine/Error.h"
#include "emb/ExecutionEngine/Npy.h"

using namespace mlir;
using namespace mlir::emb;

static constexpr StringLiteral kExtension = ".safetensors";

/// Cuts "file.safetensors:NAME" into file and tensor, which is empty in
/// "file.safetensors". Nothing for other files.
static std::optional<std::pair<StringRef, StringRef>>
splitSafetensors(StringRef spec) {
  size_t colon = spec.find((kExtension + ":").str());
  if (colon != StringRef::npos)
    return std::make_pair(spec.take_front(colon + kExtension.size()),
                          spec.drop_front(colon + kExtension.size() + 1));
  if (spec.ends_with(kExtension))
    return std::make_pair(spec, StringRef());
  return std::nullopt;
}

static llvm::Error makeNoName(StringRef what, StringRef spec) {
  return makeError(EMB_INVALID_ARGUMENT,
                   what + ": found '" + spec + "', expected " +
                       "file.safetensors:NAME with the name of a tensor");
}

llvm::Expected<Tensor> mlir::emb::readTensorFile(StringRef spec, DType dtype,
                                                 StringRef what) {
  auto parts = splitSafetensors(spec);
  if (!parts)
    return readNpy(spec, dtype);
  if (parts->second.empty())
    return makeNoName(what, spec);
  return readSafetensors(parts->first, parts->second, dtype);
}

llvm::Error OutputFiles::check(StringRef spec) {
  auto parts = splitSafetensors(spec);
  if (parts && parts->second.empty())
    return makeNoName("--out", spec);
  return llvm::Error::success();
}

void OutputFiles::add(StringRef spec, RuntimeValue value) {
  values.push_back(std::move(value));
  TensorRef tensor;
  if (values.back().isTensor()) {
    tensor = values.back().getTensor();
  } else {
    Scalar &scalar = scalars.emplace_back(values.back().getScalar());
    tensor = TensorRef(scalar.bytes, scalar.dtype, {});
  }
  if (auto parts = splitSafetensors(spec))
    safetensorsFiles[parts->first].push_back({parts->second.str(), tensor});
  else
    npyFiles.emplace_back(spec, tensor);
}

llvm::Error OutputFiles::write() {
  for (const auto &[path, tensor] : npyFiles)
    if (llvm::Error error = writeNpy(path, tensor))
      return error;
  for (const auto &[path, tensors] : safetensorsFiles)
    if (llvm::Error error = writeSafetensors(path, tensors))
      return error;
  return llvm::Error::success();
}
