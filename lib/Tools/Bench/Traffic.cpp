//===- Traffic.cpp - The bytes that a case moves --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Traffic.h"

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::bench;

Traffic bench::getTraffic(const Case &config, const Lookups &lookups) {
  int64_t row = config.columns * getByteWidth(config.table);
  int64_t n = lookups.count, unique = lookups.touched.size();
  int64_t indices = lookups.indices.getSizeInBytes() +
                    (config.hasBags() ? lookups.offsets.getSizeInBytes() : 0);
  int64_t bags = config.bags * row;
  Traffic traffic;
  switch (config.work) {
  case Work::Gather:
    traffic.logical = indices + n * row + n * row;
    traffic.unique = indices + unique * row + n * row;
    break;
  case Work::Bag:
    traffic.logical = indices + n * row + bags;
    traffic.unique = indices + unique * row + bags;
    break;
  case Work::Renorm:
    traffic.logical = traffic.unique = indices + 2 * unique * row;
    break;
  case Work::Group: {
    int64_t width = getByteWidth(config.index);
    traffic.logical = traffic.unique =
        indices + unique * width + (unique + 1) * 4 + n * 4;
    break;
  }
  case Work::Step: {
    int64_t state =
        getNumStates(config) * getStateColumns(config) * int64_t(sizeof(float));
    // Forward, the indices again with a row of the gradient each, and the
    // touched rows and states there and back.
    traffic.logical =
        2 * indices + n * row + bags + n * row + 2 * unique * (row + state);
    traffic.unique = indices + bags + bags + 2 * unique * (row + state);
    break;
  }
  }
  return traffic;
}
