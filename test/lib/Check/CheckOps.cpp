//===- CheckOps.cpp - The test-only dialect check -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Check.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::emb::check;

#include "CheckDialect.cpp.inc"

void CheckDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "CheckOps.cpp.inc"
      >();
}

LogicalResult CheckDialect::verifyOperationAttribute(Operation *op,
                                                     NamedAttribute attribute) {
  StringRef name = attribute.getName();
  if (name != "check.error" && name != "check.status")
    return op->emitOpError("has unknown attribute '")
           << name << "', expected check.error or check.status";
  if (!isa<func::FuncOp>(op) || !isa<StringAttr>(attribute.getValue()))
    return op->emitOpError("attribute '")
           << name << "' must be a string on a func.func";
  return success();
}

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

/// value [`as` type]: the type of the value unless another one is given.
static ParseResult parseValueAs(OpAsmParser &parser, TypedAttr &value,
                                Type &type) {
  Attribute attribute;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseAttribute(attribute))
    return failure();
  value = dyn_cast<TypedAttr>(attribute);
  if (!value)
    return parser.emitError(loc, "expected a value with a type");
  if (succeeded(parser.parseOptionalKeyword("as")))
    return parser.parseType(type);
  type = value.getType();
  return success();
}

static void printValueAs(OpAsmPrinter &printer, Operation *, TypedAttr value,
                         Type type) {
  printer << value;
  if (type != value.getType())
    printer << " as " << type;
}

/// type [`,` type]: the second is the first unless given.
static ParseResult parseSameType(OpAsmParser &parser, Type &got, Type &want) {
  if (parser.parseType(got))
    return failure();
  if (succeeded(parser.parseOptionalComma()))
    return parser.parseType(want);
  want = got;
  return success();
}

static void printSameType(OpAsmPrinter &printer, Operation *, Type got,
                          Type want) {
  printer << got;
  if (want != got)
    printer << ", " << want;
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

static LogicalResult verifyPlace(Operation *op) {
  if (!isa_and_nonnull<func::FuncOp>(op->getParentOp()))
    return op->emitOpError("must stand directly in the body of a func.func");
  return success();
}

static LogicalResult verifyValueAs(Operation *op, TypedAttr value, Type type) {
  if (!isa<DenseIntOrFPElementsAttr, IntegerAttr, FloatAttr>(value))
    return op->emitOpError("expected a dense<...> tensor or a number, found ")
           << value;
  if (failed(verifyCompatibleShape(value.getType(), type)) ||
      getElementTypeOrSelf(value.getType()) != getElementTypeOrSelf(type) ||
      isa<ShapedType>(value.getType()) != isa<ShapedType>(type))
    return op->emitOpError("value of type ")
           << value.getType() << " cannot stand for " << type;
  return verifyPlace(op);
}

static LogicalResult verifyValues(Operation *op, Type got, Type want) {
  if (failed(verifyCompatibleShape(got, want)) ||
      getElementTypeOrSelf(got) != getElementTypeOrSelf(want) ||
      isa<ShapedType>(got) != isa<ShapedType>(want))
    return op->emitOpError("cannot compare ") << got << " with " << want;
  return verifyPlace(op);
}

static LogicalResult verifyTolerance(Operation *op, const APFloat &rtol,
                                     const APFloat &atol) {
  auto isTolerance = [](const APFloat &value) {
    return value.isFinite() && !value.isNegative();
  };
  if (isTolerance(rtol) && isTolerance(atol))
    return success();
  return op->emitOpError("tolerances must be finite and not negative");
}

LogicalResult ConstantOp::verify() {
  return verifyValueAs(*this, getValue(), getType());
}
LogicalResult ExpectEqOp::verify() {
  return verifyValueAs(*this, getWant(), getGot().getType());
}
LogicalResult ExpectCloseOp::verify() {
  if (failed(verifyTolerance(*this, getRtol(), getAtol())))
    return failure();
  return verifyValueAs(*this, getWant(), getGot().getType());
}
LogicalResult ExpectEqValueOp::verify() {
  return verifyValues(*this, getGot().getType(), getWant().getType());
}
LogicalResult ExpectCloseValueOp::verify() {
  if (failed(verifyTolerance(*this, getRtol(), getAtol())))
    return failure();
  return verifyValues(*this, getGot().getType(), getWant().getType());
}
LogicalResult UseOp::verify() { return verifyPlace(*this); }

#define GET_OP_CLASSES
#include "CheckOps.cpp.inc"
