// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-schedule-writes))' --verify-diagnostics

func.func @group_in_loop(%w: tensor<9x8xf32>, %k: tensor<3xi64>, %g: tensor<3x8xf32>) -> tensor<9x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  // expected-note@+1 {{the first write is here}}
  %r:2 = scf.for %iv = %c0 to %c5 step %c1 iter_args(%v = %w, %i = %k) -> (tensor<9x8xf32>, tensor<3xi64>) {
    // expected-error@+1 {{'emb.group' op acquires memory after the first write to an argument and cannot be moved before it}}
    %q:3, %n = emb.group(%i : tensor<3xi64>) -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
    %s = emb.scatter_add %g[%i] into %v
      group(%q#0, %q#1, %q#2, %n : tensor<3xi64>, tensor<4xi64>, tensor<3xi64>, index)
      : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
    scf.yield %s, %q#0 : tensor<9x8xf32>, tensor<3xi64>
  }
  return %r#0 : tensor<9x8xf32>
}
