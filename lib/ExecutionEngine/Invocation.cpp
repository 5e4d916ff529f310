//===- Invocation.cpp - One call of a compiled function -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Invocation.h"

#include "OpenMP.h"
#include "emb/Support/Check.h"

#include <cstring>

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::engine;

//===----------------------------------------------------------------------===//
// Memory of results
//===----------------------------------------------------------------------===//

BlockRecycler::~BlockRecycler() {
  for (EmbBlock &block : blocks)
    embBlockFree(&block);
}

void BlockRecycler::recycle(EmbBlock block) {
  {
    std::lock_guard<std::mutex> lock(mutex);
    if (blocks.size() < kMaxBlocks && bytes + block.capacity <= kMaxBytes) {
      bytes += block.capacity;
      blocks.push_back(block);
      return;
    }
  }
  embBlockFree(&block);
}

void BlockRecycler::moveTo(EmbContext *context) {
  std::lock_guard<std::mutex> lock(mutex);
  for (EmbBlock &block : blocks)
    embContextAdopt(context, &block);
  blocks.clear();
  bytes = 0;
}

//===----------------------------------------------------------------------===//
// Contexts
//===----------------------------------------------------------------------===//

ExecutableImpl::ExecutableImpl(LoadedModule module,
                               VariantTable::Compile compileVariant,
                               int threads, uint64_t memoryLimit)
    : module(std::move(module)), variants(std::move(compileVariant)),
      threads(threads), memoryLimit(memoryLimit),
      recycler(std::make_shared<BlockRecycler>()) {}

ExecutableImpl::~ExecutableImpl() {
  for (EmbContext *context : allContexts)
    embContextDestroy(context);
}

llvm::Expected<EmbContext *> ExecutableImpl::acquireContext() {
  EmbContext *context = nullptr;
  {
    std::lock_guard<std::mutex> lock(mutex);
    if (!idleContexts.empty()) {
      context = idleContexts.back();
      idleContexts.pop_back();
    }
  }
  if (!context) {
    int32_t status = embContextCreate(EMB_ABI_VERSION, &context);
    if (status != EMB_OK)
      return makeError(static_cast<EmbStatus>(status),
                       llvm::Twine("a context cannot be made: ") +
                           embStatusName(status));
    std::lock_guard<std::mutex> lock(mutex);
    allContexts.push_back(context);
  }
  int wanted = threads;
  embContextSetNumThreads(context, wanted > 0 ? wanted : getDefaultThreads());
  embContextSetMemoryLimit(context, memoryLimit);
  return context;
}

void ExecutableImpl::releaseContext(EmbContext *context) {
  std::lock_guard<std::mutex> lock(mutex);
  idleContexts.push_back(context);
}

uint64_t ExecutableImpl::getSystemAllocations() {
  std::lock_guard<std::mutex> lock(mutex);
  uint64_t sum = 0;
  for (EmbContext *context : idleContexts)
    sum += embContextSystemAllocations(context);
  return sum;
}

//===----------------------------------------------------------------------===//
// Checking arguments
//===----------------------------------------------------------------------===//

Invocation::Invocation(ExecutableImpl &impl, const Entry &entry)
    : impl(impl), entry(entry), code(&entry) {}

Invocation::~Invocation() {
  if (context)
    impl.releaseContext(context);
}

llvm::Error Invocation::fail(EmbStatus status, const llvm::Twine &what) const {
  return makeError(status, entry.signature.name + ": " + what);
}

llvm::Error Invocation::checkArgument(size_t position,
                                      const RuntimeValue &value) const {
  const ValueType &type = entry.signature.arguments[position].type;
  if (value.isTensor() && type.isTensor)
    return checkTensor(position, value.getTensor());
  if (value.isScalar() && !type.isTensor && value.getDType() == type.dtype)
    return llvm::Error::success();
  std::string found =
      value.isScalar()
          ? "a scalar of type " + stringify(value.getDType()).str()
          : "tensor<" + formatShape(value.getTensor().shape, value.getDType()) +
                ">";
  return fail(EMB_INVALID_ARGUMENT,
              entry.signature.describeArgument(position) + ": found " + found +
                  ", expected " + (type.isTensor ? "" : "a scalar of type ") +
                  type.str());
}

