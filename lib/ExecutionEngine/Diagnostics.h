//===- Diagnostics.h - Diagnostics as text ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_EXECUTIONENGINE_DIAGNOSTICS_H
#define EMB_LIB_EXECUTIONENGINE_DIAGNOSTICS_H

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace mlir::emb {

/// Keeps all diagnostics of a context, instead of having them printed, as long
/// as it lives.
class DiagnosticCollector {
public:
  explicit DiagnosticCollector(MLIRContext *context);

  /// The errors, one "file:line:col: error: ..." a line with their notes, as an
  /// error; `otherwise` if there are none.
  llvm::Error takeError(const llvm::Twine &otherwise);
  /// Warnings and remarks.
  std::vector<std::string> takeOthers() { return std::move(others); }

private:
  void add(Diagnostic &diagnostic);

  ScopedDiagnosticHandler handler;
  std::string errors;
  std::vector<std::string> others;
};

} // namespace mlir::emb

#endif // EMB_LIB_EXECUTIONENGINE_DIAGNOSTICS_H
