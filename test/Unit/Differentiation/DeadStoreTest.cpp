//===- DeadStoreTest.cpp - Derived steps store nothing in vain ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/InitAll.h"
#include "emb/Pipelines/Pipelines.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/SetVector.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::emb;

/// Adds the values that stand for the buffer of the operand `use` after its
/// operation.
static void addAliases(OpOperand &use, llvm::SetVector<Value> &aliases) {
  Operation *op = use.getOwner();
  if (isa<ViewLikeOpInterface>(op))
    aliases.insert(op->result_begin(), op->result_end());
  if (auto branch = dyn_cast<RegionBranchOpInterface>(op)) {
    RegionBranchSuccessorMapping mapping;
    branch.getSuccessorOperandInputMapping(mapping);
    for (Value input : mapping.lookup(&use))
      aliases.insert(input);
  }
  if (auto parent = dyn_cast<RegionBranchOpInterface>(op->getParentOp());
      parent && op->hasTrait<OpTrait::IsTerminator>()) {
    RegionBranchSuccessorMapping mapping;
    parent.getSuccessorOperandInputMapping(mapping);
    for (Value input : mapping.lookup(&use))
      aliases.insert(input);
  }
}

/// Whether an operation reads what `use` gives it, or hands it to the caller.
static bool isRead(OpOperand &use) {
  Operation *op = use.getOwner();
  if (isa<func::ReturnOp, memref::LoadOp>(op))
    return true;
  auto effects = dyn_cast<MemoryEffectOpInterface>(op);
  if (!effects)
    return false;
  SmallVector<MemoryEffects::EffectInstance> instances;
  effects.getEffectsOnValue(use.get(), instances);
  return llvm::any_of(instances, [](const auto &instance) {
    return isa<MemoryEffects::Read>(instance.getEffect());
  });
}

/// Whether anything reads the buffer that `allocation` makes.
static bool isEverRead(memref::AllocOp allocation) {
  llvm::SetVector<Value> aliases;
  aliases.insert(allocation.getResult());
  for (size_t next = 0; next < aliases.size(); ++next)
    for (OpOperand &use : aliases[next].getUses()) {
      if (isRead(use))
        return true;
      addAliases(use, aliases);
    }
  return false;
}

/// The buffers of `text`, bufferized, that nothing reads, and the number of all.
static std::pair<std::string, unsigned> findUnread(StringRef text) {
  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    return {"the text cannot be parsed", 0};
  PassManager pm(&context);
  buildPipeline(pm, Phase::Bufferize);
  if (failed(pm.run(*module)))
    return {"the pipeline failed", 0};
  std::string unread;
  unsigned count = 0;
  llvm::raw_string_ostream os(unread);
  module->walk([&](memref::AllocOp op) {
    ++count;
    if (!isEverRead(op))
      os << op << "\n";
  });
  return {unread, count};
}

TEST(DeadStore, FindsOne) {
  auto [unread, count] = findUnread(R"mlir(
    func.func @f(%x: memref<4xf32>) -> f32 {
      %c0 = arith.constant 0 : index
      %m = memref.alloc() : memref<4xf32>
      memref.copy %x, %m : memref<4xf32> to memref<4xf32>
      %r = memref.load %x[%c0] : memref<4xf32>
      return %r : f32
    })mlir");
  EXPECT_NE(unread, "");
  EXPECT_EQ(count, 1u);
}

