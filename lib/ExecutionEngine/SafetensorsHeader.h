//===- SafetensorsHeader.h - The header of safetensors files ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_EXECUTIONENGINE_SAFETENSORSHEADER_H
#define EMB_LIB_EXECUTIONENGINE_SAFETENSORSHEADER_H

#include "emb/ExecutionEngine/Safetensors.h"
#include "mlir/Support/LLVM.h"

namespace mlir::emb {

/// Longest header that is read or written: that of the reference
/// implementation.
inline constexpr uint64_t kMaxSafetensorsHeader = 100'000'000;

/// What a header says. Offsets of entries are those of the header: they count
/// from the end of it.
struct SafetensorsHeader {
  std::vector<SafetensorsEntry> entries;
  std::map<std::string, std::string> metadata;

  /// Reads the JSON text; `dataBytes` follow it. What is wrong, or "". Sorts
  /// the entries by their elements, which fill the data without overlap.
  std::string parse(StringRef text, uint64_t dataBytes);
  /// The JSON text.
  std::string str() const;
};

/// The format's name of an element type.
StringRef getSafetensorsType(DType dtype);

} // namespace mlir::emb

#endif // EMB_LIB_EXECUTIONENGINE_SAFETENSORSHEADER_H
