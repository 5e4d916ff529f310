//===- GroupChecks.cpp - What groups must satisfy -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GroupChecks.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::emb;

//===----------------------------------------------------------------------===//
// Origin
//===----------------------------------------------------------------------===//

namespace {
/// What an operation expects of the group that it is given.
struct Expectation {
  SmallVector<Value> group;
  SmallVector<Value> indices;
  /// One for each index tensor, as the operation has it.
  SmallVector<std::optional<int64_t>> paddings;
  int64_t numRows = ShapedType::kDynamic;
  /// Whether the positions are occurrence numbers, or are rows of a gradient;
  /// none where nobody reads them.
  std::optional<bool> byBag;
};
} // namespace

static std::optional<Expectation> getExpectation(Operation *op) {
  auto rowsOf = [](Value table) {
    return cast<ShapedType>(table.getType()).getDimSize(0);
  };
  Expectation expected;
  auto addSources = [&](ArrayRef<GradientSource> sources) {
    for (const GradientSource &source : sources) {
      expected.indices.push_back(source.indices);
      expected.paddings.push_back(source.padding);
    }
  };
  if (auto frequency = dyn_cast<FrequencyOp>(op)) {
    expected.group = frequency.getGroup();
    expected.indices = {frequency.getIndices()};
    expected.paddings = {std::nullopt};
    expected.byBag = false;
  } else if (auto renorm = dyn_cast<RenormOp>(op)) {
    expected.group = renorm.getGroup();
    expected.indices = {renorm.getIndices()};
    expected.paddings = {std::nullopt};
    expected.numRows = rowsOf(renorm.getInit());
  } else if (auto scatter = dyn_cast<ScatterAddOp>(op)) {
    expected.group = scatter.getGroup();
    expected.indices = {scatter.getIndices()};
    expected.paddings = {scatter.getPaddingIdx()};
    expected.byBag = false;
    expected.numRows = rowsOf(scatter.getInit());
  } else if (auto update = dyn_cast<UpdateOp>(op)) {
    expected.group = update.getGroup();
    addSources(update.getSources());
    if (!update.getIndices().empty())
      expected.byBag = update.getMappedGroup();
    expected.numRows = rowsOf(update.getTable());
  } else if (auto coalesce = dyn_cast<CoalesceOp>(op)) {
    expected.group = coalesce.getGroup();
    addSources(coalesce.getSources());
    expected.byBag = false;
  }
  if (expected.group.empty() ||
      !isa<RankedTensorType>(expected.group.front().getType()))
    return std::nullopt;
  return expected;
}

/// The tensor whose elements, in order, are those of `value`.
static Value getElements(Value value) {
  while (Operation *def = value.getDefiningOp()) {
    if (!isa<CheckIndicesOp, tensor::CastOp, tensor::CollapseShapeOp,
             tensor::ExpandShapeOp>(def))
      break;
    value = def->getOperand(0);
  }
  return value;
}

/// The buffer of a group that `value` is, seen through casts and the check of
/// the rows that are set.
static Value getBuffer(Value value) {
  while (true) {
    if (auto cast = value.getDefiningOp<tensor::CastOp>()) {
      value = cast.getSource();
      continue;
    }
    auto check = value.getDefiningOp<CheckIndicesOp>();
    if (!check)
      return value;
    auto slice = check.getIndices().getDefiningOp<tensor::ExtractSliceOp>();
    value = slice ? slice.getSource() : check.getIndices();
  }
}

/// The `emb.group` with these results; null if there is none.
static GroupOp findGroup(ValueRange values) {
  auto group = getBuffer(values.front()).getDefiningOp<GroupOp>();
  if (!group ||
      !llvm::equal(group->getResults(), values, [](Value result, Value value) {
        return getBuffer(value) == result;
      }))
    return {};
  return group;
}

/// Whether the row that a group leaves out can be what an operation calls
/// `padding`. A row that only the run knows is taken for it.
static bool isSamePadding(std::optional<int64_t> padding, Value leftOut,
                          int64_t numRows) {
  std::optional<int64_t> row =
      leftOut ? getConstantIntValue(leftOut) : std::optional<int64_t>(-1);
  if (!padding)
    return row == -1;
  FailureOr<int64_t> known = normalizePaddingIdx(*padding, numRows);
  if (failed(known) || !row)
    return leftOut != nullptr;
  return *known < 0 ? *row >= 0 : *known == *row;
}

