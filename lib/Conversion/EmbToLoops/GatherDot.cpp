//===- GatherDot.cpp - emb.gather_dot to loops ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LaneReduction.h"

using namespace mlir;
using namespace mlir::emb;

namespace {

/// Lowers one gather_dot: a parallel loop over the occurrences, in it the tiles
/// of both rows, whose products are summed in lanes.
class GatherDotLowering {
public:
  GatherDotLowering(GatherDotOp op, RewriterBase &rewriter,
                    const LoopOptions &options);
  void run();

private:
  void prefetchRow(OpBuilder &b, Location loc, Value occurrence);
  Value createDot(OpBuilder &b, Location loc, Value occurrence, Value row);

  GatherDotOp op;
  RewriterBase &rewriter;
  Location loc;
  Value table, rows;
  FloatType elementType, computeType;
  RowVectors columns;
  LaneReduction sum;
  int64_t distance;
  FlatView indices, map, output;
  Value padding, ahead, last;
};

} // namespace

static Value loadNumber(OpBuilder &b, Location loc, const FlatView &view,
                        Value position) {
  return loadIndex(b, loc, view.getMemRef(),
                   view.getSubscripts(b, loc, position));
}

GatherDotLowering::GatherDotLowering(GatherDotOp op, RewriterBase &rewriter,
                                     const LoopOptions &options)
    : op(op), rewriter(rewriter), loc(op.getLoc()), table(op.getTable()),
      rows(op.getRows()),
      elementType(cast<FloatType>(getElementTypeOrSelf(table))),
      computeType(getComputeType(elementType)),
      columns(getRowWidth(table), computeType, options.tileVectors),
      sum(ReduceKind::Add, computeType, columns),
      distance(options.getLookupDistance(columns.getWidth() *
                                         getElementBytes(table))),
      indices(rewriter, loc, op.getIndices(), /*trailing=*/0),
      map(rewriter, loc, op.getMap(), /*trailing=*/0),
      output(rewriter, loc, op.getInit(), /*trailing=*/0),
      padding(createPaddingRow(rewriter, loc, op.getPaddingIdx(), table)) {
  if (distance > 0) {
    ahead = createIndex(rewriter, loc, distance);
    last = arith::SubIOp::create(rewriter, loc, indices.getSize(),
                                 createIndex(rewriter, loc, 1));
  }
}

/// Asks for the row of the table that is needed `distance` occurrences on.
void GatherDotLowering::prefetchRow(OpBuilder &b, Location loc,
                                    Value occurrence) {
  if (distance == 0)
    return;
  Value next = arith::AddIOp::create(b, loc, occurrence, ahead);
  next = arith::MinSIOp::create(b, loc, next, last);
  Value row = loadNumber(b, loc, indices, next);
  columns.forEachTile(b, loc, {},
                      [&](OpBuilder &in, Location l, const RowTile &tile,
                          ValueRange) -> SmallVector<Value> {
                        prefetchTile(in, l, table, row, tile,
                                     /*isWrite=*/false);
                        return {};
                      });
}

/// The dot product of row `row` of the table and the row that the map gives the
/// occurrence, in the element type.
Value GatherDotLowering::createDot(OpBuilder &b, Location loc, Value occurrence,
                                   Value row) {
  Value mapped = loadNumber(b, loc, map, occurrence);
  SmallVector<Value> lanes = columns.forEachTile(
      b, loc, sum.getIdentity(b, loc),
      [&](OpBuilder &in, Location l, const RowTile &tile, ValueRange carried) {
        SmallVector<Value> products;
        for (const RowPiece &piece : tile.pieces) {
          Value lhs = convertFloat(
              in, l, loadPiece(in, l, table, row, tile, piece), computeType);
          Value rhs = convertFloat(
              in, l, loadPiece(in, l, rows, mapped, tile, piece), computeType);
          products.push_back(arith::MulFOp::create(in, l, lhs, rhs));
        }
        return SmallVector<Value>{
            sum.addTile(in, l, carried.front(), products, tile.pieces)};
      });
  return convertFloat(b, loc, sum.finish(b, loc, lanes.front()), elementType);
}

void GatherDotLowering::run() {
  int64_t work =
      columns.getWidth() * (getElementBytes(table) + getElementBytes(rows)) +
      getElementBytes(op.getIndices()) + getElementBytes(op.getMap()) +
      getElementBytes(op.getInit());
  createParallel(
      rewriter, loc, indices.getSize(), work,
      [&](OpBuilder &b, Location l, Value occurrence) {
        prefetchRow(b, l, occurrence);
        Value row = loadNumber(b, l, indices, occurrence), result;
        if (!padding) {
          result = createDot(b, l, occurrence, row);
        } else {
          Value isPadding = arith::CmpIOp::create(
              b, l, arith::CmpIPredicate::eq, row, padding);
          auto branch = scf::IfOp::create(
              b, l, isPadding,
              [&](OpBuilder &in, Location inLoc) {
                Value none = createSplat(in, inLoc, elementType, 0.0);
                scf::YieldOp::create(in, inLoc, none);
              },
              [&](OpBuilder &in, Location inLoc) {
                scf::YieldOp::create(in, inLoc,
                                     createDot(in, inLoc, occurrence, row));
              });
          result = branch.getResult(0);
        }
        memref::StoreOp::create(b, l, result, output.getMemRef(),
                                output.getSubscripts(b, l, occurrence));
      });
  remarkLowered(op, "GatherDotLowered", columns, distance);
}

LogicalResult emb::lowerGatherDot(GatherDotOp op, RewriterBase &rewriter,
                                  const LoopOptions &options) {
  if (failed(checkRows(op, {op.getTable(), op.getRows()})))
    return failure();
  GatherDotLowering(op, rewriter, options).run();
  rewriter.eraseOp(op);
  return success();
}
