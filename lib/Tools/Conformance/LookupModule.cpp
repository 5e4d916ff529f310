//===- LookupModule.cpp - A torch lookup as a module ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Tools/LookupModule.h"
#include "ElementTypes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;
using namespace mlir::emb;

static bool wantsGradOutput(const LookupModuleSpec &spec,
                            const LookupSpec &lookup) {
  return spec.gradient != TableGradient::None || lookup.weightsGradient;
}

static bool changesTable(const LookupModuleSpec &spec) {
  return llvm::any_of(spec.lookups, [](const LookupSpec &lookup) {
    return lookup.maxNorm.has_value();
  });
}

/// What is appended to the names of lookup `number`.
static std::string getSuffix(const LookupModuleSpec &spec, size_t number) {
  return spec.lookups.size() == 1 ? "" : std::to_string(number + 1);
}

SmallVector<std::string>
mlir::emb::getArgumentNames(const LookupModuleSpec &spec) {
  SmallVector<std::string> names{"weight"};
  for (auto [number, lookup] : llvm::enumerate(spec.lookups)) {
    std::string suffix = getSuffix(spec, number);
    names.push_back("indices" + suffix);
    if (lookup.offsetType)
      names.push_back("offsets" + suffix);
    if (lookup.weightsType)
      names.push_back("per_sample_weights" + suffix);
    if (wantsGradOutput(spec, lookup))
      names.push_back("grad_output" + suffix);
  }
  return names;
}

SmallVector<std::string>
mlir::emb::getResultNames(const LookupModuleSpec &spec) {
  SmallVector<std::string> names;
  auto addEach = [&](StringRef name) {
    for (size_t number = 0; number < spec.lookups.size(); ++number)
      names.push_back(name.str() + getSuffix(spec, number));
  };
  addEach("output");
  if (changesTable(spec))
    names.push_back("weight_after");
  if (spec.gradient == TableGradient::Dense)
    names.push_back("grad_weight");
  if (spec.gradient == TableGradient::Sparse) {
    for (size_t number = 0; number < spec.lookups.size(); ++number) {
      names.push_back("coo_indices" + getSuffix(spec, number));
      names.push_back("coo_values" + getSuffix(spec, number));
    }
    names.push_back("coalesced_indices");
    names.push_back("coalesced_values");
  }
  for (auto [number, lookup] : llvm::enumerate(spec.lookups))
    if (lookup.weightsGradient)
      names.push_back("grad_per_sample_weights" + getSuffix(spec, number));
  return names;
}

namespace {

/// One lookup, as far as it is built.
struct LookupValues {
  const LookupSpec &spec;
  Value indices, offsets, weights, gradOutput;
  /// The table after its renorm.
  Value table;
  Value output;
  /// Of a max bag whose gradient is wanted.
  Value winners;
  /// The bag of each index, in the shape of the indices; null without bags.
  Value bags;
  /// What index k contributes: scale[k] * rows[bags[k]]. A null scale is 1.
  Value rows, scale;

  explicit LookupValues(const LookupSpec &spec) : spec(spec) {}
};

/// Builds the body of `@lookup`.
class LookupBuilder {
public:
  LookupBuilder(MLIRContext &context, const LookupModuleSpec &spec)
      : b(UnknownLoc::get(&context), &context), spec(spec),
        element(conformance::getElementType(&context, spec.tableType)),
        compute(isFloat(spec.tableType) ? getComputeType(element)
                                        : Float32Type::get(&context)) {}

  OwningOpRef<ModuleOp> build();

private:
  using ElementFn =
      llvm::function_ref<Value(ImplicitLocOpBuilder &, ValueRange)>;

