//===- LinalgContraction.cpp - Names for contractions ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// linalg::specializeGenericOp is not used here: it takes
// sum_n x[m, n] * y[k, n] for a plain linalg.matmul of x and y.
//
//===----------------------------------------------------------------------===//

#include "LinalgAdjoint.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::emb;

namespace {
/// out += lhs * rhs. The loops by where they appear; the output has them in the
/// order batch, m, n.
struct Contraction {
  Value lhs, rhs, out;
  AffineMap lhsMap, rhsMap, outMap;
  SmallVector<AffineExpr> batch, m, n, k;

  /// The loops of lists of loops, one after another.
  static SmallVector<AffineExpr> join(ArrayRef<ArrayRef<AffineExpr>> lists) {
    SmallVector<AffineExpr> loops;
    for (ArrayRef<AffineExpr> list : lists)
      llvm::append_range(loops, list);
    return loops;
  }
  /// Whether `map` has the loops of lists of loops, one after another.
  static bool has(AffineMap map, ArrayRef<ArrayRef<AffineExpr>> lists) {
    return map.getResults() == ArrayRef(join(lists));
  }

  bool sortLoops();
};
} // namespace

/// The element of an operand that `value` is, extended or not; null if it is
/// something else.
static BlockArgument getFactor(Value value) {
  if (auto extension = value.getDefiningOp<arith::ExtFOp>())
    value = extension.getIn();
  return dyn_cast<BlockArgument>(value);
}

/// Whether the body is out + x * y, x and y being elements of the two inputs.
static bool isProductSum(linalg::GenericOp generic) {
  if (generic.getNumDpsInputs() != 2 || generic.getNumDpsInits() != 1)
    return false;
  Block *body = generic.getBody();
  auto sum =
      body->getTerminator()->getOperand(0).getDefiningOp<arith::AddFOp>();
  if (!sum || sum.getLhs() != body->getArgument(2))
    return false;
  auto product = sum.getRhs().getDefiningOp<arith::MulFOp>();
  if (!product)
    return false;
  BlockArgument lhs = getFactor(product.getLhs());
  BlockArgument rhs = getFactor(product.getRhs());
  return lhs && rhs && lhs.getOwner() == body && rhs.getOwner() == body &&
         lhs.getArgNumber() + rhs.getArgNumber() == 1;
}

/// Finds the roles of the loops. Returns false if a loop has none.
bool Contraction::sortLoops() {
  for (AffineMap map : {lhsMap, rhsMap, outMap})
    if (!map.isProjectedPermutation())
      return false;
  auto isIn = [](AffineMap map, AffineExpr loop) {
    return llvm::is_contained(map.getResults(), loop);
  };
  // The first loop of the output that only one input has makes that one lhs.
  for (AffineExpr loop : outMap.getResults()) {
    if (isIn(lhsMap, loop) == isIn(rhsMap, loop))
      continue;
    if (!isIn(lhsMap, loop)) {
      std::swap(lhs, rhs);
      std::swap(lhsMap, rhsMap);
    }
    break;
  }
  for (AffineExpr loop : outMap.getResults()) {
    bool isInLhs = isIn(lhsMap, loop), isInRhs = isIn(rhsMap, loop);
    if (!isInLhs && !isInRhs)
      return false;
    (isInLhs ? isInRhs ? batch : m : n).push_back(loop);
  }
  for (AffineExpr loop : lhsMap.getResults())
    if (!isIn(outMap, loop))
      k.push_back(loop);
  size_t numLoops = batch.size() + m.size() + n.size() + k.size();
  return numLoops == outMap.getNumDims() && has(outMap, {batch, m, n}) &&
         rhsMap.getNumResults() == batch.size() + k.size() + n.size();
}

/// A named operation with the maps of `contraction`, in the loops batch, m, n,
/// k.
template <typename OpTy>
static linalg::LinalgOp createWithMaps(OpBuilder &builder, Location loc,
                                       const Contraction &contraction) {
  SmallVector<AffineExpr> loops = Contraction::join(
      {contraction.batch, contraction.m, contraction.n, contraction.k});
  SmallVector<AffineExpr> numbers(loops.size());
  for (auto [number, loop] : llvm::enumerate(loops))
    numbers[cast<AffineDimExpr>(loop).getPosition()] =
        builder.getAffineDimExpr(number);
  SmallVector<AffineMap> maps;
  for (AffineMap map :
       {contraction.lhsMap, contraction.rhsMap, contraction.outMap})
    maps.push_back(
        map.replaceDimsAndSymbols(numbers, {}, loops.size(), /*symbols=*/0));
  NamedAttribute attribute = builder.getNamedAttr(
      "indexing_maps", builder.getAffineMapArrayAttr(maps));
  return OpTy::create(builder, loc, contraction.out.getType(),
                      ValueRange{contraction.lhs, contraction.rhs},
                      contraction.out, attribute);
}

template <typename OpTy>
static linalg::LinalgOp create(OpBuilder &builder, Location loc, Value lhs,
                               Value rhs, Value out) {
  return OpTy::create(builder, loc, out.getType(), ValueRange{lhs, rhs}, out);
}

static linalg::LinalgOp createNamed(OpBuilder &builder, Location loc,
                                    const Contraction &c) {
  if (c.batch.size() > 1 || c.m.size() > 1 || c.n.size() > 1 || c.k.size() != 1)
    return {};
  bool isBatch = !c.batch.empty();
  bool isLhsPlain = c.has(c.lhsMap, {c.batch, c.m, c.k});
  if (!isLhsPlain && !c.has(c.lhsMap, {c.batch, c.k, c.m}))
    return {};
  if (!c.has(c.rhsMap, {c.batch, c.k, c.n}) &&
      !c.has(c.rhsMap, {c.batch, c.n, c.k}))
    return {};

  if (!c.n.empty())
    return isBatch ? createWithMaps<linalg::BatchMatmulOp>(builder, loc, c)
                   : createWithMaps<linalg::MatmulOp>(builder, loc, c);
  if (c.m.empty())
    return isBatch ? linalg::LinalgOp()
                   : create<linalg::DotOp>(builder, loc, c.lhs, c.rhs, c.out);
  if (isLhsPlain)
    return isBatch
               ? create<linalg::BatchMatvecOp>(builder, loc, c.lhs, c.rhs,
                                               c.out)
               : create<linalg::MatvecOp>(builder, loc, c.lhs, c.rhs, c.out);
  return isBatch
             ? create<linalg::BatchVecmatOp>(builder, loc, c.rhs, c.lhs, c.out)
             : create<linalg::VecmatOp>(builder, loc, c.rhs, c.lhs, c.out);
}

linalg::LinalgOp emb::nameContraction(OpBuilder &builder,
                                      linalg::GenericOp generic) {
  if (!isProductSum(generic))
    return generic;
  SmallVector<AffineMap> maps = generic.getIndexingMapsArray();
  Contraction contraction;
  contraction.lhs = generic.getInputs()[0];
  contraction.rhs = generic.getInputs()[1];
  contraction.out = generic.getOutputs()[0];
  contraction.lhsMap = maps[0];
  contraction.rhsMap = maps[1];
  contraction.outMap = maps[2];
  if (!isa<RankedTensorType>(contraction.lhs.getType()) ||
      !isa<RankedTensorType>(contraction.rhs.getType()) ||
      !contraction.sortLoops())
    return generic;
  linalg::LinalgOp named = createNamed(builder, generic.getLoc(), contraction);
  if (!named)
    return generic;
  generic.erase();
  return named;
}
