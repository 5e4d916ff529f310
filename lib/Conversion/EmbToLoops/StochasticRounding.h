//===- StochasticRounding.h - Rounding by reproducible chance ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The bits of an element are a function of seed, step, table, row and column
// alone, computed with 32-bit integers: any number of threads, any order and
// any target give the same ones. docs/rounding.md defines them bit by bit.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_EMBTOLOOPS_STOCHASTICROUNDING_H
#define EMB_LIB_CONVERSION_EMBTOLOOPS_STOCHASTICROUNDING_H

#include "RowVectors.h"

#include <array>

namespace mlir::emb {

class StochasticRounding {
public:
  /// Two words, i32, that all elements of a row share.
  struct RowKey {
    Value first, second;
  };

  /// Emits what all rows share. `seed` and `step` are i64.
  StochasticRounding(OpBuilder &builder, Location loc, Value seed, Value step,
                     int64_t tableId);

  RowKey createRowKey(OpBuilder &builder, Location loc, Value row) const;

  /// `value`, the f32 elements of a piece, in `type`, f16 or bf16: rounded away
  /// from zero with the probability of the discarded fraction, else towards
  /// zero. Beyond the largest finite number of `type`, and for infinities and
  /// NaN, the nearest value.
  Value round(OpBuilder &builder, Location loc, Value value, FloatType type,
              const RowKey &key, const RowTile &tile,
              const RowPiece &piece) const;

private:
  std::array<Value, 4> callKey;
};

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_EMBTOLOOPS_STOCHASTICROUNDING_H
