//===- TensorTest.cpp - Views and owning tensors --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"

#include <numeric>

using namespace mlir;
using namespace mlir::emb;

static bool isAligned(const void *pointer, uintptr_t alignment) {
  return reinterpret_cast<uintptr_t>(pointer) % alignment == 0;
}

TEST(Tensor, OwnsAlignedMemory) {
  ASSERT_OK(small, Tensor::zeros(DType::F32, {3, 5}));
  EXPECT_TRUE(isAligned(small.data(), 64));
  EXPECT_EQ(small.getNumElements(), 15);
  EXPECT_EQ(small.getSizeInBytes(), 60);
  for (float element : small.elements<float>())
    EXPECT_EQ(element, 0);
  EXPECT_TRUE(small.elements<double>().empty());

  ASSERT_OK(large, Tensor::zeros(DType::F64, {1000, 1000}));
  EXPECT_TRUE(isAligned(large.data(), 2 << 20));
  EXPECT_EQ(large.elements<double>()[999999], 0);
}

TEST(Tensor, RankZeroAndEmptyOnes) {
  ASSERT_OK(scalar, Tensor::zeros(DType::I64, {}));
  EXPECT_EQ(scalar.getNumElements(), 1);
  ASSERT_OK(none, Tensor::zeros(DType::I64, {3, 0, 5}));
  EXPECT_EQ(none.getNumElements(), 0);
  EXPECT_NE(none.data(), nullptr);
  // Nothing to hold, so the other sizes cost nothing.
  EXPECT_EQ(Tensor().getNumElements(), 0);
}

TEST(Tensor, ImpossibleSizesAreErrors) {
  EXPECT_FAILS(Tensor::empty(DType::F32, {-1}), EMB_INVALID_SHAPE,
               "tensor -1xf32 has a negative size");
  EXPECT_FAILS(Tensor::empty(DType::F32, {INT64_MAX, INT64_MAX}),
               EMB_INVALID_SHAPE, "has more bytes than an address can count");
  EXPECT_FAILS(Tensor::empty(DType::F32, {INT64_MAX, INT64_MAX, 0}),
               EMB_INVALID_SHAPE, "has more bytes");
  EXPECT_FAILS(Tensor::empty(DType::F64, {int64_t(1) << 59}), EMB_OUT_OF_MEMORY,
               "of 4611686018427387904 bytes cannot be allocated");
}

TEST(Tensor, MovesKeepTheMemory) {
  ASSERT_OK(a, Tensor::zeros(DType::I32, {4}));
  void *data = a.data();
  TensorRef view = a.ref();
  Tensor b = std::move(a);
  EXPECT_EQ(b.data(), data);
  EXPECT_EQ(view.data, data);
  EXPECT_EQ(a.getNumElements(), 0);
  EXPECT_EQ(a.data(), nullptr);
  Tensor &self = b;
  b = std::move(self);
  EXPECT_EQ(b.getNumElements(), 4);
  EXPECT_FALSE(b.ref().readOnly);
  EXPECT_TRUE(static_cast<const Tensor &>(b).ref().readOnly);
}

TEST(Tensor, BlocksGoBackToTheirRecycler) {
  auto counter = std::make_shared<emb_test::CountingRecycler>();
  EmbBlock block;
  embBlockAllocate(100, &block);
  Tensor a = Tensor::adopt(block, block.data, DType::F32, {25}, counter);
  Tensor b = std::move(a);
  a = Tensor();
  EXPECT_EQ(counter->count, 0);
  b = Tensor();
  EXPECT_EQ(counter->count, 1);
  embBlockAllocate(100, &block);
  b = Tensor::adopt(block, block.data, DType::F32, {25}, counter);
  counter.reset();
}

