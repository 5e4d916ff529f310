//===- Declarations.cpp - What a module has to check ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "GradientCheck.h"

#include "emb/Dialect/Emb/IR/Emb.h"

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::gradcheck;

const Declaration *Declarations::find(StringRef name) const {
  for (const Declaration &declaration : list)
    if (declaration.gradient == name)
      return &declaration;
  return nullptr;
}

static std::vector<std::string> getStrings(ArrayAttr list) {
  std::vector<std::string> strings;
  for (auto string : list.getAsRange<StringAttr>())
    strings.push_back(string.str());
  return strings;
}

/// The declaration that the attributes of a function written by hand make.
static FailureOr<std::optional<Declaration>>
takeDeclaration(func::FuncOp function) {
  Attribute of = function->removeAttr("check.gradient_of");
  Attribute wrt = function->removeAttr("check.wrt");
  bool seeded = static_cast<bool>(function->removeAttr("check.seeded"));
  if (!of && !wrt && !seeded)
    return std::optional<Declaration>();
  auto symbol = dyn_cast_or_null<FlatSymbolRefAttr>(of);
  auto names = dyn_cast_or_null<ArrayAttr>(wrt);
  if (!symbol || !names)
    return function.emitOpError(
        "expected check.gradient_of = @function and check.wrt = [\"name\"]");
  return std::optional<Declaration>(
      Declaration{function.getLoc(), function.getName().str(),
                  symbol.getValue().str(), getStrings(names), seeded});
}

/// Reads how to call the function that `declaration` is the gradient of.
static LogicalResult takeFunction(ModuleOp module, Declarations &declarations,
                                  const Declaration &declaration) {
  const std::string &name = declaration.function;
  if (declarations.find(name) || declarations.functions.count(name))
    return success();
  auto function = module.lookupSymbol<func::FuncOp>(name);
  if (!function || function.isDeclaration())
    return emitError(declaration.loc)
           << "@" << declaration.gradient << ": expected a function @" << name
           << " with a body";
  FailureOr<std::vector<ArgumentSpec>> arguments = takeArguments(function);
  if (failed(arguments))
    return failure();
  declarations.functions[name] = std::move(*arguments);
  function.setPublic();
  return success();
}

FailureOr<Declarations> gradcheck::takeDeclarations(ModuleOp module) {
  Declarations declarations;
  for (Operation &op : *module.getBody()) {
    if (auto gradient = dyn_cast<GradientOp>(op))
      declarations.list.push_back(
          {gradient.getLoc(), gradient.getSymName().str(),
           gradient.getFunction().str(), getStrings(gradient.getWrt()),
           gradient.getSeeded()});
    auto function = dyn_cast<func::FuncOp>(op);
    if (!function)
      continue;
    FailureOr<std::optional<Declaration>> written = takeDeclaration(function);
    if (failed(written))
      return failure();
    if (*written)
      declarations.list.push_back(**written);
  }
  if (declarations.list.empty())
    return module.emitError("nothing to check: expected emb.gradient");
  for (const Declaration &declaration : declarations.list)
    if (failed(takeFunction(module, declarations, declaration)))
      return failure();
  return declarations;
}
