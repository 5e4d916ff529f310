//===- Shuffle.h - The order of examples in an epoch ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXAMPLES_COMMON_SHUFFLE_H
#define EMB_EXAMPLES_COMMON_SHUFFLE_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace examples {

/// The numbers 0 .. count - 1 in an order that depends on the seed and the
/// epoch alone: there is no state that a resumed run would have to restore.
/// Every order is equally likely (Fisher and Yates).
std::vector<uint32_t> getShuffledOrder(size_t count, uint64_t seed,
                                       unsigned epoch);

} // namespace examples

#endif // EMB_EXAMPLES_COMMON_SHUFFLE_H
