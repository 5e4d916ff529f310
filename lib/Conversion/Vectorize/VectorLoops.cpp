//===- VectorLoops.cpp - Loops of which one goes over vectors -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VectorLoops.h"

#include "../ApproximateMath/Functions.h"
#include "../EmbToLoops/RowVectors.h"
#include "../LoopAnnotations.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::emb;
using utils::IteratorType;

/// What an operation, and a function of `emb-approximate-math`, take for one
/// element, in the bytes that could be moved meanwhile.
static constexpr double kOperationBytes = 0.25;
static constexpr double kFunctionBytes = 6;
/// Elements of a row, terms of a sum, that only the run knows.
static constexpr int64_t kGuessedExtent = 16;
/// Bytes from which on an iteration is worth being one that threads share: rows
/// of fewer are so many that they are never worth it, or too small a loop.
static constexpr int64_t kMinWork = 64;
/// Bytes of a chunk.
static constexpr int64_t kChunkBytes = 16384;

/// About how many bytes could be moved while `op` computes one element.
static double estimateElement(linalg::LinalgOp op) {
  double bytes = 0;
  for (OpOperand &operand : op->getOpOperands())
    bytes += getElementTypeOrSelf(operand.get()).getIntOrFloatBitWidth() / 8.0;
  for (Operation &inner : op.getBlock()->without_terminator())
    bytes += isApproximated(&inner) ? kFunctionBytes : kOperationBytes;
  return bytes;
}

VectorLoops::VectorLoops(OpBuilder &builder, linalg::LinalgOp op, unsigned loop,
                         int64_t lanes)
    : op(op), loc(op.getLoc()), loop(loop), lanes(lanes),
      staticExtents(op.getStaticLoopRanges()) {
  for (const Range &range : op.createLoopRanges(builder, loc))
    extents.push_back(
        getValueOrCreateConstantIndexOp(builder, loc, range.size));
  double inner = estimateElement(op);
  for (auto [i, iterator] : llvm::enumerate(op.getIteratorTypesArray())) {
    bool isParallel = iterator == IteratorType::parallel;
    if (i != loop)
      (isParallel ? parallels : reductions).push_back(i);
    bool isFirst = isParallel && i != loop && parallels.size() == 1;
    bool isChunked = i == loop && isParallel;
    if (!isFirst && !isChunked)
      inner *= ShapedType::isDynamic(staticExtents[i]) ? kGuessedExtent
                                                       : staticExtents[i];
  }
  if (op.getIteratorTypesArray()[loop] != IteratorType::parallel) {
    work = inner;
    return;
  }
  if (!parallels.empty()) {
    int64_t extent = staticExtents[loop];
    work = inner * (ShapedType::isDynamic(extent) ? kGuessedExtent : extent);
    return;
  }
  int64_t vectors = std::max<int64_t>(1, kChunkBytes / (inner * lanes));
  chunk = vectors * lanes;
  work = inner * chunk;
}

void VectorLoops::createParallels(
    OpBuilder &builder,
    function_ref<void(OpBuilder &, SmallVector<Value>, Value, Value)> body) {
  Value zero = createIndex(builder, loc, 0), one = createIndex(builder, loc, 1);
  SmallVector<Value> ivs(extents.size());
  if (chunk != 0) {
    Value size = createIndex(builder, loc, chunk);
    Value count =
        builder.createOrFold<arith::CeilDivUIOp>(loc, extents[loop], size);
    if (getConstantIntValue(count) == 1)
      return body(builder, ivs, zero, extents[loop]);
    createParallel(builder, loc, count, work,
                   [&](OpBuilder &b, Location, Value i) {
                     Value begin = arith::MulIOp::create(b, loc, i, size);
                     Value end = arith::AddIOp::create(b, loc, begin, size);
                     end = arith::MinUIOp::create(b, loc, end, extents[loop]);
                     body(b, ivs, begin, end);
                   });
    return;
  }
  bool isShared = !parallels.empty() && work >= kMinWork;
  ArrayRef<unsigned> serial = ArrayRef(parallels).drop_front(isShared ? 1 : 0);
  auto createSerial = [&](OpBuilder &b) {
    SmallVector<Value> begins(serial.size(), zero), steps(serial.size(), one);
    SmallVector<Value> ends = llvm::map_to_vector(
        serial, [&](unsigned parallel) { return extents[parallel]; });
    scf::LoopNest nest = scf::buildLoopNest(
        b, loc, begins, ends, steps,
        [&](OpBuilder &in, Location, ValueRange values) {
          for (auto [parallel, iv] : llvm::zip_equal(serial, values))
            ivs[parallel] = iv;
          body(in, ivs, zero, extents[loop]);
        });
    for (scf::ForOp created : nest.loops)
      disableUnroll(created);
  };
  if (!isShared)
    return createSerial(builder);
  createParallel(builder, loc, extents[parallels.front()], work,
                 [&](OpBuilder &b, Location, Value iv) {
                   ivs[parallels.front()] = iv;
                   createSerial(b);
                 });
}

