//===- RowUpdate.cpp - The update of one row ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowUpdate.h"

#include "LaneReduction.h"

using namespace mlir;
using namespace mlir::emb;

/// The widest row, in bytes, whose summed gradient is kept on the stack.
static constexpr int64_t kMaxScratchBytes = 64 * 1024;

RowUpdate::RowUpdate(UpdateOp op, const LoopOptions &options)
    : op(op), options(options), rule(op),
      computeType(getComputeType(getElementTypeOrSelf(op.getTable()))),
      isGradientRead(!op.getIndices().empty() &&
                     rule.readsArgument(op.getGradientArg())),
      columns(getRowWidth(op.getTable()), computeType,
              GradientSum::getTileVectors(
                  isGradientRead ? op.getIndices().size() : 0, computeType,
                  options)) {}

void RowUpdate::prepare(OpBuilder &builder, Location loc, ValueRange group) {
  gradients.emplace(builder, loc, op.getSources(), computeType, columns, group,
                    options);
  gradients->sumHotRows(builder, loc);
  for (auto [i, scalar] : llvm::enumerate(op.getScalars()))
    invariants.map(op.getScalarArg(i),
                   convertFloat(builder, loc, scalar, computeType));
  emitUniform(builder, op, rule, /*phase=*/0, /*invariant=*/true, invariants);
  if (ValueRange random = op.getRandom(); !random.empty())
    rounding.emplace(builder, loc, random[0], random[1], op.getTableId());
}

void RowUpdate::emit(OpBuilder &b, Location loc, Value number, Value begin,
                     Value end, Value scratch) {
  Row row{number, begin, end, scratch, invariants, std::nullopt};
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
TileValues &RowUpdate::openTile(OpBuilder &b, Location loc, Row &row,
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

SmallVector<Value> RowUpdate::readGradient(OpBuilder &b, Location loc,
                                           const Row &row, const RowTile &tile,
                                           unsigned phase) {
  SmallVector<Value> sums;
  if (row.scratch && phase != getFirstGradientPhase()) {
    for (const RowPiece &piece : tile.pieces)
      sums.push_back(loadPiece(b, loc, row.scratch, {}, tile, piece));
    return sums;
  }
  sums = gradients->sumTile(b, loc, row.begin, row.end, tile,
                            op.getRows() == UpdateRows::Touched);
  if (row.scratch)
    for (auto [piece, sum] : llvm::zip_equal(tile.pieces, sums))
      storePiece(b, loc, sum, row.scratch, {}, tile, piece);
  return sums;
}

void RowUpdate::reduce(OpBuilder &b, Location loc, Row &row, unsigned phase) {
  ArrayRef<RowReduceOp> ops = rule.getReductions(phase);
  SmallVector<LaneReduction> lanes;
  SmallVector<Value> carried;
  for (RowReduceOp reduceOp : ops) {
    lanes.emplace_back(reduceOp.getKind(), reduceOp.getType(), columns);
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

void RowUpdate::write(OpBuilder &b, Location loc, Row &row, unsigned phase) {
  std::optional<StochasticRounding::RowKey> key;
  if (rounding && rule.getNewValue(0) && columns.getWidth() > 0)
    key = rounding->createRowKey(b, loc, row.number);
  // Only the table is rounded stochastically.
  auto toStorage = [&](OpBuilder &in, Location l, unsigned init, Value value,
                       const RowTile &tile, const RowPiece &piece) {
    if (init == 0 && key)
      return rounding->round(in, l, value, getStorageType(0), *key, tile,
                             piece);
    return convertFloat(in, l, value, getStorageType(init));
  };
  columns.forEachTile(
      b, loc, {},
      [&](OpBuilder &in, Location l, const RowTile &tile, ValueRange) {
        std::optional<TileValues> local;
        TileValues &values = openTile(in, l, row, tile, phase, local);
        for (auto [number, piece] : llvm::enumerate(tile.pieces)) {
          SmallVector<Value> results(op.getInits().size());
          for (unsigned i = 0; i < results.size(); ++i)
            if (Value value = rule.getNewValue(i); value && !op.isPerRow(i))
              results[i] = toStorage(in, l, i, values.get(in, l, value, number),
                                     tile, piece);
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

FloatType RowUpdate::getStorageType(unsigned init) {
  return cast<FloatType>(getElementTypeOrSelf(op.getInits()[init]));
}

unsigned RowUpdate::getFirstGradientPhase() {
  unsigned phase = 0;
  while (!rule.readsArgument(op.getGradientArg(), phase))
    ++phase;
  return phase;
}

/// Whether several phases read a gradient that the registers cannot hold.
bool RowUpdate::isGradientShared() {
  unsigned readers = 0;
  for (unsigned phase = 0; phase < rule.getNumPhases(); ++phase)
    readers += rule.readsArgument(op.getGradientArg(), phase);
  return isGradientRead && readers > 1 && !columns.isSingleTile();
}

int64_t RowUpdate::getGradientBytes() {
  return columns.getWidth() * computeType.getWidth() / 8;
}

int64_t RowUpdate::getUnkeptGradientBytes() {
  int64_t bytes = getGradientBytes();
  return isGradientShared() && bytes > kMaxScratchBytes ? bytes : 0;
}

Value RowUpdate::createScratch(OpBuilder &builder, Location loc) {
  if (!isGradientShared() || getGradientBytes() > kMaxScratchBytes)
    return {};
  return memref::AllocaOp::create(
      builder, loc, MemRefType::get({columns.getWidth()}, computeType));
}

int64_t RowUpdate::getInitBytes() {
  int64_t bytes = 0;
  for (auto [i, init] : llvm::enumerate(op.getInits()))
    bytes += getElementBytes(init) * (op.isPerRow(i) ? 1 : columns.getWidth());
  return bytes;
}

int64_t RowUpdate::getOccurrenceBytes() {
  return isGradientRead ? gradients->getOccurrenceBytes() : 0;
}

int64_t RowUpdate::getGradientDistance() {
  return isGradientRead ? gradients->getDistance() : 0;
}
