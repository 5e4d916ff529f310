//===- ConvertParallelToOpenMP.cpp - Parallel loops on OpenMP threads -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Conversion/EntryPoints.h"
#include "emb/Conversion/Passes.h"
#include "emb/Runtime/RuntimeABI.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/OpenMP/OpenMPDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Remarks.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::emb {
#define GEN_PASS_DEF_CONVERTPARALLELTOOPENMP
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

namespace {
/// Converts the parallel loops of one entry point.
class ParallelLoopConverter {
public:
  ParallelLoopConverter(func::FuncOp function, int64_t minWork)
      : function(function), minWork(minWork), builder(function.getContext()) {}

  LogicalResult run();

private:
  LogicalResult check(scf::ParallelOp loop);
  /// Whether the loop moves at least `minWork` bytes: a constant or computed
  /// value, or null where it always runs in parallel.
  Value isWorthwhile(scf::ParallelOp loop);
  /// The number of threads that the context asks for.
  Value getNumThreads();
  void explain(scf::ParallelOp loop, bool parallel);
  /// What the loop has written past the cache is seen by others only after it.
  void createFence(scf::ParallelOp loop);
  LogicalResult toOpenMP(scf::ParallelOp loop, Value worthwhile);
  /// Replaces `loop` by serial loops.
  LogicalResult toSerial(scf::ParallelOp loop);
  /// Moves what an iteration has on its stack to the insertion point, outside
  /// of the loop: otherwise the stack would grow with each iteration.
  LogicalResult hoistAllocas(scf::ParallelOp loop);
  /// Makes serial loops over the dimensions of `loop` from `firstDim` on and
  /// moves its body into the innermost. `ivs` are the values of the outer ones.
  void moveBody(scf::ParallelOp loop, unsigned firstDim,
                SmallVector<Value> ivs);

  func::FuncOp function;
  int64_t minWork;
  OpBuilder builder;
  Value numThreads;
};

struct ConvertParallelToOpenMP
    : public emb::impl::ConvertParallelToOpenMPBase<ConvertParallelToOpenMP> {
  using ConvertParallelToOpenMPBase::ConvertParallelToOpenMPBase;
  void runOnOperation() override {
    if (failed(ParallelLoopConverter(getOperation(), minWork).run()))
      signalPassFailure();
  }
};
} // namespace

LogicalResult ParallelLoopConverter::check(scf::ParallelOp loop) {
  if (!isEntryPoint(function))
    return loop.emitError() << "expected in an entry point, which knows the "
                               "number of threads; '"
                            << function.getName() << "' is none";
  if (!loop.getInitVals().empty())
    return loop.emitError()
           << "has " << loop.getInitVals().size()
           << " reductions, expected none: the order of a reduction over "
              "threads, and so its rounding, is not deterministic";
  if (Attribute work = loop->getAttr(kWorkAttr)) {
    auto bytes = dyn_cast<IntegerAttr>(work);
    if (!bytes || !bytes.getType().isInteger(64) || bytes.getInt() <= 0)
      return loop.emitError() << "has " << kWorkAttr << " = " << work
                              << ", expected a positive i64";
  }
  return success();
}

Value ParallelLoopConverter::isWorthwhile(scf::ParallelOp loop) {
  auto work = loop->getAttrOfType<IntegerAttr>(kWorkAttr);
  if (!work || minWork <= 0)
    return {};
  Location loc = loop.getLoc();
  Value numIterations;
  for (auto [lower, upper, step] : llvm::zip_equal(
           loop.getLowerBound(), loop.getUpperBound(), loop.getStep())) {
    Value extent = builder.createOrFold<arith::SubIOp>(loc, upper, lower);
    Value trips = builder.createOrFold<arith::CeilDivSIOp>(loc, extent, step);
    numIterations =
        numIterations
            ? builder.createOrFold<arith::MulIOp>(loc, numIterations, trips)
            : trips;
  }
  Value enough = arith::ConstantIndexOp::create(
      builder, loc, llvm::divideCeil(minWork, work.getInt()));
  return builder.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::sge,
                                             numIterations, enough);
}

Value ParallelLoopConverter::getNumThreads() {
  if (numThreads)
    return numThreads;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&function.front());
  BlockArgument context = function.getArgument(0);
  Location loc = function.getLoc();
  Value address = LLVM::GEPOp::create(
      builder, loc, context.getType(), builder.getI8Type(), context,
      ArrayRef<LLVM::GEPArg>{int32_t(offsetof(EmbContext, numThreads))});
  numThreads =
      LLVM::LoadOp::create(builder, loc, builder.getI32Type(), address);
  return numThreads;
}

void ParallelLoopConverter::explain(scf::ParallelOp loop, bool parallel) {
  auto opts = remark::RemarkOpts::name("ParallelLoop")
                  .category("emb-convert-parallel-to-openmp")
                  .function(function.getName());
  auto addNumbers = [&](remark::detail::InFlightRemark &remark) {
    if (auto work = loop->getAttrOfType<IntegerAttr>(kWorkAttr))
      remark << remark::metric("WorkPerIteration", work.getInt());
    remark << remark::metric("MinWork", minWork);
  };
  if (parallel) {
    remark::detail::InFlightRemark remark = remark::passed(loop.getLoc(), opts);
    addNumbers(remark);
    return;
  }
  remark::detail::InFlightRemark remark = remark::missed(loop.getLoc(), opts);
  remark << remark::reason("its work never reaches the minimum");
  addNumbers(remark);
}

