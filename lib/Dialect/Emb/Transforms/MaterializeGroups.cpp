//===- MaterializeGroups.cpp - Groups as operations of their own ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Dialect/Emb/Transforms/Groups.h"
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

  /// Groups `indices` right before `op`, unless it has a group, needs none or
  /// works on memrefs.
  void addGroup(Operation *op, ValueRange indices, Value table,
                ArrayRef<std::optional<int64_t>> paddings,
                MutableOperandRange group) {
    if (!group.empty() || indices.empty() || op->getNumResults() == 0)
      return;
    OpBuilder builder(op);
    group.assign(createGroup(builder, op->getLoc(), indices, paddings, table)
                     .getResults());
    remark::passed(
        op->getLoc(),
        remark::RemarkOpts::name("GroupAdded").category(getArgument()))
        << op->getName().getStringRef()
        << remark::metric("sources", indices.size());
  }
};
} // namespace
