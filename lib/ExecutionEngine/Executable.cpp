//===- Executable.cpp - Functions of a compiled module --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/ExecutionEngine/Executable.h"

#include "Invocation.h"

using namespace mlir;
using namespace mlir::emb;

//===----------------------------------------------------------------------===//
// BoundCall
//===----------------------------------------------------------------------===//

BoundCall::BoundCall(std::unique_ptr<engine::Invocation> invocation)
    : invocation(std::move(invocation)) {}
BoundCall::BoundCall(BoundCall &&) = default;
BoundCall &BoundCall::operator=(BoundCall &&) = default;
BoundCall::~BoundCall() = default;

llvm::Error BoundCall::run() { return invocation->run(); }

llvm::Error BoundCall::setArgument(size_t position, RuntimeValue value) {
  return invocation->replace(position, std::move(value));
}

llvm::Expected<RuntimeValue> BoundCall::getResult(size_t position) const {
  return invocation->getResult(position, /*detach=*/false);
}

const Signature &BoundCall::getSignature() const {
  return invocation->getSignature();
}

uint64_t BoundCall::getSystemAllocations() const {
  return embContextSystemAllocations(invocation->getContext());
}

//===----------------------------------------------------------------------===//
// CompiledFunction
//===----------------------------------------------------------------------===//

CompiledFunction::CompiledFunction(std::shared_ptr<engine::ExecutableImpl> impl,
                                   size_t index)
    : impl(std::move(impl)), index(index) {}

const Signature &CompiledFunction::getSignature() const {
  return impl->module.entries[index].signature;
}

llvm::Expected<SmallVector<RuntimeValue, 4>>
CompiledFunction::call(ArrayRef<RuntimeValue> arguments) const {
  engine::Invocation invocation(*impl, impl->module.entries[index]);
  if (llvm::Error error = invocation.prepare(arguments))
    return std::move(error);
  if (llvm::Error error = invocation.run())
    return std::move(error);
  SmallVector<RuntimeValue, 4> results;
  for (size_t i = 0; i < getSignature().results.size(); ++i) {
    llvm::Expected<RuntimeValue> result =
        invocation.getResult(i, /*detach=*/true);
    if (!result)
      return result.takeError();
    results.push_back(std::move(*result));
  }
  return results;
}

Profile CompiledFunction::takeProfile() const {
  return impl->profile.take(getSignature());
}

llvm::Expected<BoundCall>
CompiledFunction::bind(ArrayRef<RuntimeValue> arguments) const {
  auto invocation =
      std::make_unique<engine::Invocation>(*impl, impl->module.entries[index]);
  if (llvm::Error error = invocation->prepare(arguments))
    return std::move(error);
  invocation->kept.assign(arguments.begin(), arguments.end());
  invocation->keptImpl = impl;
  return BoundCall(std::move(invocation));
}

//===----------------------------------------------------------------------===//
// Executable
//===----------------------------------------------------------------------===//

Executable::Executable(std::shared_ptr<engine::ExecutableImpl> impl)
    : impl(std::move(impl)) {}
Executable::~Executable() = default;

llvm::Expected<CompiledFunction> Executable::lookup(StringRef name) const {
  std::string names;
  for (auto [index, entry] : llvm::enumerate(impl->module.entries)) {
    if (entry.signature.name == name)
      return CompiledFunction(impl, index);
    names += (index ? ", '" : "'") + entry.signature.name + "'";
  }
  return makeError(EMB_INVALID_ARGUMENT, "there is no entry '" + name +
                                             "' in the module, which has " +
                                             (names.empty() ? "none" : names));
}

std::vector<Signature> Executable::getSignatures() const {
  std::vector<Signature> signatures;
  for (const auto &entry : impl->module.entries)
    signatures.push_back(entry.signature);
  return signatures;
}

const CompileStats &Executable::getStats() const { return impl->module.stats; }
std::vector<CompileStats> Executable::getVariantStats() const {
  return impl->variants.getStats();
}

void Executable::setThreads(int threads) { impl->threads = threads; }
void Executable::setMemoryLimit(uint64_t bytes) { impl->memoryLimit = bytes; }

uint64_t Executable::getSystemAllocations() const {
  return impl->getSystemAllocations();
}
