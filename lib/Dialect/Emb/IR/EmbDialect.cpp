//===- EmbDialect.cpp - The emb dialect -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Dialect/Emb/IR/Emb.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/InliningUtils.h"

using namespace mlir;
using namespace mlir::emb;

#include "emb/Dialect/Emb/IR/EmbDialect.cpp.inc"
#include "emb/Dialect/Emb/IR/EmbEnums.cpp.inc"
#include "emb/Dialect/Emb/IR/EmbInterfaces.cpp.inc"

namespace {
/// Every operation may be inlined anywhere.
struct EmbInlinerInterface : public DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;
  bool isLegalToInline(Region *, Region *, bool, IRMapping &) const final {
    return true;
  }
  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final {
    return true;
  }
};
} // namespace

void EmbDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "emb/Dialect/Emb/IR/EmbOps.cpp.inc"
      >();
  registerAttributes();
  addInterfaces<EmbInlinerInterface>();
}

Operation *EmbDialect::materializeConstant(OpBuilder &builder, Attribute value,
                                           Type type, Location loc) {
  return arith::ConstantOp::materialize(builder, value, type, loc);
}

FloatType emb::getComputeType(Type elementType) {
  if (elementType.isF64())
    return Float64Type::get(elementType.getContext());
  return Float32Type::get(elementType.getContext());
}

FailureOr<int64_t> emb::normalizePaddingIdx(int64_t paddingIdx,
                                            int64_t numRows) {
  if (ShapedType::isDynamic(numRows) || paddingIdx == 0)
    return paddingIdx;
  if (paddingIdx >= numRows || paddingIdx < -numRows)
    return failure();
  return paddingIdx < 0 ? paddingIdx + numRows : paddingIdx;
}
