//===- RuntimeABI.h - C interface between compiled code and its host ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Plain C. Everything here is either called by compiled code or by the program
// that calls compiled code; JIT and ahead-of-time objects use the same symbols.
//
// A compiled function is
//
//     int32_t NAME(EmbContext *context, void *const *arguments);
//
// `arguments` has one entry per argument followed by one entry per result.
//   * tensor argument: pointer to its descriptor (see EmbDescriptor0)
//   * scalar argument: pointer to the scalar (float, double, int32_t, int64_t,
//     a byte holding 0 or 1 for i1, int64_t for index)
//   * result: pointer to room for the descriptor or scalar, filled by the
//   callee
// It returns EMB_OK or another EmbStatus. If it fails it has written to none of
// its arguments, its results are undefined, and embContextMessage says why.
//
// A tensor result is memory of the context's arena (fresh: detach it to keep it
// beyond the next call), or memory of one of the arguments (an updated table),
// or constant data of the code. Nothing here throws, aborts or prints.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_RUNTIME_RUNTIMEABI_H
#define EMB_RUNTIME_RUNTIMEABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Changes whenever a struct, a symbol or a calling rule of this file changes.
#define EMB_ABI_VERSION 3u
/// First word of every living context ("EMBC").
#define EMB_CONTEXT_MAGIC 0x43424D45u
/// Alignment in bytes of every block the runtime hands out.
#define EMB_ALIGNMENT 64u
/// Blocks of at least this many bytes are aligned to it and asked to be backed
/// by huge pages.
#define EMB_HUGE_PAGE (2u << 20)

/// Status of a compiled function and of most functions below.
typedef enum EmbStatus {
  EMB_OK = 0,
  /// The caller broke a rule of the interface (wrong argument, null pointer).
  EMB_INVALID_ARGUMENT = 1,
  /// Not a context of this runtime, or of another version of it.
  EMB_ABI_MISMATCH = 2,
  /// Memory for a workspace or a result cannot be had.
  EMB_OUT_OF_MEMORY = 3,
  /// An index is not a row of its table.
  EMB_INVALID_INDEX = 4,
  /// The offsets of bags do not start at 0, decrease, or pass the indices.
  EMB_INVALID_OFFSETS = 5,
  /// Two sizes that must agree do not, or a size does not fit its type.
  EMB_INVALID_SHAPE = 6,
  /// A buffer is in use by another call, one of the two writes it.
  EMB_BUSY = 7,
  /// A file cannot be read, written or understood (host side only).
  EMB_IO_ERROR = 8,
  /// A module cannot be parsed or compiled (host side only).
  EMB_COMPILE_ERROR = 9
} EmbStatus;

/// The part of a context that compiled code may read. More, private, follows:
/// contexts are made by embContextCreate only.
typedef struct EmbContext {
  uint32_t magic;      ///< EMB_CONTEXT_MAGIC
  uint32_t abiVersion; ///< EMB_ABI_VERSION of the runtime that made it
  int32_t numThreads;  ///< threads that compiled code may use, >= 1
  int32_t reserved;
} EmbContext;

/// Descriptor of a rank-0 tensor. With rank R > 0, int64_t sizes[R] and
/// int64_t strides[R] (in elements) follow. Element [i, j, ...] lies at
/// aligned + (offset + i * strides[0] + j * strides[1] + ...) elements.
typedef struct EmbDescriptor0 {
  void *allocated;
  void *aligned;
  int64_t offset;
} EmbDescriptor0;

/// What embGroup writes as the position of an occurrence.
typedef enum EmbPositions {
  /// Its number.
  EMB_POSITIONS_OCCURRENCE = 0,
  /// Its leading subscript: the row of a source of rank 2 or more.
  EMB_POSITIONS_ROW = 1,
  /// The bag of a source of rank 1 that it lies in: bag b has the occurrences
  /// from offsets[b] up to offsets[b + 1], the last bag all that follow.
  EMB_POSITIONS_BAG = 2
} EmbPositions;

/// One index tensor given to embGroup.
typedef struct EmbIndexSource {
  const void *descriptor; ///< descriptor of rank `rank`, any strides
  int32_t rank;
  int32_t bits;    ///< 32 or 64: width of an (signed) index
  int64_t padding; ///< the index whose occurrences are left out; negative: none
  /// Descriptor of rank 1, any stride; with EMB_POSITIONS_BAG only. As
  /// embCheckOffsets wants them: from 0 on, ascending.
  const void *offsets;
  int32_t bags;        ///< EmbPositions; not 0 only where this is all sources
  int32_t offsetsBits; ///< 32 or 64: width of an offset
} EmbIndexSource;

/// Memory that is owned by whoever holds this struct; given back with
/// embBlockFree or embContextAdopt. Zero-initialised: no memory.
typedef struct EmbBlock {
  void *data;
  uint64_t capacity; ///< bytes that may be used from `data` on
  uint64_t mapped;   ///< 1 if it came from mmap, else 0
} EmbBlock;

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

/// Takes at least `bytes` bytes (0 counts as 1) from the system: 64-byte
/// aligned; 2 MiB aligned on huge pages (where the system has them) and zeroed
/// from 2 MiB on; small blocks are not initialised. Returns EMB_OK or
/// EMB_OUT_OF_MEMORY, which leaves `*block` empty.
int32_t embBlockAllocate(uint64_t bytes, EmbBlock *block);

/// Returns the memory to the system and empties `*block`. An empty one is fine.
void embBlockFree(EmbBlock *block);

