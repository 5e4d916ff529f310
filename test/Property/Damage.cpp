//===- Damage.cpp - Arguments that must be refused ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Case.h"
#include "Data.h"

#include <limits>

using namespace property;
using namespace mlir::emb;

namespace {
class Damager {
public:
  Damager(Case &testCase, const Program &program, Random &random)
      : testCase(testCase), program(program), random(random) {}

  bool damage(Argument &argument);

private:
  bool damageIndices(Argument &argument, int64_t bound);
  bool damageOffsets(Argument &argument);
  bool damageExtent(Argument &argument, int64_t numDims);
  bool fail(EmbStatus status, std::string what) {
    testCase.failure = status;
    testCase.damage = std::move(what);
    return true;
  }
  static void set(Argument &argument, int64_t at, int64_t number) {
    argument.bits[at] = argument.dtype == DType::I32
                            ? uint32_t(number)
                            : static_cast<uint64_t>(number);
  }
  static int64_t get(const Argument &argument, int64_t at) {
    return argument.dtype == DType::I32 ? int32_t(argument.bits[at])
                                        : int64_t(argument.bits[at]);
  }

  Case &testCase;
  const Program &program;
  Random &random;
};
} // namespace

bool Damager::damageIndices(Argument &argument, int64_t bound) {
  if (argument.bits.empty())
    return false;
  bool isWide = argument.dtype == DType::I64;
  int64_t value = random.pick<int64_t>(
      {bound, bound, bound + random.between(1, 1000), -1, -1, -2, -bound - 1,
       isWide ? int64_t(1) << 40 : std::numeric_limits<int32_t>::max(),
       isWide ? std::numeric_limits<int64_t>::min()
              : std::numeric_limits<int32_t>::min()});
  set(argument, random.between(0, argument.bits.size() - 1), value);
  return fail(EMB_INVALID_INDEX, argument.name + " has " +
                                     std::to_string(value) + " of " +
                                     std::to_string(bound));
}

bool Damager::damageOffsets(Argument &argument) {
  int64_t size = argument.bits.size();
  llvm::StringRef number =
      llvm::StringRef(argument.name).substr(strlen("offsets"));
  int64_t count = testCase.find(("indices" + number).str())->bits.size();
  std::string what = argument.name;
  if (size == 0)
    return false;
  switch (random.between(0, 2)) {
  case 0:
    set(argument, 0, random.pick<int64_t>({1, -1, 1000}));
    what += " begin elsewhere";
    break;
  case 1:
    if (size < 2)
      return false;
    set(argument, size - 1, count + random.between(1, 3));
    what += " end too high";
    break;
  default: {
    if (size < 3)
      return false;
    int64_t at = random.between(1, size - 2);
    set(argument, at, get(argument, at + 1) + random.between(1, 3));
    what += " decrease";
    break;
  }
  }
  return fail(EMB_INVALID_OFFSETS, what);
}

/// Makes one of the first dimensions larger or smaller.
bool Damager::damageExtent(Argument &argument, int64_t numDims) {
  if (numDims == 0)
    return false;
  int64_t dim = random.between(0, numDims - 1);
  int64_t &size = argument.shape[dim];
  size += size > 0 && random.oneIn(2) ? -1 : 1;
  int64_t count = 1;
  for (int64_t extent : argument.shape)
    count *= extent;
  argument.bits.resize(count, 0);
  return fail(EMB_INVALID_SHAPE, argument.name +
                                     " has another size in dimension " +
                                     std::to_string(dim));
}

bool Damager::damage(Argument &argument) {
  llvm::StringRef name = argument.name;
  int64_t numRows = testCase.arguments.front().shape[0];
  int64_t rank = argument.shape.size();
  if (name.starts_with("indices"))
    return damageIndices(argument, numRows);
  if (name.starts_with("offsets"))
    return damageOffsets(argument);
  if (name.starts_with("map")) {
    if (random.oneIn(3))
      return damageExtent(argument, rank);
    Argument &gradient =
        *testCase.find(("gradient" + name.substr(strlen("map"))).str());
    return damageIndices(argument, gradient.shape[0]);
  }
  if (name.starts_with("gradient")) {
    // Behind a map there may be any number of rows.
    size_t number = name.back() - '1';
    bool hasMap = program.update->sources[number].mapType.has_value();
    return !hasMap && damageExtent(argument, rank - 1);
  }
  if (name.starts_with("grad_output"))
    return damageExtent(argument, rank - 1);
  if (name.starts_with("per_sample_weights") || name.starts_with("scale"))
    return damageExtent(argument, rank);
  return name == "state" && damageExtent(argument, 1);
}

bool property::damage(Case &testCase, const Program &program, Random &random) {
  Damager damager(testCase, program, random);
  for (int attempt = 0; attempt < 8; ++attempt) {
    int64_t at = random.between(0, testCase.arguments.size() - 1);
    if (!damager.damage(testCase.arguments[at]))
      continue;
    testCase.results.clear();
    return true;
  }
  return false;
}
