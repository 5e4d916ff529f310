//===- BufferizableOpInterfaceImpl.cpp - How emb operations bufferize -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TableFlow.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::bufferization;

namespace {

/// Replaces `op` by the same operation on buffers. Its tensor results are
/// replaced by the buffers of `tied` in order; other results stay.
LogicalResult bufferizeOp(Operation *op, ArrayRef<OpOperand *> tied,
                          RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) {
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(op);
  SmallVector<Value> operands;
  for (Value operand : op->getOperands()) {
    if (!isa<RankedTensorType>(operand.getType())) {
      operands.push_back(operand);
      continue;
    }
    FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
    if (failed(buffer))
      return failure();
    operands.push_back(*buffer);
  }
  SmallVector<Type> kept;
  for (Type type : op->getResultTypes())
    if (!isa<RankedTensorType>(type))
      kept.push_back(type);
  Operation *onBuffers = clone(rewriter, op, kept, operands);

  SmallVector<Value> replacements;
  unsigned nextTied = 0, nextKept = 0;
  for (Type type : op->getResultTypes())
    replacements.push_back(isa<RankedTensorType>(type)
                               ? operands[tied[nextTied++]->getOperandNumber()]
                               : onBuffers->getResult(nextKept++));
  replaceOpWithBufferizedValues(rewriter, op, replacements);
  return success();
}

/// Operations that write their destinations: every other tensor is only read.
template <typename OpTy>
struct WriteModel
    : public BufferizableOpInterface::ExternalModel<WriteModel<OpTy>, OpTy> {
  static bool isWritten(Operation *op, OpOperand &operand) {
    return llvm::is_contained(getWrittenOperands(op), &operand);
  }

  /// The destination of a read is overwritten without being read.
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &) const {
    return !isWritten(op, operand) || isa<DestinationStyleOpInterface>(op);
  }

  bool bufferizesToMemoryWrite(Operation *op, OpOperand &operand,
                               const AnalysisState &) const {
    return isWritten(op, operand);
  }

  AliasingValueList getAliasingValues(Operation *op, OpOperand &operand,
                                      const AnalysisState &) const {
    SmallVector<OpOperand *> written = getWrittenOperands(op);
    auto *it = llvm::find(written, &operand);
    if (it == written.end())
      return {};
    return {{op->getResult(it - written.begin()), BufferRelation::Equivalent}};
  }

  bool bufferizesToAllocation(Operation *op, Value value) const {
    return getWrittenOperands(op).empty();
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    SmallVector<OpOperand *> written = getWrittenOperands(op);
    if (written.empty())
      return op->emitOpError("has no destination, expected 'outs': run "
                             "emb-materialize-destinations first");
    return bufferizeOp(op, written, rewriter, options, state);
  }
};

/// Checks return their operand: the same buffer, only read.
template <typename OpTy>
struct CheckModel
    : public BufferizableOpInterface::ExternalModel<CheckModel<OpTy>, OpTy> {
  bool bufferizesToMemoryRead(Operation *, OpOperand &,
                              const AnalysisState &) const {
    return true;
  }
  bool bufferizesToMemoryWrite(Operation *, OpOperand &,
                               const AnalysisState &) const {
    return false;
  }
  AliasingValueList getAliasingValues(Operation *op, OpOperand &operand,
                                      const AnalysisState &) const {
    if (operand.getOperandNumber() != 0)
      return {};
    return {{op->getResult(0), BufferRelation::Equivalent}};
  }
  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    return bufferizeOp(op, &op->getOpOperand(0), rewriter, options, state);
  }
};

} // namespace

void emb::registerBufferizableOpInterfaceModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, EmbDialect *) {
    GatherOp::attachInterface<WriteModel<GatherOp>>(*context);
    BagOp::attachInterface<WriteModel<BagOp>>(*context);
    CoalesceOp::attachInterface<WriteModel<CoalesceOp>>(*context);
    FrequencyOp::attachInterface<WriteModel<FrequencyOp>>(*context);
    GatherDotOp::attachInterface<WriteModel<GatherDotOp>>(*context);
    GroupOp::attachInterface<WriteModel<GroupOp>>(*context);
    Offset2BagOp::attachInterface<WriteModel<Offset2BagOp>>(*context);
    RenormOp::attachInterface<WriteModel<RenormOp>>(*context);
    ScatterAddOp::attachInterface<WriteModel<ScatterAddOp>>(*context);
    UpdateOp::attachInterface<WriteModel<UpdateOp>>(*context);
    CheckIndicesOp::attachInterface<CheckModel<CheckIndicesOp>>(*context);
    CheckOffsetsOp::attachInterface<CheckModel<CheckOffsetsOp>>(*context);
  });
}