/// True if two elements of the view may be the same: a stride does not step
/// over what lies inside of it.
static bool overlapsItself(const TensorRef &tensor) {
  SmallVector<std::pair<int64_t, int64_t>, 4> steps;
  for (auto [size, stride] : llvm::zip(tensor.shape, tensor.strides))
    if (size > 1)
      steps.push_back({std::abs(stride), size});
  llvm::sort(steps);
  int64_t span = 1;
  for (auto [stride, size] : steps) {
    if (stride < span)
      return true;
    span += stride * (size - 1);
  }
  return false;
}

/// Whether neighbours in the last dimension lie apart in memory.
static bool hasInnerStride(const TensorRef &tensor) {
  return tensor.getNumElements() > 0 && tensor.getRank() > 0 &&
         tensor.shape.back() > 1 && tensor.strides.back() != 1;
}

llvm::Error Invocation::checkTensor(size_t position,
                                    const TensorRef &tensor) const {
  const ArgumentInfo &info = entry.signature.arguments[position];
  const ValueType &type = info.type;
  auto refuse = [&](const llvm::Twine &what) {
    return fail(EMB_INVALID_ARGUMENT,
                entry.signature.describeArgument(position) + ": " + what);
  };
  bool fits =
      tensor.dtype == type.dtype && tensor.shape.size() == type.shape.size();
  if (fits)
    for (auto [size, expected] : llvm::zip(tensor.shape, type.shape))
      fits &= expected == kDynamicSize ? size >= 0 : size == expected;
  if (!fits)
    return refuse("found tensor<" + formatShape(tensor.shape, tensor.dtype) +
                  ">, expected " + type.str());
  if (tensor.strides.size() != tensor.shape.size())
    return refuse("found " + llvm::Twine(tensor.strides.size()) +
                  " strides, expected " + llvm::Twine(tensor.shape.size()));
  if (tensor.getNumElements() == 0)
    return llvm::Error::success();
  if (!tensor.data)
    return refuse("has no memory, expected " +
                  llvm::Twine(tensor.getNumElements()) + " elements");
  int64_t width = getByteWidth(tensor.dtype);
  if (reinterpret_cast<uintptr_t>(tensor.data) % width)
    return refuse("its memory is not aligned to an element of " +
                  llvm::Twine(width) + " bytes");
  // Compiled code computes addresses without a sign.
  for (auto [dimension, stride] : llvm::enumerate(tensor.strides))
    if (stride < 0 && tensor.shape[dimension] > 1)
      return refuse("found stride " + llvm::Twine(stride) + " in dimension " +
                    llvm::Twine(dimension) + ", expected 0 or more");
  if (info.written && tensor.readOnly)
    return refuse("is read-only, but the function writes it");
  if (info.written && overlapsItself(tensor))
    return refuse("the function writes it, but some of its elements share "
                  "their memory");
  return llvm::Error::success();
}

