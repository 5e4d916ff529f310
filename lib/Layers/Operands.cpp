//===- Operands.cpp - What a layer or function is given -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Layers/Operands.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;
using namespace mlir::emb;

InFlightDiagnostic Operands::refuse() const {
  return emitError(loc) << layer << ": ";
}

FailureOr<RankedTensorType> Operands::verifyRanked(Value operand,
                                                   StringRef what,
                                                   StringRef expected) const {
  auto type = dyn_cast<RankedTensorType>(operand.getType());
  if (!type)
    return refuse() << what << " is " << operand.getType()
                    << ", expected a ranked tensor of " << expected;
  return type;
}

static bool isFloat(Type type) {
  return type.isF16() || type.isBF16() || type.isF32() || type.isF64();
}

LogicalResult Operands::addFloats(Value &operand, StringRef what,
                                  ArrayRef<std::optional<Extent>> extents) {
  if (!operand)
    return success();
  FailureOr<RankedTensorType> type = verifyRanked(operand, what, "floats");
  if (failed(type))
    return failure();
  Type element = type->getElementType();
  if (!isFloat(element))
    return refuse() << what << " is " << *type
                    << ", expected elements of f16, bf16, f32 or f64";
  if (elementType && element != elementType)
    return refuse() << what << " is " << *type << ", expected elements of "
                    << elementType << " as those of " << operands.front().name;
  elementType = element;
  return bind(operand, what, extents);
}

LogicalResult Operands::addIntegers(Value &operand, StringRef what,
                                    ArrayRef<std::optional<Extent>> extents) {
  FailureOr<RankedTensorType> type = verifyRanked(operand, what, "integers");
  if (failed(type))
    return failure();
  Type element = type->getElementType();
  if (!element.isSignlessInteger(32) && !element.isSignlessInteger(64))
    return refuse() << what << " is " << *type
                    << ", expected elements of i32 or i64";
  return bind(operand, what, extents);
}

LogicalResult Operands::addTensor(Value &operand, StringRef what,
                                  ArrayRef<std::optional<Extent>> extents) {
  if (failed(verifyRanked(operand, what, "any elements")))
    return failure();
  return bind(operand, what, extents);
}

LogicalResult Operands::addShape(MutableArrayRef<Value *> operands,
                                 ArrayRef<StringRef> names, int64_t minRank) {
  FailureOr<RankedTensorType> type =
      verifyRanked(*operands.front(), names.front(), "floats");
  if (failed(type))
    return failure();
  if (type->getRank() < minRank)
    return refuse() << names.front() << " is " << *type
                    << ", expected rank at least " << minRank;
  SmallVector<std::optional<Extent>> extents;
  for (unsigned key = 0, rank = type->getRank(); key < rank; ++key)
    extents.push_back(Extent(key));
  for (auto [operand, name] : llvm::zip_equal(operands, names))
    if (failed(addFloats(*operand, name, extents)))
      return failure();
  return success();
}

LogicalResult Operands::bind(Value &operand, StringRef what,
                             ArrayRef<std::optional<Extent>> extents) {
  auto type = cast<RankedTensorType>(operand.getType());
  int64_t rank = extents.size();
  if (type.getRank() != rank)
    return refuse() << what << " is " << type << ", expected rank " << rank;
  unsigned index = operands.size();
  operands.push_back({&operand, what.str(), llvm::to_vector(extents)});
  // A multiple of an extent comes after that extent.
  for (bool isMultiple : {false, true})
    for (auto [dim, extent] : llvm::enumerate(extents))
      if (extent && (extent->factor != 1) == isMultiple &&
          failed(bind(index, dim, *extent)))
        return failure();
  return success();
}

std::string Operands::describe(const Operand &operand, int64_t dim) const {
  return (operand.name + ", dimension " + Twine(dim)).str();
}

