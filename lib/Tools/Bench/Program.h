//===- Program.h - A case as a module ---------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_BENCH_PROGRAM_H
#define EMB_LIB_TOOLS_BENCH_PROGRAM_H

#include "Case.h"

namespace mlir::emb::bench {

/// The bound of a case of what = "renorm": below the norm of every row but the
/// narrowest ones.
inline constexpr double kMaxNorm = 0.5;

/// The module whose function `@run` does the case once. It takes
///
///   weight        tensor<?xDxT>
///   states        of a step: one or more, f32
///   indices       tensor<?x?xI>: bags of equal size; tensor<?xI> otherwise
///   offsets       of ragged bags, the end of the last one included
///   grad_output   of a step: tensor<?xDxf32>
///   lr, step      of a step: f64, i64
///
/// and returns the output (rows of a gather or bag, renormed table, rows,
/// bounds, positions and count of a group), then the updated table and states.
/// Rows and bags are no part of it, so cases that differ in these share a
/// compile.
std::string printProgram(const Case &config);

} // namespace mlir::emb::bench

#endif // EMB_LIB_TOOLS_BENCH_PROGRAM_H