  func::FuncOp createFunction(SmallVectorImpl<LookupValues> &lookups);
  void buildForward(LookupValues &lookup);
  void buildContributions(LookupValues &lookup);
  Value buildMeanRows(LookupValues &lookup);
  Value buildFrequencyScale(LookupValues &lookup);
  Value buildDense(ArrayRef<LookupValues> lookups);
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

} // namespace

RankedTensorType LookupBuilder::getTensor(int64_t rank, Type type,
                                          int64_t columns) {
  SmallVector<int64_t> shape(rank, ShapedType::kDynamic);
  if (columns >= 0)
    shape.push_back(columns);
  return RankedTensorType::get(shape, type);
}

IntegerAttr LookupBuilder::getPadding(const LookupValues &lookup) {
  return lookup.spec.paddingIdx ? b.getI64IntegerAttr(*lookup.spec.paddingIdx)
                                : IntegerAttr();
}

/// Element by element over `inputs`, all of one shape.
Value LookupBuilder::map(Type type, ArrayRef<Value> inputs, ElementFn fn) {
  int64_t rank = cast<RankedTensorType>(inputs[0].getType()).getRank();
  Value init = tensor::EmptyOp::create(
      b, tensor::getMixedSizes(b, b.getLoc(), inputs[0]), type);
  SmallVector<AffineMap> maps(inputs.size() + 1,
                              b.getMultiDimIdentityMap(rank));
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             b, init.getType(), inputs, init, maps, iterators,
             [&](OpBuilder &builder, Location loc, ValueRange args) {
               ImplicitLocOpBuilder at(loc, builder);
               linalg::YieldOp::create(at, fn(at, args.drop_back()));
             })
      .getResult(0);
}

Value LookupBuilder::toFloat(ImplicitLocOpBuilder &at, Value value, Type type) {
  Type from = value.getType();
  if (from == type)
    return value;
  if (from.isIntOrIndex())
    return arith::SIToFPOp::create(at, type, value);
  if (from.getIntOrFloatBitWidth() < type.getIntOrFloatBitWidth())
    return arith::ExtFOp::create(at, type, value);
  return arith::TruncFOp::create(at, type, value);
}

/// `value` with its first `leading` dimensions made one, the others kept.
Value LookupBuilder::flatten(Value value, int64_t leading) {
  auto type = cast<RankedTensorType>(value.getType());
  if (leading == 1)
    return value;
  SmallVector<ReassociationIndices> groups;
  SmallVector<int64_t> shape{leading == 0 ? 1 : ShapedType::kDynamic};
  int64_t rest = type.getRank() - leading;
  llvm::append_range(shape, type.getShape().take_back(rest));
  if (leading > 0) {
    groups.emplace_back(llvm::to_vector(llvm::seq<int64_t>(0, leading)));
    for (int64_t i = 0; i < rest; ++i)
      groups.push_back({leading + i});
    return tensor::CollapseShapeOp::create(b, value, groups);
  }
  if (rest > 0)
    groups.push_back({0, 1});
  auto one = RankedTensorType::get(shape, type.getElementType());
  Value expanded = tensor::ExpandShapeOp::create(b, one, value, groups);
  shape[0] = ShapedType::kDynamic;
  return tensor::CastOp::create(
      b, RankedTensorType::get(shape, type.getElementType()), expanded);
}

/// The first `size` elements or rows of `value`.
Value LookupBuilder::extractFront(Value value, Value size) {
  int64_t rank = cast<RankedTensorType>(value.getType()).getRank();
  SmallVector<OpFoldResult> offsets(rank, b.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(rank, b.getIndexAttr(1));
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, b.getLoc(), value);
  sizes[0] = size;
  return tensor::ExtractSliceOp::create(b, value, offsets, sizes, strides);
}

//===----------------------------------------------------------------------===//
// Forward
//===----------------------------------------------------------------------===//

