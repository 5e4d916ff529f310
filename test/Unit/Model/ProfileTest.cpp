//===- ProfileTest.cpp - Profiles of models -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"

using namespace mlir::emb;
using namespace mlir::emb::test;

TEST(ModelProfile, NamesTheLinesOfTheProgram) {
  Model model;
  Var ids = model.input("ids", DType::I64, {kDynamicSize, 20});
  EmbeddingBag table(model, "table", {.numEmbeddings = 50, .embeddingDim = 16});
  Var bags = table(ids);
  const unsigned line = __LINE__ - 1;
  ModelCompileOptions options{.outputs = {{"bags", bags}}};
  options.compile.profile = true;
  options.compile.useCache = false;
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

  llvm::Expected<Profile> none = program->takeProfile();
  ASSERT_FALSE(static_cast<bool>(none));
  EXPECT_TRUE(llvm::StringRef(llvm::toString(none.takeError()))
                  .contains("there is no entry 'train'"));
}
