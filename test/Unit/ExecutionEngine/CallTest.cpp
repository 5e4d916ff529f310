//===- CallTest.cpp - Calls of compiled functions -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions called here follow the calling convention of compiled code but
// have their bodies in this file, so that a test sees what arrives and decides
// what comes back.
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"

#include <atomic>
#include <cstring>
#include <thread>

using namespace mlir;
using namespace mlir::emb;
using namespace emb_test;

using Body = int32_t (*)(EmbContext *, void *const *);

/// A descriptor of rank 2 as compiled code sees it.
struct Matrix {
  float *allocated, *aligned;
  int64_t offset, sizes[2], strides[2];
  float *row(int64_t i) { return aligned + offset + i * strides[0]; }
};
struct Vector {
  int64_t *allocated, *aligned;
  int64_t offset, size, stride;
};

static CompiledFunction makeFunction(const std::string &arguments,
                                     const std::string &results, Body body,
                                     int threads = 1) {
  std::string text =
      "llvm.func @body(!llvm.ptr, !llvm.ptr) -> i32\n"
      "llvm.func @step(%c: !llvm.ptr, %a: !llvm.ptr) -> i32 attributes {"
      "emb.arguments = [" +
      arguments + "], emb.results = [" + results +
      "]} {\n"
      "  %r = llvm.call @body(%c, %a) : (!llvm.ptr, !llvm.ptr) -> i32\n"
      "  llvm.return %r : i32\n}";
  CompileOptions options;
  options.useCache = false;
  options.optLevel = 0;
  options.threads = threads;
  options.extension.symbols = {{"body", reinterpret_cast<void *>(body)}};
  auto program = compileString(text, options);
  EXPECT_TRUE(static_cast<bool>(program)) << toString(program.takeError());
  // The function keeps the program alive.
  return llvm::cantFail((*program)->lookup("step"));
}

/// Adds arguments 2 to every element of argument 0 and returns their sum and
/// the updated argument.
static int32_t addAndSum(EmbContext *, void *const *args) {
  auto *w = static_cast<Matrix *>(args[0]);
  auto *ids = static_cast<Vector *>(args[1]);
  float value = *static_cast<float *>(args[2]);
  float sum = 0;
  for (int64_t i = 0; i < w->sizes[0]; ++i)
    for (int64_t j = 0; j < w->sizes[1]; ++j)
      sum += w->row(i)[j] += value;
  std::memcpy(args[3], &sum, sizeof(sum));
  *static_cast<Matrix *>(args[4]) = *w;
  *static_cast<int64_t *>(args[5]) = ids->size;
  return EMB_OK;
}

static const char kStepArguments[] =
    "{type = tensor<?x4xf32>, name = \"weight\", written}, "
    "{type = tensor<?xi64>, name = \"ids\"}, {type = f32}";
static const char kStepResults[] =
    "{type = f32}, {type = tensor<?x4xf32>}, {type = i64}";

static CompiledFunction makeStep() {
  return makeFunction(kStepArguments, kStepResults, addAndSum);
}

TEST(Call, ScalarsAndTensorsArrive) {
  CompiledFunction step = makeStep();
  EXPECT_EQ(step.getSignature().str(),
            "step(weight: tensor<?x4xf32> written, ids: tensor<?xi64>, f32) -> "
            "(f32, tensor<?x4xf32>, i64)");
  ASSERT_OK(weight, Tensor::zeros(DType::F32, {3, 4}));
  ASSERT_OK(ids, Tensor::zeros(DType::I64, {5}));
  ASSERT_OK(results, step.call({weight, ids, 0.5f}));
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[0].getScalar().asDouble(), 6.0);
  EXPECT_EQ(results[2].getScalar().asInt(), 5);
  // The updated table is the caller's, not a copy.
  EXPECT_FALSE(results[1].isOwning());
  EXPECT_EQ(results[1].getTensor().data, weight.data());
  EXPECT_EQ(results[1].getTensor().shape, (Shape{3, 4}));
  EXPECT_FALSE(results[1].getTensor().readOnly);
  EXPECT_EQ(weight.elements<float>()[11], 0.5f);
}

