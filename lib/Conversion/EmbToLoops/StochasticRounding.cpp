//===- StochasticRounding.cpp - Rounding by reproducible chance -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StochasticRounding.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;
using namespace mlir::emb;

namespace {

/// Builds expressions on unsigned 32-bit words, scalars or vectors.
class WordBuilder {
public:
  /// For words of the shape of `like`.
  WordBuilder(OpBuilder &builder, Location loc, Type like)
      : b(loc, builder), type(b.getI32Type()) {
    if (auto vector = dyn_cast<VectorType>(like))
      type = vector.clone(type);
  }

  Type getType() const { return type; }
  Value constant(uint32_t word) {
    TypedAttr attr = b.getI32IntegerAttr(static_cast<int32_t>(word));
    if (auto vector = dyn_cast<VectorType>(type))
      attr = DenseElementsAttr::get(vector, Attribute(attr));
    return arith::ConstantOp::create(b, attr);
  }
  Value splat(Value word) {
    return isa<VectorType>(type) ? vector::BroadcastOp::create(b, type, word)
                                 : word;
  }
  Value add(Value x, Value y) { return arith::AddIOp::create(b, x, y); }
  Value add(Value x, uint32_t y) { return add(x, constant(y)); }
  Value sub(Value x, Value y) { return arith::SubIOp::create(b, x, y); }
  Value mul(Value x, uint32_t y) {
    return arith::MulIOp::create(b, x, constant(y));
  }
  Value bitAnd(Value x, uint32_t y) {
    return arith::AndIOp::create(b, x, constant(y));
  }
  Value bitOr(Value x, Value y) { return arith::OrIOp::create(b, x, y); }
  Value bitXor(Value x, Value y) { return arith::XOrIOp::create(b, x, y); }
  Value shiftLeft(Value x, Value y) { return arith::ShLIOp::create(b, x, y); }
  Value shiftLeft(Value x, uint32_t y) { return shiftLeft(x, constant(y)); }
  Value shiftRight(Value x, Value y) { return arith::ShRUIOp::create(b, x, y); }
  Value shiftRight(Value x, uint32_t y) { return shiftRight(x, constant(y)); }
  Value max(Value x, int32_t y) {
    return arith::MaxSIOp::create(b, x, constant(y));
  }
  Value min(Value x, int32_t y) {
    return arith::MinSIOp::create(b, x, constant(y));
  }
  /// Unsigned.
  Value isLess(Value x, Value y) {
    return arith::CmpIOp::create(b, arith::CmpIPredicate::ult, x, y);
  }
  Value select(Value condition, Value x, Value y) {
    return arith::SelectOp::create(b, condition, x, y);
  }
  /// 1 where the condition holds, else 0.
  Value count(Value condition) {
    return arith::ExtUIOp::create(b, type, condition);
  }
  /// Low and high word of the product.
  std::pair<Value, Value> mulWide(Value x, uint32_t y) {
    auto product = arith::MulUIExtendedOp::create(b, x, constant(y));
    return {product.getLow(), product.getHigh()};
  }
  /// Low and high word of an i64.
  std::pair<Value, Value> split(Value wide) {
    Value thirtyTwo = arith::ConstantOp::create(b, b.getI64IntegerAttr(32));
    Value high = arith::ShRUIOp::create(b, wide, thirtyTwo);
    return {arith::TruncIOp::create(b, type, wide),
            arith::TruncIOp::create(b, type, high)};
  }

  ImplicitLocOpBuilder b;

private:
  Type type;
};

/// What is left of f32 magnitudes in a narrower type, rounded towards zero, and
/// the fraction of the last place that was discarded, in units of 2^-32.
struct Truncated {
  Value magnitude, fraction;
};

} // namespace

/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy
/// as 1, 2, 3, SC 2011).
static std::array<Value, 4> createPhilox(WordBuilder &words,
                                         std::array<Value, 4> counter,
                                         std::array<Value, 2> key) {
  for (int round = 0; round < 10; ++round) {
    if (round > 0)
      key = {words.add(key[0], 0x9E3779B9), words.add(key[1], 0xBB67AE85)};
    auto [low0, high0] = words.mulWide(counter[0], 0xD2511F53);
    auto [low1, high1] = words.mulWide(counter[2], 0xCD9E8D57);
    counter = {words.bitXor(words.bitXor(high1, counter[1]), key[0]), low1,
               words.bitXor(words.bitXor(high0, counter[3]), key[1]), low0};
  }
  return counter;
}

StochasticRounding::StochasticRounding(OpBuilder &builder, Location loc,
                                       Value seed, Value step,
                                       int64_t tableId) {
  WordBuilder words(builder, loc, builder.getI32Type());
  auto [stepLow, stepHigh] = words.split(step);
  auto [seedLow, seedHigh] = words.split(seed);
  auto table = static_cast<uint64_t>(tableId);
  callKey = createPhilox(words,
                         {stepLow, stepHigh,
                          words.constant(static_cast<uint32_t>(table)),
                          words.constant(static_cast<uint32_t>(table >> 32))},
                         {seedLow, seedHigh});
}