llvm::Error Invocation::checkOverlaps(size_t position) const {
  const auto &arguments = entry.signature.arguments;
  for (size_t other = 0; other < arguments.size(); ++other) {
    bool anyWritten = arguments[position].written || arguments[other].written;
    if (other == position || !anyWritten ||
        !arguments[position].type.isTensor || !arguments[other].type.isTensor ||
        !mayOverlap(views[position], views[other]))
      continue;
    size_t written = arguments[position].written ? position : other;
    size_t second = written == position ? other : position;
    return fail(EMB_INVALID_ARGUMENT,
                entry.signature.describeArgument(written) +
                    ": the function writes it, but it shares memory with " +
                    entry.signature.describeArgument(second));
  }
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// The calling convention
//===----------------------------------------------------------------------===//

/// Words of a descriptor (allocated, aligned, offset, sizes, strides) or
/// scalar.
static unsigned getNumWords(const ValueType &type) {
  return type.isTensor ? 3 + 2 * type.shape.size() : 1;
}

void Invocation::setArgument(size_t position, const RuntimeValue &value) {
  int64_t *target = &words[firstWord[position]];
  const ArgumentInfo &info = entry.signature.arguments[position];
  if (!info.type.isTensor) {
    std::memcpy(target, value.getScalar().bytes, sizeof(int64_t));
    return;
  }
  TensorRef &view = views[position];
  view = value.getTensor();
  int64_t rank = view.getRank();
  auto address = reinterpret_cast<int64_t>(view.data);
  target[0] = address;
  target[1] = address;
  target[2] = 0;
  for (int64_t i = 0; i < rank; ++i) {
    target[3 + i] = view.shape[i];
    target[3 + rank + i] = view.strides[i];
  }
  // The type may promise 1, also where the stride plays no role.
  if (rank > 0 && !hasInnerStride(view))
    target[3 + 2 * rank - 1] = 1;
  auto [begin, end] = view.getByteRange();
  claims[position] = {begin, end, info.written};
}

llvm::Error Invocation::selectCode() {
  ArgumentSet needed;
  for (auto [position, info] : llvm::enumerate(entry.signature.arguments))
    if (info.type.isTensor && !info.strided && hasInnerStride(views[position]))
      needed.push_back(position);
  if (needed == strided)
    return llvm::Error::success();
  const Entry *selected = &entry;
  if (!needed.empty()) {
    llvm::Expected<const Entry *> variant =
        impl.variants.get(entry.signature, needed);
    if (!variant) {
      llvm::Error error = variant.takeError();
      EmbStatus status = getStatus(error);
      return fail(status,
                  entry.signature.describeArgument(needed.front()) +
                      ": found stride " +
                      llvm::Twine(views[needed.front()].strides.back()) +
                      " in the last dimension, and code for another "
                      "stride than 1 cannot be compiled: " +
                      llvm::toString(std::move(error)));
    }
    selected = *variant;
  }
  code = selected;
  strided = std::move(needed);
  return llvm::Error::success();
}

llvm::Error Invocation::prepare(ArrayRef<RuntimeValue> arguments) {
  const Signature &signature = entry.signature;
  size_t numArguments = signature.arguments.size();
  if (arguments.size() != numArguments)
    return fail(EMB_INVALID_ARGUMENT, "found " + llvm::Twine(arguments.size()) +
                                          " arguments, expected " +
                                          llvm::Twine(numArguments) + ": " +
                                          signature.str());
  for (size_t i = 0; i < numArguments; ++i)
    if (llvm::Error error = checkArgument(i, arguments[i]))
      return error;

  unsigned numWords = 0;
  auto place = [&](const ValueType &type) {
    firstWord.push_back(numWords);
    numWords += getNumWords(type);
  };
  for (const ArgumentInfo &argument : signature.arguments)
    place(argument.type);
  for (const ValueType &result : signature.results)
    place(result);
  words.assign(numWords, 0);
  for (unsigned first : firstWord)
    pointers.push_back(&words[first]);
  views.resize(numArguments);
  claims.assign(numArguments, BufferClaim{0, 0, false});
  for (size_t i = 0; i < numArguments; ++i)
    setArgument(i, arguments[i]);
  for (size_t i = 0; i < numArguments; ++i)
    if (signature.arguments[i].written)
      if (llvm::Error error = checkOverlaps(i))
        return error;
  if (llvm::Error error = selectCode())
    return error;

  llvm::Expected<EmbContext *> acquired = impl.acquireContext();
  if (!acquired)
    return acquired.takeError();
  context = *acquired;
  return llvm::Error::success();
}

llvm::Error Invocation::replace(size_t position, RuntimeValue value) {
  if (position >= entry.signature.arguments.size())
    return fail(EMB_INVALID_ARGUMENT, "there is no argument " +
                                          llvm::Twine(position) + ": " +
                                          entry.signature.str());
  if (llvm::Error error = checkArgument(position, value))
    return error;
  RuntimeValue before = kept[position];
  setArgument(position, value);
  llvm::Error error = checkOverlaps(position);
  if (!error)
    error = selectCode();
  if (error) {
    setArgument(position, before);
    return error;
  }
  kept[position] = std::move(value);
  return llvm::Error::success();
}

llvm::Error Invocation::run() {
  succeeded = false;
  if (auto conflict =
          BufferRegistry::get().acquire(this, entry.signature.name, claims))
    return fail(EMB_BUSY, entry.signature.describeArgument(conflict->claim) +
                              " is busy: a running call of '" + conflict->user +
                              "' uses its memory");
  impl.recycler->moveTo(context);
  embContextBeginCall(context);
  uint64_t start = isProfiled() ? embProfileClock() : 0;
  int32_t status = code->function(context, pointers.data());
  if (isProfiled() && status == EMB_OK)
    impl.profile.add(entry.signature, code->signature, start, context);
  BufferRegistry::get().release(this);
  if (status == EMB_OK) {
    succeeded = true;
    return llvm::Error::success();
  }
  StringRef message = embContextMessage(context);
  return fail(static_cast<EmbStatus>(status),
              message.empty() ? StringRef(embStatusName(status)) : message);
}

llvm::Expected<RuntimeValue> Invocation::getResult(size_t position,
                                                   bool detach) {
  const Signature &signature = entry.signature;
  if (position >= signature.results.size())
    return fail(EMB_INVALID_ARGUMENT, "there is no result " +
                                          llvm::Twine(position) + ": " +
                                          signature.str());
  if (!succeeded)
    return fail(EMB_INVALID_ARGUMENT,
                "there are no results: the function has not succeeded yet");
  const ValueType &type = signature.results[position];
  const int64_t *source =
      &words[firstWord[signature.arguments.size() + position]];
  if (!type.isTensor) {
    Scalar scalar;
    scalar.dtype = type.dtype;
    std::memcpy(scalar.bytes, source, sizeof(scalar.bytes));
    return RuntimeValue(scalar);
  }

  int64_t rank = type.shape.size();
  auto *allocated = reinterpret_cast<void *>(source[0]);
  auto *data = reinterpret_cast<char *>(source[1]) +
               source[2] * getByteWidth(type.dtype);
  TensorRef view(data, type.dtype, ArrayRef(source + 3, rank),
                 ArrayRef(source + 3 + rank, rank));
  for (auto [size, expected] : llvm::zip_equal(view.shape, type.shape))
    EMB_CHECK(size >= 0 && (size == expected || expected == kDynamicSize),
              "a result has the shape of its type");
  EMB_CHECK(source[1] || view.getNumElements() == 0, "a result has memory");
  auto [begin, end] = view.getByteRange();
  for (auto [claim, argument] : llvm::zip(claims, views)) {
    if (begin == end || begin < claim.begin || end > claim.end)
      continue;
    view.readOnly = argument.readOnly;
    return RuntimeValue(view);
  }
  if (!detach) {
    view.readOnly = true;
    return RuntimeValue(view);
  }
  EmbBlock block;
  if (view.isContiguous() &&
      embContextDetach(context, allocated, &block) == EMB_OK)
    return RuntimeValue(
        Tensor::adopt(block, data, type.dtype, view.shape, impl.recycler));
  // Constant data of the code, a fresh buffer with gaps, or one that an earlier
  // result has taken.
  llvm::Expected<Tensor> copy = Tensor::copyOf(view);
  if (!copy)
    return copy.takeError();
  return RuntimeValue(std::move(*copy));
}
