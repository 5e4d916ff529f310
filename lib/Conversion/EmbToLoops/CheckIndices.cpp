//===- CheckIndices.cpp - emb.check_indices to loops ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EmbToLoops.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::emb;

/// So many indices from which on loops are worth it.
static constexpr int64_t kMinIndices = 1024;
/// The indices of one iteration of the parallel loop.
static constexpr int64_t kChunk = 2048;
/// Vectors, and their bytes, that are tested together.
static constexpr int64_t kVectors = 4;
static constexpr int64_t kVectorBytes = 64;

namespace {

/// Looks for an index out of range on all threads and leaves it to the
/// operation itself, the call of the runtime, to find the first one and to
/// fail.
class CheckIndicesLowering {
public:
  CheckIndicesLowering(CheckIndicesOp op, RewriterBase &rewriter)
      : op(op), rewriter(rewriter), loc(op.getLoc()),
        type(cast<IntegerType>(getElementTypeOrSelf(op.getIndices()))),
        lanes(kVectorBytes * 8 / type.getWidth()) {}
  void run();

private:
  void createFlag();
  Value createLast();
  void searchAll(OpBuilder &b, const FlatView &indices);
  void searchChunk(OpBuilder &b, Location loc, const FlatView &indices,
                   Value chunk, Value last, Value lastBlock);
  Value addBlock(OpBuilder &b, Location loc, Value memref, Value place,
                 Value last, Value signs);
  int64_t getBlock() const { return kVectors * lanes; }

  CheckIndicesOp op;
  RewriterBase &rewriter;
  Location loc;
  IntegerType type;
  int64_t lanes;
  Value flag; ///< Not 0 where the runtime is to look.
};

} // namespace

void CheckIndicesLowering::createFlag() {
  OpBuilder::InsertionGuard guard(rewriter);
  auto function = op->getParentOfType<func::FuncOp>();
  rewriter.setInsertionPointToStart(&function.front());
  flag = memref::AllocaOp::create(rewriter, loc,
                                  MemRefType::get({}, rewriter.getI32Type()));
}

/// The largest index in range, as a vector.
Value CheckIndicesLowering::createLast() {
  Value last = arith::SubIOp::create(rewriter, loc, op.getBound(),
                                     createIndex(rewriter, loc, 1));
  // Of a negative bound the low bits say nothing.
  last = arith::MaxSIOp::create(rewriter, loc, last,
                                createIndex(rewriter, loc, -1));
  int64_t most = APInt::getSignedMaxValue(type.getWidth()).getSExtValue();
  last = arith::MinSIOp::create(rewriter, loc, last,
                                createIndex(rewriter, loc, most));
  last = arith::IndexCastOp::create(rewriter, loc, type, last);
  return vector::BroadcastOp::create(rewriter, loc,
                                     VectorType::get({lanes}, type), last);
}

/// `signs` with the signs of `x` and `last - x` for each index `x` from `place`
/// on: one of the two is negative if it is out of range.
Value CheckIndicesLowering::addBlock(OpBuilder &b, Location loc, Value memref,
                                     Value place, Value last, Value signs) {
  for (int64_t number = 0; number < kVectors; ++number) {
    Value at = arith::AddIOp::create(b, loc, place,
                                     createIndex(b, loc, number * lanes));
    Value x = vector::LoadOp::create(b, loc, cast<VectorType>(last.getType()),
                                     memref, at);
    Value rest = arith::SubIOp::create(b, loc, last, x);
    Value both = arith::OrIOp::create(b, loc, x, rest);
    signs = arith::OrIOp::create(b, loc, signs, both);
  }
  return signs;
}

