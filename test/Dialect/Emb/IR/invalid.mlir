// RUN: emb-opt %s --split-input-file --verify-diagnostics

func.func @table_rank(%t: tensor<8xf32>, %i: tensor<3xi64>) {
  // expected-error@+1 {{'emb.gather' op expected the table of rank 2, found 'tensor<8xf32>'}}
  %r = "emb.gather"(%t, %i) : (tensor<8xf32>, tensor<3xi64>) -> tensor<3x8xf32>
  return
}

// -----

func.func @table_width(%t: tensor<8x?xf32>, %i: tensor<3xi64>) {
  // expected-error@+1 {{expected a static number of columns in the table, found 'tensor<8x?xf32>'}}
  %r = emb.gather %t[%i] : tensor<8x?xf32>, tensor<3xi64> -> tensor<3x?xf32>
  return
}

// -----

func.func @gather_result(%t: tensor<9x8xf32>, %i: tensor<3xi64>) {
  // expected-error@+1 {{expected the result of shape 3x8, found 'tensor<4x8xf32>'}}
  %r = emb.gather %t[%i] : tensor<9x8xf32>, tensor<3xi64> -> tensor<4x8xf32>
  return
}

// -----

func.func @gather_outs_shape(%t: tensor<9x8xf32>, %i: tensor<3xi64>, %o: tensor<4x8xf32>) {
  // expected-error@+1 {{expected the result of shape 3x8, found 'tensor<4x8xf32>'}}
  %r = emb.gather %t[%i] outs(%o : tensor<4x8xf32>) : tensor<9x8xf32>, tensor<3xi64> -> tensor<4x8xf32>
  return
}

// -----

func.func @gather_outs_type(%t: tensor<9x8xf32>, %i: tensor<3xi64>, %o: tensor<3x8xf64>) {
  // expected-error@+1 {{expected the result of element type 'f32', found 'tensor<3x8xf64>'}}
  %r = emb.gather %t[%i] outs(%o : tensor<3x8xf64>) : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf64>
  return
}

// -----

func.func @index_type(%t: tensor<9x8xf32>, %i: tensor<3xi16>) {
  // expected-error@+1 {{operand #1 must be tensor or memref of i32 or i64 values, but got 'tensor<3xi16>'}}
  %r = emb.gather %t[%i] : tensor<9x8xf32>, tensor<3xi16> -> tensor<3x8xf32>
  return
}

// -----

func.func @table_type(%t: tensor<9x8xi8>, %i: tensor<3xi64>) {
  // expected-error@+1 {{operand #0 must be tensor or memref of f16, bf16, f32 or f64 values, but got 'tensor<9x8xi8>'}}
  %r = "emb.gather"(%t, %i) : (tensor<9x8xi8>, tensor<3xi64>) -> tensor<3x8xf32>
  return
}

// -----

func.func @mixed(%t: memref<9x8xf32>, %i: tensor<3xi64>, %o: memref<3x8xf32>) {
  // expected-error@+1 {{mixes tensors and memrefs, expected one of them}}
  emb.gather %t[%i] outs(%o : memref<3x8xf32>) : memref<9x8xf32>, tensor<3xi64>
  return
}

// -----

func.func @no_outs(%t: memref<9x8xf32>, %i: memref<3xi64>) {
  // expected-error@+1 {{expected 'outs' on memrefs, found none}}
  emb.gather %t[%i] : memref<9x8xf32>, memref<3xi64>
  return
}

// -----

func.func @no_result(%t: tensor<9x8xf32>, %i: tensor<3xi64>) {
  // expected-error@+1 {{returns no tensor, expected one on tensors}}
  "emb.gather"(%t, %i) : (tensor<9x8xf32>, tensor<3xi64>) -> ()
  return
}

// -----

