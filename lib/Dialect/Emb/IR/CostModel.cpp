//===- CostModel.cpp - What operations are expected to cost ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Estimates.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::emb;

std::nullopt_t CostModel::unknown(const Twine &what) {
  if (!llvm::is_contained(unknowns, what.str()))
    unknowns.push_back(what.str());
  return std::nullopt;
}

std::string emb::describeFunctionArgument(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  auto function =
      argument
          ? dyn_cast<FunctionOpInterface>(argument.getOwner()->getParentOp())
          : FunctionOpInterface();
  if (!function || !argument.getOwner()->isEntryBlock())
    return "";
  unsigned number = argument.getArgNumber();
  std::string text = "argument " + std::to_string(number);
  if (auto name =
          function.getArgAttrOfType<StringAttr>(number, kArgumentNameAttr))
    text += " '" + name.str() + "'";
  return text;
}

Value emb::getCostRoot(Value value) {
  while (true) {
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp());
      if (!loop || argument == loop.getInductionVar())
        return value;
      value = loop.getTiedLoopInit(argument)->get();
      continue;
    }
    auto result = cast<OpResult>(value);
    Operation *op = result.getOwner();
    if (isa<CheckIndicesOp, CheckOffsetsOp, DetachOp, ViewLikeOpInterface,
            tensor::CastOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp,
            tensor::ExtractSliceOp, memref::CastOp, bufferization::ToTensorOp,
            bufferization::ToBufferOp>(op))
      value = op->getOperand(0);
    else if (auto loop = dyn_cast<scf::ForOp>(op))
      value = loop.getInitArgs()[result.getResultNumber()];
    else if (auto write = dyn_cast<DestinationStyleOpInterface>(op))
      value = write.getTiedOpOperand(result)->get();
    else
      return value;
  }
}

//===----------------------------------------------------------------------===//
// Distinct rows
//===----------------------------------------------------------------------===//

/// The tables whose rows the values of `root` are.
static void findTables(Value root, SmallVectorImpl<Value> &tables) {
  llvm::SmallPtrSet<Value, 8> seen;
  SmallVector<Value> worklist{root};
  while (!worklist.empty()) {
    Value next = worklist.pop_back_val();
    if (!seen.insert(next).second)
      continue;
    for (OpOperand &use : next.getUses()) {
      Operation *user = use.getOwner();
      TypeSwitch<Operation *>(user)
          .Case<GatherOp, BagOp, GatherDotOp>([&](auto read) {
            if (read.getIndices() == next)
              tables.push_back(read.getTable());
          })
          .Case<RenormOp, ScatterAddOp>([&](auto write) {
            if (write.getIndices() == next)
              tables.push_back(write.getInit());
          })
          .Case<UpdateOp>([&](UpdateOp update) {
            if (llvm::is_contained(update.getIndices(), next))
              tables.push_back(update.getTable());
          })
          .Case<GroupOp>([&](GroupOp group) {
            for (Operation *reader : group.getCount().getUsers())
              if (auto update = dyn_cast<UpdateOp>(reader))
                tables.push_back(update.getTable());
              else if (isa<RenormOp, ScatterAddOp>(reader))
                tables.push_back(
                    cast<DestinationStyleOpInterface>(reader).getDpsInits()[0]);
          });
      if (user->getNumResults() == 1 && getCostRoot(user->getResult(0)) == root)
        worklist.push_back(user->getResult(0));
    }
  }
}

Known CostModel::getTableRows(ValueRange indices) {
  SmallVector<Value> tables;
  for (Value value : indices)
    findTables(getCostRoot(value), tables);
  for (Value table : tables)
    if (Known rows = tryExtent(table, 0))
      return rows;
  return std::nullopt;
}

/// Of how many equally likely values the elements of `root` seem to be drawn.
Known CostModel::getSpread(Value root, Known rows) {
  auto fromShare = [&](double share) -> Known {
    Known count = getNumElements(root);
    if (!count)
      return std::nullopt;
    return Estimate{getEffectiveValues(share * count->value, count->value)};
  };
  DenseIntElementsAttr constant;
  if (matchPattern(root, m_Constant(&constant))) {
    llvm::DenseSet<int64_t> values;
    for (const APInt &value : constant.getValues<APInt>())
      values.insert(value.getSExtValue());
    return Estimate{getEffectiveValues(values.size(), constant.size())};
  }
  if (auto argument = dyn_cast<BlockArgument>(root))
    if (auto function =
            dyn_cast<FunctionOpInterface>(argument.getOwner()->getParentOp())) {
      unsigned number = argument.getArgNumber();
      if (auto share =
              function.getArgAttrOfType<FloatAttr>(number, kUniqueAttr))
        return fromShare(share.getValueAsDouble());
      auto name =
          function.getArgAttrOfType<StringAttr>(number, kArgumentNameAttr);
      auto sample =
          name ? hints.samples.find(name.getValue()) : hints.samples.end();
      if (sample == hints.samples.end())
        sample = hints.samples.find(std::to_string(number));
      if (sample != hints.samples.end())
        return Estimate{
            getEffectiveValues(sample->second.distinct, sample->second.count)};
    }
  if (hints.unique)
    return fromShare(*hints.unique);
  if (rows)
    return Estimate{std::max(rows->value, 1.0), /*isAssumed=*/true};
  std::string origin = describeFunctionArgument(root);
  return unknown("how many distinct values " +
                 (origin.empty() ? "an index tensor" : origin) + " has (" +
                 kUniqueAttr + ", or the rows of the table)");
}

