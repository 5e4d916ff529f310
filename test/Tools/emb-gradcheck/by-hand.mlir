// RUN: emb-gradcheck %s | FileCheck %s

// Gradients written by hand. The file is one that emb-opt accepts.
// RUN: emb-opt %s

// The sum of x * exp(y), of x there are too many elements to look at each.
// CHECK: product_gradient: wrt "x": 300 elements (200 looked at), error {{[0-9.]+e-(09|1[0-9])$}}
// CHECK: product_gradient: wrt "y": 1 elements, error {{[0-9.]+e-(09|1[0-9])$}}
func.func @product(%x: tensor<?xf64> {emb.name = "x", check.shape = [300]},
                   %y: f64 {emb.name = "y", check.range = [1.0, 2]}) -> f64 {
  %e = math.exp %y : f64
  %zero = arith.constant dense<0.0> : tensor<f64>
  %s = linalg.reduce { arith.addf } ins(%x : tensor<?xf64>)
    outs(%zero : tensor<f64>) dimensions = [0]
  %sum = tensor.extract %s[] : tensor<f64>
  %r = arith.mulf %sum, %e : f64
  return %r : f64
}
func.func @product_gradient(%x: tensor<?xf64>, %y: f64)
    -> (f64, tensor<?xf64>, f64)
    attributes {check.gradient_of = @product, check.wrt = ["x", "y"]} {
  %r = func.call @product(%x, %y) : (tensor<?xf64>, f64) -> f64
  %e = math.exp %y : f64
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf64>
  %dx = tensor.splat %e[%n] : tensor<?xf64>
  return %r, %dx, %r : f64, tensor<?xf64>, f64
}

// A gradient is a function like others, so it may have one too; what its seed
// is like follows from a call.
// CHECK: lookup_gradient: wrt "t": 12 elements, error {{(0.0e\+00|[0-9.]+e-1[0-9])$}}
// CHECK: lookup_second: wrt "g": 15 elements, error {{(0.0e\+00|[0-9.]+e-1[0-9])$}}
func.func @lookup(%t: tensor<4x3xf64> {emb.name = "t"},
                  %i: tensor<?xi64> {check.values = dense<[3, 0, 3, 1, 3]> : tensor<5xi64>})
    -> tensor<?x3xf64> {
  %r = emb.gather %t[%i] : tensor<4x3xf64>, tensor<?xi64> -> tensor<?x3xf64>
  return %r : tensor<?x3xf64>
}
func.func @lookup_gradient(%t: tensor<4x3xf64>, %i: tensor<?xi64>,
                           %g: tensor<?x3xf64> {emb.name = "g"})
    -> (tensor<?x3xf64>, tensor<4x3xf64>)
    attributes {check.gradient_of = @lookup, check.wrt = ["t"], check.seeded} {
  %r = emb.gather %t[%i] : tensor<4x3xf64>, tensor<?xi64> -> tensor<?x3xf64>
  %zero = arith.constant dense<0.0> : tensor<4x3xf64>
  %dt = emb.scatter_add %g[%i] into %zero
    : tensor<?x3xf64>, tensor<?xi64>, tensor<4x3xf64>
  return %r, %dt : tensor<?x3xf64>, tensor<4x3xf64>
}
func.func @lookup_second(%t: tensor<4x3xf64>, %i: tensor<?xi64>,
                         %g: tensor<?x3xf64>, %h: tensor<?x3xf64>,
                         %k: tensor<4x3xf64>)
    -> (tensor<?x3xf64>, tensor<4x3xf64>, tensor<?x3xf64>)
    attributes {check.gradient_of = @lookup_gradient, check.wrt = ["g"],
                check.seeded} {
  %r, %dt = func.call @lookup_gradient(%t, %i, %g)
    : (tensor<4x3xf64>, tensor<?xi64>, tensor<?x3xf64>)
    -> (tensor<?x3xf64>, tensor<4x3xf64>)
  %dg = emb.gather %k[%i] : tensor<4x3xf64>, tensor<?xi64> -> tensor<?x3xf64>
  return %r, %dt, %dg : tensor<?x3xf64>, tensor<4x3xf64>, tensor<?x3xf64>
}

// Numbers with less digits: the steps are larger.
// CHECK: halves_gradient: wrt "x": 3 elements, error {{[0-9.]+e-(0[4-9]|1[0-9])$}}
func.func @halves(%x: tensor<3xf16> {emb.name = "x"}) -> tensor<3xf64> {
  %w = arith.extf %x : tensor<3xf16> to tensor<3xf64>
  %r = math.exp %w : tensor<3xf64>
  return %r : tensor<3xf64>
}
func.func @halves_gradient(%x: tensor<3xf16>, %g: tensor<3xf64>)
    -> (tensor<3xf64>, tensor<3xf16>)
    attributes {check.gradient_of = @halves, check.wrt = ["x"], check.seeded} {
  %r = func.call @halves(%x) : (tensor<3xf16>) -> tensor<3xf64>
  %d = arith.mulf %r, %g : tensor<3xf64>
  %h = arith.truncf %d : tensor<3xf64> to tensor<3xf16>
  return %r, %h : tensor<3xf64>, tensor<3xf16>
}

// CHECK: 4 gradients, 5 arguments, 0 failed
