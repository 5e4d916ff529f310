// RUN: emb-opt %s --emb-differentiate --split-input-file --verify-diagnostics

emb.gradient @d of @overwritten wrt("a") seeded
func.func @overwritten(%a: tensor<3x4xf64> {emb.name = "a"}, %init: tensor<3xf64>) -> tensor<3xf64> {
  // expected-error @below {{'linalg.generic' op cannot be differentiated: several steps of its loops overwrite each element of result #0, expected them to add to it, or to keep the maximum or minimum; it is on the path 'a' -> linalg.generic -> result}}
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<3x4xf64>) outs(%init : tensor<3xf64>) {
  ^bb0(%x: f64, %o: f64):
    linalg.yield %x : f64
  } -> tensor<3xf64>
  return %y : tensor<3xf64>
}

// -----

emb.gradient @d of @product wrt("a") seeded
func.func @product(%a: tensor<3x4xf64> {emb.name = "a"}, %init: tensor<3xf64>) -> tensor<3xf64> {
  %b = arith.addf %a, %a : tensor<3x4xf64>
  // expected-error @below {{'linalg.reduce' op cannot be differentiated: several steps of its loops change each element of result #0 by something else than additions, subtractions, one maximum or one minimum; it is on the path 'a' -> arith.addf -> linalg.reduce -> result}}
  %y = linalg.reduce {arith.mulf} ins(%b : tensor<3x4xf64>) outs(%init : tensor<3xf64>) dimensions = [1]
  return %y : tensor<3xf64>
}

// -----

// The element is subtracted from.

emb.gradient @d of @subtrahend wrt("a") seeded
func.func @subtrahend(%a: tensor<4xf64> {emb.name = "a"}, %init: tensor<f64>) -> tensor<f64> {
  // expected-error @below {{several steps of its loops change each element of result #0 by something else}}
  %y = linalg.reduce ins(%a : tensor<4xf64>) outs(%init : tensor<f64>) dimensions = [0]
    (%x: f64, %o: f64) {
      %0 = arith.subf %x, %o : f64
      linalg.yield %0 : f64
    }
  return %y : tensor<f64>
}

// -----

// What is added depends on the element.

emb.gradient @d of @growth wrt("a") seeded
func.func @growth(%a: tensor<4xf64> {emb.name = "a"}, %init: tensor<f64>) -> tensor<f64> {
  // expected-error @below {{several steps of its loops change each element of result #0 by something else}}
  %y = linalg.reduce ins(%a : tensor<4xf64>) outs(%init : tensor<f64>) dimensions = [0]
    (%x: f64, %o: f64) {
      %0 = arith.mulf %x, %o : f64
      %1 = arith.addf %o, %0 : f64
      linalg.yield %1 : f64
    }
  return %y : tensor<f64>
}

// -----

// What is compared depends on it.

emb.gradient @d of @decay wrt("a") seeded
func.func @decay(%a: tensor<4xf64> {emb.name = "a"}, %init: tensor<f64>) -> tensor<f64> {
  // expected-error @below {{several steps of its loops change each element of result #0 by something else}}
  %y = linalg.reduce ins(%a : tensor<4xf64>) outs(%init : tensor<f64>) dimensions = [0]
    (%x: f64, %o: f64) {
      %0 = arith.mulf %x, %o : f64
      %1 = arith.maximumf %o, %0 : f64
      linalg.yield %1 : f64
    }
  return %y : tensor<f64>
}

// -----

// The maximum by a comparison.

emb.gradient @d of @select wrt("a")
func.func @select(%a: tensor<4xf64> {emb.name = "a"}, %init: tensor<f64>) -> tensor<f64> {
  // expected-error @below {{several steps of its loops change each element of result #0 by something else}}
  %y = linalg.reduce ins(%a : tensor<4xf64>) outs(%init : tensor<f64>) dimensions = [0]
    (%x: f64, %o: f64) {
      %0 = arith.cmpf ogt, %x, %o : f64
      %1 = arith.select %0, %x, %o : f64
      linalg.yield %1 : f64
    }
  return %y : tensor<f64>
}

// -----

emb.gradient @d of @running wrt("a")
func.func @running(%a: tensor<4xf64> {emb.name = "a"}, %init: tensor<f64>, %b: tensor<f64>) -> tensor<f64> {
  // expected-error @below {{result #1 depends on elements of result #0 before they are complete}}
  %y:2 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
      ins(%a : tensor<4xf64>) outs(%init, %b : tensor<f64>, tensor<f64>) {
  ^bb0(%x: f64, %o0: f64, %o1: f64):
    %0 = arith.addf %o0, %x : f64
    %1 = arith.mulf %0, %0 : f64
    %2 = arith.addf %o1, %1 : f64
    linalg.yield %0, %2 : f64, f64
  } -> (tensor<f64>, tensor<f64>)
  return %y#1 : tensor<f64>
}

// -----

