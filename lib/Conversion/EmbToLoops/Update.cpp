//===- Update.cpp - emb.update to loops -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GradientSum.h"
#include "UpdateRule.h"

using namespace mlir;
using namespace mlir::emb;

/// Rows that one iteration visits where all rows are.
static constexpr int64_t kChunkRows = 256;
/// The widest row, in bytes, whose summed gradient is kept on the stack.
static constexpr int64_t kMaxScratchBytes = 64 * 1024;

namespace {

/// Lowers one update: a parallel loop over rows (or chunks of rows), in it the
/// phases of the rule, each a walk over the tiles of the row.
class UpdateLowering {
public:
  UpdateLowering(UpdateOp op, RewriterBase &rewriter,
                 const LoopOptions &options);
  void run();

private:
  /// One row while it is visited.
  struct Row {
    Value number;
    Value begin, end; ///< Its occurrences in the group's positions.
    Value scratch;    ///< Keeps the summed gradient, where phases share it.
    IRMapping uniform;
    std::optional<TileValues> tile; ///< Kept where the row is a single tile.
  };

  void prepare();
  void visitTouched();
  void visitAll();
  Value createScratch(OpBuilder &b, Location loc);
  void prefetchRow(OpBuilder &b, Location loc, Value number);
  Value findFirst(OpBuilder &b, Location loc, Value row);
  std::pair<Value, Value> getBounds(OpBuilder &b, Location loc, Value number);

  void updateRow(OpBuilder &b, Location loc, Row &row);
  void reduce(OpBuilder &b, Location loc, Row &row, unsigned phase);
  void write(OpBuilder &b, Location loc, Row &row, unsigned phase);
  TileValues &openTile(OpBuilder &b, Location loc, Row &row,
                       const RowTile &tile, unsigned phase,
                       std::optional<TileValues> &local);
  SmallVector<Value> readGradient(OpBuilder &b, Location loc, const Row &row,
                                  const RowTile &tile, unsigned phase);

  bool isScratchNeeded();
  unsigned getFirstGradientPhase();
  int64_t getRowBytes();
  FloatType getStorageType(unsigned init);

  UpdateOp op;
  RewriterBase &rewriter;
  Location loc;
  const LoopOptions &options;
  UpdateRule rule;
  FloatType computeType;
  RowVectors columns;
  bool readsGradient;

  Value rows, bounds, positions, count; ///< The group; null where not needed.
  std::optional<GradientSum> gradients;
  IRMapping invariants;
  Value zero;
};

} // namespace

UpdateLowering::UpdateLowering(UpdateOp op, RewriterBase &rewriter,
                               const LoopOptions &options)
    : op(op), rewriter(rewriter), loc(op.getLoc()), options(options), rule(op),
      computeType(getComputeType(getElementTypeOrSelf(op.getTable()))),
      columns(getRowWidth(op.getTable()), computeType),
      readsGradient(!op.getIndices().empty() &&
                    rule.readsArgument(op.getGradientArg())) {}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

void UpdateLowering::prepare() {
  zero = createIndex(rewriter, loc, 0);
  if (op.getRows() == UpdateRows::Touched || readsGradient) {
    rows = op.getGroup()[0];
    bounds = op.getGroup()[1];
    positions = op.getGroup()[2];
    count = op.getGroup()[3];
  }
  gradients.emplace(rewriter, loc, op, positions, options);
  for (auto [i, scalar] : llvm::enumerate(op.getScalars()))
    invariants.map(op.getScalarArg(i),
                   convertFloat(rewriter, loc, scalar, computeType));
  emitUniform(rewriter, op, rule, /*phase=*/0, /*invariant=*/true, invariants);
}

/// The occurrences of the row that stands at `number` in the group.
std::pair<Value, Value> UpdateLowering::getBounds(OpBuilder &b, Location loc,
                                                  Value number) {
  Value next = arith::AddIOp::create(b, loc, number, createIndex(b, loc, 1));
  Value begin = loadIndex(b, loc, bounds, number);
  return {begin, loadIndex(b, loc, bounds, next)};
}

void UpdateLowering::prefetchRow(OpBuilder &b, Location loc, Value number) {
  for (auto [i, init] : llvm::enumerate(op.getInits())) {
    bool isWritten = rule.getNewValue(i) != nullptr;
    if (op.isPerRow(i))
      createPrefetch(b, loc, init, number, Value(), isWritten);
    else if (columns.getWidth() > 0)
      createPrefetch(b, loc, init, number, zero, isWritten);
  }
}

