//===- Traffic.cpp - The bytes that operations move -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Dialect/Emb/IR/Traffic.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::emb;

static int64_t getElementBytes(Value shaped) {
  Type element = getElementTypeOrSelf(shaped);
  return element.isIndex()
             ? 8
             : llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
}

/// Multiplies `term` by the extents of `shaped` from `firstDim` on.
static TrafficTerm scaleBy(TrafficTerm term, Value shaped,
                           int64_t firstDim = 0) {
  auto type = cast<ShapedType>(shaped.getType());
  for (int64_t dim = firstDim; dim < type.getRank(); ++dim) {
    if (type.isDynamicDim(dim))
      term.factors.push_back({shaped, dim});
    else
      term.bytes *= type.getDimSize(dim);
  }
  return term;
}

/// A term of one element of `data`.
static TrafficTerm elementOf(Value data, AccessMode access = AccessMode::Read) {
  TrafficTerm term;
  term.bytes =
      getElementBytes(data) * (access == AccessMode::ReadAndWrite ? 2 : 1);
  term.data = data;
  term.access = access;
  return term;
}

/// All elements of `shaped`.
static TrafficTerm whole(Value shaped, AccessMode access = AccessMode::Read) {
  return scaleBy(elementOf(shaped, access), shaped);
}

/// An element of `elements` for each of the indices.
static TrafficTerm perIndex(Value indices, Value elements) {
  return scaleBy(elementOf(elements), indices);
}

/// The dimension along which a row lies: the last one. A gradient without a map
/// has those of its indices before it.
static int64_t getRowDim(Value rows) {
  return cast<ShapedType>(rows.getType()).getRank() - 1;
}

/// A row of `table` for each of the indices.
static TrafficTerm rowPerIndex(Value indices, Value table,
                               AccessMode access = AccessMode::Read) {
  TrafficTerm term = scaleBy(elementOf(table, access), indices);
  term.indices = indices;
  return scaleBy(term, table, getRowDim(table));
}

/// A row of `rows` for each of the occurrences, which a map names.
static TrafficTerm mappedRows(Value indices, Value rows) {
  TrafficTerm term = scaleBy(elementOf(rows), indices);
  term.isMapped = true;
  return scaleBy(term, rows, getRowDim(rows));
}

/// `count` rows of `rows`; of a state of one value per row, elements.
static TrafficTerm rowsOf(Value rows, Value count, AccessMode access) {
  TrafficTerm term = scaleBy(elementOf(rows, access), rows, 1);
  term.factors.push_back({count, std::nullopt});
  return term;
}

/// `count` + `more` elements of a vector.
static void addElements(Traffic &traffic, Value vector, Value count,
                        int64_t more, AccessMode access = AccessMode::Read) {
  traffic.push_back(elementOf(vector, access));
  traffic.back().factors.push_back({count, std::nullopt});
  if (!more)
    return;
  traffic.push_back(elementOf(vector, access));
  traffic.back().bytes *= more;
}

/// The rows, bounds and positions of a group, of which `count` are set.
static void addGroup(Traffic &traffic, ValueRange group, Value count,
                     AccessMode access = AccessMode::Read) {
  addElements(traffic, group[0], count, 0, access);
  addElements(traffic, group[1], count, 1, access);
  traffic.push_back(whole(group[2], access));
}

/// What the occurrences of the sources contribute; their indices are in the
/// group.
static void addSources(Traffic &traffic, ArrayRef<GradientSource> sources) {
  for (const GradientSource &source : sources) {
    traffic.push_back(mappedRows(source.indices, source.gradient));
    for (Value perOccurrence : {source.map, source.scale})
      if (perOccurrence)
        traffic.push_back(perIndex(source.indices, perOccurrence));
    if (source.winners)
      traffic.push_back(mappedRows(source.indices, source.winners));
  }
}

/// The result, or what stands for it where there is none.
static Value getOutput(Value init, Operation *op, unsigned result = 0) {
  return result < op->getNumResults() ? Value(op->getResult(result)) : init;
}

