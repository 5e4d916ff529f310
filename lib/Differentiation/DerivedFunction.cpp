//===- DerivedFunction.cpp - The function of a declaration ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DerivedFunction.h"

#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/Inliner.h"
#include "mlir/Transforms/InliningUtils.h"

using namespace mlir;
using namespace mlir::emb;

/// The body that `call` calls, or null where there is none to inline.
static func::FuncOp getCallee(CallOpInterface call) {
  auto callee = dyn_cast_if_present<func::FuncOp>(call.resolveCallable());
  return callee && !callee.isExternal() ? callee : func::FuncOp();
}

/// Whether no function calls itself on the way from `function`. `chain` holds
/// the functions between the start and here.
static LogicalResult verifyNoRecursion(Operation *declaration,
                                       func::FuncOp function,
                                       SmallVector<func::FuncOp> &chain) {
  if (llvm::is_contained(chain, function))
    return declaration->emitOpError("cannot inline @")
           << function.getSymName() << ", which calls itself";
  chain.push_back(function);
  WalkResult result = function.walk([&](CallOpInterface call) {
    func::FuncOp callee = getCallee(call);
    if (!callee)
      return WalkResult::advance();
    return WalkResult(verifyNoRecursion(declaration, callee, chain));
  });
  chain.pop_back();
  return failure(result.wasInterrupted());
}

/// Inlines all calls in `function` of functions with a body.
static LogicalResult inlineCalls(func::FuncOp function) {
  InlinerInterface interface(function.getContext());
  InlinerConfig config;
  while (true) {
    CallOpInterface next;
    func::FuncOp callee;
    function.walk([&](CallOpInterface call) {
      callee = getCallee(call);
      next = call;
      return callee ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (!callee)
      return success();
    if (failed(inlineCall(interface, config.getCloneCallback(), next, callee,
                          &callee.getBody())))
      return next->emitOpError("cannot be inlined");
    next->erase();
  }
}

/// Whether no operation works on memory, where no gradient is traced.
static LogicalResult verifyTensors(func::FuncOp function) {
  auto isMemory = [](Type type) { return isa<BaseMemRefType>(type); };
  WalkResult result = function.walk([&](Operation *op) {
    if (llvm::none_of(op->getOperandTypes(), isMemory) &&
        llvm::none_of(op->getResultTypes(), isMemory))
      return WalkResult::advance();
    op->emitOpError("works on memory, through which nothing is differentiated: "
                    "expected tensors");
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

FailureOr<func::FuncOp> emb::copyFunction(Operation *declaration,
                                          StringRef name,
                                          func::FuncOp original) {
  if (original.isExternal())
    return declaration->emitOpError("cannot differentiate @")
           << original.getSymName() << ", which has no body";
  if (!original.getBody().hasOneBlock())
    return declaration->emitOpError("cannot differentiate @")
           << original.getSymName() << ", which has "
           << original.getBody().getBlocks().size()
           << " blocks, expected one: control flow is scf.for and scf.if";
  SmallVector<func::FuncOp> chain;
  if (failed(verifyNoRecursion(declaration, original, chain)))
    return failure();

  OpBuilder builder(declaration);
  auto copy = cast<func::FuncOp>(builder.clone(*original));
  copy.setName(name);
  copy.setPublic();
  if (failed(inlineCalls(copy)) || failed(verifyTensors(copy)))
    return failure();
  return copy;
}

FailureOr<Value> emb::insertArgument(Operation *declaration,
                                     func::FuncOp function, unsigned number,
                                     StringRef name, Type type) {
  if (findArgument(function, name))
    return declaration->emitOpError("needs an argument \"")
           << name << "\", which @" << function.getSymName() << " has already";
  Builder builder(function.getContext());
  NamedAttribute attribute =
      builder.getNamedAttr(kArgumentNameAttr, builder.getStringAttr(name));
  if (failed(function.insertArgument(number, type,
                                     builder.getDictionaryAttr(attribute),
                                     declaration->getLoc())))
    return failure();
  return Value(function.getArgument(number));
}

void emb::replaceResults(func::FuncOp function, ValueRange values) {
  auto returnOp =
      cast<func::ReturnOp>(function.getBody().front().getTerminator());
  returnOp.getOperandsMutable().assign(values);
  function.setType(FunctionType::get(
      function.getContext(), function.getBody().front().getArgumentTypes(),
      values.getTypes()));
}

SmallVector<Operation *> emb::getBodyOps(func::FuncOp function) {
  return llvm::map_to_vector(function.getBody().front().without_terminator(),
                             [](Operation &op) { return &op; });
}

void emb::remarkDerived(Operation *declaration, func::FuncOp function,
                        const GradientMap &gradients, ArrayRef<Value> wrt) {
  unsigned dense = 0, sources = 0;
  for (Value value : wrt) {
    Gradient gradient = gradients.getAll().lookup(value);
    dense += static_cast<bool>(gradient.dense);
    sources += gradient.sources.size();
  }
  remark::passed(declaration->getLoc(), remark::RemarkOpts::name("Derived")
                                            .category("emb-differentiate")
                                            .function(function.getName()))
      << remark::metric("arguments", wrt.size())
      << remark::metric("dense", dense) << remark::metric("sources", sources)
      << remark::metric("rules", gradients.getNumRules());
}

FailureOr<Value> emb::getLoss(Operation *declaration, func::FuncOp function) {
  if (function.getNumResults() == 0)
    return declaration->emitOpError("found no result of the function, expected "
                                    "the loss as the first one");
  Type type = function.getResultTypes().front();
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!isDifferentiable(type) || (tensor && tensor.getRank() != 0))
    return declaration->emitOpError("the first result of the function is ")
           << type
           << ", expected the loss: a float or a rank-0 tensor of floats";
  return function.getBody().front().getTerminator()->getOperand(0);
}
