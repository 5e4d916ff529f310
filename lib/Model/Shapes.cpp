//===- Shapes.cpp - The same elements in another shape --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Dimensions.h"
#include "Graph.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Layers/Structured.h"
#include "emb/Model/Functions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/StringExtras.h"

#include <numeric>

using namespace mlir;
using namespace mlir::emb;

static constexpr int64_t kDynamic = ShapedType::kDynamic;

/// A function of one tensor.
static Var build(StringRef name, Var x, SourceLocation loc,
                 llvm::function_ref<FailureOr<Value>(OpBuilder &, Location,
                                                     Value, RankedTensorType)>
                     create) {
  return buildOne(
      loc, {x},
      [&](OpBuilder &builder, Location l, ValueRange in) -> FailureOr<Value> {
        FailureOr<RankedTensorType> type = getTensor(l, name, in[0]);
        if (failed(type))
          return failure();
        return create(builder, l, in[0], *type);
      });
}

//===----------------------------------------------------------------------===//
// Reshape
//===----------------------------------------------------------------------===//

namespace {
/// A tensor in another shape.
class Reshape {
public:
  Reshape(OpBuilder &builder, Location loc, Value x, ArrayRef<int64_t> shape);

  FailureOr<Value> create();

private:
  InFlightDiagnostic refuse() { return emitError(loc) << "reshape: "; }
  LogicalResult verify();
  /// Finds the extent that is left; creates a check if only a step knows
  /// whether the elements fit.
  LogicalResult inferExtent();
  /// The elements in one dimension.
  Value flatten();

  OpBuilder &builder;
  Location loc;
  Value x;
  RankedTensorType type;
  /// Of the result, `left` being the position of the extent that is left.
  SmallVector<OpFoldResult> shape;
  std::optional<unsigned> left;
  /// The product of the extents that are given, and of the static ones of x.
  int64_t given = 1, known = 1;
};
} // namespace

Reshape::Reshape(OpBuilder &builder, Location loc, Value x,
                 ArrayRef<int64_t> extents)
    : builder(builder), loc(loc), x(x),
      type(cast<RankedTensorType>(x.getType())) {
  for (int64_t extent : extents)
    shape.push_back(builder.getIndexAttr(extent < 0 ? kDynamic : extent));
  for (int64_t extent : type.getShape())
    if (!ShapedType::isDynamic(extent))
      known *= extent;
}

LogicalResult Reshape::verify() {
  for (auto [position, extent] : llvm::enumerate(shape)) {
    int64_t size = *getConstantIntValue(extent);
    if (!ShapedType::isDynamic(size)) {
      given *= size;
      continue;
    }
    if (left)
      return refuse() << "found two extents that are not given, expected one "
                         "at most";
    left = position;
  }
  if (left && given == 0)
    return refuse() << "an extent is left to be found beside one of 0";
  return success();
}

LogicalResult Reshape::inferExtent() {
  std::string text =
      llvm::join(llvm::map_range(shape,
                                 [](OpFoldResult extent) {
                                   int64_t size = *getConstantIntValue(extent);
                                   return ShapedType::isDynamic(size)
                                              ? std::string("?")
                                              : std::to_string(size);
                                 }),
                 "x");
  if (type.hasStaticShape()) {
    bool fits = left ? known % given == 0 : known == given;
    if (!fits)
      return refuse() << "found " << known << " elements (" << type
                      << "), which do not fit into '" << text << "'";
    if (left)
      shape[*left] = builder.getIndexAttr(known / given);
    return success();
  }
  if (left && type.getNumDynamicDims() == 1 && known == given) {
    for (unsigned dim = 0, rank = type.getRank(); dim < rank; ++dim)
      if (type.isDynamicDim(dim))
        shape[*left] = tensor::getMixedSize(builder, loc, x, dim);
    return success();
  }
  auto dims = llvm::to_vector(llvm::seq<unsigned>(0, type.getRank()));
  Value found = createNumElements(builder, loc, x, dims);
  Value expected = arith::ConstantIndexOp::create(builder, loc, given);
  if (left) {
    Value size = arith::DivUIOp::create(builder, loc, found, expected);
    shape[*left] = size;
    expected = arith::MulIOp::create(builder, loc, size, expected);
  }
  if (!left || given != 1)
    CheckEqualOp::create(builder, loc, found, expected,
                         "reshape: elements for '" + text + "'");
  return success();
}

