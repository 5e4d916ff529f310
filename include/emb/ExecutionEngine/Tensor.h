//===- Tensor.h - Tensor views and owning tensors ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXECUTIONENGINE_TENSOR_H
#define EMB_EXECUTIONENGINE_TENSOR_H

#include "emb/ExecutionEngine/DType.h"
#include "emb/Runtime/RuntimeABI.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>
#include <utility>

namespace mlir::emb {

using Shape = llvm::SmallVector<int64_t, 4>;

/// Row-major strides of a shape, in elements.
Shape getRowMajorStrides(llvm::ArrayRef<int64_t> shape);

/// "1000x64xf32"; "f32" for rank 0.
std::string formatShape(llvm::ArrayRef<int64_t> shape, DType dtype);

/// A view of memory that somebody else owns and keeps alive. Element
/// [i, j, ...] lies at data + (i * strides[0] + j * strides[1] + ...) elements.
struct TensorRef {
  void *data = nullptr;
  DType dtype = DType::F32;
  Shape shape;
  /// In elements; one per dimension.
  Shape strides;
  /// If set the memory must not be written: refused as an argument that the
  /// function updates.
  bool readOnly = false;

  TensorRef() = default;

  /// Row-major view of untyped memory.
  TensorRef(void *data, DType dtype, llvm::ArrayRef<int64_t> shape);

  /// View with strides (in elements).
  TensorRef(void *data, DType dtype, llvm::ArrayRef<int64_t> shape,
            llvm::ArrayRef<int64_t> strides);

  /// Row-major view; the element type is that of the pointer, a pointer to
  /// const gives a read-only view.
  template <typename T, typename = std::enable_if_t<dtypeOf<T>().has_value()>>
  TensorRef(T *data, llvm::ArrayRef<int64_t> shape)
      : TensorRef(const_cast<std::remove_const_t<T> *>(data), *dtypeOf<T>(),
                  shape) {
    readOnly = std::is_const_v<T>;
  }

  int64_t getRank() const { return shape.size(); }
  int64_t getNumElements() const;
  /// True if elements lie one after the other in row-major order.
  bool isContiguous() const;
  /// The half-open range of addresses that the elements occupy, as integers
  /// (equal if there are no elements).
  std::pair<uintptr_t, uintptr_t> getByteRange() const;
  /// The same memory, not to be written.
  TensorRef asReadOnly() const;
  /// Copies the elements to `target`, one after the other in row-major order.
  void copyTo(void *target) const;
};

/// True if the two views may share an element. Exact for blocks of columns of
/// one table, transposed or not, and for columns that alternate by one stride;
/// otherwise two views whose address ranges cross may be taken to overlap.
bool mayOverlap(const TensorRef &a, const TensorRef &b);

/// A row-major tensor that owns its memory: 64-byte aligned, from 2 MiB on on
/// huge pages where the system has them. Moves, does not copy.
class Tensor {
public:
  Tensor() = default;
  Tensor(Tensor &&other) noexcept;
  Tensor &operator=(Tensor &&other) noexcept;
  ~Tensor();

  /// Not initialised. Fails with EMB_OUT_OF_MEMORY, or EMB_INVALID_SHAPE for a
  /// negative or overflowing size.
  static llvm::Expected<Tensor> empty(DType dtype,
                                      llvm::ArrayRef<int64_t> shape);
  static llvm::Expected<Tensor> zeros(DType dtype,
                                      llvm::ArrayRef<int64_t> shape);
  /// A row-major copy of a view with any strides.
  static llvm::Expected<Tensor> copyOf(const TensorRef &view);

  /// Where the block of a tensor goes in the end, instead of to the system.
  class Recycler {
  public:
    virtual ~Recycler() = default;
    /// Takes over the block; may be called from any thread.
    virtual void recycle(EmbBlock block) = 0;
  };

  /// Takes over `block`, which holds the elements from `data` on, row-major.
  static Tensor adopt(EmbBlock block, void *data, DType dtype,
                      llvm::ArrayRef<int64_t> shape,
                      std::weak_ptr<Recycler> recycler = {});

  DType getDType() const { return dtype; }
  llvm::ArrayRef<int64_t> getShape() const { return shape; }
  int64_t getRank() const { return shape.size(); }
  int64_t getNumElements() const;
  int64_t getSizeInBytes() const;

  void *data() { return bytes; }
  const void *data() const { return bytes; }

  /// The elements as T: tensor.elements<float>()[i]. Empty if T is not the C++
  /// type of the element type.
  template <typename T> llvm::MutableArrayRef<T> elements() {
    if (dtypeOf<T>() != dtype)
      return {};
    return {static_cast<T *>(bytes), static_cast<size_t>(getNumElements())};
  }
  template <typename T> llvm::ArrayRef<T> elements() const {
    if (dtypeOf<T>() != dtype)
      return {};
    return {static_cast<const T *>(bytes),
            static_cast<size_t>(getNumElements())};
  }

  /// Views; valid as long as this tensor (moving it keeps them valid).
  TensorRef ref();
  TensorRef ref() const;

private:
  void release();

  EmbBlock block = {nullptr, 0, 0};
  void *bytes = nullptr;
  DType dtype = DType::F32;
  Shape shape;
  std::weak_ptr<Recycler> recycler;
};

} // namespace mlir::emb

#endif // EMB_EXECUTIONENGINE_TENSOR_H
