//===- CompileTest.cpp - Compiling modules, and the cache -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"
#include "emb/ExecutionEngine/ObjectCache.h"
#include "emb/InitAll.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/Pass.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

#include <cmath>
#include <cstring>
#include <sys/stat.h>

using namespace mlir;
using namespace mlir::emb;
using namespace emb_test;

static const char kLookup[] = R"mlir(
func.func @lookup(%t: tensor<?x4xf32> {emb.name = "table"},
                  %i: tensor<?xi64> {emb.name = "ids"}) -> tensor<?x4xf32> {
  %r = emb.gather %t[%i] : tensor<?x4xf32>, tensor<?xi64> -> tensor<?x4xf32>
  return %r : tensor<?x4xf32>
}
func.func @double(%x: f32) -> f32 {
  %r = arith.addf %x, %x : f32
  return %r : f32
}
)mlir";

class Compile : public testing::Test {
protected:
  Compile() { options.cacheDir = folder / "cache"; }
  // Whatever happens, the library says it in its results.
  void SetUp() override { testing::internal::CaptureStderr(); }
  void TearDown() override {
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  }

  /// Compiles kLookup and runs it; says where it came from.
  std::string compileAndRun(llvm::StringRef text = kLookup) {
    auto program = compileString(text, options, "test.mlir");
    if (!program)
      return llvm::toString(program.takeError());
    warnings = (*program)->getStats().warnings;
    CompiledFunction lookup = llvm::cantFail((*program)->lookup("lookup"));
    float table[] = {0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23};
    int64_t ids[] = {2, 0};
    auto results = lookup.call({TensorRef(table, {3, 4}), TensorRef(ids, {2})});
    if (!results)
      return llvm::toString(results.takeError());
    auto *row = static_cast<float *>((*results)[0].getTensor().data);
    EXPECT_EQ(std::vector<float>(row, row + 8),
              (std::vector<float>{20, 21, 22, 23, 0, 1, 2, 3}));
    return (*program)->getStats().loadedFromCache ? "loaded" : "compiled";
  }

  std::string getOnlyEntry() {
    std::vector<std::string> names = listFolder(options.cacheDir);
    EXPECT_EQ(names.size(), 1u);
    return options.cacheDir + "/" + names[0];
  }

  TestFolder folder;
  CompileOptions options;
  std::vector<std::string> warnings;
};

TEST_F(Compile, FunctionsAreFoundByName) {
  options.useCache = false;
  ASSERT_OK(program, compileString(kLookup, options));
  ASSERT_EQ(program->getSignatures().size(), 2u);
  EXPECT_EQ(program->getSignatures()[0].str(),
            "lookup(table: tensor<?x4xf32>, ids: tensor<?xi64>) -> "
            "tensor<?x4xf32>");
  EXPECT_FAILS(program->lookup("train"), EMB_INVALID_ARGUMENT,
               "there is no entry 'train' in the module, which has 'lookup', "
               "'double'");
  ASSERT_OK(twice, program->lookup("double"));
  program.reset();
  ASSERT_OK(results, twice.call({1.5f}));
  EXPECT_EQ(results[0].getScalar().asDouble(), 3);
  ASSERT_OK(empty, compileString("", options));
  EXPECT_FAILS(empty->lookup("f"), EMB_INVALID_ARGUMENT, "which has none");
}

TEST_F(Compile, ErrorsAreTheTextOfTheDiagnostics) {
  EXPECT_FAILS(compileString("func.func @f(", options, "bad.mlir"),
               EMB_COMPILE_ERROR, "bad.mlir:1:13: error: ");
  EXPECT_FAILS(compileString(R"mlir(
func.func @f(%t: tensor<4x2xf32>, %i: tensor<3xf32>) -> tensor<3x2xf32> {
  %r = "emb.gather"(%t, %i) : (tensor<4x2xf32>, tensor<3xf32>) -> tensor<3x2xf32>
  return %r : tensor<3x2xf32>
})mlir",
                             options, "bad.mlir"),
               EMB_COMPILE_ERROR, "bad.mlir:3:8: error: 'emb.gather' op");
  EXPECT_FAILS(compileFile(folder / "none.mlir", options), EMB_IO_ERROR,
               "none.mlir: cannot be read: No such file or directory");
  EXPECT_FAILS(compileFile(folder.path, options), EMB_IO_ERROR,
               "cannot be read: Is a directory");
  writeFile(folder / "noise.mlir", llvm::StringRef("ML\xefR\0\1\2\3", 8));
  EXPECT_FAILS(compileFile(folder / "noise.mlir", options), EMB_COMPILE_ERROR,
               "noise.mlir");
  EXPECT_EQ(listFolder(options.cacheDir), std::vector<std::string>{});
}