//===----------------------------------------------------------------------===//
// Contexts (for the host)
//===----------------------------------------------------------------------===//

/// Makes a context with one thread and no memory limit. `abiVersion` is
/// EMB_ABI_VERSION as the caller was compiled with it. EMB_ABI_MISMATCH for
/// another version, EMB_OUT_OF_MEMORY; then `*context` is null.
/// A context serves one call at a time.
int32_t embContextCreate(uint32_t abiVersion, EmbContext **context);

/// Frees the context and its arena; detached blocks live on. Null is fine.
void embContextDestroy(EmbContext *context);

/// EMB_OK if `context` is a living context of ABI version `abiVersion`, else
/// EMB_ABI_MISMATCH. Compiled entry points call this first.
int32_t embCheckContext(const EmbContext *context, uint32_t abiVersion);

/// Sets the number of threads compiled code may use; EMB_INVALID_ARGUMENT if
/// not positive.
int32_t embContextSetNumThreads(EmbContext *context, int32_t numThreads);

/// Limits what the arena may hold, in bytes; 0 (the default) is no limit.
int32_t embContextSetMemoryLimit(EmbContext *context, uint64_t bytes);

/// Starts a call: clears the message and takes back all arena memory of the
/// call before, which becomes invalid unless it was detached. Memory that the
/// last calls did not use goes back to the system.
int32_t embContextBeginCall(EmbContext *context);

/// Why the last call failed; "" if it did not. Never null; valid until the next
/// function given this context.
const char *embContextMessage(const EmbContext *context);

/// Takes the arena block that contains `pointer` out of the arena; the caller
/// owns it from now on. EMB_INVALID_ARGUMENT (and an empty block) if `pointer`
/// is not in memory handed out since embContextBeginCall.
int32_t embContextDetach(EmbContext *context, const void *pointer,
                         EmbBlock *block);

/// Gives a block to the arena, for reuse, and empties `*block`.
int32_t embContextAdopt(EmbContext *context, EmbBlock *block);

/// How often the arena went to the system for memory since the context was
/// made: does not change over a call that finds all it needs in the arena.
uint64_t embContextSystemAllocations(const EmbContext *context);

/// Bytes the arena holds now, in use or kept for reuse.
uint64_t embContextBytesHeld(const EmbContext *context);

/// "ok", "invalid argument", "busy", ...; never null.
const char *embStatusName(int32_t status);

//===----------------------------------------------------------------------===//
// Services for compiled code
//
// Each checks the context; the ones that return a status return
// EMB_ABI_MISMATCH for a wrong one. `label` begins the message and names the
// operation and operand, e.g. "emb.gather: indices (argument 1 'ids')".
// `descriptor` is a descriptor of the given rank.
//===----------------------------------------------------------------------===//

/// `bytes` bytes of the arena, 64-byte aligned, not initialised, valid until
/// the call ends. Null if they cannot be had or `bytes` is absurd (over 2^47: a
/// negative or overflowed size); the message gives the bytes asked. 0 bytes
/// give a pointer that must not be read.
void *embAlloc(EmbContext *context, uint64_t bytes);

/// Checks 0 <= i < bound for every element i. EMB_INVALID_INDEX:
/// "<label>: index out of range: position [2] has value 1003, expected
/// 0 <= index < 1000" for the first one in row-major order.
int32_t embCheckIndices(EmbContext *context, const char *label,
                        int32_t indexBits, int64_t rank, const void *descriptor,
                        int64_t bound);

/// Checks offsets of bags (rank 1): the first is 0, none is smaller than the
/// one before, the last is at most `numIndices`. Without `includeLast` there
/// may be none only if there are no indices; with it there is at least one and
/// the last equals `numIndices`. EMB_INVALID_OFFSETS with position and values.
int32_t embCheckOffsets(EmbContext *context, const char *label,
                        int32_t indexBits, int64_t rank, const void *descriptor,
                        int64_t numIndices, int32_t includeLast);

/// EMB_INVALID_SHAPE "<label>: found 3, expected 4" unless they are equal.
int32_t embCheckEqual(EmbContext *context, const char *label, int64_t found,
                      int64_t expected);

/// Makes `message` the context's message and returns `status` (not EMB_OK):
/// how an assertion of the program itself fails.
int32_t embFail(EmbContext *context, int32_t status, const char *message);

/// Groups equal indices. The sources are read one after the other, each in
/// row-major order; occurrence k is the k-th index read, n their number. Those
/// that are the padding of their source are left out, but keep their numbers;
/// m are left.
///   rows[0 .. *count)       the distinct indices, ascending
///   bounds[0 .. *count]     rows[r]'s occurrences are positions[bounds[r] ..
///                           bounds[r + 1])
///   positions[0 .. m)       occurrence numbers, or what `bags` of the source
///                           says, in order of occurrence inside each row
/// The outputs are contiguous, of 32 or 64 bits per element as given, with room
/// for n, n + 1 and n elements. The same indices give the same bits, always.
/// EMB_INVALID_INDEX for a negative index, EMB_INVALID_SHAPE if an index or n
/// does not fit its output type, EMB_OUT_OF_MEMORY; then nothing was written.
int32_t embGroup(EmbContext *context, int32_t numSources,
                 const EmbIndexSource *sources, int32_t rowsBits, void *rows,
                 int32_t boundsBits, void *bounds, int32_t positionsBits,
                 void *positions, int64_t *count);

#ifdef __cplusplus
} // extern "C"
#endif

#endif // EMB_RUNTIME_RUNTIMEABI_H
