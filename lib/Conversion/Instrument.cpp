//===- Instrument.cpp - Time the operations that move data ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Conversion/EntryPoints.h"
#include "emb/Conversion/Passes.h"
#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/IR/Traffic.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::emb {
#define GEN_PASS_DEF_INSTRUMENT
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

/// Reading the clock twice takes as long as moving about so many bytes.
static constexpr int64_t kMinBytes = 1024;

namespace {
struct Instrument : public emb::impl::InstrumentBase<Instrument> {
  void runOnOperation() override;
};
} // namespace

/// "file:line:col", or "" for code that has no place in a file.
static std::string describePlace(Location location) {
  auto place = location->findInstanceOf<FileLineColLoc>();
  if (!place)
    return "";
  std::string text;
  llvm::raw_string_ostream(text) << place.getFilename().getValue() << ':'
                                 << place.getLine() << ':' << place.getColumn();
  return text;
}

static void addRegion(Operation *op, const Traffic &traffic,
                      SmallVectorImpl<Attribute> &regions) {
  OpBuilder builder(op);
  Location loc = op->getLoc();
  auto region = static_cast<int32_t>(regions.size());
  ProfileBeginOp::create(builder, loc, region);
  builder.setInsertionPointAfter(op);
  ProfileEndOp::create(builder, loc, region,
                       createBytes(builder, loc, traffic));
  regions.push_back(builder.getDictionaryAttr(
      {builder.getNamedAttr("location",
                            builder.getStringAttr(describePlace(loc))),
       builder.getNamedAttr("name", op->getName().getIdentifier())}));
}

void Instrument::runOnOperation() {
  func::FuncOp function = getOperation();
  SmallVector<std::pair<Operation *, Traffic>> timed;
  WalkResult walked =
      function.walk<WalkOrder::PreOrder>([&](Operation *op) -> WalkResult {
        if (isa<ProfileBeginOp, ProfileEndOp>(op))
          return op->emitError() << "in '" << function.getName()
                                 << "', which has been instrumented already";
        std::optional<Traffic> traffic = getTraffic(op);
        if (!traffic)
          return WalkResult::advance();
        for (Value operand : op->getOperands())
          if (isa<TensorType>(operand.getType()))
            return op->emitError()
                   << "has an operand of type " << operand.getType()
                   << ", expected memrefs: what it moves is "
                      "known after bufferization";
        // The operations in its region are for one element.
        if (getStaticBytes(*traffic).value_or(kMinBytes) >= kMinBytes)
          timed.push_back({op, std::move(*traffic)});
        return WalkResult::skip();
      });
  if (walked.wasInterrupted())
    return signalPassFailure();
  SmallVector<Attribute> regions;
  for (auto &[op, traffic] : timed)
    addRegion(op, traffic, regions);
  function->setAttr(kRegionsAttr,
                    ArrayAttr::get(function.getContext(), regions));
}
