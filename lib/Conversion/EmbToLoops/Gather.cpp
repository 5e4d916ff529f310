//===- Gather.cpp - emb.gather to loops -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EmbToLoops.h"

#include "emb/Conversion/EntryPoints.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::emb;

/// Bytes that are written past the cache at once, and where they begin.
static constexpr int64_t kLineBytes = 64;

namespace {

/// Lowers one gather: a parallel loop over the positions, in it the tiles of
/// the row.
class GatherLowering {
public:
  GatherLowering(GatherOp op, RewriterBase &rewriter,
                 const LoopOptions &options);
  void run();

private:
  void findStreaming(const LoopOptions &options);
  Value loadRow(OpBuilder &b, Location loc, Value position) const {
    return loadIndex(b, loc, indices.getMemRef(),
                     indices.getSubscripts(b, loc, position));
  }
  void copyTile(OpBuilder &b, Location loc, Value source, ValueRange target,
                const RowTile &tile, bool streams) const;
  void createLoop(bool streams);

  GatherOp op;
  RewriterBase &rewriter;
  Location loc;
  Value table;
  RowVectors columns;
  int64_t distance;
  FlatView indices, output;
  Value isStreaming; ///< Whether the result is written past the cache, or null.
};

} // namespace

GatherLowering::GatherLowering(GatherOp op, RewriterBase &rewriter,
                               const LoopOptions &options)
    : op(op), rewriter(rewriter), loc(op.getLoc()), table(op.getTable()),
      columns(getRowWidth(table), getComputeType(getElementTypeOrSelf(table)),
              options.tileVectors),
      distance(options.getLookupDistance(columns.getWidth() *
                                         getElementBytes(table))),
      indices(rewriter, loc, op.getIndices(), /*trailing=*/0),
      output(rewriter, loc, op.getInit(), /*trailing=*/1) {
  if (options.streamBytes > 0)
    findStreaming(options);
}

/// What is written past the cache must be whole lines. A table outside of the
/// cache leaves less of it to the result.
void GatherLowering::findStreaming(const LoopOptions &options) {
  Value memref = output.getMemRef();
  int64_t elementBytes = getElementBytes(memref);
  int64_t rowBytes = columns.getWidth() * elementBytes;
  auto type = cast<MemRefType>(memref.getType());
  if (rowBytes == 0 || rowBytes % kLineBytes || type.getRank() != 2 ||
      !hasContiguousRows(memref))
    return;
  int64_t leastRows = llvm::divideCeil(options.streamBytes / 2, rowBytes);
  if (getConstantIntValue(indices.getSize()).value_or(leastRows) < leastRows)
    return;
  auto metadata =
      memref::ExtractStridedMetadataOp::create(rewriter, loc, memref);
  auto getBytes = [&](OpFoldResult elements) {
    Value count = getValueOrCreateConstantIndexOp(rewriter, loc, elements);
    return rewriter.createOrFold<arith::MulIOp>(
        loc, count, createIndex(rewriter, loc, elementBytes));
  };
  Value address = memref::ExtractAlignedPointerAsIndexOp::create(
      rewriter, loc, metadata.getBaseBuffer());
  address = rewriter.createOrFold<arith::AddIOp>(
      loc, address, getBytes(metadata.getConstifiedMixedOffset()));
  Value stride = getBytes(metadata.getConstifiedMixedStrides().front());
  Value bits = rewriter.createOrFold<arith::OrIOp>(loc, address, stride);
  bits = rewriter.createOrFold<arith::AndIOp>(
      loc, bits, createIndex(rewriter, loc, kLineBytes - 1));
  Value isAligned = rewriter.createOrFold<arith::CmpIOp>(
      loc, arith::CmpIPredicate::eq, bits, createIndex(rewriter, loc, 0));
  Value isCached = rewriter.createOrFold<arith::CmpIOp>(
      loc, arith::CmpIPredicate::sle,
      rewriter.createOrFold<memref::DimOp>(loc, table, 0),
      createIndex(rewriter, loc, options.cacheBytes / rowBytes));
  Value least = rewriter.createOrFold<arith::SelectOp>(
      loc, isCached,
      createIndex(rewriter, loc,
                  llvm::divideCeil(options.streamBytes, rowBytes)),
      createIndex(rewriter, loc, leastRows));
  Value isLarge = rewriter.createOrFold<arith::CmpIOp>(
      loc, arith::CmpIPredicate::sge, indices.getSize(), least);
  if (matchPattern(isLarge, m_Zero()))
    return;
  isStreaming = rewriter.createOrFold<arith::AndIOp>(loc, isAligned, isLarge);
}