static SmallVector<ReassociationIndices> getOneGroup(int64_t rank) {
  if (rank == 0)
    return {};
  return {llvm::to_vector<2>(llvm::seq<int64_t>(0, rank))};
}

Value Reshape::flatten() {
  if (type.getRank() == 1)
    return x;
  if (type.getRank() == 0)
    return tensor::ExpandShapeOp::create(
        builder, loc, type.clone({1}), x, ArrayRef<ReassociationIndices>(),
        ArrayRef<OpFoldResult>(builder.getIndexAttr(1)));
  return tensor::CollapseShapeOp::create(builder, loc, x,
                                         getOneGroup(type.getRank()));
}

FailureOr<Value> Reshape::create() {
  if (failed(verify()))
    return failure();
  // Dimensions that become one need no check.
  auto wanted = type.clone(decomposeMixedValues(shape).first);
  if (left && type.getRank() > wanted.getRank())
    if (auto groups = getReassociationIndicesForCollapse(type.getShape(),
                                                         wanted.getShape()))
      return tensor::CollapseShapeOp::create(builder, loc, x, *groups)
          .getResult();
  if (failed(inferExtent()))
    return failure();
  RankedTensorType result = type.clone(decomposeMixedValues(shape).first);
  if (result == type)
    return x;
  // Where at most one extent is not static, and that is the same in both, types
  // tell which dimensions become which.
  bool isInTypes = type.getNumDynamicDims() == result.getNumDynamicDims() &&
                   (type.hasStaticShape() ||
                    (type.getNumDynamicDims() == 1 && known == given));
  if (isInTypes && type.getRank() > 0 && type.getRank() < result.getRank())
    if (auto groups = getReassociationIndicesForReshape(type, result))
      return tensor::ExpandShapeOp::create(builder, loc, result, x, *groups,
                                           shape)
          .getResult();
  if (isInTypes && result.getRank() > 0 && type.getRank() > result.getRank())
    if (auto groups = getReassociationIndicesForReshape(type, result))
      return tensor::CollapseShapeOp::create(builder, loc, result, x, *groups)
          .getResult();
  Value flat = flatten();
  auto flatType = type.clone(
      {result.hasStaticShape() ? result.getNumElements() : kDynamic});
  if (flatType != flat.getType())
    flat = tensor::CastOp::create(builder, loc, flatType, flat);
  if (result.getRank() == 1)
    return flat;
  if (result.getRank() == 0)
    return tensor::CollapseShapeOp::create(builder, loc, result, flat,
                                           ArrayRef<ReassociationIndices>())
        .getResult();
  return tensor::ExpandShapeOp::create(builder, loc, result, flat,
                                       getOneGroup(result.getRank()), shape)
      .getResult();
}

Var emb::reshape(Var x, ArrayRef<int64_t> shape, SourceLocation loc) {
  return build("reshape", x, loc,
               [&](OpBuilder &b, Location l, Value x, RankedTensorType) {
                 return Reshape(b, l, x, shape).create();
               });
}

//===----------------------------------------------------------------------===//
// Dimensions joined, added, dropped and moved
//===----------------------------------------------------------------------===//

