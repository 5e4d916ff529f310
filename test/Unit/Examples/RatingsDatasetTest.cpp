//===- RatingsDatasetTest.cpp - Files of ratings --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Dataset.h"

#include "emb/ExecutionEngine/Npy.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace mlir::emb;
using namespace ratings;

using Ints = std::vector<int32_t>;
using Floats = std::vector<float>;

namespace {

/// A folder that is gone in the end.
class RatingsDataset : public testing::Test {
protected:
  RatingsDataset() {
    EXPECT_FALSE(sys::fs::createUniqueDirectory("emb-ratings", folder));
  }
  ~RatingsDataset() override { sys::fs::remove_directories(folder); }

  template <typename T>
  void write(StringRef name, const std::vector<T> &values, Shape shape = {}) {
    SmallString<128> path = folder;
    sys::path::append(path, name);
    if (shape.empty())
      shape = {static_cast<int64_t>(values.size())};
    cantFail(writeNpy(path, TensorRef(values.data(), shape)));
  }
  void writeAll(const Ints &users, const Ints &items, const Floats &values) {
    write("ratings_user.npy", users);
    write("ratings_item.npy", items);
    write("ratings_value.npy", values);
  }
  void expectError(StringRef message) {
    Expected<Dataset> data = loadRatings(std::string(folder));
    ASSERT_FALSE(bool(data));
    std::string found = toString(data.takeError());
    EXPECT_NE(found.find(message), std::string::npos) << found;
  }

  SmallString<128> folder;
};

TEST_F(RatingsDataset, TheLastTenthIsTheTest) {
  Ints users, items;
  Floats values;
  for (int32_t i = 0; i < 25; ++i) {
    users.push_back(i);
    items.push_back(2 * i);
    values.push_back(i / 2.0f);
  }
  writeAll(users, items, values);
  Dataset data = cantFail(loadRatings(std::string(folder)));
  EXPECT_EQ(data.train.size(), 18u);
  EXPECT_EQ(data.test.users, Ints(users.begin() + 18, users.end()));
  EXPECT_EQ(data.test.items, Ints(items.begin() + 18, items.end()));
  EXPECT_EQ(data.test.values, Floats(values.begin() + 18, values.end()));
  EXPECT_EQ(data.numUsers, 25);
  EXPECT_EQ(data.numItems, 49);
  // 0 + ... + 17 = 153
  EXPECT_EQ(data.train.getMean(), 153 / 2.0 / 18);
}

TEST_F(RatingsDataset, RatingsAreArranged) {
  Ratings ratings{{1, 2, 3}, {4, 5, 6}, {7, 8, 9}};
  Ratings arranged = ratings.arranged({2, 0});
  EXPECT_EQ(arranged.users, (Ints{3, 1}));
  EXPECT_EQ(arranged.items, (Ints{6, 4}));
  EXPECT_EQ(arranged.values, (Floats{9, 7}));
  Batch batch = ratings.slice(1, 2);
  EXPECT_EQ(batch.users.data(), ratings.users.data() + 1);
  EXPECT_EQ(batch.items.vec(), (Ints{5, 6}));
  EXPECT_EQ(batch.size(), 2);
}

TEST_F(RatingsDataset, MissingFilesAreMadeByTheScript) {
  expectError("ratings_user.npy'; examples/ratings/data/generate.py makes it");
  write("ratings_user.npy", Ints(10));
  expectError("ratings_item.npy'; examples/ratings/data/generate.py makes it");
}

TEST_F(RatingsDataset, BadFilesAreErrors) {
  writeAll(Ints(20), Ints(19), Floats(20));
  expectError("found 20 users, 19 items and 20 values, expected as many of "
              "each");
  writeAll(Ints(9), Ints(9), Floats(9));
  expectError("found 9 ratings, expected at least 10");
  writeAll(Ints(10, -3), Ints(10), Floats(10));
  expectError("found id -3, expected none below 0");
  writeAll(Ints(10), Ints(10, -1), Floats(10));
  expectError("found id -1, expected none below 0");
  write("ratings_item.npy", Ints(10), {2, 5});
  expectError("ratings_item.npy': found 2 dimensions, expected 1");
  write("ratings_item.npy", Floats(10));
  expectError("ratings_item.npy");
}

} // namespace
