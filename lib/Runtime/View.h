//===- View.h - Reading index tensors of any shape --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_RUNTIME_VIEW_H
#define EMB_LIB_RUNTIME_VIEW_H

#include "emb/Runtime/RuntimeABI.h"
#include "emb/Support/Check.h"

namespace mlir::emb::runtime {

/// A strided tensor of T, read through its descriptor.
template <typename T> class View {
public:
  View(const void *descriptor, int64_t rank) : rank(rank) {
    auto *head = static_cast<const EmbDescriptor0 *>(descriptor);
    data = static_cast<const T *>(head->aligned) + head->offset;
    sizes = reinterpret_cast<const int64_t *>(head + 1);
    strides = sizes + rank;
  }

  /// Number of elements; -1 if it overflows or a size is negative.
  int64_t getNumElements() const {
    int64_t count = 1;
    bool overflow = false;
    for (int64_t i = 0; i < rank; ++i) {
      if (sizes[i] == 0)
        return 0;
      overflow |=
          sizes[i] < 0 || __builtin_mul_overflow(count, sizes[i], &count);
    }
    return overflow ? -1 : count;
  }

  int64_t getSize(int64_t dimension) const { return sizes[dimension]; }

  /// Calls `visit(pointer, count, stride)` for innermost rows in row-major
  /// order until it returns false. False if it did.
  template <typename Visitor> bool forEachRow(Visitor &&visit) const {
    if (getNumElements() <= 0)
      return true;
    if (rank == 0)
      return visit(data, int64_t(1), int64_t(1));
    return walk(data, 0, visit);
  }

private:
  template <typename Visitor>
  bool walk(const T *pointer, int64_t dimension, Visitor &visit) const {
    if (dimension == rank - 1)
      return visit(pointer, sizes[dimension], strides[dimension]);
    for (int64_t i = 0; i < sizes[dimension]; ++i)
      if (!walk(pointer + i * strides[dimension], dimension + 1, visit))
        return false;
    return true;
  }

  const T *data;
  int64_t rank;
  const int64_t *sizes;
  const int64_t *strides;
};

/// Calls `action(View<int32_t>)` or `action(View<int64_t>)`.
template <typename Action>
auto withView(int32_t bits, const void *descriptor, int64_t rank,
              Action &&action) {
  EMB_CHECK(bits == 32 || bits == 64, "an index has 32 or 64 bits");
  EMB_CHECK(descriptor && rank >= 0, "a tensor has a descriptor");
  if (bits == 32)
    return action(View<int32_t>(descriptor, rank));
  return action(View<int64_t>(descriptor, rank));
}

} // namespace mlir::emb::runtime

#endif // EMB_LIB_RUNTIME_VIEW_H
