// RUN: emb-check %s
// RUN: emb-check %s --strided

// Lookups, updates and failures under control flow.

// The check of a lookup in a branch that is not taken does not fail.
func.func @branch() {
  %c = check.constant false
  %t = check.constant dense<1.0> : tensor<3x2xf32>
  %i = check.constant dense<[2, 7]> : tensor<2xi64>
  %z = check.constant dense<5.0> : tensor<2x2xf32>
  %r = scf.if %c -> tensor<2x2xf32> {
    %q = emb.gather %t[%i] : tensor<3x2xf32>, tensor<2xi64> -> tensor<2x2xf32>
    scf.yield %q : tensor<2x2xf32>
  } else {
    scf.yield %z : tensor<2x2xf32>
  }
  check.expect_eq %r, dense<5.0> : tensor<2x2xf32>
  return
}

// Where it is taken it fails before anything is written, though it comes later.
func.func @branch_taken() attributes {check.error = "position [1] has value 7"} {
  %c = check.constant true
  %t = check.constant dense<1.0> : tensor<3x2xf32>
  %w = check.constant dense<1.0> : tensor<3x2xf32>
  %i = check.constant dense<[2, 7]> : tensor<2xi64>
  %j = check.constant dense<[2, 1]> : tensor<2xi64>
  %z = check.constant dense<5.0> : tensor<2x2xf32>
  %w1 = emb.scatter_add %z[%j] into %w : tensor<2x2xf32>, tensor<2xi64>, tensor<3x2xf32>
  %r = scf.if %c -> tensor<2x2xf32> {
    %q = emb.gather %t[%i] : tensor<3x2xf32>, tensor<2xi64> -> tensor<2x2xf32>
    scf.yield %q : tensor<2x2xf32>
  } else {
    scf.yield %z : tensor<2x2xf32>
  }
  check.use %r : tensor<2x2xf32>
  check.use %w1 : tensor<3x2xf32>
  return
}

// A loop over batches, each with its slice of ids.
func.func @batches() {
  %w = check.constant dense<1.0> : tensor<4x1xf32>
  %i = check.constant dense<[[0, 1], [1, 2], [2, 2]]> : tensor<3x2xi64>
  %g = check.constant dense<1.0> : tensor<2x1xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %s = check.constant dense<0.0> : tensor<3x2x1xf32>
  %out = scf.for %b = %c0 to %c3 step %c1 iter_args(%acc = %s) -> tensor<3x2x1xf32> {
    %ids = tensor.extract_slice %i[%b, 0] [1, 2] [1, 1] : tensor<3x2xi64> to tensor<2xi64>
    %r = emb.gather %w[%ids] : tensor<4x1xf32>, tensor<2xi64> -> tensor<2x1xf32>
    %n = tensor.insert_slice %r into %acc[%b, 0, 0] [1, 2, 1] [1, 1, 1] : tensor<2x1xf32> into tensor<3x2x1xf32>
    scf.yield %n : tensor<3x2x1xf32>
  }
  check.expect_eq %out, dense<1.0> : tensor<3x2x1xf32>
  return
}

// One bad id in the slice of the last batch: nothing runs.
func.func @bad_batch() attributes {check.error = "position [2, 1] has value 4, expected 0 <= index < 4", check.status = "invalid index"} {
  %w = check.constant dense<1.0> : tensor<4x1xf32>
  %i = check.constant dense<[[0, 1], [1, 2], [2, 4]]> : tensor<3x2xi64>
  %s = check.constant dense<0.0> : tensor<3x2x1xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %out = scf.for %b = %c0 to %c3 step %c1 iter_args(%acc = %s) -> tensor<3x2x1xf32> {
    %ids = tensor.extract_slice %i[%b, 0] [1, 2] [1, 1] : tensor<3x2xi64> to tensor<2xi64>
    %r = emb.gather %w[%ids] : tensor<4x1xf32>, tensor<2xi64> -> tensor<2x1xf32>
    %n = tensor.insert_slice %r into %acc[%b, 0, 0] [1, 2, 1] [1, 1, 1] : tensor<2x1xf32> into tensor<3x2x1xf32>
    scf.yield %n : tensor<3x2x1xf32>
  }
  check.use %out : tensor<3x2x1xf32>
  return
}

func.func @assertion() attributes {check.error = "no batch", check.status = "invalid argument"} {
  %n = check.constant 0 : index
  %c0 = arith.constant 0 : index
  %ok = arith.cmpi sgt, %n, %c0 : index
  cf.assert %ok, "no batch"
  check.use %n : index
  return
}

