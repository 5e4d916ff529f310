//===- DenseUpdate.cpp - Optimizers on whole tensors ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Step.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;
using namespace mlir::emb;

/// Whether `value` is a tensor of the shape of `parameter` and of floats for
/// which `isAccepted` holds.
static bool matches(Value value, RankedTensorType parameter,
                    function_ref<bool(FloatType)> isAccepted) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type ||
      failed(verifyCompatibleShape(type.getShape(), parameter.getShape())))
    return false;
  auto element = dyn_cast<FloatType>(type.getElementType());
  return element && isAccepted(element);
}

static LogicalResult verifyValues(Location loc, const Rule &rule,
                                  Value parameter, ValueRange states,
                                  Value gradient, const UpdateExtras &extras) {
  auto refuse = [&]() { return emitError(loc) << rule.getName() << ": "; };
  auto type = dyn_cast<RankedTensorType>(parameter.getType());
  if (!type || !isa<FloatType>(type.getElementType()))
    return refuse() << "the parameter is " << parameter.getType()
                    << ", expected a tensor of floating-point elements";
  if (!extras.group.empty())
    return refuse() << "a dense gradient has no group";
  if (extras.rounding)
    return refuse() << "stochastic rounding needs a table, the gradient is "
                       "dense";
  for (const OptimizerState &state : rule.getStates())
    if (state.isPerRow)
      return refuse() << "the gradient is dense, expected a sparse one; the "
                         "state "
                      << state.name << " has one value per row";
  FloatType compute = getComputeType(type.getElementType());
  if (failed(verifyRule(loc, rule, compute, states)))
    return failure();
  for (auto [state, value] : llvm::zip_equal(rule.getStates(), states))
    if (!matches(value, type, [&](FloatType element) {
          return getComputeType(element) == compute;
        }))
      return refuse() << "the state " << state.name << " is " << value.getType()
                      << ", expected the shape and the compute type of the "
                         "parameter, "
                      << type;
  if (!matches(gradient, type, [&](FloatType element) {
        return element.getWidth() <= compute.getWidth();
      }))
    return refuse() << "the gradient is " << gradient.getType()
                    << ", expected the shape of the parameter, " << type
                    << ", and elements of at most " << compute;
  return success();
}

static Value extend(ImplicitLocOpBuilder &b, Value value, FloatType type) {
  if (value.getType() == type)
    return value;
  return arith::ExtFOp::create(b, type, value);
}

static Value truncate(ImplicitLocOpBuilder &b, Value value, Type type) {
  if (value.getType() == type)
    return value;
  return arith::TruncFOp::create(b, type, value);
}

FailureOr<SmallVector<Value>>
emb::buildDenseUpdate(OpBuilder &builder, Location loc,
                      const Optimizer &optimizer, Value parameter,
                      ValueRange states, Value gradient, Value lr, Value step,
                      const UpdateExtras &extras) {
  if (llvm::Error error = verify(optimizer, GradientKind::Dense))
    return emitError(loc) << llvm::toString(std::move(error));
  std::unique_ptr<Rule> rule = getRule(optimizer);
  if (failed(verifyValues(loc, *rule, parameter, states, gradient, extras)) ||
      failed(verifyScalars(loc, *rule, lr, step, extras)))
    return failure();
  builder.getContext()
      ->loadDialect<arith::ArithDialect, linalg::LinalgDialect,
                    math::MathDialect>();

  ImplicitLocOpBuilder b(loc, builder);
  FloatType compute = getComputeType(getElementTypeOrSelf(parameter));
  SmallVector<Value> scalars = buildScalars(b, *rule, lr, step, extras);
  for (Value &scalar : scalars)
    scalar = truncate(b, scalar, compute);

  SmallVector<Value> inits{parameter};
  llvm::append_range(inits, states);
  int64_t rank = cast<RankedTensorType>(parameter.getType()).getRank();
  SmallVector<AffineMap> maps(1 + inits.size(), b.getMultiDimIdentityMap(rank));
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  auto buildBody = [&](OpBuilder &nested, Location, ValueRange elements) {
    ImplicitLocOpBuilder inside(loc, nested);
    SmallVector<Value> values = llvm::map_to_vector(
        elements, [&](Value value) { return extend(inside, value, compute); });
    SmallVector<Value> results =
        buildElement(inside, *rule, values[1], ArrayRef(values).drop_front(2),
                     values[0], scalars, /*numColumns=*/1, extras);
    for (auto [result, init] : llvm::zip_equal(results, inits))
      result = truncate(inside, result, getElementTypeOrSelf(init));
    linalg::YieldOp::create(inside, results);
  };
  auto generic =
      linalg::GenericOp::create(b, TypeRange(ValueRange(inits)), gradient,
                                inits, maps, iterators, buildBody);
  return SmallVector<Value>(generic.getResults());
}
