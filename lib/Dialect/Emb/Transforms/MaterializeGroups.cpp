//===- MaterializeGroups.cpp - Groups as operations of their own ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
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
      if (auto renorm = dyn_cast<RenormOp>(op))
        addGroup(op, renorm.getIndices(), renorm.getGroupMutable());
      else if (auto scatter = dyn_cast<ScatterAddOp>(op))
        addGroup(op, scatter.getIndices(), scatter.getGroupMutable());
      else if (auto update = dyn_cast<UpdateOp>(op))
        addGroup(op, update.getIndices(), update.getGroupMutable());
    });
  }

  /// Groups `indices` right before `op`, unless it has a group, needs none or
  /// works on memrefs.
  void addGroup(Operation *op, ValueRange indices, MutableOperandRange group) {
    if (!group.empty() || indices.empty() || op->getNumResults() == 0)
      return;
    OpBuilder builder(op);
    auto groupOp = GroupOp::create(builder, op->getLoc(), indices,
                                   /*inits=*/ValueRange());
    group.assign(groupOp.getResults());
    remark::passed(op->getLoc(), remark::RemarkOpts::name("GroupAdded")
                                     .category(getArgument()))
        << op->getName().getStringRef()
        << remark::metric("sources", indices.size());
  }
};
} // namespace
