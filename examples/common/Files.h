//===- Files.h - Data files of the examples ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXAMPLES_COMMON_FILES_H
#define EMB_EXAMPLES_COMMON_FILES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

#include <string>

namespace examples {

llvm::Error makeError(const llvm::Twine &message);

/// The contents of a file, which may be compressed with gzip.
llvm::Expected<std::string> readGzip(const std::string &path);

/// Calls `handle` with the fields of each line, which tabs separate. The last
/// of `numFields` takes the rest of the line. Fails for a line with fewer
/// fields, and where `handle` does; the error names the line. The fields refer
/// to `contents`.
llvm::Error forEachLine(
    llvm::StringRef contents, unsigned numFields,
    llvm::function_ref<llvm::Error(llvm::ArrayRef<llvm::StringRef>)> handle);

} // namespace examples

#endif // EMB_EXAMPLES_COMMON_FILES_H
