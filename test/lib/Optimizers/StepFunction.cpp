//===- StepFunction.cpp - A function that is one optimizer step -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StepFunction.h"

using namespace mlir;
using namespace mlir::emb;

FailureOr<func::FuncOp> emb_test::addStepFunction(ModuleOp module,
                                                  llvm::StringRef name,
                                                  const Optimizer &optimizer,
                                                  Type element,
                                                  int64_t numColumns) {
  auto builder = OpBuilder::atBlockEnd(module.getBody());
  auto rows =
      RankedTensorType::get({ShapedType::kDynamic, numColumns}, element);
  SmallVector<Type> types{rows};
  for (const OptimizerState &state : getStates(optimizer))
    types.push_back(getStateType(state, rows));
  SmallVector<Type> results = types;
  types.push_back(
      RankedTensorType::get({ShapedType::kDynamic}, builder.getI64Type()));
  types.append({rows, builder.getF64Type(), builder.getI64Type()});

  auto function = func::FuncOp::create(builder, module.getLoc(), name,
                                       builder.getFunctionType(types, results));
  builder.setInsertionPointToStart(function.addEntryBlock());
  ArrayRef<BlockArgument> args = function.getArguments();
  GradientSource source;
  source.indices = args.take_back(4)[0];
  source.gradient = args.take_back(4)[1];
  FailureOr<UpdateOp> update =
      buildUpdate(builder, module.getLoc(), optimizer, args[0],
                  SmallVector<Value>(args.drop_front().drop_back(4)), source,
                  /*lr=*/args.take_back(4)[2], /*step=*/args.take_back(4)[3]);
  if (failed(update))
    return failure();
  func::ReturnOp::create(builder, module.getLoc(), update->getResults());
  return function;
}

FailureOr<func::FuncOp> emb_test::addDenseStepFunction(
    ModuleOp module, llvm::StringRef name, const Optimizer &optimizer,
    RankedTensorType parameter, std::optional<double> clipValue) {
  auto builder = OpBuilder::atBlockEnd(module.getBody());
  SmallVector<Type> types{parameter};
  for (const OptimizerState &state : getStates(optimizer))
    types.push_back(getStateType(state, parameter));
  SmallVector<Type> results = types;
  types.append({parameter, builder.getF64Type(), builder.getI64Type(),
                builder.getF64Type()});

  auto function = func::FuncOp::create(builder, module.getLoc(), name,
                                       builder.getFunctionType(types, results));
  builder.setInsertionPointToStart(function.addEntryBlock());
  ValueRange args = function.getArguments();
  ValueRange last = args.take_back(4);
  UpdateExtras extras;
  extras.scale = last[3];
  extras.clipValue = clipValue;
  FailureOr<SmallVector<Value>> update = buildDenseUpdate(
      builder, module.getLoc(), optimizer, args[0],
      args.drop_front().drop_back(4), /*gradient=*/last[0], /*lr=*/last[1],
      /*step=*/last[2], extras);
  if (failed(update))
    return failure();
  func::ReturnOp::create(builder, module.getLoc(), *update);
  return function;
}
