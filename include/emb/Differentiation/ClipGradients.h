//===- ClipGradients.h - The norm of all gradients --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIFFERENTIATION_CLIPGRADIENTS_H
#define EMB_DIFFERENTIATION_CLIPGRADIENTS_H

#include "emb/Dialect/Emb/IR/Emb.h"

namespace mlir::emb {

/// The gradient of one parameter: a tensor of floats, or, if that is null, what
/// `sources` add up to in the rows of `table`.
struct ClippedGradient {
  Value dense;
  SmallVector<GradientSource> sources;
  Value table;
};

/// Creates the factor by which torch.nn.utils.clip_grad_norm_ multiplies all
/// gradients, an f64:
///
///   min(1, maxNorm / (norm + 1e-6))
///
/// `norm` is the p-norm of all elements of all `gradients`, p = `normType` > 0
/// or infinity. Duplicates of a row are summed first, as the update sees them;
/// padding is left out. Elements are added up in f64, gradient by gradient in
/// the order given, in an order that does not depend on threads. A NaN among
/// them makes the factor NaN, an infinity makes it 0.
///
/// The emb.group of sources is the one that their emb.update gets, so that one
/// sort serves both. Uses the dialects arith, linalg, math and tensor.
Value buildClipCoefficient(OpBuilder &builder, Location loc,
                           ArrayRef<ClippedGradient> gradients, double maxNorm,
                           double normType);

} // namespace mlir::emb

#endif // EMB_DIFFERENTIATION_CLIPGRADIENTS_H
