//===- Dataset.cpp - Ratings that users gave to items ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Dataset.h"

#include "common/Files.h"

#include "emb/ExecutionEngine/Npy.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <numeric>

using namespace llvm;
using namespace mlir::emb;
using examples::makeError;

namespace ratings {

Batch Ratings::slice(size_t begin, size_t size) const {
  auto part = [=](auto values) { return values.slice(begin, size); };
  return {part(ArrayRef(users)), part(ArrayRef(items)), part(ArrayRef(values))};
}

Ratings Ratings::arranged(ArrayRef<uint32_t> order) const {
  Ratings result;
  auto arrange = [&](const auto &from, auto &to) {
    to.reserve(order.size());
    for (uint32_t i : order)
      to.push_back(from[i]);
  };
  arrange(users, result.users);
  arrange(items, result.items);
  arrange(values, result.values);
  return result;
}

double Ratings::getMean() const {
  return std::accumulate(values.begin(), values.end(), 0.0) / values.size();
}

/// The elements of a tensor of one dimension.
template <typename T>
static Expected<std::vector<T>> readColumn(StringRef folder, StringRef name) {
  SmallString<128> path(folder);
  sys::path::append(path, name);
  if (!sys::fs::exists(path))
    return makeError("there is no '" + path +
                     "'; examples/ratings/data/generate.py makes it");
  Expected<Tensor> tensor = readNpy(path, dtypeOf<T>());
  if (!tensor)
    return tensor.takeError();
  if (tensor->getRank() != 1)
    return makeError("'" + path + "': found " + Twine(tensor->getRank()) +
                     " dimensions, expected 1");
  ArrayRef<T> elements = tensor->template elements<T>();
  return std::vector<T>(elements.begin(), elements.end());
}

Expected<Dataset> loadRatings(const std::string &folder) {
  auto users = readColumn<int32_t>(folder, "ratings_user.npy");
  if (!users)
    return users.takeError();
  auto items = readColumn<int32_t>(folder, "ratings_item.npy");
  if (!items)
    return items.takeError();
  auto values = readColumn<float>(folder, "ratings_value.npy");
  if (!values)
    return values.takeError();

  size_t count = values->size();
  if (users->size() != count || items->size() != count)
    return makeError("'" + folder + "': found " + Twine(users->size()) +
                     " users, " + Twine(items->size()) + " items and " +
                     Twine(count) + " values, expected as many of each");
  if (count < 10)
    return makeError("'" + folder + "': found " + Twine(count) +
                     " ratings, expected at least 10");
  for (ArrayRef<int32_t> ids : {ArrayRef(*users), ArrayRef(*items)})
    if (int32_t least = *llvm::min_element(ids); least < 0)
      return makeError("'" + folder + "': found id " + Twine(least) +
                       ", expected none below 0");

  Dataset data;
  data.numUsers = int64_t(*llvm::max_element(*users)) + 1;
  data.numItems = int64_t(*llvm::max_element(*items)) + 1;
  auto split = [&](auto &from, auto &train, auto &test) {
    auto middle = from.begin() + count / 10 * 9;
    train.assign(from.begin(), middle);
    test.assign(middle, from.end());
  };
  split(*users, data.train.users, data.test.users);
  split(*items, data.train.items, data.test.items);
  split(*values, data.train.values, data.test.values);
  return data;
}

} // namespace ratings
