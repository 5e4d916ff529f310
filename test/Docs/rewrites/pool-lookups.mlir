// The program of the page, and what the pass makes of it.

// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-pool-lookups))' > %t.after
// RUN: %python %S/../snippets.py contained %emb_source/docs/rewrites/pool-lookups.md %s %t.after

func.func @mean(%ids: tensor<512x20xi64>, %w: tensor<100000x64xf32>) -> tensor<512x64xf32> {
  %zeros = arith.constant dense<0.0> : tensor<512x64xf32>
  %n = arith.constant dense<20.0> : tensor<512x64xf32>
  %e = emb.gather %w[%ids] : tensor<100000x64xf32>, tensor<512x20xi64> -> tensor<512x20x64xf32>
  %s = linalg.reduce { arith.addf } ins(%e : tensor<512x20x64xf32>) outs(%zeros : tensor<512x64xf32>) dimensions = [1]
  %r = arith.divf %s, %n : tensor<512x64xf32>
  return %r : tensor<512x64xf32>
}