void UpdateLowering::visitTouched() {
  // An update moves several times the bytes of an occurrence.
  int64_t distance = llvm::divideCeil(options.prefetchDistance, 4);
  Value ahead, last;
  if (distance > 0) {
    ahead = createIndex(rewriter, loc, distance);
    last = arith::SubIOp::create(rewriter, loc, count,
                                 createIndex(rewriter, loc, 1));
  }
  createParallel(rewriter, loc, count, getRowBytes(),
                 [&](OpBuilder &b, Location l, Value number) {
                   Row row;
                   row.scratch = createScratch(b, l);
                   if (distance > 0) {
                     Value next = arith::AddIOp::create(b, l, number, ahead);
                     next = arith::MinSIOp::create(b, l, next, last);
                     prefetchRow(b, l, loadIndex(b, l, rows, next));
                   }
                   row.number = loadIndex(b, l, rows, number);
                   if (readsGradient)
                     std::tie(row.begin, row.end) = getBounds(b, l, number);
                   updateRow(b, l, row);
                 });
}

/// Where the first row that is at least `row` stands in the group.
Value UpdateLowering::findFirst(OpBuilder &b, Location loc, Value row) {
  Type index = b.getIndexType();
  auto search = scf::WhileOp::create(
      b, loc, TypeRange{index, index}, ValueRange{zero, count},
      [&](OpBuilder &before, Location l, ValueRange range) {
        Value isOpen = arith::CmpIOp::create(
            before, l, arith::CmpIPredicate::ult, range[0], range[1]);
        scf::ConditionOp::create(before, l, isOpen, range);
      },
      [&](OpBuilder &after, Location l, ValueRange range) {
        Value one = createIndex(after, l, 1);
        Value sum = arith::AddIOp::create(after, l, range[0], range[1]);
        Value middle = arith::ShRUIOp::create(after, l, sum, one);
        Value isBefore =
            arith::CmpIOp::create(after, l, arith::CmpIPredicate::ult,
                                  loadIndex(after, l, rows, middle), row);
        Value next = arith::AddIOp::create(after, l, middle, one);
        Value low = arith::SelectOp::create(after, l, isBefore, next, range[0]);
        Value high =
            arith::SelectOp::create(after, l, isBefore, range[1], middle);
        scf::YieldOp::create(after, l, ValueRange{low, high});
      });
  return search.getResult(0);
}

void UpdateLowering::visitAll() {
  Value numRows = rewriter.createOrFold<memref::DimOp>(loc, op.getTable(), 0);
  Value chunk = createIndex(rewriter, loc, kChunkRows);
  Value rounded = rewriter.createOrFold<arith::AddIOp>(
      loc, numRows, createIndex(rewriter, loc, kChunkRows - 1));
  Value numChunks = rewriter.createOrFold<arith::DivUIOp>(loc, rounded, chunk);

  auto visitRow = [&](OpBuilder &b, Location l, Value number, Value scratch,
                      Value place) -> Value {
    Row row;
    row.number = number;
    row.scratch = scratch;
    if (!place) {
      updateRow(b, l, row);
      return {};
    }
    auto isTouched = [&](OpBuilder &in, Location inLoc) {
      Value found = loadIndex(in, inLoc, rows, place);
      Value isEqual = arith::CmpIOp::create(in, inLoc, arith::CmpIPredicate::eq,
                                            found, number);
      scf::YieldOp::create(in, inLoc, isEqual);
    };
    Value isLeft =
        arith::CmpIOp::create(b, l, arith::CmpIPredicate::ult, place, count);
    Value touched = scf::IfOp::create(b, l, isLeft, isTouched,
                                      [&](OpBuilder &in, Location inLoc) {
                                        scf::YieldOp::create(
                                            in, inLoc,
                                            arith::ConstantIntOp::create(
                                                in, inLoc, in.getI1Type(), 0)
                                                .getResult());
                                      })
                        .getResult(0);
    auto range = scf::IfOp::create(
        b, l, touched,
        [&](OpBuilder &in, Location inLoc) {
          auto [begin, end] = getBounds(in, inLoc, place);
          scf::YieldOp::create(in, inLoc, ValueRange{begin, end});
        },
        [&](OpBuilder &in, Location inLoc) {
          scf::YieldOp::create(in, inLoc, ValueRange{zero, zero});
        });
    row.begin = range.getResult(0);
    row.end = range.getResult(1);
    updateRow(b, l, row);
    Value step = arith::IndexCastUIOp::create(b, l, b.getIndexType(), touched);
    return arith::AddIOp::create(b, l, place, step);
  };

  createParallel(
      rewriter, loc, numChunks, kChunkRows * getRowBytes(),
      [&](OpBuilder &b, Location l, Value number) {
        Value scratch = createScratch(b, l);
        Value first = arith::MulIOp::create(b, l, number, chunk);
        Value end = arith::AddIOp::create(b, l, first, chunk);
        end = arith::MinSIOp::create(b, l, end, numRows);
        SmallVector<Value> place;
        if (readsGradient)
          place.push_back(findFirst(b, l, first));
        scf::ForOp::create(
            b, l, first, end, createIndex(b, l, 1), place,
            [&](OpBuilder &in, Location inLoc, Value row, ValueRange carried) {
              Value next = visitRow(in, inLoc, row, scratch,
                                    carried.empty() ? Value() : carried[0]);
              scf::YieldOp::create(in, inLoc,
                                   next ? ValueRange(next) : ValueRange());
            });
      });
}