void CheckIndicesLowering::searchChunk(OpBuilder &b, Location loc,
                                       const FlatView &indices, Value chunk,
                                       Value last, Value lastBlock) {
  Value size = createIndex(b, loc, kChunk);
  Value begin = arith::MulIOp::create(b, loc, chunk, size);
  Value end = arith::AddIOp::create(b, loc, begin, size);
  end = arith::MinSIOp::create(b, loc, end, indices.getSize());
  Value none = arith::ConstantOp::create(b, loc, b.getZeroAttr(last.getType()));
  auto loop = scf::ForOp::create(
      b, loc, begin, end, createIndex(b, loc, getBlock()), none,
      [&](OpBuilder &in, Location l, Value place, ValueRange signs) {
        // The last block overlaps with the one before.
        place = arith::MinSIOp::create(in, l, place, lastBlock);
        scf::YieldOp::create(
            in, l,
            addBlock(in, l, indices.getMemRef(), place, last, signs.front()));
      });
  Value sign = vector::ReductionOp::create(b, loc, vector::CombiningKind::OR,
                                           loop.getResult(0));
  Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
  Value isBad =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, sign, zero);
  scf::IfOp::create(b, loc, isBad, [&](OpBuilder &in, Location l) {
    Value one = arith::ConstantIntOp::create(in, l, in.getI32Type(), 1);
    memref::AtomicRMWOp::create(in, l, arith::AtomicRMWKind::ori, one, flag,
                                ValueRange());
    scf::YieldOp::create(in, l);
  });
}

void CheckIndicesLowering::searchAll(OpBuilder &b, const FlatView &indices) {
  Value last = createLast();
  Value lastBlock = arith::SubIOp::create(b, loc, indices.getSize(),
                                          createIndex(b, loc, getBlock()));
  Value rounded = b.createOrFold<arith::AddIOp>(
      loc, indices.getSize(), createIndex(b, loc, kChunk - 1));
  Value count =
      b.createOrFold<arith::DivUIOp>(loc, rounded, createIndex(b, loc, kChunk));
  createParallel(b, loc, count, kChunk * type.getWidth() / 8,
                 [&](OpBuilder &in, Location l, Value chunk) {
                   searchChunk(in, l, indices, chunk, last, lastBlock);
                 });
}

void CheckIndicesLowering::run() {
  if (!hasContiguousRows(op.getIndices()))
    return;
  FlatView indices(rewriter, loc, op.getIndices(), /*trailing=*/0);
  // Not what a matrix of one row collapses to.
  if (!hasContiguousRows(indices.getMemRef()))
    return;
  Value isLarge = rewriter.createOrFold<arith::CmpIOp>(
      loc, arith::CmpIPredicate::sge, indices.getSize(),
      createIndex(rewriter, loc, kMinIndices));
  if (Value hasNoGaps = indices.getHasNoGaps())
    isLarge = rewriter.createOrFold<arith::AndIOp>(loc, isLarge, hasNoGaps);
  if (matchPattern(isLarge, m_Zero()))
    return;

  createFlag();
  auto store = [&](OpBuilder &b, Location l, int64_t value) {
    Value number = arith::ConstantIntOp::create(b, l, b.getI32Type(), value);
    memref::StoreOp::create(b, l, number, flag);
  };
  auto branch = scf::IfOp::create(rewriter, loc, isLarge, /*withElse=*/true);
  rewriter.setInsertionPoint(branch.thenYield());
  store(rewriter, loc, 0);
  searchAll(rewriter, indices);
  rewriter.setInsertionPoint(branch.elseYield());
  store(rewriter, loc, 1);

  rewriter.setInsertionPoint(op);
  Value found = memref::LoadOp::create(rewriter, loc, flag);
  Value zero =
      arith::ConstantIntOp::create(rewriter, loc, rewriter.getI32Type(), 0);
  Value isFound = arith::CmpIOp::create(rewriter, loc, arith::CmpIPredicate::ne,
                                        found, zero);
  auto failing = scf::IfOp::create(rewriter, loc, isFound);
  op->moveBefore(failing.thenYield());
}

LogicalResult emb::lowerCheckIndices(CheckIndicesOp op,
                                     RewriterBase &rewriter) {
  if (failed(checkRows(op, op.getIndices())))
    return failure();
  CheckIndicesLowering(op, rewriter).run();
  return success();
}
