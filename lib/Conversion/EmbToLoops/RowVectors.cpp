//===- RowVectors.cpp - Rows as tiles of vectors --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowVectors.h"

#include "emb/Conversion/EntryPoints.h"
#include "emb/Support/Check.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace mlir::emb;

/// Bytes of the compute type in a full vector.
static constexpr int64_t kVectorBytes = 64;

static SmallVector<RowPiece> cutColumns(int64_t width, int64_t lanes) {
  SmallVector<RowPiece> pieces;
  for (int64_t offset = 0; offset < width; offset += lanes) {
    int64_t active = std::min(lanes, width - offset);
    pieces.push_back(
        {offset, static_cast<int64_t>(llvm::PowerOf2Ceil(active)), active});
  }
  return pieces;
}

RowVectors::RowVectors(int64_t width, Type computeType, int64_t maxVectors)
    : width(width),
      fullLanes(kVectorBytes * 8 / computeType.getIntOrFloatBitWidth()) {
  EMB_CHECK(maxVectors > 0, "a tile has vectors");
  int64_t vectors = std::max<int64_t>(getNumVectors(), 1);
  int64_t perTile =
      llvm::divideCeil(vectors, llvm::divideCeil(vectors, maxVectors));
  // Two vectors of 16-bit elements that are widened share a cache line.
  if (perTile < std::min(vectors, maxVectors))
    perTile += perTile % 2;
  tileWidth = perTile * fullLanes;
  fullTile = cutColumns(std::min(width, tileWidth), fullLanes);
  if (!isSingleTile())
    lastTile = cutColumns(width % tileWidth, fullLanes);
  lanes = fullTile.empty() ? 0 : fullTile.front().lanes;
}

SmallVector<Value> RowVectors::forEachTile(OpBuilder &builder, Location loc,
                                           ValueRange carried,
                                           TileBody body) const {
  SmallVector<Value> values(carried);
  if (width == 0)
    return values;

  int64_t numFull = std::max<int64_t>(width / tileWidth, 1);
  Value zero = createIndex(builder, loc, 0);
  if (numFull == 1) {
    values = body(builder, loc, {zero, fullTile}, values);
  } else {
    Value end = createIndex(builder, loc, numFull * tileWidth);
    Value step = createIndex(builder, loc, tileWidth);
    auto loop = scf::ForOp::create(
        builder, loc, zero, end, step, values,
        [&](OpBuilder &nested, Location nestedLoc, Value base,
            ValueRange inner) {
          scf::YieldOp::create(
              nested, nestedLoc,
              body(nested, nestedLoc, {base, fullTile}, inner));
        });
    values.assign(loop.result_begin(), loop.result_end());
  }
  if (!lastTile.empty()) {
    Value base = createIndex(builder, loc, numFull * tileWidth);
    values = body(builder, loc, {base, lastTile}, values);
  }
  return values;
}

FlatView::FlatView(OpBuilder &builder, Location loc, Value memref,
                   unsigned trailing)
    : memref(memref) {
  auto type = cast<MemRefType>(memref.getType());
  unsigned leading = type.getRank() - trailing;
  if (leading > 1) {
    SmallVector<ReassociationIndices> groups(1);
    llvm::append_range(groups.front(), llvm::seq<int64_t>(0, leading));
    for (unsigned dim = leading; dim < type.getRank(); ++dim)
      groups.push_back({dim});
    // The collapsed type of `0x?` does not verify.
    bool isEmpty = llvm::is_contained(type.getShape(), 0);
    if (!isEmpty &&
        memref::CollapseShapeOp::isGuaranteedCollapsible(type, groups)) {
      this->memref =
          memref::CollapseShapeOp::create(builder, loc, memref, groups);
      leading = 1;
    }
  }
  size = leading == 0 ? createIndex(builder, loc, 1) : Value();
  for (unsigned dim = 0; dim < leading; ++dim) {
    Value extent = builder.createOrFold<memref::DimOp>(loc, this->memref, dim);
    extents.push_back(extent);
    size =
        size ? builder.createOrFold<arith::MulIOp>(loc, size, extent) : extent;
  }
  if (leading > 1)
    makeLinear(builder, loc, leading);
}

void FlatView::makeLinear(OpBuilder &builder, Location loc, unsigned leading) {
  auto metadata =
      memref::ExtractStridedMetadataOp::create(builder, loc, memref);
  SmallVector<OpFoldResult> known = metadata.getConstifiedMixedStrides();
  SmallVector<OpFoldResult> sizes = metadata.getConstifiedMixedSizes();
  for (unsigned dim = 0; dim < leading; ++dim)
    strides.push_back(
        getValueOrCreateConstantIndexOp(builder, loc, known[dim]));
  // A dimension is followed by the next one without a gap.
  for (unsigned dim = 0; dim + 1 < leading; ++dim) {
    Value next = builder.createOrFold<arith::MulIOp>(loc, strides[dim + 1],
                                                     extents[dim + 1]);
    Value follows = builder.createOrFold<arith::CmpIOp>(
        loc, arith::CmpIPredicate::eq, strides[dim], next);
    hasNoGaps =
        hasNoGaps ? builder.createOrFold<arith::AndIOp>(loc, hasNoGaps, follows)
                  : follows;
  }
  SmallVector<OpFoldResult> newSizes{size}, newStrides{builder.getIndexAttr(1)};
  llvm::append_range(newSizes, ArrayRef(sizes).drop_front(leading));
  llvm::append_range(newStrides, ArrayRef(known).drop_front(leading));
  memref = memref::ReinterpretCastOp::create(
      builder, loc, metadata.getBaseBuffer(),
      metadata.getConstifiedMixedOffset(), newSizes, newStrides);
}

