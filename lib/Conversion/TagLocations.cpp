//===- TagLocations.cpp - Which operation code was made for ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Conversion/Passes.h"
#include "emb/Dialect/Emb/IR/Emb.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::emb {
#define GEN_PASS_DEF_TAGLOCATIONS
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

namespace {
struct TagLocations : public emb::impl::TagLocationsBase<TagLocations> {
  void runOnOperation() override;
};
} // namespace

/// The place in a file that `location` names first, or none.
static std::optional<Location> getPlace(Location location) {
  if (auto place = location->findInstanceOf<FileLineColLoc>())
    return Location(place);
  return std::nullopt;
}

void TagLocations::runOnOperation() {
  getOperation().walk<WalkOrder::PreOrder>([](Operation *op) {
    bool isTagged = isa<linalg::LinalgOp>(op) ||
                    isa_and_nonnull<EmbDialect>(op->getDialect());
    if (!isTagged)
      return WalkResult::advance();
    std::optional<Location> caller = getPlace(op->getLoc());
    if (!caller)
      return WalkResult::skip();
    StringAttr name = op->getName().getIdentifier();
    op->walk([&](Operation *part) {
      Location place = getPlace(part->getLoc()).value_or(*caller);
      part->setLoc(CallSiteLoc::get(
          FusedLoc::get(op->getContext(), place, name), *caller));
    });
    return WalkResult::skip();
  });
}
