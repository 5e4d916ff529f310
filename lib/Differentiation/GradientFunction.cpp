//===- GradientFunction.cpp - The function of emb.gradient ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DerivedFunction.h"

#include "emb/Dialect/Emb/Transforms/TiedArguments.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::emb;

/// A result and the gradient that arrives at it.
using Seed = std::pair<Value, Value>;

/// An argument for the gradient of each result of floats.
static FailureOr<SmallVector<Seed>> addSeedArguments(GradientOp declaration,
                                                     func::FuncOp function) {
  Operation *terminator = function.getBody().front().getTerminator();
  SmallVector<Value> outputs = llvm::to_vector(
      llvm::make_filter_range(terminator->getOperands(), [](Value value) {
        return isDifferentiable(value.getType());
      }));
  if (outputs.empty()) {
    declaration.emitOpError("expected a result of floats, found none");
    return failure();
  }
  SmallVector<Seed> seeds;
  for (auto [number, output] : llvm::enumerate(outputs)) {
    std::string name = "grad_output";
    if (outputs.size() > 1)
      name += "." + std::to_string(number);
    // The function may be a gradient itself, with an argument of this name.
    if (findArgument(function, name))
      name = declaration.getSymName().str() + "." + name;
    FailureOr<Value> argument =
        insertArgument(declaration, function, function.getNumArguments(), name,
                       output.getType());
    if (failed(argument))
      return failure();
    seeds.push_back({output, *argument});
  }
  return seeds;
}

/// What arrives at an output has its shape.
static void checkShapes(OpBuilder &builder, ArrayRef<Seed> seeds) {
  for (auto [output, seed] : seeds) {
    auto type = dyn_cast<RankedTensorType>(output.getType());
    if (!type)
      continue;
    Location loc = output.getLoc();
    for (int64_t dim = 0; dim < type.getRank(); ++dim) {
      if (!type.isDynamicDim(dim))
        continue;
      Value expected = tensor::DimOp::create(builder, loc, output, dim);
      Value found = tensor::DimOp::create(builder, loc, seed, dim);
      CheckEqualOp::create(builder, loc, found, expected,
                           "emb.gradient: dimension " + std::to_string(dim) +
                               " of what arrives at a result" +
                               describeOrigin(seed));
    }
  }
}

/// A gradient may begin as an argument, what arrives at a result. That must not
/// be where it ends, unless the forward pass says so: makes it end in a copy.
static void keepArguments(Value gradient,
                          const llvm::SmallPtrSetImpl<Value> &written) {
  if (!isa<RankedTensorType>(gradient.getType()))
    return;
  for (TiedArgument tied : findTiedArguments(gradient)) {
    if (!tied.written || written.contains(tied.argument))
      continue;
    for (OpOperand &use : llvm::make_early_inc_range(tied.argument.getUses())) {
      auto write = dyn_cast<DestinationStyleOpInterface>(use.getOwner());
      bool isContinued =
          (write && write.isDpsInit(&use)) ||
          isa<LoopLikeOpInterface, tensor::CastOp, tensor::ExpandShapeOp,
              tensor::CollapseShapeOp>(use.getOwner());
      if (!isContinued)
        continue;
      OpBuilder builder(use.getOwner());
      use.set(bufferization::AllocTensorOp::create(
          builder, gradient.getLoc(),
          cast<RankedTensorType>(tied.argument.getType()),
          /*dynamicSizes=*/ValueRange(), /*copy=*/tied.argument));
    }
  }
}

LogicalResult emb::buildGradientFunction(GradientOp declaration,
                                         func::FuncOp original) {
  FailureOr<func::FuncOp> copy =
      copyFunction(declaration, declaration.getSymName(), original);
  if (failed(copy))
    return failure();
  func::FuncOp function = *copy;
  Operation *terminator = function.getBody().front().getTerminator();
  OpBuilder builder(terminator);

  SmallVector<Value> wrt;
  for (StringRef name : declaration.getWrt().getAsValueRange<StringAttr>()) {
    std::optional<unsigned> number = findArgument(function, name);
    if (!number)
      return declaration.emitOpError("@")
             << original.getSymName() << " has no argument with emb.name = \""
             << name << "\"";
    Value argument = function.getArgument(*number);
    if (!isDifferentiable(argument.getType()))
      return declaration.emitOpError("the argument \"")
             << name << "\" is " << argument.getType()
             << ", expected a float or a ranked tensor of floats";
    wrt.push_back(argument);
  }

  SmallVector<Seed> seeds;
  if (declaration.getSeeded()) {
    FailureOr<SmallVector<Seed>> arguments =
        addSeedArguments(declaration, function);
    if (failed(arguments))
      return failure();
    seeds = *arguments;
    checkShapes(builder, seeds);
  } else {
    FailureOr<Value> loss = getLoss(declaration, function);
    if (failed(loss))
      return failure();
    seeds.push_back(
        {*loss, createConstantLike(builder, loss->getLoc(), *loss, 1.0)});
  }

  SmallVector<Value> outputs =
      llvm::map_to_vector(seeds, [](const Seed &seed) { return seed.first; });
  SmallVector<Operation *> ops = getBodyOps(function);
  Activity activity(function, wrt, outputs);
  GradientMap gradients(activity);
  for (auto [output, seed] : seeds)
    gradients.add(builder, output, seed);
  if (failed(gradients.propagate(builder, ops)))
    return failure();

  remarkDerived(declaration, function, gradients, wrt);
  llvm::SmallPtrSet<Value, 8> written = findWrittenArguments(function);
  SmallVector<Value> results(terminator->getOperands());
  for (Value argument : wrt) {
    Value gradient = gradients.getOrZero(builder, argument);
    keepArguments(gradient, written);
    results.push_back(gradient);
  }
  replaceResults(function, results);
  return success();
}
