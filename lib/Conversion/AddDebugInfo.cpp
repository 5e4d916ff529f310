//===- AddDebugInfo.cpp - Make line tables of locations -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Conversion/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace mlir::emb {
#define GEN_PASS_DEF_ADDDEBUGINFO
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

namespace {
/// Replaces the locations of functions by ones with scopes.
class ScopeBuilder {
public:
  explicit ScopeBuilder(MLIRContext *context)
      : context(context),
        type(LLVM::DISubroutineTypeAttr::get(context, /*types=*/{})) {}

  void addScopes(LLVM::LLVMFuncOp function);

private:
  LLVM::DIFileAttr getFile(FileLineColLoc place);
  LLVM::DISubprogramAttr createSubprogram(StringAttr name,
                                          FileLineColLoc place);
  /// The scope of lines of the file of `place` in the current function.
  LLVM::DILocalScopeAttr getScope(FileLineColLoc place);
  Location withScope(Location location);

  MLIRContext *context;
  LLVM::DISubroutineTypeAttr type;
  LLVM::DICompileUnitAttr unit;
  LLVM::DISubprogramAttr function;
  /// Of the operations that are shown as inlined functions: by name and place.
  DenseMap<std::pair<StringAttr, Attribute>, LLVM::DISubprogramAttr> inlined;
};

struct AddDebugInfo : public emb::impl::AddDebugInfoBase<AddDebugInfo> {
  void runOnOperation() override {
    ScopeBuilder scopes(&getContext());
    for (auto function : getOperation().getOps<LLVM::LLVMFuncOp>())
      if (!function.isExternal())
        scopes.addScopes(function);
  }
};
} // namespace

static FileLineColLoc getPlace(Location location) {
  return location->findInstanceOf<FileLineColLoc>();
}

LLVM::DIFileAttr ScopeBuilder::getFile(FileLineColLoc place) {
  StringRef path = place.getFilename().getValue();
  SmallString<128> folder;
  if (!llvm::sys::path::is_absolute(path))
    llvm::sys::fs::current_path(folder);
  return LLVM::DIFileAttr::get(context, path, folder);
}

LLVM::DISubprogramAttr ScopeBuilder::createSubprogram(StringAttr name,
                                                      FileLineColLoc place) {
  LLVM::DIFileAttr file = getFile(place);
  if (!unit)
    unit = LLVM::DICompileUnitAttr::get(
        DistinctAttr::create(UnitAttr::get(context)), llvm::dwarf::DW_LANG_C,
        file, StringAttr::get(context, "emb"), /*isOptimized=*/true,
        LLVM::DIEmissionKind::LineTablesOnly);
  return LLVM::DISubprogramAttr::get(
      context, DistinctAttr::create(UnitAttr::get(context)), unit, file, name,
      /*linkageName=*/StringAttr(), file, place.getLine(), place.getLine(),
      LLVM::DISubprogramFlags::Definition | LLVM::DISubprogramFlags::Optimized,
      type, /*retainedNodes=*/{}, /*annotations=*/{});
}

LLVM::DILocalScopeAttr ScopeBuilder::getScope(FileLineColLoc place) {
  LLVM::DIFileAttr file = getFile(place);
  if (file == function.getFile())
    return function;
  return LLVM::DILexicalBlockFileAttr::get(function, file, /*discriminator=*/0);
}

Location ScopeBuilder::withScope(Location location) {
  FileLineColLoc place = getPlace(location);
  if (!place)
    // Line 0: made by the compiler.
    return FusedLoc::get(
        context,
        Location(FileLineColLoc::get(function.getFile().getName(), 0, 0)),
        function);
  auto call = location->findInstanceOf<CallSiteLoc>();
  auto tag = call ? dyn_cast<FusedLocWith<StringAttr>>(call.getCallee())
                  : FusedLocWith<StringAttr>();
  if (!tag)
    return FusedLoc::get(context, Location(place), getScope(place));
  FileLineColLoc caller = getPlace(call.getCaller());
  LLVM::DISubprogramAttr &callee = inlined[{tag.getMetadata(), caller}];
  if (!callee)
    callee = createSubprogram(tag.getMetadata(), caller);
  return CallSiteLoc::get(
      FusedLoc::get(context, Location(place), callee),
      FusedLoc::get(context, Location(caller), getScope(caller)));
}

void ScopeBuilder::addScopes(LLVM::LLVMFuncOp op) {
  FileLineColLoc place = getPlace(op.getLoc());
  op.getBody().walk([&](Operation *inner) {
    if (!place)
      place = getPlace(inner->getLoc());
  });
  if (!place)
    place = FileLineColLoc::get(context, "<unknown>", 0, 0);
  function = createSubprogram(op.getNameAttr(), place);
  op->setLoc(FusedLoc::get(context, Location(place), function));
  op.getBody().walk(
      [&](Operation *inner) { inner->setLoc(withScope(inner->getLoc())); });
}
