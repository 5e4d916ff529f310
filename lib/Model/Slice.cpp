//===- Slice.cpp - What some values of a graph depend on ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Slice.h"

#include "emb/Dialect/Emb/IR/Emb.h"

using namespace mlir;
using namespace mlir::emb;

Slice::Slice(Graph &graph, ArrayRef<Value> values) {
  llvm::SmallPtrSet<Operation *, 32> needed;
  llvm::SmallPtrSet<Value, 16> arguments;
  SmallVector<Value> worklist(values);
  auto need = [&](Operation *op) {
    if (!needed.insert(op).second)
      return;
    auto renorm = dyn_cast<RenormOp>(op);
    op->walk([&](Operation *nested) {
      for (Value operand : nested->getOperands()) {
        bool isVersion =
            renorm && operand == renorm.getInit() && operand.getDefiningOp();
        Block *block = operand.getParentBlock();
        if (!isVersion && block == &graph.getBlock())
          worklist.push_back(operand);
      }
    });
  };
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    if (Operation *op = value.getDefiningOp())
      need(op);
    else
      arguments.insert(value);
    for (Operation *check : graph.getChecks(value))
      need(check);
  }
  for (Operation &op : graph.getBlock())
    if (needed.contains(&op))
      ops.insert(&op);

  llvm::DenseMap<Value, Value> lastVersions;
  for (Operation *op : ops)
    if (auto renorm = dyn_cast<RenormOp>(op)) {
      Value root = renorm.getInit();
      while (auto before = root.getDefiningOp<RenormOp>())
        root = before.getInit();
      arguments.insert(root);
      lastVersions[root] = renorm.getResult();
    }
  for (auto [position, parameter] : llvm::enumerate(graph.getParameters())) {
    if (arguments.contains(parameter.value))
      parameters.push_back(position);
    if (Value last = lastVersions.lookup(parameter.value))
      changed.push_back({position, last});
  }
  for (auto [position, input] : llvm::enumerate(graph.getInputs()))
    if (arguments.contains(input.value))
      inputs.push_back(position);
}

Value Slice::getVersion(Value value) const {
  while (auto renorm = value.getDefiningOp<RenormOp>()) {
    if (contains(renorm))
      break;
    value = renorm.getInit();
  }
  return value;
}
