//===- Tensor.cpp - Tensor views and owning tensors -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/ExecutionEngine/Tensor.h"

#include "emb/ExecutionEngine/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <cstring>
#include <numeric>

using namespace mlir;
using namespace mlir::emb;

Shape mlir::emb::getRowMajorStrides(ArrayRef<int64_t> shape) {
  Shape strides(shape.size(), 1);
  for (int64_t i = static_cast<int64_t>(shape.size()) - 2; i >= 0; --i)
    strides[i] = strides[i + 1] * std::max<int64_t>(shape[i + 1], 1);
  return strides;
}

std::string mlir::emb::formatShape(ArrayRef<int64_t> shape, DType dtype) {
  std::string text;
  llvm::raw_string_ostream os(text);
  for (int64_t size : shape)
    os << size << 'x';
  os << stringify(dtype);
  return text;
}

TensorRef::TensorRef(void *data, DType dtype, ArrayRef<int64_t> shape)
    : data(data), dtype(dtype), shape(shape.begin(), shape.end()),
      strides(getRowMajorStrides(shape)) {}

TensorRef::TensorRef(void *data, DType dtype, ArrayRef<int64_t> shape,
                     ArrayRef<int64_t> strides)
    : data(data), dtype(dtype), shape(shape.begin(), shape.end()),
      strides(strides.begin(), strides.end()) {}

/// Product of the sizes; 0 if one of them is 0, whatever the others are.
static int64_t countElements(ArrayRef<int64_t> shape) {
  if (llvm::is_contained(shape, 0))
    return 0;
  return std::accumulate(shape.begin(), shape.end(), int64_t(1),
                         std::multiplies<int64_t>());
}

int64_t TensorRef::getNumElements() const { return countElements(shape); }

bool TensorRef::isContiguous() const {
  if (getNumElements() == 0)
    return true;
  int64_t expected = 1;
  for (int64_t i = getRank() - 1; i >= 0; --i) {
    if (shape[i] != 1 && strides[i] != expected)
      return false;
    expected *= shape[i];
  }
  return true;
}

std::pair<uintptr_t, uintptr_t> TensorRef::getByteRange() const {
  auto address = reinterpret_cast<uintptr_t>(data);
  if (getNumElements() == 0)
    return {address, address};
  int64_t low = 0, high = 1;
  for (auto [size, stride] : llvm::zip(shape, strides))
    (stride < 0 ? low : high) += (size - 1) * stride;
  int64_t width = getByteWidth(dtype);
  return {address + low * width, address + high * width};
}

TensorRef TensorRef::asReadOnly() const {
  TensorRef view = *this;
  view.readOnly = true;
  return view;
}

/// The part of a view whose strides, in bytes, are below `limit`: how far it
/// reaches from its first byte. `step` becomes the greatest common divisor of
/// itself and the other strides. Only dimensions that have a second element
/// count.
static int64_t splitStrides(const TensorRef &view, int64_t limit,
                            int64_t &step) {
  int64_t width = getByteWidth(view.dtype);
  int64_t extent = width;
  for (auto [size, stride] : llvm::zip(view.shape, view.strides)) {
    int64_t bytes = std::abs(stride) * width;
    if (size > 1 && bytes < limit)
      extent += (size - 1) * bytes;
    else if (size > 1)
      step = std::gcd(step, bytes);
  }
  return extent;
}

bool mlir::emb::mayOverlap(const TensorRef &a, const TensorRef &b) {
  auto [aBegin, aEnd] = a.getByteRange();
  auto [bBegin, bEnd] = b.getByteRange();
  if (aBegin == aEnd || bBegin == bEnd || aEnd <= bBegin || bEnd <= aBegin)
    return false;
  // If all strides from some size on are multiples of one step then, modulo the
  // step, each view lies in one interval, as long as its other strides reach;
  // disjoint intervals share nothing. Columns of one table are told apart by
  // its row stride, whichever dimension has it, and interleaved columns by
  // their own stride.
  auto difference = static_cast<int64_t>(bBegin - aBegin);
  for (const TensorRef *view : {&a, &b})
    for (int64_t stride : view->strides) {
      int64_t limit = std::abs(stride) * getByteWidth(view->dtype);
      int64_t step = 0;
      int64_t aBytes = splitStrides(a, limit, step);
      int64_t bBytes = splitStrides(b, limit, step);
      if (step == 0 || aBytes > step || bBytes > step)
        continue;
      // Distance from a's interval forward to b's, modulo the step.
      int64_t distance = ((difference % step) + step) % step;
      if (distance >= aBytes && distance + bBytes <= step)
        return false;
    }
  return true;
}