void LookupBuilder::buildForward(LookupValues &lookup) {
  const LookupSpec &options = lookup.spec;
  if (options.maxNorm)
    lookup.table = RenormOp::create(b, lookup.table.getType(), lookup.indices,
                                    lookup.table, /*group=*/ValueRange(),
                                    llvm::APFloat(*options.maxNorm),
                                    llvm::APFloat(options.normType))
                       .getResult();
  if (!options.bag) {
    lookup.output =
        GatherOp::create(b, getTensor(options.rank, element, spec.columns),
                         lookup.table, lookup.indices, /*init=*/Value(),
                         getPadding(lookup), options.scaleGradByFreq)
            .getResult();
    return;
  }
  SmallVector<Type> types{getTensor(1, element, spec.columns)};
  if (options.bag == BagMode::Max && spec.gradient != TableGradient::None)
    types.push_back(getTensor(1, b.getI64Type(), spec.columns));
  auto bag = BagOp::create(b, types, *options.bag, lookup.table, lookup.indices,
                           lookup.offsets, lookup.weights,
                           /*inits=*/ValueRange(),
                           options.includeLastOffset && lookup.offsets,
                           getPadding(lookup), options.scaleGradByFreq);
  lookup.output = bag.getResults()[0];
  if (types.size() == 2)
    lookup.winners = bag.getResults()[1];
}

//===----------------------------------------------------------------------===//
// Backward
//===----------------------------------------------------------------------===//

/// The row that padding_idx means; -1, which is no row, without one.
Value LookupBuilder::getPaddingRow(const LookupValues &lookup) {
  int64_t padding = lookup.spec.paddingIdx.value_or(-1);
  Value row = arith::ConstantIndexOp::create(b, padding);
  if (!lookup.spec.paddingIdx || padding >= 0)
    return row;
  return arith::AddIOp::create(
      b, tensor::DimOp::create(b, lookup.table, 0).getResult(), row);
}

/// 1 where an index is padding, else 0.
Value LookupBuilder::getPaddingFlags(const LookupValues &lookup,
                                     Value indices) {
  Value padding = arith::IndexCastOp::create(b, getElementTypeOrSelf(indices),
                                             getPaddingRow(lookup));
  return map(b.getI32Type(), indices,
             [&](ImplicitLocOpBuilder &at, ValueRange args) -> Value {
               Value equal = arith::CmpIOp::create(at, arith::CmpIPredicate::eq,
                                                   args[0], padding);
               return arith::ExtUIOp::create(at, at.getI32Type(), equal);
             });
}

/// grad_output divided by the number of indices in each bag that count. They
/// are counted by the sum bag of a table with the rows 1 and 0.
Value LookupBuilder::buildMeanRows(LookupValues &lookup) {
  Value table = arith::ConstantOp::create(
      b, DenseElementsAttr::get(RankedTensorType::get({2, 1}, b.getF64Type()),
                                ArrayRef<double>{1.0, 0.0}));
  Value flags = getPaddingFlags(lookup, lookup.indices);
  auto bag = BagOp::create(
      b, TypeRange(getTensor(1, b.getF64Type(), 1)), BagMode::Sum, table, flags,
      lookup.offsets, /*weights=*/Value(), /*inits=*/ValueRange(),
      lookup.spec.includeLastOffset && lookup.offsets, IntegerAttr());
  Value counts = flatten(bag.getResults()[0], 2);
  Value init = tensor::EmptyOp::create(
      b, tensor::getMixedSizes(b, b.getLoc(), lookup.gradOutput), compute);
  AffineMap both = b.getMultiDimIdentityMap(2);
  AffineMap row = AffineMap::get(2, 0, b.getAffineDimExpr(0));
  SmallVector<utils::IteratorType> iterators(2, utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             b, init.getType(), ValueRange{lookup.gradOutput, counts}, init,
             ArrayRef<AffineMap>{both, row, both}, iterators,
             [&](OpBuilder &builder, Location loc, ValueRange args) {
               ImplicitLocOpBuilder at(loc, builder);
               Value one = arith::ConstantOp::create(
                   at, FloatAttr::get(at.getF64Type(), 1.0));
               Value count = arith::MaximumFOp::create(at, args[1], one);
               linalg::YieldOp::create(
                   at, arith::DivFOp::create(at, toFloat(at, args[0], compute),
                                             toFloat(at, count, compute))
                           .getResult());
             })
      .getResult(0);
}

