//===- Linear.cpp - A product with a matrix of weights --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerSupport.h"
#include "emb/Layers/Layers.h"
#include "emb/Model/Layers.h"
#include "emb/Model/Model.h"

#include <cmath>

using namespace mlir;
using namespace mlir::emb;

Linear::Linear(Model &model, StringRef name, const Options &options,
               SourceLocation loc)
    : weight(&model.getGraph(), Value()) {
  if (options.bias)
    bias = weight;
  if (!verifySizes(model.getGraph(), "Linear '" + name + "'",
                   {{"inFeatures", options.inFeatures, 1},
                    {"outFeatures", options.outFeatures, 1}},
                   loc))
    return;
  Init uniform = KaimingUniform{std::sqrt(5.0)};
  weight = model.parameter(joinName(name, "weight"), options.dtype,
                           {options.outFeatures, options.inFeatures},
                           options.init.value_or(uniform), loc);
  double bound = 1.0 / std::sqrt(static_cast<double>(options.inFeatures));
  if (options.bias)
    bias = model.parameter(joinName(name, "bias"), options.dtype,
                           {options.outFeatures}, Uniform{-bound, bound}, loc);
}

Var Linear::operator()(Var x, SourceLocation loc) const {
  SmallVector<Var> operands = {x, weight};
  if (isGiven(bias))
    operands.push_back(bias);
  return callLayer(
             loc, "linear", operands, 1,
             [](MLIRContext *context) { return LinearAttr::get(context); },
             [](OpBuilder &b, Location l, ValueRange in) {
               return toResults(buildLinear(b, l, in[0], in[1],
                                            in.size() > 2 ? in[2] : Value()));
             })
      .front();
}

std::vector<Var> Linear::parameters() const {
  if (isGiven(bias))
    return {weight, bias};
  return {weight};
}
