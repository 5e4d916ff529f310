// RUN: emb-opt %s --split-input-file --verify-diagnostics

// A function is named after the constraint of docs/semantics.md that it breaks.

func.func @gather_c1(%t: tensor<9x8x1xf32>, %i: tensor<3xi64>) {
  // expected-error@+1 {{'emb.gather' op expected the table of rank 2, found 'tensor<9x8x1xf32>'}}
  %r = "emb.gather"(%t, %i) : (tensor<9x8x1xf32>, tensor<3xi64>) -> tensor<3x8xf32>
  return
}

// -----

func.func @gather_c2(%t: tensor<9x8xf32>, %i: tensor<3xi1>) {
  // expected-error@+1 {{'emb.gather' op operand #1 must be tensor or memref of i32 or i64 values, but got 'tensor<3xi1>'}}
  %r = emb.gather %t[%i] : tensor<9x8xf32>, tensor<3xi1> -> tensor<3x8xf32>
  return
}

// -----

func.func @gather_c3(%t: tensor<9x8xf32>, %i: memref<3xi64>) {
  // expected-error@+1 {{'emb.gather' op mixes tensors and memrefs, expected one of them}}
  "emb.gather"(%t, %i) : (tensor<9x8xf32>, memref<3xi64>) -> ()
  return
}

// -----

func.func @gather_c4(%t: tensor<9x8xf32>, %i: tensor<3xi64>) {
  // expected-error@+1 {{expected the result of shape 3x8, found 'tensor<4x8xf32>'}}
  %r = emb.gather %t[%i] : tensor<9x8xf32>, tensor<3xi64> -> tensor<4x8xf32>
  return
}

// -----

func.func @gather_c4_outs(%t: tensor<9x8xf32>, %i: tensor<3xi64>, %o: tensor<4x8xf32>) {
  // expected-error@+1 {{expected the result of shape 3x8, found 'tensor<4x8xf32>'}}
  %r = emb.gather %t[%i] outs(%o : tensor<4x8xf32>) : tensor<9x8xf32>, tensor<3xi64> -> tensor<4x8xf32>
  return
}

// -----

func.func @gather_c5(%t: tensor<9x8xf32>, %i: tensor<3xi64>, %o: tensor<3x8xf64>) {
  // expected-error@+1 {{expected the result of element type 'f32', found 'tensor<3x8xf64>'}}
  %r = emb.gather %t[%i] outs(%o : tensor<3x8xf64>) : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf64>
  return
}

// -----

