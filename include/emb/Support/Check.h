//===- Check.h - Invariants, evaluated in the asan preset -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// EMB_CHECK(condition, "what holds") states an invariant of our own code: what
// is true unless emb itself is wrong. With EMB_ENABLE_CHECKS defined it is
// evaluated, and a violation ends the process with a message; otherwise it is
// not evaluated and leaves no code. `assert` would need a build without NDEBUG,
// on which the layout of some classes of MLIR depends.
//
// What a caller, a file or a module can get wrong is never an invariant: that
// is a status, an llvm::Error or a diagnostic.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_SUPPORT_CHECK_H
#define EMB_SUPPORT_CHECK_H

#include <cstdio>
#include <cstdlib>

namespace mlir::emb::detail {

[[noreturn]] inline void failCheck(const char *file, int line,
                                   const char *condition, const char *what) {
  std::fprintf(stderr, "%s:%d: emb is wrong: expected that %s: %s\n", file,
               line, what, condition);
  std::abort();
}

} // namespace mlir::emb::detail

#ifdef EMB_ENABLE_CHECKS
#define EMB_CHECK(condition, what)                                             \
  ((condition)                                                                 \
       ? static_cast<void>(0)                                                  \
       : ::mlir::emb::detail::failCheck(__FILE__, __LINE__, #condition, what))
#else
#define EMB_CHECK(condition, what)                                             \
  static_cast<void>(sizeof(static_cast<bool>(condition)))
#endif

#endif // EMB_SUPPORT_CHECK_H
