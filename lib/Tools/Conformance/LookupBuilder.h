//===- LookupBuilder.h - Builds the function of lookups ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_CONFORMANCE_LOOKUPBUILDER_H
#define EMB_LIB_TOOLS_CONFORMANCE_LOOKUPBUILDER_H

#include "ElementTypes.h"
#include "emb/Tools/LookupModule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::emb::conformance {

/// One lookup, as far as it is built.
struct LookupValues {
  const LookupSpec &spec;
  Value indices, offsets, weights, gradOutput;
  /// The table after its renorm.
  Value table;
  Value output;
  /// Of a max bag with a sparse gradient.
  Value winners;
  /// The bag of each index, in the shape of the indices; null without bags.
  Value bags;
  /// What index k contributes: scale[k] * rows[bags[k]]. A null scale is 1.
  Value rows, scale;

  explicit LookupValues(const LookupSpec &spec) : spec(spec) {}
};

/// Builds the module of `@lookup`.
class LookupBuilder {
public:
  LookupBuilder(MLIRContext &context, const LookupModuleSpec &spec)
      : b(UnknownLoc::get(&context), &context), spec(spec),
        element(getElementType(&context, spec.tableType)),
        compute(isFloat(spec.tableType) ? getComputeType(element)
                                        : Float32Type::get(&context)) {}

  OwningOpRef<ModuleOp> build();

private:
  using ElementFn =
      llvm::function_ref<Value(ImplicitLocOpBuilder &, ValueRange)>;

  func::FuncOp createFunction(StringRef name, bool withGradients,
                              SmallVectorImpl<LookupValues> &lookups);
  void finishFunction(func::FuncOp function, ValueRange results);
  void buildByHand();
  void buildDerived(ModuleOp module);
  SmallVector<Value> buildOutputs(MutableArrayRef<LookupValues> lookups);
  void buildForward(LookupValues &lookup);
  void buildContributions(LookupValues &lookup);
  Value buildMeanRows(LookupValues &lookup);
  Value buildFrequencyScale(LookupValues &lookup);
  void buildEntries(LookupValues &lookup, SmallVectorImpl<Value> &results);
  void buildCoalesced(ArrayRef<LookupValues> lookups,
                      SmallVectorImpl<Value> &results);

  RankedTensorType getTensor(int64_t rank, Type type, int64_t columns = -1);
  IntegerAttr getPadding(const LookupValues &lookup);
  Value getPaddingRow(const LookupValues &lookup);
  Value getPaddingFlags(const LookupValues &lookup, Value indices);
  GradientSource getSource(const LookupValues &lookup);
  Value map(Type type, ArrayRef<Value> inputs, ElementFn fn);
  Value flatten(Value value, int64_t leading);
  Value extractFront(Value value, Value size);
  Value toFloat(ImplicitLocOpBuilder &at, Value value, Type type);
  Value toIndex(ImplicitLocOpBuilder &at, Value value) {
    return arith::IndexCastOp::create(at, at.getIndexType(), value);
  }

  ImplicitLocOpBuilder b;
  const LookupModuleSpec &spec;
  Type element;
  /// The type of arithmetic on the elements.
  Type compute;
};

} // namespace mlir::emb::conformance

#endif // EMB_LIB_TOOLS_CONFORMANCE_LOOKUPBUILDER_H