LogicalResult emb::verifyGivenGroup(Operation *op) {
  std::optional<Expectation> expected = getExpectation(op);
  if (!expected)
    return success();
  // given_c4
  GroupOp group = findGroup(expected->group);
  if (!group)
    return op->emitOpError("expected 'group' to be the results of one "
                           "emb.group, found other values");
  // A group without sources says which rows to visit; a check guards them.
  if (expected->indices.empty())
    return success();
  auto sameElements = [](Value lhs, Value rhs) {
    return getElements(lhs) == getElements(rhs);
  };
  if (!llvm::equal(group.getIndices(), expected->indices, sameElements)) {
    InFlightDiagnostic error = op->emitOpError(
        "expected 'group' to be the emb.group of the same indices");
    error.attachNote(group.getLoc()) << "the group is made here";
    return error;
  }
  // given_c6
  if (expected->byBag && *expected->byBag != group.getByBag()) {
    InFlightDiagnostic error =
        op->emitOpError("expected 'group' to have ")
        << (*expected->byBag
                ? "bags as positions ('by_bag'), found occurrence numbers"
                : "occurrence numbers as positions, found bags ('by_bag')");
    error.attachNote(group.getLoc()) << "the group is made here";
    return error;
  }
  // given_c5
  for (auto [number, padding] : llvm::enumerate(expected->paddings)) {
    Value leftOut =
        group.getPadding().empty() ? Value() : group.getPadding()[number];
    if (isSamePadding(padding, leftOut, expected->numRows))
      continue;
    InFlightDiagnostic error = op->emitOpError("expected 'group' to leave out ")
                               << (padding ? "the padding" : "nothing")
                               << " of index tensor " << number;
    error.attachNote(group.getLoc()) << "the group is made here";
    return error;
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Extents
//===----------------------------------------------------------------------===//

namespace {
/// Compares the extents of what an operation is given with what its group says.
class ExtentChecker {
public:
  ExtentChecker(Operation *op, OpBuilder &builder) : op(op), builder(builder) {
    builder.setInsertionPoint(op);
  }

  /// Dimension `number` of `result`, written to `init` if that is not null, is
  /// `expected`.
  void extent(Value init, Value result, int64_t number, Value expected,
              StringRef what) {
    Location loc = op->getLoc();
    auto type = cast<RankedTensorType>(result.getType());
    bool dynamic = type.isDynamicDim(number);
    std::optional<int64_t> known = getConstantIntValue(expected);
    if ((dynamic && !init) || (!dynamic && known == type.getDimSize(number)))
      return;
    Value found = dynamic
                      ? builder.createOrFold<tensor::DimOp>(loc, init, number)
                      : arith::ConstantIndexOp::create(builder, loc,
                                                       type.getDimSize(number));
    equal(found, expected, init, number, what);
  }

  /// Dimension `number` of `value` is at least `expected`.
  void atLeast(Value value, int64_t number, Value expected, StringRef what) {
    Value found = dim(value, number);
    std::optional<int64_t> rows = getConstantIntValue(found);
    std::optional<int64_t> least = getConstantIntValue(expected);
    if (found == expected || (rows && least && *rows >= *least))
      return;
    expected =
        builder.createOrFold<arith::MaxSIOp>(op->getLoc(), found, expected);
    equal(found, expected, value, number, what);
  }

  Value dim(Value value, int64_t number) {
    return builder.createOrFold<tensor::DimOp>(op->getLoc(), value, number);
  }

  unsigned getCount() const { return count; }

private:
  void equal(Value found, Value expected, Value init, int64_t number,
             StringRef what) {
    std::string label =
        (op->getName().getStringRef() + ": " + what + ", dimension " +
         Twine(number) + (init ? describeOrigin(init) : std::string()))
            .str();
    CheckEqualOp::create(builder, op->getLoc(), found, expected, label);
    ++count;
  }

  Operation *op;
  OpBuilder &builder;
  unsigned count = 0;
};
} // namespace

/// The number of bags of `group`, which is by_bag.
static Value getNumBags(OpBuilder &builder, Location loc, GroupOp group) {
  Value offsets = group.getOffsets();
  Value number = builder.createOrFold<tensor::DimOp>(
      loc, offsets ? offsets : group.getIndices()[0], 0);
  if (!group.getIncludeLastOffset())
    return number;
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  return builder.createOrFold<arith::SubIOp>(loc, number, one);
}

/// The number of elements of all `values`.
static Value getTotal(OpBuilder &builder, Location loc, ValueRange values) {
  Value total = arith::ConstantIndexOp::create(builder, loc, 0);
  for (Value value : values) {
    Value size = arith::ConstantIndexOp::create(builder, loc, 1);
    for (OpFoldResult extent : tensor::getMixedSizes(builder, loc, value))
      size = builder.createOrFold<arith::MulIOp>(
          loc, size, getValueOrCreateConstantIndexOp(builder, loc, extent));
    total = builder.createOrFold<arith::AddIOp>(loc, total, size);
  }
  return total;
}

unsigned emb::insertExtentChecks(Operation *op, OpBuilder &builder) {
  if (op->getNumResults() == 0 ||
      !isa<RankedTensorType>(op->getResult(0).getType()))
    return 0;
  ExtentChecker check(op, builder);
  // group_r3
  if (auto group = dyn_cast<GroupOp>(op)) {
    Value n = getTotal(builder, op->getLoc(), group.getIndices());
    Value one = arith::ConstantIndexOp::create(builder, op->getLoc(), 1);
    Value ends = builder.createOrFold<arith::AddIOp>(op->getLoc(), n, one);
    Value sizes[] = {n, ends, n};
    StringRef names[] = {"rows", "bounds", "positions"};
    for (auto [number, result] : llvm::enumerate(group.getOutputs()))
      check.extent(group.getInits().empty() ? Value()
                                            : group.getInits()[number],
                   result, 0, sizes[number], names[number]);
  }
  // frequency_r1
  if (auto frequency = dyn_cast<FrequencyOp>(op)) {
    Value indices = frequency.getIndices();
    int64_t rank = cast<ShapedType>(indices.getType()).getRank();
    for (int64_t number = 0; number < rank; ++number)
      check.extent(frequency.getInit(), frequency.getResult(), number,
                   check.dim(indices, number), "outs");
  }
  // update_r6
  auto update = dyn_cast<UpdateOp>(op);
  if (update && update.getMappedGroup())
    if (GroupOp group = findGroup(update.getGroup()))
      check.atLeast(update.getGradients()[0], 0,
                    getNumBags(builder, op->getLoc(), group), "gradient 0");
  return check.getCount();
}