Var emb::flatten(Var x, int64_t first, int64_t last, SourceLocation loc) {
  return build(
      "flatten", x, loc,
      [&](OpBuilder &b, Location l, Value x,
          RankedTensorType type) -> FailureOr<Value> {
        int64_t rank = type.getRank();
        // A number has one dimension to name, and becomes one.
        FailureOr<unsigned> begin =
            getDimension(l, "flatten", first, std::max<int64_t>(rank, 1), type);
        FailureOr<unsigned> end =
            getDimension(l, "flatten", last, std::max<int64_t>(rank, 1), type);
        if (failed(begin) || failed(end))
          return failure();
        if (*begin > *end)
          return emitError(l)
                 << "flatten: found the dimensions " << *begin << " to " << *end
                 << ", expected the first one before the last";
        if (rank == 0)
          return createUnitDimensions(b, l, x, 0u);
        if (*begin == *end)
          return x;
        SmallVector<ReassociationIndices> groups;
        for (int64_t dim = 0; dim < rank; ++dim) {
          if (dim <= *begin || dim > *end)
            groups.emplace_back();
          groups.back().push_back(dim);
        }
        return tensor::CollapseShapeOp::create(b, l, x, groups).getResult();
      });
}

Var emb::unsqueeze(Var x, int64_t dim, SourceLocation loc) {
  return build("unsqueeze", x, loc,
               [&](OpBuilder &b, Location l, Value x,
                   RankedTensorType type) -> FailureOr<Value> {
                 FailureOr<unsigned> position = getDimension(
                     l, "unsqueeze", dim, type.getRank() + 1, type);
                 if (failed(position))
                   return failure();
                 return createUnitDimensions(b, l, x, *position);
               });
}

Var emb::squeeze(Var x, int64_t dim, SourceLocation loc) {
  return build(
      "squeeze", x, loc,
      [&](OpBuilder &b, Location l, Value x,
          RankedTensorType type) -> FailureOr<Value> {
        FailureOr<unsigned> position =
            getDimension(l, "squeeze", dim, type.getRank(), type);
        if (failed(position))
          return failure();
        if (type.isDynamicDim(*position))
          return emitError(l) << "squeeze: dimension " << *position << " of "
                              << type << " is known to a step only, expected 1";
        if (type.getDimSize(*position) != 1)
          return x;
        SmallVector<std::optional<unsigned>> kept;
        for (unsigned dim = 0, rank = type.getRank(); dim < rank; ++dim)
          kept.push_back(dim);
        kept[*position] = std::nullopt;
        return accessRepeated(b, l, x, kept).tensor;
      });
}

Var emb::permute(Var x, ArrayRef<int64_t> dims, SourceLocation loc) {
  return build("permute", x, loc,
               [&](OpBuilder &b, Location l, Value x,
                   RankedTensorType type) -> FailureOr<Value> {
                 if (static_cast<int64_t>(dims.size()) != type.getRank())
                   return emitError(l) << "permute: found " << dims.size()
                                       << " dimensions for " << type;
                 SmallVector<int64_t> permutation;
                 for (int64_t dim : dims) {
                   FailureOr<unsigned> position =
                       getDimension(l, "permute", dim, type.getRank(), type);
                   if (failed(position))
                     return failure();
                   if (llvm::is_contained(permutation, *position))
                     return emitError(l) << "permute: dimension " << *position
                                         << " is given twice";
                   permutation.push_back(*position);
                 }
                 return createTransposed(b, l, x, permutation);
               });
}

Var emb::transpose(Var x, int64_t dim0, int64_t dim1, SourceLocation loc) {
  return build("transpose", x, loc,
               [&](OpBuilder &b, Location l, Value x,
                   RankedTensorType type) -> FailureOr<Value> {
                 FailureOr<unsigned> first =
                     getDimension(l, "transpose", dim0, type.getRank(), type);
                 FailureOr<unsigned> second =
                     getDimension(l, "transpose", dim1, type.getRank(), type);
                 if (failed(first) || failed(second))
                   return failure();
                 auto permutation =
                     llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()));
                 std::swap(permutation[*first], permutation[*second]);
                 return createTransposed(b, l, x, permutation);
               });
}
