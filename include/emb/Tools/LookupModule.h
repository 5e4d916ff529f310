//===- LookupModule.h - A torch lookup as a module --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lookups of one table with the options of torch.nn.functional.embedding and
// embedding_bag, forward and backward, as one function in emb IR. The forward
// pass is written; emb-differentiate derives dense gradients from it. The lists
// of PyTorch's sparse gradients are written too.
//
// Only what decides the code is part of the description: element types, ranks,
// the number of columns, options. Rows, indices, bags are sizes of the
// arguments, so descriptions that are equal share one compile.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TOOLS_LOOKUPMODULE_H
#define EMB_TOOLS_LOOKUPMODULE_H

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/ExecutionEngine/DType.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <optional>
#include <string>

namespace mlir::emb {

/// One lookup. Nothing here is checked: what the dialect refuses is refused by
/// its verifiers when the module is compiled.
struct LookupSpec {
  /// How bags are pooled; not set for rows at indices (an embedding).
  std::optional<BagMode> bag;
  /// Of the indices: any for an embedding; 1 (with offsets) or 2 for a bag.
  int64_t rank = 1;
  DType indexType = DType::I64;
  /// Element type of the offsets, which a bag of rank 1 needs.
  std::optional<DType> offsetType;
  /// Ignored where there are no offsets.
  bool includeLastOffset = false;
  /// Element type of the per-sample weights, if the lookup has some: that of
  /// the table.
  std::optional<DType> weightsType;
  /// As torch takes it: negative values count from the end of the table.
  std::optional<int64_t> paddingIdx;
  bool scaleGradByFreq = false;
  /// Rows that are looked up are brought to this norm first, in place.
  std::optional<double> maxNorm;
  /// Any number, infinities included.
  double normType = 2.0;
  /// Return the gradient with respect to the per-sample weights.
  bool weightsGradient = false;
};

enum class TableGradient {
  None,
  /// N x D, zero in rows that no index names.
  Dense,
  /// One entry for each index that is not padding, in row-major order, and the
  /// same summed by row in ascending order.
  Sparse
};

/// Lookups of one table, one after the other.
///
/// The function `@lookup` takes, for each lookup in order, with their names
/// (`emb.name`; with several lookups a number is appended to all but
/// `weight`: indices1, indices2):
///
///   weight              tensor<?xDxT>, first and once; updated in place if a
///                       lookup has maxNorm
///   indices             tensor<?x...xI>
///   offsets             tensor<?xO>              with offsetType
///   per_sample_weights  shape of indices         with weightsType
///   grad_output         shape of the output      with a table gradient or
///                                                weightsGradient
///
/// and returns, in this order (again numbered where marked *):
///
///   output*                   indices' shape x D, or bags x D
///   weight_after              N x D: if a lookup has maxNorm
///   grad_weight               N x D: Dense, the sum over the lookups
///   coo_indices*, coo_values*                    Sparse
///   coalesced_indices, coalesced_values          Sparse, over all lookups
///   grad_per_sample_weights*  shape of the weights, with weightsGradient
///
/// `coo_indices` and `coalesced_indices` are i64 of rank 1; all gradients have
/// the element type of the table. Renorm comes first in each lookup; gradients
/// are with respect to the renormed table. A failing call returns
/// EMB_INVALID_INDEX, EMB_INVALID_OFFSETS or EMB_INVALID_SHAPE and has changed
/// nothing.
struct LookupModuleSpec {
  DType tableType = DType::F32;
  int64_t columns = 1;
  /// A static number of rows lets the verifiers check paddingIdx.
  int64_t rows = ShapedType::kDynamic;
  SmallVector<LookupSpec, 1> lookups;
  TableGradient gradient = TableGradient::None;
};

/// The module; loads the dialects that it needs. It is not verified: one that
/// is not valid comes as it was before it was differentiated.
OwningOpRef<ModuleOp> buildLookupModule(MLIRContext &context,
                                        const LookupModuleSpec &spec);

/// The module as text, the same for equal descriptions.
std::string printLookupModule(const LookupModuleSpec &spec);

/// Names of the arguments and of the results of `@lookup`, in order.
SmallVector<std::string> getArgumentNames(const LookupModuleSpec &spec);
SmallVector<std::string> getResultNames(const LookupModuleSpec &spec);

} // namespace mlir::emb

#endif // EMB_TOOLS_LOOKUPMODULE_H
