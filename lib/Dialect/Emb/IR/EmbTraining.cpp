//===- EmbTraining.cpp - Declarations of what to train --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementRule.h"
#include "Syntax.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::emb;

static FailureOr<APFloat> parseNumber(AsmParser &parser);
static FailureOr<bool> parseSwitch(AsmParser &parser);

#define GET_ATTRDEF_CLASSES
#include "emb/Dialect/Emb/IR/EmbAttributes.cpp.inc"

void EmbDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "emb/Dialect/Emb/IR/EmbAttributes.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

static FailureOr<APFloat> parseNumber(AsmParser &parser) {
  double number;
  if (failed(parser.parseFloat(number)))
    return failure();
  return APFloat(number);
}

static FailureOr<bool> parseSwitch(AsmParser &parser) {
  StringRef word;
  SMLoc loc = parser.getCurrentLocation();
  if (failed(parser.parseOptionalKeyword(&word, {"true", "false"})))
    return parser.emitError(loc, "expected true or false");
  return word == "true";
}

bool emb::isOptimizer(Attribute attribute) {
  return isa_and_nonnull<SGDAttr, AdagradAttr, RowWiseAdagradAttr,
                         SparseAdamAttr, AdamAttr, AdamWAttr, LazyAdamWAttr,
                         FlatSymbolRefAttr>(attribute);
}

static constexpr StringLiteral kDefaultRate = "lr";

/// `"name" = #emb.adam (lr "name")? (dense)?`, or `@optimizer`
static Attribute parseParameter(AsmParser &parser) {
  std::string name, rate = kDefaultRate.str();
  Attribute optimizer;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseString(&name) || parser.parseEqual() ||
      parser.parseAttribute(optimizer))
    return {};
  if (succeeded(parser.parseOptionalKeyword("lr")) &&
      failed(parser.parseString(&rate)))
    return {};
  bool isDense = succeeded(parser.parseOptionalKeyword("dense"));
  Builder &builder = parser.getBuilder();
  return ParameterAttr::getChecked([&] { return parser.emitError(loc); },
                                   builder.getContext(),
                                   builder.getStringAttr(name), optimizer,
                                   builder.getStringAttr(rate), isDense);
}

static void printParameter(AsmPrinter &printer, ParameterAttr parameter) {
  printer << parameter.getName() << " = " << parameter.getOptimizer();
  if (parameter.getLr() != kDefaultRate)
    printer << " lr " << parameter.getLr();
  if (parameter.getDense())
    printer << " dense";
}

Attribute ParameterAttr::parse(AsmParser &parser, Type) {
  if (parser.parseLess())
    return {};
  Attribute parameter = parseParameter(parser);
  if (!parameter || parser.parseGreater())
    return {};
  return parameter;
}

void ParameterAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printParameter(printer, *this);
  printer << ">";
}

LogicalResult
ParameterAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                      StringAttr name, Attribute optimizer, StringAttr, bool) {
  if (isOptimizer(optimizer))
    return success();
  return emitError() << "parameter " << name
                     << ": expected an optimizer such as #emb.sgd or the "
                        "symbol of an emb.optimizer, found "
                     << optimizer;
}

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

ParseResult emb::parseParameters(OpAsmParser &parser, ArrayAttr &parameters) {
  SmallVector<Attribute> list;
  if (parser.parseCommaSeparatedList([&]() -> ParseResult {
        return success(
            static_cast<bool>(list.emplace_back(parseParameter(parser))));
      }))
    return failure();
  parameters = parser.getBuilder().getArrayAttr(list);
  return success();
}

void emb::printParameters(OpAsmPrinter &printer, Operation *,
                          ArrayAttr parameters) {
  llvm::interleaveComma(
      parameters.getAsRange<ParameterAttr>(), printer,
      [&](ParameterAttr parameter) { printParameter(printer, parameter); });
}

ParseResult emb::parseNames(OpAsmParser &parser, ArrayAttr &names) {
  SmallVector<Attribute> list;
  if (parser.parseCommaSeparatedList([&]() -> ParseResult {
        std::string name;
        if (failed(parser.parseString(&name)))
          return failure();
        list.push_back(parser.getBuilder().getStringAttr(name));
        return success();
      }))
    return failure();
  names = parser.getBuilder().getArrayAttr(list);
  return success();
}

