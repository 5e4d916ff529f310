// The program of the page, and what the pass makes of it.

// RUN: emb-opt %s --emb-fold-one-hot > %t.after
// RUN: %python %S/../snippets.py contained %emb_source/docs/rewrites/fold-one-hot.md %s %t.after

func.func @layer(%ids: tensor<512xi64>, %w: tensor<1000x64xf32>, %bias: tensor<512x64xf32>) -> tensor<512x64xf32> {
  %n = arith.constant 1000 : index
  %x = emb.one_hot %ids depth %n : tensor<512xi64> -> tensor<512x1000xf32>
  %r = linalg.matmul ins(%x, %w : tensor<512x1000xf32>, tensor<1000x64xf32>) outs(%bias : tensor<512x64xf32>) -> tensor<512x64xf32>
  return %r : tensor<512x64xf32>
}
