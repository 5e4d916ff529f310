// RUN: emb-check %s
// RUN: %python %S/snippets.py contained %emb_source/docs/testing.md %s %S/gradients.mlir

func.func @duplicates() {
  %w = check.constant dense<1.0> : tensor<2x1xf32>
  %g = check.constant dense<[[4.0], [8.0]]> : tensor<2x1xf32>
  %i = check.constant dense<[1, 1]> : tensor<2xi64>
  %w1 = emb.scatter_add %g[%i] into %w
    : tensor<2x1xf32>, tensor<2xi64>, tensor<2x1xf32>
  check.expect_eq %w1, dense<[[1.0], [13.0]]> : tensor<2x1xf32>
  return
}