TEST_F(Compile, UnknownSymbolsAreNamed) {
  EXPECT_FAILS(compileString(R"mlir(
llvm.func @emb_no_such_symbol(!llvm.ptr) -> i32
llvm.func @f(%c: !llvm.ptr, %a: !llvm.ptr) -> i32
    attributes {emb.arguments = [], emb.results = []} {
  %r = llvm.call @emb_no_such_symbol(%c) : (!llvm.ptr) -> i32
  llvm.return %r : i32
})mlir",
                             options),
               EMB_COMPILE_ERROR, "emb_no_such_symbol");
}

TEST_F(Compile, OptionsAreChecked) {
  options.optLevel = 4;
  EXPECT_FAILS(compileString(kLookup, options), EMB_INVALID_ARGUMENT,
               "optimisation level 4, expected 0 to 3");
  options.optLevel = 3;
  options.cpu = "pentium-of-my-dreams";
  EXPECT_FAILS(compileString(kLookup, options), EMB_INVALID_ARGUMENT,
               "processor 'pentium-of-my-dreams' is not one of");
  options.cpu = "";
  options.features = "+flux-capacitor";
  EXPECT_FAILS(compileString(kLookup, options), EMB_INVALID_ARGUMENT,
               "feature '+flux-capacitor'");
  options.features = "avx2";
  EXPECT_FAILS(compileString(kLookup, options), EMB_INVALID_ARGUMENT,
               "feature 'avx2'");
  options.features = "";
#ifdef __x86_64__
  options.cpu = "i386";
  EXPECT_FAILS(compileString(kLookup, options), EMB_INVALID_ARGUMENT,
               "processor 'i386' with features '' has no 64-bit mode");
  options.cpu = "x86-64";
  options.features = "-64bit";
  EXPECT_FAILS(compileString(kLookup, options), EMB_INVALID_ARGUMENT,
               "has no 64-bit mode");
  options.cpu = options.features = "";
#endif
  options.threads = -1;
  EXPECT_FAILS(compileString(kLookup, options), EMB_INVALID_ARGUMENT,
               "number of threads -1");
}

TEST_F(Compile, LowLevelsAndOtherProcessorsWork) {
  for (unsigned level : {0, 1, 2, 3}) {
    options.optLevel = level;
    EXPECT_EQ(compileAndRun(), "compiled") << level;
  }
#ifdef __x86_64__
  options.cpu = "x86-64";
  EXPECT_EQ(compileAndRun(), "compiled");
#endif
}

TEST_F(Compile, TheSecondCompileLoads) {
  EXPECT_EQ(compileAndRun(), "compiled");
  EXPECT_EQ(compileAndRun(), "loaded");
  EXPECT_TRUE(warnings.empty());
  ASSERT_OK(program, compileString(kLookup, options));
  EXPECT_TRUE(program->getStats().loadedFromCache);
  EXPECT_GT(program->getStats().milliseconds, 0);
  EXPECT_EQ(program->getSignatures()[0].str(),
            "lookup(table: tensor<?x4xf32>, ids: tensor<?xi64>) -> "
            "tensor<?x4xf32>");
  writeFile(folder / "same.mlir", kLookup);
  ASSERT_OK(fromFile, compileFile(folder / "same.mlir", options));
  EXPECT_TRUE(fromFile->getStats().loadedFromCache);
}

TEST_F(Compile, WhateverDecidesTheCodeIsInTheKey) {
  EXPECT_EQ(compileAndRun(), "compiled");
  EXPECT_EQ(compileAndRun(std::string(kLookup) + " "), "compiled");
  options.optLevel = 1;
  EXPECT_EQ(compileAndRun(), "compiled");
  options.features = "-avx512f";
#ifdef __x86_64__
  EXPECT_EQ(compileAndRun(), "compiled");
#endif
  options.features = "";
  options.extension.name = "another";
  EXPECT_EQ(compileAndRun(), "compiled");
  // What does not decide it is not.
  options.threads = 2;
  options.memoryLimit = 1 << 30;
  EXPECT_EQ(compileAndRun(), "loaded");
}

TEST_F(Compile, NoCacheTouchesNoFolder) {
  options.useCache = false;
  EXPECT_EQ(compileAndRun(), "compiled");
  EXPECT_EQ(compileAndRun(), "compiled");
  EXPECT_FALSE(llvm::sys::fs::exists(options.cacheDir));
}

