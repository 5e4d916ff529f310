// RUN: not emb-check %s 2> %t
// RUN: FileCheck %s --input-file=%t
// RUN: not emb-check %s | FileCheck %s --check-prefix=SUMMARY

// Everything that emb-check must notice, and what it says.

// CHECK: :[[@LINE+3]]:3: error: @bits: expect_eq: element [1]: got 0 (0x00000000), want -0 (0x80000000); 1 of 2 elements differ
func.func @bits() {
  %x = check.constant dense<[1.0, 0.0]> : tensor<2xf32>
  check.expect_eq %x, dense<[1.0, -0.0]> : tensor<2xf32>
  return
}

// CHECK: error: @payload: expect_eq: element []: got nan (0x7fc00001), want nan (0x7fc00002); 1 of 1 elements differ
func.func @payload() {
  %x = check.constant dense<0x7FC00001> : tensor<f32>
  check.expect_eq %x, dense<0x7FC00002> : tensor<f32>
  return
}

// CHECK: error: @integers: expect_eq: element [0, 0]: got 2, want -1; 2 of 2 elements differ
func.func @integers() {
  %x = check.constant dense<[[2, -7]]> : tensor<1x2xi64>
  check.expect_eq %x, dense<[[-1, 7]]> : tensor<1x2xi64>
  return
}

// The element that is furthest off is shown.
// CHECK: error: @close: expect_close: element [2]: got 8 (0x4100), want 4 (0x4080), off by 4 tolerances; 2 of 3 elements differ
func.func @close() {
  %x = check.constant dense<[1.0, 3.0, 8.0]> : tensor<3xbf16>
  check.expect_close %x, dense<[1.5, 1.0, 4.0]> : tensor<3xbf16> rtol 0.0 atol 1.0
  return
}

// CHECK: error: @close_nan: expect_close: element [1]: got nan (0x7e00), want 1 (0x3c00), off by inf tolerances; 1 of 2 elements differ
func.func @close_nan() {
  %x = check.constant dense<[0x7E00, 0x7E00]> : tensor<2xf16>
  check.expect_close %x, dense<[0x7E01, 1.0]> : tensor<2xf16> rtol 0.0 atol 1.0
  return
}

// CHECK: error: @close_infinity: expect_close: element [1]: got inf (0x7ff0000000000000), want -inf (0xfff0000000000000)
func.func @close_infinity() {
  %x = check.constant dense<0x7FF0000000000000> : tensor<2xf64>
  check.expect_close %x, dense<[0x7FF0000000000000, 0xFFF0000000000000]> : tensor<2xf64> rtol 1.0 atol 1.0
  return
}

// CHECK: error: @shape: expect_eq: got a tensor<2xi32>, want a tensor<3xi32>
func.func @shape() {
  %x = check.constant dense<1> : tensor<2xi32> as tensor<?xi32>
  check.expect_eq %x, dense<1> : tensor<3xi32> as tensor<?xi32>
  return
}

// CHECK: error: @scalar: expect_eq: got 3, want 4
func.func @scalar() {
  %x = check.constant 3 : index
  check.expect_eq %x, 4 : index
  return
}

// CHECK: error: @values: expect_eq_value: element [0]: got 1
// CHECK: error: @values: expect_close_value: element [0]: got 1
func.func @values() {
  %x = check.constant dense<1.0> : tensor<1xf32>
  %y = check.constant dense<2.0> : tensor<1xf32>
  check.expect_eq_value %x, %y : tensor<1xf32>
  check.expect_close_value %x, %y rtol 0.25 atol 0.25 : tensor<1xf32>
  return
}

// CHECK: error: @success: succeeded, want an error that says 'out of range'
func.func @success() attributes {check.error = "out of range"} {
  %t = check.constant dense<1.0> : tensor<2x1xf32>
  %i = check.constant dense<1> : tensor<1xi64>
  %r = emb.gather %t[%i] : tensor<2x1xf32>, tensor<1xi64> -> tensor<1x1xf32>
  check.use %r : tensor<1x1xf32>
  return
}

// CHECK: error: @failure: failed: failure: emb.gather: indices (argument 1): index out of range
func.func @failure() {
  %t = check.constant dense<1.0> : tensor<2x1xf32>
  %i = check.constant dense<2> : tensor<1xi64>
  %r = emb.gather %t[%i] : tensor<2x1xf32>, tensor<1xi64> -> tensor<1x1xf32>
  check.expect_eq %r, dense<1.0> : tensor<1x1xf32>
  return
}

// CHECK: error: @another_failure: failed with '{{.*}}index out of range{{.*}}', want an error that says 'offsets'
// CHECK: error: @another_failure: failed with status 'invalid index', want 'invalid offsets'
func.func @another_failure() attributes {check.error = "offsets", check.status = "invalid offsets"} {
  %t = check.constant dense<1.0> : tensor<2x1xf32>
  %i = check.constant dense<2> : tensor<1xi64>
  %r = emb.gather %t[%i] : tensor<2x1xf32>, tensor<1xi64> -> tensor<1x1xf32>
  check.use %r : tensor<1x1xf32>
  return
}

// CHECK-NOT: error: @right
func.func @right() {
  %x = check.constant 1.5 : f64
  check.expect_eq %x, 1.5 : f64
  return
}

// SUMMARY: 13 tests with 12 expectations, 12 failed
