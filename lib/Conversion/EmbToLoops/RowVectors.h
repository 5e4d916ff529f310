//===- RowVectors.h - Rows as tiles of vectors ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How the lowerings to loops walk the columns of a row and the positions of a
// tensor whose leading dimensions count as one.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_EMBTOLOOPS_ROWVECTORS_H
#define EMB_LIB_CONVERSION_EMBTOLOOPS_ROWVECTORS_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

namespace mlir::emb {

/// Bytes of a cache line: what is prefetched, or written past the cache, at
/// once.
inline constexpr int64_t kLineBytes = 64;

/// Consecutive columns that one vector holds. Lanes from `active` on are past
/// the end of the row and masked.
struct RowPiece {
  int64_t offset; ///< First column, counted from the base of the tile.
  int64_t lanes;
  int64_t active;

  bool isMasked() const { return active != lanes; }
  VectorType getType(Type elementType) const {
    return VectorType::get({lanes}, elementType);
  }
};

/// Consecutive columns whose vectors are held in registers together.
struct RowTile {
  Value base; ///< First column.
  ArrayRef<RowPiece> pieces;
};

/// The columns of a row, cut into vectors of 64 bytes of the compute type, so
/// that lanes are the same on every processor, and these into tiles of nearly
/// equal size, as few as `maxVectors` in each allow. What does not fill a
/// vector is held by the smallest power of two of lanes, masked where it is not
/// exact.
class RowVectors {
public:
  RowVectors(int64_t width, Type computeType, int64_t maxVectors);

  int64_t getWidth() const { return width; }
  /// Lanes of the widest vector; 0 for a row without columns.
  int64_t getLanes() const { return lanes; }
  int64_t getTileWidth() const { return tileWidth; }
  int64_t getNumVectors() const { return llvm::divideCeil(width, fullLanes); }
  /// Columns outside of full vectors.
  int64_t getTail() const { return width % fullLanes; }
  /// Whether the row fits the registers of one tile.
  bool isSingleTile() const { return width <= tileWidth; }

  /// Emits `body` for every tile in ascending order: a loop over the full
  /// tiles, then the rest. `carried` are values that `body` takes and returns
  /// from tile to tile; the last ones are the result.
  using TileBody = function_ref<SmallVector<Value>(
      OpBuilder &, Location, const RowTile &, ValueRange carried)>;
  SmallVector<Value> forEachTile(OpBuilder &builder, Location loc,
                                 ValueRange carried, TileBody body) const;

private:
  int64_t width, fullLanes, lanes, tileWidth;
  SmallVector<RowPiece> fullTile, lastTile;
};

/// A memref whose leading dimensions are counted as one, in row-major order.
/// Where its type says that they lie in memory without gaps, they are
/// collapsed. Otherwise the run decides, once for each view: only if there are
/// gaps are positions divided into subscripts.
class FlatView {
public:
  /// A view of `memref` without its last `trailing` dimensions.
  FlatView(OpBuilder &builder, Location loc, Value memref, unsigned trailing);

  Value getMemRef() const { return memref; }
  /// The number of positions.
  Value getSize() const { return size; }
  /// Whether the positions lie in memory without gaps; null if the type says
  /// so.
  Value getHasNoGaps() const { return hasNoGaps; }
  /// The leading subscripts of a position in `getMemRef()`.
  SmallVector<Value> getSubscripts(OpBuilder &builder, Location loc,
                                   Value position) const;

private:
  void makeLinear(OpBuilder &builder, Location loc, unsigned leading);

  Value memref, size;
  SmallVector<Value> extents; ///< Of the leading dimensions.
  /// Where these are more than one, `memref` has one for all of them, whose
  /// subscript counts elements.
  SmallVector<Value> strides;
  Value hasNoGaps;
};

Value createIndex(OpBuilder &builder, Location loc, int64_t value);

/// The integer element of `memref` at `subscripts`, as an index.
Value loadIndex(OpBuilder &builder, Location loc, Value memref,
                ValueRange subscripts);

/// Whether vectors can read the rows of `memref`: the innermost stride is known
/// to be 1. Other rows are read and written element by element.
bool hasContiguousRows(Value memref);

/// The elements of the piece in the row of `memref` at `row` (its leading
/// subscripts). Masked lanes are zero.
Value loadPiece(OpBuilder &builder, Location loc, Value memref, ValueRange row,
                const RowTile &tile, const RowPiece &piece);

/// Stores the lanes of the piece that belong to the row.
void storePiece(OpBuilder &builder, Location loc, Value value, Value memref,
                ValueRange row, const RowTile &tile, const RowPiece &piece);

/// Copies the bits of one row to another.
void copyRow(OpBuilder &builder, Location loc, const RowVectors &columns,
             Value source, ValueRange sourceRow, Value target,
             ValueRange targetRow);

/// `value`, a float or a vector of floats, with elements of another type;
/// rounded to nearest even where that is narrower.
Value convertFloat(OpBuilder &builder, Location loc, Value value,
                   FloatType type);

/// A splat of `value` in `type`, a float or a vector of floats.
Value createSplat(OpBuilder &builder, Location loc, Type type, double value);

/// Asks for every cache line that the columns of the tile in the row of
/// `memref` at `row` (its leading subscripts) lie in; not where the columns lie
/// apart. Rows are taken to follow each other without gaps, the first one at
/// the beginning of a line; of others the last line may be missed.
void prefetchTile(OpBuilder &builder, Location loc, Value memref,
                  ValueRange row, const RowTile &tile, bool isWrite);

/// Asks for the cache line where the columns from `column` of a row begin;
/// not where the columns lie apart. A null `column` is for values per row.
void createPrefetch(OpBuilder &builder, Location loc, Value memref,
                    ValueRange row, Value column, bool isWrite);

/// Runs `body` for 0 .. count-1 in any order, `work` bytes moved in each.
scf::ParallelOp
createParallel(OpBuilder &builder, Location loc, Value count, int64_t work,
               function_ref<void(OpBuilder &, Location, Value)> body);

/// The bytes of one element of a memref.
int64_t getElementBytes(Value memref);

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_EMBTOLOOPS_ROWVECTORS_H
