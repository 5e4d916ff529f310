//===- UpdateRule.h - The region of emb.update on vectors -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rule in the region of an emb.update is written for one element. Row
// reductions cut it into phases: phase p knows the results of the reductions
// whose operands phases before p could compute. What is the same in every
// column stays scalar, the rest becomes vectors.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_EMBTOLOOPS_UPDATERULE_H
#define EMB_LIB_CONVERSION_EMBTOLOOPS_UPDATERULE_H

#include "EmbToLoops.h"

#include "mlir/IR/IRMapping.h"

namespace mlir::emb {

/// What is known about a rule before it is emitted.
class UpdateRule {
public:
  explicit UpdateRule(UpdateOp op);

  /// The phase in which `value` can be computed first.
  unsigned getPhase(Value value) const { return facts.lookup(value).phase; }
  /// Whether `value` is the same in every column of a row.
  bool isUniform(Value value) const {
    return facts.lookup(value).kind != Kind::Varying;
  }
  /// Whether `value` is the same in every row.
  bool isInvariant(Value value) const {
    return facts.lookup(value).kind == Kind::Invariant;
  }

  /// All phases but the last end with reductions.
  unsigned getNumPhases() const { return reductions.size() + 1; }
  ArrayRef<RowReduceOp> getReductions(unsigned phase) const {
    return reductions[phase];
  }

  /// The scalar condition under which a row is written, or null where it is
  /// always: all values that are written are `select %condition, %new, %old`
  /// of the old element of the same init.
  Value getGuard() const { return guard; }
  /// What init `init` becomes (where the guard holds), or null where it keeps
  /// its value.
  Value getNewValue(unsigned init) const { return newValues[init]; }

  /// Whether phase `phase` loads block argument `arg`.
  bool readsArgument(BlockArgument arg, unsigned phase) const {
    return reads[phase].contains(arg);
  }
  bool readsArgument(BlockArgument arg) const;

private:
  enum class Kind { Invariant, Uniform, Varying };
  struct Facts {
    Kind kind = Kind::Varying;
    unsigned phase = 0;
  };

  void findGuard();
  void findReads();

  UpdateOp op;
  DenseMap<Value, Facts> facts;
  SmallVector<SmallVector<RowReduceOp>> reductions;
  Value guard;
  SmallVector<Value> newValues;
  SmallVector<DenseSet<Value>> reads;
};

/// The vectors of one tile that have been emitted so far.
class TileValues {
public:
  /// Supplies the vector of a block argument that varies between columns.
  using ArgumentFn = std::function<Value(OpBuilder &, Location, BlockArgument,
                                         const RowPiece &)>;

  /// `uniform` holds the scalars of the row and must outlive the tile.
  TileValues(const UpdateRule &rule, const IRMapping &uniform,
             ArrayRef<RowPiece> pieces, ArgumentFn getArgument)
      : rule(rule), uniform(uniform), pieces(pieces), values(pieces.size()),
        getArgument(std::move(getArgument)) {}

  /// The vector of `value` for piece `piece`, emitted where it is missing.
  Value get(OpBuilder &builder, Location loc, Value value, unsigned piece);

  bool contains(Value value) const { return values.front().contains(value); }
  /// Gives the vectors of `value`, one for each piece.
  void set(Value value, ArrayRef<Value> vectors);

private:
  const UpdateRule &rule;
  const IRMapping &uniform;
  ArrayRef<RowPiece> pieces;
  SmallVector<DenseMap<Value, Value>> values;
  ArgumentFn getArgument;
};

/// Clones the operations of the rule whose results are uniform, known in
/// `phase` and invariant or not as asked, as scalars.
void emitUniform(OpBuilder &builder, UpdateOp op, const UpdateRule &rule,
                 unsigned phase, bool invariant, IRMapping &mapping);

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_EMBTOLOOPS_UPDATERULE_H
