//===- Emb.h - The emb dialect ----------------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The only header that users of the dialect include.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIALECT_EMB_IR_EMB_H
#define EMB_DIALECT_EMB_IR_EMB_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "emb/Dialect/Emb/IR/EmbDialect.h.inc"
#include "emb/Dialect/Emb/IR/EmbEnums.h.inc"

namespace mlir::emb {
class Gradients;
} // namespace mlir::emb

#include "emb/Dialect/Emb/IR/EmbInterfaces.h.inc"

#define GET_ATTRDEF_CLASSES
#include "emb/Dialect/Emb/IR/EmbAttributes.h.inc"

namespace mlir::emb {

/// The type in which arithmetic on elements of `elementType` is done: f64 for
/// f64, f32 for f32, f16 and bf16.
FloatType getComputeType(Type elementType);

/// The normalised form of `paddingIdx` for a table of `numRows` rows (a
/// static extent or ShapedType::kDynamic): negative values count from the end.
/// Returns failure where the result is not a row of a table of known size.
FailureOr<int64_t> normalizePaddingIdx(int64_t paddingIdx, int64_t numRows);

/// The argument attribute that names an argument of a function: a string.
inline constexpr StringLiteral kArgumentNameAttr = "emb.name";

/// The argument attribute of a tensor or memref that the function updates in
/// place: a unit attribute.
inline constexpr StringLiteral kWrittenAttr = "emb.written";

/// The argument attribute of a tensor whose innermost stride callers choose
/// too, such as a transposed table: a unit attribute. Without it that stride
/// is 1.
inline constexpr StringLiteral kStridedAttr = "emb.strided";

/// The attribute of a private function without a body whose body is a layer or
/// a loss: `emb.layer = #emb.linear`.
inline constexpr StringLiteral kLayerAttr = "emb.layer";

/// Whether `attribute` is an optimizer: `#emb.sgd` and so on, or a symbol, which
/// must be that of an emb.optimizer.
bool isOptimizer(Attribute attribute);

/// The number of the argument of `function` with the name `name` (`emb.name`),
/// or none.
std::optional<unsigned> findArgument(FunctionOpInterface function,
                                     StringRef name);

/// Where `value` comes from, for messages: " (argument 1 'ids')" where it is a
/// function argument seen through checks, casts and slices; otherwise empty.
std::string describeOrigin(Value value);

/// Whether `map` is a 2-D tensor that holds in each place the number of its row,
/// computed by a `linalg.generic`: the bag of each of 2-D indices.
bool isRowNumber(Value map);

/// The parts that a gradient source may have besides indices and gradient.
enum class SourcePart : int32_t {
  Map = 1,
  Scale = 2,
  Winners = 4,
  Padding = 8
};

/// One gradient source of an emb.update or emb.coalesce: occurrence k of
/// `indices` contributes `scale[k] * gradient[map[k], :]` to row indices[k].
/// Values are null where not given.
struct GradientSource {
  Value indices, gradient, map, scale, winners;
  std::optional<int64_t> padding;
};

/// The resource that a failed check writes: keeps checks on memrefs in order
/// and alive.
struct StatusResource : public SideEffects::Resource::Base<StatusResource> {
  StringRef getName() final { return "EmbStatus"; }
};

} // namespace mlir::emb

#define GET_OP_CLASSES
#include "emb/Dialect/Emb/IR/EmbOps.h.inc"

#endif // EMB_DIALECT_EMB_IR_EMB_H
