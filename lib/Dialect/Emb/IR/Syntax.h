//===- Syntax.h - Custom directives of the assembly formats -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_DIALECT_EMB_IR_SYNTAX_H
#define EMB_LIB_DIALECT_EMB_IR_SYNTAX_H

#include "emb/Dialect/Emb/IR/Emb.h"

namespace mlir::emb {

using OperandList = SmallVectorImpl<OpAsmParser::UnresolvedOperand>;
using TypeList = SmallVectorImpl<Type>;

/// sources ::= `sources` `[` (source (`,` source)*)? `]`
/// source  ::= operand `:` type `->` operand `:` type
///             (`map` operand `:` type)? (`scale` operand `:` type)?
///             (`winners` operand `:` type)? (`padding` integer)?
ParseResult parseSources(OpAsmParser &parser, OperandList &indices,
                         TypeList &indexTypes, OperandList &gradients,
                         TypeList &gradientTypes, OperandList &maps,
                         TypeList &mapTypes, OperandList &scales,
                         TypeList &scaleTypes, OperandList &winners,
                         TypeList &winnerTypes, DenseI32ArrayAttr &parts,
                         DenseI64ArrayAttr &paddings);

void printSources(OpAsmPrinter &printer, Operation *op, OperandRange indices,
                  TypeRange indexTypes, OperandRange gradients,
                  TypeRange gradientTypes, OperandRange maps,
                  TypeRange mapTypes, OperandRange scales, TypeRange scaleTypes,
                  OperandRange winners, TypeRange winnerTypes,
                  DenseI32ArrayAttr parts, DenseI64ArrayAttr paddings);

/// parameter (`,` parameter)*
/// parameter ::= string `=` optimizer (`lr` string)? `dense`?
ParseResult parseParameters(OpAsmParser &parser, ArrayAttr &parameters);
void printParameters(OpAsmPrinter &printer, Operation *op,
                     ArrayAttr parameters);

/// state (`,` state)*
/// state ::= string `per_row`? `=` number
ParseResult parseStates(OpAsmParser &parser, ArrayAttr &states);
void printStates(OpAsmPrinter &printer, Operation *op, ArrayAttr states);

/// string (`,` string)*
ParseResult parseNames(OpAsmParser &parser, ArrayAttr &names);
void printNames(OpAsmPrinter &printer, Operation *op, ArrayAttr names);

} // namespace mlir::emb

#endif // EMB_LIB_DIALECT_EMB_IR_SYNTAX_H
