//===- OneShotBufferize.cpp - Tensors to memrefs --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TableFlow.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotModuleBufferize.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"

namespace mlir::emb {
#define GEN_PASS_DEF_ONESHOTBUFFERIZE
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

/// The layout of a tensor that comes from outside: offset and strides are free,
/// but for the innermost stride, which is 1 unless `isStrided`.
static StridedLayoutAttr getBoundaryLayout(TensorType type, bool isStrided) {
  SmallVector<int64_t> strides(type.getRank(), ShapedType::kDynamic);
  if (!strides.empty() && !isStrided)
    strides.back() = 1;
  return StridedLayoutAttr::get(type.getContext(), ShapedType::kDynamic,
                                strides);
}

static bool hasStridedArgument(func::FuncOp function) {
  return llvm::any_of(llvm::seq(function.getNumArguments()), [&](unsigned i) {
    return function.getArgAttr(i, kStridedAttr) != nullptr;
  });
}

bufferization::OneShotBufferizationOptions emb::getBufferizationOptions() {
  bufferization::OneShotBufferizationOptions options;
  options.bufferizeFunctionBoundaries = true;
  options.allowReturnAllocsFromLoops = true;
  options.functionArgTypeConverterFn =
      [](bufferization::TensorLikeType type, Attribute memorySpace,
         func::FuncOp function, const bufferization::BufferizationOptions &)
      -> bufferization::BufferLikeType {
    // Of results too, which may be arguments.
    auto tensor = cast<TensorType>(type);
    return cast<bufferization::BufferLikeType>(MemRefType::get(
        tensor.getShape(), tensor.getElementType(),
        getBoundaryLayout(tensor, hasStridedArgument(function)), memorySpace));
  };
  // What is allocated afresh is contiguous.
  options.unknownTypeConverterFn =
      [](TensorType type, Attribute memorySpace,
         const bufferization::BufferizationOptions &) {
        return bufferization::getMemRefTypeWithStaticIdentityLayout(
            type, memorySpace);
      };
  return options;
}

/// Whether neighbours in the last dimension of `value` may lie apart in memory:
/// a column of a matrix, or what comes from branches that disagree.
static bool mayBeStrided(Value value) {
  if (!isa<RankedTensorType>(value.getType()))
    return false;
  bufferization::BufferizationState state;
  FailureOr<bufferization::BufferLikeType> buffer =
      bufferization::getBufferType(value, getBufferizationOptions(), state);
  if (failed(buffer))
    return false;
  auto type = dyn_cast<MemRefType>(*buffer);
  SmallVector<int64_t> strides;
  int64_t offset;
  return type && type.getRank() > 0 &&
         succeeded(type.getStridesAndOffset(strides, offset)) &&
         strides.back() != 1;
}

/// Whether `value` is the new value of an argument whose strides callers
/// choose: its buffer is theirs.
static bool continuesStridedArgument(Value value) {
  return llvm::any_of(findTiedArguments(value), [](const TiedArgument &tied) {
    auto function =
        dyn_cast<func::FuncOp>(tied.argument.getOwner()->getParentOp());
    return function &&
           function.getArgAttr(tied.argument.getArgNumber(), kStridedAttr);
  });
}

/// Results have contiguous innermost dimensions like arguments: copies those
/// for which that may not hold.
static void copyStridedResults(func::ReturnOp op) {
  OpBuilder builder(op);
  for (OpOperand &operand : op->getOpOperands()) {
    Value value = operand.get();
    if (continuesStridedArgument(value) || !mayBeStrided(value))
      continue;
    auto type = cast<RankedTensorType>(value.getType());
    SmallVector<Value> sizes;
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      if (type.isDynamicDim(dim))
        sizes.push_back(
            tensor::DimOp::create(builder, op.getLoc(), value, dim));
    Value target =
        bufferization::AllocTensorOp::create(builder, op.getLoc(), type, sizes);
    operand.set(bufferization::MaterializeInDestinationOp::create(
                    builder, op.getLoc(), value, target)
                    .getResult());
    remark::missed(op.getLoc(), remark::RemarkOpts::name("ResultCopied")
                                    .category("emb-one-shot-bufferize"))
        << "a result whose last dimension is strided in memory is copied"
        << remark::metric("result", operand.getOperandNumber());
  }
}

/// Says on each tensor argument of a function with strided ones which layout it
/// has; bufferization looks there first.
static LogicalResult requestLayouts(func::FuncOp function) {
  if (!hasStridedArgument(function))
    return success();
  for (auto [position, type] : llvm::enumerate(function.getArgumentTypes())) {
    bool isStrided = function.getArgAttr(position, kStridedAttr) != nullptr;
    auto shaped = dyn_cast<ShapedType>(type);
    if (isStrided && (!shaped || shaped.getRank() == 0))
      return function.emitError()
             << "'" << function.getName() << "' (argument " << position
             << ") has type " << type << " and '" << kStridedAttr
             << "', expected a tensor with dimensions";
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      function.setArgAttr(
          position, bufferization::BufferizationDialect::kBufferLayoutAttrName,
          getBoundaryLayout(tensor, isStrided));
  }
  return success();
}

namespace {
struct OneShotBufferizePass
    : public emb::impl::OneShotBufferizeBase<OneShotBufferizePass> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (failed(requestLayouts(function)))
        return signalPassFailure();
    getOperation().walk(copyStridedResults);
    bufferization::BufferizationState state;
    if (failed(bufferization::runOneShotModuleBufferize(
            getOperation(), getBufferizationOptions(), state)))
      return signalPassFailure();
    bufferization::removeBufferizationAttributesInModule(getOperation());
  }
};
} // namespace