func.func @padding(%t: tensor<9x8xf32>, %i: tensor<3xi64>) {
  // expected-error@+1 {{expected padding_idx between -9 and 8, found 9}}
  %r = emb.gather %t[%i] {padding_idx = 9} : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @padding_negative(%t: tensor<9x8xf32>, %i: tensor<3x1xi64>) {
  // expected-error@+1 {{expected padding_idx between -9 and 8, found -10}}
  %r = emb.bag sum %t[%i] {padding_idx = -10} : tensor<9x8xf32>, tensor<3x1xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @bag_rank(%t: tensor<9x8xf32>, %i: tensor<3x2x2xi64>) {
  // expected-error@+1 {{expected indices of rank 1 or 2, found 'tensor<3x2x2xi64>'}}
  %r = emb.bag sum %t[%i] : tensor<9x8xf32>, tensor<3x2x2xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @bag_offsets_missing(%t: tensor<9x8xf32>, %i: tensor<3xi64>) {
  // expected-error@+1 {{expected 'offsets' with indices of rank 1, found none}}
  %r = emb.bag sum %t[%i] : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @bag_offsets_2d(%t: tensor<9x8xf32>, %i: tensor<3x2xi64>, %o: tensor<3xi64>) {
  // expected-error@+1 {{expected no 'offsets' with indices of rank 2, found 'tensor<3xi64>'}}
  %r = emb.bag sum %t[%i] offsets(%o : tensor<3xi64>) : tensor<9x8xf32>, tensor<3x2xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @bag_offsets_rank(%t: tensor<9x8xf32>, %i: tensor<3xi64>, %o: tensor<3x1xi64>, %r: tensor<3x8xf32>) {
  // expected-error@+1 {{expected offsets of rank 1, found 'tensor<3x1xi64>'}}
  %s = emb.bag sum %t[%i] offsets(%o : tensor<3x1xi64>) outs(%r : tensor<3x8xf32>)
    : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @bag_weights_mode(%t: tensor<9x8xf32>, %i: tensor<3x2xi64>, %w: tensor<3x2xf32>) {
  // expected-error@+1 {{expected mode sum with 'weights', found mean}}
  %r = emb.bag mean %t[%i] weights(%w : tensor<3x2xf32>) : tensor<9x8xf32>, tensor<3x2xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @bag_weights_shape(%t: tensor<9x8xf32>, %i: tensor<3x2xi64>, %w: tensor<3xf32>) {
  // expected-error@+1 {{expected weights of shape 3x2, found 'tensor<3xf32>'}}
  %r = emb.bag sum %t[%i] weights(%w : tensor<3xf32>) : tensor<9x8xf32>, tensor<3x2xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @bag_weights_type(%t: tensor<9x8xf32>, %i: tensor<3x2xi64>, %w: tensor<3x2xf64>) {
  // expected-error@+1 {{expected weights of element type 'f32', found 'tensor<3x2xf64>'}}
  %r = emb.bag sum %t[%i] weights(%w : tensor<3x2xf64>) : tensor<9x8xf32>, tensor<3x2xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @bag_freq_max(%t: tensor<9x8xf32>, %i: tensor<3x2xi64>) {
  // expected-error@+1 {{expected mode sum or mean with 'scale_grad_by_freq', found max}}
  %r = emb.bag max %t[%i] {scale_grad_by_freq} : tensor<9x8xf32>, tensor<3x2xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @bag_outs(%t: tensor<9x8xf32>, %i: tensor<3x2xi64>, %o: tensor<2x8xf32>) {
  // expected-error@+1 {{expected the result of shape 3x8, found 'tensor<2x8xf32>'}}
  %r = emb.bag max %t[%i] outs(%o : tensor<2x8xf32>) : tensor<9x8xf32>, tensor<3x2xi64> -> tensor<2x8xf32>
  return
}

// -----

func.func @group_nothing() {
  // expected-error@+1 {{expected at least one index tensor, found none}}
  %a:3, %n = "emb.group"() {operandSegmentSizes = array<i32: 0, 0, 0>}
    : () -> (tensor<0xi64>, tensor<1xi64>, tensor<0xi64>, index)
  return
}

// -----

func.func @group_inits(%i: memref<4xi64>) {
  // expected-error@+1 {{expected 'outs' on memrefs, found none}}
  %n = emb.group(%i : memref<4xi64>)
  return
}

// -----

func.func @group_two(%i: memref<4xi64>) {
  // expected-error@+1 {{expected rows, bounds and positions, found 2 values}}
  %n = emb.group(%i : memref<4xi64>) outs(%i, %i : memref<4xi64>, memref<4xi64>)
  return
}

// -----

func.func @group_shape(%i: memref<4xi64>) {
  // expected-error@+1 {{expected the bounds of shape 5, found 'memref<4xi64>'}}
  %n = emb.group(%i : memref<4xi64>) outs(%i, %i, %i : memref<4xi64>, memref<4xi64>, memref<4xi64>)
  return
}

// -----

func.func @group_narrow(%i: memref<?xi64>, %o: memref<?xi32>) {
  // expected-error@+1 {{expected the rows to be as wide as the indices, i64, found 'memref<?xi32>'}}
  %n = emb.group(%i : memref<?xi64>) outs(%o, %o, %o : memref<?xi32>, memref<?xi32>, memref<?xi32>)
  return
}

// -----

func.func @offset2bag_rank(%o: memref<4x4xi64>, %n: index, %r: memref<?xi32>) {
  // expected-error@+1 {{expected offsets of rank 1, found 'memref<4x4xi64>'}}
  emb.offset2bag %o[%n] outs(%r : memref<?xi32>) : memref<4x4xi64>, index
  return
}

// -----

func.func @offset2bag_size(%o: tensor<4xi64>, %r: tensor<6xi32>) {
  %n = arith.constant 5 : index
  // expected-error@+1 {{expected the result of shape 5, found 'tensor<6xi32>'}}
  %s = emb.offset2bag %o[%n] outs(%r : tensor<6xi32>) : tensor<4xi64>, index -> tensor<6xi32>
  return
}

// -----

func.func @renorm_table(%w: tensor<9xf32>, %i: tensor<3xi64>) {
  // expected-error@+1 {{expected the table of rank 2, found 'tensor<9xf32>'}}
  %r = emb.renorm %i into %w max_norm 1.0 : tensor<3xi64>, tensor<9xf32>
  return
}

// -----

func.func @scatter_rows(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x4xf32>) {
  // expected-error@+1 {{expected the rows of shape 3x8, found 'tensor<3x4xf32>'}}
  %r = emb.scatter_add %g[%i] into %w : tensor<3x4xf32>, tensor<3xi64>, tensor<9x8xf32>
  return
}

// -----

func.func @write_group(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %n: index) {
  // expected-error@+1 {{expected rows, bounds, positions and an index count in 'group', found}}
  %r = emb.renorm %i into %w max_norm 1.0 group(%i, %n : tensor<3xi64>, index) : tensor<3xi64>, tensor<9x8xf32>
  return
}

// -----

func.func @write_group_shape(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %n: index) {
  // expected-error@+1 {{expected the bounds of shape 4, found 'tensor<3xi64>'}}
  %r = emb.renorm %i into %w max_norm 1.0
    group(%i, %i, %i, %n : tensor<3xi64>, tensor<3xi64>, tensor<3xi64>, index) : tensor<3xi64>, tensor<9x8xf32>
  return
}

// -----

func.func @update_no_table() {
  // expected-error@+1 {{expected a table, found none}}
  "emb.update"() <{rows = 0 : i32, source_parts = array<i32>, source_paddings = array<i64>,
                   operandSegmentSizes = array<i32: 0, 0, 0, 0, 0, 0, 0, 0, 0>}> ({
  ^bb0(%d: f32):
    emb.yield
  }) : () -> ()
  return
}

// -----

func.func @update_state(%w: tensor<9x8xf32>, %s: tensor<8xf32>) {
  // expected-error@+1 {{expected state 0 of shape 9, found 'tensor<8xf32>'}}
  %r:2 = emb.update all(%w, %s : tensor<9x8xf32>, tensor<8xf32>) sources[] {
  ^bb0(%x: f32, %a: f32, %d: f32):
    emb.yield %x, %a : f32, f32
  }
  return
}

// -----

func.func @update_source_count(%w: tensor<9x8xf32>, %i: tensor<3xi64>) {
  // expected-error@+1 {{expected a gradient for each source and the parts that the source says it has, found 1 indices, 0 gradients, 0 maps, 0 scales, 0 winners and 0 paddings}}
  %r = "emb.update"(%w, %i) <{rows = 0 : i32, source_parts = array<i32: 0>, source_paddings = array<i64>,
                              operandSegmentSizes = array<i32: 1, 1, 0, 0, 0, 0, 0, 0, 0>}> ({
  ^bb0(%x: f32, %d: f32):
    emb.yield %x : f32
  }) : (tensor<9x8xf32>, tensor<3xi64>) -> tensor<9x8xf32>
  return
}

// -----

func.func @update_gradient(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<2x8xf32>) {
  // expected-error@+1 {{expected gradient 0 of shape 3x8, found 'tensor<2x8xf32>'}}
  %r = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<3xi64> -> %g : tensor<2x8xf32>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @update_gradient_map(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<2x8xf32>, %m: tensor<2xi32>) {
  // expected-error@+1 {{expected map 0 of shape 3, found 'tensor<2xi32>'}}
  %r = emb.update touched(%w : tensor<9x8xf32>)
      sources[%i : tensor<3xi64> -> %g : tensor<2x8xf32> map %m : tensor<2xi32>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @update_scale(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>, %s: tensor<2xf32>) {
  // expected-error@+1 {{expected scale 0 of shape 3, found 'tensor<2xf32>'}}
  %r = emb.update touched(%w : tensor<9x8xf32>)
      sources[%i : tensor<3xi64> -> %g : tensor<3x8xf32> scale %s : tensor<2xf32>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @update_wide_gradient(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf64>) {
  // expected-error@+1 {{expected gradient and scale 0 of at most 'f32', found 'tensor<3x8xf64>'}}
  %r = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<3xi64> -> %g : tensor<3x8xf64>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @update_arguments(%w: tensor<9x8xf32>) {
  // expected-error@+1 {{region takes 1 arguments, expected 2: one for each init, the gradient, one for each scalar}}
  %r = emb.update all(%w : tensor<9x8xf32>) sources[] {
  ^bb0(%x: f32):
    emb.yield %x : f32
  }
  return
}

// -----

func.func @update_argument_type(%w: tensor<9x8xf16>) {
  // expected-error@+1 {{region argument 1 has type 'f64', expected 'f32'}}
  %r = emb.update all(%w : tensor<9x8xf16>) sources[] {
  ^bb0(%x: f32, %d: f64):
    emb.yield %x : f32
  }
  return
}

// -----

func.func @update_region_op(%w: tensor<9x8xf32>, %m: memref<f32>) {
  // expected-error@+1 {{region holds 'tensor.empty', expected elementwise operations on scalars, constants, calls and 'emb.row_reduce'}}
  %r = emb.update all(%w : tensor<9x8xf32>) sources[] {
  ^bb0(%x: f32, %d: f32):
    %e = tensor.empty() : tensor<f32>
    emb.yield %d : f32
  }
  return
}

// -----

func.func @update_yield_count(%w: tensor<9x8xf32>) {
  %r = emb.update all(%w : tensor<9x8xf32>) sources[] {
  ^bb0(%x: f32, %d: f32):
    // expected-error@+1 {{yields 2 values, expected 1, one for each init}}
    emb.yield %x, %d : f32, f32
  }
  return
}

// -----

func.func @update_yield_type(%w: tensor<9x8xf32>) {
  %r = emb.update all(%w : tensor<9x8xf32>) sources[] {
  ^bb0(%x: f32, %d: f32):
    %y = arith.extf %x : f32 to f64
    // expected-error@+1 {{value 0 has type 'f64', expected 'f32'}}
    emb.yield %y : f64
  }
  return
}

// -----

func.func @update_per_row(%w: tensor<9x8xf32>, %s: tensor<9xf32>) {
  %r:2 = emb.update all(%w, %s : tensor<9x8xf32>, tensor<9xf32>) sources[] {
  ^bb0(%x: f32, %a: f32, %d: f32):
    %y = arith.addf %a, %x : f32
    // expected-error@+1 {{value 1 differs between columns, expected one value for the row: the state holds one value per row}}
    emb.yield %x, %y : f32, f32
  }
  return
}

// -----

func.func @row_reduce_outside(%x: f32) {
  // expected-error@+1 {{'emb.row_reduce' op expects parent op 'emb.update'}}
  %r = emb.row_reduce add %x : f32
  return
}

// -----

func.func @check_offsets_rank(%o: tensor<2x2xi64>, %n: index) {
  // expected-error@+1 {{expected offsets of rank 1, found 'tensor<2x2xi64>'}}
  %p = emb.check_offsets %o, %n label "offsets" : tensor<2x2xi64>
  return
}

// -----

func.func @winners_mode(%t: tensor<9x8xf32>, %j: tensor<4x5xi32>) {
  // expected-error@+1 {{expected mode max with winners, found sum}}
  %m:2 = emb.bag sum %t[%j] : tensor<9x8xf32>, tensor<4x5xi32> -> tensor<4x8xf32>, tensor<4x8xi32>
  return
}

// -----

func.func @winners_type(%t: tensor<9x8xf32>, %j: tensor<4x5xi32>) {
  // expected-error@+1 {{expected the winners to be i32 or i64 values, found 'tensor<4x8xf32>'}}
  %m:2 = emb.bag max %t[%j] : tensor<9x8xf32>, tensor<4x5xi32> -> tensor<4x8xf32>, tensor<4x8xf32>
  return
}

// -----

func.func @winners_shape(%t: tensor<9x8xf32>, %j: tensor<4x5xi32>) {
  // expected-error@+1 {{expected the winners of shape 4x8, found 'tensor<4xi32>'}}
  %m:2 = emb.bag max %t[%j] : tensor<9x8xf32>, tensor<4x5xi32> -> tensor<4x8xf32>, tensor<4xi32>
  return
}

// -----

func.func @group_padding(%i: tensor<4xi64>, %p: index) {
  // expected-error@+1 {{expected no padding or one for each index tensor, 2, found 1}}
  %q:3, %n = emb.group(%i, %i : tensor<4xi64>, tensor<4xi64>) padding(%p) -> tensor<8xi64>, tensor<9xi64>, tensor<8xi64>
  return
}

// -----

func.func @frequency_shape(%i: tensor<4xi64>, %j: tensor<5xi64>, %n: index) {
  // expected-error@+1 {{expected the result of shape 4, found 'tensor<5xi64>'}}
  %c = emb.frequency %i group(%i, %j, %i, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index)
    : tensor<4xi64> -> tensor<5xi64>
  return
}

// -----

func.func @frequency_group(%i: tensor<4xi64>) {
  // expected-error@+1 {{expected 'group', found none}}
  %c = "emb.frequency"(%i) {operandSegmentSizes = array<i32: 1, 0, 0>} : (tensor<4xi64>) -> tensor<4xi64>
  return
}

// -----

func.func @gather_dot_rows(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %g: tensor<2x4xf32>) {
  // expected-error@+1 {{expected the rows of shape ?x8, found 'tensor<2x4xf32>'}}
  %d = emb.gather_dot %w[%i], %g[%i] : tensor<9x8xf32>, tensor<4xi64>, tensor<2x4xf32>, tensor<4xi64> -> tensor<4xf32>
  return
}

// -----

func.func @gather_dot_map(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %g: tensor<2x8xf32>, %m: tensor<5xi64>) {
  // expected-error@+1 {{expected the map of shape 4, found 'tensor<5xi64>'}}
  %d = emb.gather_dot %w[%i], %g[%m] : tensor<9x8xf32>, tensor<4xi64>, tensor<2x8xf32>, tensor<5xi64> -> tensor<4xf32>
  return
}

// -----

func.func @gather_dot_padding(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %g: tensor<2x8xf32>) {
  // expected-error@+1 {{expected padding_idx between -9 and 8, found 9}}
  %d = emb.gather_dot %w[%i], %g[%i] {padding_idx = 9}
    : tensor<9x8xf32>, tensor<4xi64>, tensor<2x8xf32>, tensor<4xi64> -> tensor<4xf32>
  return
}

// -----

func.func @coalesce_shape(%i: tensor<4xi64>, %j: tensor<5xi64>, %g: tensor<4x8xf32>, %n: index) {
  // expected-error@+1 {{expected the result of shape 4x8, found 'tensor<3x8xf32>'}}
  %v = emb.coalesce sources[%i : tensor<4xi64> -> %g : tensor<4x8xf32>]
    group(%i, %j, %i, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) -> tensor<3x8xf32>
  return
}

// -----

func.func @coalesce_nothing(%i: tensor<4xi64>, %j: tensor<5xi64>, %n: index) {
  // expected-error@+1 {{expected at least one source, found none}}
  %v = emb.coalesce sources[] group(%i, %j, %i, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) -> tensor<0x8xf32>
  return
}

// -----

func.func @winners_without_map(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %g: tensor<4x8xf32>, %a: tensor<4x8xi32>) {
  // expected-error@+1 {{expected a map with winners 0, found none}}
  %r = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<4xi64> -> %g : tensor<4x8xf32> winners %a : tensor<4x8xi32>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @source_winners(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %g: tensor<2x8xf32>, %a: tensor<4x8xi32>) {
  // expected-error@+1 {{expected winners 0 of shape 2x8, found 'tensor<4x8xi32>'}}
  %r = emb.update touched(%w : tensor<9x8xf32>)
      sources[%i : tensor<4xi64> -> %g : tensor<2x8xf32> map %i : tensor<4xi64> winners %a : tensor<4x8xi32>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @source_padding(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %g: tensor<4x8xf32>) {
  // expected-error@+1 {{expected padding_idx between -9 and 8, found -10}}
  %r = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<4xi64> -> %g : tensor<4x8xf32> padding -10] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @random_table(%w: tensor<9x8xf32>, %s: i64) {
  // expected-error@+1 {{expected a table of f16 or bf16 with 'random', found 'tensor<9x8xf32>'}}
  %r = emb.update all(%w : tensor<9x8xf32>) sources[] random(%s, %s) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @random_count(%w: tensor<9x8xf16>, %s: i64) {
  // expected-error@+1 {{expected a seed and a step in 'random', found 1 values}}
  %r = emb.update all(%w : tensor<9x8xf16>) sources[] random(%s) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}
