//===- Gather.cpp - emb.gather to loops -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CheckedParts.h"
#include "EmbToLoops.h"

#include "emb/Conversion/EntryPoints.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::emb;

namespace {

/// Lowers one gather: a parallel loop over the positions, in it the tiles of
/// the row.
class GatherLowering {
public:
  /// `check` is to be run with the loop, if there is one.
  GatherLowering(GatherOp op, CheckIndicesOp check, RewriterBase &rewriter,
                 const LoopOptions &options);
  void run();

private:
  /// How a loop looks for rows that it needs later.
  enum class Look { Not, InTheList, ToTheEnd };

  void findStreaming(const LoopOptions &options);
  Value loadRow(OpBuilder &b, Location loc, Value position) const {
    return loadIndex(b, loc, indices.getMemRef(),
                     indices.getSubscripts(b, loc, position));
  }
  void copyTile(OpBuilder &b, Location loc, Value source, ValueRange target,
                const RowTile &tile, bool streams) const;
  Value loadNext(OpBuilder &b, Location loc, Value position, Look look) const;
  void copyRow(OpBuilder &b, Location loc, Value position, Look look,
               bool streams) const;
  void copyPart(OpBuilder &b, Location loc, Value begin, Value end,
                bool streams) const;
  void createLoop(bool streams);

  GatherOp op;
  RewriterBase &rewriter;
  Location loc;
  Value table;
  RowVectors columns;
  int64_t distance;
  FlatView indices, output;
  Value isOutside; ///< Whether the table is not in a core's own cache, or null.
  std::optional<CheckedParts> parts; ///< Of positions, if there is a check.
  Value isStreaming; ///< Whether the result is written past the cache, or null.
};

} // namespace

GatherLowering::GatherLowering(GatherOp op, CheckIndicesOp check,
                               RewriterBase &rewriter,
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
  if (!check)
    return;
  parts.emplace(rewriter, check, indices.getSize());
  int64_t rowBytes = columns.getWidth() * getElementBytes(table);
  if (rowBytes > 0 && options.residentBytes >= rowBytes)
    isOutside = rewriter.createOrFold<arith::CmpIOp>(
        loc, arith::CmpIPredicate::sgt,
        rewriter.createOrFold<memref::DimOp>(loc, table, 0),
        createIndex(rewriter, loc, options.residentBytes / rowBytes));
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

/// The row that is needed `distance` positions later, or the last one.
Value GatherLowering::loadNext(OpBuilder &b, Location loc, Value position,
                               Look look) const {
  if (look == Look::Not)
    return Value();
  Value next =
      arith::AddIOp::create(b, loc, position, createIndex(b, loc, distance));
  if (look == Look::ToTheEnd) {
    Value last = arith::SubIOp::create(b, loc, indices.getSize(),
                                       createIndex(b, loc, 1));
    next = arith::MinSIOp::create(b, loc, next, last);
  }
  return loadRow(b, loc, next);
}

/// Copies the row for a position.
void GatherLowering::copyRow(OpBuilder &b, Location loc, Value position,
                             Look look, bool streams) const {
  Value next = loadNext(b, loc, position, look);
  Value source = loadRow(b, loc, position);
  SmallVector<Value> target = output.getSubscripts(b, loc, position);
  columns.forEachTile(b, loc, {},
                      [&](OpBuilder &in, Location l, const RowTile &tile,
                          ValueRange) -> SmallVector<Value> {
                        if (next)
                          prefetchTile(in, l, table, next, tile,
                                       /*isWrite=*/false);
                        copyTile(in, l, source, target, tile, streams);
                        return {};
                      });
}

/// The rows for the positions from `begin` to `end`. The last part, from which
/// one would see past the list, does not look ahead.
void GatherLowering::copyPart(OpBuilder &b, Location loc, Value begin,
                              Value end, bool streams) const {
  auto copyAll = [&](OpBuilder &in, Location l, Look look) {
    scf::ForOp::create(
        in, l, begin, end, createIndex(in, l, 1), ValueRange(),
        [&](OpBuilder &each, Location eachLoc, Value position, ValueRange) {
          copyRow(each, eachLoc, position, look, streams);
          scf::YieldOp::create(each, eachLoc);
        });
  };
  if (distance == 0)
    return copyAll(b, loc, Look::Not);
  Value rest = arith::SubIOp::create(b, loc, indices.getSize(), end);
  Value looks = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, rest,
                                      createIndex(b, loc, distance));
  if (isOutside)
    looks = arith::AndIOp::create(b, loc, looks, isOutside);
  scf::IfOp::create(
      b, loc, looks,
      [&](OpBuilder &in, Location l) {
        copyAll(in, l, Look::InTheList);
        scf::YieldOp::create(in, l);
      },
      [&](OpBuilder &in, Location l) {
        copyAll(in, l, Look::Not);
        scf::YieldOp::create(in, l);
      });
}

void GatherLowering::createLoop(bool streams) {
  int64_t work = 2 * columns.getWidth() * getElementBytes(table) +
                 getElementBytes(op.getIndices());
  scf::ParallelOp loop;
  if (parts)
    loop = parts->createLoop(
        rewriter, loc, work,
        [](OpBuilder &, Location, Value begin, Value end) {
          return std::pair(begin, end);
        },
        [&](OpBuilder &b, Location l, Value begin, Value end) {
          copyPart(b, l, begin, end, streams);
        });
  else
    loop = createParallel(rewriter, loc, indices.getSize(), work,
                          [&](OpBuilder &b, Location l, Value position) {
                            Look look =
                                distance > 0 ? Look::ToTheEnd : Look::Not;
                            copyRow(b, l, position, look, streams);
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
  if (parts)
    parts->finish(rewriter);
  remarkLowered(op, "GatherLowered", columns, distance)
      << remark::metric("checks", parts.has_value())
      << remark::metric("streams", isStreaming != nullptr);
}

LogicalResult emb::lowerGather(GatherOp op, CheckIndicesOp check,
                               RewriterBase &rewriter,
                               const LoopOptions &options) {
  if (failed(checkRows(op, {op.getTable(), op.getInit()})))
    return failure();
  GatherLowering(op, check, rewriter, options).run();
  rewriter.eraseOp(op);
  return success();
}
