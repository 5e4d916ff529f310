//===- RuntimeSymbols.h - Names and addresses of the runtime --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_RUNTIME_RUNTIMESYMBOLS_H
#define EMB_RUNTIME_RUNTIMESYMBOLS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct EmbSymbol {
  const char *name;    ///< as compiled code refers to it
  const void *address; ///< of a function
} EmbSymbol;

/// The one table of what compiled code may call in the runtime: the services of
/// RuntimeABI.h and ProfileABI.h, and the conversions between f16, bf16, f32
/// and f64 that LLVM calls where the processor has no instruction for them (C
/// libraries do not have all of them). Static memory; `*count` receives its
/// length.
const EmbSymbol *embRuntimeSymbols(size_t *count);

#ifdef __cplusplus
} // extern "C"
#endif

#endif // EMB_RUNTIME_RUNTIMESYMBOLS_H
