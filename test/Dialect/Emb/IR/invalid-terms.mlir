// RUN: emb-opt %s --split-input-file --verify-diagnostics

// A function is named after the constraint of docs/semantics.md that it breaks.

func.func @form_c1(%t: memref<9x8xf32>, %i: tensor<3xi64>, %o: memref<3x8xf32>) {
  // expected-error@+1 {{mixes tensors and memrefs, expected one of them}}
  emb.gather %t[%i] outs(%o : memref<3x8xf32>) : memref<9x8xf32>, tensor<3xi64>
  return
}

// -----

func.func @form_c2(%t: memref<9x8xf32>, %i: memref<3xi64>) {
  // expected-error@+1 {{expected 'outs' on memrefs, found none}}
  emb.gather %t[%i] : memref<9x8xf32>, memref<3xi64>
  return
}

// -----

func.func @form_c3(%t: memref<9x8xf32>, %i: memref<3xi64>, %o: memref<3x8xf32>) {
  // expected-error@+1 {{returns a tensor, expected none on memrefs}}
  %a, %b, %c, %n = "emb.group"(%i, %i, %i, %i) {operandSegmentSizes = array<i32: 1, 0, 0, 3>}
    : (memref<3xi64>, memref<3xi64>, memref<3xi64>, memref<3xi64>) -> (tensor<3xi64>, tensor<4xi64>, tensor<3xi64>, index)
  return
}

// -----

func.func @form_c4(%t: tensor<9x8xf32>, %i: tensor<3xi64>) {
  // expected-error@+1 {{returns no tensor, expected one on tensors}}
  "emb.gather"(%t, %i) : (tensor<9x8xf32>, tensor<3xi64>) -> ()
  return
}

// -----

func.func @table_c1(%t: tensor<9x8xi8>, %i: tensor<3xi64>) {
  // expected-error@+1 {{operand #0 must be tensor or memref of f16, bf16, f32 or f64 values, but got 'tensor<9x8xi8>'}}
  %r = "emb.gather"(%t, %i) : (tensor<9x8xi8>, tensor<3xi64>) -> tensor<3x8xf32>
  return
}

// -----

func.func @table_c2(%t: tensor<8xf32>, %i: tensor<3xi64>) {
  // expected-error@+1 {{'emb.gather' op expected the table of rank 2, found 'tensor<8xf32>'}}
  %r = "emb.gather"(%t, %i) : (tensor<8xf32>, tensor<3xi64>) -> tensor<3x8xf32>
  return
}

// -----

func.func @table_c3(%t: tensor<8x?xf32>, %i: tensor<3xi64>) {
  // expected-error@+1 {{expected a static number of columns in the table, found 'tensor<8x?xf32>'}}
  %r = emb.gather %t[%i] : tensor<8x?xf32>, tensor<3xi64> -> tensor<3x?xf32>
  return
}

// -----

func.func @indices_c1(%t: tensor<9x8xf32>, %i: tensor<3xi16>) {
  // expected-error@+1 {{operand #1 must be tensor or memref of i32 or i64 values, but got 'tensor<3xi16>'}}
  %r = emb.gather %t[%i] : tensor<9x8xf32>, tensor<3xi16> -> tensor<3x8xf32>
  return
}

// -----

