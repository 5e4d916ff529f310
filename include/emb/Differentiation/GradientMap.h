//===- GradientMap.h - Reverse mode over the operations of a block -*- C++ -*-//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIFFERENTIATION_GRADIENTMAP_H
#define EMB_DIFFERENTIATION_GRADIENTMAP_H

#include "emb/Differentiation/Activity.h"
#include "emb/Differentiation/Gradients.h"
#include "llvm/ADT/MapVector.h"

namespace mlir::emb {

/// The operation whose rule is at work. The rule may erase it.
struct RuleSite {
  Location loc;
  OperationName name;
  /// Its active result, for Activity::describePath.
  Value result;
};

/// What has arrived at a value.
struct Gradient {
  Value dense;
  /// In the order of the forward pass, the last to arrive first.
  SmallVector<GradientSource> sources;
  /// Where the first dense contribution came from; none for a seed.
  std::optional<RuleSite> denseFrom;
};

/// Where sources had to become a dense tensor.
struct Densified {
  Value table;
  /// What asked for it; none if what uses the gradients did.
  std::optional<RuleSite> site;
};

/// The gradients of one scope, and the reverse pass over it.
///
/// A rule of an operation with regions differentiates the clone of a region:
/// it tells `activity` about the clones, makes a GradientMap of its own for the
/// new scope, seeds it with the gradients of what the region yields, calls
/// `propagate` on the cloned operations and reads the gradients of the block
/// arguments, and of what is captured, off the map.
class GradientMap : public Gradients {
public:
  /// A function's scope.
  explicit GradientMap(Activity &activity) : activity(activity), log(&ownLog) {}
  /// A scope inside of that of `parent`.
  explicit GradientMap(GradientMap &parent)
      : activity(parent.activity), log(parent.log), site(parent.site) {}

  bool isActive(Value value) const override { return activity.isActive(value); }
  bool has(Value value) const override;
  Value get(OpBuilder &builder, Value value) override;
  void add(OpBuilder &builder, Value value, Value gradient) override;
  void accumulate(OpBuilder &builder, Value value,
                  function_ref<Value(Value sum)> addTo) override;
  void add(Value table, const GradientSource &source) override;
  void pass(OpBuilder &builder, Value from, Value to) override;

  /// `add` of what came from another rule than the one at work.
  void addFrom(OpBuilder &builder, Value value, Value gradient,
               const std::optional<RuleSite> &from);

  /// `get`, and zeros where nothing has arrived.
  Value getOrZero(OpBuilder &builder, Value value);

  /// Takes `dense` as what has arrived at `value` so far.
  void seed(Value value, Value dense) { gradients[value].dense = dense; }

  /// Everything that has arrived, in the order of first arrival.
  const llvm::MapVector<Value, Gradient> &getAll() const { return gradients; }

  /// Applies the rules of `ops`, which are in the order of the forward pass, in
  /// reverse. An operation that is active and has no rule is an error there,
  /// which names the path from a parameter to the loss. New operations go to
  /// the insertion point of `builder`.
  LogicalResult propagate(OpBuilder &builder, ArrayRef<Operation *> ops);

  Activity &getActivity() const { return activity; }
  ArrayRef<Densified> getDensified() const { return log->densified; }
  /// How many rules have been applied, those of inner scopes included.
  unsigned getNumRules() const { return log->numRules; }

private:
  Activity &activity;
  llvm::MapVector<Value, Gradient> gradients;
  /// What a scope shares with those inside of it.
  struct Log {
    SmallVector<Densified> densified;
    unsigned numRules = 0;
  };
  Log ownLog;
  Log *log;
  std::optional<RuleSite> site;
};

} // namespace mlir::emb

#endif // EMB_DIFFERENTIATION_GRADIENTMAP_H