SmallVector<Value> FlatView::getSubscripts(OpBuilder &builder, Location loc,
                                           Value position) const {
  if (extents.empty())
    return {};
  if (extents.size() == 1)
    return {position};
  auto element = scf::IfOp::create(
      builder, loc, hasNoGaps,
      [&](OpBuilder &b, Location l) {
        Value number =
            b.createOrFold<arith::MulIOp>(l, position, strides.back());
        scf::YieldOp::create(b, l, number);
      },
      [&](OpBuilder &b, Location l) {
        Value number, rest = position;
        for (unsigned dim = extents.size(); dim-- > 0;) {
          Value subscript = rest;
          if (dim > 0) {
            subscript = arith::RemUIOp::create(b, l, rest, extents[dim]);
            rest = arith::DivUIOp::create(b, l, rest, extents[dim]);
          }
          Value term = arith::MulIOp::create(b, l, subscript, strides[dim]);
          number = number ? arith::AddIOp::create(b, l, number, term) : term;
        }
        scf::YieldOp::create(b, l, number);
      });
  return {element.getResult(0)};
}

Value emb::createIndex(OpBuilder &builder, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

Value emb::loadIndex(OpBuilder &builder, Location loc, Value memref,
                     ValueRange subscripts) {
  Value element = memref::LoadOp::create(builder, loc, memref, subscripts);
  return arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                    element);
}

static SmallVector<Value> getElementSubscripts(OpBuilder &builder, Location loc,
                                               ValueRange row,
                                               const RowTile &tile,
                                               const RowPiece &piece) {
  EMB_CHECK(piece.active > 0 && piece.active <= piece.lanes,
            "a piece has columns, each with a lane");
  SmallVector<Value> subscripts(row);
  subscripts.push_back(builder.createOrFold<arith::AddIOp>(
      loc, tile.base, createIndex(builder, loc, piece.offset)));
  return subscripts;
}

static Value createMask(OpBuilder &builder, Location loc,
                        const RowPiece &piece) {
  return vector::ConstantMaskOp::create(builder, loc,
                                        piece.getType(builder.getI1Type()),
                                        ArrayRef<int64_t>{piece.active});
}

bool emb::hasContiguousRows(Value memref) {
  SmallVector<int64_t> strides;
  int64_t offset;
  auto type = cast<MemRefType>(memref.getType());
  return type.getRank() > 0 &&
         succeeded(type.getStridesAndOffset(strides, offset)) &&
         strides.back() == 1;
}

/// Runs `body` with the subscripts of each lane that belongs to the row.
static void
forEachLane(OpBuilder &builder, Location loc, ValueRange row,
            const RowTile &tile, const RowPiece &piece,
            function_ref<void(int64_t lane, ValueRange subscripts)> body) {
  for (int64_t lane = 0; lane < piece.active; ++lane)
    body(lane, getElementSubscripts(builder, loc, row, tile,
                                    {piece.offset + lane, 1, 1}));
}

Value emb::loadPiece(OpBuilder &builder, Location loc, Value memref,
                     ValueRange row, const RowTile &tile,
                     const RowPiece &piece) {
  VectorType type =
      piece.getType(cast<MemRefType>(memref.getType()).getElementType());
  if (!hasContiguousRows(memref)) {
    Value zero;
    if (piece.isMasked())
      zero = arith::ConstantOp::create(
          builder, loc, builder.getZeroAttr(type.getElementType()));
    SmallVector<Value> elements(piece.lanes, zero);
    forEachLane(builder, loc, row, tile, piece,
                [&](int64_t lane, ValueRange subscripts) {
                  elements[lane] =
                      memref::LoadOp::create(builder, loc, memref, subscripts);
                });
    return vector::FromElementsOp::create(builder, loc, type, elements);
  }
  SmallVector<Value> subscripts =
      getElementSubscripts(builder, loc, row, tile, piece);
  if (!piece.isMasked())
    return vector::LoadOp::create(builder, loc, type, memref, subscripts);
  return vector::MaskedLoadOp::create(
      builder, loc, type, memref, subscripts, createMask(builder, loc, piece),
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type)));
}

