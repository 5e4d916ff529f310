//===- ModulePartsTest.cpp - Functions that are compiled apart ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../../../lib/ExecutionEngine/ModuleParts.h"
#include "TestSupport.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Transforms/Utils/Cloning.h"

#include <map>
#include <set>

using namespace mlir::emb;
using namespace emb_test;

/// `name(i32 %x)` with about `size` instructions, among them calls of
/// `callees`.
static std::string makeFunction(const std::string &kind,
                                const std::string &name, int size,
                                const std::vector<std::string> &callees = {}) {
  std::string text = "define " + kind + " void @" + name + "(i32 %x) {\n";
  for (int i = 0; i < size; ++i)
    text += "  %a" + std::to_string(i) + " = add i32 %x, " + std::to_string(i) +
            "\n";
  for (const std::string &callee : callees)
    text += "  call void @" + callee + "(i32 %x)\n";
  return text + "  ret void\n}\n";
}

class ModuleParts : public testing::Test {
protected:
  void parse(const std::string &text) {
    llvm::SMDiagnostic error;
    module = llvm::parseAssemblyString(text, error, context);
    ASSERT_TRUE(module) << error.getMessage().str();
  }

  /// The names of each part.
  std::set<std::set<std::string>> divide(unsigned maxParts) {
    parts = divideModule(*module, maxParts);
    std::set<std::set<std::string>> names;
    for (const ModulePart &part : parts)
      names.insert(getNames(part));
    return names;
  }

  /// Each part is a module that verifies, and all functions are defined once,
  /// but for those with local linkage.
  void checkParts() {
    std::map<std::string, int> definitions;
    for (const ModulePart &part : parts) {
      std::unique_ptr<llvm::Module> copy = llvm::CloneModule(*module);
      keepPart(*copy, part);
      EXPECT_FALSE(llvm::verifyModule(*copy, &llvm::errs()));
      for (llvm::Function &function : *copy)
        if (!function.isDeclaration() && !function.hasLocalLinkage())
          ++definitions[function.getName().str()];
    }
    for (llvm::Function &function : *module)
      if (!function.isDeclaration() && !function.hasLocalLinkage())
        EXPECT_EQ(definitions[function.getName().str()], 1)
            << function.getName().str();
  }

  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module;
  std::vector<ModulePart> parts;

private:
  static std::set<std::string> getNames(const ModulePart &part) {
    std::set<std::string> names;
    for (const auto &entry : part)
      names.insert(entry.getKey().str());
    return names;
  }
};

using Names = std::set<std::set<std::string>>;

TEST_F(ModuleParts, AreOfAboutTheSameSize) {
  parse(makeFunction("", "a", 500) + makeFunction("", "b", 900) +
        makeFunction("", "c", 300) + makeFunction("", "d", 200));
  EXPECT_EQ(divide(2), (Names{{"b"}, {"a", "c", "d"}}));
  checkParts();
  EXPECT_EQ(divide(3), (Names{{"b"}, {"a"}, {"c", "d"}}));
  checkParts();
}

TEST_F(ModuleParts, AreNotMadeOfLittle) {
  parse(makeFunction("", "a", 250) + makeFunction("", "b", 250));
  EXPECT_EQ(divide(8), Names{});
  parse(makeFunction("", "a", 350) + makeFunction("", "b", 350) +
        makeFunction("", "c", 10));
  EXPECT_EQ(divide(1), Names{});
  EXPECT_EQ(divide(8).size(), 2u);
}

// What may be inlined stays with those who call it.
TEST_F(ModuleParts, KeepFunctionsWithTheirCallers) {
  parse(makeFunction("internal", "small", 20) +
        makeFunction("internal", "mine", 300) +
        makeFunction("internal", "shared", 300) +
        makeFunction("", "a", 400, {"mine", "small", "shared"}) +
        makeFunction("", "b", 500, {"small", "shared"}));
  EXPECT_EQ(divide(2),
            (Names{{"a", "mine", "small"}, {"b", "shared", "small"}}));
  checkParts();
  EXPECT_TRUE(module->getFunction("mine")->hasInternalLinkage());
  EXPECT_TRUE(module->getFunction("small")->hasInternalLinkage());
  EXPECT_TRUE(module->getFunction("shared")->hasHiddenVisibility());
  EXPECT_TRUE(module->getFunction("a")->hasDefaultVisibility());
}

// A small function is in all parts, and so is its call of the large one.
TEST_F(ModuleParts, FindWhatCopiesCall) {
  parse(makeFunction("internal", "large", 400) +
        makeFunction("internal", "small", 20, {"large"}) +
        makeFunction("", "a", 400, {"small"}) +
        makeFunction("", "b", 400, {"small"}));
  EXPECT_EQ(divide(3),
            (Names{{"a", "small"}, {"b", "small"}, {"large", "small"}}));
  checkParts();
  EXPECT_TRUE(module->getFunction("large")->hasHiddenVisibility());
}

// The body of a parallel loop is passed to the runtime by its address.
TEST_F(ModuleParts, BodiesOfLoopsAreFunctionsOfTheirOwn) {
  parse("declare void @fork(ptr)\n" + makeFunction("internal", "body", 600) +
        makeFunction("", "a", 400) +
        "define void @b() {\n  call void @fork(ptr @body)\n  ret void\n}\n");
  EXPECT_EQ(divide(2), (Names{{"a", "b"}, {"body"}}));
  checkParts();
  EXPECT_TRUE(module->getFunction("body")->hasHiddenVisibility());
}

TEST_F(ModuleParts, ShareNoVariables) {
  std::string functions =
      makeFunction("", "a", 400) + makeFunction("", "b", 400);
  parse("@v = internal global i32 0\n" + functions);
  EXPECT_EQ(divide(2), Names{});
  parse("@v = constant i32 0\n" + functions);
  EXPECT_EQ(divide(2), Names{});
  parse("@v = internal constant i32 0\n" + functions);
  EXPECT_EQ(divide(2).size(), 2u);
}
