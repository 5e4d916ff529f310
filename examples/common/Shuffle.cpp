//===- Shuffle.cpp - The order of examples in an epoch --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "common/Shuffle.h"

#include "emb/Model/Init.h"

#include <numeric>

std::vector<uint32_t> examples::getShuffledOrder(size_t count, uint64_t seed,
                                                 unsigned epoch) {
  std::vector<uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  mlir::emb::RandomStream random(seed,
                                 "order of epoch " + std::to_string(epoch));
  for (size_t left = count; left > 1; --left)
    std::swap(order[left - 1],
              order[static_cast<size_t>(random.uniform(left) * left)]);
  return order;
}
