//===- MarkWrittenArguments.cpp - Arguments that are updated in place -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TableFlow.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/IR/Remarks.h"

namespace mlir::emb {
#define GEN_PASS_DEF_MARKWRITTENARGUMENTS
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

namespace {
struct MarkWrittenArgumentsPass
    : public emb::impl::MarkWrittenArgumentsBase<MarkWrittenArgumentsPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    llvm::SmallPtrSet<Value, 8> written = findWrittenArguments(function);
    Builder builder(&getContext());
    for (BlockArgument arg : function.getArguments()) {
      if (!isa<RankedTensorType>(arg.getType()))
        continue;
      if (written.contains(arg))
        function.setArgAttr(arg.getArgNumber(), kWrittenAttr,
                            builder.getUnitAttr());
      else
        function.setArgAttr(
            arg.getArgNumber(),
            bufferization::BufferizationDialect::kWritableAttrName,
            builder.getBoolAttr(false));
    }
    remark::analysis(function.getLoc(), remark::RemarkOpts::name("Arguments")
                                            .category(getArgument())
                                            .function(function.getName()))
        << remark::metric("written", written.size())
        << remark::metric("arguments", function.getNumArguments());
  }
};
} // namespace
