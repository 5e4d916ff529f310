//===- Check.cpp - Do both compute the same? ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Contest.h"

#include "emb/ExecutionEngine/Error.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

#include <cmath>
#include <cstring>
#include <limits>

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::bench;

//===----------------------------------------------------------------------===//
// What a run leaves
//===----------------------------------------------------------------------===//

/// Calls visit(memory, elements) for each touched row of the table and of the
/// states.
static void forEachTouched(const Case &config, const Lookups &lookups,
                           const Tensor &table, ArrayRef<Tensor> states,
                           function_ref<void(float *, int64_t)> visit) {
  auto visitAll = [&](const Tensor &tensor, int64_t columns) {
    auto *data = static_cast<float *>(const_cast<void *>(tensor.data()));
    for (uint32_t row : lookups.touched)
      visit(data + row * columns, columns);
  };
  visitAll(table, config.columns);
  for (const Tensor &state : states)
    visitAll(state, getStateColumns(config));
}

std::vector<float> Contest::copyTouched() const {
  std::vector<float> copy;
  forEachTouched(config, lookups, table, states, [&](float *row, int64_t n) {
    copy.insert(copy.end(), row, row + n);
  });
  return copy;
}

void Contest::restoreTouched() {
  const float *source = initial.data();
  forEachTouched(config, lookups, table, states, [&](float *row, int64_t n) {
    std::memcpy(row, source, n * sizeof(float));
    source += n;
  });
}

static void append(std::vector<char> &bytes, const void *data, int64_t size) {
  auto *begin = static_cast<const char *>(data);
  bytes.insert(bytes.end(), begin, begin + size);
}

/// Of a group's results what its count covers, as 64-bit numbers.
static std::vector<char> packGroup(int64_t count, int64_t numLookups,
                                   const TensorRef &rows,
                                   const TensorRef &bounds,
                                   const TensorRef &positions) {
  std::vector<char> bytes;
  auto appendNumbers = [&](const TensorRef &from, int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
      int64_t number = from.dtype == DType::I64
                           ? static_cast<const int64_t *>(from.data)[i]
                           : static_cast<const int32_t *>(from.data)[i];
      append(bytes, &number, sizeof(number));
    }
  };
  append(bytes, &count, sizeof(count));
  appendNumbers(rows, count);
  appendNumbers(bounds, count + 1);
  appendNumbers(positions, numLookups);
  return bytes;
}

llvm::Expected<Contest::Outcome> Contest::getCompiledOutcome() {
  Outcome outcome;
  if (writesTable())
    outcome.rows = copyTouched();
  if (config.work == Work::Renorm)
    return outcome;
  SmallVector<TensorRef> tensors;
  for (size_t i = 0; i < (config.work == Work::Group ? 3 : 1); ++i) {
    llvm::Expected<RuntimeValue> result = call->getResult(i);
    if (!result)
      return result.takeError();
    tensors.push_back(result->getTensor());
  }
  if (config.work != Work::Group) {
    append(outcome.output, tensors[0].data,
           tensors[0].getNumElements() * getByteWidth(config.table));
    return outcome;
  }
  llvm::Expected<RuntimeValue> count = call->getResult(3);
  if (!count)
    return count.takeError();
  outcome.output = packGroup(count->getScalar().asInt(), lookups.count,
                             tensors[0], tensors[1], tensors[2]);
  return outcome;
}

Contest::Outcome Contest::getTwinOutcome() {
  Outcome outcome;
  if (writesTable())
    outcome.rows = copyTouched();
  if (config.work == Work::Group)
    outcome.output = packGroup(groupCount, lookups.count, groupRows.ref(),
                               groupBounds.ref(), groupPositions.ref());
  else if (config.work != Work::Renorm)
    append(outcome.output, output.data(), output.getSizeInBytes());
  return outcome;
}

//===----------------------------------------------------------------------===//
// Comparison
//===----------------------------------------------------------------------===//

/// The error of a difference; `element` counts in what `part` names.
static llvm::Error differ(StringRef twin, StringRef part, int64_t row,
                          int64_t column, double found, double want) {
  return makeError(
      EMB_INVALID_ARGUMENT,
      llvm::formatv("{0}, row {1}, column {2}: compiled code gave {3}, the "
                    "twin ({4}) {5}",
                    part, row, column, llvm::json::Value(found), twin,
                    llvm::json::Value(want))
          .str());
}

