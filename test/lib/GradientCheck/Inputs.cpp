//===- Inputs.cpp - What functions under test are called with -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Inputs.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "mlir/IR/TypeUtilities.h"

#include <cmath>

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::gradcheck;

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

/// Removes an attribute of an argument and returns it.
static Attribute take(func::FuncOp function, unsigned number, StringRef name) {
  return function.removeArgAttr(number,
                                StringAttr::get(function.getContext(), name));
}

static std::optional<double> getNumber(Attribute attribute) {
  if (auto number = dyn_cast_or_null<FloatAttr>(attribute))
    return number.getValueAsDouble();
  if (auto number = dyn_cast_or_null<IntegerAttr>(attribute))
    return number.getInt();
  return std::nullopt;
}

static LogicalResult readRange(ArgumentSpec &spec, Attribute attribute) {
  spec.low = isFloat(spec.dtype) ? -1 : 0;
  spec.high = isFloat(spec.dtype) ? 1 : spec.dtype == DType::I1 ? 2 : 4;
  if (!attribute)
    return success();
  auto range = dyn_cast<ArrayAttr>(attribute);
  if (range && range.size() == 2) {
    std::optional<double> low = getNumber(range[0]), high = getNumber(range[1]);
    if (low && high && *low < *high) {
      spec.low = *low;
      spec.high = *high;
      return success();
    }
  }
  return emitError(spec.loc)
         << "argument '" << spec.name << "': check.range is " << attribute
         << ", expected [low, high]";
}

static LogicalResult readShape(ArgumentSpec &spec, Type type,
                               Attribute attribute) {
  auto shaped = dyn_cast<ShapedType>(type);
  SmallVector<int64_t> extents =
      shaped ? SmallVector<int64_t>(shaped.getShape()) : SmallVector<int64_t>();
  if (auto given = dyn_cast_or_null<ArrayAttr>(attribute)) {
    extents.clear();
    for (Attribute extent : given)
      extents.push_back(getNumber(extent).value_or(-1));
  }
  bool fits = !attribute || isa<ArrayAttr>(attribute);
  for (int64_t extent : extents)
    fits &= extent >= 0;
  if (!fits ||
      (shaped && failed(verifyCompatibleShape(shaped.getShape(), extents))))
    return emitError(spec.loc) << "argument '" << spec.name << "' is a " << type
                               << ", expected check.shape = [...] of that rank";
  spec.shape.assign(extents.begin(), extents.end());
  return success();
}

/// `check.values`, which decide the shape too.
static LogicalResult readValues(ArgumentSpec &spec, Type type,
                                Attribute attribute) {
  auto values = dyn_cast<TypedAttr>(attribute);
  if (!values ||
      !isa<DenseIntOrFPElementsAttr, IntegerAttr, FloatAttr>(values) ||
      isa<ShapedType>(values.getType()) != isa<ShapedType>(type) ||
      getElementTypeOrSelf(values.getType()) != getElementTypeOrSelf(type) ||
      failed(verifyCompatibleShape(values.getType(), type)))
    return emitError(spec.loc)
           << "argument '" << spec.name << "': check.values is " << attribute
           << ", expected elements of " << type;
  spec.values = values;
  return success();
}

static FailureOr<ArgumentSpec> takeArgument(func::FuncOp function,
                                            unsigned number) {
  BlockArgument argument = function.getArgument(number);
  ArgumentSpec spec(argument.getLoc());
  spec.name = std::to_string(number);
  if (auto name =
          function.getArgAttrOfType<StringAttr>(number, kArgumentNameAttr))
    spec.name = name.str();
  Type type = argument.getType();
  std::optional<DType> dtype = getDType(getElementTypeOrSelf(type));
  if (!dtype || (isa<ShapedType>(type) && !isa<RankedTensorType>(type)))
    return emitError(spec.loc) << "argument '" << spec.name << "' is a " << type
                               << ", expected a number or a ranked tensor";
  spec.dtype = *dtype;
  spec.isTensor = isa<RankedTensorType>(type);

  Attribute shape = take(function, number, "check.shape");
  Attribute range = take(function, number, "check.range");
  Attribute values = take(function, number, "check.values");
  for (NamedAttribute left :
       cast<FunctionOpInterface>(*function).getArgAttrs(number))
    if (left.getName().getValue().starts_with("check."))
      return emitError(spec.loc)
             << "argument '" << spec.name << "' has unknown attribute '"
             << left.getName().getValue()
             << "', expected check.shape, check.range or check.values";
  if (values && (shape || range))
    return emitError(spec.loc)
           << "argument '" << spec.name << "' has check.values and "
           << (shape ? "check.shape" : "check.range") << ", expected one";
  if (values)
    return failed(readValues(spec, type, values)) ? FailureOr<ArgumentSpec>()
                                                  : spec;
  if (failed(readShape(spec, type, shape)) || failed(readRange(spec, range)))
    return failure();
  return spec;
}

FailureOr<std::vector<ArgumentSpec>>
gradcheck::takeArguments(func::FuncOp function) {
  std::vector<ArgumentSpec> specs;
  for (unsigned i = 0, end = function.getNumArguments(); i < end; ++i) {
    FailureOr<ArgumentSpec> spec = takeArgument(function, i);
    if (failed(spec))
      return failure();
    specs.push_back(*spec);
  }
  return specs;
}

//===----------------------------------------------------------------------===//
// Drawing
//===----------------------------------------------------------------------===//

double gradcheck::getStep(DType dtype, double base, double value) {
  // Six digits of f16 and four of bf16 stay below the point.
  double step = dtype == DType::F16    ? std::max(base, 0x1p-8)
                : dtype == DType::BF16 ? std::max(base, 0x1p-6)
                                       : base;
  double scale = std::fabs(value) < 2 ? 0 : std::ilogb(value);
  return std::exp2(std::floor(std::log2(step)) + scale);
}

double Drawer::drawFloat(DType dtype, double low, double high) {
  double value = 0;
  for (int tries = 0; tries < 200; ++tries) {
    value = low + random.uniform() * (high - low);
    double grid = 4 * getStep(dtype, step, value);
    double rounded = std::round(value / grid) * grid;
    if (rounded < low || rounded > high)
      continue;
    value = rounded;
    if (value != 0 && used.insert(value).second)
      break;
  }
  return value;
}

void Drawer::fill(Elements &elements, double low, double high) {
  int64_t count = 1;
  for (int64_t extent : elements.shape)
    count *= extent;
  elements.bits.assign(count, 0);
  for (uint64_t &bits : elements.bits) {
    double value = isFloat(elements.dtype)
                       ? drawFloat(elements.dtype, low, high)
                       : double(random.between(low, int64_t(high) - 1));
    storeFromDouble(elements.dtype, value, &bits);
  }
}

Elements Drawer::draw(const ArgumentSpec &spec) {
  if (spec.values)
    return Elements::of(spec.values);
  Elements elements{spec.dtype, spec.shape, spec.isTensor, {}};
  fill(elements, spec.low, spec.high);
  return elements;
}

Elements Drawer::drawLike(const Elements &shaped) {
  Elements elements{shaped.dtype, shaped.shape, shaped.isTensor, {}};
  fill(elements, -1, 1);
  return elements;
}
