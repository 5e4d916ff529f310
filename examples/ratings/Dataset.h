//===- Dataset.h - Ratings that users gave to items -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXAMPLES_RATINGS_DATASET_H
#define EMB_EXAMPLES_RATINGS_DATASET_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ratings {

/// Consecutive ratings, as views: rating i is the one that users[i] gave to
/// items[i].
struct Batch {
  llvm::ArrayRef<int32_t> users, items;
  llvm::ArrayRef<float> values;

  int64_t size() const { return values.size(); }
};

struct Ratings {
  std::vector<int32_t> users, items;
  std::vector<float> values;

  size_t size() const { return values.size(); }
  Batch slice(size_t begin, size_t size) const;
  /// The ratings order[0], order[1], ...
  Ratings arranged(llvm::ArrayRef<uint32_t> order) const;
  double getMean() const;
};

struct Dataset {
  Ratings train, test;
  /// One more than the largest id.
  int64_t numUsers, numItems;
};

/// Reads ratings_user.npy and ratings_item.npy (I32) and ratings_value.npy
/// (F32) of a folder: one dimension of equal extent. The last tenth is for the
/// test; neither part may be empty. An error names the file, and if there is
/// none, what makes it.
llvm::Expected<Dataset> loadRatings(const std::string &folder);

} // namespace ratings

#endif // EMB_EXAMPLES_RATINGS_DATASET_H
