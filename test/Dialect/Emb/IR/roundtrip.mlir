// RUN: emb-opt %s | FileCheck %s
// RUN: emb-opt %s | emb-opt | FileCheck %s
// RUN: emb-opt %s --mlir-print-op-generic | emb-opt | FileCheck %s
// RUN: emb-opt %s --emit-bytecode | emb-opt | FileCheck %s

// CHECK-LABEL: func.func @gather
// CHECK-SAME: %[[T:.*]]: tensor<1000x8xf32>, %[[I:.*]]: tensor<3xi64>, %[[O:.*]]: tensor<3x8xf32>
func.func @gather(%t: tensor<1000x8xf32>, %i: tensor<3xi64>, %o: tensor<3x8xf32>)
    -> (tensor<3x8xf32>, tensor<3x8xf32>) {
  // CHECK: emb.gather %[[T]][%[[I]]] : tensor<1000x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  %r = emb.gather %t[%i] : tensor<1000x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  // CHECK: emb.gather %[[T]][%[[I]]] outs(%[[O]] : tensor<3x8xf32>) {padding_idx = -1 : i64, scale_grad_by_freq} : tensor<1000x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  %s = emb.gather %t[%i] outs(%o : tensor<3x8xf32>) {padding_idx = -1, scale_grad_by_freq}
    : tensor<1000x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return %r, %s : tensor<3x8xf32>, tensor<3x8xf32>
}

// CHECK-LABEL: func.func @gather_ranks
func.func @gather_ranks(%t: tensor<?x3xbf16>, %a: tensor<i32>, %b: tensor<2x?xi32>)
    -> (tensor<3xbf16>, tensor<2x?x3xbf16>) {
  // CHECK: emb.gather {{.*}} : tensor<?x3xbf16>, tensor<i32> -> tensor<3xbf16>
  %r = emb.gather %t[%a] : tensor<?x3xbf16>, tensor<i32> -> tensor<3xbf16>
  // CHECK: emb.gather {{.*}} : tensor<?x3xbf16>, tensor<2x?xi32> -> tensor<2x?x3xbf16>
  %s = emb.gather %t[%b] : tensor<?x3xbf16>, tensor<2x?xi32> -> tensor<2x?x3xbf16>
  return %r, %s : tensor<3xbf16>, tensor<2x?x3xbf16>
}

// CHECK-LABEL: func.func @gather_buffers
func.func @gather_buffers(%t: memref<1000x8xf32>, %i: memref<3xi64>, %o: memref<3x8xf32>) {
  // CHECK: emb.gather %{{.*}}[%{{.*}}] outs(%{{.*}} : memref<3x8xf32>) : memref<1000x8xf32>, memref<3xi64>{{$}}
  emb.gather %t[%i] outs(%o : memref<3x8xf32>) : memref<1000x8xf32>, memref<3xi64>
  return
}

// CHECK-LABEL: func.func @bag
func.func @bag(%t: tensor<1000x8xf32>, %i: tensor<?xi64>, %o: tensor<?xi32>, %w: tensor<?xf32>,
               %j: tensor<4x5xi32>) -> (tensor<?x8xf32>, tensor<?x8xf32>, tensor<4x8xf32>) {
  // CHECK: emb.bag mean %{{.*}}[%{{.*}}] offsets(%{{.*}} : tensor<?xi32>) {include_last_offset, padding_idx = 0 : i64} : tensor<1000x8xf32>, tensor<?xi64> -> tensor<?x8xf32>
  %r = emb.bag mean %t[%i] offsets(%o : tensor<?xi32>) {include_last_offset, padding_idx = 0}
    : tensor<1000x8xf32>, tensor<?xi64> -> tensor<?x8xf32>
  // CHECK: emb.bag sum %{{.*}}[%{{.*}}] offsets(%{{.*}} : tensor<?xi32>) weights(%{{.*}} : tensor<?xf32>) outs(%{{.*}} : tensor<?x8xf32>) :
  %s = emb.bag sum %t[%i] offsets(%o : tensor<?xi32>) weights(%w : tensor<?xf32>) outs(%r : tensor<?x8xf32>)
    : tensor<1000x8xf32>, tensor<?xi64> -> tensor<?x8xf32>
  // CHECK: emb.bag max %{{.*}}[%{{.*}}] : tensor<1000x8xf32>, tensor<4x5xi32> -> tensor<4x8xf32>
  %m = emb.bag max %t[%j] : tensor<1000x8xf32>, tensor<4x5xi32> -> tensor<4x8xf32>
  return %r, %s, %m : tensor<?x8xf32>, tensor<?x8xf32>, tensor<4x8xf32>
}

