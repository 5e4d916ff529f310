//===- EmbDialect.td - The emb dialect ---------------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIALECT_EMB_IR_EMBDIALECT_TD
#define EMB_DIALECT_EMB_IR_EMBDIALECT_TD

include "mlir/IR/OpBase.td"

def Emb_Dialect : Dialect {
  let name = "emb";
  let cppNamespace = "::mlir::emb";
  let summary = "Lookups in embedding tables, their pooling and their updates";
  let description = [{
    The `emb` dialect describes models whose weight is in embedding tables. A
    *table* is a rank-2 value of N rows (static or dynamic) and D columns
    (static); *indices* are an `i32` or `i64` value of any rank whose elements
    are row numbers, `0 <= i < N`. Negative indices do not wrap.

    Every operation has a form on tensors and a form on memrefs. On tensors
    tables are values: an operation that changes rows takes the old table as
    its destination (`into`, or the parenthesised list of `emb.update`) and
    returns the new one. Bufferization turns that into a write in place; on
    memrefs such an operation has no result.

    Dense work (linear layers, losses) is upstream `linalg`, `arith`, `math`
    and `tensor`.

    Low-precision arithmetic: the *compute type* of an element type is `f32`
    for `f16`, `bf16` and `f32`, and `f64` for `f64`. Sums are accumulated in
    the compute type and rounded once to the element type.

    Unless `emb.check_indices` guards it, an index out of range is undefined
    behaviour; `emb-insert-checks` adds the guards.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
  let hasConstantMaterializer = 1;
  let useDefaultAttributePrinterParser = 1;
  let hasRegionArgAttrVerify = 1;
  let extraClassDeclaration = [{
    void registerAttributes();
  }];
}

class Emb_Op<string mnemonic, list<Trait> traits = []>
    : Op<Emb_Dialect, mnemonic, traits>;

#endif // EMB_DIALECT_EMB_IR_EMBDIALECT_TD
