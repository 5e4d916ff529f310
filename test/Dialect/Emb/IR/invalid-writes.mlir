// RUN: emb-opt %s --split-input-file --verify-diagnostics

// A function is named after the constraint of docs/semantics.md that it breaks.

func.func @renorm_c1(%w: tensor<9xf32>, %i: tensor<3xi64>) {
  // expected-error@+1 {{expected the table of rank 2, found 'tensor<9xf32>'}}
  %r = emb.renorm %i into %w max_norm 1.0 : tensor<3xi64>, tensor<9xf32>
  return
}

// -----

func.func @renorm_c2(%w: memref<9x8xf32>, %i: tensor<3xi64>) {
  // expected-error@+1 {{'emb.renorm' op mixes tensors and memrefs, expected one of them}}
  emb.renorm %i into %w max_norm 1.0 : tensor<3xi64>, memref<9x8xf32>
  return
}

// -----

func.func @renorm_c3(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %n: index) {
  // expected-error@+1 {{'emb.renorm' op expected rows, bounds, positions and an index count in 'group', found 'tensor<3xi64>', 'tensor<3xi64>', 'tensor<3xi64>', 'tensor<3xi64>'}}
  %r = emb.renorm %i into %w max_norm 1.0
    group(%i, %i, %i, %i : tensor<3xi64>, tensor<3xi64>, tensor<3xi64>, tensor<3xi64>) : tensor<3xi64>, tensor<9x8xf32>
  return
}

// -----

func.func @scatter_add_c1(%w: tensor<9x?xf32>, %i: tensor<3xi64>, %g: tensor<3x?xf32>) {
  // expected-error@+1 {{'emb.scatter_add' op expected a static number of columns in the table, found 'tensor<9x?xf32>'}}
  %r = emb.scatter_add %g[%i] into %w : tensor<3x?xf32>, tensor<3xi64>, tensor<9x?xf32>
  return
}

// -----

func.func @scatter_add_c2(%w: memref<9x8xf32>, %i: tensor<3xi64>, %g: memref<3x8xf32>) {
  // expected-error@+1 {{'emb.scatter_add' op mixes tensors and memrefs, expected one of them}}
  emb.scatter_add %g[%i] into %w : memref<3x8xf32>, tensor<3xi64>, memref<9x8xf32>
  return
}

// -----

func.func @scatter_add_c3(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x4xf32>) {
  // expected-error@+1 {{expected the rows of shape 3x8, found 'tensor<3x4xf32>'}}
  %r = emb.scatter_add %g[%i] into %w : tensor<3x4xf32>, tensor<3xi64>, tensor<9x8xf32>
  return
}

// -----

func.func @scatter_add_c4(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf64>) {
  // expected-error@+1 {{'emb.scatter_add' op expected the rows of at most 'f32', found 'tensor<3x8xf64>'}}
  %r = emb.scatter_add %g[%i] into %w : tensor<3x8xf64>, tensor<3xi64>, tensor<9x8xf32>
  return
}

// -----

func.func @scatter_add_c5(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>) {
  // expected-error@+1 {{'emb.scatter_add' op expected padding_idx between -9 and 8, found 9}}
  %r = emb.scatter_add %g[%i] into %w {padding_idx = 9} : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
  return
}

// -----

func.func @scatter_add_c6(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>, %n: index) {
  // expected-error@+1 {{'emb.scatter_add' op expected the bounds of shape 4, found 'tensor<3xi64>'}}
  %r = emb.scatter_add %g[%i] into %w
    group(%i, %i, %i, %n : tensor<3xi64>, tensor<3xi64>, tensor<3xi64>, index) : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
  return
}

// -----

func.func @update_c1() {
  // expected-error@+1 {{expected a table, found none}}
  "emb.update"() <{rows = 0 : i32, source_parts = array<i32>, source_paddings = array<i64>,
                   operandSegmentSizes = array<i32: 0, 0, 0, 0, 0, 0, 0, 0, 0>}> ({
  ^bb0(%d: f32):
    emb.yield
  }) : () -> ()
  return
}

// -----

func.func @update_c2(%w: tensor<9xf32>) {
  // expected-error@+1 {{'emb.update' op expected the table of rank 2, found 'tensor<9xf32>'}}
  %r = emb.update all(%w : tensor<9xf32>) sources[] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %x : f32
  }
  return
}

// -----

func.func @update_c3(%w: memref<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>) {
  // expected-error@+1 {{'emb.update' op mixes tensors and memrefs, expected one of them}}
  emb.update touched(%w : memref<9x8xf32>) sources[%i : tensor<3xi64> -> %g : tensor<3x8xf32>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %x : f32
  }
  return
}

// -----