SmallVector<Value> VectorLoops::createReductions(
    OpBuilder &builder, ArrayRef<Value> ivs, ValueRange inits,
    function_ref<SmallVector<Value>(OpBuilder &, ArrayRef<Value>, ValueRange)>
        body) {
  SmallVector<Value> all(ivs);
  if (reductions.empty())
    return body(builder, all, inits);
  size_t depth = reductions.size();
  SmallVector<Value> begins(depth, createIndex(builder, loc, 0));
  SmallVector<Value> steps(depth, createIndex(builder, loc, 1));
  SmallVector<Value> ends = llvm::map_to_vector(
      reductions, [&](unsigned reduction) { return extents[reduction]; });
  scf::LoopNest nest = scf::buildLoopNest(
      builder, loc, begins, ends, steps, inits,
      [&](OpBuilder &b, Location, ValueRange values,
          ValueRange carried) -> scf::ValueVector {
        for (auto [reduction, iv] : llvm::zip_equal(reductions, values))
          all[reduction] = iv;
        SmallVector<Value> next = body(b, all, carried);
        return {next.begin(), next.end()};
      });
  for (scf::ForOp created : nest.loops)
    disableUnroll(created);
  return nest.results;
}

SmallVector<Value> VectorLoops::createVectors(
    OpBuilder &builder, Value begin, Value end, ValueRange inits,
    function_ref<SmallVector<Value>(OpBuilder &, Value, Value, ValueRange)>
        body) {
  Value step = createIndex(builder, loc, lanes);
  auto maskType = VectorType::get({lanes}, builder.getI1Type());
  std::optional<int64_t> first = getConstantIntValue(begin),
                         last = getConstantIntValue(end);
  bool isStatic = first && last;
  bool isWhole = chunk != 0 && !ShapedType::isDynamic(staticExtents[loop]) &&
                 staticExtents[loop] % lanes == 0;
  Value full = end;
  if (!isWhole && (!isStatic || (*last - *first) % lanes != 0)) {
    Value count = builder.createOrFold<arith::SubIOp>(loc, end, begin);
    Value rest = builder.createOrFold<arith::RemUIOp>(loc, count, step);
    full = builder.createOrFold<arith::SubIOp>(loc, end, rest);
  }
  SmallVector<Value> values(inits);
  std::optional<int64_t> endOfFull = getConstantIntValue(full);
  bool isOne = first && endOfFull && *endOfFull - *first == lanes;
  if (isOne) {
    values = body(builder, begin, Value(), values);
  } else if (!(first && endOfFull && *endOfFull == *first)) {
    auto created = scf::ForOp::create(
        builder, loc, begin, full, step, values,
        [&](OpBuilder &b, Location, Value iv, ValueRange carried) {
          scf::YieldOp::create(b, loc, body(b, iv, Value(), carried));
        });
    disableUnroll(created);
    values = created.getResults();
  }
  if (full == end || (isStatic && *endOfFull == *last))
    return values;
  if (isStatic) {
    Value mask = vector::ConstantMaskOp::create(
        builder, loc, maskType, ArrayRef<int64_t>{*last - *endOfFull});
    return body(builder, full, mask, values);
  }
  Value isLeft =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, full, end);
  auto createTail = [&](OpBuilder &b, Location) {
    Value rest = arith::SubIOp::create(b, loc, end, full);
    Value mask = vector::CreateMaskOp::create(b, loc, maskType, rest);
    scf::YieldOp::create(b, loc, body(b, full, mask, values));
  };
  auto createNothing = [&](OpBuilder &b, Location) {
    scf::YieldOp::create(b, loc, values);
  };
  if (values.empty()) {
    scf::IfOp::create(builder, loc, isLeft, createTail);
    return values;
  }
  return scf::IfOp::create(builder, loc, isLeft, createTail, createNothing)
      .getResults();
}
