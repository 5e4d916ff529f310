//===- BufferizationDerivatives.cpp - Rule of explicit copies -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Differentiation/Derivatives.h"
#include "emb/Differentiation/Gradients.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/IR/DialectRegistry.h"

using namespace mlir;
using namespace mlir::emb;

namespace {
/// `bufferization.alloc_tensor() copy(%w)` asks for a copy of a value that is
/// changed in place later (torch.Tensor.clone).
struct AllocTensorDerivative
    : DifferentiableOpInterface::ExternalModel<
          AllocTensorDerivative, bufferization::AllocTensorOp> {
  LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
                                  Gradients &gradients) const {
    auto alloc = cast<bufferization::AllocTensorOp>(op);
    if (Value copied = alloc.getCopy())
      gradients.pass(builder, alloc.getResult(), copied);
    return success();
  }
};
} // namespace

void emb::registerBufferizationDerivatives(DialectRegistry &registry) {
  registry.addExtension(
      +[](MLIRContext *context, bufferization::BufferizationDialect *) {
        bufferization::AllocTensorOp::attachInterface<AllocTensorDerivative>(
            *context);
      });
}