void GatherLowering::copyTile(OpBuilder &b, Location loc, Value source,
                              ValueRange target, const RowTile &tile,
                              bool streams) const {
  Value memref = output.getMemRef();
  for (const RowPiece &piece : tile.pieces) {
    Value value = loadPiece(b, loc, table, source, tile, piece);
    if (!streams) {
      storePiece(b, loc, value, memref, target, tile, piece);
      continue;
    }
    SmallVector<Value> subscripts(target);
    subscripts.push_back(b.createOrFold<arith::AddIOp>(
        loc, tile.base, createIndex(b, loc, piece.offset)));
    int64_t bytes = piece.lanes * getElementBytes(memref);
    vector::StoreOp::create(b, loc, value, memref, subscripts,
                            /*nontemporal=*/true, llvm::MaybeAlign(bytes));
  }
}

void GatherLowering::createLoop(bool streams) {
  Value ahead, last;
  if (distance > 0) {
    ahead = createIndex(rewriter, loc, distance);
    last = rewriter.createOrFold<arith::SubIOp>(loc, indices.getSize(),
                                                createIndex(rewriter, loc, 1));
  }
  int64_t work = 2 * columns.getWidth() * getElementBytes(table) +
                 getElementBytes(op.getIndices());
  auto loop = createParallel(
      rewriter, loc, indices.getSize(), work,
      [&](OpBuilder &b, Location l, Value position) {
        Value next;
        if (distance > 0) {
          next = arith::AddIOp::create(b, l, position, ahead);
          next = arith::MinSIOp::create(b, l, next, last);
          next = loadRow(b, l, next);
        }
        Value source = loadRow(b, l, position);
        SmallVector<Value> target = output.getSubscripts(b, l, position);
        columns.forEachTile(
            b, l, {},
            [&](OpBuilder &in, Location inLoc, const RowTile &tile,
                ValueRange) -> SmallVector<Value> {
              if (distance > 0)
                prefetchTile(in, inLoc, table, next, tile, /*isWrite=*/false);
              copyTile(in, inLoc, source, target, tile, streams);
              return {};
            });
      });
  if (streams)
    loop->setAttr(kStreamsAttr, rewriter.getUnitAttr());
}

/// A loop of its own for each way to store: a bf16 that one block hands to
/// another is converted by LLVM, which quiets signalling NaNs.
void GatherLowering::run() {
  if (isStreaming) {
    auto choice = scf::IfOp::create(rewriter, loc, isStreaming,
                                    /*withElseRegion=*/true);
    rewriter.setInsertionPointToStart(choice.thenBlock());
    createLoop(/*streams=*/true);
    rewriter.setInsertionPointToStart(choice.elseBlock());
    createLoop(/*streams=*/false);
    rewriter.setInsertionPointAfter(choice);
  } else {
    createLoop(/*streams=*/false);
  }
  remarkLowered(op, "GatherLowered", columns, distance)
      << remark::metric("streams", isStreaming != nullptr);
}

LogicalResult emb::lowerGather(GatherOp op, RewriterBase &rewriter,
                               const LoopOptions &options) {
  if (failed(checkRows(op, {op.getTable(), op.getInit()})))
    return failure();
  GatherLowering(op, rewriter, options).run();
  rewriter.eraseOp(op);
  return success();
}