TEST(TensorRef, Properties) {
  float data[24];
  TensorRef view(data, {2, 3, 4});
  EXPECT_EQ(view.strides, (Shape{12, 4, 1}));
  EXPECT_TRUE(view.isContiguous());
  EXPECT_FALSE(view.readOnly);
  EXPECT_TRUE(TensorRef(const_cast<const float *>(data), {24}).readOnly);
  auto address = reinterpret_cast<uintptr_t>(data);
  EXPECT_EQ(view.getByteRange(), std::make_pair(address, address + 96));
  TensorRef column(data, DType::F32, {6}, {4});
  EXPECT_FALSE(column.isContiguous());
  EXPECT_EQ(column.getByteRange(), std::make_pair(address, address + 84));
  TensorRef backwards(data + 5, DType::F32, {6}, {-1});
  EXPECT_EQ(backwards.getByteRange(), std::make_pair(address, address + 24));
  // Strides of dimensions of size 1 say nothing.
  EXPECT_TRUE(TensorRef(data, DType::F32, {1, 4}, {77, 1}).isContiguous());
  EXPECT_TRUE(TensorRef(data, DType::F32, {0, 4}, {77, 9}).isContiguous());
  EXPECT_EQ(formatShape({3, 4}, DType::BF16), "3x4xbf16");
  EXPECT_EQ(formatShape({}, DType::F32), "f32");
}

TEST(TensorRef, Overlap) {
  float data[100];
  auto view = [&](int64_t offset, ArrayRef<int64_t> shape,
                  ArrayRef<int64_t> strides) {
    return TensorRef(data + offset, DType::F32, shape, strides);
  };
  TensorRef all(data, {10, 10});
  EXPECT_TRUE(mayOverlap(all, all));
  EXPECT_FALSE(mayOverlap(view(0, {50}, {1}), view(50, {50}, {1})));
  EXPECT_TRUE(mayOverlap(view(0, {51}, {1}), view(50, {50}, {1})));
  // Columns 0-4 and 5-9 of one table.
  EXPECT_FALSE(
      mayOverlap(view(0, {10, 5}, {10, 1}), view(5, {10, 5}, {10, 1})));
  EXPECT_TRUE(mayOverlap(view(0, {10, 6}, {10, 1}), view(5, {10, 5}, {10, 1})));
  EXPECT_TRUE(mayOverlap(view(5, {10, 5}, {10, 1}), view(0, {10, 6}, {10, 1})));
  // The same columns, in other rows: even and odd ones.
  EXPECT_FALSE(
      mayOverlap(view(0, {5, 10}, {20, 1}), view(10, {5, 10}, {20, 1})));
  // The same with the dimensions exchanged: rows of a transposed table.
  EXPECT_FALSE(
      mayOverlap(view(0, {5, 10}, {1, 10}), view(5, {5, 10}, {1, 10})));
  EXPECT_TRUE(mayOverlap(view(0, {6, 10}, {1, 10}), view(5, {5, 10}, {1, 10})));
  EXPECT_FALSE(
      mayOverlap(view(0, {5, 10}, {1, 10}), view(5, {10, 5}, {10, 1})));
  // Even and odd columns, of all rows and of their halves.
  EXPECT_FALSE(mayOverlap(view(0, {9, 5}, {10, 2}), view(1, {9, 5}, {10, 2})));
  EXPECT_TRUE(mayOverlap(view(0, {9, 5}, {10, 2}), view(2, {9, 4}, {10, 2})));
  EXPECT_FALSE(mayOverlap(view(0, {9, 2}, {10, 2}), view(4, {9, 3}, {10, 2})));
  // A row that crosses from one step into the next.
  EXPECT_TRUE(mayOverlap(view(8, {5, 4}, {10, 1}), view(0, {9, 3}, {10, 1})));
  EXPECT_FALSE(mayOverlap(view(0, {0}, {1}), all));
  EXPECT_FALSE(mayOverlap(all, view(50, {3, 0}, {1, 1})));
  // Other element types are compared by their bytes.
  TensorRef bytes(data, DType::I8, {4}, {1});
  EXPECT_TRUE(mayOverlap(bytes, view(0, {1}, {1})));
  EXPECT_FALSE(mayOverlap(bytes, view(1, {1}, {1})));
}

/// Every element of a view, by its definition.
static std::vector<uintptr_t> listBytes(const TensorRef &view) {
  std::vector<uintptr_t> bytes;
  int64_t n = view.getNumElements(), width = getByteWidth(view.dtype);
  for (int64_t flat = 0; flat < n; ++flat) {
    int64_t rest = flat, offset = 0;
    for (int64_t i = view.getRank() - 1; i >= 0; --i) {
      offset += rest % view.shape[i] * view.strides[i];
      rest /= view.shape[i];
    }
    for (int64_t b = 0; b < width; ++b)
      bytes.push_back(reinterpret_cast<uintptr_t>(view.data) + offset * width +
                      b);
  }
  return bytes;
}

