//===- GradientSum.cpp - The summed gradient of a row ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GradientSum.h"

#include "../LoopAnnotations.h"

using namespace mlir;
using namespace mlir::emb;

static FloatType getSumType(size_t numSources, FloatType computeType) {
  return numSources > 1 ? Float64Type::get(computeType.getContext())
                        : computeType;
}

int64_t GradientSum::getTileVectors(size_t numSources, FloatType computeType,
                                    const LoopOptions &options) {
  int64_t registers =
      getSumType(numSources, computeType).getWidth() / computeType.getWidth();
  return std::max<int64_t>(options.tileVectors / registers, 1);
}

GradientSum::GradientSum(OpBuilder &builder, Location loc,
                         ArrayRef<GradientSource> given, FloatType computeType,
                         const RowVectors &columns, ValueRange group,
                         const LoopOptions &options)
    : computeType(computeType), sumType(getSumType(given.size(), computeType)),
      hotRows(group, columns, sumType) {
  Value total;
  for (const GradientSource &source : given) {
    auto view = [&](Value memref, unsigned trailing) {
      return FlatView(builder, loc, memref, trailing);
    };
    sources.push_back({view(source.gradient, /*trailing=*/1), std::nullopt,
                       std::nullopt, std::nullopt, Value()});
    Source &added = sources.back();
    if (source.map)
      added.map = view(source.map, /*trailing=*/0);
    if (source.scale)
      added.scale = view(source.scale, /*trailing=*/0);
    if (source.winners)
      added.winners = view(source.winners, /*trailing=*/1);
    Value size = view(source.indices, /*trailing=*/0).getSize();
    total =
        total ? builder.createOrFold<arith::AddIOp>(loc, total, size) : size;
    added.end = total;
  }
  if (group.empty())
    return;
  positions = group[2];
  int64_t rowBytes =
      columns.getWidth() * getElementBytes(given.front().gradient);
  occurrenceBytes = rowBytes + getElementBytes(positions);
  // Most gradients are in some cache: more of them than rows of a table.
  distance =
      options.getUpdateDistance(rowBytes, 2 * options.updatePrefetchBytes);
  if (distance > 0)
    // Padding leaves positions at the end unset.
    last = arith::SubIOp::create(builder, loc,
                                 loadIndex(builder, loc, group[1], group[3]),
                                 createIndex(builder, loc, 1));
}

/// The row of the gradient that belongs to an occurrence of the source.
Value GradientSum::getRowNumber(OpBuilder &builder, Location loc,
                                const Source &source, Value occurrence) const {
  if (!source.map)
    return occurrence;
  return loadIndex(builder, loc, source.map->getMemRef(),
                   source.map->getSubscripts(builder, loc, occurrence));
}

SmallVector<Value> GradientSum::getGradientRow(OpBuilder &builder, Location loc,
                                               const Source &source,
                                               Value occurrence) const {
  return source.gradient.getSubscripts(
      builder, loc, getRowNumber(builder, loc, source, occurrence));
}

/// `value` in the columns where `winners` is `number`, 0 in the others.
static Value selectWon(OpBuilder &builder, Location loc, Value value,
                       Value winners, Value number) {
  auto type = cast<VectorType>(winners.getType());
  number =
      arith::IndexCastOp::create(builder, loc, type.getElementType(), number);
  Value isWon = arith::CmpIOp::create(
      builder, loc, arith::CmpIPredicate::eq, winners,
      vector::BroadcastOp::create(builder, loc, type, number));
  return arith::SelectOp::create(
      builder, loc, isWon, value,
      createSplat(builder, loc, value.getType(), 0.0));
}

/// `sums` with what occurrence `occurrence` of `sources[first]` and later ones
/// contributes, counted from the first occurrence of all sources.
SmallVector<Value> GradientSum::addOccurrence(OpBuilder &builder, Location loc,
                                              Value occurrence,
                                              const RowTile &tile,
                                              ValueRange sums,
                                              unsigned first) const {
  const Source &source = sources[first];
  auto addSource = [&](OpBuilder &b, Location l) {
    Value number = occurrence;
    if (first > 0)
      number = arith::SubIOp::create(b, l, occurrence, sources[first - 1].end);
    Value rowNumber = getRowNumber(b, l, source, number);
    SmallVector<Value> row = source.gradient.getSubscripts(b, l, rowNumber);
    SmallVector<Value> winnersRow;
    if (source.winners)
      winnersRow = source.winners->getSubscripts(b, l, rowNumber);
    Value scale;
    if (source.scale) {
      scale = memref::LoadOp::create(b, l, source.scale->getMemRef(),
                                     source.scale->getSubscripts(b, l, number));
      scale = convertFloat(b, l, scale, computeType);
    }
    SmallVector<Value> result;
    for (auto [piece, sum] : llvm::zip_equal(tile.pieces, sums)) {
      Value value =
          loadPiece(b, l, source.gradient.getMemRef(), row, tile, piece);
      value = convertFloat(b, l, value, computeType);
      if (scale)
        value = arith::MulFOp::create(
            b, l, vector::BroadcastOp::create(b, l, value.getType(), scale),
            value);
      if (source.winners)
        value = selectWon(b, l, value,
                          loadPiece(b, l, source.winners->getMemRef(),
                                    winnersRow, tile, piece),
                          number);
      value = convertFloat(b, l, value, sumType);
      result.push_back(arith::AddFOp::create(b, l, sum, value));
    }
    return result;
  };
  if (first + 1 == sources.size())
    return addSource(builder, loc);

  Value isHere = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                       occurrence, source.end);
  auto branch = scf::IfOp::create(
      builder, loc, isHere,
      [&](OpBuilder &b, Location l) {
        scf::YieldOp::create(b, l, addSource(b, l));
      },
      [&](OpBuilder &b, Location l) {
        scf::YieldOp::create(
            b, l, addOccurrence(b, l, occurrence, tile, sums, first + 1));
      });
  return SmallVector<Value>(branch.getResults());
}

