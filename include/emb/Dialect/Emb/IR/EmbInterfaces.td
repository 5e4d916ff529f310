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

#endif // EMB_DIALECT_EMB_IR_EMBINTERFACES_TD
