//===- Operands.h - What a layer or function is given -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LAYERS_OPERANDS_H
#define EMB_LAYERS_OPERANDS_H

#include "emb/Dialect/Emb/IR/Emb.h"
#include "llvm/ADT/MapVector.h"

#include <optional>
#include <string>

namespace mlir::emb {

/// An extent of an operand: `factor` times the extent that `key` stands for
/// within a layer.
struct Extent {
  Extent(unsigned key, int64_t factor = 1) : key(key), factor(factor) {}

  unsigned key;
  int64_t factor;
};

/// The operands of a layer or of a function. Extents of the same key must be
/// equal: `add` compares those that are static, `check` creates checks of the
/// others.
class Operands {
public:
  /// `layer` is the name for messages, "mse_loss", which the caller keeps.
  Operands(Location loc, StringRef layer) : loc(loc), layer(layer) {}

  /// Adds a tensor of floats, of the element type of the first one. `what` is
  /// its name. Null operands are left out. An extent that is not given may have
  /// any value. The caller keeps `operand`, which `check` may change.
  LogicalResult addFloats(Value &operand, StringRef what,
                          ArrayRef<std::optional<Extent>> extents);
  /// The same for a tensor of i32 or i64.
  LogicalResult addIntegers(Value &operand, StringRef what,
                            ArrayRef<std::optional<Extent>> extents);
  /// The same for a tensor of any elements.
  LogicalResult addTensor(Value &operand, StringRef what,
                          ArrayRef<std::optional<Extent>> extents);
  /// Adds a tensor of floats of any rank from `minRank` on whose extents have
  /// the keys 0, 1, ..., or tensors of that shape.
  LogicalResult addShape(MutableArrayRef<Value *> operands,
                         ArrayRef<StringRef> names, int64_t minRank = 0);

  /// Creates the checks of what is not static, unless it follows from where the
  /// operands come from or from a check that was made before, and gives the
  /// operands types with all static extents that are known of any of them.
  void check(OpBuilder &builder);

  /// The extent of `key`, after `check`.
  OpFoldResult getExtent(OpBuilder &builder, unsigned key) const;

  /// The element type of the floats.
  Type getElementType() const { return elementType; }

  /// Starts a diagnostic: "mse_loss: ".
  InFlightDiagnostic refuse() const;

private:
  struct Operand {
    Value *value;
    std::string name;
    SmallVector<std::optional<Extent>> extents;

    RankedTensorType getType() const {
      return cast<RankedTensorType>(value->getType());
    }
  };
  /// The first extent of a key, and its size as far as any extent tells.
  struct Binding {
    unsigned operand;
    int64_t dim;
    int64_t size;
  };

  FailureOr<RankedTensorType> verifyRanked(Value operand, StringRef what,
                                           StringRef expected) const;
  LogicalResult bind(Value &operand, StringRef what,
                     ArrayRef<std::optional<Extent>> extents);
  LogicalResult bind(unsigned operand, int64_t dim, Extent extent);
  void createCheck(OpBuilder &builder, const Operand &operand, int64_t dim,
                   Extent extent) const;
  /// The type of an operand with all that is known of its extents.
  RankedTensorType getKnownType(const Operand &operand) const;
  std::string describe(const Operand &operand, int64_t dim) const;

  Location loc;
  StringRef layer;
  Type elementType;
  SmallVector<Operand> operands;
  llvm::MapVector<unsigned, Binding> bindings;
};

} // namespace mlir::emb

#endif // EMB_LAYERS_OPERANDS_H
