//===- OptimizerModule.cpp - A step of an optimizer as a module -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OptimizerModule.h"
#include "ElementTypes.h"

#include "emb/ExecutionEngine/Error.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/OwningOpRef.h"

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::conformance;

static RankedTensorType getTensor(MLIRContext *context, int64_t rank,
                                  DType dtype, int64_t columns = -1) {
  SmallVector<int64_t> shape(rank, ShapedType::kDynamic);
  if (columns >= 0)
    shape.push_back(columns);
  return RankedTensorType::get(shape, getElementType(context, dtype));
}

llvm::Expected<std::string>
conformance::printOptimizerModule(const OptimizerModuleSpec &spec) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  context.loadDialect<EmbDialect, arith::ArithDialect, func::FuncDialect,
                      math::MathDialect>();
  std::string messages;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    messages += diagnostic.str() + "\n";
  });
  ImplicitLocOpBuilder b(UnknownLoc::get(&context), &context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(b.getLoc());
  b.setInsertionPointToEnd(module->getBody());

  SmallVector<Type> types{RankedTensorType::get(
      {spec.rows, spec.columns}, getElementType(&context, spec.tableType))};
  SmallVector<std::string> names{"weight"};
  for (auto [state, dtype] :
       llvm::zip_equal(getStates(spec.optimizer), spec.stateTypes)) {
    SmallVector<int64_t> shape{spec.rows};
    if (!state.isPerRow)
      shape.push_back(spec.columns);
    types.push_back(
        RankedTensorType::get(shape, getElementType(&context, dtype)));
    names.push_back(state.name.str());
  }
  llvm::append_range(
      types, ArrayRef<Type>{
                 getTensor(&context, spec.rank, spec.indexType),
                 getTensor(&context, spec.rank, spec.tableType, spec.columns),
                 b.getF64Type(), b.getI64Type()});
  llvm::append_range(
      names, ArrayRef<std::string>{"indices", "grad_output", "lr", "step"});
  size_t numWritten = types.size() - 4;
  auto function = func::FuncOp::create(
      b, "step",
      b.getFunctionType(types, ArrayRef(types).take_front(numWritten)));
  Block *block = function.addEntryBlock();
  for (auto [number, name] : llvm::enumerate(names))
    function.setArgAttr(number, kArgumentNameAttr, b.getStringAttr(name));
  b.setInsertionPointToStart(block);

  auto arguments = block->getArguments();
  auto last = arguments.take_back(4);
  GradientSource source;
  source.indices = last[0];
  source.gradient = last[1];
  source.padding = spec.paddingIdx;
  FailureOr<UpdateOp> update = buildUpdate(
      b, b.getLoc(), spec.optimizer, arguments[0],
      ValueRange(arguments).slice(1, numWritten - 1), source, last[2], last[3]);
  if (failed(update))
    return makeError(EMB_COMPILE_ERROR, messages);
  func::ReturnOp::create(b, update->getResults());
  std::string text;
  llvm::raw_string_ostream os(text);
  module->print(os);
  return text;
}
