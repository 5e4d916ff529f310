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

/// Keeps LLVM from making vectors of the iterations of `loop` once the loops in
/// it are unrolled: their elements lie apart.
static void disableVectors(scf::ForOp loop) {
  MLIRContext *context = loop.getContext();
  auto vectorize = LLVM::LoopVectorizeAttr::get(
      context, BoolAttr::get(context, true), {}, {}, {}, {}, {}, {});
  annotate(loop, vectorize, getNoUnroll(context));
}

/// Has LLVM make so many copies of the body of `loop` as it asks for.
static void unrollAsAsked(scf::ForOp loop, IntegerAttr copies) {
  MLIRContext *context = loop.getContext();
  auto count = IntegerAttr::get(IntegerType::get(context, 32),
                                copies.getValue().getSExtValue());
  auto unroll = LLVM::LoopUnrollAttr::get(
      context, BoolAttr::get(context, false), count, {}, {}, {}, {}, {});
  annotate(loop, {}, unroll);
  loop->removeAttr(kUnrollAttr);
}

static bool hasLoops(scf::ForOp loop) {
  WalkResult walk =
      loop.getBody()->walk([](scf::ForOp) { return WalkResult::interrupt(); });
  return walk.wasInterrupted();
}

void LimitUnrolling::runOnOperation() {
  func::FuncOp function = getOperation();
  int64_t kept = 0, left = 0, unrolled = 0;
  function.walk([&](scf::ForOp loop) {
    std::optional<APInt> trips = loop.getStaticTripCount();
    if (trips && trips->ule(maxTrips)) {
      ++left;
      return;
    }
    if (auto copies = loop->getAttrOfType<IntegerAttr>(kUnrollAttr)) {
      unrollAsAsked(loop, copies);
      ++unrolled;
      return;
    }
    if (hasLoops(loop))
      disableVectors(loop);
    else
      disableUnroll(loop);
    ++kept;
  });
  if (kept + left + unrolled == 0)
    return;
  remark::analysis(function.getLoc(),
                   remark::RemarkOpts::name("UnrollingLimited")
                       .category("emb-limit-unrolling")
                       .function(function.getName()))
      << remark::metric("KeptLoops", kept) << remark::metric("ShortLoops", left)
      << remark::metric("UnrolledLoops", unrolled)
      << remark::metric("MaxTrips", int64_t(maxTrips));
}
