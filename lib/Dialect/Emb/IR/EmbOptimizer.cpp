//===- EmbOptimizer.cpp - Optimizers of one's own -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementRule.h"
#include "Syntax.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace mlir::emb;

//===----------------------------------------------------------------------===//
// States
//===----------------------------------------------------------------------===//

/// `"name" per_row? = number`
static Attribute parseState(AsmParser &parser) {
  std::string name;
  double initialValue;
  if (parser.parseString(&name))
    return {};
  bool isPerRow = succeeded(parser.parseOptionalKeyword("per_row"));
  if (parser.parseEqual() || parser.parseFloat(initialValue))
    return {};
  Builder &builder = parser.getBuilder();
  return StateAttr::get(builder.getContext(), builder.getStringAttr(name),
                        isPerRow, APFloat(initialValue));
}

static void printState(AsmPrinter &printer, StateAttr state) {
  printer << state.getName() << (state.getPerRow() ? " per_row" : "") << " = ";
  printer.printFloat(state.getInitialValue());
}

Attribute StateAttr::parse(AsmParser &parser, Type) {
  if (parser.parseLess())
    return {};
  Attribute state = parseState(parser);
  if (!state || parser.parseGreater())
    return {};
  return state;
}

void StateAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printState(printer, *this);
  printer << ">";
}

ParseResult emb::parseStates(OpAsmParser &parser, ArrayAttr &states) {
  SmallVector<Attribute> list;
  if (parser.parseCommaSeparatedList([&]() -> ParseResult {
        return success(
            static_cast<bool>(list.emplace_back(parseState(parser))));
      }))
    return failure();
  states = parser.getBuilder().getArrayAttr(list);
  return success();
}

void emb::printStates(OpAsmPrinter &printer, Operation *, ArrayAttr states) {
  llvm::interleaveComma(states.getAsRange<StateAttr>(), printer,
                        [&](StateAttr state) { printState(printer, state); });
}

//===----------------------------------------------------------------------===//
// OptimizerOp
//===----------------------------------------------------------------------===//

FloatType OptimizerOp::getElementType() {
  return cast<FloatType>(getUpdate().getArgument(0).getType());
}

unsigned OptimizerOp::getNumScalars() {
  return getScalars().empty()
             ? 1
             : getScalars().front().getTerminator()->getNumOperands();
}

bool OptimizerOp::reducesRows() {
  return !getUpdate().front().getOps<RowReduceOp>().empty();
}

static LogicalResult verifyStates(OptimizerOp op) {
  llvm::StringSet<> seen;
  for (auto state : op.getStates().getAsRange<StateAttr>()) {
    // optimizer_c2
    if (state.getName().getValue().empty())
      return op.emitOpError("has a state without a name");
    if (!seen.insert(state.getName().getValue()).second)
      return op.emitOpError("has the state ") << state.getName() << " twice";
    // optimizer_c3
    if (!state.getInitialValue().isFinite())
      return op.emitOpError("the initial value of ")
             << state.getName() << " is "
             << state.getInitialValue().convertToDouble()
             << ", expected a finite number";
  }
  return success();
}

static LogicalResult verifyScalars(OptimizerOp op) {
  if (op.getScalars().empty())
    return success();
  // optimizer_c4
  auto f64 = Float64Type::get(op.getContext());
  if (op.getScalars().getArgumentTypes() != TypeRange({f64, f64}))
    return op.emitOpError("'scalars' takes (")
           << op.getScalars().getArgumentTypes()
           << "), expected the learning rate and the step, ('f64', 'f64')";
  // optimizer_c5
  Block &body = op.getScalars().front();
  if (failed(verifyRuleBody(op, body, /*mayReduce=*/false)))
    return failure();
  // optimizer_c6
  SmallVector<Type> expected(op.getNumScalars(), f64);
  return verifyYield(cast<YieldOp>(body.getTerminator()), expected, "");
}

LogicalResult OptimizerOp::verifyRegions() {
  if (failed(verifyStates(*this)) || failed(verifyScalars(*this)))
    return failure();
  Block &body = getUpdate().front();
  unsigned numStates = getStates().size(), gradient = 1 + numStates;
  // optimizer_c7
  unsigned numArguments = gradient + 1 + getNumScalars();
  if (body.getNumArguments() != numArguments)
    return emitOpError("'update' takes ")
           << body.getNumArguments() << " arguments, expected " << numArguments
           << ": the weight, " << numStates << " states, the gradient, "
           << getNumScalars() << " scalars";
  // optimizer_c8
  Type element = body.getArgument(0).getType();
  if (!element.isF32() && !element.isF64())
    return emitOpError("the weight is ")
           << element << ", expected 'f32' or 'f64'";
  for (BlockArgument argument : body.getArguments())
    if (argument.getType() != element)
      return emitOpError("argument ")
             << argument.getArgNumber() << " of 'update' has type "
             << argument.getType() << ", expected that of the weight, "
             << element;
  // optimizer_c9
  if (failed(verifyRuleBody(*this, body, /*mayReduce=*/true)))
    return failure();
  // optimizer_c10
  auto yield = cast<YieldOp>(body.getTerminator());
  SmallVector<Type> expected(1 + numStates, element);
  if (failed(verifyYield(yield, expected, "the weight and each state")))
    return failure();
  // optimizer_c11
  auto isPerRow = [&](unsigned number) {
    return number > 0 && cast<StateAttr>(getStates()[number - 1]).getPerRow();
  };
  auto isUniform = [&](unsigned argument) {
    return argument < gradient ? isPerRow(argument) : argument > gradient;
  };
  return verifyPerRow(yield, isPerRow, isUniform);
}

LogicalResult emb::verifyOptimizer(Operation *op, Attribute optimizer,
                                   StringRef parameter, Type type,
                                   SymbolTableCollection &symbols) {
  auto symbol = dyn_cast_or_null<FlatSymbolRefAttr>(optimizer);
  if (!symbol)
    return success();
  Operation *found = symbols.lookupNearestSymbolFrom(op, symbol);
  if (!found)
    return op->emitOpError("there is no optimizer ") << symbol;
  auto declaration = dyn_cast<OptimizerOp>(found);
  if (!declaration)
    return op->emitOpError("expected ")
           << symbol << " to be an 'emb.optimizer', found '" << found->getName()
           << "'";
  auto shaped = dyn_cast_or_null<ShapedType>(type);
  if (!shaped || !isa<FloatType>(shaped.getElementType()))
    return success();
  FloatType expected = getComputeType(shaped.getElementType());
  // A declaration whose own verifier fails may have no element type.
  Region &rule = declaration.getUpdate();
  Type element = rule.empty() || rule.getNumArguments() == 0
                     ? Type()
                     : rule.getArgument(0).getType();
  if (element == expected)
    return success();
  return op->emitOpError() << symbol << " is written for " << element
                           << ", expected " << expected
                           << ", the compute type of " << parameter << ", "
                           << type;
}
