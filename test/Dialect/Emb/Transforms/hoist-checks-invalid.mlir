// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-hoist-checks))' --split-input-file --verify-diagnostics

#d = affine_map<(d) -> (d)>

func.func @ids_from_written_table(%w: tensor<9x3xf32> {emb.name = "weight"}, %i: tensor<3xi64>, %g: tensor<3x3xf32>)
    -> (tensor<9x3xf32>, tensor<3x3xf32>) {
  %c9 = arith.constant 9 : index
  // expected-note@+2 {{the first write is here}}
  // expected-note@+1 {{the value is computed here}}
  %w1 = emb.scatter_add %g[%i] into %w : tensor<3x3xf32>, tensor<3xi64>, tensor<9x3xf32>
  %row = tensor.extract_slice %w1[0, 0] [1, 3] [1, 1] : tensor<9x3xf32> to tensor<3xf32>
  %e = tensor.empty() : tensor<3xi64>
  %ids = linalg.generic {indexing_maps = [#d, #d], iterator_types = ["parallel"]}
      ins(%row : tensor<3xf32>) outs(%e : tensor<3xi64>) {
  ^bb0(%x: f32, %o: i64):
    %y = arith.fptosi %x : f32 to i64
    linalg.yield %y : i64
  } -> tensor<3xi64>
  // expected-error@+1 {{emb.gather: indices cannot be checked before the first write to an argument: it depends on argument 0 'weight', which this function writes}}
  %j = emb.check_indices %ids, %c9 label "emb.gather: indices" : tensor<3xi64>
  %r = emb.gather %w1[%j] : tensor<9x3xf32>, tensor<3xi64> -> tensor<3x3xf32>
  return %w1, %r : tensor<9x3xf32>, tensor<3x3xf32>
}

// -----

func.func @carried_by_loop(%w: tensor<9x8xf32>, %k: tensor<3xi64>, %g: tensor<3x8xf32>) -> tensor<9x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %c9 = arith.constant 9 : index
  // expected-note@+2 {{the first write is here}}
  // expected-note@+1 {{the value is computed here}}
  %r:2 = scf.for %iv = %c0 to %c5 step %c1 iter_args(%v = %w, %i = %k) -> (tensor<9x8xf32>, tensor<3xi64>) {
    // expected-error@+1 {{emb.scatter_add: indices cannot be checked before the first write to an argument: it depends on a value that a loop carries}}
    %j = emb.check_indices %i, %c9 label "emb.scatter_add: indices" : tensor<3xi64>
    %s = emb.scatter_add %g[%j] into %v : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
    %e = tensor.empty() : tensor<3xi64>
    %n = linalg.add ins(%i, %k : tensor<3xi64>, tensor<3xi64>) outs(%e : tensor<3xi64>) -> tensor<3xi64>
    scf.yield %s, %n : tensor<9x8xf32>, tensor<3xi64>
  }
  return %r#0 : tensor<9x8xf32>
}

// -----

// Without its condition the division could be one by zero.
func.func @division_in_branch(%w: tensor<9x8xf32>, %k: tensor<9xi64>, %g: tensor<9x8xf32>, %n: index, %c: i1) -> tensor<9x8xf32> {
  %c9 = arith.constant 9 : index
  // expected-note@+1 {{the first write is here}}
  %r = scf.if %c -> tensor<9x8xf32> {
    // expected-note@+1 {{the value is computed here}}
    %size = arith.divui %c9, %n : index
    %i = tensor.extract_slice %k[0] [%size] [1] : tensor<9xi64> to tensor<?xi64>
    %d = tensor.extract_slice %g[0, 0] [%size, 8] [1, 1] : tensor<9x8xf32> to tensor<?x8xf32>
    // expected-error@+1 {{emb.scatter_add: indices cannot be checked before the first write to an argument: it depends on 'arith.divui' in a branch or loop, which may be undefined where that does not run}}
    %j = emb.check_indices %i, %c9 label "emb.scatter_add: indices" : tensor<?xi64>
    %s = emb.scatter_add %d[%j] into %w : tensor<?x8xf32>, tensor<?xi64>, tensor<9x8xf32>
    scf.yield %s : tensor<9x8xf32>
  } else {
    scf.yield %w : tensor<9x8xf32>
  }
  return %r : tensor<9x8xf32>
}
