// RUN: not emb-gradcheck %s 2>&1 | FileCheck %s

// What is wrong with a gradient is said at its declaration.

func.func @square(%x: tensor<2x2xf64> {
    emb.name = "x", check.values = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf64>})
    -> tensor<2x2xf64> {
  %r = arith.mulf %x, %x : tensor<2x2xf64>
  return %r : tensor<2x2xf64>
}

// One element is off by a millionth of the largest.
// CHECK: slight: wrt "x": 4 elements, error 1.
// CHECK: :[[@LINE+1]]:1: error: @slight: gradient by 'x': element [1, 0]: found [[X:.*]], expected {{.*}}, allowed distance {{.*}}; 1 of 4 are wrong
func.func @slight(%x: tensor<2x2xf64>, %g: tensor<2x2xf64>)
    -> (tensor<2x2xf64>, tensor<2x2xf64>)
    attributes {check.gradient_of = @square, check.wrt = ["x"], check.seeded} {
  %r = arith.mulf %x, %x : tensor<2x2xf64>
  %two = arith.constant dense<[[2.0, 2.0], [2.000003, 2.0]]> : tensor<2x2xf64>
  %dx = arith.mulf %two, %x : tensor<2x2xf64>
  %d = arith.mulf %dx, %g : tensor<2x2xf64>
  return %r, %d : tensor<2x2xf64>, tensor<2x2xf64>
}

// CHECK: missing: wrt "x": 4 elements, all zero, error
// CHECK: @missing: gradient by 'x': element {{.*}}: found 0, expected {{.*}}; 4 of 4 are wrong
func.func @missing(%x: tensor<2x2xf64>, %g: tensor<2x2xf64>)
    -> (tensor<2x2xf64>, tensor<2x2xf64>)
    attributes {check.gradient_of = @square, check.wrt = ["x"], check.seeded} {
  %r = arith.mulf %x, %x : tensor<2x2xf64>
  %d = arith.constant dense<0.0> : tensor<2x2xf64>
  return %r, %d : tensor<2x2xf64>, tensor<2x2xf64>
}

// CHECK: @not_finite: gradient by 'x': element [0, 1]: found nan, expected a finite number
func.func @not_finite(%x: tensor<2x2xf64>, %g: tensor<2x2xf64>)
    -> (tensor<2x2xf64>, tensor<2x2xf64>)
    attributes {check.gradient_of = @square, check.wrt = ["x"], check.seeded} {
  %r = arith.mulf %x, %x : tensor<2x2xf64>
  %two = arith.constant dense<[[2.0, 0x7FF8000000000000], [2.0, 2.0]]> : tensor<2x2xf64>
  %dx = arith.mulf %two, %x : tensor<2x2xf64>
  %d = arith.mulf %dx, %g : tensor<2x2xf64>
  return %r, %d : tensor<2x2xf64>, tensor<2x2xf64>
}

// CHECK: @other: result 0 is not that of @square: element [0, 0]: got 1.5
func.func @other(%x: tensor<2x2xf64>, %g: tensor<2x2xf64>)
    -> (tensor<2x2xf64>, tensor<2x2xf64>)
    attributes {check.gradient_of = @square, check.wrt = ["x"], check.seeded} {
  %r = arith.constant dense<[[1.5, 4.0], [9.0, 16.0]]> : tensor<2x2xf64>
  %d = arith.mulf %x, %g : tensor<2x2xf64>
  return %r, %d : tensor<2x2xf64>, tensor<2x2xf64>
}

// CHECK: @shape: gradient by 'x': is of 2xf64, expected 2x2xf64
func.func @shape(%x: tensor<2x2xf64>, %g: tensor<2x2xf64>)
    -> (tensor<2x2xf64>, tensor<2xf64>)
    attributes {check.gradient_of = @square, check.wrt = ["x"], check.seeded} {
  %r = arith.mulf %x, %x : tensor<2x2xf64>
  %d = arith.constant dense<0.0> : tensor<2xf64>
  return %r, %d : tensor<2x2xf64>, tensor<2xf64>
}

// CHECK: @few: returns 1 results, expected 2
func.func @few(%x: tensor<2x2xf64>, %g: tensor<2x2xf64>) -> tensor<2x2xf64>
    attributes {check.gradient_of = @square, check.wrt = ["x"], check.seeded} {
  %r = arith.mulf %x, %x : tensor<2x2xf64>
  return %r : tensor<2x2xf64>
}

// CHECK: @unseeded: result 0 of @square is not a float of rank 0, and the gradient is not seeded
func.func @unseeded(%x: tensor<2x2xf64>) -> (tensor<2x2xf64>, tensor<2x2xf64>)
    attributes {check.gradient_of = @square, check.wrt = ["x"]} {
  %r = arith.mulf %x, %x : tensor<2x2xf64>
  return %r, %x : tensor<2x2xf64>, tensor<2x2xf64>
}

// CHECK: @name: @square has no argument 'y'
func.func @name(%x: tensor<2x2xf64>, %g: tensor<2x2xf64>)
    -> (tensor<2x2xf64>, tensor<2x2xf64>)
    attributes {check.gradient_of = @square, check.wrt = ["y"], check.seeded} {
  %r = arith.mulf %x, %x : tensor<2x2xf64>
  return %r, %r : tensor<2x2xf64>, tensor<2x2xf64>
}

// What all elements together do is seen even where only some are looked at:
// with --limit=1 one of 400 is, and 399 of 400 are right.
// RUN: not emb-gradcheck %s --limit=1 2>&1 | FileCheck %s --check-prefix=PART
// PART: @sum_gradient: gradient by 'x': a direction: found
func.func @sum(%x: tensor<400xf64> {emb.name = "x"}) -> tensor<f64> {
  %zero = arith.constant dense<0.0> : tensor<f64>
  %s = linalg.reduce { arith.addf } ins(%x : tensor<400xf64>)
    outs(%zero : tensor<f64>) dimensions = [0]
  return %s : tensor<f64>
}
func.func @sum_gradient(%x: tensor<400xf64>) -> (tensor<f64>, tensor<400xf64>)
    attributes {check.gradient_of = @sum, check.wrt = ["x"]} {
  %r = func.call @sum(%x) : (tensor<400xf64>) -> tensor<f64>
  %one = arith.constant dense<1.0> : tensor<400xf64>
  %zero = arith.constant 0.0 : f64
  %c7 = arith.constant 7 : index
  %d = tensor.insert %zero into %one[%c7] : tensor<400xf64>
  return %r, %d : tensor<f64>, tensor<400xf64>
}

// CHECK: 9 gradients, {{.*}} failed