//===----------------------------------------------------------------------===//
// One row
//===----------------------------------------------------------------------===//

void UpdateLowering::updateRow(OpBuilder &b, Location loc, Row &row) {
  row.uniform = invariants;
  for (auto [i, init] : llvm::enumerate(op.getInits()))
    if (op.isPerRow(i)) {
      Value state = memref::LoadOp::create(b, loc, init, row.number);
      row.uniform.map(
          op.getElementArg(i),
          convertFloat(b, loc, state,
                       cast<FloatType>(op.getElementArg(i).getType())));
    }
  unsigned lastPhase = rule.getNumPhases() - 1;
  for (unsigned phase = 0; phase <= lastPhase; ++phase) {
    emitUniform(b, op, rule, phase, /*invariant=*/false, row.uniform);
    if (phase < lastPhase)
      reduce(b, loc, row, phase);
  }
  if (!rule.getGuard()) {
    write(b, loc, row, lastPhase);
    return;
  }
  scf::IfOp::create(b, loc, row.uniform.lookup(rule.getGuard()),
                    [&](OpBuilder &in, Location inLoc) {
                      write(in, inLoc, row, lastPhase);
                      scf::YieldOp::create(in, inLoc);
                    });
}

/// The values of a tile in phase `phase`: the row's own where it is a single
/// tile, so that phases share them, else `local`.
TileValues &UpdateLowering::openTile(OpBuilder &b, Location loc, Row &row,
                                     const RowTile &tile, unsigned phase,
                                     std::optional<TileValues> &local) {
  auto loadElement = [this, number = row.number, base = tile.base](
                         OpBuilder &in, Location l, BlockArgument arg,
                         const RowPiece &piece) {
    Value init = op.getInits()[arg.getArgNumber()];
    Value value = loadPiece(in, l, init, number, {base, piece}, piece);
    return convertFloat(in, l, value, cast<FloatType>(arg.getType()));
  };
  std::optional<TileValues> &values = columns.isSingleTile() ? row.tile : local;
  if (!values)
    values.emplace(rule, row.uniform, tile.pieces, loadElement);
  BlockArgument gradient = op.getGradientArg();
  if (rule.readsArgument(gradient, phase) && !values->contains(gradient))
    values->set(gradient, readGradient(b, loc, row, tile, phase));
  return *values;
}

SmallVector<Value> UpdateLowering::readGradient(OpBuilder &b, Location loc,
                                                const Row &row,
                                                const RowTile &tile,
                                                unsigned phase) {
  SmallVector<Value> sums;
  if (row.scratch && phase != getFirstGradientPhase()) {
    for (const RowPiece &piece : tile.pieces)
      sums.push_back(loadPiece(b, loc, row.scratch, {}, tile, piece));
    return sums;
  }
  sums = gradients->sumTile(b, loc, row.begin, row.end, tile);
  if (row.scratch)
    for (auto [piece, sum] : llvm::zip_equal(tile.pieces, sums))
      storePiece(b, loc, sum, row.scratch, {}, tile, piece);
  return sums;
}

void UpdateLowering::reduce(OpBuilder &b, Location loc, Row &row,
                            unsigned phase) {
  ArrayRef<RowReduceOp> ops = rule.getReductions(phase);
  SmallVector<LaneReduction> lanes;
  SmallVector<Value> carried;
  for (RowReduceOp reduceOp : ops) {
    lanes.emplace_back(reduceOp, columns);
    carried.push_back(lanes.back().getIdentity(b, loc));
  }
  carried = columns.forEachTile(
      b, loc, carried,
      [&](OpBuilder &in, Location l, const RowTile &tile, ValueRange accs) {
        std::optional<TileValues> local;
        TileValues &values = openTile(in, l, row, tile, phase, local);
        SmallVector<Value> next;
        for (auto [reduceOp, lane, acc] : llvm::zip_equal(ops, lanes, accs)) {
          SmallVector<Value> vectors;
          for (unsigned piece = 0; piece < tile.pieces.size(); ++piece)
            vectors.push_back(
                values.get(in, l, reduceOp->getOperand(0), piece));
          next.push_back(lane.addTile(in, l, acc, vectors, tile.pieces));
        }
        return next;
      });
  for (auto [reduceOp, lane, acc] : llvm::zip_equal(ops, lanes, carried))
    row.uniform.map(reduceOp->getResult(0), lane.finish(b, loc, acc));
}