void emb::printNames(OpAsmPrinter &printer, Operation *, ArrayAttr names) {
  llvm::interleaveComma(names, printer);
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

std::optional<unsigned> emb::findArgument(FunctionOpInterface function,
                                          StringRef name) {
  for (unsigned i = 0, end = function.getNumArguments(); i < end; ++i) {
    auto found = function.getArgAttrOfType<StringAttr>(i, kArgumentNameAttr);
    if (found && found.getValue() == name)
      return i;
  }
  return std::nullopt;
}

/// Whether `symbol` is a function, or the declaration of one, that has
/// arguments of these names.
static LogicalResult verifyNames(Operation *op, FlatSymbolRefAttr symbol,
                                 ArrayRef<StringRef> names,
                                 SymbolTableCollection &symbols) {
  Operation *found = symbols.lookupNearestSymbolFrom(op, symbol);
  if (!found)
    return op->emitOpError("there is no function ") << symbol;
  if (isa<TrainOp, GradientOp>(found))
    return success();
  auto function = dyn_cast<FunctionOpInterface>(found);
  if (!function)
    return op->emitOpError("expected ") << symbol << " to be a function";
  for (StringRef name : names)
    if (!findArgument(function, name))
      return op->emitOpError()
             << symbol << " has no argument with emb.name = \"" << name << "\"";
  return success();
}

/// Whether no name occurs twice.
static LogicalResult verifyDistinct(Operation *op, ArrayRef<StringRef> names) {
  llvm::StringSet<> seen;
  for (StringRef name : names)
    if (!seen.insert(name).second)
      return op->emitOpError("names \"") << name << "\" twice";
  return success();
}

static SmallVector<StringRef> getNames(ArrayAttr names) {
  if (!names)
    return {};
  return llvm::map_to_vector(names.getAsRange<StringAttr>(),
                             [](StringAttr name) { return name.getValue(); });
}

static SmallVector<StringRef> getNames(TrainOp op) {
  SmallVector<StringRef> names = llvm::map_to_vector(
      op.getParameters().getAsRange<ParameterAttr>(),
      [](ParameterAttr parameter) { return parameter.getName().getValue(); });
  llvm::append_range(names, getNames(op.getFrozenAttr()));
  return names;
}

/// Whether `value`, if given, is a number above zero.
static LogicalResult verifyPositive(Operation *op, StringRef name,
                                    std::optional<APFloat> value) {
  if (!value || (!value->isNegative() && value->isFinite() && !value->isZero()))
    return success();
  return op->emitOpError() << name << " is " << value->convertToDouble()
                           << ", expected a finite number > 0";
}

LogicalResult TrainOp::verify() {
  // train_c2
  if (getParameters().empty())
    return emitOpError("expected at least one parameter, found none");
  // train_c3
  if (failed(verifyDistinct(*this, getNames(*this))))
    return failure();
  // train_c4
  if (getClipNorm() && getClipValue())
    return emitOpError("expected clip_norm or clip_value, found both");
  // train_c5
  if (getNormType() && !getClipNorm())
    return emitOpError("norm_type goes with clip_norm, which is not given");
  // train_c6
  if (failed(verifyPositive(*this, "clip_norm", getClipNorm())) ||
      failed(verifyPositive(*this, "clip_value", getClipValue())))
    return failure();
  // train_c7
  std::optional<APFloat> p = getNormType();
  if (p && (p->isNaN() || p->isNegative() || p->isZero()))
    return emitOpError("norm_type is ")
           << p->convertToDouble() << ", expected a number > 0 or infinity";
  return success();
}

LogicalResult TrainOp::verifySymbolUses(SymbolTableCollection &symbols) {
  // train_c8, train_c9
  if (failed(verifyNames(*this, getLossAttr(), getNames(*this), symbols)))
    return failure();
  auto function = dyn_cast_or_null<FunctionOpInterface>(
      symbols.lookupNearestSymbolFrom(*this, getLossAttr()));
  // train_c10, train_c11
  for (auto parameter : getParameters().getAsRange<ParameterAttr>()) {
    StringRef name = parameter.getName();
    std::optional<unsigned> number =
        function ? findArgument(function, name) : std::nullopt;
    Type type = number ? function.getArgumentTypes()[*number] : Type();
    if (failed(verifyOptimizer(*this, parameter.getOptimizer(),
                               ("\"" + name + "\"").str(), type, symbols)))
      return failure();
  }
  return success();
}

LogicalResult GradientOp::verify() {
  // gradient_c2
  if (getWrt().empty())
    return emitOpError("expected at least one argument, found none");
  // gradient_c3
  return verifyDistinct(*this, getNames(getWrt()));
}

LogicalResult GradientOp::verifySymbolUses(SymbolTableCollection &symbols) {
  // gradient_c4, gradient_c5
  return verifyNames(*this, getFunctionAttr(), getNames(getWrt()), symbols);
}

LogicalResult
ApplyGradientOp::verifySymbolUses(SymbolTableCollection &symbols) {
  // apply_gradient_c8, apply_gradient_c9
  return verifyOptimizer(*this, getOptimizer(), "the parameter",
                         getParameter().getType(), symbols);
}

bool DetachOp::isDifferentiable(OpOperand &) { return false; }
