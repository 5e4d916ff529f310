//===- EmbOps.td - Operations of the emb dialect -----------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIALECT_EMB_IR_EMBOPS_TD
#define EMB_DIALECT_EMB_IR_EMBOPS_TD

include "emb/Dialect/Emb/IR/EmbReadOps.td"
include "emb/Dialect/Emb/IR/EmbTrainingOps.td"
include "emb/Dialect/Emb/IR/EmbWriteOps.td"
include "emb/Dialect/Emb/IR/EmbCheckOps.td"
include "emb/Dialect/Emb/IR/EmbProfileOps.td"

#endif // EMB_DIALECT_EMB_IR_EMBOPS_TD