void UpdateLowering::write(OpBuilder &b, Location loc, Row &row,
                           unsigned phase) {
  columns.forEachTile(
      b, loc, {},
      [&](OpBuilder &in, Location l, const RowTile &tile, ValueRange) {
        std::optional<TileValues> local;
        TileValues &values = openTile(in, l, row, tile, phase, local);
        for (auto [number, piece] : llvm::enumerate(tile.pieces)) {
          SmallVector<Value> results(op.getInits().size());
          for (unsigned i = 0; i < results.size(); ++i)
            if (Value value = rule.getNewValue(i); value && !op.isPerRow(i))
              results[i] = convertFloat(in, l, values.get(in, l, value, number),
                                        getStorageType(i));
          for (auto [init, result] : llvm::zip_equal(op.getInits(), results))
            if (result)
              storePiece(in, l, result, init, row.number, tile, piece);
        }
        return SmallVector<Value>();
      });
  for (auto [i, init] : llvm::enumerate(op.getInits())) {
    Value value = rule.getNewValue(i);
    if (value && op.isPerRow(i))
      memref::StoreOp::create(
          b, loc,
          convertFloat(b, loc, row.uniform.lookup(value), getStorageType(i)),
          init, row.number);
  }
}

//===----------------------------------------------------------------------===//
// Decisions
//===----------------------------------------------------------------------===//

FloatType UpdateLowering::getStorageType(unsigned init) {
  return cast<FloatType>(getElementTypeOrSelf(op.getInits()[init]));
}

unsigned UpdateLowering::getFirstGradientPhase() {
  for (unsigned phase = 0; phase < rule.getNumPhases(); ++phase)
    if (rule.readsArgument(op.getGradientArg(), phase))
      return phase;
  return rule.getNumPhases();
}

/// Whether several phases read a gradient that the registers cannot hold.
bool UpdateLowering::isScratchNeeded() {
  unsigned readers = 0;
  for (unsigned phase = 0; phase < rule.getNumPhases(); ++phase)
    readers += rule.readsArgument(op.getGradientArg(), phase);
  return readsGradient && readers > 1 && !columns.isSingleTile();
}

Value UpdateLowering::createScratch(OpBuilder &b, Location loc) {
  int64_t bytes = columns.getWidth() * computeType.getWidth() / 8;
  if (!isScratchNeeded() || bytes > kMaxScratchBytes)
    return {};
  return memref::AllocaOp::create(
      b, loc, MemRefType::get({columns.getWidth()}, computeType));
}

/// The bytes that the visit of one row moves.
int64_t UpdateLowering::getRowBytes() {
  int64_t bytes = 0;
  for (auto [i, init] : llvm::enumerate(op.getInits()))
    bytes +=
        2 * getElementBytes(init) * (op.isPerRow(i) ? 1 : columns.getWidth());
  if (readsGradient)
    bytes += kAssumedOccurrences * columns.getWidth() *
             getElementBytes(op.getGradients().front());
  return bytes;
}

void UpdateLowering::run() {
  prepare();
  if (op.getRows() == UpdateRows::Touched)
    visitTouched();
  else
    visitAll();

  remarkLowered(op, "Update", columns)
      << remark::metric("States", op.getStates().size())
      << remark::metric("Sources", op.getSources().size())
      << remark::metric("Phases", rule.getNumPhases())
      << remark::metric("Conditional", rule.getGuard() != nullptr)
      << remark::metric("PrefetchDistance", options.prefetchDistance);
  int64_t bytes = columns.getWidth() * computeType.getWidth() / 8;
  if (isScratchNeeded() && bytes > kMaxScratchBytes)
    remark::missed(loc, remark::RemarkOpts::name("UpdateScratch")
                            .category("emb-convert-to-loops"))
        << remark::reason("a gradient row of {0} bytes is summed again in each "
                          "phase: at most {1} bytes are kept",
                          bytes, kMaxScratchBytes);
}

LogicalResult emb::lowerUpdate(UpdateOp op, RewriterBase &rewriter,
                               const LoopOptions &options) {
  SmallVector<Value> vectors(op.getGradients());
  for (auto [i, init] : llvm::enumerate(op.getInits()))
    if (!op.isPerRow(i))
      vectors.push_back(init);
  if (failed(checkRows(op, vectors)))
    return failure();
  bool isGrouped = op.getGroup().size() == 4;
  if (!isGrouped &&
      (op.getRows() == UpdateRows::Touched || !op.getIndices().empty()))
    return op.emitOpError("has no 'group', expected the emb.group of its "
                          "sources (emb-materialize-groups adds it)");
  UpdateLowering(op, rewriter, options).run();
  rewriter.eraseOp(op);
  return success();
}