/// Asks for the row of occurrence `occurrence` of `sources[first]` and later
/// ones, counted from the first occurrence of all sources.
void GradientSum::prefetchOccurrence(OpBuilder &builder, Location loc,
                                     Value occurrence, const RowTile &tile,
                                     unsigned first) const {
  const Source &source = sources[first];
  auto prefetchSource = [&](OpBuilder &b, Location l) {
    Value number = occurrence;
    if (first > 0)
      number = arith::SubIOp::create(b, l, occurrence, sources[first - 1].end);
    prefetchTile(b, l, source.gradient.getMemRef(),
                 getGradientRow(b, l, source, number), tile,
                 /*isWrite=*/false);
  };
  if (first + 1 == sources.size())
    return prefetchSource(builder, loc);
  Value isHere = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                       occurrence, source.end);
  scf::IfOp::create(
      builder, loc, isHere,
      [&](OpBuilder &b, Location l) {
        prefetchSource(b, l);
        scf::YieldOp::create(b, l);
      },
      [&](OpBuilder &b, Location l) {
        prefetchOccurrence(b, l, occurrence, tile, first + 1);
        scf::YieldOp::create(b, l);
      });
}

void GradientSum::prefetch(OpBuilder &b, Location loc, Value position,
                           const RowTile &tile) const {
  if (distance == 0)
    return;
  Value next =
      arith::AddIOp::create(b, loc, position, createIndex(b, loc, distance));
  next = arith::MinSIOp::create(b, loc, next, last);
  prefetchOccurrence(b, loc, loadIndex(b, loc, positions, next), tile,
                     /*first=*/0);
}

/// The sum in one block, from zero.
SmallVector<Value> GradientSum::sumRange(OpBuilder &builder, Location loc,
                                         Value begin, Value end,
                                         const RowTile &tile,
                                         bool isTouched) const {
  auto sums = llvm::map_to_vector(tile.pieces, [&](const RowPiece &piece) {
    return createSplat(builder, loc, piece.getType(sumType), 0.0);
  });
  auto add = [&](OpBuilder &b, Location l, Value position, ValueRange sums) {
    prefetch(b, l, position, tile);
    return addOccurrence(b, l, loadIndex(b, l, positions, position), tile, sums,
                         /*first=*/0);
  };
  Value one = createIndex(builder, loc, 1);
  // Most rows have one occurrence: it needs no loop.
  if (isTouched) {
    sums = add(builder, loc, begin, sums);
    begin = arith::AddIOp::create(builder, loc, begin, one);
  }
  auto loop = scf::ForOp::create(
      builder, loc, begin, end, one, sums,
      [&](OpBuilder &b, Location l, Value position, ValueRange sums) {
        scf::YieldOp::create(b, l, add(b, l, position, sums));
      });
  // Unrolled, rows with few occurrences take longer.
  disableUnroll(loop);
  return SmallVector<Value>(loop.getResults());
}

void GradientSum::sumHotRows(OpBuilder &builder, Location loc) {
  if (sources.empty())
    return;
  hotRows.sumBlocks(builder, loc, occurrenceBytes,
                    [&](OpBuilder &b, Location l, Value begin, Value end,
                        const RowTile &tile) {
                      return sumRange(b, l, begin, end, tile,
                                      /*isTouched=*/true);
                    });
}

SmallVector<Value> GradientSum::sumTile(OpBuilder &builder, Location loc,
                                        Value begin, Value end,
                                        const RowTile &tile,
                                        bool isTouched) const {
  if (sources.empty())
    return llvm::map_to_vector(tile.pieces, [&](const RowPiece &piece) {
      return createSplat(builder, loc, piece.getType(computeType), 0.0);
    });
  SmallVector<Value> sums =
      hotRows.sumRow(builder, loc, begin, end, tile,
                     [&](OpBuilder &b, Location l, Value first, Value last,
                         const RowTile &part) {
                       return sumRange(b, l, first, last, part, isTouched);
                     });
  return llvm::map_to_vector(sums, [&](Value sum) {
    return convertFloat(builder, loc, sum, computeType);
  });
}
