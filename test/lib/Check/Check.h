//===- Check.h - The test-only dialect check --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_LIB_CHECK_CHECK_H
#define EMB_TEST_LIB_CHECK_CHECK_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributeInterfaces.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"

#include "CheckDialect.h.inc"

#define GET_OP_CLASSES
#include "CheckOps.h.inc"

#endif // EMB_TEST_LIB_CHECK_CHECK_H