TEST(TensorRef, NoOverlapIsEverMissed) {
  static double data[400];
  std::srand(3);
  int apart = 0;
  for (int i = 0; i < 20000; ++i) {
    auto make = [&] {
      TensorRef view;
      view.data = data + 150 + std::rand() % 30;
      view.dtype = std::rand() % 2 ? DType::F64 : DType::F32;
      for (int dims = std::rand() % 4; dims > 0; --dims) {
        view.shape.push_back(std::rand() % 4);
        view.strides.push_back(std::rand() % 25 - 8);
      }
      return view;
    };
    TensorRef a = make(), b = make();
    std::vector<uintptr_t> x = listBytes(a), y = listBytes(b);
    bool shared = llvm::any_of(
        x, [&](uintptr_t byte) { return llvm::is_contained(y, byte); });
    if (shared)
      ASSERT_TRUE(mayOverlap(a, b)) << i;
    apart += !mayOverlap(a, b);
  }
  EXPECT_GT(apart, 1000);
}

TEST(Tensor, CopiesOfViews) {
  std::vector<int32_t> data(24);
  std::iota(data.begin(), data.end(), 0);
  auto copy = [&](TensorRef view) {
    llvm::Expected<Tensor> tensor = Tensor::copyOf(view);
    EXPECT_EQ(ArrayRef(tensor->getShape()), ArrayRef(view.shape));
    llvm::ArrayRef<int32_t> elements = tensor->elements<int32_t>();
    return std::vector<int32_t>(elements.begin(), elements.end());
  };
  int32_t *p = data.data();
  EXPECT_EQ(copy(TensorRef(p, {24})), data);
  EXPECT_EQ(copy(TensorRef(p, DType::I32, {2, 2}, {12, 1})),
            (std::vector<int32_t>{0, 1, 12, 13}));
  EXPECT_EQ(copy(TensorRef(p, DType::I32, {3, 2}, {1, 3})),
            (std::vector<int32_t>{0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(copy(TensorRef(p + 3, DType::I32, {3}, {-1})),
            (std::vector<int32_t>{3, 2, 1}));
  EXPECT_EQ(copy(TensorRef(p + 3, DType::I32, {}, {})),
            (std::vector<int32_t>{3}));
  EXPECT_EQ(copy(TensorRef(p, DType::I32, {2, 0}, {1, 1})),
            std::vector<int32_t>{});
}

TEST(RuntimeValue, HoldsWhatItIsGiven) {
  EXPECT_EQ(RuntimeValue(1.5f).getDType(), DType::F32);
  EXPECT_EQ(RuntimeValue(1.5).getDType(), DType::F64);
  EXPECT_EQ(RuntimeValue(3).getDType(), DType::I32);
  EXPECT_EQ(RuntimeValue(int64_t(3)).getDType(), DType::I64);
  EXPECT_EQ(RuntimeValue(true).getDType(), DType::I1);
  EXPECT_EQ(RuntimeValue(-7).getScalar().asInt(), -7);

  ASSERT_OK(tensor, Tensor::zeros(DType::F32, {4}));
  void *data = tensor.data();
  RuntimeValue view(tensor);
  EXPECT_FALSE(view.isOwning());
  EXPECT_FALSE(view.getTensor().readOnly);
  EXPECT_TRUE(
      RuntimeValue(static_cast<const Tensor &>(tensor)).getTensor().readOnly);
  ASSERT_OK(copied, std::move(view).takeTensor());
  EXPECT_NE(copied.data(), data);

  RuntimeValue owner(std::move(tensor));
  EXPECT_TRUE(owner.isOwning());
  RuntimeValue second = owner;
  EXPECT_EQ(second.getTensor().data, data);
  ASSERT_OK(copiedToo, std::move(owner).takeTensor());
  EXPECT_NE(copiedToo.data(), data);
  owner = RuntimeValue(1);
  ASSERT_OK(moved, std::move(second).takeTensor());
  EXPECT_EQ(moved.data(), data);
  EXPECT_FAILS(RuntimeValue(1).takeTensor(), EMB_INVALID_ARGUMENT,
               "found a scalar of type i32, expected a tensor");
}
