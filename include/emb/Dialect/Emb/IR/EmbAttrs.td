//===- EmbAttrs.td - Enumerations of the emb dialect -------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIALECT_EMB_IR_EMBATTRS_TD
#define EMB_DIALECT_EMB_IR_EMBATTRS_TD

include "mlir/IR/EnumAttr.td"

def Emb_BagMode : I32EnumAttr<"BagMode", "how the rows of a bag are pooled", [
  I32EnumAttrCase<"Sum", 0, "sum">,
  I32EnumAttrCase<"Mean", 1, "mean">,
  I32EnumAttrCase<"Max", 2, "max">
]> {
  let cppNamespace = "::mlir::emb";
}

def Emb_UpdateRows : I32EnumAttr<"UpdateRows", "which rows an update visits", [
  I32EnumAttrCase<"Touched", 0, "touched">,
  I32EnumAttrCase<"All", 1, "all">
]> {
  let cppNamespace = "::mlir::emb";
}

def Emb_ReduceKind : I32EnumAttr<"ReduceKind", "how a row is reduced", [
  I32EnumAttrCase<"Add", 0, "add">,
  I32EnumAttrCase<"Max", 1, "max">,
  I32EnumAttrCase<"Min", 2, "min">
]> {
  let cppNamespace = "::mlir::emb";
}

#endif // EMB_DIALECT_EMB_IR_EMBATTRS_TD
