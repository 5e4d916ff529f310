//===- UpdateSyntax.h - Custom directive of emb.update ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_DIALECT_EMB_IR_UPDATESYNTAX_H
#define EMB_LIB_DIALECT_EMB_IR_UPDATESYNTAX_H

#include "emb/Dialect/Emb/IR/Emb.h"

namespace mlir::emb {

/// sources ::= `sources` `[` (source (`,` source)*)? `]`
/// source  ::= operand `:` type `->` operand `:` type
///             (`map` operand `:` type)? (`scale` operand `:` type)?
ParseResult
parseSources(OpAsmParser &parser,
             SmallVectorImpl<OpAsmParser::UnresolvedOperand> &indices,
             SmallVectorImpl<Type> &indexTypes,
             SmallVectorImpl<OpAsmParser::UnresolvedOperand> &gradients,
             SmallVectorImpl<Type> &gradientTypes,
             SmallVectorImpl<OpAsmParser::UnresolvedOperand> &maps,
             SmallVectorImpl<Type> &mapTypes,
             SmallVectorImpl<OpAsmParser::UnresolvedOperand> &scales,
             SmallVectorImpl<Type> &scaleTypes, DenseBoolArrayAttr &hasMap,
             DenseBoolArrayAttr &hasScale);

void printSources(OpAsmPrinter &printer, UpdateOp op, OperandRange indices,
                  TypeRange indexTypes, OperandRange gradients,
                  TypeRange gradientTypes, OperandRange maps,
                  TypeRange mapTypes, OperandRange scales, TypeRange scaleTypes,
                  DenseBoolArrayAttr hasMap, DenseBoolArrayAttr hasScale);

} // namespace mlir::emb

#endif // EMB_LIB_DIALECT_EMB_IR_UPDATESYNTAX_H
