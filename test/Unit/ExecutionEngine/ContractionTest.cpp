//===- ContractionTest.cpp - Products of matrices of all shapes -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Products of matrices against plain loops, to the bit: the terms of each sum
// one by one, in order. The extents are those at which tiles, vectors and their
// masks begin and end.
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"

#include <map>

using namespace mlir::emb;
using namespace emb_test;

// Each adds a product to c and returns the sum.
static const char kProducts[] = R"mlir(
#mk = affine_map<(m, n, k) -> (m, k)>
#km = affine_map<(m, n, k) -> (k, m)>
#kn = affine_map<(m, n, k) -> (k, n)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
!mat = tensor<?x?xf32>
!cube = tensor<?x?x?xf32>
!wide = tensor<?x?xf64>
func.func @nn(%a: !mat, %b: !mat, %c: !mat) -> !mat {
  %r = linalg.matmul ins(%a, %b : !mat, !mat) outs(%c : !mat) -> !mat
  return %r : !mat
}
func.func @nt(%a: !mat, %b: !mat, %c: !mat) -> !mat {
  %r = linalg.matmul indexing_maps = [#mk, #nk, #mn] ins(%a, %b : !mat, !mat) outs(%c : !mat) -> !mat
  return %r : !mat
}
func.func @tn(%a: !mat, %b: !mat, %c: !mat) -> !mat {
  %r = linalg.matmul indexing_maps = [#km, #kn, #mn] ins(%a, %b : !mat, !mat) outs(%c : !mat) -> !mat
  return %r : !mat
}
func.func @tt(%a: !mat, %b: !mat, %c: !mat) -> !mat {
  %r = linalg.matmul indexing_maps = [#km, #nk, #mn] ins(%a, %b : !mat, !mat) outs(%c : !mat) -> !mat
  return %r : !mat
}
// The factor that comes first has the columns.
func.func @swapped(%a: !mat, %b: !mat, %c: !mat) -> !mat {
  %r = linalg.generic {indexing_maps = [#kn, #mk, #mn], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%b, %a : !mat, !mat) outs(%c : !mat) {
  ^bb0(%y: f32, %x: f32, %s: f32):
    %p = arith.mulf %x, %y : f32
    %t = arith.addf %p, %s : f32
    linalg.yield %t : f32
  } -> !mat
  return %r : !mat
}
func.func @f64(%a: !wide, %b: !wide, %c: !wide) -> !wide {
  %r = linalg.matmul ins(%a, %b : !wide, !wide) outs(%c : !wide) -> !wide
  return %r : !wide
}
func.func @vecmat(%a: tensor<?xf32>, %b: !mat, %c: tensor<?xf32>) -> tensor<?xf32> {
  %r = linalg.vecmat ins(%a, %b : tensor<?xf32>, !mat) outs(%c : tensor<?xf32>) -> tensor<?xf32>
  return %r : tensor<?xf32>
}
func.func @batched(%a: !cube, %b: !cube, %c: !cube) -> !cube {
  %r = linalg.batch_matmul ins(%a, %b : !cube, !cube) outs(%c : !cube) -> !cube
  return %r : !cube
}
// A sum over two dimensions.
func.func @reduced(%a: !cube, %b: !cube, %c: !mat) -> !mat {
  %r = linalg.batch_reduce_matmul ins(%a, %b : !cube, !cube) outs(%c : !mat) -> !mat
  return %r : !mat
}
)mlir";

namespace {
/// Numbers whose products and sums are rounded, in a matrix of T with gaps
/// between its rows.
template <typename T> struct Matrix {
  Matrix(Shape extents, unsigned seed, int64_t gap = 0) : extents(extents) {
    int64_t row = extents.back() + gap, count = row;
    for (size_t dim = extents.size() - 1; dim-- > 0;)
      count *= extents[dim];
    strides.assign(extents.size(), 1);
    for (size_t dim = extents.size() - 1; dim-- > 0;)
      strides[dim] =
          dim + 2 == extents.size() ? row : strides[dim + 1] * extents[dim + 1];
    elements.resize(count + 1);
    for (T &element : elements) {
      seed = seed * 1664525u + 1013904223u;
      element = T(int32_t(seed >> 8) - (1 << 23)) / T(1 << 20);
    }
  }
  T at(int64_t i, int64_t j) const { return elements[i * strides[0] + j]; }
  TensorRef ref() {
    return TensorRef(elements.data(), *dtypeOf<T>(), extents, strides);
  }

  Shape extents, strides;
  std::vector<T> elements;
};

class Contraction
    : public testing::TestWithParam<std::tuple<const char *, int>> {
protected:
  void SetUp() override {
    CompileOptions options;
    options.useCache = false;
    auto [cpu, threads] = GetParam();
    if (llvm::StringRef(cpu) == "x86-64-v3" && !__builtin_cpu_supports("avx2"))
      GTEST_SKIP() << "this machine cannot run it";
    program = programs[GetParam()].get();
    if (program)
      return;
    options.cpu = cpu;
    options.threads = threads;
    auto compiled = compileString(kProducts, options, "products.mlir");
    ASSERT_TRUE(bool(compiled)) << llvm::toString(compiled.takeError());
    programs[GetParam()] = std::move(*compiled);
    program = programs[GetParam()].get();
  }
  static void TearDownTestSuite() { programs.clear(); }

  /// The elements of the result of `name`.
  template <typename T>
  std::vector<T> call(llvm::StringRef name, TensorRef a, TensorRef b,
                      TensorRef c) {
    CompiledFunction function = llvm::cantFail(program->lookup(name));
    auto results = llvm::cantFail(function.call({a, b, c}));
    TensorRef result = results[0].getTensor();
    std::vector<T> elements(result.getNumElements());
    result.copyTo(elements.data());
    return elements;
  }

  /// Compares with plain loops. `isLeft`, `isRight`: transposed.
  template <typename T>
  void check(llvm::StringRef name, int64_t m, int64_t n, int64_t k,
             bool isLeft = false, bool isRight = false) {
    Matrix<T> a(isLeft ? Shape{k, m} : Shape{m, k}, 1, m % 3);
    Matrix<T> b(isRight ? Shape{n, k} : Shape{k, n}, 2, n % 2);
    Matrix<T> c({m, n}, 3);
    std::vector<T> expected;
    for (int64_t i = 0; i < m; ++i)
      for (int64_t j = 0; j < n; ++j) {
        volatile T sum = c.at(i, j);
        for (int64_t l = 0; l < k; ++l) {
          volatile T product = (isLeft ? a.at(l, i) : a.at(i, l)) *
                               (isRight ? b.at(j, l) : b.at(l, j));
          sum = sum + product;
        }
        expected.push_back(T(sum));
      }
    EXPECT_EQ(call<T>(name, a.ref(), b.ref(), c.ref()), expected)
        << name.str() << " " << m << " x " << n << " x " << k;
  }

  static inline std::map<std::tuple<const char *, int>,
                         std::unique_ptr<Executable>>
      programs;
  Executable *program = nullptr;
};
} // namespace

static const int64_t kExtents[] = {0,  1,  2,  3,  5,  7,  8,
                                   15, 16, 17, 31, 33, 64, 100};

TEST_P(Contraction, PlainMatrices) {
  for (int64_t m : kExtents)
    for (int64_t n : kExtents)
      for (int64_t k : kExtents)
        check<float>("nn", m, n, k);
}

TEST_P(Contraction, TransposedMatrices) {
  for (int64_t m : kExtents)
    for (int64_t n : kExtents)
      for (int64_t k : kExtents) {
        check<float>("nt", m, n, k, false, true);
        check<float>("tn", m, n, k, true, false);
        check<float>("tt", m, n, k, true, true);
      }
}

TEST_P(Contraction, OtherOrdersAndTypes) {
  for (int64_t m : kExtents)
    for (int64_t n : kExtents)
      for (int64_t k : {0, 1, 5, 17, 100}) {
        check<float>("swapped", m, n, k);
        check<double>("f64", m, n, k);
      }
}

TEST_P(Contraction, LargeMatrices) {
  check<float>("nn", 65, 129, 255);
  check<float>("nn", 200, 33, 256);
  check<float>("nn", 67, 65, 257);
  check<float>("nt", 129, 100, 700, false, true);
  check<double>("f64", 65, 40, 513);
}

TEST_P(Contraction, VectorsAndBatches) {
  for (int64_t n : kExtents)
    for (int64_t k : kExtents) {
      Matrix<float> a({k}, 1), b({k, n}, 2), c({n}, 3);
      std::vector<float> expected;
      for (int64_t j = 0; j < n; ++j) {
        volatile float sum = c.elements[j];
        for (int64_t l = 0; l < k; ++l) {
          volatile float product = a.elements[l] * b.at(l, j);
          sum = sum + product;
        }
        expected.push_back(float(sum));
      }
      EXPECT_EQ(call<float>("vecmat", a.ref(), b.ref(), c.ref()), expected)
          << n << " x " << k;
    }
  for (int64_t batch : {0, 1, 3})
    for (int64_t m : {1, 9, 65})
      for (int64_t n : {1, 31, 40})
        for (int64_t k : {0, 4, 70}) {
          Matrix<float> a({batch, m, k}, 1), b({batch, k, n}, 2);
          Matrix<float> c({batch, m, n}, 3), d({m, n}, 4);
          std::vector<float> products, sums;
          for (int64_t i = 0; i < batch * m; ++i)
            for (int64_t j = 0; j < n; ++j) {
              volatile float sum = c.elements[i * n + j];
              for (int64_t l = 0; l < k; ++l) {
                volatile float product =
                    a.elements[i * k + l] * b.elements[(i / m * k + l) * n + j];
                sum = sum + product;
              }
              products.push_back(float(sum));
            }
          for (int64_t i = 0; i < m; ++i)
            for (int64_t j = 0; j < n; ++j) {
              volatile float sum = d.at(i, j);
              for (int64_t l = 0; l < batch * k; ++l) {
                int64_t at = l / k, term = l % k;
                volatile float product = a.elements[(at * m + i) * k + term] *
                                         b.elements[(at * k + term) * n + j];
                sum = sum + product;
              }
              sums.push_back(float(sum));
            }
          EXPECT_EQ(call<float>("batched", a.ref(), b.ref(), c.ref()), products)
              << batch << " x " << m << " x " << n << " x " << k;
          EXPECT_EQ(call<float>("reduced", a.ref(), b.ref(), d.ref()), sums)
              << batch << " x " << m << " x " << n << " x " << k;
        }
}

INSTANTIATE_TEST_SUITE_P(Targets, Contraction,
                         testing::Values(std::tuple("", 1), std::tuple("", 2),
                                         std::tuple("x86-64-v3", 2),
                                         std::tuple("x86-64-v2", 1)));
