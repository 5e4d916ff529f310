//===- Case.h - One call: arguments and what must come back -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_PROPERTY_CASE_H
#define EMB_TEST_PROPERTY_CASE_H

#include "Program.h"

namespace property {

struct Argument {
  std::string name;
  DType dtype = DType::F32;
  Shape shape;
  /// Of each element, in row-major order.
  std::vector<uint64_t> bits;
  bool isScalar = false;
};

struct Expected {
  std::string name;
  DType dtype = DType::F32;
  Shape shape;
  std::vector<Value> values;
};

/// How tensors lie in memory: `Strided` with gaps between rows,
/// `StridedColumns` between columns too, `Transposed` with the first dimension
/// innermost.
enum class Layout { Dense, Strided, StridedColumns, Transposed };

struct Case {
  std::vector<Argument> arguments;
  std::vector<Expected> results;
  /// The call must fail with this, and the arguments must stay.
  std::optional<EmbStatus> failure;
  /// What was broken.
  std::string damage;
  int threads = 1;
  Layout layout = Layout::Dense;
  /// Compare bit for bit with a run on one thread.
  bool compareThreads = false;
  int64_t numUndecided = 0;

  Argument *find(llvm::StringRef name);
};

/// Data for `program` and what the reference makes of it.
Case drawCase(const Program &program, Random &random);

/// Breaks one argument, so that the call must fail. Returns false if there is
/// nothing to break.
bool damage(Case &testCase, const Program &program, Random &random);

/// A file for emb-check that fails if this case does; "" if it would be too
/// large. `wrong` is the result that was wrong (-1: the call itself).
std::string printReproducer(const Case &testCase, const Program &program,
                            int wrong);

} // namespace property

#endif // EMB_TEST_PROPERTY_CASE_H
