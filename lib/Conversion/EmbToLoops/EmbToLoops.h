//===- EmbToLoops.h - Lowerings of emb operations to loops ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One function for each operation, in a file of the operation's name. Each
// replaces the operation by loops, or says at the operation why it cannot.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_EMBTOLOOPS_EMBTOLOOPS_H
#define EMB_LIB_CONVERSION_EMBTOLOOPS_EMBTOLOOPS_H

#include "RowVectors.h"
#include "emb/Dialect/Emb/IR/Emb.h"

#include "mlir/IR/Remarks.h"

namespace mlir::emb {

struct LoopOptions {
  /// The most vectors of a tile, each of 64 bytes of the compute type, that are
  /// summed in registers.
  int64_t tileVectors;
  /// How many bytes of the table and of states an update asks for ahead; 0 for
  /// no prefetch in updates.
  int64_t updatePrefetchBytes;
  /// How many lookups ahead rows are prefetched; 0 for not at all, negative for
  /// as many as their size makes worthwhile.
  int64_t lookupDistance;
  /// Tables of at most so many bytes are taken to be in a core's own cache,
  int64_t residentBytes;
  /// and those of at most so many in the one that cores share.
  int64_t cacheBytes;
  /// Results of at least so many bytes are written past the cache; 0 for none.
  int64_t streamBytes;

  /// How many rows of `rowBytes` ahead an update prefetches where `bytes` are
  /// to be on their way; 0 for not at all.
  int64_t getUpdateDistance(int64_t rowBytes, int64_t bytes) const;

  /// How many lookups ahead rows are prefetched of which `bytes` are read in
  /// one go.
  int64_t getLookupDistance(int64_t bytes) const;
  /// The same where the table is in the cache that cores share.
  int64_t getCachedLookupDistance(int64_t bytes) const;
};

/// What the lowerings assume of a sum or a row whose length only the run
/// knows, to estimate the bytes that an iteration moves.
inline constexpr int64_t kAssumedBagLength = 16;
inline constexpr int64_t kAssumedOccurrences = 2;

/// Lookups are lowered together with a check of their indices (findCheck), if
/// it is not null.
LogicalResult lowerGather(GatherOp op, CheckIndicesOp check,
                          RewriterBase &rewriter, const LoopOptions &options);
LogicalResult lowerBag(BagOp op, CheckIndicesOp check, RewriterBase &rewriter,
                       const LoopOptions &options);
LogicalResult lowerCheckIndices(CheckIndicesOp op, RewriterBase &rewriter);
LogicalResult lowerCoalesce(CoalesceOp op, RewriterBase &rewriter,
                            const LoopOptions &options);
LogicalResult lowerFrequency(FrequencyOp op, RewriterBase &rewriter);
LogicalResult lowerGatherDot(GatherDotOp op, RewriterBase &rewriter,
                             const LoopOptions &options);
LogicalResult lowerOffset2Bag(Offset2BagOp op, RewriterBase &rewriter);
LogicalResult lowerUpdate(UpdateOp op, RewriterBase &rewriter,
                          const LoopOptions &options);

/// Fails, with a diagnostic at `op`, unless all its shaped operands are memrefs
/// and those in `rows` have a strided layout.
LogicalResult checkRows(Operation *op, ValueRange rows);

/// The number of columns of `rows`, the last dimension.
int64_t getRowWidth(Value rows);

/// The row of `table` that `paddingIdx` names, negative ones counted from its
/// end; null for none.
Value createPaddingRow(OpBuilder &builder, Location loc,
                       std::optional<int64_t> paddingIdx, Value table);

/// Where the occurrences of the row at `place` of a group stand in its
/// positions: the first and the one past the last.
std::pair<Value, Value> loadGroupRange(OpBuilder &builder, Location loc,
                                       Value bounds, Value place);

/// What remarks on `op` carry.
remark::RemarkOpts getRemarkOpts(Operation *op, StringRef name);

/// The remark that `op` was lowered, with the shape of its loops.
remark::detail::InFlightRemark remarkLowered(Operation *op, StringRef name,
                                             const RowVectors &columns,
                                             int64_t prefetchDistance);

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_EMBTOLOOPS_EMBTOLOOPS_H
