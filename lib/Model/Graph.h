//===- Graph.h - The graph that a model builds ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_MODEL_GRAPH_H
#define EMB_LIB_MODEL_GRAPH_H

#include "emb/Model/Var.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/StringMap.h"

#include <string>
#include <vector>

namespace mlir::emb {

/// "file.cpp:12:8".
std::string describe(SourceLocation loc);

/// The type of a tensor of `dtype`; of any negative extent if it is dynamic.
RankedTensorType getTensorType(MLIRContext *context, DType dtype,
                               llvm::ArrayRef<int64_t> shape);

/// A parameter: an argument of the graph and its values.
struct GraphParameter {
  std::string name;
  BlockArgument value;
  /// What a lookup has made of a table in place; `value` before the first one.
  Value latest;
  Tensor data;
  bool isFrozen = false;
  SourceLocation loc;
};

/// An argument of the graph that a step is fed with.
struct GraphInput {
  std::string name;
  BlockArgument value;
  SourceLocation loc;
};

/// All values of a model, as one block of operations in the order in which they
/// were built. The arguments of the block are parameters and inputs; functions
/// of layers are declared beside it.
class Graph {
public:
  explicit Graph(uint64_t seed);
  Graph(const Graph &) = delete;
  Graph &operator=(const Graph &) = delete;

  MLIRContext *getContext() { return &context; }
  uint64_t getSeed() const { return seed; }
  Block &getBlock() { return function.getBody().front(); }
  /// Holds the declarations of layers.
  ModuleOp getModule() { return *module; }

  /// Notes an error; returns an invalid Var of this graph.
  Var fail(SourceLocation loc, const llvm::Twine &message);
  /// All that was noted, one a line.
  const std::vector<std::string> &getErrors() const { return errors; }
  /// The same, and forgets it: for what a corrected call may leave behind.
  std::vector<std::string> takeErrors() { return std::exchange(errors, {}); }

  Location getLocation(SourceLocation loc);

  /// Creates operations at the end of the block being built. Errors that
  /// `build` emits, or the failure of a verifier, are noted with `loc`; then
  /// the results are invalid and nothing stays of what was created.
  using BuildFn =
      llvm::function_ref<FailureOr<SmallVector<Value>>(OpBuilder &, Location)>;
  SmallVector<Var> build(SourceLocation loc, unsigned numResults,
                         BuildFn build);

  /// The operations without results that were built together with `value`:
  /// checks of what it depends on.
  llvm::ArrayRef<Operation *> getChecks(Value value) const;

  /// A call of a declared layer. `build` creates its body, to see whether the
  /// operands fit and what the types of the results are; then a private
  /// function with `layer` as its emb.layer is declared, unless there is one,
  /// and called.
  using LayerFn = llvm::function_ref<FailureOr<SmallVector<Value>>(
      OpBuilder &, Location, ValueRange)>;
  SmallVector<Var> callLayer(SourceLocation loc, llvm::StringRef name,
                             Attribute layer, llvm::ArrayRef<Value> operands,
                             unsigned numResults, LayerFn build);

  /// Adds a parameter with its values, or an input. Refuses a name that is
  /// empty or taken.
  Var addParameter(llvm::StringRef name, Tensor data, SourceLocation loc);
  Var addInput(llvm::StringRef name, RankedTensorType type, SourceLocation loc);

  std::vector<GraphParameter> &getParameters() { return parameters; }
  llvm::ArrayRef<GraphInput> getInputs() const { return inputs; }
  /// The parameter whose argument, or a later version of it, `value` is.
  GraphParameter *findParameter(Value value);
  GraphParameter *findParameter(llvm::StringRef name);

  /// The block in which operations are created, for as long as this lives: that
  /// of an optimizer's rule.
  class InsertionGuard {
  public:
    InsertionGuard(Graph &graph, Block *block)
        : graph(graph), old(graph.insertionBlock) {
      graph.insertionBlock = block;
    }
    ~InsertionGuard() { graph.insertionBlock = old; }

  private:
    Graph &graph;
    Block *old;
  };

  /// How often the graph was changed so far.
  uint64_t getNumChanges() const { return numChanges; }

  /// Notes that the graph was compiled as it is.
  void noteCompiled(SourceLocation loc);
  /// Where it was compiled and where it was changed first after that; none if
  /// it was not.
  std::optional<SourceLocation> getCompiled() const { return compiled; }
  std::optional<SourceLocation> getLaterChange() const { return laterChange; }

private:
  bool reserveName(llvm::StringRef name, SourceLocation loc);
  void noteChange(SourceLocation loc);
  /// Runs `run`; notes the diagnostics that it emits. True if it succeeds
  /// without an error.
  bool capture(SourceLocation loc, llvm::function_ref<LogicalResult()> run);

  uint64_t seed;
  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  func::FuncOp function;
  Block *insertionBlock;
  std::vector<GraphParameter> parameters;
  std::vector<GraphInput> inputs;
  llvm::StringMap<SourceLocation> names;
  llvm::DenseMap<Value, SmallVector<Operation *, 2>> checks;
  std::vector<std::string> errors;
  uint64_t numChanges = 0;
  std::optional<SourceLocation> compiled, laterChange;
};

/// The graph of the operands if all are valid and of one graph; otherwise null,
/// after noting an error where two models were mixed or a Var is of none. Those
/// that are invalid have had their error.
Graph *getGraph(SourceLocation loc, llvm::ArrayRef<Var> operands);

/// One result of operations on `operands`, as Graph::build. `build` gets their
/// values.
Var buildOne(
    SourceLocation loc, llvm::ArrayRef<Var> operands,
    llvm::function_ref<FailureOr<Value>(OpBuilder &, Location, ValueRange)>
        build);

} // namespace mlir::emb

#endif // EMB_LIB_MODEL_GRAPH_H
