//===- ModuleParts.cpp - Functions that are compiled apart ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModuleParts.h"

#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/InstrTypes.h"

using namespace mlir;
using namespace mlir::emb;
using llvm::Function;

/// Cost that makes a part: what a module of its own costs (a
/// millisecond) is little against compiling them.
static constexpr uint64_t kMinPartSize = 300;
/// Instructions up to which a function is copied to all parts that call it.
static constexpr uint64_t kMaxCopiedSize = 60;

namespace {
/// Functions that are compiled together.
struct Unit {
  std::vector<Function *> functions;
  uint64_t size = 0;
  /// Among the units, in the order of the module.
  size_t position = 0;
};
} // namespace

static bool isCopied(const Function &function) {
  return function.hasLocalLinkage() && !function.hasAddressTaken() &&
         function.getInstructionCount() <= kMaxCopiedSize;
}

/// The function that `function` stays with: the only one that calls it.
static Function *getOnlyCaller(Function &function) {
  if (!function.hasLocalLinkage() || !function.hasOneUse())
    return nullptr;
  auto *call = llvm::dyn_cast<llvm::CallBase>(function.user_back());
  if (!call || call->getCalledOperand() != &function)
    return nullptr;
  Function *caller = call->getFunction();
  return isCopied(*caller) ? nullptr : caller;
}

/// How long `function` takes to compile, in instructions of an entry point. The
/// bodies of parallel loops, which are passed to OpenMP, are mostly vectors
/// already; what LLVM has to vectorize itself is left to entry points.
static uint64_t getCost(const Function &function) {
  uint64_t size = function.getInstructionCount();
  return function.hasAddressTaken() ? size * 3 / 4 : size;
}

/// Whether parts would have to share more than functions and constants.
static bool hasSharedState(const llvm::Module &module) {
  return !module.alias_empty() || !module.ifunc_empty() ||
         llvm::any_of(module.globals(), [](const llvm::GlobalVariable &global) {
           return !global.isDeclaration() &&
                  !(global.isConstant() && global.hasLocalLinkage());
         });
}

/// All units, the largest first. Copied functions are in none.
static std::vector<Unit> findUnits(llvm::Module &module) {
  llvm::EquivalenceClasses<Function *> together;
  for (Function &function : module) {
    if (function.isDeclaration() || isCopied(function))
      continue;
    together.insert(&function);
    if (Function *caller = getOnlyCaller(function))
      together.unionSets(&function, caller);
  }
  llvm::MapVector<Function *, Unit> units;
  for (Function &function : module) {
    if (!together.contains(&function))
      continue;
    auto [found, isNew] = units.try_emplace(together.getLeaderValue(&function));
    Unit &unit = found->second;
    if (isNew)
      unit.position = units.size();
    unit.functions.push_back(&function);
    unit.size += getCost(function);
  }
  std::vector<Unit> sorted;
  for (auto &[leader, unit] : units)
    sorted.push_back(std::move(unit));
  llvm::sort(sorted, [](const Unit &a, const Unit &b) {
    return std::make_pair(b.size, a.position) <
           std::make_pair(a.size, b.position);
  });
  return sorted;
}

/// Lets functions of other parts call `function`.
static void makeVisible(Function &function) {
  if (!function.hasLocalLinkage() || getOnlyCaller(function))
    return;
  function.setLinkage(llvm::GlobalValue::ExternalLinkage);
  function.setVisibility(llvm::GlobalValue::HiddenVisibility);
}

std::vector<ModulePart> mlir::emb::divideModule(llvm::Module &module,
                                                unsigned maxParts) {
  if (maxParts <= 1 || hasSharedState(module))
    return {};
  std::vector<Unit> units = findUnits(module);
  uint64_t size = 0;
  for (const Unit &unit : units)
    size += unit.size;
  uint64_t numParts =
      std::min<uint64_t>({maxParts, units.size(), size / kMinPartSize});
  if (numParts <= 1)
    return {};

  std::vector<ModulePart> parts(numParts);
  for (Function &function : module) {
    if (function.isDeclaration())
      continue;
    if (!function.hasName())
      function.setName("unnamed");
    if (isCopied(function))
      for (ModulePart &part : parts)
        part.insert(function.getName());
  }
  std::vector<uint64_t> sizes(numParts);
  for (const Unit &unit : units) {
    // Each to the part that has least so far.
    size_t least = llvm::min_element(sizes) - sizes.begin();
    sizes[least] += unit.size;
    for (Function *function : unit.functions)
      parts[least].insert(function->getName());
  }
  for (const Unit &unit : units)
    llvm::for_each(unit.functions, [](Function *f) { makeVisible(*f); });
  return parts;
}

void mlir::emb::keepPart(llvm::Module &module, const ModulePart &part) {
  for (Function &function : module)
    if (!function.isDeclaration() && !part.contains(function.getName()))
      function.deleteBody();
}
