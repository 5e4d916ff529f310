//===- FloatConversionsTest.cpp - f16 and bf16 against LLVM's own ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Runtime/RuntimeSymbols.h"
#include "llvm/ADT/APFloat.h"
#include "gtest/gtest.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <set>
#include <string>

using llvm::APFloat;

namespace {

const void *findSymbol(const std::string &name) {
  size_t count;
  const EmbSymbol *symbols = embRuntimeSymbols(&count);
  for (size_t i = 0; i < count; ++i)
    if (symbols[i].name == name)
      return symbols[i].address;
  ADD_FAILURE() << name << " is not in the table";
  return nullptr;
}

template <typename Function> Function *find(const std::string &name) {
  return reinterpret_cast<Function *>(const_cast<void *>(findSymbol(name)));
}

uint16_t lowBits(float carrier) {
  uint32_t bits;
  std::memcpy(&bits, &carrier, sizeof(bits));
  return static_cast<uint16_t>(bits);
}

/// The upper half of the register is not defined: fill it.
float makeCarrier(uint16_t bits) {
  uint32_t word = 0x3f800000u | bits;
  float carrier;
  std::memcpy(&carrier, &word, sizeof(carrier));
  return carrier;
}

uint16_t roundWithLLVM(const llvm::fltSemantics &semantics, APFloat value) {
  bool losesInfo;
  value.convert(semantics, APFloat::rmNearestTiesToEven, &losesInfo);
  return static_cast<uint16_t>(value.bitcastToAPInt().getZExtValue());
}

/// Values around every boundary of both formats, and random ones.
std::vector<double> makeValues() {
  std::vector<double> values;
  for (int exponent = -160; exponent <= 140; ++exponent)
    for (double significand :
         {1.0, 1.0 + 0x1p-8, 1.0 + 0x1p-8 + 0x1p-30, 1.0 + 3 * 0x1p-8,
          1.0 + 0x1p-11, 1.0 + 0x1p-11 + 0x1p-40, 1.0 + 3 * 0x1p-11,
          2.0 - 0x1p-8, 2.0 - 0x1p-9, 2.0 - 0x1p-12, 2.0 - 0x1p-52})
      for (double sign : {1.0, -1.0})
        values.push_back(sign * std::ldexp(significand, exponent));
  std::mt19937_64 random(7);
  for (int i = 0; i < 100000; ++i) {
    uint64_t bits = random();
    double value;
    std::memcpy(&value, &bits, sizeof(value));
    if (!std::isnan(value))
      values.push_back(value);
  }
  const double infinity = std::numeric_limits<double>::infinity();
  values.insert(values.end(), {0.0, -0.0, infinity, -infinity});
  return values;
}

} // namespace

/// Holds the conversions from `From` of these names to what LLVM makes of them.
template <typename From>
static void expectRounded(const char *toHalfName, const char *toBFloatName) {
  auto *toHalf = find<float(From)>(toHalfName);
  auto *toBFloat = find<float(From)>(toBFloatName);
  for (double wide : makeValues()) {
    auto value = static_cast<From>(wide);
    EXPECT_EQ(lowBits(toHalf(value)),
              roundWithLLVM(APFloat::IEEEhalf(), APFloat(value)))
        << value;
    EXPECT_EQ(lowBits(toBFloat(value)),
              roundWithLLVM(APFloat::BFloat(), APFloat(value)))
        << value;
  }
}

TEST(FloatConversions, DoubleToSmall) {
  expectRounded<double>("__truncdfhf2", "__truncdfbf2");
}

TEST(FloatConversions, FloatToSmall) {
  expectRounded<float>("__truncsfhf2", "__truncsfbf2");
}

TEST(FloatConversions, NaNsStayNaNs) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (double value : {nan, -nan}) {
    uint16_t sign = std::signbit(value) ? 0x8000 : 0;
    EXPECT_EQ(lowBits(find<float(double)>("__truncdfhf2")(value)),
              sign | 0x7e00);
    EXPECT_EQ(lowBits(find<float(double)>("__truncdfbf2")(value)),
              sign | 0x7fc0);
    EXPECT_EQ(lowBits(find<float(float)>("__truncsfhf2")(value)),
              sign | 0x7e00);
    EXPECT_EQ(lowBits(find<float(float)>("__truncsfbf2")(value)),
              sign | 0x7fc0);
  }
}

TEST(FloatConversions, EverySmallToWide) {
  auto *halfToFloat = find<float(float)>("__extendhfsf2");
  auto *halfToDouble = find<double(float)>("__extendhfdf2");
  auto *bfloatToFloat = find<float(float)>("__extendbfsf2");
  for (unsigned bits = 0; bits < 65536; ++bits) {
    APFloat half(APFloat::IEEEhalf(), llvm::APInt(16, bits));
    APFloat bfloat(APFloat::BFloat(), llvm::APInt(16, bits));
    float carrier = makeCarrier(bits);
    // makeCarrier's upper half must not turn the carrier into a NaN, which a
    // compiler may change.
    if (half.isNaN()) {
      EXPECT_TRUE(std::isnan(halfToFloat(carrier)));
      EXPECT_TRUE(std::isnan(halfToDouble(carrier)));
    } else {
      EXPECT_EQ(halfToDouble(carrier), half.convertToDouble());
      EXPECT_EQ(halfToFloat(carrier), half.convertToDouble());
      EXPECT_EQ(std::signbit(halfToFloat(carrier)), half.isNegative());
    }
    if (bfloat.isNaN())
      EXPECT_TRUE(std::isnan(bfloatToFloat(carrier)));
    else
      EXPECT_EQ(bfloatToFloat(carrier), bfloat.convertToDouble());
  }
}

TEST(RuntimeSymbols, NamesAreUniqueAndBound) {
  size_t count;
  const EmbSymbol *symbols = embRuntimeSymbols(&count);
  std::set<std::string> names;
  for (size_t i = 0; i < count; ++i) {
    EXPECT_TRUE(names.insert(symbols[i].name).second) << symbols[i].name;
    EXPECT_NE(symbols[i].address, nullptr);
  }
  for (const char *name :
       {"embAlloc", "embCheckContext", "embCheckEqual", "embCheckIndices",
        "embCheckOffsets", "embFail", "embGroup"})
    EXPECT_EQ(names.count(name), 1u) << name;
}
