//===- ProfileTest.cpp - Profiles of models -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"
#include "llvm/Support/FileSystem.h"

using namespace mlir::emb;
using namespace mlir::emb::test;

/// Predicts three times with a model whose bag is at one of two lines, and
/// expects it in the profile.
static void expectLine(bool isMoved, const std::string &cacheDir) {
  Model model;
  Var ids = model.input("ids", DType::I64, {kDynamicSize, 20});
  EmbeddingBag table(model, "table", {.numEmbeddings = 50, .embeddingDim = 16});
  unsigned line = __LINE__ + 1;
  Var bags = table(ids);
  if (isMoved)
    line = __LINE__, bags = table(ids);
  ModelCompileOptions options{.outputs = {{"bags", bags}}};
  options.compile.profile = true;
  options.compile.cacheDir = cacheDir;
  llvm::Expected<CompiledModel> program = model.compile(options);
  ASSERT_TRUE(static_cast<bool>(program))
      << llvm::toString(program.takeError());
  std::vector<int64_t> values(200, 7);
  for (int i = 0; i < 3; ++i) {
    auto result =
        program->predict({{"ids", TensorRef(values.data(), {10, 20})}});
    ASSERT_TRUE(static_cast<bool>(result))
        << llvm::toString(result.takeError());
  }

  llvm::Expected<Profile> profile = program->takeProfile("predict");
  ASSERT_TRUE(static_cast<bool>(profile));
  bool isFound = false;
  for (const ProfileSummary &summary : profile->summarize()) {
    const ProfileRegion &region = profile->regions[summary.region];
    if (region.name != "emb.bag")
      continue;
    isFound = true;
    // Compilers differ in the column.
    EXPECT_EQ(llvm::StringRef(region.location).rsplit(':').first,
              (__FILE__ ":" + llvm::Twine(line)).str());
    EXPECT_EQ(summary.calls, 3u);
    EXPECT_EQ(summary.bytes, 3 * (200 * 8 + 200 * 64 + 10 * 64));
  }
  EXPECT_TRUE(isFound);

  EXPECT_FALSE(program->getStats().loadedFromCache);
  llvm::Expected<Profile> none = program->takeProfile();
  ASSERT_FALSE(static_cast<bool>(none));
  EXPECT_TRUE(llvm::StringRef(llvm::toString(none.takeError()))
                  .contains("there is no entry 'train'"));
}

TEST(ModelProfile, NamesTheLinesOfTheProgram) {
  llvm::SmallString<128> folder;
  llvm::sys::fs::createUniqueDirectory("emb-test", folder);
  std::string cacheDir = (folder + "/cache").str();
  // The same module at other lines is not taken from the cache.
  expectLine(/*isMoved=*/false, cacheDir);
  expectLine(/*isMoved=*/true, cacheDir);
  llvm::sys::fs::remove_directories(folder);
}
