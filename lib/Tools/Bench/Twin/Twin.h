//===- Twin.h - The same work, written by hand ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a person writes who has one processor, one width and one optimizer in
// mind: intrinsics, rows in registers, prefetches at a measured distance, one
// parallel region for a whole step, a radix sort of 32-bit pairs over the bits
// that differ, one visit of each touched row. Compiled code is held against it.
//
// This header is included by code that is compiled for particular processors:
// it must not instantiate anything.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_BENCH_TWIN_TWIN_H
#define EMB_LIB_TOOLS_BENCH_TWIN_TWIN_H

#include <cstddef>
#include <cstdint>

namespace mlir::emb::bench {

enum class RowType : int { F32, F16, BF16 };
enum class Pooling : int { Sum, Mean, Max };
enum class Rule : int { SGD, Adagrad, RowWiseAdagrad, SparseAdam };

/// An occurrence of a row. `from` is the bag it is in, or its own number.
struct Pair {
  uint32_t row, from;
};

/// The memory and the sizes of a case. Everything is row-major; tables and
/// outputs are aligned to 64 bytes.
struct TwinArguments {
  void *table;
  RowType type;
  int64_t rows, columns;
  /// numLookups row numbers of 32 or 64 bits.
  const void *indices;
  bool wide;
  int64_t numLookups, bags;
  /// Of every bag; ignored where `offsets` has bags + 1 bounds (of the width of
  /// the indices).
  int64_t bagSize;
  const void *offsets;
  /// One row per lookup (gather) or bag (bag, step), of the table's type.
  void *output;
  Pooling pooling;
  /// Of a step: f32, one row per bag.
  const float *gradient;
  Rule rule;
  /// In the order of docs/optimizers.md.
  float *states[2];
  double rate;
  int64_t step;
  double maxNorm;
  /// Of a group: where its results go.
  void *groupRows;
  int32_t *groupBounds, *groupPositions;
  int64_t *groupCount;
  int threads;
};

/// What is measured once per case.
struct TwinTuning {
  /// How many lookups ahead rows are asked for, forward and in the update.
  int forwardDistance = 16;
  int updateDistance = 8;
  /// The output of a gather goes around the caches.
  bool streaming = false;
};

/// The sums and what is left to add of a step's rule.
struct RuleNumbers {
  float rate, eps, beta1Rest, beta2Rest, columns;
};

/// Kernels for one kind of processor, over a part of the work.
struct TwinKernels {
  const char *name;
  /// True if the processor that runs this can run them.
  bool (*isSupported)();
  void (*bags)(const TwinArguments &, const TwinTuning &, int64_t first,
               int64_t last);
  void (*gather)(const TwinArguments &, const TwinTuning &, int64_t first,
                 int64_t last);
  /// Updates the rows of whole segments, pairs[first, last). `scratch` holds
  /// `columns` elements.
  void (*update)(const TwinArguments &, const TwinTuning &, const Pair *pairs,
                 int64_t numPairs, int64_t first, int64_t last,
                 const RuleNumbers &, float *scratch);
  /// sum[d] = sum over the pairs of gradient[from, d].
  void (*sum)(const TwinArguments &, const TwinTuning &, const Pair *pairs,
              int64_t first, int64_t last, float *sum);
  /// Applies the rule to one row.
  void (*apply)(const TwinArguments &, uint32_t row, const float *gradient,
                const RuleNumbers &);
  /// target[d] += source[d].
  void (*add)(float *target, const float *source, int64_t columns);
  void (*renorm)(const TwinArguments &, const TwinTuning &,
                 const uint32_t *rows, int64_t numRows);
  /// Reads whole rows and returns something that depends on all of them.
  uint64_t (*read)(const TwinArguments &, int distance, int64_t first,
                   int64_t last);
};

/// The kernels there are, best first; the last one runs everywhere.
const TwinKernels *const *getAllTwinKernels(size_t &count);
/// The first of these that this processor can run.
const TwinKernels &getTwinKernels();

/// Sorts, hash sets and the like that last from run to run.
class TwinMemory {
public:
  TwinMemory() = default;
  TwinMemory(const TwinMemory &) = delete;
  TwinMemory &operator=(const TwinMemory &) = delete;
  ~TwinMemory();

  /// At least `bytes`, aligned to 64 bytes and on huge pages where that pays;
  /// zero when new. What a slot held is lost when it grows.
  void *get(int slot, size_t bytes);

private:
  struct Slot {
    void *data = nullptr;
    size_t bytes = 0;
  };
  static constexpr int kSlots = 8;
  Slot slots[kSlots];
};

/// What the twin does; each is one parallel region.
void runBags(const TwinKernels &, const TwinArguments &, const TwinTuning &);
void runGather(const TwinKernels &, const TwinArguments &, const TwinTuning &);
void runRenorm(const TwinKernels &, const TwinArguments &, const TwinTuning &,
               TwinMemory &);
void runGroup(const TwinArguments &, TwinMemory &);
void runStep(const TwinKernels &, const TwinArguments &, const TwinTuning &,
             TwinMemory &);
/// Reads the rows that `indices` name, and nothing else.
uint64_t runRead(const TwinKernels &, const TwinArguments &, int distance);

/// Mean time of an empty parallel region of two threads, in microseconds.
double timeEmptyRegion();
/// Writes `bytes` of memory with all threads, so that caches hold nothing else.
void sweepCaches(void *memory, size_t bytes, int threads);

} // namespace mlir::emb::bench

#endif // EMB_LIB_TOOLS_BENCH_TWIN_TWIN_H
