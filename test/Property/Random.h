//===- Random.h - Numbers that a seed decides -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_PROPERTY_RANDOM_H
#define EMB_TEST_PROPERTY_RANDOM_H

#include <cmath>
#include <cstdint>
#include <initializer_list>

namespace property {

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number
/// generators, 2014): the same numbers with every standard library.
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}

  /// A generator that has nothing to do with that of another `stream`.
  static Random forStream(uint64_t seed, uint64_t stream) {
    Random mix(seed ^ (stream + 1) * 0xD1B54A32D192ED03);
    return Random(mix.next());
  }

  uint64_t next() {
    uint64_t z = state += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

  /// In [low, high].
  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(next() % uint64_t(high - low + 1));
  }
  bool oneIn(int64_t n) { return between(1, n) == 1; }
  /// In [0, 1).
  double uniform() { return std::ldexp(double(next() >> 11), -53); }
  /// Near enough to normal.
  double normal() {
    double total = 0;
    for (int i = 0; i < 12; ++i)
      total += uniform();
    return total - 6;
  }
  template <typename T> T pick(std::initializer_list<T> choices) {
    return choices.begin()[between(0, choices.size() - 1)];
  }

private:
  uint64_t state;
};

} // namespace property

#endif // EMB_TEST_PROPERTY_RANDOM_H