Known CostModel::getDistinct(ValueRange indices, Known rows) {
  // The draws of each root, in order.
  llvm::MapVector<Value, Known> draws;
  SmallVector<Value> worklist(llvm::reverse(SmallVector<Value>(indices)));
  bool isAssumed = false, isKnown = true;
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    Value root = getCostRoot(value);
    Known count = getNumElements(value);
    // All of what was put together; a slice of it may have anything.
    if (auto concat = root.getDefiningOp<tensor::ConcatOp>())
      if (Known all = getNumElements(root);
          all && count && all->value == count->value) {
        llvm::append_range(worklist, llvm::reverse(concat.getInputs()));
        continue;
      }
    Known &sum = draws.try_emplace(root, Estimate{}).first->second;
    sum = combine(sum, count, add);
  }
  double distinct = 0, missed = 1;
  for (auto [root, count] : draws) {
    Known spread = getSpread(root, rows);
    isKnown &= spread && count;
    if (!spread || !count)
      continue;
    double own = getExpectedDistinct(spread->value, count->value);
    if (rows)
      own = std::min(own, rows->value);
    isAssumed |= spread->isAssumed || count->isAssumed;
    distinct += own;
    if (rows && rows->value > 0)
      missed *= 1 - own / rows->value;
  }
  if (!isKnown)
    return std::nullopt;
  if (draws.size() > 1) {
    // Rows that one has and another has not, as if they were independent; at
    // most all of them where the table is not known.
    isAssumed = true;
    if (rows)
      distinct = rows->value * (1 - missed);
  }
  return Estimate{distinct, isAssumed || (rows && rows->isAssumed)};
}

//===----------------------------------------------------------------------===//
// Bytes
//===----------------------------------------------------------------------===//

Known CostModel::tryExtent(Value shaped, int64_t dim) {
  size_t before = unknowns.size();
  Known extent = getExtent(shaped, dim);
  unknowns.resize(before);
  return extent;
}

std::optional<Cost> CostModel::getCost(const TrafficTerm &term) {
  // Everything that is missing is named, not only the first of it.
  Known bytes = Estimate{double(term.bytes)};
  for (const TrafficTerm::Extent &factor : term.factors)
    bytes = combine(bytes,
                    factor.dim ? getExtent(factor.value, *factor.dim)
                               : getIndex(factor.value),
                    multiply);
  Known unique = bytes;
  if (term.isMapped) {
    double elementBytes = llvm::divideCeil(
        cast<ShapedType>(term.data.getType()).getElementTypeBitWidth(), 8);
    unique = combine(bytes, getNumElements(term.data),
                     [&](double moved, double elements) {
                       return std::min(moved, elements * elementBytes);
                     });
  } else if (term.indices) {
    Known share =
        combine(getDistinct(term.indices, tryExtent(term.data, 0)),
                getNumElements(term.indices), [](double distinct, double all) {
                  return all > 0 ? distinct / all : 1.0;
                });
    unique = combine(bytes, share, multiply);
  }
  if (!bytes || !unique)
    return std::nullopt;
  Cost cost;
  cost.isAssumed = bytes->isAssumed || unique->isAssumed;
  double written = term.access == AccessMode::Read    ? 0.0
                   : term.access == AccessMode::Write ? 1.0
                                                      : 0.5;
  cost.logical = {bytes->value * (1 - written), bytes->value * written};
  cost.unique = {unique->value * (1 - written), unique->value * written};
  return cost;
}

std::optional<Cost> CostModel::getCost(Operation *op) {
  std::optional<Traffic> traffic = getTraffic(op);
  if (!traffic)
    return std::nullopt;
  Cost cost;
  bool isKnown = true;
  for (const TrafficTerm &term : *traffic) {
    std::optional<Cost> part = getCost(term);
    isKnown &= part.has_value();
    if (!part)
      continue;
    cost.logical.read += part->logical.read;
    cost.logical.written += part->logical.written;
    cost.unique.read += part->unique.read;
    cost.unique.written += part->unique.written;
    cost.isAssumed |= part->isAssumed;
  }
  Known flops = getFlops(op);
  if (!flops || !isKnown)
    return std::nullopt;
  cost.flops = flops->value;
  cost.isAssumed |= flops->isAssumed;
  // Copies and elementwise loops of linalg stay on one thread.
  bool isParallel = isa<EmbDialect>(op->getDialect()) ||
                    isa<linalg::ContractionOpInterface>(op);
  cost.regions =
      isParallel && cost.logical.sum() >= double(hints.parallelThreshold);
  return cost;
}

std::optional<Cost> emb::getCost(Operation *op, const CostHints &hints) {
  return CostModel(hints).getCost(op);
}