llvm::Error Contest::compareOutput(StringRef twin, ArrayRef<char> found,
                                   ArrayRef<char> want) const {
  if (found.size() != want.size())
    return makeError(EMB_INVALID_ARGUMENT,
                     llvm::formatv("output: compiled code gave {0} bytes, the "
                                   "twin ({1}) {2}",
                                   found.size(), twin, want.size())
                         .str());
  if (std::equal(found.begin(), found.end(), want.begin()))
    return llvm::Error::success();
  bool isGroup = config.work == Work::Group;
  // Sums are exact. A mean is rounded once more if it is multiplied by the
  // reciprocal of the count.
  double tolerance = 0.0;
  if (config.work == Work::Bag && config.mode == BagMode::Mean)
    tolerance = config.table == DType::F32   ? 0x1p-22
                : config.table == DType::F16 ? 0x1p-10
                                             : 0x1p-7;
  DType dtype = isGroup ? DType::I64 : config.table;
  int64_t width = getByteWidth(dtype);
  int64_t columns = isGroup ? 1 : config.columns;
  for (int64_t i = 0, n = found.size() / width; i < n; ++i) {
    double x = loadAsDouble(dtype, found.data() + i * width);
    double y = loadAsDouble(dtype, want.data() + i * width);
    if (!(std::abs(x - y) <= tolerance * std::abs(y)))
      return differ(twin, isGroup ? "count, rows, bounds, positions" : "output",
                    i / columns, i % columns, x, y);
  }
  return llvm::Error::success();
}

llvm::Error Contest::compareRows(StringRef twin, ArrayRef<float> found,
                                 ArrayRef<float> want) const {
  // Sums of gradients are exact; what follows is rounded a few times, on both
  // sides, and may be contracted. A change is at most as large as what was
  // there before and after together. A sum of squares has a rounding for each
  // column.
  double tolerance = 16 * 0x1p-23;
  if (config.work == Work::Step && config.rule == Rule::RowWiseAdagrad)
    tolerance += double(config.columns) * 0x1p-23;
  int64_t touched = lookups.touched.size();
  int64_t inTable = touched * config.columns;
  for (int64_t i = 0, n = found.size(); i < n; ++i) {
    double x = found[i], y = want[i];
    double scale = std::abs(initial[i]) + std::abs(y);
    if (std::abs(x - y) <= tolerance * scale)
      continue;
    bool isTable = i < inTable;
    int64_t columns = isTable ? config.columns : getStateColumns(config);
    int64_t inPart = isTable ? i : (i - inTable) % (touched * columns);
    std::string part =
        isTable
            ? std::string("table")
            : llvm::formatv("state {0}", (i - inTable) / (touched * columns))
                  .str();
    return differ(twin, part, lookups.touched[inPart / columns],
                  inPart % columns, x, y);
  }
  return llvm::Error::success();
}

llvm::Error Contest::compare(StringRef twin, const Outcome &found,
                             const Outcome &want) const {
  if (llvm::Error error = compareOutput(twin, found.output, want.output))
    return error;
  return compareRows(twin, found.rows, want.rows);
}

llvm::Error Contest::checkUntouched() const {
  if (config.work == Work::Group)
    return llvm::Error::success();
  // A table that is only read must stay as a whole.
  ArrayRef<uint32_t> touched = lookups.touched;
  for (int64_t row = 0; row < config.rows; ++row) {
    if (!touched.empty() && touched.front() == row) {
      touched = touched.drop_front();
      if (writesTable())
        continue;
    }
    bool isSame = isInitial(config, table, row);
    int64_t columns = getStateColumns(config);
    for (const Tensor &state : states) {
      auto *data = static_cast<const float *>(state.data());
      for (int64_t i = row * columns; i < (row + 1) * columns; ++i)
        isSame &= data[i] == getInitialState(i);
    }
    if (!isSame)
      return makeError(EMB_INVALID_ARGUMENT,
                       llvm::formatv("row {0}, which must not change, was "
                                     "written",
                                     row)
                           .str());
  }
  return llvm::Error::success();
}

llvm::Error Contest::check() {
  if (llvm::Error error = call->run())
    return error;
  llvm::Expected<Outcome> compiled = getCompiledOutcome();
  if (!compiled)
    return compiled.takeError();
  if (llvm::Error error = checkUntouched())
    return error;
  size_t count = 0;
  const TwinKernels *const *all = getAllTwinKernels(count);
  for (const TwinKernels *kernels : ArrayRef(all, count)) {
    if (!kernels->isSupported())
      continue;
    if (writesTable())
      restoreTouched();
    if (output.data())
      std::memset(output.data(), 0xff, output.getSizeInBytes());
    runTwin(*kernels);
    if (llvm::Error error = compare(kernels->name, *compiled, getTwinOutcome()))
      return error;
  }
  return checkUntouched();
}
