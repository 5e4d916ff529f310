//===- Variants.cpp - Code for arguments with other strides ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Variants.h"

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::engine;

/// Whether code of type `variant` can be called as code of type `base`.
static bool isSameInterface(const Signature &base, const Signature &variant) {
  Signature expected = variant;
  if (base.arguments.size() != variant.arguments.size())
    return false;
  for (auto [mine, theirs] :
       llvm::zip_equal(expected.arguments, base.arguments))
    mine.strided = theirs.strided;
  return expected.str() == base.str();
}

void VariantTable::make(Variant &variant, const Signature &function,
                        ArrayRef<size_t> strided) {
  variant.isTried = true;
  llvm::Expected<LoadedModule> module = compile(function, strided);
  if (!module) {
    llvm::Error error = module.takeError();
    variant.status = getStatus(error);
    variant.message = llvm::toString(std::move(error));
    return;
  }
  if (module->entries.size() != 1 ||
      !isSameInterface(function, module->entries.front().signature)) {
    variant.status = EMB_COMPILE_ERROR;
    variant.message = "the variant has another interface than the function";
    return;
  }
  variant.module = std::move(*module);
}

llvm::Expected<const Entry *> VariantTable::get(const Signature &function,
                                                const ArgumentSet &strided) {
  Variant *variant;
  {
    std::lock_guard<std::mutex> lock(mutex);
    auto &slot = variants[{function.name, {strided.begin(), strided.end()}}];
    if (!slot)
      slot = std::make_unique<Variant>();
    variant = slot.get();
  }
  std::lock_guard<std::mutex> lock(variant->mutex);
  if (!variant->isTried)
    make(*variant, function, strided);
  if (variant->status != EMB_OK)
    return makeError(variant->status, variant->message);
  return &variant->module.entries.front();
}

std::vector<CompileStats> VariantTable::getStats() {
  std::lock_guard<std::mutex> lock(mutex);
  std::vector<CompileStats> stats;
  for (auto &[key, variant] : variants) {
    std::lock_guard<std::mutex> variantLock(variant->mutex);
    if (variant->isTried && variant->status == EMB_OK)
      stats.push_back(variant->module.stats);
  }
  return stats;
}
