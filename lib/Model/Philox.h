//===- Philox.h - Philox4x32-10 ---------------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_MODEL_PHILOX_H
#define EMB_LIB_MODEL_PHILOX_H

#include <array>
#include <cstdint>

namespace mlir::emb {

/// The block of 128 random bits that belongs to `counter`: Salmon, Moraes, Dror
/// and Shaw, Parallel Random Numbers: As Easy as 1, 2, 3 (SC 2011), 4x32 bits,
/// 10 rounds.
inline std::array<uint32_t, 4> philox4x32(std::array<uint32_t, 4> counter,
                                          std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    uint64_t a = uint64_t(0xD2511F53) * counter[0];
    uint64_t b = uint64_t(0xCD9E8D57) * counter[2];
    counter = {static_cast<uint32_t>(b >> 32) ^ counter[1] ^ key[0],
               static_cast<uint32_t>(b),
               static_cast<uint32_t>(a >> 32) ^ counter[3] ^ key[1],
               static_cast<uint32_t>(a)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

} // namespace mlir::emb

#endif // EMB_LIB_MODEL_PHILOX_H
