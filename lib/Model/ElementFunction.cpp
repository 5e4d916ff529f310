//===- ElementFunction.cpp - Functions of elements ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementFunction.h"

#include "emb/Layers/Operands.h"
#include "emb/Layers/Structured.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using namespace mlir::emb;

Value emb::createConstant(OpBuilder &builder, Location loc, Type type,
                          double number) {
  Type element = getElementTypeOrSelf(type);
  TypedAttr value;
  if (isa<FloatType>(element))
    value = builder.getFloatAttr(element, number);
  else
    value = builder.getIntegerAttr(element, static_cast<int64_t>(number));
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    value = DenseElementsAttr::get(tensor, Attribute(value));
  return arith::ConstantOp::create(builder, loc, value);
}

/// Whether an integer of `width` bits can be `number`.
static bool isInteger(double number, unsigned width) {
  if (number != std::trunc(number))
    return false;
  if (width == 1)
    return number == 0 || number == 1;
  double bound = std::ldexp(1.0, width - 1);
  return -bound <= number && number < bound;
}

LogicalResult emb::verifyNumber(Location loc, const Twine &what, double number,
                                Type type) {
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer || isInteger(number, integer.getWidth()))
    return success();
  return emitError(loc) << what << " is " << llvm::formatv("{0}", number).str()
                        << ", expected a number of " << type;
}

static bool isTensor(Value value) {
  return value && isa<RankedTensorType>(value.getType());
}

namespace {
/// One application of a function.
class Application {
public:
  Application(OpBuilder &builder, Location loc, const ElementFunction &function,
              ArrayRef<Operand> operands, ValueRange vars, ElementFn compute);

  FailureOr<Value> create();

private:
  InFlightDiagnostic refuse(unsigned operand);
  bool isCondition(unsigned operand) const {
    return function.hasCondition && operand == 0;
  }
  LogicalResult verifyElements();
  LogicalResult verifyNumbers();
  /// Binds the extents of operands: the last dimensions go together.
  LogicalResult bind(Operands &bound);
  Value createOnTensors();
  Value createOnElements(Operands &bound);
  /// Computes from elements, those of `inputs` and the numbers.
  Value createScalar(OpBuilder &b, Location l, ValueRange inputs);

  OpBuilder &builder;
  Location loc;
  const ElementFunction &function;
  ArrayRef<Operand> operands;
  ElementFn compute;
  /// Null for numbers.
  SmallVector<Value> values;
  Type elementType;
  unsigned rank = 0;
  /// By operand, the loop of each dimension; none for an extent of 1 that is
  /// repeated.
  SmallVector<SmallVector<std::optional<unsigned>>> loops;
};
} // namespace

Application::Application(OpBuilder &builder, Location loc,
                         const ElementFunction &function,
                         ArrayRef<Operand> operands, ValueRange vars,
                         ElementFn compute)
    : builder(builder), loc(loc), function(function), operands(operands),
      compute(compute) {
  for (const Operand &operand : operands) {
    values.push_back(operand.isNumber() ? Value() : vars.front());
    if (!operand.isNumber())
      vars = vars.drop_front();
  }
}

InFlightDiagnostic Application::refuse(unsigned operand) {
  return emitError(loc) << function.name << ": " << function.operands[operand]
                        << " is ";
}

LogicalResult Application::verifyElements() {
  unsigned first = 0;
  for (auto [number, value] : llvm::enumerate(values)) {
    if (!value)
      continue;
    Type type = value.getType(), element = getElementTypeOrSelf(type);
    if (isCondition(number)) {
      if (!element.isInteger(1))
        return refuse(number) << type << ", expected elements of i1";
      continue;
    }
    bool fits = true;
    if (function.elements == ElementFunction::Floats)
      fits = isa<FloatType>(element);
    else if (function.elements == ElementFunction::Numbers)
      fits = !element.isInteger(1);
    if (!fits)
      return refuse(number) << type << ", expected "
                            << (function.elements == ElementFunction::Floats
                                    ? "floats"
                                    : "floats or integers");
    if (!elementType)
      first = number;
    else if (element != elementType)
      return refuse(number) << type << ", expected elements of " << elementType
                            << " as those of " << function.operands[first];
    elementType = element;
  }
  if (!elementType)
    elementType = builder.getF32Type();
  return verifyNumbers();
}

LogicalResult Application::verifyNumbers() {
  for (auto [name, operand] : llvm::zip_equal(function.operands, operands))
    if (operand.isNumber() &&
        failed(verifyNumber(loc, function.name + ": " + name,
                            operand.getNumber(), elementType)))
      return failure();
  return success();
}

