//===- Compare.cpp - What was computed against what was wanted ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Compare.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <cstring>
#include <limits>

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::check;

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

Elements Elements::of(TypedAttr value) {
  Elements elements;
  elements.dtype = *getDType(getElementTypeOrSelf(value.getType()));
  auto dense = dyn_cast<DenseIntOrFPElementsAttr>(value);
  elements.isTensor = static_cast<bool>(dense);
  if (auto integer = dyn_cast<IntegerAttr>(value))
    elements.bits = {integer.getValue().getZExtValue()};
  else if (auto number = dyn_cast<FloatAttr>(value))
    elements.bits = {number.getValue().bitcastToAPInt().getZExtValue()};
  if (!dense)
    return elements;

  elements.shape.assign(dense.getType().getShape().begin(),
                        dense.getType().getShape().end());
  elements.bits.reserve(dense.getNumElements());
  if (isFloat(elements.dtype))
    for (const APFloat &element : dense.getValues<APFloat>())
      elements.bits.push_back(element.bitcastToAPInt().getZExtValue());
  else
    for (const APInt &element : dense.getValues<APInt>())
      elements.bits.push_back(element.getZExtValue());
  return elements;
}

/// Reads `width` bytes.
static uint64_t loadBits(const void *element, int64_t width) {
  uint64_t bits = 0;
  std::memcpy(&bits, element, width);
  return bits;
}

Elements Elements::of(const RuntimeValue &value) {
  Elements elements;
  elements.dtype = value.getDType();
  elements.isTensor = value.isTensor();
  int64_t width = getByteWidth(elements.dtype);
  if (value.isScalar()) {
    elements.bits = {loadBits(value.getScalar().bytes, width)};
    return elements;
  }

  TensorRef tensor = value.getTensor();
  elements.shape = tensor.shape;
  int64_t count = tensor.getNumElements();
  elements.bits.reserve(count);
  for (int64_t i = 0; i < count; ++i) {
    int64_t offset = 0, rest = i;
    for (int64_t dim = tensor.getRank(); dim-- > 0;) {
      offset += rest % tensor.shape[dim] * tensor.strides[dim];
      rest /= tensor.shape[dim];
    }
    elements.bits.push_back(loadBits(
        static_cast<const char *>(tensor.data) + offset * width, width));
  }
  return elements;
}

//===----------------------------------------------------------------------===//
// Comparison
//===----------------------------------------------------------------------===//

static double asDouble(DType dtype, uint64_t bits) {
  return loadAsDouble(dtype, &bits);
}

/// How far `got` is from being allowed: 0 if it is, else how many times its
/// distance exceeds the tolerance (infinity where that has no meaning).
static double getExcess(double got, double want, Expectation::Tolerance limit) {
  if (got == want || (std::isnan(got) && std::isnan(want)))
    return 0;
  double distance = std::fabs(got - want);
  double allowed = limit.atol + limit.rtol * std::fabs(want);
  if (std::isfinite(distance) && distance <= allowed)
    return 0;
  double excess = distance / allowed;
  return std::isnan(excess) ? std::numeric_limits<double>::infinity() : excess;
}

static void print(llvm::raw_ostream &os, DType dtype, uint64_t bits) {
  if (!isFloat(dtype)) {
    int64_t value = dtype == DType::I1 ? bits : asDouble(dtype, bits);
    os << (dtype == DType::I64 ? static_cast<int64_t>(bits) : value);
    return;
  }
  os << llvm::format("%.17g", asDouble(dtype, bits)) << " (0x"
     << llvm::utohexstr(bits, true, 2 * getByteWidth(dtype)) << ")";
}

static std::string describeType(const Elements &elements) {
  std::string type = formatShape(elements.shape, elements.dtype);
  return elements.isTensor ? "tensor<" + type + ">" : type;
}

std::optional<std::string>
mlir::emb::check::compare(const Elements &got, const Elements &want,
                          std::optional<Expectation::Tolerance> tolerance) {
  std::string message;
  llvm::raw_string_ostream os(message);
  if (got.dtype != want.dtype || got.isTensor != want.isTensor ||
      got.shape != want.shape) {
    os << "got a " << describeType(got) << ", want a " << describeType(want);
    return message;
  }

  size_t differing = 0, worst = 0;
  double worstExcess = -1;
  for (size_t i = 0; i < want.bits.size(); ++i) {
    double excess = got.bits[i] != want.bits[i];
    if (excess != 0 && tolerance)
      excess = getExcess(asDouble(got.dtype, got.bits[i]),
                         asDouble(want.dtype, want.bits[i]), *tolerance);
    if (excess == 0)
      continue;
    ++differing;
    if (excess > worstExcess) {
      worst = i;
      worstExcess = excess;
    }
  }
  if (differing == 0)
    return std::nullopt;

  SmallVector<int64_t> position(want.shape.size());
  int64_t rest = worst;
  for (int64_t dim = want.shape.size(); dim-- > 0;) {
    position[dim] = rest % want.shape[dim];
    rest /= want.shape[dim];
  }
  if (want.isTensor) {
    os << "element [";
    llvm::interleaveComma(position, os);
    os << "]: ";
  }
  os << "got ";
  print(os, got.dtype, got.bits[worst]);
  os << ", want ";
  print(os, want.dtype, want.bits[worst]);
  if (tolerance)
    os << ", off by " << llvm::format("%.3g", worstExcess) << " tolerances";
  if (want.isTensor)
    os << "; " << differing << " of " << want.bits.size() << " elements differ";
  return message;
}
