//===- CostExtents.cpp - Expected extents of values -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Estimates.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::emb;

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

namespace {
/// How a function uses an argument.
struct Uses {
  bool isTable = false;
  /// 1-D indices of bags with offsets, of which a batch says nothing.
  bool isFlat = false;
  /// Offsets of which there is one more than bags.
  bool hasLastOffset = false;
};
} // namespace

static void addUse(OpOperand &use, Uses &uses) {
  Operation *op = use.getOwner();
  Value value = use.get();
  TypeSwitch<Operation *>(op)
      .Case<BagOp>([&](BagOp bag) {
        uses.isTable |= value == bag.getTable();
        uses.isFlat |= bag.getOffsets() &&
                       (value == bag.getIndices() || value == bag.getWeights());
        uses.hasLastOffset |=
            bag.getIncludeLastOffset() && value == bag.getOffsets();
      })
      .Case<Offset2BagOp>([&](Offset2BagOp map) {
        uses.hasLastOffset |= map.getIncludeLastOffset();
      })
      .Case<GatherOp, GatherDotOp>(
          [&](auto read) { uses.isTable |= value == read.getTable(); })
      .Case<RenormOp, ScatterAddOp>(
          [&](auto write) { uses.isTable |= value == write.getInit(); })
      .Case<UpdateOp>([&](UpdateOp update) {
        uses.isTable |= llvm::is_contained(update.getInits(), value);
      });
}

/// What reads a value, or the same value by another name.
static void forEachUse(Value value, llvm::function_ref<void(OpOperand &)> see) {
  llvm::SmallPtrSet<Value, 8> seen;
  SmallVector<Value> worklist{value};
  while (!worklist.empty()) {
    Value next = worklist.pop_back_val();
    if (!seen.insert(next).second)
      continue;
    for (OpOperand &use : next.getUses()) {
      see(use);
      if (isa<CheckIndicesOp, CheckOffsetsOp, DetachOp, tensor::CastOp,
              memref::CastOp>(use.getOwner()) &&
          use.getOperandNumber() == 0 && use.getOwner()->getNumResults())
        worklist.push_back(use.getOwner()->getResult(0));
    }
  }
}

Known CostModel::getArgumentExtent(BlockArgument argument, int64_t dim) {
  auto function = cast<FunctionOpInterface>(argument.getOwner()->getParentOp());
  auto given = function.getArgAttrOfType<DenseI64ArrayAttr>(
      argument.getArgNumber(), kExtentsAttr);
  if (given && given[dim] >= 0)
    return Estimate{double(given[dim])};
  if (hints.batch && dim == 0) {
    Uses uses;
    forEachUse(argument, [&](OpOperand &use) { addUse(use, uses); });
    if (!uses.isTable && !uses.isFlat)
      return Estimate{double(*hints.batch + uses.hasLastOffset)};
  }
  return unknown("extent " + Twine(dim) + " of " +
                 describeFunctionArgument(argument) + " (" + kExtentsAttr +
                 ")");
}

//===----------------------------------------------------------------------===//
// Extents
//===----------------------------------------------------------------------===//

Known CostModel::getExtent(Value shaped, int64_t dim) {
  auto type = cast<ShapedType>(shaped.getType());
  if (!type.isDynamicDim(dim))
    return Estimate{double(type.getDimSize(dim))};
  auto found = extents.find({shaped, dim});
  if (found != extents.end())
    return found->second;
  Known extent = computeExtent(shaped, dim);
  if (extent)
    extents[{shaped, dim}] = *extent;
  return extent;
}

Known CostModel::getExtent(OpFoldResult extent) {
  if (auto value = dyn_cast<Value>(extent))
    return getIndex(value);
  return Estimate{double(cast<IntegerAttr>(cast<Attribute>(extent)).getInt())};
}

Known CostModel::getNumElements(Value shaped) {
  Known product = Estimate{1.0};
  auto type = cast<ShapedType>(shaped.getType());
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    product = combine(product, getExtent(shaped, dim), multiply);
  return product;
}

Known CostModel::sum(ValueRange values, int64_t dim) {
  Known total = Estimate{0.0};
  for (Value value : values)
    total = combine(
        total, dim < 0 ? getNumElements(value) : getExtent(value, dim), add);
  return total;
}

Known CostModel::computeExtent(Value shaped, int64_t dim) {
  if (auto result = dyn_cast<OpResult>(shaped))
    return getResultExtent(result, dim);
  auto argument = cast<BlockArgument>(shaped);
  if (!describeFunctionArgument(argument).empty())
    return getArgumentExtent(argument, dim);
  if (auto loop = dyn_cast<scf::ForOp>(argument.getOwner()->getParentOp()))
    return getExtent(loop.getTiedLoopInit(argument)->get(), dim);
  return unknown("extent " + Twine(dim) + " of a value of '" +
                 argument.getOwner()->getParentOp()->getName().getStringRef() +
                 "'");
}