// CHECK-LABEL: func.func @bag_buffers
func.func @bag_buffers(%t: memref<9x8xf16>, %i: memref<4x5xi32>, %o: memref<4x8xf16>) {
  // CHECK: emb.bag sum %{{.*}}[%{{.*}}] outs(%{{.*}} : memref<4x8xf16>) : memref<9x8xf16>, memref<4x5xi32>{{$}}
  emb.bag sum %t[%i] outs(%o : memref<4x8xf16>) : memref<9x8xf16>, memref<4x5xi32>
  return
}

// CHECK-LABEL: func.func @group
func.func @group(%i: tensor<4xi64>, %j: tensor<2x3xi32>, %k: tensor<?xi32>) -> (index, index) {
  // CHECK: %{{.*}}:3, %{{.*}} = emb.group(%{{.*}}, %{{.*}} : tensor<4xi64>, tensor<2x3xi32>) -> tensor<10xi64>, tensor<11xi32>, tensor<10xi32>
  %a:3, %n = emb.group(%i, %j : tensor<4xi64>, tensor<2x3xi32>) -> tensor<10xi64>, tensor<11xi32>, tensor<10xi32>
  // CHECK: emb.group(%{{.*}} : tensor<?xi32>) outs(%{{.*}}, %{{.*}}, %{{.*}} : tensor<?xi32>, tensor<?xi32>, tensor<?xi32>) -> tensor<?xi32>, tensor<?xi32>, tensor<?xi32>
  %b:3, %m = emb.group(%k : tensor<?xi32>) outs(%k, %k, %k : tensor<?xi32>, tensor<?xi32>, tensor<?xi32>)
    -> tensor<?xi32>, tensor<?xi32>, tensor<?xi32>
  return %n, %m : index, index
}

