// RUN: emb-opt %s --emb-differentiate --split-input-file --verify-diagnostics

// Operations of the tensor dialect that have no rule.

emb.gradient @d of @gather wrt("w") seeded
func.func @gather(%w: tensor<4x3xf64> {emb.name = "w"}, %i: tensor<2x1xindex>)
    -> tensor<2x1x3xf64> {
  // expected-error@+1 {{'tensor.gather' op has no rule for differentiation; it is on the path 'w' -> tensor.gather -> tensor.cast -> result}}
  %r = tensor.gather %w[%i] gather_dims([0])
      : (tensor<4x3xf64>, tensor<2x1xindex>) -> tensor<2x1x3xf64>
  %c = tensor.cast %r : tensor<2x1x3xf64> to tensor<?x1x3xf64>
  %s = tensor.cast %c : tensor<?x1x3xf64> to tensor<2x1x3xf64>
  return %s : tensor<2x1x3xf64>
}

// -----

emb.gradient @d of @scatter wrt("w") seeded
func.func @scatter(%w: tensor<2x1x3xf64> {emb.name = "w"}, %x: tensor<4x3xf64>,
                   %i: tensor<2x1xindex>) -> tensor<4x3xf64> {
  // expected-error@+1 {{'tensor.scatter' op has no rule for differentiation; it is on the path 'w' -> tensor.scatter -> result}}
  %r = tensor.scatter %w into %x[%i] scatter_dims([0]) unique
      : (tensor<2x1x3xf64>, tensor<4x3xf64>, tensor<2x1xindex>) -> tensor<4x3xf64>
  return %r : tensor<4x3xf64>
}

// -----

emb.gradient @d of @generate wrt("w") seeded
func.func @generate(%w: tensor<4xf64> {emb.name = "w"}) -> tensor<4xf64> {
  // expected-error@+1 {{'tensor.generate' op has no rule for differentiation; it is on the path 'w' -> tensor.generate -> result}}
  %r = tensor.generate {
  ^bb0(%i: index):
    %x = tensor.extract %w[%i] : tensor<4xf64>
    tensor.yield %x : f64
  } : tensor<4xf64>
  return %r : tensor<4xf64>
}

// -----

// A bitcast to another type of floats.
emb.gradient @d of @bitcast wrt("w") seeded
func.func @bitcast(%w: tensor<4xf16> {emb.name = "w"}) -> tensor<4xbf16> {
  // expected-error@+1 {{'tensor.bitcast' op has no rule for differentiation; it is on the path 'w' -> tensor.bitcast -> result}}
  %r = tensor.bitcast %w : tensor<4xf16> to tensor<4xbf16>
  return %r : tensor<4xbf16>
}

// -----

emb.gradient @d of @pack wrt("w") seeded
func.func @pack(%w: tensor<4x6xf64> {emb.name = "w"}) -> tensor<2x2x2x3xf64> {
  %empty = tensor.empty() : tensor<2x2x2x3xf64>
  // expected-error@+1 {{'linalg.pack' op has no rule for differentiation; it is on the path 'w' -> linalg.pack -> result}}
  %r = linalg.pack %w inner_dims_pos = [0, 1] inner_tiles = [2, 3] into %empty
      : tensor<4x6xf64> -> tensor<2x2x2x3xf64>
  return %r : tensor<2x2x2x3xf64>
}

// -----

// The lookup has a rule; what follows has none.
emb.gradient @d of @after_lookup wrt("w") seeded
func.func @after_lookup(%w: tensor<10x3xf64> {emb.name = "w"},
                        %i: tensor<4xi64>, %j: tensor<2x1xindex>)
    -> tensor<2x1x3xf64> {
  %e = emb.gather %w[%i] : tensor<10x3xf64>, tensor<4xi64> -> tensor<4x3xf64>
  // expected-error@+1 {{'tensor.gather' op has no rule for differentiation; it is on the path 'w' -> emb.gather -> tensor.gather -> result}}
  %r = tensor.gather %e[%j] gather_dims([0])
      : (tensor<4x3xf64>, tensor<2x1xindex>) -> tensor<2x1x3xf64>
  return %r : tensor<2x1x3xf64>
}

// -----

// Padding with something computed for each element.
emb.gradient @d of @pad_computed wrt("v") seeded
func.func @pad_computed(%x: tensor<4xf64>, %v: f64 {emb.name = "v"})
    -> tensor<6xf64> {
  // expected-error@+1 {{'tensor.pad' op cannot be differentiated: its region computes from values that need a gradient, expected it to yield one of them as it is}}
  %r = tensor.pad %x low[1] high[1] {
  ^bb0(%i: index):
    %n = arith.index_cast %i : index to i64
    %s = arith.sitofp %n : i64 to f64
    %p = arith.mulf %s, %v : f64
    tensor.yield %p : f64
  } : tensor<4xf64> to tensor<6xf64>
  return %r : tensor<6xf64>
}

