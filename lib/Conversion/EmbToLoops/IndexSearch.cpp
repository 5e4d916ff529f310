//===- IndexSearch.cpp - Indices out of range, found by vectors -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IndexSearch.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace mlir::emb;

/// So many indices from which on loops are worth it.
static constexpr int64_t kMinIndices = 1024;
/// The vectors of a block, which are read together, and their bytes.
static constexpr int64_t kVectors = 4;
static constexpr int64_t kVectorBytes = 64;
/// Parts are searched at times too far apart for the processor to see that one
/// follows another.
static constexpr int64_t kBytesAhead = 4096;

static IntegerType getIndexType(CheckIndicesOp check) {
  return cast<IntegerType>(getElementTypeOrSelf(check.getIndices()));
}

bool IndexSearch::isPossible(CheckIndicesOp check) {
  auto memref = cast<MemRefType>(check.getIndices().getType());
  if (!hasContiguousRows(check.getIndices()))
    return false;
  // A matrix of one row collapses to a row whose stride is not known.
  if (memref.getRank() > 1 && !memref.getLayout().isIdentity() &&
      llvm::is_contained(memref.getShape().drop_back(), 1))
    return false;
  return !memref.hasStaticShape() || memref.getNumElements() >= kMinIndices;
}

IndexSearch::IndexSearch(RewriterBase &rewriter, CheckIndicesOp check)
    : type(getIndexType(check)), lanes(kVectorBytes * 8 / type.getWidth()),
      indices(rewriter, check.getLoc(), check.getIndices(), /*trailing=*/0) {
  Location loc = check.getLoc();
  {
    OpBuilder::InsertionGuard guard(rewriter);
    auto function = check->getParentOfType<func::FuncOp>();
    rewriter.setInsertionPointToStart(&function.front());
    flag = memref::AllocaOp::create(rewriter, loc,
                                    MemRefType::get({}, rewriter.getI32Type()));
  }
  worthwhile = rewriter.createOrFold<arith::CmpIOp>(
      loc, arith::CmpIPredicate::sge, getSize(),
      createIndex(rewriter, loc, kMinIndices));
  if (Value hasNoGaps = indices.getHasNoGaps())
    worthwhile =
        rewriter.createOrFold<arith::AndIOp>(loc, worthwhile, hasNoGaps);
  bound = createBound(rewriter, loc, check.getBound());
  lastBlock = arith::SubIOp::create(
      rewriter, loc, getSize(), createIndex(rewriter, loc, kVectors * lanes));
}

/// As unsigned numbers, all indices out of range are at least this.
Value IndexSearch::createBound(OpBuilder &builder, Location loc,
                               Value bound) const {
  bound =
      arith::MaxSIOp::create(builder, loc, bound, createIndex(builder, loc, 0));
  if (type.getWidth() < 64)
    bound = arith::MinSIOp::create(
        builder, loc, bound,
        createIndex(builder, loc, int64_t(1) << (type.getWidth() - 1)));
  bound = arith::IndexCastOp::create(builder, loc, type, bound);
  return vector::BroadcastOp::create(builder, loc,
                                     VectorType::get({lanes}, type), bound);
}

Value IndexSearch::search(OpBuilder &builder, Location loc, Value begin,
                          Value end) const {
  auto vectorType = cast<VectorType>(bound.getType());
  Value zeros =
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(vectorType));
  auto load = [&](OpBuilder &b, Location l, Value place, int64_t number) {
    auto after = [&](int64_t distance) {
      return arith::AddIOp::create(b, l, place, createIndex(b, l, distance));
    };
    int64_t ahead = kBytesAhead * 8 / type.getWidth();
    memref::PrefetchOp::create(b, l, indices.getMemRef(),
                               ValueRange(after(number * lanes + ahead)),
                               /*isWrite=*/false, /*localityHint=*/3,
                               /*isDataCache=*/true);
    return vector::LoadOp::create(b, l, vectorType, indices.getMemRef(),
                                  ValueRange(after(number * lanes)));
  };
  auto loop = scf::ForOp::create(
      builder, loc, begin, end, createIndex(builder, loc, kVectors * lanes),
      zeros, [&](OpBuilder &b, Location l, Value place, ValueRange largest) {
        // The last block overlaps with the one before.
        place = arith::MinSIOp::create(b, l, place, lastBlock);
        SmallVector<Value> values;
        for (int64_t number = 0; number < kVectors; ++number)
          values.push_back(load(b, l, place, number));
        values = {arith::MaxUIOp::create(b, l, values[0], values[1]),
                  arith::MaxUIOp::create(b, l, values[2], values[3])};
        Value block = arith::MaxUIOp::create(b, l, values[0], values[1]);
        scf::YieldOp::create(
            b, l, Value(arith::MaxUIOp::create(b, l, largest.front(), block)));
      });
  Value isOutside = arith::CmpIOp::create(
      builder, loc, arith::CmpIPredicate::uge, loop.getResult(0), bound);
  return vector::ReductionOp::create(builder, loc, vector::CombiningKind::OR,
                                     isOutside);
}

void IndexSearch::setFlag(OpBuilder &builder, Location loc, bool value) const {
  Value number =
      arith::ConstantIntOp::create(builder, loc, builder.getI32Type(), value);
  memref::StoreOp::create(builder, loc, number, flag);
}

void IndexSearch::raiseFlag(OpBuilder &builder, Location loc) const {
  Value one =
      arith::ConstantIntOp::create(builder, loc, builder.getI32Type(), 1);
  memref::AtomicRMWOp::create(builder, loc, arith::AtomicRMWKind::ori, one,
                              flag, ValueRange());
}

void IndexSearch::runIfFlagged(RewriterBase &rewriter,
                               CheckIndicesOp check) const {
  Location loc = check.getLoc();
  Value found = memref::LoadOp::create(rewriter, loc, flag);
  Value zero =
      arith::ConstantIntOp::create(rewriter, loc, rewriter.getI32Type(), 0);
  Value isFound = arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::ne,
                                        found, zero);
  auto branch = scf::IfOp::create(rewriter, loc, isFound);
  rewriter.moveOpBefore(check, branch.thenYield());
}