func.func @update_c4(%w: tensor<9x8xf32>, %s: tensor<8xf32>) {
  // expected-error@+1 {{expected state 0 of shape 9, found 'tensor<8xf32>'}}
  %r:2 = emb.update all(%w, %s : tensor<9x8xf32>, tensor<8xf32>) sources[] {
  ^bb0(%x: f32, %a: f32, %d: f32):
    emb.yield %x, %a : f32, f32
  }
  return
}

// -----

func.func @update_c4_later(%w: tensor<9x8xf32>, %s: tensor<9xf32>, %t: tensor<9x4xf32>) {
  // expected-error@+1 {{expected state 1 of shape 9x8, found 'tensor<9x4xf32>'}}
  %r:3 = emb.update all(%w, %s, %t : tensor<9x8xf32>, tensor<9xf32>, tensor<9x4xf32>) sources[] {
  ^bb0(%x: f32, %a: f32, %b: f32, %d: f32):
    emb.yield %x, %a, %b : f32, f32, f32
  }
  return
}

// -----

func.func @update_c5(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x4xf32>) {
  // expected-error@+1 {{'emb.update' op expected gradient 0 of shape 3x8, found 'tensor<3x4xf32>'}}
  %r = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<3xi64> -> %g : tensor<3x4xf32>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %x : f32
  }
  return
}

// -----

