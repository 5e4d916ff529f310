//===- UpdateRule.cpp - The region of emb.update on vectors ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "UpdateRule.h"

using namespace mlir;
using namespace mlir::emb;

//===----------------------------------------------------------------------===//
// UpdateRule
//===----------------------------------------------------------------------===//

UpdateRule::UpdateRule(UpdateOp op) : op(op) {
  unsigned numInits = op.getInits().size();
  for (unsigned i = 0; i < numInits; ++i)
    facts[op.getElementArg(i)].kind =
        op.isPerRow(i) ? Kind::Uniform : Kind::Varying;
  facts[op.getGradientArg()].kind = Kind::Varying;
  for (unsigned i = 0; i < op.getScalars().size(); ++i)
    facts[op.getScalarArg(i)].kind = Kind::Invariant;

  for (Operation &inner : op.getBody().front().without_terminator()) {
    Facts known{Kind::Invariant, 0};
    for (Value operand : inner.getOperands()) {
      Facts other = facts.lookup(operand);
      known.kind = std::max(known.kind, other.kind);
      known.phase = std::max(known.phase, other.phase);
    }
    if (auto reduce = dyn_cast<RowReduceOp>(inner)) {
      if (reductions.size() <= known.phase)
        reductions.resize(known.phase + 1);
      reductions[known.phase].push_back(reduce);
      known = {Kind::Uniform, known.phase + 1};
    }
    for (Value result : inner.getResults())
      facts[result] = known;
  }
  findGuard();
  findReads();
}

void UpdateRule::findGuard() {
  bool isGuarded = true;
  OperandRange yielded = op.getYield().getValues();
  for (auto [i, value] : llvm::enumerate(yielded)) {
    Value old = op.getElementArg(i);
    newValues.push_back(value == old ? Value() : value);
    if (value == old)
      continue;
    auto select = value.getDefiningOp<arith::SelectOp>();
    if (!select || select.getFalseValue() != old ||
        !isUniform(select.getCondition()) ||
        (guard && guard != select.getCondition())) {
      isGuarded = false;
      continue;
    }
    guard = select.getCondition();
  }
  if (!isGuarded)
    guard = Value();
  if (!guard)
    return;
  for (Value &value : newValues)
    if (value)
      value = value.getDefiningOp<arith::SelectOp>().getTrueValue();
}

void UpdateRule::findReads() {
  reads.resize(getNumPhases());
  for (unsigned phase = 0; phase < getNumPhases(); ++phase) {
    SmallVector<Value> worklist;
    if (phase + 1 < getNumPhases()) {
      for (RowReduceOp reduce : reductions[phase])
        worklist.push_back(reduce.getOperand());
    } else {
      llvm::copy_if(newValues, std::back_inserter(worklist),
                    [](Value value) { return value; });
    }
    DenseSet<Value> seen;
    while (!worklist.empty()) {
      Value value = worklist.pop_back_val();
      if (isUniform(value) || !seen.insert(value).second)
        continue;
      if (isa<BlockArgument>(value))
        reads[phase].insert(value);
      else
        llvm::append_range(worklist, value.getDefiningOp()->getOperands());
    }
  }
}

bool UpdateRule::readsArgument(BlockArgument arg) const {
  return llvm::any_of(reads, [&](const DenseSet<Value> &values) {
    return values.contains(arg);
  });
}

//===----------------------------------------------------------------------===//
// Emission
//===----------------------------------------------------------------------===//

void emb::emitUniform(OpBuilder &builder, UpdateOp op, const UpdateRule &rule,
                      unsigned phase, bool invariant, IRMapping &mapping) {
  for (Operation &inner : op.getBody().front().without_terminator()) {
    Value result = inner.getResult(0);
    if (!isa<RowReduceOp>(inner) && rule.isUniform(result) &&
        rule.getPhase(result) == phase && rule.isInvariant(result) == invariant)
      builder.clone(inner, mapping);
  }
}

void TileValues::set(Value value, ArrayRef<Value> vectors) {
  for (auto [known, vector] : llvm::zip_equal(values, vectors))
    known[value] = vector;
}

