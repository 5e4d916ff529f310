//===- UpdateKernels.h - Gradient sums and optimizers -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_BENCH_TWIN_UPDATEKERNELS_H
#define EMB_LIB_TOOLS_BENCH_TWIN_UPDATEKERNELS_H

#include "Kernels.h"

namespace mlir::emb::bench {
namespace {

/// The rule for one register of a row that is not row-wise.
template <class V, Rule R, class Load, class Store>
inline void applyRegister(typename V::Reg g, const TwinArguments &a, int64_t at,
                          const RuleNumbers &numbers, Load load, Store store) {
  using Reg = typename V::Reg;
  auto *table = static_cast<float *>(a.table);
  Reg rate = V::set(numbers.rate), w = load(table + at);
  if constexpr (R == Rule::SGD) {
    store(table + at, V::sub(w, V::mul(rate, g)));
  } else if constexpr (R == Rule::Adagrad) {
    Reg s = V::fma(g, g, load(a.states[0] + at));
    store(a.states[0] + at, s);
    Reg den = V::add(V::sqrt(s), V::set(numbers.eps));
    store(table + at, V::sub(w, V::div(V::mul(rate, g), den)));
  } else {
    static_assert(R == Rule::SparseAdam);
    Reg m = load(a.states[0] + at), s = load(a.states[1] + at);
    m = V::fma(V::set(numbers.beta1Rest), V::sub(g, m), m);
    s = V::fma(V::set(numbers.beta2Rest), V::sub(V::mul(g, g), s), s);
    store(a.states[0] + at, m);
    store(a.states[1] + at, s);
    Reg den = V::add(V::sqrt(s), V::set(numbers.eps));
    store(table + at, V::sub(w, V::div(V::mul(rate, m), den)));
  }
}

/// Takes the new square into the accumulator of a row; the rate of the row.
inline float advanceRowWise(const TwinArguments &a, uint32_t row, float squares,
                            const RuleNumbers &numbers) {
  float sum = a.states[0][row] + squares / numbers.columns;
  a.states[0][row] = sum;
  return numbers.rate / (__builtin_sqrtf(sum) + numbers.eps);
}

/// Asks for what is ahead of a pair: its gradient row, and the table row and
/// states unless there are only sums to make. Wide rows are not asked for again
/// while they stay the same; for narrow ones to find that out costs more.
template <class V, Rule R, int K, bool Tail>
inline void prefetchPair(const TwinArguments &a, const Pair *pair,
                         int64_t column, int64_t bytes, bool isSum) {
  auto ask = [&](const float *p) {
    if constexpr (Tail)
      prefetchPartial<V, K>(p, bytes);
    else
      prefetchWhole<V, K>(p);
  };
  ask(a.gradient + pair->from * a.columns + column);
  if (isSum || (K * V::kLanes > 192 && pair->row == pair[-1].row))
    return;
  int64_t at = int64_t(pair->row) * a.columns + column;
  ask(static_cast<float *>(a.table) + at);
  if constexpr (R == Rule::RowWiseAdagrad)
    __builtin_prefetch(a.states[0] + pair->row, 1, 3);
  if constexpr (R == Rule::Adagrad || R == Rule::SparseAdam)
    ask(a.states[0] + at);
  if constexpr (R == Rule::SparseAdam)
    ask(a.states[1] + at);
}

/// For the columns from `column` on, K registers: sums the gradients of each
/// row of pairs[first, last) and applies the rule. With `sum` there is one row,
/// whose sum goes there instead.
template <class V, Rule R, int K, bool Tail>
void updateBlock(const TwinArguments &a, int distance, const Pair *pairs,
                 int64_t numPairs, int64_t first, int64_t last,
                 const RuleNumbers &numbers, int64_t column,
                 typename V::Mask tail, float *sum) {
  using Reg = typename V::Reg;
  const int64_t columns = a.columns, limit = distance ? numPairs : 0;
  const int64_t left = columns - column;
  const int64_t bytes = (left < K * V::kLanes ? left : K * V::kLanes) * 4;
  auto *table = static_cast<float *>(a.table);
  int64_t i = first;
  while (i < last) {
    const uint32_t row = pairs[i].row;
    Reg g[K];
    EMB_UNROLL
    for (int k = 0; k < K; ++k)
      g[k] = V::zero();
    do {
      if (i + distance < limit)
        prefetchPair<V, R, K, Tail>(a, pairs + i + distance, column, bytes,
                                    sum != nullptr);
      const float *from = a.gradient + pairs[i].from * columns + column;
      EMB_UNROLL
      for (int k = 0; k < K; ++k)
        g[k] = V::add(g[k], Tail && k == K - 1
                                ? V::load(from + k * V::kLanes, tail)
                                : V::load(from + k * V::kLanes));
      ++i;
    } while (i < last && pairs[i].row == row);
    auto load = [&](int k) {
      return [=](const float *p) {
        return Tail && k == K - 1 ? V::load(p, tail) : V::load(p);
      };
    };
    auto store = [&](int k) {
      return [=](float *p, Reg x) {
        if (Tail && k == K - 1)
          V::store(p, tail, x);
        else
          V::store(p, x);
      };
    };
    if (sum) {
      EMB_UNROLL
      for (int k = 0; k < K; ++k)
        store(k)(sum + column + k * V::kLanes, g[k]);
      continue;
    }
    const int64_t at = int64_t(row) * columns + column;
    if constexpr (R == Rule::RowWiseAdagrad) {
      Reg squares = V::mul(g[0], g[0]);
      EMB_UNROLL
      for (int k = 1; k < K; ++k)
        squares = V::fma(g[k], g[k], squares);
      Reg rate = V::set(advanceRowWise(a, row, V::sum(squares), numbers));
      EMB_UNROLL
      for (int k = 0; k < K; ++k) {
        float *w = table + at + k * V::kLanes;
        store(k)(w, V::sub(load(k)(w), V::mul(rate, g[k])));
      }
    } else {
      EMB_UNROLL
      for (int k = 0; k < K; ++k)
        applyRegister<V, R>(g[k], a, at + k * V::kLanes, numbers, load(k),
                            store(k));
    }
  }
}

template <class V>
using UpdateBlock = void (*)(const TwinArguments &, int, const Pair *, int64_t,
                             int64_t, int64_t, const RuleNumbers &, int64_t,
                             typename V::Mask, float *);

template <class V, Rule R, int... Ks>
UpdateBlock<V> pickUpdate(int vectors, bool partial,
                          std::integer_sequence<int, Ks...>) {
  static constexpr UpdateBlock<V> kPartial[] = {
      updateBlock<V, R, Ks + 1, true>...};
  static constexpr UpdateBlock<V> kWhole[] = {
      updateBlock<V, R, Ks + 1, false>...};
  return (partial ? kPartial : kWhole)[vectors - 1];
}

template <class V>
UpdateBlock<V> pickUpdate(Rule rule, int vectors, bool partial) {
  using Numbers = std::make_integer_sequence<int, V::kMostVectors>;
  switch (rule) {
  case Rule::SGD:
    return pickUpdate<V, Rule::SGD>(vectors, partial, Numbers());
  case Rule::Adagrad:
    return pickUpdate<V, Rule::Adagrad>(vectors, partial, Numbers());
  case Rule::RowWiseAdagrad:
    return pickUpdate<V, Rule::RowWiseAdagrad>(vectors, partial, Numbers());
  case Rule::SparseAdam:
    return pickUpdate<V, Rule::SparseAdam>(vectors, partial, Numbers());
  }
  return nullptr;
}

template <class V>
void runSumOn(const TwinArguments &a, const TwinTuning &tuning,
              const Pair *pairs, int64_t first, int64_t last, float *sum) {
  Blocks<V> blocks(a.columns);
  RuleNumbers numbers{};
  for (int64_t block = 0; block < blocks.count; ++block)
    pickUpdate<V>(Rule::SGD, blocks.getVectors(block), blocks.isPartial(block))(
        a, tuning.updateDistance, pairs, last, first, last, numbers,
        blocks.getColumn(block), blocks.getMask(block), sum);
}

template <class V, Rule R>
void applyRow(const TwinArguments &a, uint32_t row, const float *gradient,
              const RuleNumbers &numbers) {
  using Reg = typename V::Reg;
  const int64_t columns = a.columns, base = int64_t(row) * columns;
  for (int64_t d = 0; d < columns; d += V::kLanes) {
    const int64_t left = columns - d;
    const auto mask = V::mask(left < V::kLanes ? left : V::kLanes);
    applyRegister<V, R>(
        V::load(gradient + d, mask), a, base + d, numbers,
        [=](const float *p) { return V::load(p, mask); },
        [=](float *p, Reg x) { V::store(p, mask, x); });
  }
}

template <class V>
void applyRowWise(const TwinArguments &a, uint32_t row, const float *gradient,
                  const RuleNumbers &numbers) {
  using Reg = typename V::Reg;
  auto *table = static_cast<float *>(a.table) + int64_t(row) * a.columns;
  const int64_t columns = a.columns;
  auto getMask = [&](int64_t d) {
    return V::mask(columns - d < V::kLanes ? columns - d : V::kLanes);
  };
  Reg squares = V::zero();
  for (int64_t d = 0; d < columns; d += V::kLanes) {
    Reg g = V::load(gradient + d, getMask(d));
    squares = V::fma(g, g, squares);
  }
  Reg rate = V::set(advanceRowWise(a, row, V::sum(squares), numbers));
  for (int64_t d = 0; d < columns; d += V::kLanes) {
    auto mask = getMask(d);
    Reg g = V::load(gradient + d, mask), w = V::load(table + d, mask);
    V::store(table + d, mask, V::sub(w, V::mul(rate, g)));
  }
}

template <class V>
void runApplyOn(const TwinArguments &a, uint32_t row, const float *gradient,
                const RuleNumbers &numbers) {
  switch (a.rule) {
  case Rule::SGD:
    return applyRow<V, Rule::SGD>(a, row, gradient, numbers);
  case Rule::Adagrad:
    return applyRow<V, Rule::Adagrad>(a, row, gradient, numbers);
  case Rule::RowWiseAdagrad:
    return applyRowWise<V>(a, row, gradient, numbers);
  case Rule::SparseAdam:
    return applyRow<V, Rule::SparseAdam>(a, row, gradient, numbers);
  }
}

template <class V>
void runAddOn(float *target, const float *source, int64_t columns) {
  for (int64_t d = 0; d < columns; d += V::kLanes) {
    const auto mask =
        V::mask(columns - d < V::kLanes ? columns - d : V::kLanes);
    V::store(target + d, mask,
             V::add(V::load(target + d, mask), V::load(source + d, mask)));
  }
}

template <class V>
void runUpdateOn(const TwinArguments &a, const TwinTuning &tuning,
                 const Pair *pairs, int64_t numPairs, int64_t first,
                 int64_t last, const RuleNumbers &numbers, float *scratch) {
  Blocks<V> blocks(a.columns);
  int distance = tuning.updateDistance;
  if (blocks.count == 1)
    return pickUpdate<V>(a.rule, blocks.getVectors(0), blocks.isPartial(0))(
        a, distance, pairs, numPairs, first, last, numbers, 0, blocks.tail,
        nullptr);
  while (first < last) {
    int64_t end = first + 1;
    while (end < last && pairs[end].row == pairs[first].row)
      ++end;
    // The rate of a row needs all of its columns first.
    bool sumFirst = a.rule == Rule::RowWiseAdagrad;
    for (int64_t block = 0; block < blocks.count; ++block)
      pickUpdate<V>(a.rule, blocks.getVectors(block), blocks.isPartial(block))(
          a, distance, pairs, numPairs, first, end, numbers,
          blocks.getColumn(block), blocks.getMask(block),
          sumFirst ? scratch : nullptr);
    if (sumFirst)
      applyRowWise<V>(a, pairs[first].row, scratch, numbers);
    first = end;
  }
}

} // namespace

/// The table of all kernels for registers V.
#define EMB_TWIN_KERNELS(name, text, V, isSupported)                           \
  extern const TwinKernels name;                                               \
  const TwinKernels name = {text,           isSupported,    runBagsOn<V>,      \
                            runGatherOn<V>, runUpdateOn<V>, runSumOn<V>,       \
                            runApplyOn<V>,  runAddOn<V>,    runRenormOn<V>,    \
                            runReadOn<V>}

} // namespace mlir::emb::bench

#endif // EMB_LIB_TOOLS_BENCH_TWIN_UPDATEKERNELS_H
