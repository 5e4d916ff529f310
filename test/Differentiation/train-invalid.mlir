// RUN: emb-opt %s --emb-differentiate --verify-diagnostics --split-input-file --allow-unregistered-dialect

emb.train @step of @loss parameters("t" = #emb.sgd)
func.func @loss(%t: tensor<9x2xf64> {emb.name = "t"}, %a: tensor<2xi64>) -> tensor<f64> {
  %x = emb.gather %t[%a] : tensor<9x2xf64>, tensor<2xi64> -> tensor<2x2xf64>
  %zero = arith.constant dense<0.0> : tensor<f64>
  %y = linalg.reduce {arith.addf} ins(%x : tensor<2x2xf64>) outs(%zero : tensor<f64>) dimensions = [0, 1]
  // expected-error @+1 {{'linalg.reduce' op makes the gradient of "t", which is looked up, a dense tensor; it is on the path 't' -> linalg.reduce -> arith.addf -> result. Say 'dense' for this parameter in emb.train to allow it}}
  %z = linalg.reduce {arith.addf} ins(%t : tensor<9x2xf64>) outs(%zero : tensor<f64>) dimensions = [0, 1]
  %r = arith.addf %y, %z : tensor<f64>
  return %r : tensor<f64>
}

// -----

// A lookup of what was computed from a table needs the gradient of all of it.
emb.train @step of @loss parameters("t" = #emb.sgd)
func.func @loss(%t: tensor<9x2xf64> {emb.name = "t"}, %a: tensor<2xi64>) -> tensor<f64> {
  // expected-error @+1 {{'math.tanh' op makes the gradient of "t", which is looked up, a dense tensor; it is on the path 't' -> math.tanh -> emb.gather -> linalg.reduce -> result.}}
  %u = math.tanh %t : tensor<9x2xf64>
  %x = emb.gather %u[%a] : tensor<9x2xf64>, tensor<2xi64> -> tensor<2x2xf64>
  %zero = arith.constant dense<0.0> : tensor<f64>
  %y = linalg.reduce {arith.addf} ins(%x : tensor<2x2xf64>) outs(%zero : tensor<f64>) dimensions = [0, 1]
  return %y : tensor<f64>
}

// -----

emb.train @step of @loss parameters("x" = #emb.sgd)
func.func @loss(%x: tensor<f64> {emb.name = "x"}) -> tensor<f64> {
  // expected-error @+1 {{'test.unknown' op has no rule for differentiation; it is on the path 'x' -> test.unknown -> math.exp -> result}}
  %y = "test.unknown"(%x) : (tensor<f64>) -> tensor<f64>
  %z = math.exp %y : tensor<f64>
  return %z : tensor<f64>
}

// -----

// expected-error @+1 {{the first result of the function is 'tensor<2xf64>', expected the loss: a float or a rank-0 tensor of floats}}
emb.train @step of @loss parameters("x" = #emb.sgd)
func.func @loss(%x: tensor<2xf64> {emb.name = "x"}) -> tensor<2xf64> {
  return %x : tensor<2xf64>
}

// -----

// expected-error @+1 {{found no result of the function, expected the loss as the first one}}
emb.train @step of @loss parameters("x" = #emb.sgd)
func.func @loss(%x: tensor<2xf64> {emb.name = "x"}) {
  return
}

// -----

// expected-error @+1 {{the parameter "x" is 'f64', expected a ranked tensor of floats}}
emb.train @step of @loss parameters("x" = #emb.sgd)
func.func @loss(%x: f64 {emb.name = "x"}) -> f64 {
  return %x : f64
}

// -----

// expected-error @+1 {{needs an argument "lr", which @step has already}}
emb.train @step of @loss parameters("x" = #emb.sgd)
func.func @loss(%x: tensor<f64> {emb.name = "x"}, %lr: f64 {emb.name = "lr"}) -> tensor<f64> {
  return %x : tensor<f64>
}

// -----

// expected-error @+1 {{cannot differentiate @loss, which has no body}}
emb.train @step of @loss parameters("x" = #emb.sgd)
func.func private @loss(tensor<f64> {emb.name = "x"}) -> tensor<f64>

// -----

// expected-error @+1 {{cannot differentiate @loss, which has 2 blocks, expected one: control flow is scf.for and scf.if}}
emb.train @step of @loss parameters("x" = #emb.sgd)
func.func @loss(%x: tensor<f64> {emb.name = "x"}) -> tensor<f64> {
  cf.br ^next
^next:
  return %x : tensor<f64>
}

// -----

// expected-error @+1 {{cannot inline @inner, which calls itself}}
emb.train @step of @loss parameters("x" = #emb.sgd)
func.func @loss(%x: tensor<f64> {emb.name = "x"}) -> tensor<f64> {
  %y = call @inner(%x) : (tensor<f64>) -> tensor<f64>
  return %y : tensor<f64>
}
func.func private @inner(%x: tensor<f64>) -> tensor<f64> {
  %y = call @inner(%x) : (tensor<f64>) -> tensor<f64>
  return %y : tensor<f64>
}

// -----

// A function without a body is an operation without a rule.
emb.train @step of @loss parameters("x" = #emb.sgd)
func.func @loss(%x: tensor<f64> {emb.name = "x"}) -> tensor<f64> {
  // expected-error @+1 {{'func.call' op has no rule for differentiation; it is on the path 'x' -> func.call -> result}}
  %y = call @library(%x) : (tensor<f64>) -> tensor<f64>
  return %y : tensor<f64>
}
func.func private @library(tensor<f64>) -> tensor<f64>

// -----

emb.train @step of @loss parameters("t" = #emb.sgd)
func.func @loss(%t: tensor<9x2xf64> {emb.name = "t"}, %a: tensor<2xi64>) -> tensor<f64> {
  // expected-error @+1 {{changes a parameter that another operation changes as well: expected one to take the result of the other}}
  %t1 = emb.renorm %a into %t max_norm 1.0 : tensor<2xi64>, tensor<9x2xf64>
  %t2 = emb.renorm %a into %t max_norm 2.0 : tensor<2xi64>, tensor<9x2xf64>
  %x = emb.gather %t1[%a] : tensor<9x2xf64>, tensor<2xi64> -> tensor<2x2xf64>
  %y = emb.gather %t2[%a] : tensor<9x2xf64>, tensor<2xi64> -> tensor<2x2xf64>
  %p = arith.mulf %x, %y : tensor<2x2xf64>
  %zero = arith.constant dense<0.0> : tensor<f64>
  %r = linalg.reduce {arith.addf} ins(%p : tensor<2x2xf64>) outs(%zero : tensor<f64>) dimensions = [0, 1]
  return %r : tensor<f64>
}

// -----

emb.train @step of @loss parameters("t" = #emb.sgd) accumulate
func.func @loss(%t: tensor<9x2xf64> {emb.name = "t"}, %a: tensor<2xi64>) -> tensor<f64> {
  // expected-error @+1 {{changes a parameter, which it cannot do in each of several micro-batches ('accumulate' of emb.train)}}
  %t1 = emb.renorm %a into %t max_norm 1.0 : tensor<2xi64>, tensor<9x2xf64>
  %x = emb.gather %t1[%a] : tensor<9x2xf64>, tensor<2xi64> -> tensor<2x2xf64>
  %zero = arith.constant dense<0.0> : tensor<f64>
  %r = linalg.reduce {arith.addf} ins(%x : tensor<2x2xf64>) outs(%zero : tensor<f64>) dimensions = [0, 1]
  return %r : tensor<f64>
}

// -----

// expected-error @+1 {{found no tensor of data to accumulate over: every tensor is a parameter}}
emb.train @step of @loss parameters("x" = #emb.sgd) accumulate
func.func @loss(%x: tensor<f64> {emb.name = "x"}) -> tensor<f64> {
  return %x : tensor<f64>
}

// -----

// expected-error @+1 {{is about itself}}
emb.gradient @d of @d wrt("x")

// -----

// expected-error @+1 {{the argument "x" is 'tensor<2xi64>', expected a float or a ranked tensor of floats}}
emb.gradient @d of @f wrt("x") seeded
func.func @f(%x: tensor<2xi64> {emb.name = "x"}) -> tensor<2xi64> {
  return %x : tensor<2xi64>
}

// -----

// expected-error @+1 {{expected a result of floats, found none}}
emb.gradient @d of @f wrt("x") seeded
func.func @f(%x: tensor<2xf64> {emb.name = "x"}) -> i1 {
  %r = arith.constant true
  return %r : i1
}

// -----

// The function is known only after its own declaration.
// expected-error @+1 {{@d has no argument with emb.name = "y"}}
emb.gradient @dd of @d wrt("y")
emb.gradient @d of @f wrt("x")
func.func @f(%x: f64 {emb.name = "x"}) -> f64 {
  return %x : f64
}

// -----

emb.train @step of @loss parameters("x" = #emb.sgd)
func.func @loss(%x: tensor<f64> {emb.name = "x"}, %m: memref<f64>) -> tensor<f64> {
  %v = tensor.extract %x[] : tensor<f64>
  // expected-error @+1 {{'memref.store' op works on memory, through which nothing is differentiated: expected tensors}}
  memref.store %v, %m[] : memref<f64>
  return %x : tensor<f64>
}

// -----

// The use is named where it is in a loop, or in one micro-batch of several.
emb.train @step of @loss parameters("t" = #emb.sgd)
func.func @loss(%t: tensor<9x2xf64> {emb.name = "t"}, %a: tensor<2xi64>, %n: index) -> f64 {
  %x = emb.gather %t[%a] : tensor<9x2xf64>, tensor<2xi64> -> tensor<2x2xf64>
  %zero = arith.constant dense<0.0> : tensor<f64>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %y = linalg.reduce {arith.addf} ins(%x : tensor<2x2xf64>) outs(%zero : tensor<f64>) dimensions = [0, 1]
  %s = tensor.extract %y[] : tensor<f64>
  %l = scf.for %i = %c0 to %n step %c1 iter_args(%p = %s) -> f64 {
    // expected-error @+1 {{'tensor.extract' op makes the gradient of "t", which is looked up, a dense tensor; it is on the path 't' -> tensor.extract -> arith.mulf -> scf.for -> result.}}
    %e = tensor.extract %t[%i, %c1] : tensor<9x2xf64>
    %m = arith.mulf %p, %e : f64
    scf.yield %m : f64
  }
  return %l : f64
}

// -----

emb.train @step of @loss parameters("t" = #emb.sgd) accumulate
func.func @loss(%t: tensor<9x2xf64> {emb.name = "t"}, %a: tensor<2xi64>) -> tensor<f64> {
  %x = emb.gather %t[%a] : tensor<9x2xf64>, tensor<2xi64> -> tensor<2x2xf64>
  %zero = arith.constant dense<0.0> : tensor<f64>
  %y = linalg.reduce {arith.addf} ins(%x : tensor<2x2xf64>) outs(%zero : tensor<f64>) dimensions = [0, 1]
  // expected-error @+1 {{'linalg.reduce' op makes the gradient of "t", which is looked up, a dense tensor; it is on the path 't' -> linalg.reduce -> arith.addf -> result.}}
  %z = linalg.reduce {arith.addf} ins(%t : tensor<9x2xf64>) outs(%zero : tensor<f64>) dimensions = [0, 1]
  %r = arith.addf %y, %z : tensor<f64>
  return %r : tensor<f64>
}

// -----

emb.gradient @d of @f wrt("x")
func.func @f(%x: f64 {emb.name = "x"}, %n: i32) -> f64 {
  %c0 = arith.constant 0 : i32
  %c1 = arith.constant 1 : i32
  // expected-error @+1 {{'scf.for' op cannot be differentiated: found an unsigned counter, expected a signed one}}
  %r = scf.for unsigned %i = %c0 to %n step %c1 iter_args(%a = %x) -> f64 : i32 {
    %b = math.sin %a : f64
    scf.yield %b : f64
  }
  return %r : f64
}
