//===- Graph.cpp - The graph that a model builds --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Graph.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/InitAll.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace mlir::emb;

std::string emb::describe(SourceLocation loc) {
  return (llvm::Twine(loc.file_name()) + ":" + llvm::Twine(loc.line()) + ":" +
          llvm::Twine(loc.column()))
      .str();
}

static Type getElementType(MLIRContext *context, DType dtype) {
  Builder builder(context);
  switch (dtype) {
  case DType::I1:
    return builder.getI1Type();
  case DType::I8:
    return builder.getIntegerType(8);
  case DType::I16:
    return builder.getIntegerType(16);
  case DType::I32:
    return builder.getI32Type();
  case DType::I64:
    return builder.getI64Type();
  case DType::F16:
    return builder.getF16Type();
  case DType::BF16:
    return builder.getBF16Type();
  case DType::F32:
    return builder.getF32Type();
  case DType::F64:
    return builder.getF64Type();
  }
  llvm_unreachable("all element types are covered");
}

RankedTensorType emb::getTensorType(MLIRContext *context, DType dtype,
                                    ArrayRef<int64_t> shape) {
  SmallVector<int64_t> extents = llvm::map_to_vector(shape, [](int64_t extent) {
    return extent < 0 ? ShapedType::kDynamic : extent;
  });
  return RankedTensorType::get(extents, getElementType(context, dtype));
}

//===----------------------------------------------------------------------===//
// Var
//===----------------------------------------------------------------------===//

DType Var::getDType() const {
  // Only such types are given to values.
  return *emb::getDType(getElementTypeOrSelf(value.getType()));
}

ArrayRef<int64_t> Var::getShape() const {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type ? type.getShape() : ArrayRef<int64_t>();
}

//===----------------------------------------------------------------------===//
// Graph
//===----------------------------------------------------------------------===//

static DialectRegistry makeRegistry() {
  DialectRegistry registry;
  registerAllDialects(registry);
  return registry;
}

Graph::Graph(uint64_t seed)
    : seed(seed), context(makeRegistry(), MLIRContext::Threading::DISABLED),
      module(ModuleOp::create(UnknownLoc::get(&context))) {
  context.loadAllAvailableDialects();
  context.printOpOnDiagnostic(false);
  OpBuilder builder(module->getBodyRegion());
  function = func::FuncOp::create(builder, module->getLoc(), "graph",
                                  builder.getFunctionType({}, {}));
  insertionBlock = function.addEntryBlock();
}

Var Graph::fail(SourceLocation loc, const Twine &message) {
  errors.push_back((describe(loc) + ": error: " + message).str());
  return Var(this, Value());
}

Location Graph::getLocation(SourceLocation loc) {
  return FileLineColLoc::get(&context, loc.file_name(), loc.line(),
                             loc.column());
}

void Graph::noteChange(SourceLocation loc) {
  ++numChanges;
  if (compiled && !laterChange)
    laterChange = loc;
}

void Graph::noteCompiled(SourceLocation loc) {
  if (!compiled)
    compiled = loc;
}

bool Graph::capture(SourceLocation loc, function_ref<LogicalResult()> run) {
  bool isGood = true;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
      return success();
    std::string text = diagnostic.str();
    for (const Diagnostic &note : diagnostic.getNotes())
      text += "; " + note.str();
    fail(loc, text);
    isGood = false;
    return success();
  });
  LogicalResult result = run();
  if (failed(result) && isGood)
    fail(loc, "this cannot be built");
  return succeeded(result) && isGood;
}

SmallVector<Var> Graph::build(SourceLocation loc, unsigned numResults,
                              BuildFn build) {
  Block *block = insertionBlock;
  Operation *last = block->empty() ? nullptr : &block->back();
  OpBuilder builder = OpBuilder::atBlockEnd(block);
  SmallVector<Value> values;
  auto getFirst = [&]() {
    return last ? std::next(last->getIterator()) : block->begin();
  };
  bool isGood = capture(loc, [&]() -> LogicalResult {
    FailureOr<SmallVector<Value>> results = build(builder, getLocation(loc));
    if (failed(results))
      return failure();
    for (Operation &op : llvm::make_range(getFirst(), block->end()))
      if (failed(verify(&op)))
        return failure();
    values = std::move(*results);
    return success();
  });
  if (!isGood) {
    while (getFirst() != block->end())
      block->back().erase();
    return SmallVector<Var>(numResults, Var(this, Value()));
  }
  assert(values.size() == numResults && "as many results as were asked for");
  if (block == &getBlock()) {
    noteChange(loc);
    for (Operation &op : llvm::make_range(getFirst(), block->end()))
      if (op.getNumResults() == 0)
        for (Value value : values)
          checks[value].push_back(&op);
  }
  return llvm::map_to_vector(values,
                             [&](Value value) { return Var(this, value); });
}

ArrayRef<Operation *> Graph::getChecks(Value value) const {
  auto it = checks.find(value);
  return it == checks.end() ? ArrayRef<Operation *>() : it->second;
}

