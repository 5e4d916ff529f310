//===- ProfileABI.h - Times that compiled code takes ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Plain C, an addition to RuntimeABI.h: only code that was compiled to be
// profiled calls it, and only the program that made the context reads it.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_RUNTIME_PROFILEABI_H
#define EMB_RUNTIME_PROFILEABI_H

#include "emb/Runtime/RuntimeABI.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A region of a function, run once.
typedef struct EmbProfileEvent {
  uint64_t start;    ///< embProfileClock when it began
  uint64_t duration; ///< nanoseconds
  int64_t bytes;     ///< read and written
  int32_t region;    ///< its number in the function
  int32_t reserved;
} EmbProfileEvent;

/// Nanoseconds since some moment of the past; never goes back.
uint64_t embProfileClock(void);

/// Begins and ends a region, for compiled code. Regions may nest. Memory for
/// the events stays with the context: a call that makes no more of them than
/// one before does not allocate. Where there is none left, or after a million
/// events of one call, events are only counted.
void embProfileBegin(EmbContext *context, int32_t region);
void embProfileEnd(EmbContext *context, int32_t region, int64_t bytes);

/// The regions that the last call has finished, in the order in which they
/// began; valid until the next one begins. `*count` receives their number,
/// `*dropped` (if not null) how many are missing.
const EmbProfileEvent *embContextProfile(const EmbContext *context,
                                         uint64_t *count, uint64_t *dropped);

#ifdef __cplusplus
} // extern "C"
#endif

#endif // EMB_RUNTIME_PROFILEABI_H