// An update in a branch: the indices are sorted before the first write, under
// the condition of the branch.
func.func @update_in_branch() {
  %c = check.constant true
  %w = check.constant dense<1.0> : tensor<4x2xf32>
  %v = check.constant dense<0.0> : tensor<4x2xf32>
  %i = check.constant dense<[3, 1, 3]> : tensor<3xi64> as tensor<?xi64>
  %j = check.constant dense<[2, 2]> : tensor<2xi64>
  %g = check.constant dense<1.0> : tensor<3x2xf32> as tensor<?x2xf32>
  %h = check.constant dense<2.0> : tensor<2x2xf32>
  %v1 = emb.scatter_add %h[%j] into %v : tensor<2x2xf32>, tensor<2xi64>, tensor<4x2xf32>
  %w1 = scf.if %c -> tensor<4x2xf32> {
    %s = emb.scatter_add %g[%i] into %w : tensor<?x2xf32>, tensor<?xi64>, tensor<4x2xf32>
    scf.yield %s : tensor<4x2xf32>
  } else {
    scf.yield %w : tensor<4x2xf32>
  }
  check.expect_eq %w1, dense<[[1.0, 1.0], [2.0, 2.0], [1.0, 1.0], [3.0, 3.0]]> : tensor<4x2xf32>
  check.expect_eq %v1, dense<[[0.0, 0.0], [0.0, 0.0], [4.0, 4.0], [0.0, 0.0]]> : tensor<4x2xf32>
  return
}

// In a branch that is not taken indices may be anything.
func.func @update_not_taken() {
  %c = check.constant false
  %w = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[3, -1, 7]> : tensor<3xi64>
  %g = check.constant dense<1.0> : tensor<3x2xf32>
  %w1 = scf.if %c -> tensor<4x2xf32> {
    %s = emb.scatter_add %g[%i] into %w : tensor<3x2xf32>, tensor<3xi64>, tensor<4x2xf32>
    scf.yield %s : tensor<4x2xf32>
  } else {
    scf.yield %w : tensor<4x2xf32>
  }
  check.expect_eq %w1, dense<1.0> : tensor<4x2xf32>
  return
}

func.func @update_taken() attributes {check.error = "position [1] has value -1", check.status = "invalid index"} {
  %c = check.constant true
  %w = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[3, -1, 7]> : tensor<3xi64>
  %g = check.constant dense<1.0> : tensor<3x2xf32>
  %w1 = scf.if %c -> tensor<4x2xf32> {
    %s = emb.scatter_add %g[%i] into %w : tensor<3x2xf32>, tensor<3xi64>, tensor<4x2xf32>
    scf.yield %s : tensor<4x2xf32>
  } else {
    scf.yield %w : tensor<4x2xf32>
  }
  check.use %w1 : tensor<4x2xf32>
  return
}

// One group for all iterations, in a branch of a branch.
func.func @update_in_loop() {
  %c = check.constant true
  %n = check.constant 3 : index
  %w = check.constant dense<8.0> : tensor<3x1xf32>
  %i = check.constant dense<[2, 0, 2]> : tensor<3xi32>
  %g = check.constant dense<[[1.0], [2.0], [0.5]]> : tensor<3x1xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %w1 = scf.if %c -> tensor<3x1xf32> {
    %r = scf.for %k = %c0 to %n step %c1 iter_args(%t = %w) -> tensor<3x1xf32> {
      %s = emb.update touched(%t : tensor<3x1xf32>) sources[%i : tensor<3xi32> -> %g : tensor<3x1xf32>] {
      ^bb0(%x: f32, %d: f32):
        %y = arith.subf %x, %d : f32
        emb.yield %y : f32
      }
      scf.yield %s : tensor<3x1xf32>
    }
    scf.yield %r : tensor<3x1xf32>
  } else {
    scf.yield %w : tensor<3x1xf32>
  }
  check.expect_eq %w1, dense<[[2.0], [8.0], [3.5]]> : tensor<3x1xf32>
  return
}

// A loop that does not run sorts nothing: the slice would be out of bounds.
func.func @renorm_in_empty_loop() {
  %n = check.constant 0 : index
  %w = check.constant dense<8.0> : tensor<3x1xf32>
  %i = check.constant dense<[2, 0, 1]> : tensor<3xi32>
  %far = check.constant 1000000000000 : index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %w1 = scf.for %k = %c0 to %n step %c1 iter_args(%t = %w) -> tensor<3x1xf32> {
    %some = tensor.extract_slice %i[%far] [2] [1] : tensor<3xi32> to tensor<2xi32>
    %s = emb.renorm %some into %t max_norm 1.0 : tensor<2xi32>, tensor<3x1xf32>
    scf.yield %s : tensor<3x1xf32>
  }
  check.expect_eq %w1, dense<8.0> : tensor<3x1xf32>
  return
}
