//===- Model.cpp - Models built from C++ ----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Model/Model.h"

#include "Graph.h"
#include "Names.h"

using namespace mlir;
using namespace mlir::emb;

Model::Model(ModelOptions options)
    : graph(std::make_shared<Graph>(options.seed)) {}
Model::Model(Model &&) = default;
Model &Model::operator=(Model &&) = default;
Model::~Model() = default;

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

Var Model::input(StringRef name, DType dtype, ArrayRef<int64_t> shape,
                 SourceLocation loc) {
  return graph->addInput(name, getTensorType(graph->getContext(), dtype, shape),
                         loc);
}

Var Model::parameter(StringRef name, DType dtype, ArrayRef<int64_t> shape,
                     const Init &init, SourceLocation loc) {
  llvm::Expected<Tensor> data = Tensor::empty(dtype, shape);
  if (!data)
    return graph->fail(loc, "parameter '" + name +
                                "': " + llvm::toString(data.takeError()));
  if (llvm::Error error = initialize(data->ref(), init, graph->getSeed(), name))
    return graph->fail(loc, "parameter '" + name +
                                "': " + llvm::toString(std::move(error)));
  return graph->addParameter(name, std::move(*data), loc);
}

Var Model::parameter(StringRef name, Tensor values, SourceLocation loc) {
  return graph->addParameter(name, std::move(values), loc);
}

void Model::freeze(Var parameter, SourceLocation loc) {
  if (parameter.getGraph() != graph.get())
    graph->fail(loc, "what is frozen is not of this model");
  else if (GraphParameter *found = graph->findParameter(parameter.getValue()))
    found->isFrozen = true;
  else if (parameter.isValid())
    graph->fail(loc, "what is frozen is not a parameter");
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

std::vector<ParameterInfo> Model::getParameters() const {
  std::vector<ParameterInfo> infos;
  for (const GraphParameter &parameter : graph->getParameters())
    infos.push_back({parameter.name, parameter.data.getDType(),
                     Shape(parameter.data.getShape()), parameter.isFrozen});
  return infos;
}

llvm::Expected<TensorRef> Model::getParameter(StringRef name,
                                              SourceLocation loc) {
  if (GraphParameter *parameter = graph->findParameter(name))
    return parameter->data.ref();
  std::vector<std::string> names;
  for (const GraphParameter &parameter : graph->getParameters())
    names.push_back(parameter.name);
  return makeUnknownName(loc, "parameter", name, names);
}

llvm::Error Model::setParameter(StringRef name, const TensorRef &values,
                                SourceLocation loc) {
  llvm::Expected<TensorRef> parameter = getParameter(name, loc);
  if (!parameter)
    return parameter.takeError();
  return copyElements(*parameter, values,
                      describe(loc) + ": parameter '" + name + "'");
}
