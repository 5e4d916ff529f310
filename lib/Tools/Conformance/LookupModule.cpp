//===- LookupModule.cpp - A torch lookup as a module ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Tools/LookupModule.h"
#include "LookupBuilder.h"
#include "emb/Differentiation/Gradients.h"
#include "emb/Differentiation/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::conformance;

static constexpr StringLiteral kFunction = "lookup";
static constexpr StringLiteral kWeights = "per_sample_weights";

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
  auto type = cast<RankedTensorType>(value.getType());
  int64_t rank = type.getRank();
  // A slice may not begin at the end of a dimension, not even an empty one.
  if (rank == 2 && type.getDimSize(1) == 0)
    return tensor::EmptyOp::create(
        b, ArrayRef<OpFoldResult>{size, b.getIndexAttr(0)},
        type.getElementType());
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
  if (options.bag == BagMode::Max && spec.gradient == TableGradient::Sparse)
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
// The function
//===----------------------------------------------------------------------===//

/// A function with its arguments, handed out to the lookups: those of
/// `@lookup`, or all of them but the gradients.
func::FuncOp
LookupBuilder::createFunction(StringRef name, bool withGradients,
                              SmallVectorImpl<LookupValues> &lookups) {
  MLIRContext *context = b.getContext();
  SmallVector<Type> types{
      RankedTensorType::get({spec.rows, spec.columns}, element)};
  Value table;
  SmallVector<Value *> holders{&table};
  SmallVector<std::string> names{"weight"};
  for (const LookupSpec &options : spec.lookups)
    lookups.emplace_back(options);
  for (auto [number, lookup] : llvm::enumerate(lookups)) {
    const LookupSpec &options = lookup.spec;
    std::string suffix = getSuffix(spec, number);
    auto add = [&](StringRef name, Value &holder, Type type) {
      names.push_back(name.str() + suffix);
      holders.push_back(&holder);
      types.push_back(type);
    };
    add("indices", lookup.indices,
        getTensor(options.rank, getElementType(context, options.indexType)));
    if (options.offsetType)
      add("offsets", lookup.offsets,
          getTensor(1, getElementType(context, *options.offsetType)));
    if (options.weightsType)
      add(kWeights, lookup.weights,
          getTensor(options.rank,
                    getElementType(context, *options.weightsType)));
    if (withGradients && wantsGradOutput(spec, options))
      add("grad_output", lookup.gradOutput,
          getTensor(options.bag ? 1 : options.rank, element, spec.columns));
  }
  auto function =
      func::FuncOp::create(b, name, b.getFunctionType(types, TypeRange()));
  Block *block = function.addEntryBlock();
  for (auto [number, name] : llvm::enumerate(names)) {
    function.setArgAttr(number, kArgumentNameAttr, b.getStringAttr(name));
    *holders[number] = block->getArgument(number);
  }
  lookups[0].table = table;
  b.setInsertionPointToStart(block);
  return function;
}

/// Ends `function`, whose result types are those of `results` then.
void LookupBuilder::finishFunction(func::FuncOp function, ValueRange results) {
  func::ReturnOp::create(b, results);
  function.setFunctionType(b.getFunctionType(
      function.getFunctionType().getInputs(), results.getTypes()));
  b.setInsertionPointAfter(function);
}

/// The lookups, one after the other; returns the outputs, then the table if it
/// has changed.
SmallVector<Value>
LookupBuilder::buildOutputs(MutableArrayRef<LookupValues> lookups) {
  SmallVector<Value> results;
  for (auto [number, lookup] : llvm::enumerate(lookups)) {
    if (number > 0)
      lookup.table = lookups[number - 1].table;
    buildForward(lookup);
    results.push_back(lookup.output);
  }
  if (changesTable(spec))
    results.push_back(lookups.back().table);
  return results;
}

/// The function with no gradient of the table, or a sparse one.
void LookupBuilder::buildByHand() {
  SmallVector<LookupValues> lookups;
  func::FuncOp function =
      createFunction(kFunction, /*withGradients=*/true, lookups);
  SmallVector<Value> results = buildOutputs(lookups);
  for (LookupValues &lookup : lookups)
    if (lookup.gradOutput)
      buildContributions(lookup);
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
  finishFunction(function, results);
}

/// The function with a dense gradient of the table, by emb-differentiate. What
/// is no valid module is left as it is before that.
void LookupBuilder::buildDerived(ModuleOp module) {
  SmallVector<LookupValues> lookups;
  func::FuncOp forward =
      createFunction("forward", /*withGradients=*/false, lookups);
  finishFunction(forward, buildOutputs(lookups));
  SmallVector<StringRef> parameters{"weight"};
  SmallVector<std::string> names;
  for (auto [number, options] : llvm::enumerate(spec.lookups))
    if (options.weightsGradient)
      names.push_back(kWeights.str() + getSuffix(spec, number));
  parameters.append(names.begin(), names.end());
  GradientOp::create(b, "derivative", forward.getName(),
                     b.getStrArrayAttr(parameters), /*seeded=*/true);
  ScopedDiagnosticHandler quiet(b.getContext(),
                                [](Diagnostic &) { return success(); });
  PassManager passes(b.getContext());
  passes.addPass(createDifferentiate());
  if (failed(verify(module)) || failed(passes.run(module)))
    return;
  forward.erase();

  lookups.clear();
  b.setInsertionPointToEnd(module.getBody());
  func::FuncOp function =
      createFunction(kFunction, /*withGradients=*/true, lookups);
  SmallVector<Value> arguments{lookups[0].table};
  for (const LookupValues &lookup : lookups)
    for (Value value : {lookup.indices, lookup.offsets, lookup.weights})
      if (value)
        arguments.push_back(value);
  for (const LookupValues &lookup : lookups)
    arguments.push_back(lookup.gradOutput);
  // The gradient of the changed table, which is a result too.
  if (changesTable(spec))
    arguments.push_back(createZeroLike(b, b.getLoc(), lookups[0].table));
  auto derivative = module.lookupSymbol<func::FuncOp>("derivative");
  derivative.setPrivate();
  finishFunction(function,
                 func::CallOp::create(b, derivative, arguments).getResults());
}

OwningOpRef<ModuleOp> LookupBuilder::build() {
  OwningOpRef<ModuleOp> module = ModuleOp::create(b.getLoc());
  b.setInsertionPointToEnd(module->getBody());
  if (spec.gradient == TableGradient::Dense)
    buildDerived(*module);
  else
    buildByHand();
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
