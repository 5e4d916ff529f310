// RUN: emb-opt %s --split-input-file --verify-diagnostics

// A function is named after the constraint of docs/semantics.md that it breaks.

func.func @frequency_c1(%i: memref<4xi64>, %j: memref<5xi64>, %n: index) {
  // expected-error@+1 {{'emb.frequency' op expected 'outs' on memrefs, found none}}
  emb.frequency %i group(%i, %j, %i, %n : memref<4xi64>, memref<5xi64>, memref<4xi64>, index) : memref<4xi64>
  return
}

// -----

func.func @frequency_c2(%i: tensor<4xi64>) {
  // expected-error@+1 {{expected 'group', found none}}
  %c = "emb.frequency"(%i) {operandSegmentSizes = array<i32: 1, 0, 0>} : (tensor<4xi64>) -> tensor<4xi64>
  return
}

// -----

func.func @frequency_c3(%i: tensor<4xi64>, %j: tensor<5xi64>, %n: index) {
  // expected-error@+1 {{expected the result of shape 4, found 'tensor<5xi64>'}}
  %c = emb.frequency %i group(%i, %j, %i, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index)
    : tensor<4xi64> -> tensor<5xi64>
  return
}

// -----

func.func @frequency_c4(%i: tensor<4xi64>, %n: index) {
  // expected-error@+1 {{'emb.frequency' op expected the bounds of shape 5, found 'tensor<4xi64>'}}
  %c = emb.frequency %i group(%i, %i, %i, %n : tensor<4xi64>, tensor<4xi64>, tensor<4xi64>, index) : tensor<4xi64> -> tensor<4xi64>
  return
}

// -----

func.func @gather_dot_c1(%w: tensor<9xf32>, %i: tensor<4xi64>, %g: tensor<2x8xf32>) {
  // expected-error@+1 {{'emb.gather_dot' op expected the table of rank 2, found 'tensor<9xf32>'}}
  %d = emb.gather_dot %w[%i], %g[%i] : tensor<9xf32>, tensor<4xi64>, tensor<2x8xf32>, tensor<4xi64> -> tensor<4xf32>
  return
}

// -----

func.func @gather_dot_c2(%w: memref<9x8xf32>, %i: memref<4xi64>, %g: memref<2x8xf32>) {
  // expected-error@+1 {{'emb.gather_dot' op expected 'outs' on memrefs, found none}}
  emb.gather_dot %w[%i], %g[%i] : memref<9x8xf32>, memref<4xi64>, memref<2x8xf32>, memref<4xi64>
  return
}

// -----

func.func @gather_dot_c3(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %g: tensor<2x4xf32>) {
  // expected-error@+1 {{expected the rows of shape ?x8, found 'tensor<2x4xf32>'}}
  %d = emb.gather_dot %w[%i], %g[%i] : tensor<9x8xf32>, tensor<4xi64>, tensor<2x4xf32>, tensor<4xi64> -> tensor<4xf32>
  return
}

// -----

func.func @gather_dot_c4(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %g: tensor<2x8xf64>) {
  // expected-error@+1 {{expected the rows of at most 'f32', found 'tensor<2x8xf64>'}}
  %d = emb.gather_dot %w[%i], %g[%i] : tensor<9x8xf32>, tensor<4xi64>, tensor<2x8xf64>, tensor<4xi64> -> tensor<4xf32>
  return
}

// -----

func.func @gather_dot_c5(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %g: tensor<2x8xf32>, %m: tensor<5xi64>) {
  // expected-error@+1 {{expected the map of shape 4, found 'tensor<5xi64>'}}
  %d = emb.gather_dot %w[%i], %g[%m] : tensor<9x8xf32>, tensor<4xi64>, tensor<2x8xf32>, tensor<5xi64> -> tensor<4xf32>
  return
}

// -----

func.func @gather_dot_c6(%w: memref<9x8xf32>, %i: memref<4xi64>, %g: memref<2x8xf32>, %o: memref<5xf32>) {
  // expected-error@+1 {{expected the result of shape 4, found 'memref<5xf32>'}}
  emb.gather_dot %w[%i], %g[%i] outs(%o : memref<5xf32>) : memref<9x8xf32>, memref<4xi64>, memref<2x8xf32>, memref<4xi64>
  return
}

