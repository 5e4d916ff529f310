//===- InsertChecks.cpp - Guard operations by checks ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExtentSource.h"
#include "GroupChecks.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"

namespace mlir::emb {
#define GEN_PASS_DEF_INSERTCHECKS
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

namespace {
struct InsertChecksPass : public emb::impl::InsertChecksBase<InsertChecksPass> {
  void runOnOperation() override {
    OpBuilder builder(&getContext());
    unsigned count = 0;
    bool groupsAreRight = true;
    getOperation().walk([](tensor::DimOp op) {
      if (std::optional<int64_t> dim = op.getConstantIndex())
        op.getSourceMutable().assign(findExtentSource(op.getSource(), *dim));
    });
    getOperation().walk([&](Operation *op) {
      groupsAreRight &= succeeded(verifyGivenGroup(op));
      count += insertExtentChecks(op, builder);
      if (auto checked = dyn_cast<CheckedOpInterface>(op))
        count += checked.insertChecks(builder);
    });
    if (!groupsAreRight)
      return signalPassFailure();
    remark::passed(getOperation().getLoc(),
                   remark::RemarkOpts::name("ChecksInserted")
                       .category(getArgument())
                       .function(getOperation().getName()))
        << remark::metric("checks", count);
  }
};
} // namespace