// CHECK-LABEL: func.func @by_bag
func.func @by_bag(%w: tensor<9x8xf32>, %i: tensor<2x3xi64>, %k: tensor<?xi32>, %o: tensor<?xi64>, %p: index, %g: tensor<?x8xf32>)
    -> (tensor<9x8xf32>, index) {
  // CHECK: %[[Q:.*]]:3, %[[N:.*]] = emb.group(%{{.*}} : tensor<2x3xi64>) padding(%{{.*}}) {by_bag} -> tensor<6xi64>, tensor<7xi64>, tensor<6xi32>
  %q:3, %n = emb.group(%i : tensor<2x3xi64>) padding(%p) {by_bag} -> tensor<6xi64>, tensor<7xi64>, tensor<6xi32>
  // CHECK: emb.group(%{{.*}} : tensor<?xi32>) offsets(%{{.*}} : tensor<?xi64>) {by_bag} -> tensor<?xi32>, tensor<?xi32>, tensor<?xi32>
  %a:3, %m = emb.group(%k : tensor<?xi32>) offsets(%o : tensor<?xi64>) {by_bag} -> tensor<?xi32>, tensor<?xi32>, tensor<?xi32>
  // CHECK: emb.group(%{{.*}} : tensor<?xi32>) offsets(%{{.*}} : tensor<?xi64>) outs(%{{.*}}, %{{.*}}, %{{.*}} : tensor<?xi32>, tensor<?xi32>, tensor<?xi32>) {by_bag, include_last_offset}
  %b:3, %l = emb.group(%k : tensor<?xi32>) offsets(%o : tensor<?xi64>) outs(%a#0, %a#1, %a#2 : tensor<?xi32>, tensor<?xi32>, tensor<?xi32>) {by_bag, include_last_offset}
    -> tensor<?xi32>, tensor<?xi32>, tensor<?xi32>
  // CHECK: emb.update touched(%{{.*}} : tensor<9x8xf32>) sources[%{{.*}} : tensor<2x3xi64> -> %{{.*}} : tensor<?x8xf32> padding 2]
  // CHECK-SAME: group(%[[Q]]#0, %[[Q]]#1, %[[Q]]#2, %[[N]] : tensor<6xi64>, tensor<7xi64>, tensor<6xi32>, index) attributes {mapped_group} {
  %r = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<2x3xi64> -> %g : tensor<?x8xf32> padding 2]
      group(%q#0, %q#1, %q#2, %n : tensor<6xi64>, tensor<7xi64>, tensor<6xi32>, index) attributes {mapped_group} {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return %r, %l : tensor<9x8xf32>, index
}

// CHECK-LABEL: func.func @group_buffers
func.func @group_buffers(%i: memref<4xi64>, %r: memref<4xi64>, %b: memref<5xi64>, %p: memref<4xi64>) -> index {
  // CHECK: %{{.*}} = emb.group(%{{.*}} : memref<4xi64>) outs(%{{.*}}, %{{.*}}, %{{.*}} : memref<4xi64>, memref<5xi64>, memref<4xi64>){{$}}
  %n = emb.group(%i : memref<4xi64>) outs(%r, %b, %p : memref<4xi64>, memref<5xi64>, memref<4xi64>)
  return %n : index
}

// CHECK-LABEL: func.func @offset2bag
func.func @offset2bag(%o: tensor<?xi64>, %n: index, %b: memref<3xi32>, %m: memref<?xi64>) -> tensor<?xi32> {
  // CHECK: emb.offset2bag %{{.*}}[%{{.*}}] {include_last_offset} : tensor<?xi64>, index -> tensor<?xi32>
  %r = emb.offset2bag %o[%n] {include_last_offset} : tensor<?xi64>, index -> tensor<?xi32>
  // CHECK: emb.offset2bag %{{.*}}[%{{.*}}] outs(%{{.*}} : memref<?xi64>) : memref<3xi32>, index{{$}}
  emb.offset2bag %b[%n] outs(%m : memref<?xi64>) : memref<3xi32>, index
  return %r : tensor<?xi32>
}

// CHECK-LABEL: func.func @writes
func.func @writes(%w: tensor<1000x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>)
    -> tensor<1000x8xf32> {
  // CHECK: %[[G:.*]]:3, %[[N:.*]] = emb.group
  %q:3, %n = emb.group(%i : tensor<3xi64>) -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
  // CHECK: emb.renorm %{{.*}} into %{{.*}} max_norm 1.000000e+00 : tensor<3xi64>, tensor<1000x8xf32>
  %a = emb.renorm %i into %w max_norm 1.0 : tensor<3xi64>, tensor<1000x8xf32>
  // CHECK: emb.renorm %{{.*}} into %{{.*}} max_norm 1.000000e+00 norm_type 0x7FF0000000000000 group(%[[G]]#0, %[[G]]#1, %[[G]]#2, %[[N]] : tensor<3xi64>, tensor<4xi64>, tensor<3xi64>, index) : tensor<3xi64>, tensor<1000x8xf32>
  %b = emb.renorm %i into %a max_norm 1.0 norm_type 0x7FF0000000000000
    group(%q#0, %q#1, %q#2, %n : tensor<3xi64>, tensor<4xi64>, tensor<3xi64>, index)
    : tensor<3xi64>, tensor<1000x8xf32>
  // CHECK: emb.scatter_add %{{.*}}[%{{.*}}] into %{{.*}} : tensor<3x8xf32>, tensor<3xi64>, tensor<1000x8xf32>
  %c = emb.scatter_add %g[%i] into %b : tensor<3x8xf32>, tensor<3xi64>, tensor<1000x8xf32>
  return %c : tensor<1000x8xf32>
}

// CHECK-LABEL: func.func @writes_buffers
func.func @writes_buffers(%w: memref<1000x8xf32>, %i: memref<3xi64>, %g: memref<3x8xf32>) {
  // CHECK: emb.renorm %{{.*}} into %{{.*}} max_norm 1.000000e+00 norm_type 1.000000e+00 : memref<3xi64>, memref<1000x8xf32>
  emb.renorm %i into %w max_norm 1.0 norm_type 1.0 : memref<3xi64>, memref<1000x8xf32>
  // CHECK: emb.scatter_add %{{.*}}[%{{.*}}] into %{{.*}} : memref<3x8xf32>, memref<3xi64>, memref<1000x8xf32>
  emb.scatter_add %g[%i] into %w : memref<3x8xf32>, memref<3xi64>, memref<1000x8xf32>
  return
}

// CHECK-LABEL: func.func @update
func.func @update(%w: tensor<100x8xbf16>, %m: tensor<100xf32>, %i: tensor<5xi64>, %g: tensor<2x8xf32>,
                  %b: tensor<5xi32>, %s: tensor<5xf32>, %j: tensor<2x3xi32>, %h: tensor<2x3x8xf32>,
                  %lr: f64) -> (tensor<100x8xbf16>, tensor<100xf32>) {
  // CHECK: %[[R:.*]]:2 = emb.update touched(%{{.*}}, %{{.*}} : tensor<100x8xbf16>, tensor<100xf32>)
  // CHECK-SAME: sources[%{{.*}} : tensor<5xi64> -> %{{.*}} : tensor<2x8xf32> map %{{.*}} : tensor<5xi32> scale %{{.*}} : tensor<5xf32>, %{{.*}} : tensor<2x3xi32> -> %{{.*}} : tensor<2x3x8xf32>]
  // CHECK-SAME: scalars(%{{.*}} : f64) {
  // CHECK-NEXT: ^bb0(%[[X:.*]]: f32, %[[S:.*]]: f32, %[[D:.*]]: f32, %[[LR:.*]]: f32):
  %r:2 = emb.update touched(%w, %m : tensor<100x8xbf16>, tensor<100xf32>)
      sources[%i : tensor<5xi64> -> %g : tensor<2x8xf32> map %b : tensor<5xi32> scale %s : tensor<5xf32>,
              %j : tensor<2x3xi32> -> %h : tensor<2x3x8xf32>]
      scalars(%lr : f64) {
  ^bb0(%x: f32, %a: f32, %d: f32, %rate: f32):
    %d2 = arith.mulf %d, %d : f32
    // CHECK: emb.row_reduce add %{{.*}} : f32
    %sum = emb.row_reduce add %d2 : f32
    %a1 = arith.addf %a, %sum : f32
    %step = arith.mulf %rate, %d : f32
    %x1 = arith.subf %x, %step : f32
    // CHECK: emb.yield %{{.*}}, %{{.*}} : f32, f32
    emb.yield %x1, %a1 : f32, f32
  }
  return %r#0, %r#1 : tensor<100x8xbf16>, tensor<100xf32>
}

// CHECK-LABEL: func.func @update_all_buffers
func.func @update_all_buffers(%w: memref<100x8xf64>) {
  // CHECK: emb.update all(%{{.*}} : memref<100x8xf64>) sources[] {
  emb.update all(%w : memref<100x8xf64>) sources[] {
  ^bb0(%x: f64, %d: f64):
    %y = arith.addf %x, %x : f64
    emb.yield %y : f64
  }
  return
}

// CHECK-LABEL: func.func @checks
func.func @checks(%i: tensor<2x3xi64>, %o: tensor<?xi32>, %n: index, %m: index) -> (tensor<2x3xi64>, tensor<?xi32>) {
  // CHECK: emb.check_indices %{{.*}}, %{{.*}} label "what" : tensor<2x3xi64>
  %j = emb.check_indices %i, %n label "what" : tensor<2x3xi64>
  // CHECK: emb.check_offsets %{{.*}}, %{{.*}} label "which" {include_last_offset} : tensor<?xi32>
  %p = emb.check_offsets %o, %n label "which" {include_last_offset} : tensor<?xi32>
  // CHECK: emb.check_equal %{{.*}}, %{{.*}} label "rows"
  emb.check_equal %n, %m label "rows"
  return %j, %p : tensor<2x3xi64>, tensor<?xi32>
}

// CHECK-LABEL: func.func @checks_buffers
func.func @checks_buffers(%i: memref<2x3xi64>, %o: memref<?xi32>, %n: index) {
  // CHECK: emb.check_indices %{{.*}}, %{{.*}} label "what" : memref<2x3xi64>
  emb.check_indices %i, %n label "what" : memref<2x3xi64>
  // CHECK: emb.check_offsets %{{.*}}, %{{.*}} label "which" : memref<?xi32>
  emb.check_offsets %o, %n label "which" : memref<?xi32>
  return
}

// CHECK-LABEL: func.func @winners
func.func @winners(%t: tensor<9x8xf32>, %j: tensor<4x5xi32>, %tb: memref<9x8xf32>, %jb: memref<4x5xi32>,
                   %o: memref<4x8xf32>, %w: memref<4x8xi64>) -> tensor<4x8xi32> {
  // CHECK: emb.bag max %{{.*}}[%{{.*}}] : tensor<9x8xf32>, tensor<4x5xi32> -> tensor<4x8xf32>, tensor<4x8xi32>
  %m:2 = emb.bag max %t[%j] : tensor<9x8xf32>, tensor<4x5xi32> -> tensor<4x8xf32>, tensor<4x8xi32>
  // CHECK: emb.bag max %{{.*}}[%{{.*}}] outs(%{{.*}}, %{{.*}} : memref<4x8xf32>, memref<4x8xi64>) : memref<9x8xf32>, memref<4x5xi32>{{$}}
  emb.bag max %tb[%jb] outs(%o, %w : memref<4x8xf32>, memref<4x8xi64>) : memref<9x8xf32>, memref<4x5xi32>
  return %m#1 : tensor<4x8xi32>
}

// CHECK-LABEL: func.func @gradients
// CHECK-SAME: %[[W:[^:]*]]: tensor<9x8xf16>, %[[I:[^:]*]]: tensor<2x3xi64>
func.func @gradients(%w: tensor<9x8xf16>, %i: tensor<2x3xi64>, %g: tensor<2x8xf32>, %b: tensor<2x3xi32>,
                     %a: tensor<2x8xi32>, %p: index, %seed: i64, %step: i64)
    -> (tensor<2x3xi64>, tensor<2x3xf16>, tensor<6x8xf32>, tensor<9x8xf16>) {
  // CHECK: %[[G:.*]]:3, %[[N:.*]] = emb.group(%[[I]] : tensor<2x3xi64>) padding(%{{.*}}) -> tensor<6xi64>, tensor<7xi64>, tensor<6xi64>
  %q:3, %n = emb.group(%i : tensor<2x3xi64>) padding(%p) -> tensor<6xi64>, tensor<7xi64>, tensor<6xi64>
  // CHECK: emb.frequency %[[I]] group(%[[G]]#0, %[[G]]#1, %[[G]]#2, %[[N]] : tensor<6xi64>, tensor<7xi64>, tensor<6xi64>, index) : tensor<2x3xi64> -> tensor<2x3xi64>
  %c = emb.frequency %i group(%q#0, %q#1, %q#2, %n : tensor<6xi64>, tensor<7xi64>, tensor<6xi64>, index)
    : tensor<2x3xi64> -> tensor<2x3xi64>
  // CHECK: emb.gather_dot %[[W]][%[[I]]], %{{.*}}[%{{.*}}] {padding_idx = 0 : i64} : tensor<9x8xf16>, tensor<2x3xi64>, tensor<2x8xf32>, tensor<2x3xi32> -> tensor<2x3xf16>
  %d = emb.gather_dot %w[%i], %g[%b] {padding_idx = 0}
    : tensor<9x8xf16>, tensor<2x3xi64>, tensor<2x8xf32>, tensor<2x3xi32> -> tensor<2x3xf16>
  // CHECK: emb.coalesce sources[%[[I]] : tensor<2x3xi64> -> %{{.*}} : tensor<2x8xf32> map %{{.*}} : tensor<2x3xi32>]
  // CHECK-SAME: group(%[[G]]#0, %[[G]]#1, %[[G]]#2, %[[N]] : tensor<6xi64>, tensor<7xi64>, tensor<6xi64>, index) -> tensor<6x8xf32>
  %v = emb.coalesce sources[%i : tensor<2x3xi64> -> %g : tensor<2x8xf32> map %b : tensor<2x3xi32>]
    group(%q#0, %q#1, %q#2, %n : tensor<6xi64>, tensor<7xi64>, tensor<6xi64>, index) -> tensor<6x8xf32>
  // CHECK: emb.update touched(%[[W]] : tensor<9x8xf16>)
  // CHECK-SAME: sources[%[[I]] : tensor<2x3xi64> -> %{{.*}} : tensor<2x8xf32> map %{{.*}} : tensor<2x3xi32> winners %{{.*}} : tensor<2x8xi32> padding -1] random(%{{.*}}, %{{.*}})
  // CHECK-SAME: attributes {table_id = 3 : i64}
  %w1 = emb.update touched(%w : tensor<9x8xf16>)
      sources[%i : tensor<2x3xi64> -> %g : tensor<2x8xf32> map %b : tensor<2x3xi32> winners %a : tensor<2x8xi32> padding -1]
      random(%seed, %step) attributes {table_id = 3} {
  ^bb0(%x: f32, %e: f32):
    %y = arith.subf %x, %e : f32
    emb.yield %y : f32
  }
  return %c, %d, %v, %w1 : tensor<2x3xi64>, tensor<2x3xf16>, tensor<6x8xf32>, tensor<9x8xf16>
}

// CHECK-LABEL: func.func @scatter_padding
func.func @scatter_padding(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>) -> tensor<9x8xf32> {
  // CHECK: emb.scatter_add %{{.*}}[%{{.*}}] into %{{.*}} {padding_idx = -1 : i64} :
  %c = emb.scatter_add %g[%i] into %w {padding_idx = -1} : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
  return %c : tensor<9x8xf32>
}

// CHECK-LABEL: func.func @one_hot
func.func @one_hot(%i: tensor<3xi64>, %j: tensor<2x?xi32>, %k: tensor<i64>, %n: index)
    -> (tensor<3x9xf32>, tensor<2x?x?xbf16>, tensor<9xf64>) {
  %c9 = arith.constant 9 : index
  // CHECK: emb.one_hot %{{.*}} depth %c9 : tensor<3xi64> -> tensor<3x9xf32>
  %r = emb.one_hot %i depth %c9 : tensor<3xi64> -> tensor<3x9xf32>
  // CHECK: emb.one_hot %{{.*}} depth %{{.*}} : tensor<2x?xi32> -> tensor<2x?x?xbf16>
  %s = emb.one_hot %j depth %n : tensor<2x?xi32> -> tensor<2x?x?xbf16>
  // CHECK: emb.one_hot %{{.*}} depth %{{.*}} : tensor<i64> -> tensor<9xf64>
  %t = emb.one_hot %k depth %n : tensor<i64> -> tensor<9xf64>
  return %r, %s, %t : tensor<3x9xf32>, tensor<2x?x?xbf16>, tensor<9xf64>
}