func.func @update_c6(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %g: tensor<4x8xf32>) {
  // expected-error@+1 {{expected padding_idx between -9 and 8, found -10}}
  %r = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<4xi64> -> %g : tensor<4x8xf32> padding -10] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @update_c6_later(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %g: tensor<4x8xf32>) {
  // expected-error@+1 {{expected padding_idx between -9 and 8, found 9}}
  %r = emb.update touched(%w : tensor<9x8xf32>)
      sources[%i : tensor<4xi64> -> %g : tensor<4x8xf32>, %i : tensor<4xi64> -> %g : tensor<4x8xf32> padding 9] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @update_c7(%w: tensor<9x8xf16>, %s: i64) {
  // expected-error@+1 {{expected a seed and a step in 'random', found 1 values}}
  %r = emb.update all(%w : tensor<9x8xf16>) sources[] random(%s) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @update_c8(%w: tensor<9x8xf32>, %s: i64) {
  // expected-error@+1 {{expected a table of f16 or bf16 with 'random', found 'tensor<9x8xf32>'}}
  %r = emb.update all(%w : tensor<9x8xf32>) sources[] random(%s, %s) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @update_c9(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>, %n: index) {
  // expected-error@+1 {{'emb.update' op expected the bounds of shape 4, found 'tensor<3xi64>'}}
  %r = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<3xi64> -> %g : tensor<3x8xf32>]
      group(%i, %i, %i, %n : tensor<3xi64>, tensor<3xi64>, tensor<3xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %x : f32
  }
  return
}

// -----

func.func @update_c10(%w: tensor<9x8xf32>) {
  // expected-error@+1 {{region takes 1 arguments, expected 2: one for each init, the gradient, one for each scalar}}
  %r = emb.update all(%w : tensor<9x8xf32>) sources[] {
  ^bb0(%x: f32):
    emb.yield %x : f32
  }
  return
}

// -----

func.func @update_c11(%w: tensor<9x8xf16>) {
  // expected-error@+1 {{region argument 1 has type 'f64', expected 'f32'}}
  %r = emb.update all(%w : tensor<9x8xf16>) sources[] {
  ^bb0(%x: f32, %d: f64):
    emb.yield %x : f32
  }
  return
}

// -----

func.func @update_c12(%w: tensor<9x8xf32>, %m: memref<f32>) {
  // expected-error@+1 {{region holds 'tensor.empty', expected elementwise operations on scalars, constants, calls and 'emb.row_reduce'}}
  %r = emb.update all(%w : tensor<9x8xf32>) sources[] {
  ^bb0(%x: f32, %d: f32):
    %e = tensor.empty() : tensor<f32>
    emb.yield %d : f32
  }
  return
}

// -----

func.func @update_c13(%w: tensor<9x8xf32>) {
  %r = emb.update all(%w : tensor<9x8xf32>) sources[] {
  ^bb0(%x: f32, %d: f32):
    // expected-error@+1 {{yields 2 values, expected 1, one for each init}}
    emb.yield %x, %d : f32, f32
  }
  return
}

// -----

func.func @update_c14(%w: tensor<9x8xf32>) {
  %r = emb.update all(%w : tensor<9x8xf32>) sources[] {
  ^bb0(%x: f32, %d: f32):
    %y = arith.extf %x : f32 to f64
    // expected-error@+1 {{value 0 has type 'f64', expected 'f32'}}
    emb.yield %y : f64
  }
  return
}

// -----

func.func @update_c15(%w: tensor<9x8xf32>, %s: tensor<9xf32>) {
  %r:2 = emb.update all(%w, %s : tensor<9x8xf32>, tensor<9xf32>) sources[] {
  ^bb0(%x: f32, %a: f32, %d: f32):
    %y = arith.addf %a, %x : f32
    // expected-error@+1 {{value 1 differs between columns, expected one value for the row: the state holds one value per row}}
    emb.yield %x, %y : f32, f32
  }
  return
}

// -----

func.func @update_c16(%w: tensor<9x8xf32>, %i: tensor<2x2xi64>, %g: tensor<2x8xf32>) {
  // expected-error@+1 {{expected a group and one source without map, scale and winners with 'mapped_group', found 1 sources, 0 maps, 0 scales, 0 winners and no group}}
  %r = emb.update touched(%w : tensor<9x8xf32>)
      sources[%i : tensor<2x2xi64> -> %g : tensor<2x8xf32>] attributes {mapped_group} {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @update_c16_sources(%w: tensor<9x8xf32>, %i: tensor<2x2xi64>, %g: tensor<2x8xf32>) {
  %q:3, %n = emb.group(%i : tensor<2x2xi64>) {by_bag} -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  // expected-error@+1 {{expected a group and one source without map, scale and winners with 'mapped_group', found 0 sources, 0 maps, 0 scales, 0 winners and a group}}
  %r = emb.update touched(%w : tensor<9x8xf32>)
      sources[]
      group(%q#0, %q#1, %q#2, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) attributes {mapped_group} {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @update_c16_two(%w: tensor<9x8xf32>, %i: tensor<2x2xi64>, %g: tensor<2x8xf32>) {
  %q:3, %n = emb.group(%i, %i : tensor<2x2xi64>, tensor<2x2xi64>) -> tensor<8xi64>, tensor<9xi64>, tensor<8xi64>
  // expected-error@+1 {{expected a group and one source without map, scale and winners with 'mapped_group', found 2 sources, 0 maps, 0 scales, 0 winners and a group}}
  %r = emb.update touched(%w : tensor<9x8xf32>)
      sources[%i : tensor<2x2xi64> -> %g : tensor<2x8xf32>, %i : tensor<2x2xi64> -> %g : tensor<2x8xf32>]
      group(%q#0, %q#1, %q#2, %n : tensor<8xi64>, tensor<9xi64>, tensor<8xi64>, index) attributes {mapped_group} {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @update_c16_map(%w: tensor<9x8xf32>, %i: tensor<2x2xi64>, %g: tensor<2x8xf32>, %m: tensor<2x2xi32>) {
  %q:3, %n = emb.group(%i : tensor<2x2xi64>) {by_bag} -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  // expected-error@+1 {{expected a group and one source without map, scale and winners with 'mapped_group', found 1 sources, 1 maps, 0 scales, 0 winners and a group}}
  %r = emb.update touched(%w : tensor<9x8xf32>)
      sources[%i : tensor<2x2xi64> -> %g : tensor<2x8xf32> map %m : tensor<2x2xi32>]
      group(%q#0, %q#1, %q#2, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) attributes {mapped_group} {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @update_c16_scale(%w: tensor<9x8xf32>, %i: tensor<2x2xi64>, %g: tensor<2x8xf32>, %s: tensor<2x2xf32>) {
  %q:3, %n = emb.group(%i : tensor<2x2xi64>) {by_bag} -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  // expected-error@+1 {{expected a group and one source without map, scale and winners with 'mapped_group', found 1 sources, 0 maps, 1 scales, 0 winners and a group}}
  %r = emb.update touched(%w : tensor<9x8xf32>)
      sources[%i : tensor<2x2xi64> -> %g : tensor<2x8xf32> scale %s : tensor<2x2xf32>]
      group(%q#0, %q#1, %q#2, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) attributes {mapped_group} {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @row_reduce_c1(%x: f32) {
  // expected-error@+1 {{'emb.row_reduce' op expects parent op to be one of 'emb.update, emb.optimizer'}}
  %r = emb.row_reduce add %x : f32
  return
}

// -----

func.func @row_reduce_c2(%w: tensor<9x8xf32>) {
  %r = emb.update all(%w : tensor<9x8xf32>) sources[] {
  ^bb0(%x: f32, %d: f32):
    %h = arith.truncf %x : f32 to f16
    // expected-error@+1 {{'emb.row_reduce' op operand #0 must be 32-bit float or 64-bit float, but got 'f16'}}
    %s = emb.row_reduce add %h : f16
    emb.yield %x : f32
  }
  return
}

// -----

func.func @yield_c1(%x: f32) {
  // expected-error@+1 {{'emb.yield' op expects parent op to be one of 'emb.update, emb.optimizer'}}
  emb.yield %x : f32
}
