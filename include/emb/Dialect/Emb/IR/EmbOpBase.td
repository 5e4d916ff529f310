//===- EmbOpBase.td - What the operations share ------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIALECT_EMB_IR_EMBOPBASE_TD
#define EMB_DIALECT_EMB_IR_EMBOPBASE_TD

include "emb/Dialect/Emb/IR/EmbAttrs.td"
include "emb/Dialect/Emb/IR/EmbDialect.td"
include "emb/Dialect/Emb/IR/EmbInterfaces.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Emb_Shaped<list<Type> elements, string summary>
    : AnyTypeOf<[RankedTensorOf<elements>, MemRefOf<elements>], summary>;

// indices_c1
def Emb_Indices : Emb_Shaped<[I32, I64],
    "tensor or memref of i32 or i64 values">;
// table_c1
def Emb_Floats : Emb_Shaped<[F16, BF16, F32, F64],
    "tensor or memref of f16, bf16, f32 or f64 values">;
def Emb_Any : Emb_Shaped<[F16, BF16, F32, F64, I32, I64],
    "tensor or memref of floats or integers">;

def Emb_StatusResource : Resource<"::mlir::emb::StatusResource">;

// Interfaces that every operation on tensors or memrefs has. Reads and writes
// of memrefs are effects; on tensors there are none.
defvar Emb_Common = [
  DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
  DeclareOpInterfaceMethods<ConditionallySpeculatable>,
  DeclareOpInterfaceMethods<InferTypeOpInterface>,
  DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
                            ["reifyResultShapes"]>
];

// An operation that computes a value from others, into an optional destination.
class Emb_ReadOp<string mnemonic, list<Trait> traits = []>
    : Emb_Op<mnemonic, Emb_Common # traits> {
  let hasVerifier = 1;
}

// An operation that returns changed tables or, on memrefs, changes them.
class Emb_WriteOp<string mnemonic, list<Trait> traits = []>
    : Emb_Op<mnemonic, Emb_Common # [
        DestinationStyleOpInterface,
        DeclareOpInterfaceMethods<CheckedOpInterface>
      ] # traits> {
  let hasVerifier = 1;
  let hasFolder = 1;
}

// The operands of gradient sources: lists whose elements belong to the sources
// that have that part, as `source_parts` says (bits of SourcePart).
class Emb_Sources {
  dag operands = (ins
    Arg<Variadic<Emb_Indices>, "row numbers of each source">:$indices,
    Arg<Variadic<Emb_Floats>, "gradient of each source">:$gradients,
    Arg<Variadic<Emb_Indices>, "maps of the sources that have one">:$maps,
    Arg<Variadic<Emb_Floats>, "scales of the sources that have one">:$scales,
    Arg<Variadic<Emb_Indices>, "winners of the sources that have them">:$winners
  );
  dag attributes = (ins
    DenseI32ArrayAttr:$source_parts,
    DenseI64ArrayAttr:$source_paddings
  );
}

#endif // EMB_DIALECT_EMB_IR_EMBOPBASE_TD
