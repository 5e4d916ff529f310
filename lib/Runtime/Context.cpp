//===- Context.cpp - Contexts and their memory ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Context.h"

#include <cinttypes>
#include <cstdarg>
#include <cstdio>
#include <new>

using namespace mlir::emb::runtime;

int32_t Context::fail(EmbStatus status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof(message), format, arguments);
  va_end(arguments);
  return status;
}

void *Context::allocate(uint64_t bytes) {
  if (bytes > uint64_t(1) << 47) {
    fail(EMB_OUT_OF_MEMORY,
         "a workspace of %" PRIu64 " bytes was asked for (%" PRId64
         " as a signed number): a size is negative or overflowed",
         bytes, static_cast<int64_t>(bytes));
    return nullptr;
  }
  if (void *data = arena.allocate(bytes))
    return data;
  if (arena.getLimit())
    fail(EMB_OUT_OF_MEMORY,
         "a workspace of %" PRIu64 " bytes cannot be allocated: the memory "
         "limit is %" PRIu64 " bytes, %" PRIu64 " are in use",
         bytes, arena.getLimit(), arena.getBytesInUse());
  else
    fail(EMB_OUT_OF_MEMORY,
         "a workspace of %" PRIu64 " bytes cannot be allocated: the system "
         "has no memory for it, %" PRIu64 " bytes are in use",
         bytes, arena.getBytesInUse());
  return nullptr;
}

int32_t embContextCreate(uint32_t abiVersion, EmbContext **context) {
  if (!context)
    return EMB_INVALID_ARGUMENT;
  *context = nullptr;
  if (abiVersion != EMB_ABI_VERSION)
    return EMB_ABI_MISMATCH;
  *context = new (std::nothrow) Context;
  return *context ? EMB_OK : EMB_OUT_OF_MEMORY;
}

void embContextDestroy(EmbContext *context) {
  Context *c = getContext(context);
  if (!c)
    return;
  c->magic = 0;
  delete c;
}

int32_t embCheckContext(const EmbContext *context, uint32_t abiVersion) {
  return getContext(context) && abiVersion == EMB_ABI_VERSION
             ? EMB_OK
             : EMB_ABI_MISMATCH;
}

int32_t embContextSetNumThreads(EmbContext *context, int32_t numThreads) {
  Context *c = getContext(context);
  if (!c)
    return EMB_ABI_MISMATCH;
  if (numThreads < 1)
    return c->fail(EMB_INVALID_ARGUMENT,
                   "number of threads: found %" PRId32 ", expected at least 1",
                   numThreads);
  c->numThreads = numThreads;
  return EMB_OK;
}

int32_t embContextSetMemoryLimit(EmbContext *context, uint64_t bytes) {
  Context *c = getContext(context);
  if (!c)
    return EMB_ABI_MISMATCH;
  c->arena.setLimit(bytes);
  return EMB_OK;
}

int32_t embContextBeginCall(EmbContext *context) {
  Context *c = getContext(context);
  if (!c)
    return EMB_ABI_MISMATCH;
  c->message[0] = 0;
  c->arena.beginCall();
  c->profile.beginCall();
  return EMB_OK;
}

const char *embContextMessage(const EmbContext *context) {
  const Context *c = getContext(context);
  return c ? c->message : "";
}

int32_t embContextDetach(EmbContext *context, const void *pointer,
                         EmbBlock *block) {
  *block = EmbBlock{nullptr, 0, 0};
  Context *c = getContext(context);
  if (!c)
    return EMB_ABI_MISMATCH;
  *block = c->arena.detach(pointer);
  return block->data ? EMB_OK : EMB_INVALID_ARGUMENT;
}

int32_t embContextAdopt(EmbContext *context, EmbBlock *block) {
  Context *c = getContext(context);
  if (!c)
    return EMB_ABI_MISMATCH;
  c->arena.adopt(*block);
  *block = EmbBlock{nullptr, 0, 0};
  return EMB_OK;
}

uint64_t embContextSystemAllocations(const EmbContext *context) {
  const Context *c = getContext(context);
  return c ? c->arena.getSystemAllocations() : 0;
}

uint64_t embContextBytesHeld(const EmbContext *context) {
  const Context *c = getContext(context);
  return c ? c->arena.getBytesHeld() : 0;
}

void *embAlloc(EmbContext *context, uint64_t bytes) {
  Context *c = getContext(context);
  return c ? c->allocate(bytes) : nullptr;
}

int32_t embFail(EmbContext *context, int32_t status, const char *message) {
  Context *c = getContext(context);
  if (!c)
    return EMB_ABI_MISMATCH;
  return c->fail(static_cast<EmbStatus>(status), "%s", message);
}

const char *embStatusName(int32_t status) {
  switch (status) {
  case EMB_OK:
    return "ok";
  case EMB_INVALID_ARGUMENT:
    return "invalid argument";
  case EMB_ABI_MISMATCH:
    return "context of another runtime or version";
  case EMB_OUT_OF_MEMORY:
    return "out of memory";
  case EMB_INVALID_INDEX:
    return "invalid index";
  case EMB_INVALID_OFFSETS:
    return "invalid offsets";
  case EMB_INVALID_SHAPE:
    return "invalid shape";
  case EMB_BUSY:
    return "busy";
  case EMB_IO_ERROR:
    return "input/output error";
  case EMB_COMPILE_ERROR:
    return "compile error";
  }
  return "unknown status";
}
