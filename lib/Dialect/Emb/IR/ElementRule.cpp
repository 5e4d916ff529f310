//===- ElementRule.cpp - What rules for one element must be ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementRule.h"

#include "mlir/Interfaces/CallInterfaces.h"

using namespace mlir;
using namespace mlir::emb;

LogicalResult emb::verifyRuleBody(Operation *op, Block &body, bool mayReduce) {
  for (Operation &inner : body.without_terminator()) {
    bool elementwise = OpTrait::hasElementwiseMappableTraits(&inner) ||
                       inner.hasTrait<OpTrait::ConstantLike>();
    // A call is there to be inlined.
    if (!elementwise && !isa<CallOpInterface>(inner) &&
        !(mayReduce && isa<RowReduceOp>(inner)))
      return op->emitOpError("region holds '")
             << inner.getName()
             << "', expected elementwise operations on scalars, constants"
             << (mayReduce ? ", calls and 'emb.row_reduce'" : " and calls");
    if (elementwise && !isMemoryEffectFree(&inner))
      return op->emitOpError("region holds '")
             << inner.getName() << "', which has side effects";
  }
  return success();
}

LogicalResult emb::verifyYield(YieldOp yield, TypeRange expected,
                               StringRef why) {
  if (yield.getValues().size() != expected.size())
    return yield.emitOpError("yields ")
           << yield.getValues().size() << " values, expected "
           << expected.size() << ", " << why;
  for (auto [number, value] : llvm::enumerate(yield.getValues()))
    if (value.getType() != expected[number])
      return yield.emitOpError("value ")
             << number << " has type " << value.getType() << ", expected "
             << expected[number];
  return success();
}

/// Whether `value`, inside the region, is the same in every column of the row.
static bool isRowUniform(Value value, function_ref<bool(unsigned)> isUniform,
                         DenseMap<Value, bool> &known) {
  auto [entry, inserted] = known.try_emplace(value, false);
  if (!inserted)
    return entry->second;
  bool uniform;
  if (auto arg = dyn_cast<BlockArgument>(value))
    uniform = isUniform(arg.getArgNumber());
  else if (value.getDefiningOp<RowReduceOp>())
    uniform = true;
  else
    uniform = llvm::all_of(value.getDefiningOp()->getOperands(), [&](Value v) {
      return isRowUniform(v, isUniform, known);
    });
  known[value] = uniform;
  return uniform;
}

LogicalResult emb::verifyPerRow(YieldOp yield,
                                function_ref<bool(unsigned)> isPerRow,
                                function_ref<bool(unsigned)> isUniform) {
  DenseMap<Value, bool> known;
  for (auto [number, value] : llvm::enumerate(yield.getValues()))
    if (isPerRow(number) && !isRowUniform(value, isUniform, known))
      return yield.emitOpError("value ")
             << number
             << " differs between columns, expected one value for the row: "
                "the state holds one value per row";
  return success();
}
