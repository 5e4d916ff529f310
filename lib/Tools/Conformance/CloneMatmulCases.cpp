//===- CloneMatmulCases.cpp - Old and renormed rows in one loss -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModuleText.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::conformance;

/// {0}, {1}: element types; {2}: N, {3}: D, {4}: rows of W, {5}: n,
/// {6}: N * n * rows of W, {7}: max_norm, {8}: norm_type.
static constexpr char kText[] = R"(
emb.gradient @backward of @forward wrt("weight", "W")
func.func @forward(%weight: tensor<{2}x{3}x{0}> {{emb.name = "weight"},
                   %w: tensor<{4}x{3}x{0}> {{emb.name = "W"},
                   %i: tensor<{5}x{1}> {{emb.name = "indices"})
    -> ({0}, tensor<{2}x{4}x{0}>, tensor<{5}x{4}x{0}>, tensor<{2}x{3}x{0}>) {{
  %clone = bufferization.alloc_tensor() copy(%weight) : tensor<{2}x{3}x{0}>
  %a = call @old(%clone, %w)
    : (tensor<{2}x{3}x{0}>, tensor<{4}x{3}x{0}>) -> tensor<{2}x{4}x{0}>
  %new = emb.renorm %i into %weight max_norm {7} norm_type {8}
    : tensor<{5}x{1}>, tensor<{2}x{3}x{0}>
  %e = emb.gather %new[%i] : tensor<{2}x{3}x{0}>, tensor<{5}x{1}>
    -> tensor<{5}x{3}x{0}>
  %b = call @looked_up(%e, %w)
    : (tensor<{5}x{3}x{0}>, tensor<{4}x{3}x{0}>) -> tensor<{5}x{4}x{0}>

  %empty = tensor.empty() : tensor<{5}x{2}x{4}x{0}>
  %s = linalg.generic {{
      indexing_maps = [affine_map<(k, r, c) -> (r, c)>,
                       affine_map<(k, r, c) -> (k, c)>,
                       affine_map<(k, r, c) -> (k, r, c)>],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%a, %b : tensor<{2}x{4}x{0}>, tensor<{5}x{4}x{0}>)
      outs(%empty : tensor<{5}x{2}x{4}x{0}>) {{
  ^bb0(%x: {0}, %y: {0}, %out: {0}):
    %one = arith.constant 1.0 : {0}
    %sum = arith.addf %x, %y : {0}
    %zero = arith.constant 0.0 : {0}
    %isPositive = arith.cmpf oge, %sum, %zero : {0}
    %minus = arith.negf %sum : {0}
    %least = arith.select %isPositive, %minus, %sum : {0}
    %exp = math.exp %least : {0}
    %num = arith.select %isPositive, %one, %exp : {0}
    %den = arith.addf %one, %exp : {0}
    %sigmoid = arith.divf %num, %den : {0}
    linalg.yield %sigmoid : {0}
  } -> tensor<{5}x{2}x{4}x{0}>
  %flat = tensor.collapse_shape %s [[0, 1, 2]]
    : tensor<{5}x{2}x{4}x{0}> into tensor<{6}x{0}>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant {6} : index
  %start = arith.constant 1.0 : {0}
  %loss = scf.for %k = %c0 to %n step %c1 iter_args(%product = %start) -> {0} {{
    %factor = tensor.extract %flat[%k] : tensor<{6}x{0}>
    %next = arith.mulf %product, %factor : {0}
    scf.yield %next : {0}
  }
  return %loss, %a, %b, %new
    : {0}, tensor<{2}x{4}x{0}>, tensor<{5}x{4}x{0}>, tensor<{2}x{3}x{0}>
}
func.func private @old(tensor<{2}x{3}x{0}>, tensor<{4}x{3}x{0}>)
    -> tensor<{2}x{4}x{0}> attributes {{emb.layer = #emb.linear}
func.func private @looked_up(tensor<{5}x{3}x{0}>, tensor<{4}x{3}x{0}>)
    -> tensor<{5}x{4}x{0}> attributes {{emb.layer = #emb.linear}
)";

llvm::Error conformance::runCloneMatmul(CaseRun &run) {
  std::optional<double> maxNorm = run.attributes.readNumber("max_norm");
  double normType = run.attributes.readNumber("norm_type").value_or(2.0);
  if (llvm::Error error = run.attributes.finish())
    return error;
  if (!maxNorm)
    return malformedCase("needs the attribute 'max_norm'");
  std::vector<std::string> names{"weight", "W", "indices"};
  if (llvm::Error error = run.testCase.checkInputNames(names))
    return error;
  llvm::Expected<SmallVector<Tensor *>> inputs = getInputs(run, names);
  if (!inputs)
    return inputs.takeError();
  Tensor &weight = *(*inputs)[0], &matrix = *(*inputs)[1],
         &indices = *(*inputs)[2];
  if (weight.getRank() != 2 || matrix.getRank() != 2 || indices.getRank() != 1)
    return refuse(kBadShape,
                  "expected weight and W of rank 2, indices of rank 1");
  int64_t numFactors =
      indices.getShape()[0] * weight.getShape()[0] * matrix.getShape()[0];
  std::string text = llvm::formatv(
      kText, stringify(weight.getDType()), stringify(indices.getDType()),
      weight.getShape()[0], weight.getShape()[1], matrix.getShape()[0],
      indices.getShape()[0], numFactors, printNumber(*maxNorm, DType::F64),
      printNumber(normType, DType::F64));
  llvm::Expected<CompiledFunction> function = run.compile(text, "backward");
  if (!function)
    return function.takeError();
  auto results = callByName(
      *function, {{"weight", weight}, {"W", matrix}, {"indices", indices}});
  if (!results)
    return results.takeError();
  StringRef outputs[] = {"loss",         "a",           "b",
                         "weight_after", "grad_weight", "grad_W"};
  for (auto [output, value] : llvm::zip_equal(outputs, *results))
    run.setOutput(output, std::move(value));
  return llvm::Error::success();
}
