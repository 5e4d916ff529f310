//===- ValueBoundsOpInterfaceImpl.cpp - Extents of what emb computes ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Extents of results as expressions of those of operands, for emb and for
// elementwise operations on tensors. So what is computed from lookups
// in a loop has extents that are known before the loop.
//
//===----------------------------------------------------------------------===//

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;
using namespace mlir::emb;

namespace {

struct GatherModel
    : public ValueBoundsOpInterface::ExternalModel<GatherModel, GatherOp> {
  void populateBoundsForShapedValueDim(Operation *op, Value value, int64_t dim,
                                       ValueBoundsConstraintSet &cstr) const {
    auto gather = cast<GatherOp>(op);
    int64_t rank = cast<ShapedType>(gather.getIndices().getType()).getRank();
    cstr.bound(value)[dim] == (dim < rank
                                   ? cstr.getExpr(gather.getIndices(), dim)
                                   : cstr.getExpr(gather.getTable(), 1));
  }
};

struct BagModel
    : public ValueBoundsOpInterface::ExternalModel<BagModel, BagOp> {
  void populateBoundsForShapedValueDim(Operation *op, Value value, int64_t dim,
                                       ValueBoundsConstraintSet &cstr) const {
    auto bag = cast<BagOp>(op);
    if (dim == 1)
      cstr.bound(value)[dim] == cstr.getExpr(bag.getTable(), 1);
    else if (!bag.getOffsets())
      cstr.bound(value)[dim] == cstr.getExpr(bag.getIndices(), 0);
    else
      cstr.bound(value)[dim] ==
          cstr.getExpr(bag.getOffsets(), 0) - bag.getIncludeLastOffset();
  }
};

struct Offset2BagModel
    : public ValueBoundsOpInterface::ExternalModel<Offset2BagModel,
                                                   Offset2BagOp> {
  void populateBoundsForShapedValueDim(Operation *op, Value value, int64_t dim,
                                       ValueBoundsConstraintSet &cstr) const {
    cstr.bound(value)[dim] == cstr.getExpr(cast<Offset2BagOp>(op).getSize());
  }
};

struct OneHotModel
    : public ValueBoundsOpInterface::ExternalModel<OneHotModel, OneHotOp> {
  void populateBoundsForShapedValueDim(Operation *op, Value value, int64_t dim,
                                       ValueBoundsConstraintSet &cstr) const {
    auto oneHot = cast<OneHotOp>(op);
    int64_t rank = cast<ShapedType>(oneHot.getIndices().getType()).getRank();
    cstr.bound(value)[dim] == (dim < rank
                                   ? cstr.getExpr(oneHot.getIndices(), dim)
                                   : cstr.getExpr(oneHot.getDepth()));
  }
};

Value getLike(FrequencyOp op) { return op.getIndices(); }
Value getLike(GatherDotOp op) { return op.getIndices(); }
Value getLike(CheckIndicesOp op) { return op.getIndices(); }
Value getLike(CheckOffsetsOp op) { return op.getOffsets(); }
Value getLike(DetachOp op) { return op.getOperand(); }

/// Elementwise operations: the operands have the same shape.
Value getLike(Operation *op) { return op->getOperand(0); }

/// Results that have the shape of an operand.
template <typename OpTy>
struct LikeModel
    : public ValueBoundsOpInterface::ExternalModel<LikeModel<OpTy>, OpTy> {
  /// Nothing is said of indices.
  void populateBoundsForIndexValue(Operation *op, Value value,
                                   ValueBoundsConstraintSet &cstr) const {}
  void populateBoundsForShapedValueDim(Operation *op, Value value, int64_t dim,
                                       ValueBoundsConstraintSet &cstr) const {
    cstr.bound(value)[dim] == cstr.getExpr(getLike(cast<OpTy>(op)), dim);
  }
};

template <typename... OpTys> void attachLike(MLIRContext *context) {
  (OpTys::template attachInterface<LikeModel<OpTys>>(*context), ...);
}

/// Of integers: extents as above, and what upstream says of indices.
template <typename OpTy>
struct IntegerModel
    : public ValueBoundsOpInterface::ExternalModel<IntegerModel<OpTy>, OpTy> {
  void populateBoundsForIndexValue(Operation *op, Value value,
                                   ValueBoundsConstraintSet &cstr) const {
    auto binary = cast<OpTy>(op);
    cstr.bound(value) == combine(binary, cstr.getExpr(binary.getLhs()),
                                 cstr.getExpr(binary.getRhs()));
  }
  void populateBoundsForShapedValueDim(Operation *op, Value value, int64_t dim,
                                       ValueBoundsConstraintSet &cstr) const {
    cstr.bound(value)[dim] == cstr.getExpr(op->getOperand(0), dim);
  }

private:
  static AffineExpr combine(arith::AddIOp, AffineExpr lhs, AffineExpr rhs) {
    return lhs + rhs;
  }
  static AffineExpr combine(arith::SubIOp, AffineExpr lhs, AffineExpr rhs) {
    return lhs - rhs;
  }
  static AffineExpr combine(arith::MulIOp, AffineExpr lhs, AffineExpr rhs) {
    return lhs * rhs;
  }
  static AffineExpr combine(arith::FloorDivSIOp, AffineExpr lhs,
                            AffineExpr rhs) {
    return lhs.floorDiv(rhs);
  }
};

} // namespace

void emb::registerValueBoundsOpInterfaceModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, EmbDialect *) {
    GatherOp::attachInterface<GatherModel>(*context);
    BagOp::attachInterface<BagModel>(*context);
    Offset2BagOp::attachInterface<Offset2BagModel>(*context);
    OneHotOp::attachInterface<OneHotModel>(*context);
    attachLike<FrequencyOp, GatherDotOp, CheckIndicesOp, CheckOffsetsOp,
               DetachOp>(context);
  });
  // Upstream knows operations on indices and on shapes only. Its models of the
  // first four must not be asked for an extent; models that are attached first
  // stay.
  registry.addExtension(+[](MLIRContext *context, arith::ArithDialect *) {
    arith::AddIOp::attachInterface<IntegerModel<arith::AddIOp>>(*context);
    arith::SubIOp::attachInterface<IntegerModel<arith::SubIOp>>(*context);
    arith::MulIOp::attachInterface<IntegerModel<arith::MulIOp>>(*context);
    arith::FloorDivSIOp::attachInterface<IntegerModel<arith::FloorDivSIOp>>(
        *context);
    attachLike<arith::AddFOp, arith::CmpFOp, arith::CmpIOp, arith::DivFOp,
               arith::DivSIOp, arith::ExtFOp, arith::ExtSIOp, arith::FPToSIOp,
               arith::IndexCastOp, arith::MaximumFOp, arith::MaxNumFOp,
               arith::MaxSIOp, arith::MinimumFOp, arith::MinNumFOp,
               arith::MinSIOp, arith::MulFOp, arith::NegFOp, arith::RemFOp,
               arith::RemSIOp, arith::SIToFPOp, arith::SubFOp, arith::TruncFOp,
               arith::TruncIOp, arith::UIToFPOp>(context);
  });
  registry.addExtension(+[](MLIRContext *context, math::MathDialect *) {
    attachLike<
#define GET_OP_LIST
#include "mlir/Dialect/Math/IR/MathOps.cpp.inc"
        >(context);
  });
}