/// The size along a dimension of a slice, whose dropped dimensions have none.
template <typename OpTy>
static OpFoldResult getSliceSize(OpTy op, int64_t dim) {
  SmallVector<OpFoldResult> kept;
  llvm::SmallBitVector dropped = op.getDroppedDims();
  for (auto [number, size] : llvm::enumerate(op.getMixedSizes()))
    if (!dropped.test(number))
      kept.push_back(size);
  return kept[dim];
}

Known CostModel::getResultExtent(OpResult result, int64_t dim) {
  Operation *op = result.getOwner();
  auto allocated = [&](auto alloc) -> Known {
    auto type = cast<ShapedType>(result.getType());
    int64_t before =
        llvm::count_if(type.getShape().take_front(dim), ShapedType::isDynamic);
    return getIndex(alloc.getDynamicSizes()[before]);
  };
  auto collapsed = [&](auto reshape) {
    Known product = Estimate{1.0};
    for (int64_t from : reshape.getReassociationIndices()[dim])
      product = combine(product, getExtent(reshape.getSrc(), from), multiply);
    return product;
  };
  auto columns = [&](Value rows) {
    return getExtent(rows, cast<ShapedType>(rows.getType()).getRank() - 1);
  };
  auto rank = [](Value value) {
    return cast<ShapedType>(value.getType()).getRank();
  };
  return TypeSwitch<Operation *, Known>(op)
      .Case<GatherOp>([&](auto gather) {
        return dim < rank(gather.getIndices())
                   ? getExtent(gather.getIndices(), dim)
                   : columns(gather.getTable());
      })
      .Case<BagOp>([&](BagOp bag) {
        if (dim == 1)
          return columns(bag.getTable());
        if (!bag.getOffsets())
          return getExtent(bag.getIndices(), 0);
        return combine(getExtent(bag.getOffsets(), 0),
                       Estimate{double(bag.getIncludeLastOffset())},
                       [](double all, double last) { return all - last; });
      })
      .Case<GroupOp>([&](GroupOp group) {
        return combine(sum(group.getIndices(), -1),
                       Estimate{double(result.getResultNumber() == 1)}, add);
      })
      .Case<CoalesceOp>([&](CoalesceOp coalesce) {
        return dim == 0 ? sum(coalesce.getIndices(), -1)
                        : columns(coalesce.getSources().front().gradient);
      })
      .Case<FrequencyOp, GatherDotOp>(
          [&](auto read) { return getExtent(read.getIndices(), dim); })
      .Case<Offset2BagOp>([&](auto map) { return getIndex(map.getSize()); })
      .Case<CheckIndicesOp, CheckOffsetsOp, DetachOp, tensor::CastOp,
            memref::CastOp, bufferization::ToTensorOp,
            bufferization::ToBufferOp>(
          [&](auto same) { return getExtent(same->getOperand(0), dim); })
      .Case<tensor::EmptyOp, memref::AllocOp>(allocated)
      .Case<bufferization::AllocTensorOp>([&](auto alloc) {
        return alloc.getCopy() ? getExtent(alloc.getCopy(), dim)
                               : allocated(alloc);
      })
      .Case<tensor::CollapseShapeOp, memref::CollapseShapeOp>(collapsed)
      .Case<tensor::ExpandShapeOp, memref::ExpandShapeOp>([&](auto expand) {
        return getExtent(expand.getMixedOutputShape()[dim]);
      })
      .Case<tensor::ExtractSliceOp, memref::SubViewOp>(
          [&](auto slice) { return getExtent(getSliceSize(slice, dim)); })
      .Case<memref::ReinterpretCastOp>(
          [&](auto view) { return getExtent(view.getMixedSizes()[dim]); })
      .Case<tensor::ConcatOp>([&](tensor::ConcatOp concat) {
        return int64_t(concat.getDim()) == dim
                   ? sum(concat.getInputs(), dim)
                   : getExtent(concat.getInputs().front(), dim);
      })
      .Case<scf::ForOp>([&](scf::ForOp loop) {
        return getExtent(loop.getInitArgs()[result.getResultNumber()], dim);
      })
      .Case<scf::IfOp>([&](scf::IfOp branch) {
        return getExtent(
            branch.thenYield().getOperand(result.getResultNumber()), dim);
      })
      .Case<arith::SelectOp>(
          [&](auto select) { return getExtent(select.getTrueValue(), dim); })
      .Case<DestinationStyleOpInterface>([&](auto write) {
        return getExtent(write.getTiedOpOperand(result)->get(), dim);
      })
      .Default([&](Operation *other) -> Known {
        if (other->hasTrait<OpTrait::Elementwise>())
          for (Value operand : other->getOperands())
            if (isa<ShapedType>(operand.getType()))
              return getExtent(operand, dim);
        return unknown("extent " + Twine(dim) + " of a result of '" +
                       other->getName().getStringRef() + "'");
      });
}