/// The weight of each index divided by how often its row is looked up.
Value LookupBuilder::buildFrequencyScale(LookupValues &lookup) {
  auto group = GroupOp::create(b, lookup.indices, /*padding=*/ValueRange(),
                               /*inits=*/ValueRange());
  Value frequency =
      FrequencyOp::create(b, lookup.indices, group.getResults(), Value())
          .getResult();
  SmallVector<Value> inputs{frequency};
  if (lookup.weights)
    inputs.push_back(lookup.weights);
  return map(
      compute, inputs, [&](ImplicitLocOpBuilder &at, ValueRange args) -> Value {
        Value weight =
            arith::ConstantOp::create(at, FloatAttr::get(compute, 1.0));
        if (lookup.weights)
          weight = toFloat(at, args[1], compute);
        return arith::DivFOp::create(at, weight, toFloat(at, args[0], compute));
      });
}

void LookupBuilder::buildContributions(LookupValues &lookup) {
  const LookupSpec &options = lookup.spec;
  lookup.rows = lookup.gradOutput;
  lookup.scale = lookup.weights;
  if (options.bag) {
    Value bags = tensor::DimOp::create(b, lookup.output, 0);
    Value rows = tensor::DimOp::create(b, lookup.gradOutput, 0);
    CheckEqualOp::create(b, rows, bags, "rows of grad_output");
    if (lookup.offsets)
      lookup.bags = Offset2BagOp::create(
                        b, getTensor(1, b.getI64Type()), lookup.offsets,
                        tensor::DimOp::create(b, lookup.indices, 0).getResult(),
                        /*init=*/Value(), options.includeLastOffset)
                        .getResult();
    else
      lookup.bags =
          map(b.getI64Type(), lookup.indices,
              [&](ImplicitLocOpBuilder &at, ValueRange) -> Value {
                return arith::IndexCastOp::create(
                    at, at.getI64Type(), linalg::IndexOp::create(at, 0));
              });
  }
  if (options.bag == BagMode::Mean)
    lookup.rows = buildMeanRows(lookup);
  if (options.scaleGradByFreq)
    lookup.scale = buildFrequencyScale(lookup);
}

GradientSource LookupBuilder::getSource(const LookupValues &lookup) {
  return {lookup.indices, lookup.rows,    lookup.bags,
          lookup.scale,   lookup.winners, lookup.spec.paddingIdx};
}

Value LookupBuilder::buildDense(ArrayRef<LookupValues> lookups) {
  Value empty = tensor::EmptyOp::create(
      b, tensor::getMixedSizes(b, b.getLoc(), lookups[0].table), element);
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(element));
  Value zeros = linalg::FillOp::create(b, zero, empty).getResult(0);
  SmallVector<GradientSource> sources;
  for (const LookupValues &lookup : lookups)
    sources.push_back(getSource(lookup));
  auto update = UpdateOp::create(b, UpdateRows::Touched, zeros, sources,
                                 /*scalars=*/ValueRange(),
                                 /*group=*/ValueRange());
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(&update.getBody().front());
  YieldOp::create(b,
                  ValueRange(arith::AddFOp::create(b, update.getElementArg(0),
                                                   update.getGradientArg())
                                 .getResult()));
  return update.getResult(0);
}