/// The declaration of `layer` with these types that `module` has, or null.
static func::FuncOp findLayer(ModuleOp module, Attribute layer,
                              FunctionType type) {
  for (auto function : module.getOps<func::FuncOp>())
    if (function->getAttr(kLayerAttr) == layer &&
        function.getFunctionType() == type)
      return function;
  return {};
}

SmallVector<Var> Graph::callLayer(SourceLocation loc, StringRef name,
                                  Attribute layer, ArrayRef<Value> operands,
                                  unsigned numResults, LayerFn build) {
  return this->build(
      loc, numResults,
      [&](OpBuilder &builder,
          Location location) -> FailureOr<SmallVector<Value>> {
        SmallVector<Type> types(ValueRange(operands).getTypes());
        OwningOpRef<func::FuncOp> trial = func::FuncOp::create(
            location, name, builder.getFunctionType(types, {}));
        Block *body = trial->addEntryBlock();
        OpBuilder inside = OpBuilder::atBlockBegin(body);
        FailureOr<SmallVector<Value>> results =
            build(inside, location, body->getArguments());
        if (failed(results))
          return failure();
        auto type =
            builder.getFunctionType(types, ValueRange(*results).getTypes());
        func::FuncOp declared = findLayer(*module, layer, type);
        if (!declared) {
          OpBuilder outside = OpBuilder::atBlockEnd(module->getBody());
          declared = func::FuncOp::create(outside, location, name, type);
          declared.setPrivate();
          declared->setAttr(kLayerAttr, layer);
          SymbolTable(*module).insert(declared);
        }
        auto call = func::CallOp::create(builder, location, declared, operands);
        return SmallVector<Value>(call.getResults());
      });
}

bool Graph::reserveName(StringRef name, SourceLocation loc) {
  if (name.empty()) {
    fail(loc, "a parameter or input has no name");
    return false;
  }
  auto [it, isNew] = names.try_emplace(name, loc);
  if (!isNew)
    fail(loc, "the name '" + name + "' is taken, by " + describe(it->second));
  return isNew;
}

Var Graph::addParameter(StringRef name, Tensor data, SourceLocation loc) {
  if (!isFloat(data.getDType()))
    return fail(loc, "the parameter '" + name + "' is " +
                         formatShape(data.getShape(), data.getDType()) +
                         ", expected floats");
  if (!reserveName(name, loc))
    return Var(this, Value());
  noteChange(loc);
  BlockArgument value = getBlock().addArgument(
      getTensorType(&context, data.getDType(), data.getShape()),
      getLocation(loc));
  parameters.push_back(
      {name.str(), value, value, std::move(data), /*isFrozen=*/false, loc});
  return Var(this, value);
}

Var Graph::addInput(StringRef name, RankedTensorType type, SourceLocation loc) {
  if (!reserveName(name, loc))
    return Var(this, Value());
  noteChange(loc);
  BlockArgument value = getBlock().addArgument(type, getLocation(loc));
  inputs.push_back({name.str(), value, loc});
  return Var(this, value);
}

GraphParameter *Graph::findParameter(Value value) {
  while (auto renorm = value ? value.getDefiningOp<RenormOp>() : RenormOp())
    value = renorm.getInit();
  auto it = llvm::find_if(parameters, [&](const GraphParameter &parameter) {
    return parameter.value == value;
  });
  return it == parameters.end() ? nullptr : &*it;
}

GraphParameter *Graph::findParameter(StringRef name) {
  auto it = llvm::find_if(parameters, [&](const GraphParameter &parameter) {
    return parameter.name == name;
  });
  return it == parameters.end() ? nullptr : &*it;
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

Graph *emb::getGraph(SourceLocation loc, ArrayRef<Var> operands) {
  Graph *graph = nullptr;
  for (Var operand : operands)
    if (operand.getGraph()) {
      graph = operand.getGraph();
      break;
    }
  bool areValid = graph;
  for (auto [number, operand] : llvm::enumerate(operands)) {
    if (graph && !operand.getGraph())
      graph->fail(loc, "operand " + Twine(number) +
                           " is a Var that was never assigned");
    else if (operand.getGraph() != graph)
      graph->fail(loc, "operand " + Twine(number) + " is of another model");
    areValid &= operand.isValid() && operand.getGraph() == graph;
  }
  return areValid ? graph : nullptr;
}

Var emb::buildOne(
    SourceLocation loc, ArrayRef<Var> operands,
    function_ref<FailureOr<Value>(OpBuilder &, Location, ValueRange)> build) {
  Graph *graph = getGraph(loc, operands);
  if (!graph) {
    for (Var operand : operands)
      if (operand.getGraph())
        return Var(operand.getGraph(), Value());
    return Var();
  }
  SmallVector<Value> values = llvm::map_to_vector(
      operands, [](Var operand) { return operand.getValue(); });
  return graph
      ->build(loc, 1,
              [&](OpBuilder &builder,
                  Location location) -> FailureOr<SmallVector<Value>> {
                FailureOr<Value> result = build(builder, location, values);
                if (failed(result))
                  return failure();
                return SmallVector<Value>{*result};
              })
      .front();
}
