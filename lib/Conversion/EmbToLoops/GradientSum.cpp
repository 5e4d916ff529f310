//===- GradientSum.cpp - The summed gradient of a row ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GradientSum.h"

using namespace mlir;
using namespace mlir::emb;

GradientSum::GradientSum(OpBuilder &builder, Location loc, UpdateOp op,
                         Value positions, const LoopOptions &options)
    : computeType(getComputeType(getElementTypeOrSelf(op.getTable()))),
      positions(positions) {
  Value total;
  for (GradientSource given : op.getSources()) {
    Source source{FlatView(builder, loc, given.gradient, /*trailing=*/1),
                  std::nullopt, std::nullopt, Value()};
    if (given.map)
      source.map.emplace(builder, loc, given.map, /*trailing=*/0);
    if (given.scale)
      source.scale.emplace(builder, loc, given.scale, /*trailing=*/0);
    Value size = FlatView(builder, loc, given.indices, 0).getSize();
    total =
        total ? builder.createOrFold<arith::AddIOp>(loc, total, size) : size;
    source.end = total;
    sources.push_back(std::move(source));
  }
  if (sources.size() == 1 && options.prefetchDistance > 0) {
    ahead = createIndex(builder, loc, options.prefetchDistance);
    last = builder.createOrFold<arith::SubIOp>(loc, total,
                                               createIndex(builder, loc, 1));
  }
}

SmallVector<Value> GradientSum::getGradientRow(OpBuilder &builder, Location loc,
                                               const Source &source,
                                               Value occurrence) const {
  Value row = occurrence;
  if (source.map)
    row = loadIndex(builder, loc, source.map->getMemRef(),
                    source.map->getSubscripts(builder, loc, occurrence));
  return source.gradient.getSubscripts(builder, loc, row);
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
    SmallVector<Value> row = getGradientRow(b, l, source, number);
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

SmallVector<Value> GradientSum::sumTile(OpBuilder &builder, Location loc,
                                        Value begin, Value end,
                                        const RowTile &tile) const {
  SmallVector<Value> zeros;
  for (const RowPiece &piece : tile.pieces)
    zeros.push_back(createSplat(builder, loc, piece.getType(computeType), 0.0));
  if (sources.empty())
    return zeros;

  auto loop = scf::ForOp::create(
      builder, loc, begin, end, createIndex(builder, loc, 1), zeros,
      [&](OpBuilder &b, Location l, Value position, ValueRange sums) {
        if (ahead) {
          Value next = arith::AddIOp::create(b, l, position, ahead);
          next = arith::MinSIOp::create(b, l, next, last);
          next = loadIndex(b, l, positions, next);
          createPrefetch(b, l, sources.front().gradient.getMemRef(),
                         getGradientRow(b, l, sources.front(), next), tile.base,
                         /*isWrite=*/false);
        }
        Value occurrence = loadIndex(b, l, positions, position);
        scf::YieldOp::create(
            b, l, addOccurrence(b, l, occurrence, tile, sums, /*first=*/0));
      });
  return SmallVector<Value>(loop.getResults());
}
