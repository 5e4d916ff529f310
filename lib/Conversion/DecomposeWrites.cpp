//===- DecomposeWrites.cpp - renorm and scatter_add as updates ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Conversion/Passes.h"
#include "emb/Dialect/Emb/IR/Emb.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Remarks.h"

#include <cmath>

namespace mlir::emb {
#define GEN_PASS_DEF_DECOMPOSEWRITES
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

/// Keeps the factor finite for rows whose norm is 0, as
/// `torch.embedding_renorm_` does.
static constexpr double kNormEpsilon = 1e-7;

namespace {

/// Builds the rule of a renorm, for one element of the row.
class RenormRule {
public:
  RenormRule(ImplicitLocOpBuilder &builder, FloatType elementType,
             double maxNorm, double normType)
      : builder(builder), elementType(elementType),
        computeType(getComputeType(elementType)), maxNorm(maxNorm),
        normType(normType) {}

  /// The new element of a row that holds `element`.
  Value build(Value element);

private:
  Value constant(double value, FloatType type) {
    return arith::ConstantOp::create(builder,
                                     builder.getFloatAttr(type, value));
  }
  Value reduce(ReduceKind kind, Value value) {
    return RowReduceOp::create(builder, kind, value);
  }
  Value createNorm(Value element);
  Value roundToElement(Value value);
  Value widen(Value value, FloatType type);

  ImplicitLocOpBuilder &builder;
  FloatType elementType, computeType;
  double maxNorm, normType;
};

} // namespace

/// The p-norm of the row in the compute type.
Value RenormRule::createNorm(Value element) {
  if (normType == 0.0) {
    // Unordered, so that a NaN counts as a nonzero.
    Value isNonzero =
        arith::CmpFOp::create(builder, arith::CmpFPredicate::UNE, element,
                              constant(0.0, computeType));
    Value term =
        arith::SelectOp::create(builder, isNonzero, constant(1.0, computeType),
                                constant(0.0, computeType));
    return reduce(ReduceKind::Add, term);
  }
  if (normType == 2.0) {
    Value square = arith::MulFOp::create(builder, element, element);
    return math::SqrtOp::create(builder, reduce(ReduceKind::Add, square));
  }
  Value magnitude = math::AbsFOp::create(builder, element);
  if (std::isinf(normType))
    return reduce(normType > 0 ? ReduceKind::Max : ReduceKind::Min, magnitude);
  if (normType == 1.0)
    return reduce(ReduceKind::Add, magnitude);
  Value power =
      math::PowFOp::create(builder, magnitude, constant(normType, computeType));
  return math::PowFOp::create(builder, reduce(ReduceKind::Add, power),
                              constant(1.0 / normType, computeType));
}

Value RenormRule::roundToElement(Value value) {
  if (value.getType() == elementType)
    return value;
  return arith::TruncFOp::create(builder, elementType, value);
}

Value RenormRule::widen(Value value, FloatType type) {
  if (value.getType() == type)
    return value;
  return arith::ExtFOp::create(builder, type, value);
}

Value RenormRule::build(Value element) {
  FloatType f64 = builder.getF64Type();
  Value norm = widen(roundToElement(createNorm(element)), f64);
  Value bound = constant(maxNorm, f64);
  Value isLonger =
      arith::CmpFOp::create(builder, arith::CmpFPredicate::OGT, norm, bound);
  Value divisor =
      arith::AddFOp::create(builder, norm, constant(kNormEpsilon, f64));
  Value factor = arith::DivFOp::create(builder, bound, divisor);
  factor = widen(roundToElement(factor), computeType);
  Value scaled = arith::MulFOp::create(builder, element, factor);
  return arith::SelectOp::create(builder, isLonger, scaled, element);
}

/// An update of the rows of `table` that `group` lists; the builder is moved
/// into its rule.
static UpdateOp createUpdate(ImplicitLocOpBuilder &builder, Value table,
                             ArrayRef<GradientSource> sources,
                             ValueRange group) {
  auto update = UpdateOp::create(builder, UpdateRows::Touched, table, sources,
                                 /*scalars=*/ValueRange(), group);
  builder.setInsertionPointToStart(&update.getBody().front());
  return update;
}

static remark::detail::InFlightRemark remarkDecomposed(Operation *op,
                                                       StringRef name) {
  return remark::passed(
      op->getLoc(),
      remark::RemarkOpts::name(name)
          .category("emb-decompose-writes")
          .function(op->getParentOfType<func::FuncOp>().getName()));
}

static LogicalResult checkOperands(Operation *op, ValueRange group) {
  for (Value operand : op->getOperands())
    if (isa<TensorType>(operand.getType()))
      return op->emitOpError("is on tensors, expected memrefs (emb-bufferize "
                             "makes them)");
  if (group.empty())
    return op->emitOpError("has no 'group', expected the emb.group of its "
                           "indices (emb-materialize-groups adds it)");
  return success();
}

static LogicalResult decompose(RenormOp op) {
  double maxNorm = op.getMaxNorm().convertToDouble();
  double normType = op.getNormType().convertToDouble();
  if (failed(checkOperands(op, op.getGroup())))
    return failure();
  if (std::isnan(maxNorm) || std::isnan(normType)) {
    remarkDecomposed(op, "RenormRemoved")
        << remark::reason("no norm compares greater where max_norm or "
                          "norm_type is NaN");
    op.erase();
    return success();
  }
  ImplicitLocOpBuilder builder(op.getLoc(), op);
  UpdateOp update = createUpdate(builder, op.getInit(), {}, op.getGroup());
  auto elementType = cast<FloatType>(getElementTypeOrSelf(op.getInit()));
  RenormRule rule(builder, elementType, maxNorm, normType);
  YieldOp::create(builder, rule.build(update.getElementArg(0)));
  remarkDecomposed(op, "RenormIsUpdate")
      << remark::metric("max_norm", maxNorm)
      << remark::metric("norm_type", normType);
  op.erase();
  return success();
}

static LogicalResult decompose(ScatterAddOp op) {
  if (failed(checkOperands(op, op.getGroup())))
    return failure();
  ImplicitLocOpBuilder builder(op.getLoc(), op);
  GradientSource source;
  source.indices = op.getIndices();
  source.gradient = op.getRows();
  source.padding = op.getPaddingIdx();
  UpdateOp update = createUpdate(builder, op.getInit(), source, op.getGroup());
  Value sum = arith::AddFOp::create(builder, update.getElementArg(0),
                                    update.getGradientArg());
  YieldOp::create(builder, sum);
  remarkDecomposed(op, "ScatterAddIsUpdate");
  op.erase();
  return success();
}

namespace {
struct DecomposeWrites : emb::impl::DecomposeWritesBase<DecomposeWrites> {
  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation()->walk([&](Operation *op) {
      if (isa<RenormOp, ScatterAddOp>(op))
        ops.push_back(op);
    });
    for (Operation *op : ops) {
      auto renorm = dyn_cast<RenormOp>(op);
      if (failed(renorm ? decompose(renorm)
                        : decompose(cast<ScatterAddOp>(op))))
        return signalPassFailure();
    }
  }
};
} // namespace
