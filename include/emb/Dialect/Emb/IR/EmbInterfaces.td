//===- EmbInterfaces.td - Op interfaces of the emb dialect -*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIALECT_EMB_IR_EMBINTERFACES_TD
#define EMB_DIALECT_EMB_IR_EMBINTERFACES_TD

include "mlir/IR/OpBase.td"

def CheckedOpInterface : OpInterface<"CheckedOpInterface"> {
  let description = [{
    An operation on tensors whose operands must satisfy conditions that only
    the run can decide: indices in range, offsets in order, extents that agree.
  }];
  let cppNamespace = "::mlir::emb";
  let methods = [
    InterfaceMethod<[{
      Guards this operation: creates the check operations right before it and
      makes it read the checked values. Returns how many checks were added.
      Conditions that the types already decide get none.
    }], "unsigned", "insertChecks", (ins "::mlir::OpBuilder &":$builder)>
  ];
}

def DifferentiableOpInterface : OpInterface<"DifferentiableOpInterface"> {
  let description = [{
    An operation that has a rule for reverse-mode differentiation. Operations
    without this interface are errors on the way from a parameter to the loss,
    unless no float passes them.
  }];
  let cppNamespace = "::mlir::emb";
  let methods = [
    InterfaceMethod<[{
      The rule: creates with `builder` the gradients of the operands from those
      that have arrived at the results, and adds them to `gradients`. Called
      when at least one of the results has a gradient. Gradients are needed
      only of operands (and values that regions capture) that are active. May
      replace the operation by one with more results, as long as `gradients`
      is not asked for its results any more. A failure has been reported.
    }], "::llvm::LogicalResult", "propagateGradient",
      (ins "::mlir::OpBuilder &":$builder,
           "::mlir::emb::Gradients &":$gradients),
      /*methodBody=*/"", /*defaultImplementation=*/"return success();">,
    InterfaceMethod<[{
      Whether the results depend on the operand in a differentiable way: false
      where its gradient is zero by definition. Operands that are no floats are
      never asked about.
    }], "bool", "isDifferentiable", (ins "::mlir::OpOperand &":$operand),
      /*methodBody=*/"", /*defaultImplementation=*/"return true;">,
    InterfaceMethod<[{
      The result that stands for the parameter from here on, for an operation
      that changes a parameter in place in the forward pass (`emb.renorm`); null
      for all others.
    }], "::mlir::Value", "getNewVersion", (ins "::mlir::OpOperand &":$operand),
      /*methodBody=*/"", /*defaultImplementation=*/"return {};">
  ];
}

#endif // EMB_DIALECT_EMB_IR_EMBINTERFACES_TD