LogicalResult Operands::bind(unsigned operand, int64_t dim, Extent extent) {
  int64_t size = operands[operand].getType().getDimSize(dim);
  auto [binding, isNew] = bindings.insert({extent.key, {operand, dim, size}});
  if (isNew || ShapedType::isDynamic(size))
    return success();
  int64_t &known = binding->second.size;
  if (ShapedType::isDynamic(known)) {
    if (extent.factor == 1)
      known = size;
    return success();
  }
  int64_t expected = extent.factor * known;
  if (size == expected)
    return success();
  return refuse() << describe(operands[operand], dim) << ": found " << size
                  << " (" << operands[operand].getType() << "), expected "
                  << expected;
}

/// Whether it is known that two extents, of tensors, are equal.
static bool areEqual(ValueBoundsConstraintSet::Variable a,
                     ValueBoundsConstraintSet::Variable b) {
  FailureOr<bool> equal = ValueBoundsConstraintSet::areEqual(a, b);
  return succeeded(equal) && *equal;
}

/// Whether that follows from where the tensors come from, and from checks in
/// `block`.
static bool areKnownEqual(Block &block, Value tensorA, int64_t dimA,
                          Value tensorB, int64_t dimB) {
  using Variable = ValueBoundsConstraintSet::Variable;
  Variable b(tensorB, dimB);
  // Extents that are equal to the first one, and checks that may tell more.
  SmallVector<Variable> known = {Variable(tensorA, dimA)};
  SmallVector<CheckEqualOp> checks(block.getOps<CheckEqualOp>());
  for (unsigned next = 0; next < known.size(); ++next) {
    Variable extent = known[next];
    if (areEqual(extent, b))
      return true;
    llvm::erase_if(checks, [&](CheckEqualOp check) {
      Variable found(check.getFound()), expected(check.getExpected());
      bool isFound = areEqual(found, extent);
      if (!isFound && !areEqual(expected, extent))
        return false;
      known.push_back(isFound ? expected : found);
      return true;
    });
  }
  return false;
}

void Operands::createCheck(OpBuilder &builder, const Operand &operand,
                           int64_t dim, Extent extent) const {
  const Binding &binding = bindings.find(extent.key)->second;
  const Operand &first = operands[binding.operand];
  bool isFirst = &first == &operand && binding.dim == dim;
  bool isStatic = !operand.getType().isDynamicDim(dim) &&
                  !first.getType().isDynamicDim(binding.dim);
  if (isFirst || isStatic)
    return;
  if (extent.factor == 1 &&
      areKnownEqual(*builder.getInsertionBlock(), *operand.value, dim,
                    *first.value, binding.dim))
    return;
  Value found = builder.createOrFold<tensor::DimOp>(loc, *operand.value, dim);
  Value expected =
      builder.createOrFold<tensor::DimOp>(loc, *first.value, binding.dim);
  if (extent.factor != 1)
    expected = builder.createOrFold<arith::MulIOp>(
        loc, expected,
        arith::ConstantIndexOp::create(builder, loc, extent.factor));
  CheckEqualOp::create(builder, loc, found, expected,
                       (layer + ": " + describe(operand, dim)).str());
}

RankedTensorType Operands::getKnownType(const Operand &operand) const {
  RankedTensorType type = operand.getType();
  auto shape = llvm::to_vector(type.getShape());
  for (auto [dim, extent] : llvm::enumerate(operand.extents)) {
    int64_t size = ShapedType::kDynamic;
    if (extent)
      size = bindings.find(extent->key)->second.size;
    if (type.isDynamicDim(dim) && !ShapedType::isDynamic(size))
      shape[dim] = size * extent->factor;
  }
  return type.clone(shape);
}

void Operands::check(OpBuilder &builder) {
  for (const Operand &operand : operands)
    for (auto [dim, extent] : llvm::enumerate(operand.extents))
      if (extent)
        createCheck(builder, operand, dim, *extent);
  for (const Operand &operand : operands) {
    RankedTensorType type = getKnownType(operand);
    if (type != operand.getType())
      *operand.value =
          tensor::CastOp::create(builder, loc, type, *operand.value);
  }
}

OpFoldResult Operands::getExtent(OpBuilder &builder, unsigned key) const {
  const Binding &binding = bindings.find(key)->second;
  return tensor::getMixedSize(builder, loc, *operands[binding.operand].value,
                              binding.dim);
}
