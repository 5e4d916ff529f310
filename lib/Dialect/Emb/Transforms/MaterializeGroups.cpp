//===- MaterializeGroups.cpp - Groups as operations of their own ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"

namespace mlir::emb {
#define GEN_PASS_DEF_MATERIALIZEGROUPS
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

namespace {
struct MaterializeGroupsPass
    : public emb::impl::MaterializeGroupsBase<MaterializeGroupsPass> {
  void runOnOperation() override {
    getOperation().walk([&](Operation *op) {
      if (auto renorm = dyn_cast<RenormOp>(op)) {
        addGroup(op, renorm.getIndices(), renorm.getInit(), {std::nullopt},
                 renorm.getGroupMutable());
      } else if (auto scatter = dyn_cast<ScatterAddOp>(op)) {
        addGroup(op, scatter.getIndices(), scatter.getInit(),
                 {scatter.getPaddingIdx()}, scatter.getGroupMutable());
      } else if (auto update = dyn_cast<UpdateOp>(op)) {
        SmallVector<std::optional<int64_t>> paddings;
        for (GradientSource source : update.getSources())
          paddings.push_back(source.padding);
        addGroup(op, update.getIndices(), update.getTable(), paddings,
                 update.getGroupMutable());
      }
    });
  }

  /// The row that `padding` means in `table`; -1 for none.
  static Value getPaddingRow(OpBuilder &builder, Location loc,
                             std::optional<int64_t> padding, Value table) {
    int64_t row = padding.value_or(-1);
    FailureOr<int64_t> known = normalizePaddingIdx(
        row, cast<ShapedType>(table.getType()).getDimSize(0));
    if (!padding || row >= 0 || (succeeded(known) && *known >= 0))
      return arith::ConstantIndexOp::create(builder, loc,
                                            padding ? *known : -1);
    Value rows = tensor::DimOp::create(builder, loc, table, 0);
    Value offset = arith::ConstantIndexOp::create(builder, loc, row);
    return arith::AddIOp::create(builder, loc, rows, offset);
  }

  /// Groups `indices` right before `op`, unless it has a group, needs none or
  /// works on memrefs.
  void addGroup(Operation *op, ValueRange indices, Value table,
                ArrayRef<std::optional<int64_t>> paddings,
                MutableOperandRange group) {
    if (!group.empty() || indices.empty() || op->getNumResults() == 0)
      return;
    OpBuilder builder(op);
    SmallVector<Value> padding;
    if (llvm::any_of(paddings, [](auto value) { return value.has_value(); }))
      for (std::optional<int64_t> value : paddings)
        padding.push_back(getPaddingRow(builder, op->getLoc(), value, table));
    auto groupOp = GroupOp::create(builder, op->getLoc(), indices, padding,
                                   /*inits=*/ValueRange());
    group.assign(groupOp.getResults());
    remark::passed(
        op->getLoc(),
        remark::RemarkOpts::name("GroupAdded").category(getArgument()))
        << op->getName().getStringRef()
        << remark::metric("sources", indices.size());
  }
};
} // namespace
