//===- ElementTypes.h - DTypes as MLIR types --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_CONFORMANCE_ELEMENTTYPES_H
#define EMB_LIB_TOOLS_CONFORMANCE_ELEMENTTYPES_H

#include "emb/ExecutionEngine/DType.h"
#include "mlir/IR/BuiltinTypes.h"

namespace mlir::emb::conformance {

inline Type getElementType(MLIRContext *context, DType dtype) {
  switch (dtype) {
  case DType::F16:
    return Float16Type::get(context);
  case DType::BF16:
    return BFloat16Type::get(context);
  case DType::F32:
    return Float32Type::get(context);
  case DType::F64:
    return Float64Type::get(context);
  case DType::I1:
    return IntegerType::get(context, 1);
  case DType::I8:
  case DType::I16:
  case DType::I32:
  case DType::I64:
    return IntegerType::get(context, 8 * getByteWidth(dtype));
  }
  llvm_unreachable("all element types are handled");
}

} // namespace mlir::emb::conformance

#endif // EMB_LIB_TOOLS_CONFORMANCE_ELEMENTTYPES_H
