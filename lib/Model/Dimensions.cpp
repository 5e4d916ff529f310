//===- Dimensions.cpp - Dimensions that a caller names --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Dimensions.h"

#include "emb/Layers/Structured.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::emb;

FailureOr<RankedTensorType> emb::getTensor(Location loc, StringRef name,
                                           Value x) {
  if (auto type = dyn_cast<RankedTensorType>(x.getType()))
    return type;
  return emitError(loc) << name << ": x is " << x.getType()
                        << ", expected a tensor";
}

FailureOr<RankedTensorType> emb::getFloatTensor(Location loc, StringRef name,
                                                Value x) {
  FailureOr<RankedTensorType> type = getTensor(loc, name, x);
  if (succeeded(type) && !isa<FloatType>(type->getElementType()))
    return emitError(loc) << name << ": x is " << *type << ", expected floats";
  return type;
}

FailureOr<unsigned> emb::getDimension(Location loc, StringRef name, int64_t dim,
                                      int64_t rank, Type type) {
  if (dim >= -rank && dim < rank)
    return dim < 0 ? dim + rank : dim;
  InFlightDiagnostic error = emitError(loc)
                             << name << ": found dimension " << dim << " for "
                             << type << ", expected ";
  if (rank == 0)
    return error << "none";
  return error << -rank << " to " << rank - 1;
}

FailureOr<SmallVector<unsigned>> emb::getDimensions(Location loc,
                                                    StringRef name,
                                                    ArrayRef<int64_t> dims,
                                                    RankedTensorType type) {
  if (dims.empty())
    return llvm::to_vector(llvm::seq<unsigned>(0, type.getRank()));
  SmallVector<unsigned> found;
  for (int64_t dim : dims) {
    FailureOr<unsigned> normalized =
        getDimension(loc, name, dim, type.getRank(), type);
    if (failed(normalized))
      return failure();
    if (llvm::is_contained(found, *normalized))
      return emitError(loc)
             << name << ": dimension " << *normalized << " is given twice";
    found.push_back(*normalized);
  }
  llvm::sort(found);
  return found;
}

SmallVector<unsigned> emb::getOtherDimensions(ArrayRef<unsigned> dims,
                                              unsigned rank) {
  return llvm::filter_to_vector(
      llvm::seq<unsigned>(0, rank),
      [&](unsigned dim) { return !llvm::is_contained(dims, dim); });
}

Value emb::createUnitDimensions(OpBuilder &builder, Location loc, Value tensor,
                                ArrayRef<unsigned> dims) {
  if (dims.empty())
    return tensor;
  SmallVector<OpFoldResult> extents = getExtents(builder, loc, tensor);
  // Units in front of the first dimension go with it, others with the one
  // before.
  SmallVector<ReassociationIndices> groups(extents.size());
  SmallVector<OpFoldResult> shape;
  unsigned next = 0, rank = extents.size() + dims.size();
  for (unsigned dim = 0; dim < rank; ++dim) {
    bool isUnit = llvm::is_contained(dims, dim);
    if (!extents.empty())
      groups[isUnit && next ? next - 1 : next].push_back(dim);
    if (isUnit)
      shape.push_back(builder.getIndexAttr(1));
    else
      shape.push_back(extents[next++]);
  }
  auto type = cast<RankedTensorType>(tensor.getType());
  return tensor::ExpandShapeOp::create(
      builder, loc, type.clone(decomposeMixedValues(shape).first), tensor,
      groups, shape);
}

Value emb::createTransposed(OpBuilder &builder, Location loc, Value tensor,
                            ArrayRef<int64_t> permutation) {
  SmallVector<OpFoldResult> extents = getExtents(builder, loc, tensor);
  SmallVector<OpFoldResult> permuted = llvm::map_to_vector(
      permutation, [&](int64_t dim) { return extents[dim]; });
  Value empty = tensor::EmptyOp::create(builder, loc, permuted,
                                        getElementTypeOrSelf(tensor));
  return linalg::TransposeOp::create(builder, loc, tensor, empty, permutation)
      ->getResult(0);
}
