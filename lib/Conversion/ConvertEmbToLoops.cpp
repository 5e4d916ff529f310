//===- ConvertEmbToLoops.cpp - emb on memrefs to loops --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Conversion/Passes.h"

#include "EmbToLoops/CheckedParts.h"
#include "EmbToLoops/EmbToLoops.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::emb {
#define GEN_PASS_DEF_CONVERTEMBTOLOOPS
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

/// More rows than this need not be on their way, however short they are.
static constexpr int64_t kMostAhead = 32;

int64_t LoopOptions::getUpdateDistance(int64_t rowBytes, int64_t bytes) const {
  if (bytes == 0 || rowBytes == 0)
    return 0;
  return std::clamp<int64_t>(bytes / rowBytes, 1, kMostAhead);
}

/// So many bytes are on their way to the processor at once: enough to wait for
/// none of them, and few enough to still be in the first cache when they are
/// read.
static constexpr int64_t kBytesAhead = 12 * 1024;
static constexpr int64_t kLeastLookups = 8, kMostLookups = 64;
/// Rows of a table in the last cache arrive sooner.
static constexpr int64_t kMostCachedLookups = 32;

int64_t LoopOptions::getLookupDistance(int64_t bytes) const {
  if (bytes == 0)
    return 0;
  if (lookupDistance >= 0)
    return lookupDistance;
  return std::clamp(kBytesAhead / bytes, kLeastLookups, kMostLookups);
}

int64_t LoopOptions::getCachedLookupDistance(int64_t bytes) const {
  int64_t distance = getLookupDistance(bytes);
  if (lookupDistance >= 0)
    return distance;
  return std::min(distance, kMostCachedLookups);
}

LogicalResult emb::checkRows(Operation *op, ValueRange rows) {
  for (Value operand : op->getOperands())
    if (isa<TensorType>(operand.getType()))
      return op->emitOpError("is on tensors, expected memrefs (emb-bufferize "
                             "makes them)");
  for (Value row : rows) {
    auto type = cast<MemRefType>(row.getType());
    SmallVector<int64_t> strides;
    int64_t offset;
    if (failed(type.getStridesAndOffset(strides, offset)))
      return op->emitOpError("expected rows with a strided layout, found ")
             << type;
  }
  return success();
}

int64_t emb::getRowWidth(Value rows) {
  return cast<MemRefType>(rows.getType()).getShape().back();
}

Value emb::createPaddingRow(OpBuilder &builder, Location loc,
                            std::optional<int64_t> paddingIdx, Value table) {
  if (!paddingIdx)
    return {};
  Value row = createIndex(builder, loc, *paddingIdx);
  if (*paddingIdx >= 0)
    return row;
  Value numRows = builder.createOrFold<memref::DimOp>(loc, table, 0);
  return builder.createOrFold<arith::AddIOp>(loc, numRows, row);
}

std::pair<Value, Value> emb::loadGroupRange(OpBuilder &builder, Location loc,
                                            Value bounds, Value place) {
  Value next =
      arith::AddIOp::create(builder, loc, place, createIndex(builder, loc, 1));
  Value begin = loadIndex(builder, loc, bounds, place);
  return {begin, loadIndex(builder, loc, bounds, next)};
}

remark::RemarkOpts emb::getRemarkOpts(Operation *op, StringRef name) {
  return remark::RemarkOpts::name(name)
      .category("emb-convert-to-loops")
      .function(op->getParentOfType<func::FuncOp>().getName());
}

remark::detail::InFlightRemark emb::remarkLowered(Operation *op, StringRef name,
                                                  const RowVectors &columns,
                                                  int64_t prefetchDistance) {
  auto remark = remark::passed(op->getLoc(), getRemarkOpts(op, name));
  remark << remark::metric("width", columns.getWidth())
         << remark::metric("lanes", columns.getLanes())
         << remark::metric("vectors", columns.getNumVectors())
         << remark::metric("tile", columns.getTileWidth())
         << remark::metric("tail", columns.getTail())
         << remark::metric("prefetch", prefetchDistance);
  return remark;
}

using CheckMap = llvm::SmallDenseMap<Operation *, CheckIndicesOp>;

/// The checks that the loops of lookups run, by lookup.
static CheckMap findChecks(ArrayRef<Operation *> ops) {
  CheckMap checks;
  for (Operation *op : ops) {
    CheckIndicesOp check;
    if (auto bag = dyn_cast<BagOp>(op))
      check = findCheck(op, bag.getIndices(), bag.getInits());
    else if (auto gather = dyn_cast<GatherOp>(op))
      check = findCheck(op, gather.getIndices(), gather.getInit());
    if (check)
      checks[op] = check;
  }
  return checks;
}

/// Lowers one operation.
static LogicalResult lower(Operation *op, const CheckMap &checks,
                           RewriterBase &rewriter, const LoopOptions &options) {
  rewriter.setInsertionPoint(op);
  return TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](GatherOp gather) {
        return lowerGather(gather, checks.lookup(gather), rewriter, options);
      })
      .Case([&](BagOp bag) {
        return lowerBag(bag, checks.lookup(bag), rewriter, options);
      })
      .Case([&](CoalesceOp coalesce) {
        return lowerCoalesce(coalesce, rewriter, options);
      })
      .Case([&](FrequencyOp frequency) {
        return lowerFrequency(frequency, rewriter);
      })
      .Case([&](GatherDotOp dot) {
        return lowerGatherDot(dot, rewriter, options);
      })
      .Case([&](Offset2BagOp offset2bag) {
        return lowerOffset2Bag(offset2bag, rewriter);
      })
      .Case([&](UpdateOp update) {
        return lowerUpdate(update, rewriter, options);
      })
      .Case([&](CheckIndicesOp check) {
        return lowerCheckIndices(check, rewriter);
      })
      .Case<CheckOffsetsOp, CheckEqualOp, GroupOp, ProfileBeginOp,
            ProfileEndOp>([](Operation *) { return success(); })
      .Case<RenormOp, ScatterAddOp>([](Operation *write) {
        return write->emitOpError("has no loops of its own, expected it to be "
                                  "an emb.update (emb-decompose-writes)");
      })
      .Default([](Operation *other) {
        return other->emitOpError("has no lowering to loops");
      });
}

namespace {
struct ConvertEmbToLoops : emb::impl::ConvertEmbToLoopsBase<ConvertEmbToLoops> {
  using ConvertEmbToLoopsBase::ConvertEmbToLoopsBase;

  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation()->walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (!isa_and_present<EmbDialect>(op->getDialect()))
        return WalkResult::advance();
      ops.push_back(op);
      return WalkResult::skip();
    });
    IRRewriter rewriter(&getContext());
    if (tileVectors < 1) {
      getOperation().emitError()
          << getArgument() << ": tile-vectors is " << tileVectors.getValue()
          << ", expected at least 1";
      return signalPassFailure();
    }
    LoopOptions options{tileVectors,   updatePrefetchBytes, prefetchDistance,
                        residentBytes, cacheBytes,          streamBytes};
    CheckMap checks = findChecks(ops);
    auto isTaken = [&](Operation *op) {
      return llvm::is_contained(llvm::make_second_range(checks), op);
    };
    for (Operation *op : ops)
      if (!isTaken(op) && failed(lower(op, checks, rewriter, options)))
        return signalPassFailure();
  }
};
} // namespace