StochasticRounding::RowKey StochasticRounding::createRowKey(OpBuilder &builder,
                                                            Location loc,
                                                            Value row) const {
  WordBuilder words(builder, loc, builder.getI32Type());
  Value wide =
      arith::IndexCastOp::create(builder, loc, builder.getI64Type(), row);
  auto [low, high] = words.split(wide);
  std::array<Value, 4> key = createPhilox(
      words, {low, high, callKey[2], callKey[3]}, {callKey[0], callKey[1]});
  return {key[0], key[1]};
}

/// The random words of the columns of a piece.
static Value createBits(WordBuilder &words,
                        const StochasticRounding::RowKey &key,
                        const RowTile &tile, const RowPiece &piece) {
  SmallVector<int32_t> offsets;
  for (int64_t lane = 0; lane < piece.lanes; ++lane)
    offsets.push_back(static_cast<int32_t>(piece.offset + lane));
  auto type = cast<VectorType>(words.getType());
  Value base =
      arith::IndexCastOp::create(words.b, words.b.getI32Type(), tile.base);
  Value column = words.add(
      words.splat(base),
      arith::ConstantOp::create(
          words.b, DenseElementsAttr::get(type, ArrayRef<int32_t>(offsets))));
  Value x = words.add(words.mul(column, 0x9E3779B9), words.splat(key.first));
  x = words.bitXor(x, words.shiftRight(x, 16));
  x = words.mul(x, 0x7FEB352D);
  x = words.bitXor(x, words.shiftRight(x, 15));
  x = words.bitXor(x, words.splat(key.second));
  x = words.mul(x, 0x846CA68B);
  return words.bitXor(x, words.shiftRight(x, 16));
}

static Truncated truncateToBF16(WordBuilder &words, Value magnitude) {
  return {words.shiftRight(magnitude, 16), words.shiftLeft(magnitude, 16)};
}

static Truncated truncateToF16(WordBuilder &words, Value magnitude) {
  // From 2^-14 on the exponent changes its bias and 13 bits go.
  Value normal =
      words.sub(words.shiftRight(magnitude, 13), words.constant(112 << 10));
  Value normalFraction = words.shiftLeft(magnitude, 19);
  // Below, the last place is 2^-24: the significand m of m * 2^(e - 150) loses
  // 126 - e bits.
  Value exponent = words.shiftRight(magnitude, 23);
  Value significand = words.add(words.bitAnd(magnitude, 0x7FFFFF), 0x800000);
  Value lost = words.max(words.sub(words.constant(126), exponent), 0);
  Value left = words.max(words.sub(words.constant(32), lost), 0);
  Value right = words.max(words.sub(lost, words.constant(32)), 0);
  Value small = words.shiftRight(significand, words.min(lost, 31));
  Value smallFraction = words.shiftRight(
      words.shiftLeft(significand, words.min(left, 31)), words.min(right, 31));
  Value isSmall = words.isLess(magnitude, words.constant(113 << 23));
  return {words.select(isSmall, small, normal),
          words.select(isSmall, smallFraction, normalFraction)};
}

Value StochasticRounding::round(OpBuilder &builder, Location loc, Value value,
                                FloatType type, const RowKey &key,
                                const RowTile &tile,
                                const RowPiece &piece) const {
  WordBuilder words(builder, loc, value.getType());
  auto halves = cast<VectorType>(words.getType()).clone(builder.getI16Type());
  Value bits = arith::BitcastOp::create(builder, loc, words.getType(), value);
  Value magnitude = words.bitAnd(bits, 0x7FFFFFFF);
  Truncated truncated = type.isBF16() ? truncateToBF16(words, magnitude)
                                      : truncateToF16(words, magnitude);
  Value random = createBits(words, key, tile, piece);
  Value result =
      words.add(truncated.magnitude,
                words.count(words.isLess(random, truncated.fraction)));
  Value sign = words.bitAnd(words.shiftRight(bits, 16), 0x8000);
  result = words.bitOr(result, sign);
  result = arith::TruncIOp::create(builder, loc, halves, result);

  uint32_t largest = type.isBF16() ? 0x7F7F0000 : 0x477FE000;
  Value isBeyond = words.isLess(words.constant(largest), magnitude);
  Value nearest = arith::BitcastOp::create(
      builder, loc, halves, convertFloat(builder, loc, value, type));
  result = words.select(isBeyond, nearest, result);
  return arith::BitcastOp::create(
      builder, loc, cast<VectorType>(value.getType()).clone(type), result);
}