static Traffic trafficOf(GatherOp op) {
  return {whole(op.getIndices()), rowPerIndex(op.getIndices(), op.getTable()),
          whole(getOutput(op.getInit(), op), AccessMode::Write)};
}

static Traffic trafficOf(BagOp op) {
  Traffic traffic = {whole(op.getIndices()),
                     rowPerIndex(op.getIndices(), op.getTable())};
  for (Value given : {op.getOffsets(), op.getWeights()})
    if (given)
      traffic.push_back(whole(given));
  bool onTensors = op->getNumResults() != 0;
  for (Value output :
       onTensors ? ValueRange(op.getResults()) : ValueRange(op.getInits()))
    traffic.push_back(whole(output, AccessMode::Write));
  return traffic;
}

static Traffic trafficOf(GroupOp op) {
  Traffic traffic;
  for (Value indices : op.getIndices())
    traffic.push_back(whole(indices));
  if (op.getOffsets())
    traffic.push_back(whole(op.getOffsets()));
  bool onTensors = op->getNumResults() > 1;
  addGroup(traffic,
           onTensors ? ValueRange(op.getOutputs()) : ValueRange(op.getInits()),
           op.getCount(), AccessMode::Write);
  return traffic;
}

static Traffic trafficOf(Offset2BagOp op) {
  return {whole(op.getOffsets()),
          whole(getOutput(op.getInit(), op), AccessMode::Write)};
}

static Traffic trafficOf(FrequencyOp op) {
  ValueRange group = op.getGroup();
  Traffic traffic;
  addElements(traffic, group[1], group[3], 1);
  traffic.push_back(whole(group[2]));
  traffic.push_back(whole(getOutput(op.getInit(), op), AccessMode::Write));
  return traffic;
}

static Traffic trafficOf(GatherDotOp op) {
  return {whole(op.getIndices()), whole(op.getMap()),
          rowPerIndex(op.getIndices(), op.getTable()),
          mappedRows(op.getIndices(), op.getRows()),
          whole(getOutput(op.getInit(), op), AccessMode::Write)};
}

static Traffic trafficOf(OneHotOp op) {
  return {whole(op.getIndices()), whole(op.getResult())};
}

static Traffic trafficOf(CoalesceOp op) {
  ValueRange group = op.getGroup();
  Traffic traffic;
  addElements(traffic, group[1], group[3], 1);
  traffic.push_back(whole(group[2]));
  addSources(traffic, op.getSources());
  traffic.push_back(
      rowsOf(getOutput(op.getInit(), op), group[3], AccessMode::Write));
  return traffic;
}

/// The distinct rows of `indices`, there and back; without a group their number
/// is not known, and each occurrence counts.
static void addTouchedRows(Traffic &traffic, ValueRange group, Value indices,
                           Value table) {
  if (!group.empty()) {
    traffic.push_back(rowsOf(table, group[3], AccessMode::ReadAndWrite));
    return;
  }
  traffic.push_back(rowPerIndex(indices, table, AccessMode::ReadAndWrite));
}

static Traffic trafficOf(RenormOp op) {
  Traffic traffic;
  if (op.getGroup().empty())
    traffic.push_back(whole(op.getIndices()));
  else
    addElements(traffic, op.getGroup()[0], op.getGroup()[3], 0);
  addTouchedRows(traffic, op.getGroup(), op.getIndices(), op.getInit());
  return traffic;
}

static Traffic trafficOf(ScatterAddOp op) {
  Traffic traffic = {whole(op.getRows())};
  if (op.getGroup().empty())
    traffic.push_back(whole(op.getIndices()));
  else
    addGroup(traffic, op.getGroup(), op.getGroup()[3]);
  addTouchedRows(traffic, op.getGroup(), op.getIndices(), op.getInit());
  return traffic;
}

