//===- Contest.h - Compiled code against the twin ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_BENCH_CONTEST_H
#define EMB_LIB_TOOLS_BENCH_CONTEST_H

#include "Case.h"
#include "Data.h"
#include "Twin/Twin.h"
#include "emb/ExecutionEngine/Executable.h"

#include <functional>
#include <memory>

namespace mlir::emb::bench {

/// One case: its data, the compiled function and the twin, which work on the
/// same memory in turn.
class Contest {
public:
  /// Makes the data and compiles. `sweepBytes` of memory are written to empty
  /// the caches of cases that want that.
  static llvm::Expected<std::unique_ptr<Contest>>
  create(const Case &config, const CompileOptions &compile, size_t sweepBytes);

  /// Runs the compiled function and each twin that this processor can run once,
  /// from the same state, and compares all that they may have written. To be
  /// called first. Fails with EMB_INVALID_ARGUMENT at the first difference.
  llvm::Error check();

  /// Finds the twin's prefetch distances.
  void tune();

  /// Milliseconds of a run; what has to happen before it is not counted.
  llvm::Expected<double> timeCompiled();
  double timeTwin();

  /// Speed at which the processor reads random whole rows of this table, as
  /// many as there are lookups, in GB/s: the best of all prefetch distances.
  /// The rows are those of the case if it draws them uniformly.
  llvm::Expected<double> measureCeiling(int repetitions);

  const Lookups &getLookups() const { return lookups; }
  const TwinTuning &getTuning() const { return tuning; }
  const CompileStats &getCompileStats() const { return program->getStats(); }

private:
  explicit Contest(const Case &config) : config(config) {}
  llvm::Error makeData();
  llvm::Error compile(const CompileOptions &options);
  llvm::Error makeTwin();
  void runTwin(const TwinKernels &kernels);
  void prepare();
  double timeOnce(const std::function<void()> &work);

  /// What a run leaves: outputs, then table and states of the touched rows.
  struct Outcome {
    std::vector<char> output;
    std::vector<float> rows;
  };
  llvm::Expected<Outcome> getCompiledOutcome();
  Outcome getTwinOutcome();
  std::vector<float> copyTouched() const;
  void restoreTouched();
  llvm::Error compare(StringRef twin, const Outcome &found,
                      const Outcome &want) const;
  llvm::Error compareOutput(StringRef twin, ArrayRef<char> found,
                            ArrayRef<char> want) const;
  llvm::Error compareRows(StringRef twin, ArrayRef<float> found,
                          ArrayRef<float> want) const;
  llvm::Error checkUntouched() const;
  bool writesTable() const {
    return config.work == Work::Renorm || config.work == Work::Step;
  }

  Case config;
  Lookups lookups;
  Tensor table, gradient;
  SmallVector<Tensor, 2> states;
  /// Table and states of the touched rows, as they were.
  std::vector<float> initial;

  std::unique_ptr<Executable> program;
  std::unique_ptr<BoundCall> call;

  Tensor output, groupRows, groupBounds, groupPositions;
  int64_t groupCount = 0;
  TwinArguments arguments{};
  TwinTuning tuning;
  TwinMemory memory, sweepMemory;
  size_t sweepBytes = 0;
};

} // namespace mlir::emb::bench

#endif // EMB_LIB_TOOLS_BENCH_CONTEST_H
