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
