//===- Init.h - First values of parameters ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_MODEL_INIT_H
#define EMB_MODEL_INIT_H

#include "emb/ExecutionEngine/Tensor.h"
#include "llvm/ADT/StringRef.h"

#include <array>
#include <functional>
#include <variant>

namespace mlir::emb {

//===----------------------------------------------------------------------===//
// Random numbers
//===----------------------------------------------------------------------===//

/// A stream of random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw:
/// Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011), keyed by a seed and a
/// name. Any of its numbers can be had without those before it, so what is made
/// of it does not depend on threads, on other streams or on the machine: all
/// give the same bits.
class RandomStream {
public:
  RandomStream(uint64_t seed, llvm::StringRef name);

  /// Number `i` of the stream, uniform in [0, 1): a multiple of 2^-53.
  double uniform(uint64_t i) const { return uniformPair(i / 2)[i % 2]; }
  /// Number `i` of the stream, of the standard normal distribution (Box and
  /// Muller 1958). Independent of the uniform ones.
  double normal(uint64_t i) const { return normalPair(i / 2)[i % 2]; }

  /// Numbers 2 `pair` and 2 `pair` + 1, for the price of one.
  std::array<double, 2> uniformPair(uint64_t pair) const;
  std::array<double, 2> normalPair(uint64_t pair) const;

private:
  std::array<uint64_t, 2> getBits(uint64_t pair, bool forNormal) const;

  std::array<uint32_t, 2> key;
  /// The upper half of the counter.
  std::array<uint32_t, 2> stream;
};

//===----------------------------------------------------------------------===//
// Initializers: torch.nn.init
//===----------------------------------------------------------------------===//

struct Normal {
  double mean = 0.0;
  double std = 1.0;
};

/// In [a, b), also after rounding to the element type.
struct Uniform {
  double a = 0.0;
  double b = 1.0;
};

/// He et al. 2015, for a leaky ReLU of slope `a`: uniform within
/// sqrt(6 / ((1 + a^2) fan_in)), fan_in being the number of elements of
/// weight[0]. Linear's default is a = sqrt(5), which is 1 / sqrt(fan_in).
struct KaimingUniform {
  double a = 0.0;
};

/// Glorot and Bengio 2010: uniform within gain sqrt(6 / (fan_in + fan_out)).
struct XavierUniform {
  double gain = 1.0;
};

struct Constant {
  double value = 0.0;
};

/// The user's own: the value of element `i` (in row-major order) of a parameter
/// of this shape. Called for each element, from several threads.
using InitFn = std::function<double(uint64_t i, llvm::ArrayRef<int64_t> shape,
                                    const RandomStream &random)>;

using Init = std::variant<Normal, Uniform, KaimingUniform, XavierUniform,
                          Constant, InitFn>;

/// Fills `tensor` (floats, any strides). The numbers depend on seed, name and
/// shape alone; they are computed in f64 and rounded once to the element type.
/// Fails (EMB_INVALID_ARGUMENT) for options that are not finite, a negative
/// std, a > b, a tensor of rank < 2 where a fan is needed, and a tensor that is
/// read-only or has elements in the same place; nothing is written then.
llvm::Error initialize(TensorRef tensor, const Init &init, uint64_t seed,
                       llvm::StringRef name);

} // namespace mlir::emb

#endif // EMB_MODEL_INIT_H
