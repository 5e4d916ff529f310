//===- DTypeTest.cpp - Element types and numbers --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"
#include "mlir/IR/Builders.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::emb;

static const DType kAll[] = {DType::I1,   DType::I8,  DType::I16,
                             DType::I32,  DType::I64, DType::F16,
                             DType::BF16, DType::F32, DType::F64};

TEST(DType, NamesAndTypesGoBothWays) {
  MLIRContext context;
  Builder b(&context);
  Type types[] = {b.getI1Type(),   b.getI8Type(),  b.getI16Type(),
                  b.getI32Type(),  b.getI64Type(), b.getF16Type(),
                  b.getBF16Type(), b.getF32Type(), b.getF64Type()};
  for (auto [dtype, type] : llvm::zip(kAll, types)) {
    EXPECT_EQ(parseDType(stringify(dtype)), dtype);
    EXPECT_EQ(getDType(type), dtype);
    EXPECT_EQ(getByteWidth(dtype),
              static_cast<int64_t>((type.getIntOrFloatBitWidth() + 7) / 8));
    EXPECT_EQ(isFloat(dtype), isa<FloatType>(type));
  }
  EXPECT_EQ(getDType(b.getIndexType()), DType::I64);
  EXPECT_FALSE(getDType(b.getIntegerType(8, /*isSigned=*/false)));
  EXPECT_FALSE(getDType(b.getNoneType()));
  EXPECT_FALSE(parseDType("f8"));
  EXPECT_EQ(dtypeOf<long long>(), DType::I64);
  EXPECT_EQ(dtypeOf<const float>(), DType::F32);
  EXPECT_FALSE(dtypeOf<unsigned>());
}

/// What is left of a number after it was stored.
static double store(DType dtype, double value) {
  return Scalar::fromDouble(dtype, value).asDouble();
}

TEST(DType, NumbersAreRounded) {
  for (DType dtype : kAll)
    EXPECT_EQ(store(dtype, 1), 1) << stringify(dtype).str();
  EXPECT_EQ(store(DType::F64, 0.1), 0.1);
  EXPECT_EQ(store(DType::F32, 0.1), 0.1f);
  EXPECT_EQ(store(DType::F16, 0.1), 0x1.998p-4);
  EXPECT_EQ(store(DType::BF16, 0.1), 0x1.9ap-4);
  EXPECT_EQ(store(DType::F16, 1e6), std::numeric_limits<double>::infinity());
  EXPECT_EQ(store(DType::I32, -2.9), -2);
  EXPECT_EQ(store(DType::I8, 1000), 127);
  EXPECT_EQ(store(DType::I8, -1000), -128);
  EXPECT_EQ(store(DType::I32, std::nan("")), 0);
  EXPECT_EQ(store(DType::I1, 0.5), 1);
  EXPECT_EQ(Scalar::fromDouble(DType::I64, 1e30).asInt(), INT64_MAX);
  EXPECT_EQ(Scalar::fromDouble(DType::I64, -1e30).asInt(), INT64_MIN);
  EXPECT_EQ(Scalar::fromInt(DType::I64, INT64_MAX - 1).asInt(), INT64_MAX - 1);
  EXPECT_EQ(Scalar::fromInt(DType::F32, 3).asInt(), 3);
}