void emb::storePiece(OpBuilder &builder, Location loc, Value value,
                     Value memref, ValueRange row, const RowTile &tile,
                     const RowPiece &piece) {
  if (!hasContiguousRows(memref)) {
    forEachLane(
        builder, loc, row, tile, piece,
        [&](int64_t lane, ValueRange subscripts) {
          Value element = vector::ExtractOp::create(builder, loc, value, lane);
          memref::StoreOp::create(builder, loc, element, memref, subscripts);
        });
    return;
  }
  SmallVector<Value> subscripts =
      getElementSubscripts(builder, loc, row, tile, piece);
  if (!piece.isMasked())
    vector::StoreOp::create(builder, loc, value, memref, subscripts);
  else
    vector::MaskedStoreOp::create(builder, loc, memref, subscripts,
                                  createMask(builder, loc, piece), value);
}

void emb::copyRow(OpBuilder &builder, Location loc, const RowVectors &columns,
                  Value source, ValueRange sourceRow, Value target,
                  ValueRange targetRow) {
  columns.forEachTile(
      builder, loc, {},
      [&](OpBuilder &nested, Location nestedLoc, const RowTile &tile,
          ValueRange) -> SmallVector<Value> {
        for (const RowPiece &piece : tile.pieces) {
          Value value =
              loadPiece(nested, nestedLoc, source, sourceRow, tile, piece);
          storePiece(nested, nestedLoc, value, target, targetRow, tile, piece);
        }
        return {};
      });
}

Value emb::convertFloat(OpBuilder &builder, Location loc, Value value,
                        FloatType type) {
  auto from = cast<FloatType>(getElementTypeOrSelf(value.getType()));
  if (from == type)
    return value;
  Type result = type;
  if (auto vectorType = dyn_cast<VectorType>(value.getType()))
    result = vectorType.clone(type);
  if (from.getWidth() < type.getWidth())
    return arith::ExtFOp::create(builder, loc, result, value);
  if (from.getWidth() > type.getWidth())
    return arith::TruncFOp::create(builder, loc, result, value);
  Value wide = convertFloat(builder, loc, value, builder.getF32Type());
  return convertFloat(builder, loc, wide, type);
}

Value emb::createSplat(OpBuilder &builder, Location loc, Type type,
                       double value) {
  TypedAttr attr = builder.getFloatAttr(getElementTypeOrSelf(type), value);
  if (auto vectorType = dyn_cast<VectorType>(type))
    attr = DenseElementsAttr::get(vectorType, Attribute(attr));
  return arith::ConstantOp::create(builder, loc, attr);
}

void emb::prefetchTile(OpBuilder &builder, Location loc, Value memref,
                       ValueRange row, const RowTile &tile, bool isWrite) {
  int64_t elementBytes = getElementBytes(memref);
  int64_t columns = tile.pieces.back().offset + tile.pieces.back().active;
  int64_t bytes = columns * elementBytes;
  // Where in a line the tile begins is a multiple of `step`. A base that only
  // the run knows is that of a full tile.
  int64_t width = cast<MemRefType>(memref.getType()).getShape().back();
  int64_t base = getConstantIntValue(tile.base).value_or(columns);
  int64_t step = std::gcd(std::gcd(width, base) * elementBytes, kLineBytes);
  int64_t lines = llvm::divideCeil(kLineBytes - step + bytes, kLineBytes);
  for (int64_t line = 0; line < lines; ++line) {
    int64_t offset = std::min(line * kLineBytes / elementBytes, columns - 1);
    Value column = builder.createOrFold<arith::AddIOp>(
        loc, tile.base, createIndex(builder, loc, offset));
    createPrefetch(builder, loc, memref, row, column, isWrite);
  }
}

void emb::createPrefetch(OpBuilder &builder, Location loc, Value memref,
                         ValueRange row, Value column, bool isWrite) {
  // Of a row whose columns lie apart one line says nothing of the others.
  if (column && !hasContiguousRows(memref))
    return;
  SmallVector<Value> subscripts(row);
  if (column)
    subscripts.push_back(column);
  memref::PrefetchOp::create(builder, loc, memref, subscripts, isWrite,
                             /*localityHint=*/3, /*isDataCache=*/true);
}

scf::ParallelOp
emb::createParallel(OpBuilder &builder, Location loc, Value count, int64_t work,
                    function_ref<void(OpBuilder &, Location, Value)> body) {
  auto loop = scf::ParallelOp::create(
      builder, loc, createIndex(builder, loc, 0), count,
      createIndex(builder, loc, 1),
      [&](OpBuilder &nested, Location nestedLoc, ValueRange ivs) {
        body(nested, nestedLoc, ivs.front());
      });
  // A row without columns moves nothing, but its visit takes time.
  loop->setAttr(kWorkAttr,
                builder.getI64IntegerAttr(std::max<int64_t>(work, 1)));
  return loop;
}

int64_t emb::getElementBytes(Value memref) {
  Type type = cast<MemRefType>(memref.getType()).getElementType();
  return type.getIntOrFloatBitWidth() / 8;
}