static Traffic trafficOf(UpdateOp op) {
  Traffic traffic;
  ValueRange group = op.getGroup();
  if (!group.empty()) {
    addGroup(traffic, group, group[3]);
    // Without a source the positions are not read.
    if (op.getIndices().empty())
      traffic.pop_back();
  } else {
    for (Value indices : op.getIndices())
      traffic.push_back(whole(indices));
  }
  addSources(traffic, op.getSources());
  for (Value init : op.getInits()) {
    if (op.getRows() == UpdateRows::All) {
      traffic.push_back(whole(init, AccessMode::ReadAndWrite));
    } else if (!group.empty()) {
      traffic.push_back(rowsOf(init, group[3], AccessMode::ReadAndWrite));
    } else {
      for (Value indices : op.getIndices())
        addTouchedRows(traffic, group, indices, init);
    }
  }
  return traffic;
}

static Traffic trafficOf(CheckIndicesOp op) { return {whole(op.getIndices())}; }
static Traffic trafficOf(CheckOffsetsOp op) { return {whole(op.getOffsets())}; }

/// Every input once, every output once more if its old elements are used.
static Traffic trafficOf(linalg::LinalgOp op) {
  Traffic traffic;
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<ShapedType>(operand.get().getType()))
      continue;
    bool isRead = op.payloadUsesValueFromOperand(&operand);
    if (op.isDpsInit(&operand))
      traffic.push_back(whole(operand.get(), isRead ? AccessMode::ReadAndWrite
                                                    : AccessMode::Write));
    else if (isRead)
      traffic.push_back(whole(operand.get()));
  }
  return traffic;
}

static Traffic trafficOf(memref::CopyOp op) {
  TrafficTerm written = whole(op.getSource(), AccessMode::Write);
  written.data = op.getTarget();
  return {whole(op.getSource()), written};
}

static Traffic trafficOf(tensor::ConcatOp op) {
  Traffic traffic;
  for (Value input : op.getInputs())
    traffic.push_back(whole(input));
  traffic.push_back(whole(op.getResult(), AccessMode::Write));
  return traffic;
}

static Traffic trafficOf(bufferization::MaterializeInDestinationOp op) {
  return {whole(op.getSource()), whole(op.getDest(), AccessMode::Write)};
}

static Traffic trafficOf(bufferization::AllocTensorOp op) {
  if (!op.getCopy())
    return {};
  return {whole(op.getCopy()), whole(op.getResult(), AccessMode::Write)};
}

std::optional<Traffic> emb::getTraffic(Operation *op) {
  return TypeSwitch<Operation *, std::optional<Traffic>>(op)
      .Case<GatherOp, BagOp, GroupOp, Offset2BagOp, FrequencyOp, GatherDotOp,
            OneHotOp, CoalesceOp, RenormOp, ScatterAddOp, UpdateOp,
            CheckIndicesOp, CheckOffsetsOp, linalg::LinalgOp, memref::CopyOp,
            tensor::ConcatOp, bufferization::MaterializeInDestinationOp,
            bufferization::AllocTensorOp>(
          [](auto known) { return trafficOf(known); })
      .Default(std::nullopt);
}

std::optional<int64_t> emb::getStaticBytes(const Traffic &traffic) {
  int64_t sum = 0;
  for (const TrafficTerm &term : traffic) {
    if (!term.factors.empty())
      return std::nullopt;
    sum += term.bytes;
  }
  return sum;
}

Value emb::createBytes(OpBuilder &builder, Location loc,
                       const Traffic &traffic) {
  int64_t known = 0;
  Value sum;
  for (const TrafficTerm &term : traffic) {
    if (term.factors.empty()) {
      known += term.bytes;
      continue;
    }
    Value product = arith::ConstantIndexOp::create(builder, loc, term.bytes);
    for (const TrafficTerm::Extent &factor : term.factors) {
      Value extent = factor.value;
      if (factor.dim && isa<MemRefType>(extent.getType()))
        extent = builder.createOrFold<memref::DimOp>(loc, extent, *factor.dim);
      else if (factor.dim)
        extent = builder.createOrFold<tensor::DimOp>(loc, extent, *factor.dim);
      product = arith::MulIOp::create(builder, loc, product, extent);
    }
    sum = sum ? arith::AddIOp::create(builder, loc, sum, product) : product;
  }
  if (sum && known == 0)
    return sum;
  Value constant = arith::ConstantIndexOp::create(builder, loc, known);
  return sum ? arith::AddIOp::create(builder, loc, sum, constant) : constant;
}
