//===- Case.h - What a benchmark measures -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Cases are data: a file holds an object with `cases`, a list of objects, and
// `defaults`, an object with the same fields. A field may hold a list of
// values; a case stands for every combination. docs/benchmarks.md has the
// fields.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_BENCH_CASE_H
#define EMB_LIB_TOOLS_BENCH_CASE_H

#include "Twin/Twin.h"
#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/ExecutionEngine/DType.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace mlir::emb::bench {

enum class Work { Gather, Bag, Renorm, Group, Step };
enum class Distribution { Uniform, Zipf, Hot };

struct Case {
  Work work = Work::Bag;
  int64_t rows = 1000000;
  int64_t columns = 64;
  int64_t bags = 4096;
  /// Lookups of a bag; of a ragged batch each number from idsMin to idsMax is
  /// as likely.
  int64_t idsMin = 20, idsMax = 20;
  Distribution distribution = Distribution::Uniform;
  /// Exponent of Zipf's law, or the share of the lookups that one row takes
  /// (the others are uniform).
  double skew = 0.0;
  DType table = DType::F32;
  DType index = DType::I64;
  BagMode mode = BagMode::Sum;
  Rule rule = Rule::SGD;
  int threads = 2;
  /// Caches are emptied before every run.
  bool flushed = false;

  bool isRagged() const { return idsMin != idsMax; }
  bool hasBags() const { return work == Work::Bag || work == Work::Step; }
  /// "step_adagrad_N1000000_D64_B4096_L20_uniform_f32_i64_t2_hot".
  std::string getName() const;
  /// "uniform", "zipf:1.05", "hot:0.5".
  std::string getDistribution() const;
  /// "20", "0..40".
  std::string getIds() const;
};

StringRef stringify(Work work);
StringRef stringify(Rule rule);

/// The cases of a file, in order. Errors (EMB_IO_ERROR) name the file, the
/// field, what was found and what was expected.
llvm::Expected<std::vector<Case>> readCases(StringRef path);

/// The same case with few rows and lookups: what it does stays, what it costs
/// does not.
Case shrink(const Case &original);

} // namespace mlir::emb::bench

#endif // EMB_LIB_TOOLS_BENCH_CASE_H