void ParallelLoopConverter::moveBody(scf::ParallelOp loop, unsigned firstDim,
                                     SmallVector<Value> ivs) {
  Location loc = loop.getLoc();
  for (unsigned dim = firstDim; dim < loop.getNumLoops(); ++dim) {
    auto inner =
        scf::ForOp::create(builder, loc, loop.getLowerBound()[dim],
                           loop.getUpperBound()[dim], loop.getStep()[dim]);
    builder.setInsertionPointToStart(inner.getBody());
    ivs.push_back(inner.getInductionVar());
  }
  for (auto [from, to] : llvm::zip_equal(loop.getInductionVars(), ivs))
    from.replaceAllUsesWith(to);
  Block *body = loop.getBody();
  body->getTerminator()->erase();
  builder.getInsertionBlock()->getOperations().splice(
      builder.getInsertionPoint(), body->getOperations());
}

LogicalResult ParallelLoopConverter::hoistAllocas(scf::ParallelOp loop) {
  SmallVector<memref::AllocaOp> allocas;
  loop.walk([&](memref::AllocaOp op) { allocas.push_back(op); });
  for (memref::AllocaOp op : allocas) {
    bool sizedInside = llvm::any_of(op.getOperands(), [&](Value operand) {
      return loop.getRegion().isAncestor(operand.getParentRegion());
    });
    if (op->getBlock() != loop.getBody() || sizedInside)
      return op.emitError()
             << "in a parallel loop, expected at the top of its body with "
                "sizes known before it: the stack would grow with each "
                "iteration";
    op->moveBefore(builder.getInsertionBlock(), builder.getInsertionPoint());
  }
  return success();
}

void ParallelLoopConverter::createFence(scf::ParallelOp loop) {
  if (loop->hasAttr(kStreamsAttr))
    LLVM::FenceOp::create(builder, loop.getLoc(),
                          LLVM::AtomicOrdering::seq_cst);
}

LogicalResult ParallelLoopConverter::toSerial(scf::ParallelOp loop) {
  builder.setInsertionPoint(loop);
  if (failed(hoistAllocas(loop)))
    return failure();
  builder.setInsertionPointAfter(loop);
  createFence(loop);
  builder.setInsertionPoint(loop);
  moveBody(loop, /*firstDim=*/0, {});
  loop.erase();
  return success();
}

LogicalResult ParallelLoopConverter::toOpenMP(scf::ParallelOp loop,
                                              Value worthwhile) {
  Location loc = loop.getLoc();
  omp::ParallelOperands parallelClauses;
  parallelClauses.ifExpr = worthwhile;
  parallelClauses.numThreads = getNumThreads();
  auto parallel = omp::ParallelOp::create(builder, loc, parallelClauses);
  builder.createBlock(&parallel.getRegion());
  if (failed(hoistAllocas(loop)))
    return failure();

  // The end of the parallel region waits for all threads already.
  omp::WsloopOperands wsloopClauses;
  wsloopClauses.nowait = builder.getUnitAttr();
  if (loop->hasAttr(kCyclicAttr)) {
    wsloopClauses.scheduleKind = omp::ClauseScheduleKindAttr::get(
        builder.getContext(), omp::ClauseScheduleKind::Static);
    wsloopClauses.scheduleChunk =
        arith::ConstantIndexOp::create(builder, loc, 1);
  }
  auto wsloop = omp::WsloopOp::create(builder, loc, wsloopClauses);
  createFence(loop);
  omp::TerminatorOp::create(builder, loc);

  builder.createBlock(&wsloop.getRegion());
  omp::LoopNestOperands nestClauses;
  nestClauses.loopLowerBounds = {loop.getLowerBound().front()};
  nestClauses.loopUpperBounds = {loop.getUpperBound().front()};
  nestClauses.loopSteps = {loop.getStep().front()};
  auto nest = omp::LoopNestOp::create(builder, loc, nestClauses);

  Block *body =
      builder.createBlock(&nest.getRegion(), {}, builder.getIndexType(), loc);
  auto yield = omp::YieldOp::create(builder, loc);
  builder.setInsertionPoint(yield);
  moveBody(loop, /*firstDim=*/1, {body->getArgument(0)});
  loop.erase();
  return success();
}

LogicalResult ParallelLoopConverter::run() {
  // Inner loops come before those around them.
  SmallVector<scf::ParallelOp> loops;
  function.walk([&](scf::ParallelOp loop) { loops.push_back(loop); });
  for (scf::ParallelOp loop : loops)
    if (failed(check(loop)))
      return failure();

  for (scf::ParallelOp loop : loops) {
    if (loop->getParentOfType<scf::ParallelOp>() ||
        loop->getParentOfType<omp::ParallelOp>()) {
      if (failed(toSerial(loop)))
        return failure();
      continue;
    }
    builder.setInsertionPoint(loop);
    Value worthwhile = isWorthwhile(loop);
    APInt known;
    bool isKnown =
        worthwhile && matchPattern(worthwhile, m_ConstantInt(&known));
    bool parallel = !isKnown || !known.isZero();
    explain(loop, parallel);
    if (failed(parallel ? toOpenMP(loop, isKnown ? Value() : worthwhile)
                        : toSerial(loop)))
      return failure();
  }
  return success();
}
