//===- Context.h - The private part of a context ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_RUNTIME_CONTEXT_H
#define EMB_LIB_RUNTIME_CONTEXT_H

#include "Arena.h"
#include "Profile.h"

namespace mlir::emb::runtime {

struct Context : EmbContext {
  Context() : EmbContext{EMB_CONTEXT_MAGIC, EMB_ABI_VERSION, 1, 0} {}

  /// Sets the message, printf style (cut at the size of the buffer), and
  /// returns `status`.
  __attribute__((format(printf, 3, 4))) int32_t fail(EmbStatus status,
                                                     const char *format, ...);

  /// arena.allocate, with a message if it fails.
  void *allocate(uint64_t bytes);

  Arena arena;
  Profile profile;
  char message[1024] = "";
};

/// The context behind the pointer, or null if it is not one of this runtime.
inline Context *getContext(EmbContext *context) {
  if (!context || context->magic != EMB_CONTEXT_MAGIC ||
      context->abiVersion != EMB_ABI_VERSION)
    return nullptr;
  return static_cast<Context *>(context);
}
inline const Context *getContext(const EmbContext *context) {
  return getContext(const_cast<EmbContext *>(context));
}

} // namespace mlir::emb::runtime

#endif // EMB_LIB_RUNTIME_CONTEXT_H
