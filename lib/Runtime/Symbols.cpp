//===- Symbols.cpp - Names and addresses of the runtime -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FloatConversions.h"
#include "emb/Runtime/ProfileABI.h"
#include "emb/Runtime/RuntimeABI.h"
#include "emb/Runtime/RuntimeSymbols.h"

#include <cstring>

namespace {

template <typename Function> const void *addressOf(Function *function) {
  return reinterpret_cast<const void *>(function);
}

} // namespace

const EmbSymbol *embRuntimeSymbols(size_t *count) {
  static const EmbSymbol symbols[] = {
      {"embAlloc", addressOf(embAlloc)},
      {"embCheckContext", addressOf(embCheckContext)},
      {"embCheckEqual", addressOf(embCheckEqual)},
      {"embCheckIndices", addressOf(embCheckIndices)},
      {"embCheckOffsets", addressOf(embCheckOffsets)},
      {"embFail", addressOf(embFail)},
      {"embGroup", addressOf(embGroup)},
      {"embProfileBegin", addressOf(embProfileBegin)},
      {"embProfileEnd", addressOf(embProfileEnd)},
      {"__extendbfsf2", addressOf(embExtendBF16F32)},
      {"__extendhfdf2", addressOf(embExtendF16F64)},
      {"__extendhfsf2", addressOf(embExtendF16F32)},
      {"__truncdfbf2", addressOf(embTruncF64BF16)},
      {"__truncdfhf2", addressOf(embTruncF64F16)},
      {"__truncsfbf2", addressOf(embTruncF32BF16)},
      {"__truncsfhf2", addressOf(embTruncF32F16)},
  };
  *count = sizeof(symbols) / sizeof(symbols[0]);
  return symbols;
}
