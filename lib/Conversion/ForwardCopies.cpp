//===- ForwardCopies.cpp - Results where they are copied to ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Conversion/EntryPoints.h"
#include "emb/Conversion/Passes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace mlir::emb {
#define GEN_PASS_DEF_FORWARDCOPIES
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;

/// The buffer that `value` is a part of.
static Value getBase(Value value) {
  while (auto view = value.getDefiningOp<ViewLikeOpInterface>())
    value = view.getViewSource();
  return value;
}

/// Whether two parts of one buffer have no element in common: subviews of it,
/// of static offsets and sizes in some dimension.
static bool areDisjoint(Value a, Value b) {
  auto first = a.getDefiningOp<memref::SubViewOp>();
  auto second = b.getDefiningOp<memref::SubViewOp>();
  if (!first || !second || first.getSource() != second.getSource() ||
      !first.hasUnitStride() || !second.hasUnitStride())
    return false;
  auto isBefore = [](int64_t offset, int64_t size, int64_t other) {
    return !ShapedType::isDynamic(offset) && !ShapedType::isDynamic(size) &&
           !ShapedType::isDynamic(other) && offset + size <= other;
  };
  for (auto [offsetA, sizeA, offsetB, sizeB] :
       llvm::zip_equal(first.getStaticOffsets(), first.getStaticSizes(),
                       second.getStaticOffsets(), second.getStaticSizes()))
    if (isBefore(offsetA, sizeA, offsetB) || isBefore(offsetB, sizeB, offsetA))
      return true;
  return false;
}

namespace {
/// One copy, from a buffer of the same block into a part of another.
class Forwarding {
public:
  explicit Forwarding(memref::CopyOp copy)
      : copy(copy), target(copy.getTarget()),
        buffer(copy.getSource().getDefiningOp<memref::AllocOp>()),
        block(copy->getBlock()) {}

  /// Why the target cannot be used instead of the buffer.
  std::string whyNot();
  /// After whyNot() found nothing.
  void run();

private:
  /// Collects the users of the buffer and of parts of it.
  std::string collectUsers();
  std::string whyNotTarget();
  /// Whether `op` can be moved before the first user, with what it needs.
  bool canMove(Operation *op) const;
  void move(Operation *op);
  void replace(Value from, Value to);

  memref::CopyOp copy;
  Value target;
  memref::AllocOp buffer;
  Block *block;
  Operation *first = nullptr, *last = nullptr;
  bool isRead = false;
};

struct ForwardCopies : public emb::impl::ForwardCopiesBase<ForwardCopies> {
  void runOnOperation() override;
};
} // namespace

std::string Forwarding::collectUsers() {
  SmallVector<Value> parts{buffer.getResult()};
  while (!parts.empty())
    for (OpOperand &use : parts.pop_back_val().getUses()) {
      Operation *user = use.getOwner();
      if (user->getBlock() != block)
        return "what is copied is used in another block";
      if (!first || user->isBeforeInBlock(first))
        first = user;
      if (isa<memref::SubViewOp>(user)) {
        parts.push_back(user->getResult(0));
        continue;
      }
      auto op = dyn_cast<linalg::LinalgOp>(user);
      auto otherCopy = dyn_cast<memref::CopyOp>(user);
      if (!op && !otherCopy)
        return "what is copied is used by more than copies and maps";
      bool reads =
          op ? op.isDpsInput(&use) || op.payloadUsesValueFromOperand(&use)
             : use.get() == otherCopy.getSource();
      bool writes =
          op ? op.isDpsInit(&use) : use.get() == otherCopy.getTarget();
      if (writes && copy->isBeforeInBlock(user))
        return "what is copied is written again";
      isRead |= reads && user != copy;
      if (!last || last->isBeforeInBlock(user))
        last = user;
    }
  return "";
}