LogicalResult Application::bind(Operands &bound) {
  SmallVector<bool> hasOther(rank, false);
  auto getType = [](Value value) {
    return cast<RankedTensorType>(value.getType());
  };
  for (Value value : llvm::make_filter_range(values, isTensor))
    for (auto [dim, extent] : llvm::enumerate(getType(value).getShape()))
      hasOther[rank - getType(value).getRank() + dim] |= extent != 1;
  loops.resize(values.size());
  for (auto [number, value] : llvm::enumerate(values)) {
    if (!isTensor(value))
      continue;
    SmallVector<std::optional<Extent>> extents;
    RankedTensorType type = getType(value);
    for (auto [dim, extent] : llvm::enumerate(type.getShape())) {
      unsigned loop = rank - type.getRank() + dim;
      bool isRepeated = extent == 1 && hasOther[loop];
      loops[number].push_back(isRepeated ? std::nullopt : std::optional(loop));
      extents.push_back(isRepeated ? std::nullopt
                                   : std::optional<Extent>(loop));
    }
    if (failed(bound.addTensor(value, function.operands[number], extents)))
      return failure();
  }
  return success();
}

Value Application::createOnTensors() {
  auto type = RankedTensorType::get({}, elementType);
  for (auto [value, operand] : llvm::zip_equal(values, operands))
    if (!value)
      value = createConstant(builder, loc, type, operand.getNumber());
  return compute(builder, loc, values);
}

Value Application::createScalar(OpBuilder &b, Location l, ValueRange inputs) {
  bool isExtended = !function.isOneOperation && isa<FloatType>(elementType) &&
                    getComputeType(elementType) != elementType;
  SmallVector<Value> elements;
  for (auto [number, operand] : llvm::enumerate(operands)) {
    Value element;
    if (operand.isNumber()) {
      element = createConstant(b, l, elementType, operand.getNumber());
    } else {
      element = inputs.front();
      inputs = inputs.drop_front();
    }
    if (isExtended && !isCondition(number))
      element =
          arith::ExtFOp::create(b, l, getComputeType(elementType), element);
    elements.push_back(element);
  }
  Value result = compute(b, l, elements);
  if (isExtended && !function.result)
    result = arith::TruncFOp::create(b, l, elementType, result);
  return result;
}

Value Application::createOnElements(Operands &bound) {
  SmallVector<Access> inputs;
  for (auto [value, valueLoops] : llvm::zip_equal(values, loops))
    if (value)
      inputs.push_back(accessRepeated(builder, loc, value, valueLoops));
  SmallVector<OpFoldResult> extents;
  for (unsigned loop = 0; loop < rank; ++loop)
    extents.push_back(bound.getExtent(builder, loop));
  Type result = elementType;
  if (function.result)
    result = getTensorType(builder.getContext(), *function.result, {})
                 .getElementType();
  return createMap(builder, loc, inputs, extents, result,
                   [&](OpBuilder &b, Location l, ValueRange elements) {
                     return SmallVector<Value>{createScalar(b, l, elements)};
                   })
      .front();
}

FailureOr<Value> Application::create() {
  if (failed(verifyElements()))
    return failure();
  if (llvm::none_of(values, isTensor)) {
    SmallVector<Value> scalars = llvm::to_vector(
        llvm::make_filter_range(values, [](Value value) { return !!value; }));
    return createScalar(builder, loc, scalars);
  }
  for (Value &value : values) {
    if (value && !isTensor(value))
      value = tensor::FromElementsOp::create(
          builder, loc, RankedTensorType::get({}, value.getType()), value);
    if (value)
      rank = std::max<unsigned>(
          rank, cast<RankedTensorType>(value.getType()).getRank());
  }
  Operands bound(loc, function.name);
  if (failed(bind(bound)))
    return failure();
  bound.check(builder);
  bool isPlain =
      llvm::all_of(llvm::zip_equal(values, loops), [&](const auto &operand) {
        auto [value, valueLoops] = operand;
        return rank == 0 || (value && valueLoops.size() == rank &&
                             !llvm::is_contained(valueLoops, std::nullopt));
      });
  if (function.isOneOperation && isPlain)
    return createOnTensors();
  return createOnElements(bound);
}

Var emb::buildElementwise(SourceLocation loc, const ElementFunction &function,
                          ArrayRef<Operand> operands, ElementFn compute) {
  SmallVector<Var> vars;
  for (const Operand &operand : operands)
    if (!operand.isNumber())
      vars.push_back(operand.getVar());
  return buildOne(loc, vars,
                  [&](OpBuilder &builder, Location location,
                      ValueRange values) -> FailureOr<Value> {
                    return Application(builder, location, function, operands,
                                       values, compute)
                        .create();
                  });
}
