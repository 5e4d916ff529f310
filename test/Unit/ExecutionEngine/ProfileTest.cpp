//===- ProfileTest.cpp - Profiles of compiled functions -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"
#include "llvm/Support/JSON.h"

#include <thread>

using namespace mlir;
using namespace mlir::emb;
using namespace emb_test;

// The operation of the second line is the only one that moves data.
static const char kLookup[] =
    R"mlir(func.func @lookup(%t: tensor<?x64xf32>, %i: tensor<?xi64>) -> tensor<?x64xf32> {
  %r = emb.gather %t[%i] : tensor<?x64xf32>, tensor<?xi64> -> tensor<?x64xf32>
  return %r : tensor<?x64xf32>
}
)mlir";

namespace {

class ProfileTest : public testing::Test {
protected:
  ProfileTest() {
    options.cacheDir = folder / "cache";
    options.threads = 1;
    options.profile = true;
  }

  TensorRef getTable() { return TensorRef(table.data(), {10, 64}); }
  TensorRef getIds() { return TensorRef(ids.data(), {int64_t(ids.size())}); }

  TestFolder folder;
  CompileOptions options;
  std::vector<float> table = std::vector<float>(640, 1.0f);
  std::vector<int64_t> ids = {3, 0, 3, 9};
};

/// "name@location" of all regions.
std::vector<std::string> describe(const Profile &profile) {
  std::vector<std::string> texts;
  for (const ProfileRegion &region : profile.regions)
    texts.push_back(region.name + "@" + region.location);
  return texts;
}

const std::vector<std::string> kRegions = {"lookup@",
                                           "emb.check_indices@lookup.mlir:2:8",
                                           "emb.gather@lookup.mlir:2:8"};

} // namespace

TEST_F(ProfileTest, EveryCallCounts) {
  // Compiled, and found in the cache.
  for (bool cached : {false, true}) {
    ASSERT_OK(program, compileString(kLookup, options, "lookup.mlir"));
    EXPECT_EQ(program->getStats().loadedFromCache, cached);
    ASSERT_OK(lookup, program->lookup("lookup"));
    ASSERT_OK(bound, lookup.bind({getTable(), getIds()}));
    ASSERT_FALSE(static_cast<bool>(bound.run()));
    ASSERT_FALSE(static_cast<bool>(bound.run()));
    ASSERT_OK(results, lookup.call({getTable(), getIds()}));
    EXPECT_EQ(results.size(), 1u);

    Profile profile = lookup.takeProfile();
    EXPECT_EQ(describe(profile), kRegions);
    EXPECT_EQ(profile.dropped, 0u);
    std::vector<size_t> regions;
    for (const ProfileEvent &event : profile.events)
      regions.push_back(event.region);
    EXPECT_EQ(regions, (std::vector<size_t>{0, 1, 2, 0, 1, 2, 0, 1, 2}));
    std::vector<ProfileSummary> lines = profile.summarize();
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_EQ(lines[0].calls, 3u);
    EXPECT_EQ(lines[1].bytes, 3 * 4 * 8);
    EXPECT_EQ(lines[2].bytes, 3 * (4 * 8 + 2 * 4 * 256));
    EXPECT_LE(lines[1].totalMicroseconds + lines[2].totalMicroseconds,
              lines[0].totalMicroseconds);
    EXPECT_TRUE(lookup.takeProfile().events.empty()) << "it was taken";
  }
}

TEST_F(ProfileTest, FailedCallsDoNotCount) {
  ASSERT_OK(program, compileString(kLookup, options, "lookup.mlir"));
  ASSERT_OK(lookup, program->lookup("lookup"));
  ASSERT_OK(bound, lookup.bind({getTable(), getIds()}));
  ids[1] = 10;
  EXPECT_FAILS(bound.run(), EMB_INVALID_INDEX, "position [1] has value 10");
  EXPECT_TRUE(lookup.takeProfile().events.empty());
  ids[1] = 9;
  ASSERT_FALSE(static_cast<bool>(bound.run()));
  EXPECT_EQ(lookup.takeProfile().events.size(), 3u);
}

TEST_F(ProfileTest, NothingIsTimedUnlessAskedFor) {
  options.profile = false;
  ASSERT_OK(program, compileString(kLookup, options, "lookup.mlir"));
  ASSERT_OK(lookup, program->lookup("lookup"));
  ASSERT_OK(results, lookup.call({getTable(), getIds()}));
  EXPECT_EQ(results.size(), 1u);
  Profile profile = lookup.takeProfile();
  EXPECT_TRUE(profile.events.empty());
  std::string text;
  llvm::raw_string_ostream os(text);
  profile.print(os);
  EXPECT_EQ(text, "profile: no call has succeeded\n");

  // Neither finds the code of the other in the cache.
  options.profile = true;
  ASSERT_OK(profiled, compileString(kLookup, options, "lookup.mlir"));
  EXPECT_FALSE(profiled->getStats().loadedFromCache);
  // The place is part of a profile, so it is part of the key.
  ASSERT_OK(moved, compileString(kLookup, options, "moved.mlir"));
  EXPECT_FALSE(moved->getStats().loadedFromCache);
}

