//===- EmbCheckOps.td - Checks of what the run decides -----*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIALECT_EMB_IR_EMBCHECKOPS_TD
#define EMB_DIALECT_EMB_IR_EMBCHECKOPS_TD

include "emb/Dialect/Emb/IR/EmbOpBase.td"

def Emb_CheckIndicesOp : Emb_Op<"check_indices", Emb_Common> {
  let summary = "Indices, known to be in range";
  let description = [{
    Returns `indices`, the same buffer, if `0 <= i < bound` holds for each of
    them. Otherwise the function fails with the status *invalid index* and a
    message that gives `label`, the first position, its value and the bound,
    and nothing has been written.

    Readers use the result, so order, merging and folding are plain data flow.
    The operation is not speculatable. `emb-hoist-checks` moves it before the
    first write to an argument.

    Example:

    ```mlir
    %j = emb.check_indices %i, %n label "emb.gather: indices" : tensor<3xi64>
    ```
  }];
  let arguments = (ins
    Arg<Emb_Indices, "any rank">:$indices, // check_indices_c1
    Arg<Index, "how many rows there are">:$bound,
    StrAttr:$label
  );
  let results = (outs Optional<RankedTensorOf<[I32, I64]>>:$result);
  let assemblyFormat = [{
    $indices `,` $bound `label` $label attr-dict `:` type($indices)
  }];
  let hasFolder = 1;
  let hasCanonicalizeMethod = 1;
}

def Emb_CheckOffsetsOp : Emb_Op<"check_offsets", Emb_Common> {
  let summary = "Offsets, known to describe bags";
  let description = [{
    Returns `offsets`, the same buffer, if they describe bags over `size`
    indices as `emb.bag` reads them: the first is 0, none is smaller than the
    one before, and the last is at most `size`; with `include_last_offset`
    there is at least one offset and the last is equal to `size`. No offsets at
    all are allowed only if `size` is 0. Otherwise the function fails with the
    status *invalid offsets*, and nothing has been written.

    Example:

    ```mlir
    %p = emb.check_offsets %o, %n label "emb.bag: offsets" : tensor<2xi64>
    ```
  }];
  let arguments = (ins
    Arg<Emb_Indices, "where the bags begin, rank 1">:$offsets,
    Arg<Index, "how many indices there are">:$size,
    StrAttr:$label,
    UnitAttr:$include_last_offset
  );
  let results = (outs Optional<RankedTensorOf<[I32, I64]>>:$result);
  let assemblyFormat = [{
    $offsets `,` $size `label` $label attr-dict `:` type($offsets)
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizeMethod = 1;
}

def Emb_CheckEqualOp : Emb_Op<"check_equal", [
    MemoryEffects<[MemWrite<Emb_StatusResource>]>]> {
  let summary = "Two extents, known to be equal";
  let description = [{
    Fails the function with the status *invalid shape* and a message that gives
    `label` and both values unless `found` equals `expected`; nothing has been
    written then.

    Example:

    ```mlir
    emb.check_equal %m, %n label "emb.update: rows of the gradient"
    ```
  }];
  let arguments = (ins Index:$found, Index:$expected, StrAttr:$label);
  let assemblyFormat = "$found `,` $expected `label` $label attr-dict";
  let hasCanonicalizeMethod = 1;
}

#endif // EMB_DIALECT_EMB_IR_EMBCHECKOPS_TD
