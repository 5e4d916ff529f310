//===- LimitUnrolling.cpp - Loops that LLVM leaves as they are ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopAnnotations.h"
#include "emb/Conversion/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Remarks.h"

namespace mlir::emb {
#define GEN_PASS_DEF_LIMITUNROLLING
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

namespace {
struct LimitUnrolling : public emb::impl::LimitUnrollingBase<LimitUnrolling> {
  using LimitUnrollingBase::LimitUnrollingBase;
  void runOnOperation() override;
};
} // namespace

void LimitUnrolling::runOnOperation() {
  func::FuncOp function = getOperation();
  int64_t kept = 0, left = 0;
  function.walk([&](scf::ForOp loop) {
    std::optional<APInt> trips = loop.getStaticTripCount();
    if (trips && trips->ule(maxTrips)) {
      ++left;
      return;
    }
    disableUnroll(loop);
    ++kept;
  });
  if (kept + left == 0)
    return;
  remark::analysis(function.getLoc(),
                   remark::RemarkOpts::name("UnrollingLimited")
                       .category("emb-limit-unrolling")
                       .function(function.getName()))
      << remark::metric("KeptLoops", kept) << remark::metric("ShortLoops", left)
      << remark::metric("MaxTrips", int64_t(maxTrips));
}