TEST(Call, StridedViewsArrive) {
  CompiledFunction step = makeStep();
  ASSERT_OK(table, Tensor::zeros(DType::F32, {3, 10}));
  ASSERT_OK(ids, Tensor::zeros(DType::I64, {0}));
  float *data = table.elements<float>().data();
  // Columns 3 to 6 of a wider table.
  TensorRef columns(data + 3, DType::F32, {3, 4}, {10, 1});
  ASSERT_OK(results, step.call({columns, ids, 1.0f}));
  EXPECT_EQ(results[0].getScalar().asDouble(), 12);
  for (int64_t i = 0; i < 30; ++i)
    EXPECT_EQ(data[i], i % 10 >= 3 && i % 10 < 7 ? 1 : 0) << i;
  EXPECT_EQ(results[1].getTensor().strides, (Shape{10, 1}));
}

TEST(Call, TheInnermostStrideIsAlwaysOne) {
  auto body = [](EmbContext *, void *const *args) -> int32_t {
    auto *matrix = static_cast<Matrix *>(args[0]);
    auto *strides = static_cast<int64_t *>(args[1]);
    *strides = matrix->strides[0] * 100 + matrix->strides[1];
    return EMB_OK;
  };
  CompiledFunction f =
      makeFunction("{type = tensor<?x?xf32>}", "{type = i64}", body);
  float data[30] = {};
  // With one column the caller's stride of columns plays no role.
  ASSERT_OK(results, f.call({TensorRef(data, DType::F32, {3, 1}, {5, 7})}));
  EXPECT_EQ(results[0].getScalar().asInt(), 501);
}

TEST(Call, WrongArgumentsAreNamed) {
  CompiledFunction step = makeStep();
  ASSERT_OK(w, Tensor::zeros(DType::F32, {3, 4}));
  ASSERT_OK(ids, Tensor::zeros(DType::I64, {5}));
  ASSERT_OK(narrow, Tensor::zeros(DType::F32, {3, 5}));
  ASSERT_OK(cube, Tensor::zeros(DType::F32, {3, 4, 1}));
  ASSERT_OK(ids32, Tensor::zeros(DType::I32, {5}));
  auto refused = [&](ArrayRef<RuntimeValue> arguments, const char *part) {
    EXPECT_FAILS(step.call(arguments), EMB_INVALID_ARGUMENT, part);
    EXPECT_FAILS(step.bind(arguments), EMB_INVALID_ARGUMENT, part);
  };
  refused({w, ids}, "step: found 2 arguments, expected 3: step(weight: ");
  refused({w, ids, 1.0f, 2.0f}, "found 4 arguments, expected 3");
  refused({narrow, ids, 1.0f}, "step: argument 0 'weight': found "
                               "tensor<3x5xf32>, expected tensor<?x4xf32>");
  refused({cube, ids, 1.0f}, "found tensor<3x4x1xf32>, expected");
  refused({w, ids32, 1.0f}, "argument 1 'ids': found tensor<5xi32>, expected "
                            "tensor<?xi64>");
  refused({w, 1.0f, 1.0f}, "argument 1 'ids': found a scalar of type f32, "
                           "expected tensor<?xi64>");
  refused({w, ids, 1.0}, "argument 2: found a scalar of type f64, expected a "
                         "scalar of type f32");
  refused({w, ids, ids}, "argument 2: found tensor<5xi64>, expected a scalar "
                         "of type f32");
  float *data = w.elements<float>().data();
  refused({TensorRef(data, DType::F32, {1, 4}, {4, 2}), ids, 1.0f},
          "argument 0 'weight': found stride 2 in the last dimension, and code "
          "for another stride than 1 cannot be compiled: the module was given "
          "in the LLVM dialect, in which strides are fixed");
  refused({TensorRef(data + 4, DType::F32, {2, 4}, {-4, 1}), ids, 1.0f},
          "argument 0 'weight': found stride -4 in dimension 0, expected 0 or "
          "more");
  refused({TensorRef(data, DType::F32, {1, 4}, {1}), ids, 1.0f},
          "found 1 strides, expected 2");
  refused({TensorRef(nullptr, DType::F32, {1, 4}), ids, 1.0f},
          "has no memory, expected 4 elements");
  refused({TensorRef(reinterpret_cast<char *>(data) + 2, DType::F32, {1, 4}),
           ids, 1.0f},
          "its memory is not aligned to an element of 4 bytes");
  refused({TensorRef(data, DType::F32, {-1, 4}), ids, 1.0f},
          "found tensor<-1x4xf32>, expected");
  refused({static_cast<const Tensor &>(w), ids, 1.0f},
          "argument 0 'weight': is read-only, but the function writes it");
  refused({TensorRef(data, DType::F32, {3, 4}, {0, 1}), ids, 1.0f},
          "some of its elements share their memory");
  refused({TensorRef(data, DType::F32, {3, 4}, {3, 1}), ids, 1.0f},
          "some of its elements share their memory");
  // Nothing was run on the way.
  for (float element : w.elements<float>())
    EXPECT_EQ(element, 0);
  // No elements, nothing to complain about.
  ASSERT_OK(none, step.call({TensorRef(nullptr, DType::F32, {0, 4}),
                             TensorRef(nullptr, DType::I64, {0}), 1.0f}));
  EXPECT_EQ(none[1].getTensor().shape, (Shape{0, 4}));
}

