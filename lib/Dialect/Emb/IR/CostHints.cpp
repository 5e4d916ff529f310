//===- CostHints.cpp - What is expected of data ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Dialect/Emb/IR/CostModel.h"

#include <cmath>

using namespace mlir;
using namespace mlir::emb;

//===----------------------------------------------------------------------===//
// Attributes of arguments
//===----------------------------------------------------------------------===//

static LogicalResult verifyExtents(Operation *op, unsigned number, Type type,
                                   Attribute value) {
  auto error = [&] {
    return op->emitError() << "'" << kExtentsAttr << "' of argument " << number
                           << ": ";
  };
  auto extents = dyn_cast<DenseI64ArrayAttr>(value);
  if (!extents)
    return error() << "found " << value
                   << ", expected an array of i64 such as array<i64: 1000, -1>";
  auto shaped = dyn_cast<ShapedType>(type);
  if (!shaped || !shaped.hasRank())
    return error() << "found an argument of type " << type
                   << ", expected a tensor or memref of known rank";
  if (shaped.getRank() != extents.size())
    return error() << "found " << extents.size() << " extents, expected "
                   << shaped.getRank() << ", one for each dimension of "
                   << type;
  for (auto [dim, extent] : llvm::enumerate(extents.asArrayRef())) {
    if (extent < -1)
      return error() << "found " << extent << " for dimension " << dim
                     << ", expected an extent or -1";
    if (extent >= 0 && !shaped.isDynamicDim(dim) &&
        shaped.getDimSize(dim) != extent)
      return error() << "found " << extent << " for dimension " << dim
                     << ", expected " << shaped.getDimSize(dim)
                     << " as in the type " << type << ", or -1";
  }
  return success();
}

static LogicalResult verifyUnique(Operation *op, unsigned number, Type type,
                                  Attribute value) {
  auto error = [&] {
    return op->emitError() << "'" << kUniqueAttr << "' of argument " << number
                           << ": ";
  };
  auto share = dyn_cast<FloatAttr>(value);
  if (!share || !share.getType().isF64())
    return error() << "found " << value << ", expected an f64";
  if (!(share.getValueAsDouble() > 0 && share.getValueAsDouble() <= 1))
    return error() << "found " << value
                   << ", expected a share above 0 and at most 1";
  auto shaped = dyn_cast<ShapedType>(type);
  if (!shaped || !shaped.getElementType().isInteger())
    return error() << "found an argument of type " << type
                   << ", expected a tensor or memref of integers";
  return success();
}

LogicalResult EmbDialect::verifyRegionArgAttribute(Operation *op, unsigned,
                                                   unsigned number,
                                                   NamedAttribute attribute) {
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (!function)
    return success();
  Type type = function.getArgumentTypes()[number];
  if (attribute.getName() == kExtentsAttr)
    return verifyExtents(op, number, type, attribute.getValue());
  if (attribute.getName() == kUniqueAttr)
    return verifyUnique(op, number, type, attribute.getValue());
  return success();
}

//===----------------------------------------------------------------------===//
// Distinct values
//===----------------------------------------------------------------------===//

// A value is not drawn with the probability (1 - 1/N)^n (W. Feller, An
// Introduction to Probability Theory and Its Applications, volume 1, chapter
// II.11 and IV: the occupancy problem).
double emb::getExpectedDistinct(double values, double draws) {
  if (draws <= 1 || std::isinf(values))
    return draws;
  if (values <= 1)
    return 1;
  // 1 - (1 - 1/N)^n without cancellation.
  return -values * std::expm1(draws * std::log1p(-1.0 / values));
}

double emb::getEffectiveValues(double distinct, double draws) {
  if (distinct >= draws)
    return std::numeric_limits<double>::infinity();
  // More than `distinct` are needed, and the expectation grows with them.
  double low = distinct, high = std::max(2.0 * distinct, 2.0);
  while (getExpectedDistinct(high, draws) < distinct)
    high *= 2;
  for (int i = 0; i < 100; ++i) {
    double middle = 0.5 * (low + high);
    (getExpectedDistinct(middle, draws) < distinct ? low : high) = middle;
  }
  return high;
}
