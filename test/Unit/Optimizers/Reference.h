//===- Reference.h - The optimizers without a compiler ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each step in plain loops over a table of doubles, from the formulas in the
// documentation of PyTorch and FBGEMM.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_UNIT_OPTIMIZERS_REFERENCE_H
#define EMB_TEST_UNIT_OPTIMIZERS_REFERENCE_H

#include "emb/Optimizers/Optimizers.h"

#include <map>
#include <vector>

namespace emb_test {

/// A table (row-major) and its states, N x D or N, in the order of torch.
struct Model {
  int64_t numRows = 0, numColumns = 0;
  std::vector<double> weight;
  std::vector<std::vector<double>> states;
};

/// The summed gradient of each row that has one.
using RowGradients = std::map<int64_t, std::vector<double>>;

/// One step; `t` is 1 for the first.
void stepReference(const mlir::emb::Optimizer &optimizer, Model &model,
                   const RowGradients &gradients, double lr, int64_t t);

} // namespace emb_test

#endif // EMB_TEST_UNIT_OPTIMIZERS_REFERENCE_H