TEST(Call, OverlapWithAWrittenArgumentIsRefused) {
  auto nothing = [](EmbContext *, void *const *) -> int32_t { return EMB_OK; };
  CompiledFunction f = makeFunction(
      "{type = tensor<?xf32>, name = \"read\"}, {type = tensor<?xf32>, name = "
      "\"out\", written}, {type = tensor<?xf32>}",
      "", nothing);
  float data[100] = {};
  auto part = [&](int64_t from, int64_t size) {
    return TensorRef(data + from, DType::F32, {size});
  };
  EXPECT_EQ(textOf(f.call({part(0, 50), part(50, 50), part(0, 50)})),
            "<success>");
  EXPECT_FAILS(f.call({part(0, 51), part(50, 50), part(0, 50)}),
               EMB_INVALID_ARGUMENT,
               "step: argument 1 'out': the function writes it, but it shares "
               "memory with argument 0 'read'");
  EXPECT_FAILS(f.call({part(0, 50), part(50, 50), part(99, 1)}),
               EMB_INVALID_ARGUMENT, "shares memory with argument 2");
  EXPECT_FAILS(f.call({part(50, 50), part(50, 50), part(0, 1)}),
               EMB_INVALID_ARGUMENT, "shares memory with argument 0 'read'");
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

static float constantData[4] = {1, 2, 3, 4};

/// Fresh, fresh with gaps, two of one block, constant, part of argument 0.
static int32_t giveAllKinds(EmbContext *context, void *const *args) {
  auto *w = static_cast<Matrix *>(args[0]);
  auto *result = reinterpret_cast<Matrix *const *>(args + 1);
  auto *fresh = static_cast<float *>(embAlloc(context, 12 * 4));
  auto *gaps = static_cast<float *>(embAlloc(context, 100 * 4));
  auto *shared = static_cast<float *>(embAlloc(context, 8 * 4));
  if (!fresh || !gaps || !shared)
    return EMB_OUT_OF_MEMORY;
  for (int i = 0; i < 12; ++i)
    fresh[i] = i;
  for (int i = 0; i < 100; ++i)
    gaps[i] = i;
  for (int i = 0; i < 8; ++i)
    shared[i] = i;
  *result[0] = {fresh, fresh, 0, {3, 4}, {4, 1}};
  *result[1] = {gaps, gaps, 1, {3, 4}, {10, 1}};
  *result[2] = {shared, shared, 0, {1, 4}, {4, 1}};
  *result[3] = {shared, shared, 4, {1, 4}, {4, 1}};
  *result[4] = {nullptr, constantData, 0, {1, 4}, {4, 1}};
  *result[5] = {w->allocated,
                w->aligned,
                w->offset + w->strides[0],
                {1, 4},
                {w->strides[0], 1}};
  *result[6] = {fresh, fresh, 0, {0, 4}, {4, 1}};
  return EMB_OK;
}

static CompiledFunction makeAllKinds() {
  std::string results;
  for (int i = 0; i < 7; ++i)
    results += (i ? ", " : "") + std::string("{type = tensor<?x4xf32>}");
  return makeFunction("{type = tensor<?x4xf32>}", results, giveAllKinds);
}

TEST(Results, OwnTheirMemoryOrAreViewsOfArguments) {
  SmallVector<RuntimeValue, 4> results;
  ASSERT_OK(weight, Tensor::zeros(DType::F32, {2, 4}));
  {
    CompiledFunction f = makeAllKinds();
    ASSERT_OK(found, f.call({weight}));
    results = std::move(found);
    // A second call must not touch what the first one gave.
    ASSERT_OK(again, f.call({weight}));
    (void)again;
  }
  // Nor may the end of the program.
  ASSERT_EQ(results.size(), 7u);
  auto elements = [&](int i) {
    TensorRef view = results[i].getTensor();
    EXPECT_TRUE(view.isContiguous());
    auto *data = static_cast<float *>(view.data);
    return std::vector<float>(data, data + view.getNumElements());
  };
  EXPECT_EQ(elements(0),
            (std::vector<float>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
  EXPECT_EQ(elements(1),
            (std::vector<float>{1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24}));
  EXPECT_EQ(elements(2), (std::vector<float>{0, 1, 2, 3}));
  EXPECT_EQ(elements(3), (std::vector<float>{4, 5, 6, 7}));
  EXPECT_EQ(elements(4), (std::vector<float>{1, 2, 3, 4}));
  EXPECT_EQ(elements(6), std::vector<float>{});
  for (int i : {0, 1, 2, 3, 4, 6})
    EXPECT_TRUE(results[i].isOwning()) << i;
  EXPECT_NE(results[4].getTensor().data, constantData);
  EXPECT_FALSE(results[5].isOwning());
  EXPECT_EQ(results[5].getTensor().data, weight.elements<float>().data() + 4);
}

TEST(Results, ViewsOfReadOnlyArgumentsAreReadOnly) {
  CompiledFunction f = makeAllKinds();
  ASSERT_OK(weight, Tensor::zeros(DType::F32, {2, 4}));
  ASSERT_OK(results, f.call({static_cast<const Tensor &>(weight)}));
  EXPECT_TRUE(results[5].getTensor().readOnly);
}

TEST(Results, ARepeatedCallAllocatesNothing) {
  CompiledFunction f = makeAllKinds();
  ASSERT_OK(weight, Tensor::zeros(DType::F32, {2, 4}));
  // Destroyed results come back to the calls after them.
  SmallVector<RuntimeValue, 4> results;
  std::set<void *> seen;
  for (int i = 0; i < 50; ++i) {
    ASSERT_OK(found, f.call({weight}));
    results = std::move(found);
    if (i >= 3)
      seen.insert(results[0].getTensor().data);
  }
  EXPECT_LE(seen.size(), 3u);
}

TEST(Results, OfABoundCallAreViews) {
  ASSERT_OK(weight, Tensor::zeros(DType::F32, {2, 4}));
  CompiledFunction f = makeAllKinds();
  ASSERT_OK(call, f.bind({weight}));
  EXPECT_FAILS(call.getResult(0), EMB_INVALID_ARGUMENT,
               "the function has not succeeded yet");
  ASSERT_EQ(toString(call.run()), "");
  uint64_t allocations = call.getSystemAllocations();
  EXPECT_GE(allocations, 3u);
  for (int i = 0; i < 100; ++i)
    ASSERT_EQ(toString(call.run()), "");
  EXPECT_EQ(call.getSystemAllocations(), allocations);
  ASSERT_OK(result, call.getResult(1));
  EXPECT_FALSE(result.isOwning());
  EXPECT_EQ(result.getTensor().strides, (Shape{10, 1}));
  EXPECT_EQ(static_cast<float *>(result.getTensor().data)[0], 1);
  EXPECT_FAILS(call.getResult(7), EMB_INVALID_ARGUMENT, "there is no result 7");
}

//===----------------------------------------------------------------------===//
// Failures, bound calls, concurrency
//===----------------------------------------------------------------------===//

TEST(Call, AFailingStepGivesStatusAndMessage) {
  auto body = [](EmbContext *context, void *const *args) -> int32_t {
    auto *ids = static_cast<Vector *>(args[0]);
    return embCheckIndices(context, "emb.gather: indices (argument 0 'ids')",
                           64, 1, ids, 1000);
  };
  CompiledFunction f =
      makeFunction("{type = tensor<?xi64>, name = \"ids\"}", "", body);
  int64_t ids[] = {0, 999, 1003};
  for (int i = 0; i < 2; ++i) {
    EXPECT_FAILS(f.call({TensorRef(ids, {3})}), EMB_INVALID_INDEX,
                 "step: emb.gather: indices (argument 0 'ids'): index out of "
                 "range: position [2] has value 1003, expected 0 <= index < "
                 "1000");
    // Still usable.
    EXPECT_EQ(textOf(f.call({TensorRef(ids, {2})})), "<success>");
  }
  // A status without a message has its name.
  auto silent = [](EmbContext *, void *const *) -> int32_t {
    return EMB_INVALID_SHAPE;
  };
  EXPECT_FAILS(makeFunction("", "", silent).call({}), EMB_INVALID_SHAPE,
               "step: invalid shape");
}

TEST(Call, MemoryLimitsAndThreadsReachTheContext) {
  auto body = [](EmbContext *context, void *const *args) -> int32_t {
    *static_cast<int32_t *>(args[0]) = context->numThreads;
    return embAlloc(context, 100000) ? EMB_OK : EMB_OUT_OF_MEMORY;
  };
  std::string text =
      "llvm.func @body(!llvm.ptr, !llvm.ptr) -> i32\n"
      "llvm.func @f(%c: !llvm.ptr, %a: !llvm.ptr) -> i32 attributes {"
      "emb.arguments = [], emb.results = [{type = i32}]} {\n"
      "  %r = llvm.call @body(%c, %a) : (!llvm.ptr, !llvm.ptr) -> i32\n"
      "  llvm.return %r : i32\n}";
  CompileOptions options;
  options.useCache = false;
  options.threads = 3;
  options.extension.symbols = {
      {"body", reinterpret_cast<void *>(static_cast<Body>(body))}};
  ASSERT_OK(program, compileString(text, options));
  ASSERT_OK(f, program->lookup("f"));
  auto threads = [&] {
    auto results = f.call({});
    return results ? (*results)[0].getScalar().asInt() : -1;
  };
  EXPECT_EQ(threads(), 3);
  program->setThreads(7);
  EXPECT_EQ(threads(), 7);
  program->setThreads(0);
  EXPECT_GE(threads(), 1);
  uint64_t allocations = program->getSystemAllocations();
  EXPECT_GE(allocations, 1u);
  EXPECT_GE(threads(), 1);
  EXPECT_EQ(program->getSystemAllocations(), allocations);
  program->setMemoryLimit(5000);
  EXPECT_FAILS(f.call({}), EMB_OUT_OF_MEMORY,
               "f: a workspace of 100000 bytes cannot be allocated: the memory "
               "limit is 5000 bytes");
  program->setMemoryLimit(0);
  EXPECT_GE(threads(), 1);
}

TEST(BoundCall, ArgumentsCanBeReplaced) {
  CompiledFunction step = makeStep();
  ASSERT_OK(weight, Tensor::zeros(DType::F32, {3, 4}));
  ASSERT_OK(ids, Tensor::zeros(DType::I64, {5}));
  ASSERT_OK(longer, Tensor::zeros(DType::I64, {9}));
  ASSERT_OK(call, step.bind({weight, ids, 1.0f}));
  auto numIds = [&] {
    EXPECT_EQ(toString(call.run()), "");
    return llvm::cantFail(call.getResult(2)).getScalar().asInt();
  };
  EXPECT_EQ(numIds(), 5);
  EXPECT_EQ(toString(call.setArgument(1, longer)), "");
  EXPECT_EQ(toString(call.setArgument(2, -2.0f)), "");
  EXPECT_EQ(numIds(), 9);
  EXPECT_EQ(weight.elements<float>()[0], -1);
  // A refused argument leaves the old one.
  EXPECT_FAILS(call.setArgument(1, weight), EMB_INVALID_ARGUMENT,
               "argument 1 'ids': found tensor<3x4xf32>");
  EXPECT_FAILS(call.setArgument(1, TensorRef(weight.data(), DType::I64, {2})),
               EMB_INVALID_ARGUMENT,
               "argument 0 'weight': the function writes it, but it shares "
               "memory with argument 1 'ids'");
  EXPECT_FAILS(call.setArgument(3, 1.0f), EMB_INVALID_ARGUMENT,
               "there is no argument 3");
  EXPECT_EQ(numIds(), 9);
  // An owning value is kept.
  ASSERT_OK(owned, Tensor::zeros(DType::I64, {2}));
  EXPECT_EQ(toString(call.setArgument(1, std::move(owned))), "");
  EXPECT_EQ(numIds(), 2);
  BoundCall moved = std::move(call);
  EXPECT_EQ(toString(moved.run()), "");
}

TEST(BoundCall, KeepsTheProgramAndOwnedArguments) {
  auto counter = std::make_shared<CountingRecycler>();
  EmbBlock block;
  ASSERT_EQ(embBlockAllocate(48, &block), EMB_OK);
  std::memset(block.data, 0, 48);
  std::optional<BoundCall> call;
  {
    CompiledFunction step = makeStep();
    Tensor weight =
        Tensor::adopt(block, block.data, DType::F32, {3, 4}, counter);
    Tensor ids = llvm::cantFail(Tensor::zeros(DType::I64, {5}));
    ASSERT_OK(bound, step.bind({std::move(weight), std::move(ids), 1.0f}));
    call.emplace(std::move(bound));
  }
  EXPECT_EQ(counter->count, 0);
  ASSERT_EQ(toString(call->run()), "");
  ASSERT_OK(sum, call->getResult(0));
  EXPECT_EQ(sum.getScalar().asDouble(), 12);
  call.reset();
  EXPECT_EQ(counter->count, 1);
}

namespace {
std::atomic<int> running{0};
std::atomic<bool> goOn{false};
} // namespace

/// Runs until it is told to go on.
static int32_t waitForTest(EmbContext *, void *const *) {
  ++running;
  while (!goOn)
    std::this_thread::yield();
  --running;
  return EMB_OK;
}

/// Calls `function` in a thread and waits until its body runs.
class BlockedCall {
public:
  BlockedCall(CompiledFunction function, std::vector<RuntimeValue> arguments) {
    goOn = false;
    int before = running;
    thread = std::thread([this, function = std::move(function),
                          arguments = std::move(arguments)] {
      text = textOf(function.call(arguments));
    });
    while (running == before)
      std::this_thread::yield();
  }
  std::string finish() {
    goOn = true;
    thread.join();
    return text;
  }

private:
  std::string text;
  std::thread thread;
};

TEST(Busy, AWriterExcludesAllOthers) {
  CompiledFunction writer = makeFunction(
      "{type = tensor<?xf32>, name = \"w\", written}", "", waitForTest);
  auto nothing = [](EmbContext *, void *const *) -> int32_t { return EMB_OK; };
  CompiledFunction reader =
      makeFunction("{type = tensor<?xf32>, name = \"r\"}", "", nothing);
  CompiledFunction otherWriter = makeFunction(
      "{type = tensor<?xf32>, name = \"o\", written}", "", nothing);
  float data[100] = {};
  auto part = [&](int64_t from, int64_t size) {
    return TensorRef(data + from, DType::F32, {size});
  };
  ASSERT_OK(bound, reader.bind({part(49, 1)}));
  BlockedCall blocked(writer, {part(0, 50)});
  EXPECT_FAILS(reader.call({part(0, 50)}), EMB_BUSY,
               "step: argument 0 'r' is busy: a running call of 'step' uses "
               "its memory");
  EXPECT_FAILS(otherWriter.call({part(49, 10)}), EMB_BUSY, "argument 0 'o'");
  EXPECT_FAILS(bound.run(), EMB_BUSY, "argument 0 'r'");
  EXPECT_EQ(textOf(reader.call({part(50, 50)})), "<success>");
  EXPECT_EQ(textOf(otherWriter.call({part(50, 50)})), "<success>");
  EXPECT_EQ(blocked.finish(), "<success>");
  EXPECT_EQ(textOf(otherWriter.call({part(49, 10)})), "<success>");
  EXPECT_EQ(toString(bound.run()), "");
}

TEST(Busy, ReadersShare) {
  CompiledFunction reader =
      makeFunction("{type = tensor<?xf32>}", "", waitForTest);
  auto nothing = [](EmbContext *, void *const *) -> int32_t { return EMB_OK; };
  CompiledFunction second = makeFunction("{type = tensor<?xf32>}", "", nothing);
  CompiledFunction writer =
      makeFunction("{type = tensor<?xf32>, written}", "", nothing);
  float data[10] = {};
  TensorRef all(data, {10});
  BlockedCall blocked(reader, {all});
  EXPECT_EQ(textOf(second.call({all})), "<success>");
  EXPECT_FAILS(writer.call({all}), EMB_BUSY, "argument 0 is busy");
  EXPECT_EQ(blocked.finish(), "<success>");
  EXPECT_EQ(textOf(writer.call({all})), "<success>");
}

TEST(Busy, AFailedCallGivesItsBuffersBack) {
  auto fails = [](EmbContext *, void *const *) -> int32_t {
    return EMB_INVALID_INDEX;
  };
  CompiledFunction f =
      makeFunction("{type = tensor<?xf32>, written}", "", fails);
  float data[10] = {};
  for (int i = 0; i < 3; ++i)
    EXPECT_FAILS(f.call({TensorRef(data, {10})}), EMB_INVALID_INDEX, "");
}

TEST(Concurrency, ManyThreadsCallOneFunction) {
  CompiledFunction f = makeAllKinds();
  CompiledFunction step = makeStep();
  ASSERT_OK(shared, Tensor::zeros(DType::F32, {2, 4}));
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      // One table of its own that is written, one shared that is read.
      Tensor own = llvm::cantFail(Tensor::zeros(DType::F32, {100, 4}));
      Tensor ids = llvm::cantFail(Tensor::zeros(DType::I64, {1}));
      for (int i = 1; i <= 500; ++i) {
        auto sums = step.call({own, ids, 1.0f});
        if (!sums || (*sums)[0].getScalar().asDouble() != 400.0 * i)
          ++wrong;
        auto results = f.call({static_cast<const Tensor &>(shared)});
        if (!results ||
            static_cast<float *>((*results)[0].getTensor().data)[11] != 11)
          ++wrong;
        if (!sums)
          consumeError(sums.takeError());
        if (!results)
          consumeError(results.takeError());
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
}