Value TileValues::get(OpBuilder &builder, Location loc, Value value,
                      unsigned piece) {
  if (Value known = values[piece].lookup(value))
    return known;
  Value result;
  if (rule.isUniform(value)) {
    result = vector::BroadcastOp::create(builder, loc,
                                         pieces[piece].getType(value.getType()),
                                         uniform.lookup(value));
  } else if (auto arg = dyn_cast<BlockArgument>(value)) {
    result = getArgument(builder, loc, arg, pieces[piece]);
  } else {
    Operation *scalar = value.getDefiningOp();
    IRMapping mapping;
    for (Value operand : scalar->getOperands())
      mapping.map(operand, get(builder, loc, operand, piece));
    Operation *clone = builder.clone(*scalar, mapping);
    for (auto [from, to] :
         llvm::zip_equal(scalar->getResults(), clone->getResults())) {
      to.setType(pieces[piece].getType(from.getType()));
      values[piece][from] = to;
    }
    return values[piece].lookup(value);
  }
  values[piece][value] = result;
  return result;
}

//===----------------------------------------------------------------------===//
// LaneReduction
//===----------------------------------------------------------------------===//

LaneReduction::LaneReduction(RowReduceOp op, const RowVectors &columns)
    : kind(op.getKind()), numLanes(columns.getLanes()), type(op.getType()) {
  if (numLanes > 0)
    type = VectorType::get({numLanes}, type);
}

double LaneReduction::getIdentityValue() const {
  double infinity = std::numeric_limits<double>::infinity();
  switch (kind) {
  case ReduceKind::Add:
    return 0.0;
  case ReduceKind::Max:
    return -infinity;
  case ReduceKind::Min:
    return infinity;
  }
  llvm_unreachable("all kinds are handled");
}

Value LaneReduction::getIdentity(OpBuilder &builder, Location loc) const {
  return createSplat(builder, loc, type, getIdentityValue());
}

Value LaneReduction::combine(OpBuilder &builder, Location loc, Value lhs,
                             Value rhs) const {
  switch (kind) {
  case ReduceKind::Add:
    return arith::AddFOp::create(builder, loc, lhs, rhs);
  case ReduceKind::Max:
    return arith::MaximumFOp::create(builder, loc, lhs, rhs);
  case ReduceKind::Min:
    return arith::MinimumFOp::create(builder, loc, lhs, rhs);
  }
  llvm_unreachable("all kinds are handled");
}

Value LaneReduction::addTile(OpBuilder &builder, Location loc, Value acc,
                             ArrayRef<Value> values,
                             ArrayRef<RowPiece> pieces) const {
  SmallVector<Value> terms;
  for (auto [value, piece] : llvm::zip_equal(values, pieces)) {
    Value term = value;
    if (piece.isMasked()) {
      Value mask = vector::ConstantMaskOp::create(
          builder, loc, piece.getType(builder.getI1Type()),
          ArrayRef<int64_t>{piece.active});
      Value identity =
          createSplat(builder, loc, term.getType(), getIdentityValue());
      term = arith::SelectOp::create(builder, loc, mask, term, identity);
    }
    if (piece.lanes != numLanes)
      term = vector::InsertStridedSliceOp::create(
          builder, loc, term, getIdentity(builder, loc), ArrayRef<int64_t>{0},
          ArrayRef<int64_t>{1});
    terms.push_back(term);
  }
  while (terms.size() > 1) {
    SmallVector<Value> sums;
    for (size_t i = 0; i + 1 < terms.size(); i += 2)
      sums.push_back(combine(builder, loc, terms[i], terms[i + 1]));
    if (terms.size() % 2)
      sums.push_back(terms.back());
    terms = std::move(sums);
  }
  return combine(builder, loc, acc, terms.front());
}

Value LaneReduction::finish(OpBuilder &builder, Location loc, Value acc) const {
  if (numLanes == 0)
    return acc;
  for (int64_t half = numLanes / 2; half > 0; half /= 2) {
    auto slice = [&](int64_t offset) {
      return vector::ExtractStridedSliceOp::create(
          builder, loc, acc, ArrayRef<int64_t>{offset}, ArrayRef<int64_t>{half},
          ArrayRef<int64_t>{1});
    };
    Value low = slice(0), high = slice(half);
    acc = combine(builder, loc, low, high);
  }
  return vector::ExtractOp::create(builder, loc, acc, ArrayRef<int64_t>{0});
}