// -----

emb.gradient @d of @crop wrt("x") seeded
func.func @crop(%x: tensor<4xf64> {emb.name = "x"}) -> tensor<4xf64> {
  %zero = arith.constant 0.0 : f64
  // expected-error@+1 {{'tensor.pad' op cannot be differentiated: found padding of -1 elements, expected none that is negative}}
  %r = tensor.pad %x low[-1] high[1] {
  ^bb0(%i: index):
    tensor.yield %zero : f64
  } : tensor<4xf64> to tensor<4xf64>
  return %r : tensor<4xf64>
}

// -----

// Four times the same element.
emb.gradient @d of @extract_stride wrt("x") seeded
func.func @extract_stride(%x: tensor<4xf64> {emb.name = "x"}) -> tensor<4xf64> {
  // expected-error@+1 {{'tensor.extract_slice' op cannot be differentiated: found a stride of 0, expected one that leads to another element}}
  %r = tensor.extract_slice %x[1] [4] [0] : tensor<4xf64> to tensor<4xf64>
  return %r : tensor<4xf64>
}

// -----

emb.gradient @d of @insert_stride wrt("x") seeded
func.func @insert_stride(%x: tensor<4xf64> {emb.name = "x"}, %y: tensor<4xf64>)
    -> tensor<4xf64> {
  // expected-error@+1 {{'tensor.insert_slice' op cannot be differentiated: found a stride of 0, expected one that leads to another element}}
  %r = tensor.insert_slice %x into %y[1] [4] [0]
      : tensor<4xf64> into tensor<4xf64>
  return %r : tensor<4xf64>
}

// -----

// What needs no gradient needs no rule: nothing that is differentiated depends
// on the gather, and the extents are no floats.
emb.gradient @d of @inactive wrt("w") seeded
func.func @inactive(%w: tensor<?x3xf64> {emb.name = "w"}, %x: tensor<4x3xf64>,
                    %i: tensor<2x1xindex>)
    -> (tensor<?x3xf64>, tensor<2x1x3xf64>, index) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %w, %c0 : tensor<?x3xf64>
  %rank = tensor.rank %w : tensor<?x3xf64>
  %sum = arith.addi %n, %rank : index
  %r = tensor.gather %x[%i] gather_dims([0])
      : (tensor<4x3xf64>, tensor<2x1xindex>) -> tensor<2x1x3xf64>
  return %w, %r, %sum : tensor<?x3xf64>, tensor<2x1x3xf64>, index
}

// -----

// Floats on the way that are no tensor of known rank.
emb.gradient @d of @unranked wrt("x") seeded
func.func @unranked(%x: tensor<4xf64> {emb.name = "x"}) -> tensor<4xf64> {
  %u = tensor.cast %x : tensor<4xf64> to tensor<*xf64>
  %v = math.exp %u : tensor<*xf64>
  // expected-error@+1 {{'tensor.cast' op cannot be differentiated: found 'tensor<*xf64>', expected floats and ranked tensors of floats; it is on the path 'x' -> tensor.cast -> math.exp -> tensor.cast -> result}}
  %r = tensor.cast %v : tensor<*xf64> to tensor<4xf64>
  return %r : tensor<4xf64>
}

// -----

emb.gradient @d of @vectors wrt("x") seeded
func.func @vectors(%x: f64 {emb.name = "x"}) -> f64 {
  %v = vector.broadcast %x : f64 to vector<4xf64>
  // expected-error@+1 {{'vector.extract' op cannot be differentiated: found 'vector<4xf64>', expected floats and ranked tensors of floats; it is on the path 'x' -> vector.broadcast -> vector.extract -> result}}
  %r = vector.extract %v[0] : f64 from vector<4xf64>
  return %r : f64
}

// -----

emb.gradient @d of @carried_vector wrt("x") seeded
func.func @carried_vector(%x: f64 {emb.name = "x"}, %n: index) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant dense<0.0> : vector<4xf64>
  // expected-error@+1 {{'scf.for' op cannot be differentiated: found 'vector<4xf64>', expected floats and ranked tensors of floats; it is on the path}}
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%s = %x, %v = %zero)
      -> (f64, vector<4xf64>) {
    %w = vector.broadcast %s : f64 to vector<4xf64>
    %y = vector.extract %v[0] : f64 from vector<4xf64>
    scf.yield %y, %w : f64, vector<4xf64>
  }
  return %r#0 : f64
}
