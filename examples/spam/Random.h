//===- Random.h - Reproducible random numbers -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXAMPLES_SPAM_RANDOM_H
#define EMB_EXAMPLES_SPAM_RANDOM_H

#include "llvm/ADT/ArrayRef.h"

#include <cmath>
#include <cstdint>
#include <random>
#include <utility>

namespace spam {

/// Random numbers that a seed fixes. The engine is specified by the C++
/// standard; its distributions and std::shuffle are not, so they are here.
class Random {
public:
  explicit Random(uint64_t seed) : engine(seed) {}

  /// Uniform in [0, 1), a multiple of 2^-53.
  double uniform() { return (engine() >> 11) * 0x1p-53; }

  /// Uniform in [-bound, bound).
  float uniform(double bound) {
    return static_cast<float>((2 * uniform() - 1) * bound);
  }

  /// Normal with mean 0 (Box and Muller's method, one value of each pair).
  float normal(double deviation) {
    double radius = std::sqrt(-2 * std::log(1 - uniform()));
    double angle = 2 * 3.14159265358979323846 * uniform();
    return static_cast<float>(deviation * radius * std::cos(angle));
  }

  /// Every order is equally likely (Fisher and Yates).
  template <typename T> void shuffle(llvm::MutableArrayRef<T> values) {
    for (size_t left = values.size(); left > 1; --left)
      std::swap(values[left - 1],
                values[static_cast<size_t>(uniform() * left)]);
  }

private:
  std::mt19937_64 engine;
};

} // namespace spam

#endif // EMB_EXAMPLES_SPAM_RANDOM_H
