//===- Descriptors.h - Descriptors of test data -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_UNIT_RUNTIME_DESCRIPTORS_H
#define EMB_TEST_UNIT_RUNTIME_DESCRIPTORS_H

#include "emb/Runtime/RuntimeABI.h"

#include <vector>

namespace emb_test {

/// A descriptor in the layout of RuntimeABI.h.
class Descriptor {
public:
  template <typename T>
  Descriptor(const T *data, int64_t offset, std::vector<int64_t> sizes,
             std::vector<int64_t> strides)
      : bits(8 * sizeof(T)), rank(sizes.size()) {
    auto address = reinterpret_cast<int64_t>(data);
    words = {address, address, offset};
    words.insert(words.end(), sizes.begin(), sizes.end());
    words.insert(words.end(), strides.begin(), strides.end());
  }

  /// Of rank 1, contiguous.
  template <typename T>
  Descriptor(const std::vector<T> &data)
      : Descriptor(data.data(), 0, {static_cast<int64_t>(data.size())}, {1}) {}

  const void *get() const { return words.data(); }
  EmbIndexSource asSource(int64_t padding = -1) const {
    EmbIndexSource source{};
    source.descriptor = words.data();
    source.rank = static_cast<int32_t>(rank);
    source.bits = bits;
    source.padding = padding;
    return source;
  }
  /// Positions are rows of it.
  EmbIndexSource asRows(int64_t padding = -1) const {
    EmbIndexSource source = asSource(padding);
    source.bags = EMB_POSITIONS_ROW;
    return source;
  }
  /// Positions are bags, which begin at `offsets`.
  EmbIndexSource asBags(const Descriptor &offsets, int64_t padding = -1) const {
    EmbIndexSource source = asSource(padding);
    source.bags = EMB_POSITIONS_BAG;
    source.offsets = offsets.get();
    source.offsetsBits = offsets.bits;
    return source;
  }

  int32_t bits;
  int64_t rank;

private:
  std::vector<int64_t> words;
};

/// A context that is destroyed in the end.
class TestContext {
public:
  TestContext() { embContextCreate(EMB_ABI_VERSION, &context); }
  ~TestContext() { embContextDestroy(context); }
  operator EmbContext *() { return context; }
  EmbContext *operator->() { return context; }
  const char *message() { return embContextMessage(context); }

private:
  EmbContext *context = nullptr;
};

} // namespace emb_test

#endif // EMB_TEST_UNIT_RUNTIME_DESCRIPTORS_H