TEST(DeadStore, BagClassifier) {
  auto [unread, count] = findUnread(R"mlir(
    emb.train @step of @loss
      parameters("t" = #emb.sparse_adam, "w" = #emb.adam, "c" = #emb.adam)
    func.func private @loss(%t: tensor<?x8xf32> {emb.name = "t"},
        %w: tensor<2x8xf32> {emb.name = "w"}, %c: tensor<2xf32> {emb.name = "c"},
        %ids: tensor<?xi32>, %offsets: tensor<?xi32>, %labels: tensor<?xi32>) -> f32 {
      %v = emb.bag mean %t[%ids] offsets(%offsets : tensor<?xi32>) {include_last_offset}
        : tensor<?x8xf32>, tensor<?xi32> -> tensor<?x8xf32>
      %z = call @linear(%v, %w, %c)
        : (tensor<?x8xf32>, tensor<2x8xf32>, tensor<2xf32>) -> tensor<?x2xf32>
      %l = call @entropy(%z, %labels) : (tensor<?x2xf32>, tensor<?xi32>) -> f32
      return %l : f32
    }
    func.func private @linear(tensor<?x8xf32>, tensor<2x8xf32>, tensor<2xf32>)
      -> tensor<?x2xf32> attributes {emb.layer = #emb.linear}
    func.func private @entropy(tensor<?x2xf32>, tensor<?xi32>) -> f32
      attributes {emb.layer = #emb.cross_entropy_loss})mlir");
  EXPECT_EQ(unread, "");
  EXPECT_GT(count, 5u);
}

TEST(DeadStore, LSTMClassifier) {
  auto [unread, count] = findUnread(R"mlir(
    emb.train @step of @loss
      parameters("t" = #emb.sgd, "ih" = #emb.sgd, "hh" = #emb.sgd,
                 "bih" = #emb.sgd, "bhh" = #emb.sgd)
    func.func private @loss(%t: tensor<99x8xf32> {emb.name = "t"},
        %ih: tensor<16x8xf32> {emb.name = "ih"}, %hh: tensor<16x4xf32> {emb.name = "hh"},
        %bih: tensor<16xf32> {emb.name = "bih"}, %bhh: tensor<16xf32> {emb.name = "bhh"},
        %ids: tensor<3x5xi64>, %labels: tensor<3xi64>) -> f32 {
      %e = emb.gather %t[%ids] : tensor<99x8xf32>, tensor<3x5xi64> -> tensor<3x5x8xf32>
      %o, %h, %c = call @lstm(%e, %ih, %hh, %bih, %bhh)
        : (tensor<3x5x8xf32>, tensor<16x8xf32>, tensor<16x4xf32>, tensor<16xf32>,
           tensor<16xf32>) -> (tensor<3x5x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>)
      %l = call @entropy(%h, %labels) : (tensor<3x4xf32>, tensor<3xi64>) -> f32
      return %l : f32
    }
    func.func private @lstm(tensor<3x5x8xf32>, tensor<16x8xf32>, tensor<16x4xf32>,
        tensor<16xf32>, tensor<16xf32>)
      -> (tensor<3x5x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>)
      attributes {emb.layer = #emb.lstm<batch_first = true>}
    func.func private @entropy(tensor<3x4xf32>, tensor<3xi64>) -> f32
      attributes {emb.layer = #emb.cross_entropy_loss})mlir");
  EXPECT_EQ(unread, "");
  EXPECT_GT(count, 10u);
}

TEST(DeadStore, Branch) {
  auto [unread, count] = findUnread(R"mlir(
    emb.train @step of @loss parameters("t" = #emb.adagrad, "w" = #emb.sgd) clip_norm 1.0
    func.func private @loss(%t: tensor<?x4xf32> {emb.name = "t"},
        %w: tensor<3x4xf32> {emb.name = "w"}, %ids: tensor<3xi64>, %deep: i1) -> f32 {
      %e = emb.gather %t[%ids] : tensor<?x4xf32>, tensor<3xi64> -> tensor<3x4xf32>
      %h = scf.if %deep -> tensor<3x4xf32> {
        %f = emb.gather %t[%ids] : tensor<?x4xf32>, tensor<3xi64> -> tensor<3x4xf32>
        %p = arith.mulf %f, %w : tensor<3x4xf32>
        %q = math.tanh %p : tensor<3x4xf32>
        scf.yield %q : tensor<3x4xf32>
      } else {
        scf.yield %w : tensor<3x4xf32>
      }
      %l = call @mse(%e, %h) : (tensor<3x4xf32>, tensor<3x4xf32>) -> f32
      return %l : f32
    }
    func.func private @mse(tensor<3x4xf32>, tensor<3x4xf32>) -> f32
      attributes {emb.layer = #emb.mse_loss})mlir");
  EXPECT_EQ(unread, "");
  EXPECT_GT(count, 3u);
}