/// The entries of the uncoalesced sparse gradient: of the indices that are not
/// padding, the row and what they contribute.
void LookupBuilder::buildEntries(LookupValues &lookup,
                                 SmallVectorImpl<Value> &results) {
  int64_t rank = lookup.spec.rank;
  Value indices = flatten(lookup.indices, rank);
  Value one = arith::ConstantIndexOp::create(b, 1);
  auto group = GroupOp::create(b, getPaddingFlags(lookup, indices), one,
                               /*inits=*/ValueRange());
  Value bounds = group.getOutputs()[1];
  Value number = toIndex(
      b, tensor::ExtractOp::create(b, bounds, ValueRange(group.getCount())));
  Value positions = extractFront(group.getOutputs()[2], number);

  auto select = [&](Value values, Type type) {
    return map(
        type, positions,
        [&](ImplicitLocOpBuilder &at, ValueRange args) -> Value {
          Value value = tensor::ExtractOp::create(
              at, values, ValueRange(toIndex(at, args[0])));
          if (value.getType() == type)
            return value;
          return isa<FloatType>(type)
                     ? toFloat(at, value, type)
                     : arith::ExtSIOp::create(at, type, value).getResult();
        });
  };
  results.push_back(select(indices, b.getI64Type()));

  Value rows = lookup.rows, selection = positions;
  if (lookup.bags)
    selection = select(flatten(lookup.bags, rank), b.getI64Type());
  else
    rows = flatten(rows, rank);
  Type rowElement = getElementTypeOrSelf(rows);
  Value values =
      GatherOp::create(b, getTensor(1, rowElement, spec.columns), rows,
                       selection, /*init=*/Value(), IntegerAttr())
          .getResult();
  if (!lookup.scale && rowElement == element) {
    results.push_back(values);
    return;
  }
  Value init = tensor::EmptyOp::create(
      b, tensor::getMixedSizes(b, b.getLoc(), values), element);
  AffineMap both = b.getMultiDimIdentityMap(2);
  SmallVector<Value> inputs{values};
  SmallVector<AffineMap> maps{both};
  if (lookup.scale) {
    inputs.push_back(select(flatten(lookup.scale, rank), compute));
    maps.push_back(AffineMap::get(2, 0, b.getAffineDimExpr(0)));
  }
  maps.push_back(both);
  SmallVector<utils::IteratorType> iterators(2, utils::IteratorType::parallel);
  results.push_back(linalg::GenericOp::create(
                        b, init.getType(), inputs, init, maps, iterators,
                        [&](OpBuilder &builder, Location loc, ValueRange args) {
                          ImplicitLocOpBuilder at(loc, builder);
                          Value value = toFloat(at, args[0], compute);
                          if (lookup.scale)
                            value = arith::MulFOp::create(at, value, args[1]);
                          linalg::YieldOp::create(at,
                                                  toFloat(at, value, element));
                        })
                        .getResult(0));
}

void LookupBuilder::buildCoalesced(ArrayRef<LookupValues> lookups,
                                   SmallVectorImpl<Value> &results) {
  SmallVector<Value> indices, gradients, maps, scales, winners, padding;
  SmallVector<int32_t> parts;
  SmallVector<int64_t> paddings;
  Type rowType = b.getI64Type();
  for (const LookupValues &lookup : lookups) {
    GradientSource source = getSource(lookup);
    SourcePart all[] = {SourcePart::Map, SourcePart::Scale,
                        SourcePart::Winners};
    SmallVectorImpl<Value> *lists[] = {&maps, &scales, &winners};
    Value values[] = {source.map, source.scale, source.winners};
    int32_t bits = 0;
    for (auto [part, list, value] : llvm::zip_equal(all, lists, values)) {
      if (!value)
        continue;
      bits |= static_cast<int32_t>(part);
      list->push_back(value);
    }
    if (source.padding) {
      bits |= static_cast<int32_t>(SourcePart::Padding);
      paddings.push_back(*source.padding);
    }
    indices.push_back(source.indices);
    gradients.push_back(source.gradient);
    parts.push_back(bits);
    padding.push_back(getPaddingRow(lookup));
  }
  Type types[] = {getTensor(1, rowType), getTensor(1, rowType),
                  getTensor(1, rowType)};
  auto group = GroupOp::create(b, types, b.getIndexType(), indices, padding,
                               /*inits=*/ValueRange());
  auto sums = CoalesceOp::create(
      b, getTensor(1, element, spec.columns), indices, gradients, maps, scales,
      winners, group.getResults(), /*init=*/Value(), parts, paddings);
  results.push_back(extractFront(group.getOutputs()[0], group.getCount()));
  results.push_back(extractFront(sums.getResult(), group.getCount()));
}