emb.gradient @d of @convolution wrt("a") seeded
func.func @convolution(%a: tensor<8xf64> {emb.name = "a"}, %f: tensor<3xf64>, %init: tensor<6xf64>) -> tensor<6xf64> {
  // expected-error @below {{'linalg.conv_1d' op cannot be differentiated: operand #0 has the indexing map affine_map<(d0, d1) -> (d0 + d1)>, expected a projected permutation; it is on the path 'a' -> linalg.conv_1d -> result}}
  %y = linalg.conv_1d ins(%a, %f : tensor<8xf64>, tensor<3xf64>) outs(%init : tensor<6xf64>) -> tensor<6xf64>
  return %y : tensor<6xf64>
}

// -----

emb.gradient @d of @pooling wrt("a") seeded
func.func @pooling(%a: tensor<1x8x3xf64> {emb.name = "a"}, %f: tensor<3xf64>, %init: tensor<1x6x3xf64>) -> tensor<1x6x3xf64> {
  // expected-error @below {{'linalg.pooling_nwc_max' op cannot be differentiated: operand #0 has the indexing map affine_map<(d0, d1, d2, d3) -> (d0, d1 + d3, d2)>, expected a projected permutation; it is on the path 'a' -> linalg.pooling_nwc_max -> result}}
  %y = linalg.pooling_nwc_max {dilations = dense<1> : tensor<1xi64>, strides = dense<1> : tensor<1xi64>}
      ins(%a, %f : tensor<1x8x3xf64>, tensor<3xf64>) outs(%init : tensor<1x6x3xf64>) -> tensor<1x6x3xf64>
  return %y : tensor<1x6x3xf64>
}

// -----

emb.gradient @d of @diagonal wrt("a") seeded
func.func @diagonal(%a: tensor<3x3xf64> {emb.name = "a"}, %init: tensor<3xf64>) -> tensor<3xf64> {
  // expected-error @below {{operand #0 has the indexing map affine_map<(d0) -> (d0, d0)>, expected a projected permutation}}
  %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i, i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%a : tensor<3x3xf64>) outs(%init : tensor<3xf64>) {
  ^bb0(%x: f64, %o: f64):
    linalg.yield %x : f64
  } -> tensor<3xf64>
  return %y : tensor<3xf64>
}

// -----

emb.gradient @d of @embedded wrt("a") seeded
func.func @embedded(%a: tensor<3xf64> {emb.name = "a"}, %init: tensor<3x3xf64>) -> tensor<3x3xf64> {
  // expected-error @below {{result #0 has the indexing map affine_map<(d0) -> (d0, d0)>, expected a projected permutation}}
  %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i, i)>], iterator_types = ["parallel"]}
      ins(%a : tensor<3xf64>) outs(%init : tensor<3x3xf64>) {
  ^bb0(%x: f64, %o: f64):
    linalg.yield %x : f64
  } -> tensor<3x3xf64>
  return %y : tensor<3x3xf64>
}

// -----

emb.gradient @d of @extracted wrt("t") seeded
func.func @extracted(%t: tensor<4xf64> {emb.name = "t"}, %i: tensor<3xindex>, %init: tensor<3xf64>) -> tensor<3xf64> {
  %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%i : tensor<3xindex>) outs(%init : tensor<3xf64>) {
  ^bb0(%n: index, %o: f64):
    // expected-error @below {{'tensor.extract' op cannot be differentiated in the region of a linalg operation: expected the tensor to be an operand of that operation; it is on the path 't' -> linalg.generic -> result}}
    %0 = tensor.extract %t[%n] : tensor<4xf64>
    linalg.yield %0 : f64
  } -> tensor<3xf64>
  return %y : tensor<3xf64>
}

// -----

emb.gradient @d of @call wrt("a") seeded
func.func private @external(f32) -> f32
func.func @call(%a: tensor<3xf32> {emb.name = "a"}) -> tensor<3xf32> {
  %y = linalg.map ins(%a : tensor<3xf32>) outs(%a : tensor<3xf32>) (%x: f32, %o: f32) {
    %0 = arith.mulf %x, %x : f32
    // expected-error @below {{'func.call' op has no rule for differentiation; it is on the path 'a' -> linalg.map -> result}}
    %1 = func.call @external(%0) : (f32) -> f32
    linalg.yield %1 : f32
  }
  return %y : tensor<3xf32>
}

// -----

emb.gradient @d of @branch wrt("a") seeded
func.func @branch(%a: tensor<3xf64> {emb.name = "a"}) -> tensor<3xf64> {
  %zero = arith.constant 0.0 : f64
  %y = linalg.map ins(%a : tensor<3xf64>) outs(%a : tensor<3xf64>) (%x: f64, %o: f64) {
    %0 = arith.cmpf ogt, %x, %zero : f64
    // expected-error @below {{'scf.if' op cannot be differentiated in the region of a linalg operation: expected 'arith.select'; it is on the path 'a' -> linalg.map -> result}}
    %1 = scf.if %0 -> f64 {
      %2 = math.exp %x : f64
      scf.yield %2 : f64
    } else {
      scf.yield %zero : f64
    }
    linalg.yield %1 : f64
  }
  return %y : tensor<3xf64>
}