TEST_F(Compile, ADamagedEntryIsCompiledAgain) {
  EXPECT_EQ(compileAndRun(), "compiled");
  std::string path = getOnlyEntry();
  std::string good = readFile(path);
  for (size_t at : {size_t(0), size_t(30), good.size() / 2, good.size() - 1}) {
    std::string bad = good;
    bad[at] ^= 1;
    writeFile(path, bad);
    EXPECT_EQ(compileAndRun(), "compiled") << at;
    ASSERT_EQ(warnings.size(), 1u);
    EXPECT_PRED2(contains, warnings[0], "was dropped: ");
    EXPECT_EQ(compileAndRun(), "loaded") << at;
  }
  writeFile(path, good.substr(0, good.size() / 2));
  EXPECT_EQ(compileAndRun(), "compiled");
  EXPECT_EQ(compileAndRun(), "loaded");
}

TEST_F(Compile, ASoundEntryThatIsNoObjectIsCompiledAgain) {
  EXPECT_EQ(compileAndRun(), "compiled");
  std::string name = getOnlyEntry();
  // The key is the name of the file.
  std::string hex = llvm::sys::path::stem(name).str(), bytes;
  ASSERT_TRUE(llvm::tryGetFromHex(hex, bytes));
  CacheKey key;
  std::copy(bytes.begin(), bytes.end(), key.begin());
  for (const char *metadata :
       {"no json", "{}", "{\"entries\": [], \"warnings\": []}",
        "{\"entries\": [], \"warnings\": [], \"objects\": []}",
        "{\"entries\": [], \"warnings\": [], \"objects\": [8]}",
        "{\"entries\": [], \"warnings\": [], \"objects\": [4, 6]}",
        "{\"entries\": [{\"name\": \"6c6f6f6b7570\", \"arguments\": [], "
        "\"results\": []}], \"warnings\": [], \"objects\": [9]}"}) {
    bool hasEntries = llvm::StringRef(metadata).contains("6c6f");
    {
      ASSERT_OK(cache, ObjectCache::open(options.cacheDir, 1 << 20));
      ASSERT_EQ(toString(cache->store(key, metadata, "no object")), "");
    }
    std::string what = compileAndRun();
    EXPECT_EQ(what, "compiled") << metadata;
    EXPECT_FALSE(warnings.empty()) << hasEntries;
  }
}

/// Functions of which each is worth a thread.
static std::string makeBags(int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += R"mlir(
func.func @bag)mlir" +
            std::to_string(i) +
            R"mlir((%t: tensor<?x50xf32>, %i: tensor<?xi64>, %o: tensor<?xi64>)
    -> (tensor<?x50xf32>, tensor<?x50xf32>) {
  %r = emb.bag mean %t[%i] offsets(%o : tensor<?xi64>)
    : tensor<?x50xf32>, tensor<?xi64> -> tensor<?x50xf32>
  %m = emb.bag max %t[%i] offsets(%o : tensor<?xi64>)
    : tensor<?x50xf32>, tensor<?xi64> -> tensor<?x50xf32>
  return %r, %m : tensor<?x50xf32>, tensor<?x50xf32>
})mlir";
  return text;
}

// One object for each thread; what the code computes depends on neither.
TEST_F(Compile, ThreadsCompileApart) {
  options.compileThreads = -1;
  EXPECT_FAILS(compileString(kLookup, options), EMB_INVALID_ARGUMENT,
               "number of threads of the compiler -1, expected 0 (all) or");
  std::vector<float> table(10 * 50);
  for (size_t i = 0; i < table.size(); ++i)
    table[i] = std::sin(float(i));
  int64_t ids[] = {3, 1, 4, 1, 5, 9, 2, 6}, offsets[] = {0, 3, 3, 4};
  std::vector<float> expected;
  for (int threads : {1, 2, 3}) {
    options.compileThreads = threads;
    options.cacheDir = folder / ("cache" + std::to_string(threads));
    for (bool loaded : {false, true}) {
      ASSERT_OK(program, compileString(makeBags(3), options));
      EXPECT_EQ(program->getStats().loadedFromCache, loaded);
      std::vector<float> found;
      for (const char *name : {"bag0", "bag1", "bag2"}) {
        ASSERT_OK(bag, program->lookup(name));
        ASSERT_OK(results,
                  bag.call({TensorRef(table.data(), {10, 50}),
                            TensorRef(ids, {8}), TensorRef(offsets, {4})}));
        for (const RuntimeValue &result : results) {
          auto *data = static_cast<float *>(result.getTensor().data);
          found.insert(found.end(), data, data + 4 * 50);
        }
      }
      if (expected.empty())
        expected = found;
      EXPECT_EQ(std::memcmp(found.data(), expected.data(),
                            expected.size() * sizeof(float)),
                0);
    }
    std::string entry = readFile(getOnlyEntry());
    llvm::StringRef sizes =
        llvm::StringRef(entry).split("\"objects\":[").second;
    EXPECT_EQ(sizes.split(']').first.count(',') + 1, size_t(threads));
  }
}

