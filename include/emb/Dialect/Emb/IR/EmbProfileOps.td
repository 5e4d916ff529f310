//===- EmbProfileOps.td - Timed regions --------------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIALECT_EMB_IR_EMBPROFILEOPS_TD
#define EMB_DIALECT_EMB_IR_EMBPROFILEOPS_TD

include "emb/Dialect/Emb/IR/EmbOpBase.td"

class Emb_ProfileOp<string mnemonic>
    : Emb_Op<mnemonic, [MemoryEffects<[MemWrite<Emb_StatusResource>]>]>;

def Emb_ProfileBeginOp : Emb_ProfileOp<"profile_begin"> {
  let summary = "Start the clock of a region";
  let description = [{
    From here to the next `emb.profile_end` of the same number the time counts
    for region `region` of the function, whose attribute `emb.regions` names
    all of them. Regions may nest. `emb-instrument` makes these operations;
    programs without them have no trace of profiling.

    Example:

    ```mlir
    emb.profile_begin 3
    ```
  }];
  let arguments = (ins
    ConfinedAttr<I32Attr, [IntNonNegative]>:$region); // profile_begin_c1
  let assemblyFormat = "$region attr-dict";
}

def Emb_ProfileEndOp : Emb_ProfileOp<"profile_end"> {
  let summary = "Stop the clock of a region";
  let description = [{
    Ends the region that the last `emb.profile_begin` of this number has begun.
    `bytes` is how much the region has read and written.

    Example:

    ```mlir
    emb.profile_end 3 bytes %b
    ```
  }];
  let arguments = (ins
    ConfinedAttr<I32Attr, [IntNonNegative]>:$region, // profile_end_c1
    Index:$bytes);
  let assemblyFormat = "$region `bytes` $bytes attr-dict";
}

#endif // EMB_DIALECT_EMB_IR_EMBPROFILEOPS_TD
