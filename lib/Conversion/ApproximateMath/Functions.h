//===- Functions.h - f32 functions as arithmetic ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_APPROXIMATEMATH_FUNCTIONS_H
#define EMB_LIB_CONVERSION_APPROXIMATEMATH_FUNCTIONS_H

#include "Lanes.h"

namespace mlir::emb {

/// True for an operation that emb-approximate-math replaces.
bool isApproximated(Operation *op);

// Each builds the operations that compute the function of x; how exact they are
// is said at emb-approximate-math.

Lanes buildExp(Lanes x);
Lanes buildExp2(Lanes x);
Lanes buildExpM1(Lanes x);
Lanes buildTanh(Lanes x);
Lanes buildErf(Lanes x);

Lanes buildLog(Lanes x);
Lanes buildLog2(Lanes x);
Lanes buildLog10(Lanes x);
Lanes buildLog1p(Lanes x);

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_APPROXIMATEMATH_FUNCTIONS_H