TEST_F(Compile, AnUnusableFolderIsOnlyAWarning) {
  ASSERT_EQ(mkdir(options.cacheDir.c_str(), 0755), 0);
  ASSERT_EQ(chmod(options.cacheDir.c_str(), 0755), 0);
  EXPECT_EQ(compileAndRun(), "compiled");
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_PRED2(contains, warnings[0], "has mode 0755, expected 0700");
  EXPECT_EQ(compileAndRun(), "compiled");
  EXPECT_EQ(listFolder(options.cacheDir), std::vector<std::string>{});
}

TEST_F(Compile, ModulesAreNotChanged) {
  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry);
  auto module = parseSourceString<ModuleOp>(kLookup, &context);
  auto print = [&] {
    std::string text;
    llvm::raw_string_ostream os(text);
    module->print(os);
    return text;
  };
  std::string before = print();
  ASSERT_OK(first, compileModule(*module, options));
  EXPECT_FALSE(first->getStats().loadedFromCache);
  EXPECT_EQ(print(), before);
  ASSERT_OK(second, compileModule(*module, options));
  EXPECT_TRUE(second->getStats().loadedFromCache);
  EXPECT_EQ(textOf(second->lookup("double")), "<success>");

  // An invalid module is refused, with what is wrong.
  module->getBody()->front().setAttr("function_type", UnitAttr::get(&context));
  EXPECT_FAILS(compileModule(*module, options), EMB_COMPILE_ERROR, "error: ");
}

TEST_F(Compile, ExtensionsTakePart) {
  int before = 0, after = 0;
  options.extension.addPassesBefore = [&](OpPassManager &) { ++before; };
  options.extension.addPassesAfter = [&](OpPassManager &) { ++after; };
  EXPECT_EQ(compileAndRun(), "compiled");
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_PRED2(contains, warnings[0], "the extension of the compiler has no");
  EXPECT_EQ(std::make_pair(before, after), std::make_pair(1, 1));
  options.extension.name = "counting 1";
  EXPECT_EQ(compileAndRun(), "compiled");
  EXPECT_EQ(compileAndRun(), "loaded");
  EXPECT_EQ(std::make_pair(before, after), std::make_pair(2, 2));
}

namespace {
struct RemarkPass : PassWrapper<RemarkPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(RemarkPass)
  void runOnOperation() override {
    getOperation().front().emitRemark("a function").attachNote() << "the first";
    getOperation().emitWarning("a module");
  }
};
} // namespace

TEST_F(Compile, WarningsAndRemarksAreKeptWithTheObject) {
  options.extension.name = "remarks";
  options.extension.addPassesBefore = [](OpPassManager &passes) {
    passes.addPass(std::make_unique<RemarkPass>());
  };
  for (const char *expected : {"compiled", "loaded"}) {
    EXPECT_EQ(compileAndRun(), expected);
    EXPECT_EQ(warnings,
              (std::vector<std::string>{"test.mlir:2:1: remark: a function\n"
                                        "test.mlir:2:1: note: the first",
                                        "test.mlir: warning: a module"}));
  }
}

TEST_F(Compile, EveryPhaseCanBePrinted) {
  std::string path = folder / "lookup.mlir";
  writeFile(path, kLookup);
  for (const PhaseInfo &info : getPhases()) {
    ASSERT_OK(text, printAfterPhase(path, info.phase));
    EXPECT_PRED2(contains, text, "@lookup");
    // What was printed parses, and prints as the same text.
    DialectRegistry registry;
    registerAllDialects(registry);
    MLIRContext context(registry);
    auto module = parseSourceString<ModuleOp>(text, &context);
    ASSERT_TRUE(module) << info.name.str();
    std::string again;
    llvm::raw_string_ostream os(again);
    module->print(os);
    EXPECT_EQ(again, text);
    // The last phase is what the engine takes as it is, without any pass.
    if (info.phase == Phase::LLVM) {
      bool anyPass = false;
      options.extension.name = "watching";
      options.extension.addPassesBefore = [&](OpPassManager &) {
        anyPass = true;
      };
      EXPECT_EQ(compileAndRun(text), "compiled");
      EXPECT_FALSE(anyPass);
    }
  }
}
