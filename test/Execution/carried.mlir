// RUN: emb-check %s
// RUN: emb-check %s --strided

// What a loop carries is overwritten by each iteration, after all reads of it.

// a' = a + b, b' = a: Fibonacci numbers. Both sides of the addition are carried.
func.func @old_value_read_late() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = check.constant 6 : index
  %x = check.constant dense<[1.0, 10.0]> : tensor<2xf32>
  %y = check.constant dense<[0.0, 0.0]> : tensor<2xf32>
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %y) -> (tensor<2xf32>, tensor<2xf32>) {
    %s = arith.addf %a, %b : tensor<2xf32>
    scf.yield %s, %a : tensor<2xf32>, tensor<2xf32>
  }
  check.expect_eq %r#0, dense<[13.0, 130.0]> : tensor<2xf32>
  check.expect_eq %r#1, dense<[8.0, 80.0]> : tensor<2xf32>
  return
}

// Three change places four times, which is once.
func.func @rotation() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = check.constant 4 : index
  %x = check.constant dense<1.0> : tensor<2xf32> as tensor<?xf32>
  %y = check.constant dense<2.0> : tensor<2xf32> as tensor<?xf32>
  %z = check.constant dense<[3.0, 4.0]> : tensor<2xf32> as tensor<?xf32>
  %r:3 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %y, %c = %z)
      -> (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) {
    scf.yield %b, %c, %a : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>
  }
  check.expect_eq %r#0, dense<2.0> : tensor<2xf32> as tensor<?xf32>
  check.expect_eq %r#1, dense<[3.0, 4.0]> : tensor<2xf32> as tensor<?xf32>
  check.expect_eq %r#2, dense<1.0> : tensor<2xf32> as tensor<?xf32>
  return
}

// One value for two places, one of which is still needed: x, x + 1, then both
// x + 2; b and c are one iteration apart.
func.func @twice() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = check.constant 3 : index
  %one = arith.constant dense<1.0> : tensor<2xf32>
  %x = check.constant dense<[1.0, 5.0]> : tensor<2xf32>
  %r:3 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %x, %c = %x)
      -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
    %s = arith.addf %a, %one : tensor<2xf32>
    scf.yield %s, %s, %b : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
  }
  check.expect_eq %r#0, dense<[4.0, 8.0]> : tensor<2xf32>
  check.expect_eq %r#1, dense<[4.0, 8.0]> : tensor<2xf32>
  check.expect_eq %r#2, dense<[3.0, 7.0]> : tensor<2xf32>
  return
}

// The carried matrix is the left side of the product: no element of the new one
// may be in its place before all are known. Powers of a Jordan block.
func.func @product() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %n = check.constant 3 : index
  %x = check.constant dense<[[1.0, 1.0], [0.0, 1.0]]> : tensor<2x2xf32>
  %e = tensor.empty() : tensor<2x2xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %z) -> (tensor<2x2xf32>, tensor<2x2xf32>) {
    %p = linalg.matmul ins(%a, %x : tensor<2x2xf32>, tensor<2x2xf32>) outs(%z : tensor<2x2xf32>) -> tensor<2x2xf32>
    %q = linalg.matmul ins(%p, %a : tensor<2x2xf32>, tensor<2x2xf32>) outs(%z : tensor<2x2xf32>) -> tensor<2x2xf32>
    scf.yield %p, %q : tensor<2x2xf32>, tensor<2x2xf32>
  }
  check.expect_eq %r#0, dense<[[1.0, 4.0], [0.0, 1.0]]> : tensor<2x2xf32>
  check.expect_eq %r#1, dense<[[1.0, 7.0], [0.0, 1.0]]> : tensor<2x2xf32>
  return
}

// A part of what is carried beside goes where it is needed in the next iteration:
// it is taken before that is doubled.
func.func @part() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = check.constant 2 : index
  %x = check.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %y = check.constant dense<[8.0, 9.0]> : tensor<2xf32>
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %y) -> (tensor<3xf32>, tensor<2xf32>) {
    %d = arith.addf %a, %a : tensor<3xf32>
    %s = tensor.extract_slice %a[1] [2] [1] : tensor<3xf32> to tensor<2xf32>
    scf.yield %d, %s : tensor<3xf32>, tensor<2xf32>
  }
  check.expect_eq %r#0, dense<[4.0, 8.0, 12.0]> : tensor<3xf32>
  check.expect_eq %r#1, dense<[4.0, 6.0]> : tensor<2xf32>
  return
}

// In branches and an inner loop: 1, then 2 (1 + 1), then 2 * 4, then 9, then 9 * 4.
func.func @regions() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %n = check.constant 4 : index
  %one = arith.constant dense<1.0> : tensor<1xf32>
  %x = check.constant dense<1.0> : tensor<1xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> tensor<1xf32> {
    %rest = arith.remui %i, %c2 : index
    %even = arith.cmpi eq, %rest, %c0 : index
    %s = scf.if %even -> tensor<1xf32> {
      %q = arith.addf %a, %one : tensor<1xf32>
      scf.yield %q : tensor<1xf32>
    } else {
      %t = scf.for %j = %c0 to %c2 step %c1 iter_args(%b = %a) -> tensor<1xf32> {
        %q = arith.addf %b, %b : tensor<1xf32>
        scf.yield %q : tensor<1xf32>
      }
      scf.yield %t : tensor<1xf32>
    }
    scf.yield %s : tensor<1xf32>
  }
  check.expect_eq %r, dense<36.0> : tensor<1xf32>
  return
}

// Back to the beginning in iteration 2: 1, 2, 4, 1, then 2 and 4.
func.func @restart() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %n = check.constant 5 : index
  %x = check.constant dense<1.0> : tensor<1xf32>
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %old = %x) -> (tensor<1xf32>, tensor<1xf32>) {
    %again = arith.cmpi eq, %i, %c2 : index
    %from = arith.select %again, %x, %a : tensor<1xf32>
    %d = arith.addf %a, %a : tensor<1xf32>
    %s = arith.select %again, %x, %d : tensor<1xf32>
    scf.yield %s, %from : tensor<1xf32>, tensor<1xf32>
  }
  check.expect_eq %r#0, dense<4.0> : tensor<1xf32>
  check.expect_eq %r#1, dense<2.0> : tensor<1xf32>
  return
}

// One element more in each iteration.
func.func @grow() {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = check.constant 3 : index
  %x = check.constant dense<[5.0]> : tensor<1xf32> as tensor<?xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> tensor<?xf32> {
    %s = tensor.concat dim(0) %a, %x : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
    scf.yield %s : tensor<?xf32>
  }
  check.expect_eq %r, dense<5.0> : tensor<4xf32> as tensor<?xf32>
  return
}

// Extents that only a check makes equal.
func.func @unequal() attributes {check.error = "found 2, expected 3", check.status = "invalid shape"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = check.constant 2 : index
  %x = check.constant dense<1.0> : tensor<3xf32> as tensor<?xf32>
  %y = check.constant dense<1.0> : tensor<2xf32> as tensor<?xf32>
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %y) -> (tensor<?xf32>, tensor<?xf32>) {
    %p = arith.mulf %a, %b : tensor<?xf32>
    %q = arith.addf %p, %a : tensor<?xf32>
    scf.yield %q, %p : tensor<?xf32>, tensor<?xf32>
  }
  check.use %r#0 : tensor<?xf32>
  check.use %r#1 : tensor<?xf32>
  return
}
