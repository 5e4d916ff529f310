//===- OneShotBufferize.cpp - Tensors to memrefs --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

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

/// A memref of `type` whose innermost stride is 1; offset and other strides
/// are free.
static MemRefType getArgumentType(TensorType type, Attribute memorySpace) {
  SmallVector<int64_t> strides(type.getRank(), ShapedType::kDynamic);
  if (!strides.empty())
    strides.back() = 1;
  auto layout =
      StridedLayoutAttr::get(type.getContext(), ShapedType::kDynamic, strides);
  return MemRefType::get(type.getShape(), type.getElementType(), layout,
                         memorySpace);
}

bufferization::OneShotBufferizationOptions emb::getBufferizationOptions() {
  bufferization::OneShotBufferizationOptions options;
  options.bufferizeFunctionBoundaries = true;
  options.allowReturnAllocsFromLoops = true;
  options.functionArgTypeConverterFn =
      [](bufferization::TensorLikeType type, Attribute memorySpace,
         func::FuncOp, const bufferization::BufferizationOptions &)
      -> bufferization::BufferLikeType {
    return cast<bufferization::BufferLikeType>(
        getArgumentType(cast<TensorType>(type), memorySpace));
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

/// Results have contiguous innermost dimensions like arguments: copies those
/// for which that may not hold.
static void copyStridedResults(func::ReturnOp op) {
  OpBuilder builder(op);
  for (OpOperand &operand : op->getOpOperands()) {
    Value value = operand.get();
    if (!mayBeStrided(value))
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

namespace {
struct OneShotBufferizePass
    : public emb::impl::OneShotBufferizeBase<OneShotBufferizePass> {
  void runOnOperation() override {
    getOperation().walk(copyStridedResults);
    bufferization::BufferizationState state;
    if (failed(bufferization::runOneShotModuleBufferize(
            getOperation(), getBufferizationOptions(), state)))
      return signalPassFailure();
    bufferization::removeBufferizationAttributesInModule(getOperation());
  }
};
} // namespace