std::string Forwarding::whyNotTarget() {
  Value base = getBase(target);
  if (!base.getDefiningOp<memref::AllocOp>())
    return "the target may be memory of the caller";
  SmallVector<Value> parts{base};
  while (!parts.empty()) {
    Value part = parts.pop_back_val();
    for (Operation *user : part.getUsers()) {
      if (isa<ViewLikeOpInterface>(user)) {
        llvm::append_range(parts, user->getResults());
        continue;
      }
      Operation *place = block->findAncestorOpInBlock(*user);
      if (!place || user == copy || place->isBeforeInBlock(first) ||
          last->isBeforeInBlock(place) || areDisjoint(part, target))
        continue;
      return "the target is used in between";
    }
  }
  return "";
}

bool Forwarding::canMove(Operation *op) const {
  if (!op || op->getBlock() != block || op->isBeforeInBlock(first))
    return true;
  return (isPure(op) || isa<memref::AllocOp>(op)) && op->getNumRegions() == 0 &&
         llvm::all_of(op->getOperands(), [&](Value operand) {
           return canMove(operand.getDefiningOp());
         });
}

void Forwarding::move(Operation *op) {
  if (!op || op->getBlock() != block || op->isBeforeInBlock(first))
    return;
  for (Value operand : op->getOperands())
    move(operand.getDefiningOp());
  op->moveBefore(first);
}

std::string Forwarding::whyNot() {
  if (!buffer || buffer->getBlock() != block)
    return "what is copied is not made in this block";
  if (std::string reason = collectUsers(); !reason.empty())
    return reason;
  auto from = cast<MemRefType>(buffer.getType());
  auto to = cast<MemRefType>(target.getType());
  SmallVector<int64_t> fromStrides, toStrides;
  int64_t offset;
  if (failed(from.getStridesAndOffset(fromStrides, offset)) ||
      failed(to.getStridesAndOffset(toStrides, offset)))
    return "the target has no strides";
  if (toStrides.empty() || toStrides.back() != 1)
    return "rows of the target are not contiguous";
  if (isRead && fromStrides != toStrides)
    return "it is read again, and rows of the target lie apart";
  if (std::string reason = whyNotTarget(); !reason.empty())
    return reason;
  if (!canMove(target.getDefiningOp()))
    return "the place of the target is not known before";
  return "";
}

void Forwarding::replace(Value from, Value to) {
  for (OpOperand &use : llvm::make_early_inc_range(from.getUses())) {
    auto part = dyn_cast<memref::SubViewOp>(use.getOwner());
    if (!part) {
      use.set(to);
      continue;
    }
    OpBuilder builder(part);
    auto type = memref::SubViewOp::inferRankReducedResultType(
        part.getType().getShape(), cast<MemRefType>(to.getType()),
        part.getMixedOffsets(), part.getMixedSizes(), part.getMixedStrides());
    auto moved = memref::SubViewOp::create(
        builder, part.getLoc(), type, to, part.getMixedOffsets(),
        part.getMixedSizes(), part.getMixedStrides());
    replace(part, moved);
    part.erase();
  }
}

void Forwarding::run() {
  move(target.getDefiningOp());
  copy.erase();
  replace(buffer, target);
  buffer.erase();
}

void ForwardCopies::runOnOperation() {
  SmallVector<memref::CopyOp> copies;
  getOperation().walk([&](memref::CopyOp copy) { copies.push_back(copy); });
  for (memref::CopyOp copy : copies) {
    auto options = [&](StringRef name) {
      return remark::RemarkOpts::name(name)
          .category(getArgument())
          .function(getOperation().getName());
    };
    Location loc = copy.getLoc();
    Forwarding forwarding(copy);
    if (std::string reason = forwarding.whyNot(); !reason.empty()) {
      remark::missed(loc, options("CopyNotForwarded"))
          << remark::reason("{0}", reason);
      continue;
    }
    forwarding.run();
    remark::passed(loc, options("CopyForwarded"))
        << "results are written where they were copied to";
  }
}