func.func @gather_c6(%t: tensor<9x8xf32>, %i: tensor<3xi64>) {
  // expected-error@+1 {{expected padding_idx between -9 and 8, found 9}}
  %r = emb.gather %t[%i] {padding_idx = 9} : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @bag_c1(%t: tensor<9x?xf32>, %i: tensor<3x2xi64>, %o: tensor<3x?xf32>) {
  // expected-error@+1 {{'emb.bag' op expected a static number of columns in the table, found 'tensor<9x?xf32>'}}
  %r = emb.bag sum %t[%i] outs(%o : tensor<3x?xf32>) : tensor<9x?xf32>, tensor<3x2xi64> -> tensor<3x?xf32>
  return
}

// -----

func.func @bag_c2(%t: tensor<9x8xf32>, %i: tensor<3x2x2xi64>) {
  // expected-error@+1 {{expected indices of rank 1 or 2, found 'tensor<3x2x2xi64>'}}
  %r = emb.bag sum %t[%i] : tensor<9x8xf32>, tensor<3x2x2xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @bag_c2_scalar(%t: tensor<9x8xf32>, %i: tensor<i64>, %o: tensor<1x8xf32>) {
  // expected-error@+1 {{expected indices of rank 1 or 2, found 'tensor<i64>'}}
  %r = emb.bag sum %t[%i] outs(%o : tensor<1x8xf32>) : tensor<9x8xf32>, tensor<i64> -> tensor<1x8xf32>
  return
}

// -----

func.func @bag_c3(%t: memref<9x8xf32>, %i: memref<3x2xi64>) {
  // expected-error@+1 {{'emb.bag' op expected 'outs' on memrefs, found none}}
  emb.bag sum %t[%i] : memref<9x8xf32>, memref<3x2xi64>
  return
}

// -----

func.func @bag_c4(%t: tensor<9x8xf32>, %i: tensor<3xi64>) {
  // expected-error@+1 {{expected 'offsets' with indices of rank 1, found none}}
  %r = emb.bag sum %t[%i] : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @bag_c5(%t: tensor<9x8xf32>, %i: tensor<3x2xi64>, %o: tensor<3xi64>) {
  // expected-error@+1 {{expected no 'offsets' with indices of rank 2, found 'tensor<3xi64>'}}
  %r = emb.bag sum %t[%i] offsets(%o : tensor<3xi64>) : tensor<9x8xf32>, tensor<3x2xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @bag_c6(%t: tensor<9x8xf32>, %i: tensor<3xi64>, %o: tensor<3x1xi64>, %r: tensor<3x8xf32>) {
  // expected-error@+1 {{expected offsets of rank 1, found 'tensor<3x1xi64>'}}
  %s = emb.bag sum %t[%i] offsets(%o : tensor<3x1xi64>) outs(%r : tensor<3x8xf32>)
    : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @bag_c6_type(%t: tensor<9x8xf32>, %i: tensor<3xi64>, %o: tensor<3xi16>) {
  // expected-error@+1 {{'emb.bag' op operand #2 must be tensor or memref of i32 or i64 values, but got 'tensor<3xi16>'}}
  %r = emb.bag sum %t[%i] offsets(%o : tensor<3xi16>) : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @bag_c7_max(%t: tensor<9x8xf32>, %i: tensor<3x2xi64>, %w: tensor<3x2xf32>) {
  // expected-error@+1 {{expected mode sum with 'weights', found max}}
  %r = emb.bag max %t[%i] weights(%w : tensor<3x2xf32>) : tensor<9x8xf32>, tensor<3x2xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @bag_c7_mean(%t: tensor<9x8xf32>, %i: tensor<3x2xi64>, %w: tensor<3x2xf32>) {
  // expected-error@+1 {{expected mode sum with 'weights', found mean}}
  %r = emb.bag mean %t[%i] weights(%w : tensor<3x2xf32>) : tensor<9x8xf32>, tensor<3x2xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @bag_c8(%t: tensor<9x8xf32>, %i: tensor<3x2xi64>, %w: tensor<3xf32>) {
  // expected-error@+1 {{expected weights of shape 3x2, found 'tensor<3xf32>'}}
  %r = emb.bag sum %t[%i] weights(%w : tensor<3xf32>) : tensor<9x8xf32>, tensor<3x2xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @bag_c9(%t: tensor<9x8xf32>, %i: tensor<3x2xi64>, %w: tensor<3x2xf64>) {
  // expected-error@+1 {{expected weights of element type 'f32', found 'tensor<3x2xf64>'}}
  %r = emb.bag sum %t[%i] weights(%w : tensor<3x2xf64>) : tensor<9x8xf32>, tensor<3x2xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @bag_c10(%t: tensor<9x8xf32>, %i: tensor<3x2xi64>) {
  // expected-error@+1 {{expected mode sum or mean with 'scale_grad_by_freq', found max}}
  %r = emb.bag max %t[%i] {scale_grad_by_freq} : tensor<9x8xf32>, tensor<3x2xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @bag_c11(%t: tensor<9x8xf32>, %i: tensor<3x2xi64>, %o: tensor<3x8xf32>, %w: tensor<3x8xi32>) {
  // expected-error@+1 {{expected one or two results, found 3}}
  %r:3 = emb.bag max %t[%i] outs(%o, %w, %w : tensor<3x8xf32>, tensor<3x8xi32>, tensor<3x8xi32>)
    : tensor<9x8xf32>, tensor<3x2xi64> -> tensor<3x8xf32>, tensor<3x8xi32>, tensor<3x8xi32>
  return
}

// -----

func.func @bag_c12(%t: tensor<9x8xf32>, %i: tensor<3x2xi64>, %o: tensor<2x8xf32>) {
  // expected-error@+1 {{expected the result of shape 3x8, found 'tensor<2x8xf32>'}}
  %r = emb.bag max %t[%i] outs(%o : tensor<2x8xf32>) : tensor<9x8xf32>, tensor<3x2xi64> -> tensor<2x8xf32>
  return
}

// -----

func.func @bag_c13(%t: tensor<9x8xf16>, %i: tensor<3x2xi64>, %o: tensor<3x8xf32>) {
  // expected-error@+1 {{expected the result of element type 'f16', found 'tensor<3x8xf32>'}}
  %r = emb.bag sum %t[%i] outs(%o : tensor<3x8xf32>) : tensor<9x8xf16>, tensor<3x2xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @bag_c14(%t: tensor<9x8xf32>, %j: tensor<4x5xi32>) {
  // expected-error@+1 {{expected mode max with winners, found sum}}
  %m:2 = emb.bag sum %t[%j] : tensor<9x8xf32>, tensor<4x5xi32> -> tensor<4x8xf32>, tensor<4x8xi32>
  return
}

// -----

func.func @bag_c15(%t: tensor<9x8xf32>, %j: tensor<4x5xi32>) {
  // expected-error@+1 {{expected the winners of shape 4x8, found 'tensor<4xi32>'}}
  %m:2 = emb.bag max %t[%j] : tensor<9x8xf32>, tensor<4x5xi32> -> tensor<4x8xf32>, tensor<4xi32>
  return
}

// -----

func.func @bag_c15_type(%t: tensor<9x8xf32>, %j: tensor<4x5xi32>) {
  // expected-error@+1 {{expected the winners to be i32 or i64 values, found 'tensor<4x8xf32>'}}
  %m:2 = emb.bag max %t[%j] : tensor<9x8xf32>, tensor<4x5xi32> -> tensor<4x8xf32>, tensor<4x8xf32>
  return
}

// -----

func.func @bag_c16(%t: tensor<9x8xf32>, %i: tensor<3x1xi64>) {
  // expected-error@+1 {{expected padding_idx between -9 and 8, found -10}}
  %r = emb.bag sum %t[%i] {padding_idx = -10} : tensor<9x8xf32>, tensor<3x1xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @group_c1() {
  // expected-error@+1 {{expected at least one index tensor, found none}}
  %a:3, %n = "emb.group"() {operandSegmentSizes = array<i32: 0, 0, 0, 0>}
    : () -> (tensor<0xi64>, tensor<1xi64>, tensor<0xi64>, index)
  return
}

// -----

func.func @group_c2(%i: memref<4xi64>) {
  // expected-error@+1 {{expected 'outs' on memrefs, found none}}
  %n = emb.group(%i : memref<4xi64>)
  return
}

// -----

func.func @group_c3(%i: tensor<4xi64>, %p: index) {
  // expected-error@+1 {{expected no padding or one for each index tensor, 2, found 1}}
  %q:3, %n = emb.group(%i, %i : tensor<4xi64>, tensor<4xi64>) padding(%p) -> tensor<8xi64>, tensor<9xi64>, tensor<8xi64>
  return
}

// -----

func.func @group_c4(%i: memref<4xi64>) {
  // expected-error@+1 {{expected rows, bounds and positions, found 2 values}}
  %n = emb.group(%i : memref<4xi64>) outs(%i, %i : memref<4xi64>, memref<4xi64>)
  return
}

// -----

func.func @group_c5(%i: memref<4xi64>) {
  // expected-error@+1 {{expected the bounds of shape 5, found 'memref<4xi64>'}}
  %n = emb.group(%i : memref<4xi64>) outs(%i, %i, %i : memref<4xi64>, memref<4xi64>, memref<4xi64>)
  return
}

// -----

func.func @group_c5_rows(%i: memref<4xi64>, %b: memref<5xi64>) {
  // expected-error@+1 {{expected the rows of shape 4, found 'memref<5xi64>'}}
  %n = emb.group(%i : memref<4xi64>) outs(%b, %b, %i : memref<5xi64>, memref<5xi64>, memref<4xi64>)
  return
}

// -----

func.func @group_c5_positions(%i: memref<4xi64>, %b: memref<5xi64>) {
  // expected-error@+1 {{expected the positions of shape 4, found 'memref<5xi64>'}}
  %n = emb.group(%i : memref<4xi64>) outs(%i, %b, %b : memref<4xi64>, memref<5xi64>, memref<5xi64>)
  return
}

// -----

func.func @group_c6(%i: memref<?xi64>, %o: memref<?xi32>) {
  // expected-error@+1 {{expected the rows to be as wide as the indices, i64, found 'memref<?xi32>'}}
  %n = emb.group(%i : memref<?xi64>) outs(%o, %o, %o : memref<?xi32>, memref<?xi32>, memref<?xi32>)
  return
}

// -----

func.func @group_c6_widest(%i: memref<?xi32>, %j: memref<?xi64>, %o: memref<?xi32>) {
  // expected-error@+1 {{expected the rows to be as wide as the indices, i64, found 'memref<?xi32>'}}
  %n = emb.group(%i, %j, %i : memref<?xi32>, memref<?xi64>, memref<?xi32>) outs(%o, %o, %o : memref<?xi32>, memref<?xi32>, memref<?xi32>)
  return
}

// -----

func.func @group_c7(%i: tensor<2x2xi64>) {
  // expected-error@+1 {{expected one index tensor of rank 1 or more with 'by_bag', found 'tensor<2x2xi64>', 'tensor<2x2xi64>'}}
  %q:3, %n = emb.group(%i, %i : tensor<2x2xi64>, tensor<2x2xi64>) {by_bag} -> tensor<8xi64>, tensor<9xi64>, tensor<8xi64>
  return
}

// -----

func.func @group_c7_rank(%i: tensor<i64>) {
  // expected-error@+1 {{expected one index tensor of rank 1 or more with 'by_bag', found 'tensor<i64>'}}
  %q:3, %n = emb.group(%i : tensor<i64>) {by_bag} -> tensor<1xi64>, tensor<2xi64>, tensor<1xi64>
  return
}

// -----

func.func @group_c8(%i: tensor<4xi64>) {
  // expected-error@+1 {{expected 'offsets' with 'by_bag' and indices of rank 1, found none}}
  %q:3, %n = emb.group(%i : tensor<4xi64>) {by_bag} -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  return
}

// -----

func.func @group_c8_matrix(%i: tensor<2x2xi64>, %o: tensor<2xi64>) {
  // expected-error@+1 {{expected 'offsets' only with 'by_bag' and indices of rank 1, found 'tensor<2xi64>'}}
  %q:3, %n = emb.group(%i : tensor<2x2xi64>) offsets(%o : tensor<2xi64>) {by_bag} -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  return
}

// -----

func.func @group_c8_numbers(%i: tensor<4xi64>, %o: tensor<2xi64>) {
  // expected-error@+1 {{expected 'offsets' only with 'by_bag' and indices of rank 1, found 'tensor<2xi64>'}}
  %q:3, %n = emb.group(%i : tensor<4xi64>) offsets(%o : tensor<2xi64>) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  return
}

// -----

func.func @group_c8_rank(%i: tensor<4xi64>, %o: tensor<2x1xi64>) {
  // expected-error@+1 {{expected offsets of rank 1, found 'tensor<2x1xi64>'}}
  %q:3, %n = emb.group(%i : tensor<4xi64>) offsets(%o : tensor<2x1xi64>) {by_bag} -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  return
}

// -----

func.func @group_c9(%i: tensor<2x2xi64>) {
  // expected-error@+1 {{expected 'offsets' with 'include_last_offset', found none}}
  %q:3, %n = emb.group(%i : tensor<2x2xi64>) {by_bag, include_last_offset} -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  return
}

// -----

func.func @offset2bag_c1(%o: memref<4x4xi64>, %n: index, %r: memref<?xi32>) {
  // expected-error@+1 {{expected offsets of rank 1, found 'memref<4x4xi64>'}}
  emb.offset2bag %o[%n] outs(%r : memref<?xi32>) : memref<4x4xi64>, index
  return
}

// -----

func.func @offset2bag_c2(%o: memref<4xi64>, %n: index) {
  // expected-error@+1 {{'emb.offset2bag' op expected 'outs' on memrefs, found none}}
  emb.offset2bag %o[%n] : memref<4xi64>, index
  return
}

// -----

func.func @offset2bag_c3(%o: tensor<4xi64>, %r: tensor<6xi32>) {
  %n = arith.constant 5 : index
  // expected-error@+1 {{expected the result of shape 5, found 'tensor<6xi32>'}}
  %s = emb.offset2bag %o[%n] outs(%r : tensor<6xi32>) : tensor<4xi64>, index -> tensor<6xi32>
  return
}

// -----

func.func @check_indices_c1(%i: tensor<3xi8>, %n: index) {
  // expected-error@+1 {{'emb.check_indices' op operand #0 must be tensor or memref of i32 or i64 values, but got 'tensor<3xi8>'}}
  %j = emb.check_indices %i, %n label "indices" : tensor<3xi8>
  return
}

// -----

func.func @check_offsets_c1(%o: tensor<2x2xi64>, %n: index) {
  // expected-error@+1 {{expected offsets of rank 1, found 'tensor<2x2xi64>'}}
  %p = emb.check_offsets %o, %n label "offsets" : tensor<2x2xi64>
  return
}

// -----

func.func @mode_of_a_bag(%t: tensor<9x8xf32>, %i: tensor<3x2xi64>) {
  // expected-error@+1 {{expected string or keyword containing one of the following enum values for attribute 'mode' [sum, mean, max]}}
  %r = emb.bag min %t[%i] : tensor<9x8xf32>, tensor<3x2xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @one_hot_c1(%i: tensor<3xi16>, %n: index) {
  // expected-error@+1 {{'emb.one_hot' op operand #0 must be ranked tensor of 32-bit signless integer or 64-bit signless integer values, but got 'tensor<3xi16>'}}
  %r = emb.one_hot %i depth %n : tensor<3xi16> -> tensor<3x?xf32>
  return
}

// -----

func.func @one_hot_c2(%i: tensor<3xi64>, %n: index) {
  // expected-error@+1 {{'emb.one_hot' op result #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<3x?xi32>'}}
  %r = emb.one_hot %i depth %n : tensor<3xi64> -> tensor<3x?xi32>
  return
}

// -----

func.func @one_hot_c3(%i: tensor<3xi64>) {
  %n = arith.constant 9 : index
  // expected-error@+1 {{'emb.one_hot' op expected the result of shape 3x9, found 'tensor<3x8xf32>'}}
  %r = emb.one_hot %i depth %n : tensor<3xi64> -> tensor<3x8xf32>
  return
}

// -----

func.func @one_hot_c3_indices(%i: tensor<?xi64>) {
  %n = arith.constant 9 : index
  // expected-error@+1 {{'emb.one_hot' op expected the result of shape ?x9}}
  %r = emb.one_hot %i depth %n : tensor<?xi64> -> tensor<3x9xf32>
  return
}

// -----

func.func @one_hot_c4(%i: tensor<3xi64>) {
  %n = arith.constant -1 : index
  // expected-error@+1 {{'emb.one_hot' op expected the result of shape 3x-1}}
  %r = emb.one_hot %i depth %n : tensor<3xi64> -> tensor<3x?xf32>
  return
}
