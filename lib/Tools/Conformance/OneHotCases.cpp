//===- OneHotCases.cpp - A linear layer on one-hot rows -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModuleText.h"

#include "llvm/Support/FormatVariadic.h"

#include <cstring>

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::conformance;

/// {0} and {1}: element types; {2}, {3}, {4}: n, out, in; {5}: "bias" if the
/// gradient by it is wanted too.
static constexpr char kText[] = R"(
emb.gradient @linear of @one_hot wrt("weight"{5}) seeded
emb.gradient @embedding of @lookup wrt("table") seeded
func.func @one_hot(%w: tensor<{3}x{4}x{0}> {{emb.name = "weight"},
                   %b: tensor<{3}x{0}> {{emb.name = "bias"},
                   %i: tensor<{2}x{1}> {{emb.name = "indices"})
    -> tensor<{2}x{3}x{0}> {{
  %e = tensor.empty() : tensor<{2}x{4}x{0}>
  %x = linalg.generic {{
      indexing_maps = [affine_map<(k, c) -> (k)>, affine_map<(k, c) -> (k, c)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%i : tensor<{2}x{1}>) outs(%e : tensor<{2}x{4}x{0}>) {{
  ^bb0(%id: {1}, %out: {0}):
    %c = linalg.index 1 : index
    %column = arith.index_cast %c : index to {1}
    %hot = arith.cmpi eq, %id, %column : {1}
    %one = arith.uitofp %hot : i1 to {0}
    linalg.yield %one : {0}
  } -> tensor<{2}x{4}x{0}>
  %y = call @layer(%x, %w, %b)
    : (tensor<{2}x{4}x{0}>, tensor<{3}x{4}x{0}>, tensor<{3}x{0}>)
    -> tensor<{2}x{3}x{0}>
  return %y : tensor<{2}x{3}x{0}>
}
func.func private @layer(tensor<{2}x{4}x{0}>, tensor<{3}x{4}x{0}>, tensor<{3}x{0}>)
    -> tensor<{2}x{3}x{0}> attributes {{emb.layer = #emb.linear}
func.func @lookup(%t: tensor<{4}x{3}x{0}> {{emb.name = "table"},
                  %i: tensor<{2}x{1}> {{emb.name = "indices"})
    -> tensor<{2}x{3}x{0}> {{
  %r = emb.gather %t[%i] : tensor<{4}x{3}x{0}>, tensor<{2}x{1}>
    -> tensor<{2}x{3}x{0}>
  return %r : tensor<{2}x{3}x{0}>
}
)";

static llvm::Expected<Tensor> transpose(const Tensor &matrix) {
  int64_t rows = matrix.getShape()[0], columns = matrix.getShape()[1];
  llvm::Expected<Tensor> result =
      Tensor::empty(matrix.getDType(), {columns, rows});
  if (!result)
    return result;
  int64_t width = getByteWidth(matrix.getDType());
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column)
      std::memcpy(static_cast<char *>(result->data()) +
                      (column * rows + row) * width,
                  static_cast<const char *>(matrix.data()) +
                      (row * columns + column) * width,
                  width);
  return result;
}

llvm::Error conformance::runOneHotLinear(CaseRun &run) {
  bool hasBias = run.attributes.readBool(
      "bias", run.testCase.findInput("linear_bias") != nullptr);
  if (llvm::Error error = run.attributes.finish())
    return error;
  std::vector<std::string> names{"linear_weight", "indices", "grad_output"};
  if (hasBias)
    names.push_back("linear_bias");
  if (llvm::Error error = run.testCase.checkInputNames(names))
    return error;
  llvm::Expected<SmallVector<Tensor *>> inputs = getInputs(run, names);
  if (!inputs)
    return inputs.takeError();
  Tensor &weight = *(*inputs)[0], &indices = *(*inputs)[1];
  if (weight.getRank() != 2 || indices.getRank() != 1)
    return refuse(kBadShape,
                  "expected linear_weight of rank 2, indices of rank 1");
  llvm::Expected<Tensor> table = transpose(weight);
  if (!table)
    return table.takeError();
  // Without a bias: zeros, which change nothing.
  llvm::Expected<Tensor> zeros =
      makeTensor(weight.getDType(), {weight.getShape()[0]});
  if (!zeros)
    return zeros.takeError();

  std::string text = llvm::formatv(
      kText, stringify(weight.getDType()), stringify(indices.getDType()),
      indices.getShape()[0], weight.getShape()[0], weight.getShape()[1],
      hasBias ? ", \"bias\"" : "");
  std::map<std::string, RuntimeValue> values{
      {"weight", weight},
      {"bias", hasBias ? *(*inputs)[3] : *zeros},
      {"indices", indices},
      {"grad_output", *(*inputs)[2]},
      {"table", *table}};
  std::vector<std::string> linear{"linear_output", "linear_grad_weight"};
  if (hasBias)
    linear.push_back("linear_grad_bias");
  std::pair<StringRef, std::vector<std::string>> functions[] = {
      {"linear", linear},
      {"embedding", {"embedding_output", "embedding_grad_weight"}}};
  for (auto &[name, outputs] : functions) {
    llvm::Expected<CompiledFunction> function = run.compile(text, name);
    if (!function)
      return function.takeError();
    auto results = callByName(*function, values);
    if (!results)
      return results.takeError();
    for (auto [output, value] : llvm::zip_equal(outputs, *results))
      run.setOutput(output, std::move(value));
  }
  return llvm::Error::success();
}
