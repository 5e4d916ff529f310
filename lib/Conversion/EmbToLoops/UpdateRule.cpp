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
