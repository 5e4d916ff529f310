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
  auto layout = StridedLayoutAttr::get(type.getContext(), ShapedType::kDynamic,
                                       strides);
  return MemRefType::get(type.getShape(), type.getElementType(), layout,
                         memorySpace);
}

bufferization::OneShotBufferizationOptions emb::getBufferizationOptions() {
  bufferization::OneShotBufferizationOptions options;
  options.bufferizeFunctionBoundaries = true;
  options.allowReturnAllocsFromLoops = true;
  options.functionArgTypeConverterFn =
      [](bufferization::TensorLikeType type, Attribute memorySpace,
         func::FuncOp,
         const bufferization::BufferizationOptions &) -> bufferization::
                                                          BufferLikeType {
    return cast<bufferization::BufferLikeType>(
        getArgumentType(cast<TensorType>(type), memorySpace));
  };
  return options;
}

namespace {
struct OneShotBufferizePass
    : public emb::impl::OneShotBufferizeBase<OneShotBufferizePass> {
  void runOnOperation() override {
    bufferization::BufferizationState state;
    if (failed(bufferization::runOneShotModuleBufferize(
            getOperation(), getBufferizationOptions(), state)))
      return signalPassFailure();
    bufferization::removeBufferizationAttributesInModule(getOperation());
  }
};
} // namespace
