//===- FoldBagMaps.cpp - Positions that are bags --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"
#include "mlir/Transforms/RegionUtils.h"

namespace mlir::emb {
#define GEN_PASS_DEF_FOLDBAGMAPS
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

namespace {

/// The bags that a map tells: the rows of 2-D indices, or those of offsets.
struct Bags {
  Value offsets;
  bool includeLast = false;

  bool operator==(const Bags &other) const {
    return offsets == other.offsets && includeLast == other.includeLast;
  }
};

/// Finds out whether all that read the positions of one group want the bags of
/// occurrences, the same ones.
class BagMapFolder {
public:
  BagMapFolder(GroupOp group, DominanceInfo &dominance)
      : group(group), dominance(dominance) {}

  /// Failure where the group stays: `getReason` says why, empty if there is no
  /// map to fold.
  LogicalResult collect();
  /// Changes group and updates; returns the number of updates.
  size_t fold();

  StringRef getReason() const { return hasMap ? StringRef(reason) : ""; }

private:
  LogicalResult refuse(const Twine &why) {
    if (reason.empty())
      reason = why.str();
    return failure();
  }
  LogicalResult addUser(OpOperand &use);
  LogicalResult addUpdate(UpdateOp update);
  LogicalResult addMap(UpdateOp update, const GradientSource &source);

  GroupOp group;
  DominanceInfo &dominance;
  SmallVector<UpdateOp> updates;
  std::optional<Bags> bags;
  /// How wide the numbers of the maps are.
  unsigned width = 0;
  std::string reason;
  bool hasMap = false;
};

} // namespace

/// The bags that `map` tells, if it tells any.
static std::optional<Bags> findBags(Value map) {
  if (isRowNumber(map))
    return Bags{};
  auto offsets = map.getDefiningOp<Offset2BagOp>();
  if (!offsets)
    return std::nullopt;
  return Bags{offsets.getOffsets(), offsets.getIncludeLastOffset()};
}

/// Whether tensors of the same rank are known to have the same extents.
static bool haveSameShape(Value lhs, Value rhs) {
  int64_t rank = cast<RankedTensorType>(lhs.getType()).getRank();
  return llvm::all_of(llvm::seq(rank), [&](int64_t dim) {
    FailureOr<bool> equal =
        ValueBoundsConstraintSet::areEqual({lhs, dim}, {rhs, dim});
    return succeeded(equal) && *equal;
  });
}

LogicalResult BagMapFolder::addMap(UpdateOp update,
                                   const GradientSource &source) {
  std::optional<Bags> found = findBags(source.map);
  if (!found)
    return refuse("a map is neither the row of 2-D indices nor the bag of "
                  "offsets");
  hasMap = true;
  if (source.scale)
    return refuse("a source has a scale, which is read by occurrence number");
  if (source.winners)
    return refuse("a source has winners, which are occurrence numbers");
  if (!haveSameShape(source.map, source.indices))
    return refuse("a map is not known to have the shape of the indices");
  if (bags && !(*bags == *found))
    return refuse("two updates have different maps");
  if (found->offsets && !dominance.properlyDominates(found->offsets, group))
    return refuse("the offsets are computed after the sort");
  bags = found;
  width = std::max(
      width,
      getElementTypeOrSelf(source.map.getType()).getIntOrFloatBitWidth());
  updates.push_back(update);
  return success();
}

LogicalResult BagMapFolder::addUpdate(UpdateOp update) {
  SmallVector<GradientSource> sources = update.getSources();
  for (const GradientSource &source : sources)
    hasMap |= source.map && findBags(source.map);
  // Without a source the gradient is zero.
  if (sources.empty())
    return success();
  if (sources.size() > 1)
    return refuse("an update has " + Twine(sources.size()) + " sources");
  if (!sources[0].map)
    return refuse("an update has a source without a map");
  return addMap(update, sources[0]);
}

LogicalResult BagMapFolder::addUser(OpOperand &use) {
  Operation *user = use.getOwner();
  auto isIn = [&](MutableOperandRange operands) {
    return llvm::any_of(operands,
                        [&](OpOperand &other) { return &other == &use; });
  };
  if (auto update = dyn_cast<UpdateOp>(user);
      update && isIn(update.getGroupMutable()))
    return addUpdate(update);
  // Only rows, bounds and count of its group are read.
  if (auto renorm = dyn_cast<RenormOp>(user);
      renorm && isIn(renorm.getGroupMutable()))
    return success();
  return refuse("'" + user->getName().getStringRef() +
                "' reads the numbers of occurrences");
}

LogicalResult BagMapFolder::collect() {
  // All users are looked at: only with a map there is something to say.
  LogicalResult result = success();
  for (OpOperand &use : group.getOutputs()[2].getUses())
    if (failed(addUser(use)))
      result = failure();
  return success(succeeded(result) && bags);
}

size_t BagMapFolder::fold() {
  group.setByBag(true);
  if (bags->offsets)
    group.getOffsetsMutable().assign(bags->offsets);
  group.setIncludeLastOffset(bags->includeLast);
  // Bags fit what the maps hold; fewer bytes are sorted and read.
  Value positions = group.getOutputs()[2];
  auto type = cast<RankedTensorType>(positions.getType());
  if (group.getInits().empty())
    positions.setType(type.clone(IntegerType::get(group.getContext(), width)));
  for (UpdateOp update : updates) {
    update.getMapsMutable().clear();
    update.setSourceParts(update.getSourceParts()[0] &
                          ~static_cast<int32_t>(SourcePart::Map));
    update.setMappedGroup(true);
  }
  return updates.size();
}

namespace {
struct FoldBagMapsPass : public emb::impl::FoldBagMapsBase<FoldBagMapsPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    auto &dominance = getAnalysis<DominanceInfo>();
    bool changed = false;
    function.walk([&](GroupOp group) {
      if (group.getByBag() || group.getOutputs().empty())
        return;
      BagMapFolder folder(group, dominance);
      auto options = [&](StringRef name) {
        return remark::RemarkOpts::name(name)
            .category(getArgument())
            .function(function.getName());
      };
      if (succeeded(folder.collect())) {
        size_t count = folder.fold();
        changed = true;
        remark::passed(group.getLoc(), options("BagMapFolded"))
            << remark::metric("updates", count)
            << remark::metric("bags", group.getOffsets() ? "offsets" : "rows");
      } else if (!folder.getReason().empty()) {
        remark::missed(group.getLoc(), options("BagMapKept"))
            << remark::reason("{0}", folder.getReason());
      }
    });
    if (!changed)
      return;
    // The maps, which are dead now, and what only they need.
    IRRewriter rewriter(&getContext());
    (void)runRegionDCE(rewriter, function->getRegions());
  }
};
} // namespace
