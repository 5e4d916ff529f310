// The program of the page, and what the pass makes of it.

// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-fold-lookups))' > %t.after
// RUN: %python %S/../snippets.py contained %emb_source/docs/rewrites/fold-lookups.md %s %t.after

func.func @twice(%w: tensor<999x64xf32>, %i: tensor<20xi64>, %j: tensor<9xi64>) -> tensor<9x64xf32> {
  %a = emb.gather %w[%i] : tensor<999x64xf32>, tensor<20xi64> -> tensor<20x64xf32>
  %b = emb.gather %a[%j] : tensor<20x64xf32>, tensor<9xi64> -> tensor<9x64xf32>
  return %b : tensor<9x64xf32>
}