TEST_F(ProfileTest, VariantsShareTheirRegions) {
  ASSERT_OK(program, compileString(kLookup, options, "lookup.mlir"));
  ASSERT_OK(lookup, program->lookup("lookup"));
  TensorRef transposed(table.data(), DType::F32, {10, 64}, {1, 10});
  for (const TensorRef &view : {transposed, getTable()})
    EXPECT_TRUE(static_cast<bool>(lookup.call({view, getIds()})));
  EXPECT_EQ(program->getVariantStats().size(), 1u);
  Profile profile = lookup.takeProfile();
  EXPECT_EQ(describe(profile), kRegions);
  std::vector<ProfileSummary> lines = profile.summarize();
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[2].calls, 2u);
}

TEST_F(ProfileTest, CallsOfAllThreads) {
  ASSERT_OK(program, compileString(kLookup, options, "lookup.mlir"));
  ASSERT_OK(lookup, program->lookup("lookup"));
  auto callTen = [&, lookup = lookup] {
    for (int i = 0; i < 10; ++i)
      EXPECT_TRUE(static_cast<bool>(lookup.call({getTable(), getIds()})));
  };
  std::thread other(callTen);
  other.join();
  callTen();
  Profile profile = lookup.takeProfile();
  ASSERT_EQ(profile.events.size(), 60u);
  EXPECT_EQ(profile.events.front().thread, 0u);
  EXPECT_EQ(profile.events.back().thread, 1u);
}

TEST_F(ProfileTest, AsTheDocumentHasIt) {
  std::string path = folder / "lookup.mlir";
  writeFile(path, kLookup);
  options.profile = true;
  auto program = compileFile(path, options);
  ASSERT_TRUE(static_cast<bool>(program));
  llvm::Expected<CompiledFunction> lookup = (*program)->lookup("lookup");
  ASSERT_TRUE(static_cast<bool>(lookup));
  ASSERT_OK(results, lookup->call({getTable(), getIds()}));
  std::string table, trace;
  llvm::raw_string_ostream os(table), file(trace);
  Profile profile = lookup->takeProfile();
  profile.print(os);
  profile.writeTrace(file);
  EXPECT_PRED2(contains, table, "lookup.mlir:2:8");
  EXPECT_PRED2(contains, trace, "lookup.mlir:2:8");
  EXPECT_EQ(results.size(), 1u);
}

/// A profile of two calls with one region.
static Profile makeProfile() {
  Profile profile;
  profile.regions = {{"step", ""}, {"emb.bag", "a \"b\".mlir:3:5"}};
  profile.events = {{0, 0, 1000000, 50000, 0},
                    {1, 0, 1010000, 20000, 100000},
                    {0, 1, 2000000, 150000, 0},
                    {1, 1, 2030000, 60000, 100000}};
  return profile;
}

TEST_F(ProfileTest, SummaryAndTable) {
  Profile profile = makeProfile();
  std::vector<ProfileSummary> lines = profile.summarize();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[1].region, 1u);
  EXPECT_EQ(lines[1].totalMicroseconds, 80);
  EXPECT_EQ(lines[1].medianMicroseconds, 40);
  EXPECT_EQ(lines[1].bytes, 200000);
  EXPECT_DOUBLE_EQ(lines[1].getGBPerSecond(), 2.5);
  EXPECT_EQ(ProfileSummary().getGBPerSecond(), 0);

  profile.dropped = 7;
  std::string text;
  llvm::raw_string_ostream os(text);
  profile.print(os);
  EXPECT_EQ(
      text,
      R"(operation  location          calls     total us    median us   share      MB/call     GB/s
emb.bag    a "b".mlir:3:5        2         80.0         40.0   40.0%        0.100     2.50
the rest                         2        120.0                60.0%
step                             2        200.0        100.0  100.0%
not counted for lack of room: 7 events
)");
}

TEST_F(ProfileTest, TraceIsJSON) {
  std::string text;
  llvm::raw_string_ostream os(text);
  makeProfile().writeTrace(os);
  ASSERT_OK(json, llvm::json::parse(text));
  const llvm::json::Array *events = json.getAsObject()->getArray("traceEvents");
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 4u);
  const llvm::json::Object &bag = *(*events)[3].getAsObject();
  EXPECT_EQ(bag.getString("name"), "emb.bag");
  EXPECT_EQ(bag.getString("ph"), "X");
  EXPECT_EQ(bag.getNumber("ts"), 1030);
  EXPECT_EQ(bag.getNumber("dur"), 60);
  EXPECT_EQ(bag.getInteger("tid"), 1);
  EXPECT_EQ(bag.getInteger("pid"), int64_t(getpid()));
  EXPECT_EQ(bag.getObject("args")->getInteger("bytes"), 100000);
  EXPECT_EQ(bag.getObject("args")->getString("location"), "a \"b\".mlir:3:5");

  std::string empty;
  llvm::raw_string_ostream emptyOs(empty);
  Profile().writeTrace(emptyOs);
  EXPECT_TRUE(static_cast<bool>(llvm::json::parse(empty))) << empty;
}