// -----

func.func @gather_dot_c7(%w: memref<9x8xf32>, %i: memref<4xi64>, %g: memref<2x8xf32>, %o: memref<4xf64>) {
  // expected-error@+1 {{expected the result of element type 'f32', found 'memref<4xf64>'}}
  emb.gather_dot %w[%i], %g[%i] outs(%o : memref<4xf64>) : memref<9x8xf32>, memref<4xi64>, memref<2x8xf32>, memref<4xi64>
  return
}

// -----

func.func @gather_dot_c8(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %g: tensor<2x8xf32>) {
  // expected-error@+1 {{expected padding_idx between -9 and 8, found 9}}
  %d = emb.gather_dot %w[%i], %g[%i] {padding_idx = 9}
    : tensor<9x8xf32>, tensor<4xi64>, tensor<2x8xf32>, tensor<4xi64> -> tensor<4xf32>
  return
}

// -----

func.func @coalesce_c1(%i: tensor<4xi64>, %j: tensor<5xi64>, %n: index) {
  // expected-error@+1 {{expected at least one source, found none}}
  %v = emb.coalesce sources[] group(%i, %j, %i, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) -> tensor<0x8xf32>
  return
}

// -----

func.func @coalesce_c2(%i: memref<4xi64>, %j: memref<5xi64>, %g: memref<4x8xf32>, %n: index) {
  // expected-error@+1 {{'emb.coalesce' op expected 'outs' on memrefs, found none}}
  emb.coalesce sources[%i : memref<4xi64> -> %g : memref<4x8xf32>]
    group(%i, %j, %i, %n : memref<4xi64>, memref<5xi64>, memref<4xi64>, index)
  return
}

// -----

func.func @coalesce_c3(%i: tensor<4xi64>, %g: tensor<4x8xf32>) {
  // expected-error@+1 {{'emb.coalesce' op expected 'group', found none}}
  %v = "emb.coalesce"(%i, %g) <{source_parts = array<i32: 0>, source_paddings = array<i64>,
                               operandSegmentSizes = array<i32: 1, 1, 0, 0, 0, 0, 0>}>
    : (tensor<4xi64>, tensor<4x8xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @coalesce_c4(%i: memref<4xi64>, %j: memref<5xi64>, %g: memref<4x8xf32>, %n: index, %o: memref<32xf32>) {
  // expected-error@+1 {{'emb.coalesce' op expected the result of rank 2, found 'memref<32xf32>'}}
  emb.coalesce sources[%i : memref<4xi64> -> %g : memref<4x8xf32>]
    group(%i, %j, %i, %n : memref<4xi64>, memref<5xi64>, memref<4xi64>, index) outs(%o : memref<32xf32>)
  return
}

// -----

func.func @coalesce_c5(%i: tensor<4xi64>, %j: tensor<5xi64>, %g: tensor<4x8xf32>, %n: index) {
  // expected-error@+1 {{expected the result of shape 4x8, found 'tensor<3x8xf32>'}}
  %v = emb.coalesce sources[%i : tensor<4xi64> -> %g : tensor<4x8xf32>]
    group(%i, %j, %i, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) -> tensor<3x8xf32>
  return
}

// -----

func.func @coalesce_c6(%i: tensor<4xi64>, %j: tensor<5xi64>, %g: tensor<4x8xf32>, %s: tensor<3xf32>, %n: index) {
  // expected-error@+1 {{'emb.coalesce' op expected scale 0 of shape 4, found 'tensor<3xf32>'}}
  %v = emb.coalesce sources[%i : tensor<4xi64> -> %g : tensor<4x8xf32> scale %s : tensor<3xf32>]
    group(%i, %j, %i, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) -> tensor<4x8xf32>
  return
}

// -----

func.func @coalesce_c7(%i: tensor<4xi64>, %g: tensor<4x8xf32>, %n: index) {
  // expected-error@+1 {{'emb.coalesce' op expected the bounds of shape 5, found 'tensor<4xi64>'}}
  %v = emb.coalesce sources[%i : tensor<4xi64> -> %g : tensor<4x8xf32>]
    group(%i, %i, %i, %n : tensor<4xi64>, tensor<4xi64>, tensor<4xi64>, index) -> tensor<4x8xf32>
  return
}
