//===- Diagnostics.cpp - Diagnostics as text ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Diagnostics.h"

#include "emb/ExecutionEngine/Error.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::emb;

/// "file:line:col: " of the first place in the source that `location` names;
/// a module without text of its own has no line.
static void printPlace(llvm::raw_ostream &os, Location location) {
  if (auto place = location->findInstanceOf<FileLineColLoc>()) {
    os << place.getFilename().getValue();
    if (place.getLine() > 0)
      os << ':' << place.getLine() << ':' << place.getColumn();
    os << ": ";
  } else if (!isa<UnknownLoc>(location)) {
    os << location << ": ";
  }
}

static StringRef getSeverityName(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Note:
    return "note: ";
  case DiagnosticSeverity::Warning:
    return "warning: ";
  case DiagnosticSeverity::Error:
    return "error: ";
  case DiagnosticSeverity::Remark:
    return "remark: ";
  }
  llvm_unreachable("all severities are listed");
}

static void printDiagnostic(llvm::raw_ostream &os, Diagnostic &diagnostic) {
  printPlace(os, diagnostic.getLocation());
  os << getSeverityName(diagnostic.getSeverity()) << diagnostic;
  for (Diagnostic &note : diagnostic.getNotes()) {
    os << '\n';
    printDiagnostic(os, note);
  }
}

DiagnosticCollector::DiagnosticCollector(MLIRContext *context)
    : handler(context, [this](Diagnostic &diagnostic) { add(diagnostic); }) {}

void DiagnosticCollector::add(Diagnostic &diagnostic) {
  std::string text;
  llvm::raw_string_ostream os(text);
  printDiagnostic(os, diagnostic);
  if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
    errors += (errors.empty() ? "" : "\n") + text;
  else
    others.push_back(std::move(text));
}

llvm::Error DiagnosticCollector::takeError(const llvm::Twine &otherwise) {
  if (errors.empty())
    return makeError(EMB_COMPILE_ERROR, otherwise);
  return makeError(EMB_COMPILE_ERROR, std::move(errors));
}
