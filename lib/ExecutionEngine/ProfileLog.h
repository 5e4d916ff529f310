//===- ProfileLog.h - The events of all calls -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_EXECUTIONENGINE_PROFILELOG_H
#define EMB_LIB_EXECUTIONENGINE_PROFILELOG_H

#include "emb/ExecutionEngine/Profile.h"
#include "emb/ExecutionEngine/Signature.h"
#include "emb/Runtime/ProfileABI.h"

#include <map>
#include <mutex>
#include <thread>

namespace mlir::emb::engine {

/// Collects what the calls of a module's functions took. For any thread.
class ProfileLog {
public:
  /// Takes down a call of `function` that ended just now and the events of its
  /// context. `code` is the function or its variant that has run; both must
  /// outlive the log.
  void add(const Signature &function, const Signature &code, uint64_t start,
           const EmbContext *context);

  /// Moves what was added of `function` out.
  Profile take(const Signature &function);

private:
  /// Events that are kept until they are taken.
  static constexpr size_t kMaxEvents = size_t(1) << 20;

  struct Call {
    const Signature *code;
    unsigned thread;
    uint64_t start, duration;
    size_t numEvents;
  };
  struct Calls {
    std::vector<Call> calls;
    std::vector<EmbProfileEvent> events;
    uint64_t dropped = 0;
  };

  std::mutex mutex;
  std::map<const Signature *, Calls> functions;
  std::map<std::thread::id, unsigned> threads;
};

} // namespace mlir::emb::engine

#endif // EMB_LIB_EXECUTIONENGINE_PROFILELOG_H