/// Copies a view to `target`, row-major.
static char *copyRows(const TensorRef &view, const char *source,
                      int64_t dimension, char *target) {
  int64_t width = getByteWidth(view.dtype);
  if (dimension == view.getRank()) {
    std::memcpy(target, source, width);
    return target + width;
  }
  int64_t size = view.shape[dimension];
  if (dimension == view.getRank() - 1 && view.strides[dimension] == 1) {
    std::memcpy(target, source, size * width);
    return target + size * width;
  }
  for (int64_t i = 0; i < size; ++i)
    target = copyRows(view, source + i * view.strides[dimension] * width,
                      dimension + 1, target);
  return target;
}

void TensorRef::copyTo(void *target) const {
  if (getNumElements() == 0)
    return;
  if (isContiguous())
    std::memcpy(target, data, getNumElements() * getByteWidth(dtype));
  else
    copyRows(*this, static_cast<const char *>(data), 0,
             static_cast<char *>(target));
}

Tensor::Tensor(Tensor &&other) noexcept { *this = std::move(other); }

Tensor &Tensor::operator=(Tensor &&other) noexcept {
  if (this == &other)
    return *this;
  release();
  block = std::exchange(other.block, EmbBlock{nullptr, 0, 0});
  bytes = std::exchange(other.bytes, nullptr);
  dtype = other.dtype;
  shape = std::exchange(other.shape, Shape{0});
  recycler = std::move(other.recycler);
  return *this;
}

Tensor::~Tensor() { release(); }

void Tensor::release() {
  if (!block.data)
    return;
  if (std::shared_ptr<Recycler> target = recycler.lock())
    target->recycle(block);
  else
    embBlockFree(&block);
  block = EmbBlock{nullptr, 0, 0};
}

llvm::Expected<Tensor> Tensor::empty(DType dtype, ArrayRef<int64_t> shape) {
  int64_t size = getByteWidth(dtype);
  bool overflow = false;
  for (int64_t extent : shape) {
    if (extent < 0)
      return makeError(EMB_INVALID_SHAPE, "tensor " +
                                              formatShape(shape, dtype) +
                                              " has a negative size");
    // A zero anywhere makes the tensor empty, so sizes of 0 count as 1 here.
    overflow |=
        __builtin_mul_overflow(size, std::max<int64_t>(extent, 1), &size);
  }
  if (overflow)
    return makeError(EMB_INVALID_SHAPE, "tensor " + formatShape(shape, dtype) +
                                            " has more bytes than an address "
                                            "can count");
  Tensor tensor;
  uint64_t bytes = llvm::is_contained(shape, 0) ? 0 : size;
  if (embBlockAllocate(bytes, &tensor.block) != EMB_OK)
    return makeError(EMB_OUT_OF_MEMORY, "tensor " + formatShape(shape, dtype) +
                                            " of " + llvm::Twine(bytes) +
                                            " bytes cannot be allocated");
  tensor.bytes = tensor.block.data;
  tensor.dtype = dtype;
  tensor.shape.assign(shape.begin(), shape.end());
  return tensor;
}

llvm::Expected<Tensor> Tensor::zeros(DType dtype, ArrayRef<int64_t> shape) {
  llvm::Expected<Tensor> tensor = empty(dtype, shape);
  // Memory that was just mapped is zero, and stays untouched this way.
  if (tensor && !tensor->block.mapped)
    std::memset(tensor->bytes, 0, tensor->getSizeInBytes());
  return tensor;
}

llvm::Expected<Tensor> Tensor::copyOf(const TensorRef &view) {
  llvm::Expected<Tensor> tensor = empty(view.dtype, view.shape);
  if (tensor)
    view.copyTo(tensor->bytes);
  return tensor;
}

Tensor Tensor::adopt(EmbBlock block, void *data, DType dtype,
                     ArrayRef<int64_t> shape,
                     std::weak_ptr<Recycler> recycler) {
  Tensor tensor;
  tensor.block = block;
  tensor.bytes = data;
  tensor.dtype = dtype;
  tensor.shape.assign(shape.begin(), shape.end());
  tensor.recycler = std::move(recycler);
  return tensor;
}

int64_t Tensor::getNumElements() const {
  return bytes ? countElements(shape) : 0;
}

int64_t Tensor::getSizeInBytes() const {
  return getNumElements() * getByteWidth(dtype);
}

TensorRef Tensor::ref() { return TensorRef(bytes, dtype, shape); }

TensorRef Tensor::ref() const {
  return TensorRef(bytes, dtype, shape).asReadOnly();
}
