//===- Compare.h - Compare outputs with what they should be -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_CONFORMANCE_COMPARE_H
#define EMB_LIB_TOOLS_CONFORMANCE_COMPARE_H

#include "Case.h"

namespace mlir::emb::conformance {

/// Compares as `output` says, which is not Info. Returns "" if all elements
/// pass, else the worst one: where it is, what was found and expected.
std::string compare(const OutputInfo &output, const TensorRef &got,
                    const Tensor &want);

} // namespace mlir::emb::conformance

#endif // EMB_LIB_TOOLS_CONFORMANCE_COMPARE_H
