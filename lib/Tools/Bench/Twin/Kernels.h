//===- Kernels.h - The kernels, for any kind of register --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A row is cut into blocks of columns that fit into registers, up to
// V::kMostVectors of them; a kernel is instantiated for each number of
// registers. The last register of a row may be partly used (Tail).
//
// Everything here is local to the file that includes it: each is compiled for
// another processor, and the linker must not mix them.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_BENCH_TWIN_KERNELS_H
#define EMB_LIB_TOOLS_BENCH_TWIN_KERNELS_H

#include "Twin.h"

#include <utility>

#if defined(__clang__)
#define EMB_UNROLL _Pragma("unroll")
#else
#define EMB_UNROLL _Pragma("GCC unroll 32")
#endif

namespace mlir::emb::bench {
namespace {

/// Asks for the cache lines of [p, p + bytes).
inline void prefetch(const void *p, int64_t bytes) {
  auto *begin = static_cast<const char *>(p);
  for (int64_t at = 0; at < bytes; at += 64)
    __builtin_prefetch(begin + at, 0, 3);
  // Rows need not begin at a line.
  if (bytes % 64)
    __builtin_prefetch(begin + bytes - 1, 0, 3);
}

/// The same for the whole lines of a block of K full registers.
template <class V, int K> inline void prefetchWhole(const float *p) {
  constexpr int step = 16;
  EMB_UNROLL
  for (int at = 0; at < K * V::kLanes; at += step)
    __builtin_prefetch(p + at, 0, 3);
}

/// The same for K registers of elements of which the last is partly used.
template <class V, int K, class Element>
inline void prefetchPartial(const Element *p, int64_t bytes) {
  constexpr int full = (K - 1) * V::kLanes * int(sizeof(Element));
  auto *begin = reinterpret_cast<const char *>(p);
  EMB_UNROLL
  for (int at = 0; at <= full; at += 64)
    __builtin_prefetch(begin + at, 0, 3);
  __builtin_prefetch(begin + bytes - 1, 0, 3);
}

template <RowType T> struct ElementOf {
  using type = uint16_t;
};
template <> struct ElementOf<RowType::F32> {
  using type = float;
};

template <class V, RowType T>
inline typename V::Reg loadRow(const typename ElementOf<T>::type *p,
                               typename V::Mask mask) {
  if constexpr (T == RowType::F32)
    return V::load(p, mask);
  else if constexpr (T == RowType::F16)
    return V::loadHalf(p, mask);
  else
    return V::loadBrain(p, mask);
}

template <class V, RowType T>
inline void storeRow(typename ElementOf<T>::type *p, typename V::Mask mask,
                     typename V::Reg x) {
  if constexpr (T == RowType::F32)
    V::store(p, mask, x);
  else if constexpr (T == RowType::F16)
    V::storeHalf(p, mask, x);
  else
    V::storeBrain(p, mask, x);
}

/// How the columns are cut. The last block may have fewer registers.
template <class V> struct Blocks {
  int64_t columns, vectors, count, perBlock;
  typename V::Mask tail;

  explicit Blocks(int64_t columns)
      : columns(columns), vectors((columns + V::kLanes - 1) / V::kLanes),
        count((vectors + V::kMostVectors - 1) / V::kMostVectors),
        perBlock((vectors + count - 1) / count),
        tail(V::mask(columns - (vectors - 1) * V::kLanes)) {}

  int64_t getColumn(int64_t block) const {
    return block * perBlock * V::kLanes;
  }
  int getVectors(int64_t block) const {
    int64_t left = vectors - block * perBlock;
    return static_cast<int>(left < perBlock ? left : perBlock);
  }
  /// Only the last block of a row has a tail.
  typename V::Mask getMask(int64_t block) const {
    return block + 1 == count ? tail : V::mask(V::kLanes);
  }
  bool isPartial(int64_t block) const {
    return block + 1 == count && columns % V::kLanes != 0;
  }
};

//===----------------------------------------------------------------------===//
// Bags
//===----------------------------------------------------------------------===//

/// Columns of bags [first, last) that begin at `column` and take K registers.
template <class V, RowType T, class Index, bool Max, int K, bool Tail>
void poolBlock(const TwinArguments &a, int distance, int64_t first,
               int64_t last, int64_t column, typename V::Mask tail) {
  using Element = typename ElementOf<T>::type;
  using Reg = typename V::Reg;
  const auto full = V::mask(V::kLanes);
  auto *table = static_cast<const Element *>(a.table) + column;
  auto *output = static_cast<Element *>(a.output) + column;
  auto *indices = static_cast<const Index *>(a.indices);
  auto *offsets = static_cast<const Index *>(a.offsets);
  const int64_t columns = a.columns, limit = distance ? a.numLookups : 0;
  const int64_t left = columns - column;
  const int64_t bytes =
      (left < K * V::kLanes ? left : K * V::kLanes) * int64_t(sizeof(Element));
  auto load = [&](const Element *row, int k) {
    if constexpr (T == RowType::F32 && !Tail)
      return V::load(row + k * V::kLanes);
    else
      return loadRow<V, T>(row + k * V::kLanes, k == K - 1 ? tail : full);
  };
  for (int64_t bag = first; bag < last; ++bag) {
    int64_t begin = offsets ? int64_t(offsets[bag]) : bag * a.bagSize;
    int64_t end = offsets ? int64_t(offsets[bag + 1]) : begin + a.bagSize;
    Reg sums[K];
    EMB_UNROLL
    for (int k = 0; k < K; ++k)
      sums[k] = V::zero();
    for (int64_t i = begin; i < end; ++i) {
      if (i + distance < limit) {
        const Element *next = table + indices[i + distance] * columns;
        if constexpr (T == RowType::F32 && !Tail)
          prefetchWhole<V, K>(next);
        else
          prefetchPartial<V, K>(next, bytes);
      }
      const Element *row = table + indices[i] * columns;
      if (Max && i == begin) {
        EMB_UNROLL
        for (int k = 0; k < K; ++k)
          sums[k] = load(row, k);
        continue;
      }
      EMB_UNROLL
      for (int k = 0; k < K; ++k)
        sums[k] =
            Max ? V::max(load(row, k), sums[k]) : V::add(sums[k], load(row, k));
    }
    if (a.pooling == Pooling::Mean && end > begin) {
      Reg count = V::set(static_cast<float>(end - begin));
      EMB_UNROLL
      for (int k = 0; k < K; ++k)
        sums[k] = V::div(sums[k], count);
    }
    Element *target = output + bag * columns;
    EMB_UNROLL
    for (int k = 0; k < K; ++k)
      storeRow<V, T>(target + k * V::kLanes, k == K - 1 ? tail : full, sums[k]);
  }
}

template <class V>
using PoolBlock = void (*)(const TwinArguments &, int, int64_t, int64_t,
                           int64_t, typename V::Mask);

/// Whole registers have code of their own where most time is spent.
template <class V, RowType T, class Index, bool Max, int... Ks>
PoolBlock<V> pickPool(int vectors, bool partial,
                      std::integer_sequence<int, Ks...>) {
  constexpr bool alwaysTail = Max || T != RowType::F32;
  static constexpr PoolBlock<V> kPartial[] = {
      poolBlock<V, T, Index, Max, Ks + 1, true>...};
  static constexpr PoolBlock<V> kWhole[] = {
      poolBlock<V, T, Index, Max, Ks + 1, alwaysTail>...};
  return (partial ? kPartial : kWhole)[vectors - 1];
}

template <class V, RowType T, class Index>
void pool(const TwinArguments &a, const TwinTuning &tuning, int64_t first,
          int64_t last) {
  using Numbers = std::make_integer_sequence<int, V::kMostVectors>;
  Blocks<V> blocks(a.columns);
  auto pick = [&](int64_t block) {
    int vectors = blocks.getVectors(block);
    bool partial = blocks.isPartial(block);
    return a.pooling == Pooling::Max
               ? pickPool<V, T, Index, true>(vectors, partial, Numbers())
               : pickPool<V, T, Index, false>(vectors, partial, Numbers());
  };
  if (blocks.count == 1)
    return pick(0)(a, tuning.forwardDistance, first, last, 0, blocks.tail);
  for (int64_t bag = first; bag < last; ++bag)
    for (int64_t block = 0; block < blocks.count; ++block)
      pick(block)(a, tuning.forwardDistance, bag, bag + 1,
                  blocks.getColumn(block), blocks.getMask(block));
}

template <class V>
void runBagsOn(const TwinArguments &a, const TwinTuning &tuning, int64_t first,
               int64_t last) {
  switch (a.type) {
  case RowType::F32:
    return a.wide ? pool<V, RowType::F32, int64_t>(a, tuning, first, last)
                  : pool<V, RowType::F32, int32_t>(a, tuning, first, last);
  case RowType::F16:
    return a.wide ? pool<V, RowType::F16, int64_t>(a, tuning, first, last)
                  : pool<V, RowType::F16, int32_t>(a, tuning, first, last);
  case RowType::BF16:
    return a.wide ? pool<V, RowType::BF16, int64_t>(a, tuning, first, last)
                  : pool<V, RowType::BF16, int32_t>(a, tuning, first, last);
  }
}

//===----------------------------------------------------------------------===//
// Gather, reading
//===----------------------------------------------------------------------===//

inline int64_t getRowBytes(const TwinArguments &a) {
  return a.columns * (a.type == RowType::F32 ? 4 : 2);
}

template <class Index>
const char *getRow(const TwinArguments &a, int64_t i, int64_t bytes) {
  return static_cast<const char *>(a.table) +
         int64_t(static_cast<const Index *>(a.indices)[i]) * bytes;
}

template <class V, class Index>
void gatherRows(const TwinArguments &a, const TwinTuning &tuning, int64_t first,
                int64_t last) {
  int64_t bytes = getRowBytes(a), distance = tuning.forwardDistance;
  int64_t limit = distance ? a.numLookups : 0;
  auto *output = static_cast<char *>(a.output);
  bool streaming = tuning.streaming && bytes % 64 == 0;
  for (int64_t i = first; i < last; ++i) {
    if (i + distance < limit)
      prefetch(getRow<Index>(a, i + distance, bytes), bytes);
    if (streaming)
      V::stream(output + i * bytes, getRow<Index>(a, i, bytes), bytes);
    else
      V::copy(output + i * bytes, getRow<Index>(a, i, bytes), bytes);
  }
  if (streaming)
    V::fence();
}

/// Rows of K full registers and, if Tail, a last one that overlaps with the one
/// before.
template <class V, class Index, int K, bool Tail>
void gatherWhole(const TwinArguments &a, const TwinTuning &tuning,
                 int64_t first, int64_t last) {
  const int64_t bytes = getRowBytes(a), distance = tuning.forwardDistance;
  const int64_t limit = distance ? a.numLookups : 0;
  constexpr int64_t lanes = V::kLanes;
  const int64_t rest = bytes / 4 - lanes;
  auto *output = static_cast<char *>(a.output);
  for (int64_t i = first; i < last; ++i) {
    if (i + distance < limit) {
      const char *next = getRow<Index>(a, i + distance, bytes);
      if constexpr (Tail)
        prefetchPartial<V, K + 1>(reinterpret_cast<const float *>(next), bytes);
      else
        prefetchWhole<V, K>(reinterpret_cast<const float *>(next));
    }
    auto *row = reinterpret_cast<const float *>(getRow<Index>(a, i, bytes));
    auto *target = reinterpret_cast<float *>(output + i * bytes);
    EMB_UNROLL
    for (int k = 0; k < K; ++k)
      V::store(target + k * lanes, V::load(row + k * lanes));
    if constexpr (Tail)
      V::store(target + rest, V::load(row + rest));
  }
}

template <class V>
using GatherRows = void (*)(const TwinArguments &, const TwinTuning &, int64_t,
                            int64_t);

template <class V, class Index, int... Ks>
GatherRows<V> pickGather(int64_t bytes, bool streaming,
                         std::integer_sequence<int, Ks...>) {
  static constexpr GatherRows<V> kWhole[] = {
      gatherWhole<V, Index, Ks + 1, false>...};
  static constexpr GatherRows<V> kPartial[] = {
      gatherWhole<V, Index, Ks + 1, true>...};
  constexpr int64_t width = V::kLanes * int64_t(sizeof(float));
  int64_t full = bytes / width;
  if ((streaming && bytes % 64 == 0) || bytes % 4 || full == 0 ||
      full > int64_t(sizeof...(Ks)))
    return gatherRows<V, Index>;
  return (bytes % width ? kPartial : kWhole)[full - 1];
}

template <class V>
void runGatherOn(const TwinArguments &a, const TwinTuning &tuning,
                 int64_t first, int64_t last) {
  using Numbers = std::make_integer_sequence<int, V::kMostVectors>;
  int64_t bytes = getRowBytes(a);
  (a.wide ? pickGather<V, int64_t>(bytes, tuning.streaming, Numbers())
          : pickGather<V, int32_t>(bytes, tuning.streaming, Numbers()))(
      a, tuning, first, last);
}

template <class V, class Index>
uint64_t readRows(const TwinArguments &a, int64_t distance, int64_t first,
                  int64_t last) {
  int64_t bytes = getRowBytes(a), limit = distance ? a.numLookups : 0;
  typename V::Digest digest;
  for (int64_t i = first; i < last; ++i) {
    if (i + distance < limit)
      prefetch(getRow<Index>(a, i + distance, bytes), bytes);
    digest.read(getRow<Index>(a, i, bytes), bytes);
  }
  return digest.get();
}

/// Rows of K full registers.
template <class V, class Index, int K>
uint64_t readWhole(const TwinArguments &a, int64_t distance, int64_t first,
                   int64_t last) {
  constexpr int64_t bytes = K * V::kLanes * int64_t(sizeof(float));
  const int64_t limit = distance ? a.numLookups : 0;
  typename V::Digest digest;
  for (int64_t i = first; i < last; ++i) {
    if (i + distance < limit)
      prefetchWhole<V, K>(reinterpret_cast<const float *>(
          getRow<Index>(a, i + distance, bytes)));
    const char *row = getRow<Index>(a, i, bytes);
    EMB_UNROLL
    for (int k = 0; k < K; ++k)
      digest.readRegister(row + k * (bytes / K));
  }
  return digest.get();
}

template <class V>
using ReadRows = uint64_t (*)(const TwinArguments &, int64_t, int64_t, int64_t);

template <class V, class Index, int... Ks>
ReadRows<V> pickRead(int64_t bytes, std::integer_sequence<int, Ks...>) {
  static constexpr ReadRows<V> kWhole[] = {readWhole<V, Index, Ks + 1>...};
  constexpr int64_t width = V::kLanes * int64_t(sizeof(float));
  if (bytes % width || bytes / width > int64_t(sizeof...(Ks)))
    return readRows<V, Index>;
  return kWhole[bytes / width - 1];
}

template <class V>
uint64_t runReadOn(const TwinArguments &a, int distance, int64_t first,
                   int64_t last) {
  using Numbers = std::make_integer_sequence<int, V::kMostVectors>;
  int64_t bytes = getRowBytes(a);
  return (a.wide ? pickRead<V, int64_t>(bytes, Numbers())
                 : pickRead<V, int32_t>(bytes, Numbers()))(a, distance, first,
                                                           last);
}

//===----------------------------------------------------------------------===//
// Renorm
//===----------------------------------------------------------------------===//

template <class V>
void runRenormOn(const TwinArguments &a, const TwinTuning &tuning,
                 const uint32_t *rows, int64_t numRows) {
  using Reg = typename V::Reg;
  auto *table = static_cast<float *>(a.table);
  const int64_t columns = a.columns, lanes = V::kLanes;
  const int64_t whole = columns / lanes * lanes;
  const auto tail = V::mask(columns - whole);
  const int64_t distance = tuning.updateDistance;
  for (int64_t i = 0; i < numRows; ++i) {
    if (distance && i + distance < numRows)
      prefetch(table + rows[i + distance] * columns, columns * 4);
    float *row = table + rows[i] * columns;
    Reg even = V::zero(), odd = V::zero();
    int64_t d = 0;
    for (; d + 2 * lanes <= whole; d += 2 * lanes) {
      Reg x = V::load(row + d), y = V::load(row + d + lanes);
      even = V::fma(x, x, even);
      odd = V::fma(y, y, odd);
    }
    if (d < whole) {
      Reg x = V::load(row + d);
      even = V::fma(x, x, even);
    }
    if (whole < columns) {
      Reg x = V::load(row + whole, tail);
      odd = V::fma(x, x, odd);
    }
    double norm = __builtin_sqrtf(V::sum(V::add(even, odd)));
    if (!(norm > a.maxNorm))
      continue;
    Reg factor = V::set(static_cast<float>(a.maxNorm / (norm + 1e-7)));
    for (d = 0; d < whole; d += lanes)
      V::store(row + d, V::mul(V::load(row + d), factor));
    if (whole < columns)
      V::store(row + whole, tail, V::mul(V::load(row + whole, tail), factor));
  }
}

} // namespace
} // namespace mlir::emb::bench

#endif // EMB_LIB_TOOLS_BENCH_TWIN_KERNELS_H