//===----------------------------------------------------------------------===//
// The function
//===----------------------------------------------------------------------===//

/// The function with its arguments, handed out to the lookups.
func::FuncOp
LookupBuilder::createFunction(SmallVectorImpl<LookupValues> &lookups) {
  MLIRContext *context = b.getContext();
  SmallVector<Type> types{
      RankedTensorType::get({spec.rows, spec.columns}, element)};
  SmallVector<Value *> holders;
  Value table;
  holders.push_back(&table);
  for (LookupValues &lookup : lookups) {
    const LookupSpec &options = lookup.spec;
    auto add = [&](Value &holder, Type type) {
      holders.push_back(&holder);
      types.push_back(type);
    };
    add(lookup.indices,
        getTensor(options.rank,
                  conformance::getElementType(context, options.indexType)));
    if (options.offsetType)
      add(lookup.offsets, getTensor(1, conformance::getElementType(
                                           context, *options.offsetType)));
    if (options.weightsType)
      add(lookup.weights,
          getTensor(options.rank, conformance::getElementType(
                                      context, *options.weightsType)));
    if (wantsGradOutput(spec, options))
      add(lookup.gradOutput,
          getTensor(options.bag ? 1 : options.rank, element, spec.columns));
  }
  auto function =
      func::FuncOp::create(b, "lookup", b.getFunctionType(types, TypeRange()));
  Block *block = function.addEntryBlock();
  for (auto [number, name] : llvm::enumerate(getArgumentNames(spec))) {
    function.setArgAttr(number, kArgumentNameAttr, b.getStringAttr(name));
    *holders[number] = block->getArgument(number);
  }
  lookups[0].table = table;
  b.setInsertionPointToStart(block);
  return function;
}

OwningOpRef<ModuleOp> LookupBuilder::build() {
  OwningOpRef<ModuleOp> module = ModuleOp::create(b.getLoc());
  b.setInsertionPointToEnd(module->getBody());
  SmallVector<LookupValues> lookups;
  for (const LookupSpec &lookup : spec.lookups)
    lookups.emplace_back(lookup);
  func::FuncOp function = createFunction(lookups);

  SmallVector<Value> results;
  for (auto [number, lookup] : llvm::enumerate(lookups)) {
    if (number > 0)
      lookup.table = lookups[number - 1].table;
    buildForward(lookup);
    results.push_back(lookup.output);
  }
  if (changesTable(spec))
    results.push_back(lookups.back().table);
  for (LookupValues &lookup : lookups)
    if (lookup.gradOutput)
      buildContributions(lookup);
  if (spec.gradient == TableGradient::Dense)
    results.push_back(buildDense(lookups));
  if (spec.gradient == TableGradient::Sparse) {
    for (LookupValues &lookup : lookups)
      buildEntries(lookup, results);
    buildCoalesced(lookups, results);
  }
  for (LookupValues &lookup : lookups)
    if (lookup.spec.weightsGradient)
      results.push_back(
          GatherDotOp::create(b, getTensor(lookup.spec.rank, element),
                              lookup.table, lookup.indices, lookup.gradOutput,
                              lookup.bags, /*init=*/Value(), getPadding(lookup))
              .getResult());
  func::ReturnOp::create(b, results);
  function.setFunctionType(b.getFunctionType(
      function.getFunctionType().getInputs(), ValueRange(results).getTypes()));
  return module;
}

OwningOpRef<ModuleOp>
mlir::emb::buildLookupModule(MLIRContext &context,
                             const LookupModuleSpec &spec) {
  context.loadDialect<EmbDialect, arith::ArithDialect, func::FuncDialect,
                      linalg::LinalgDialect, tensor::TensorDialect>();
  return LookupBuilder(context, spec).build();
}

std::string mlir::emb::printLookupModule(const LookupModuleSpec &spec) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  OwningOpRef<ModuleOp> module = buildLookupModule(context, spec);
  std::string text;
  llvm::raw_string_ostream os(text);
  module->print(os);
  return text;
}