func.func @padding_c1(%t: tensor<0x8xf32>, %i: tensor<3xi64>) {
  %r = emb.gather %t[%i] {padding_idx = 0} : tensor<0x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  // expected-error@+1 {{expected padding_idx between 0 and -1, found -1}}
  %s = emb.gather %t[%i] {padding_idx = -1} : tensor<0x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @given_c1(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %n: index) {
  // expected-error@+1 {{expected rows, bounds, positions and an index count in 'group', found}}
  %r = emb.renorm %i into %w max_norm 1.0 group(%i, %n : tensor<3xi64>, index) : tensor<3xi64>, tensor<9x8xf32>
  return
}

// -----

func.func @given_c1_five(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %b: tensor<4xi64>, %n: index) {
  // expected-error@+1 {{expected rows, bounds, positions and an index count in 'group', found}}
  %r = emb.renorm %i into %w max_norm 1.0
    group(%i, %b, %i, %n, %n : tensor<3xi64>, tensor<4xi64>, tensor<3xi64>, index, index) : tensor<3xi64>, tensor<9x8xf32>
  return
}

// -----

func.func @given_c2(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %n: index) {
  // expected-error@+1 {{expected the bounds of shape 4, found 'tensor<3xi64>'}}
  %r = emb.renorm %i into %w max_norm 1.0
    group(%i, %i, %i, %n : tensor<3xi64>, tensor<3xi64>, tensor<3xi64>, index) : tensor<3xi64>, tensor<9x8xf32>
  return
}

// -----

func.func @given_c2_type(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %x: tensor<3xf32>, %n: index) {
  // expected-error@+1 {{expected the rows to be i32 or i64 values, found 'tensor<3xf32>'}}
  %r = emb.renorm %i into %w max_norm 1.0
    group(%x, %i, %i, %n : tensor<3xf32>, tensor<3xi64>, tensor<3xi64>, index) : tensor<3xi64>, tensor<9x8xf32>
  return
}

// -----

func.func @given_c2_no_sources(%w: tensor<9x8xf32>, %x: tensor<?xf32>, %i: tensor<?xi64>, %n: index) {
  // expected-error@+1 {{expected the rows to be i32 or i64 values, found 'tensor<?xf32>'}}
  %r = emb.update touched(%w : tensor<9x8xf32>) sources[]
      group(%x, %i, %i, %n : tensor<?xf32>, tensor<?xi64>, tensor<?xi64>, index) {
  ^bb0(%a: f32, %d: f32):
    emb.yield %a : f32
  }
  return
}

// -----

func.func @given_c3(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %x: tensor<4xi32>, %j: tensor<5xi64>, %n: index) {
  // expected-error@+1 {{expected the rows to be as wide as the indices, i64, found 'tensor<4xi32>'}}
  %r = emb.renorm %i into %w max_norm 1.0
    group(%x, %j, %i, %n : tensor<4xi32>, tensor<5xi64>, tensor<4xi64>, index) : tensor<4xi64>, tensor<9x8xf32>
  return
}

// -----

func.func @source_c1(%w: tensor<9x8xf32>, %i: tensor<3xi64>) {
  // expected-error@+1 {{expected a gradient for each source and the parts that the source says it has, found 1 indices, 0 gradients, 0 maps, 0 scales, 0 winners and 0 paddings}}
  %r = "emb.update"(%w, %i) <{rows = 0 : i32, source_parts = array<i32: 0>, source_paddings = array<i64>,
                              operandSegmentSizes = array<i32: 1, 1, 0, 0, 0, 0, 0, 0, 0>}> ({
  ^bb0(%x: f32, %d: f32):
    emb.yield %x : f32
  }) : (tensor<9x8xf32>, tensor<3xi64>) -> tensor<9x8xf32>
  return
}

// -----

func.func @source_c1_parts(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>, %s: tensor<3xf32>, %a: tensor<3x8xi32>) {
  // expected-error@+1 {{the parts that the source says it has, found 1 indices, 1 gradients, 0 maps, 0 scales, 0 winners and 0 paddings}}
  %r = "emb.update"(%w, %i, %g) <{rows = 0 : i32, source_parts = array<i32: 0, 0>, source_paddings = array<i64>,
       operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0, 0, 0, 0>}> ({
  ^bb0(%x: f32, %d: f32):
    emb.yield %x : f32
  }) : (tensor<9x8xf32>, tensor<3xi64>, tensor<3x8xf32>) -> tensor<9x8xf32>
  return
}

// -----

func.func @source_c1_maps(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>, %s: tensor<3xf32>, %a: tensor<3x8xi32>) {
  // expected-error@+1 {{the parts that the source says it has, found 1 indices, 1 gradients, 1 maps, 0 scales, 0 winners and 0 paddings}}
  %r = "emb.update"(%w, %i, %g, %i) <{rows = 0 : i32, source_parts = array<i32: 0>, source_paddings = array<i64>,
       operandSegmentSizes = array<i32: 1, 1, 1, 1, 0, 0, 0, 0, 0>}> ({
  ^bb0(%x: f32, %d: f32):
    emb.yield %x : f32
  }) : (tensor<9x8xf32>, tensor<3xi64>, tensor<3x8xf32>, tensor<3xi64>) -> tensor<9x8xf32>
  return
}

// -----

func.func @source_c1_scales(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>, %s: tensor<3xf32>, %a: tensor<3x8xi32>) {
  // expected-error@+1 {{the parts that the source says it has, found 1 indices, 1 gradients, 0 maps, 1 scales, 0 winners and 0 paddings}}
  %r = "emb.update"(%w, %i, %g, %s) <{rows = 0 : i32, source_parts = array<i32: 0>, source_paddings = array<i64>,
       operandSegmentSizes = array<i32: 1, 1, 1, 0, 1, 0, 0, 0, 0>}> ({
  ^bb0(%x: f32, %d: f32):
    emb.yield %x : f32
  }) : (tensor<9x8xf32>, tensor<3xi64>, tensor<3x8xf32>, tensor<3xf32>) -> tensor<9x8xf32>
  return
}

// -----

func.func @source_c1_winners(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>, %s: tensor<3xf32>, %a: tensor<3x8xi32>) {
  // expected-error@+1 {{the parts that the source says it has, found 1 indices, 1 gradients, 0 maps, 0 scales, 1 winners and 0 paddings}}
  %r = "emb.update"(%w, %i, %g, %a) <{rows = 0 : i32, source_parts = array<i32: 0>, source_paddings = array<i64>,
       operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 1, 0, 0, 0>}> ({
  ^bb0(%x: f32, %d: f32):
    emb.yield %x : f32
  }) : (tensor<9x8xf32>, tensor<3xi64>, tensor<3x8xf32>, tensor<3x8xi32>) -> tensor<9x8xf32>
  return
}

// -----

func.func @source_c1_paddings(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>, %s: tensor<3xf32>, %a: tensor<3x8xi32>) {
  // expected-error@+1 {{the parts that the source says it has, found 1 indices, 1 gradients, 0 maps, 0 scales, 0 winners and 1 paddings}}
  %r = "emb.update"(%w, %i, %g) <{rows = 0 : i32, source_parts = array<i32: 0>, source_paddings = array<i64: 2>,
       operandSegmentSizes = array<i32: 1, 1, 1, 0, 0, 0, 0, 0, 0>}> ({
  ^bb0(%x: f32, %d: f32):
    emb.yield %x : f32
  }) : (tensor<9x8xf32>, tensor<3xi64>, tensor<3x8xf32>) -> tensor<9x8xf32>
  return
}

// -----

func.func @source_c2(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<2x8xf32>) {
  // expected-error@+1 {{expected gradient 0 of shape 3x8, found 'tensor<2x8xf32>'}}
  %r = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<3xi64> -> %g : tensor<2x8xf32>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @source_c2_later(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>, %h: tensor<2x8xf32>) {
  // expected-error@+1 {{expected gradient 1 of shape 3x8, found 'tensor<2x8xf32>'}}
  %r = emb.update touched(%w : tensor<9x8xf32>)
      sources[%i : tensor<3xi64> -> %g : tensor<3x8xf32>, %i : tensor<3xi64> -> %h : tensor<2x8xf32>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @source_c2_map(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<2x4xf32>) {
  // expected-error@+1 {{expected gradient 0 of shape ?x8, found 'tensor<2x4xf32>'}}
  %r = emb.update touched(%w : tensor<9x8xf32>)
      sources[%i : tensor<3xi64> -> %g : tensor<2x4xf32> map %i : tensor<3xi64>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @source_c3(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf64>) {
  // expected-error@+1 {{expected gradient and scale 0 of at most 'f32', found 'tensor<3x8xf64>'}}
  %r = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<3xi64> -> %g : tensor<3x8xf64>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @source_c3_scale(%w: tensor<9x8xf16>, %i: tensor<3xi64>, %g: tensor<3x8xf16>, %s: tensor<3xf64>) {
  // expected-error@+1 {{expected gradient and scale 0 of at most 'f32', found 'tensor<3xf64>'}}
  %r = emb.update touched(%w : tensor<9x8xf16>)
      sources[%i : tensor<3xi64> -> %g : tensor<3x8xf16> scale %s : tensor<3xf64>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @source_c4(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<2x8xf32>, %m: tensor<2xi32>) {
  // expected-error@+1 {{expected map 0 of shape 3, found 'tensor<2xi32>'}}
  %r = emb.update touched(%w : tensor<9x8xf32>)
      sources[%i : tensor<3xi64> -> %g : tensor<2x8xf32> map %m : tensor<2xi32>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @source_c5(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>, %s: tensor<2xf32>) {
  // expected-error@+1 {{expected scale 0 of shape 3, found 'tensor<2xf32>'}}
  %r = emb.update touched(%w : tensor<9x8xf32>)
      sources[%i : tensor<3xi64> -> %g : tensor<3x8xf32> scale %s : tensor<2xf32>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @source_c6(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %g: tensor<4x8xf32>, %a: tensor<4x8xi32>) {
  // expected-error@+1 {{expected a map with winners 0, found none}}
  %r = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<4xi64> -> %g : tensor<4x8xf32> winners %a : tensor<4x8xi32>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @source_c7(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %g: tensor<2x8xf32>, %a: tensor<4x8xi32>) {
  // expected-error@+1 {{expected winners 0 of shape 2x8, found 'tensor<4x8xi32>'}}
  %r = emb.update touched(%w : tensor<9x8xf32>)
      sources[%i : tensor<4xi64> -> %g : tensor<2x8xf32> map %i : tensor<4xi64> winners %a : tensor<4x8xi32>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}
