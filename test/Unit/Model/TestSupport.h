//===- TestSupport.h - What tests of models have in common ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_UNIT_MODEL_TESTSUPPORT_H
#define EMB_TEST_UNIT_MODEL_TESTSUPPORT_H

#include "emb/Model/Model.h"
#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"

#include <regex>

namespace mlir::emb::test {

/// A message with "file.cpp:12: " for "file.cpp:12:8: ": compilers differ in
/// the column.
inline std::string dropColumns(const std::string &message) {
  return std::regex_replace(message, std::regex("(\\.cpp:[0-9]+):[0-9]+"),
                            "$1");
}

template <typename T> T take(llvm::Expected<T> value) {
  if (!value) {
    ADD_FAILURE() << llvm::toString(value.takeError());
    std::abort();
  }
  return std::move(*value);
}

/// What was refused, without columns.
template <typename T> std::string takeMessage(llvm::Expected<T> value) {
  if (value)
    return "no error";
  return dropColumns(llvm::toString(value.takeError()));
}

/// A view of `values`: of one dimension, unless `shape` is given.
template <typename T>
TensorRef view(const std::vector<T> &values,
               llvm::ArrayRef<int64_t> shape = {-1}) {
  if (shape.size() == 1 && shape[0] < 0)
    return TensorRef(values.data(), {static_cast<int64_t>(values.size())});
  return TensorRef(values.data(), shape);
}

/// The elements in row-major order.
template <typename T = float> std::vector<T> toVector(const TensorRef &tensor) {
  EXPECT_EQ(dtypeOf<T>(), tensor.dtype);
  std::vector<T> values(tensor.getNumElements());
  tensor.copyTo(values.data());
  return values;
}

inline std::vector<float> getParameter(Model &model, llvm::StringRef name) {
  return toVector(take(model.getParameter(name)));
}

/// An initializer: `numbers` one after the other, again and again.
inline Init values(std::vector<double> numbers) {
  return InitFn(
      [numbers](uint64_t i, llvm::ArrayRef<int64_t>, const RandomStream &) {
        return numbers[i % numbers.size()];
      });
}

/// An initializer: 1, 2, 3, ... times `unit`.
inline Init counting(double unit = 1.0) {
  return InitFn([unit](uint64_t i, llvm::ArrayRef<int64_t>,
                       const RandomStream &) { return (i + 1) * unit; });
}

/// What `predict` returns as "y".
inline std::vector<float> predict(Model &model, Var y,
                                  llvm::ArrayRef<Feed> inputs) {
  CompiledModel program = take(model.compile({.outputs = {{"y", y}}}));
  StepResult result = take(program.predict(inputs));
  return toVector(take(result.get("y")));
}

/// What compiling `y` refuses, without "file:line: error: ", one error a line.
inline std::string refusal(Model &model, Var y) {
  std::string message = takeMessage(model.compile({.outputs = {{"y", y}}}));
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(message).split(lines, '\n');
  std::string text;
  for (llvm::StringRef line : lines)
    text += (text.empty() ? "" : "\n") + line.split("error: ").second.str();
  return text.empty() ? message : text;
}

} // namespace mlir::emb::test

#endif // EMB_TEST_UNIT_MODEL_TESTSUPPORT_H
