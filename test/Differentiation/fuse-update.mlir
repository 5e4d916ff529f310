// RUN: emb-opt %s --emb-fuse-update | FileCheck %s
// RUN: emb-opt %s --emb-fuse-update --remarks-filter='emb-fuse-update' 2>&1 | FileCheck %s --check-prefix=REMARK

// REMARK: UpdateFused | Category:emb-fuse-update | Remark=emb.update, optimizer=SGD, rows=touched, sources=1, states=0
// REMARK: UpdateFused {{.*}} optimizer=Adam, rows=all, sources=2, states=2
// REMARK: UpdateFused {{.*}} optimizer=Adagrad, rows=touched, sources=1, states=1
// REMARK: DenseUpdate | Category:emb-fuse-update | Remark=linalg.generic, optimizer=AdamW, states=3

// CHECK: #[[$MAP:.*]] = affine_map<(d0, d1) -> (d0, d1)>

// The operands of the source go over; the rule is the region.
// CHECK-LABEL: func.func @source
// CHECK-SAME: %[[W:[a-z0-9]*]]: tensor<?x8xf32>, %[[I:[a-z0-9]*]]: tensor<5xi64>, %[[G:[a-z0-9]*]]: tensor<2x8xf32>, %[[M:[a-z0-9]*]]: tensor<5xi32>, %[[S:[a-z0-9]*]]: tensor<5xf32>, %[[LR:[a-z0-9]*]]: f64
func.func @source(%w: tensor<?x8xf32>, %i: tensor<5xi64>, %g: tensor<2x8xf32>, %m: tensor<5xi32>, %s: tensor<5xf32>, %lr: f64, %t: i64) -> tensor<?x8xf32> {
  // CHECK-NEXT: %[[NEW:.*]] = emb.update touched(%[[W]] : tensor<?x8xf32>)
  // CHECK-SAME: sources[%[[I]] : tensor<5xi64> -> %[[G]] : tensor<2x8xf32> map %[[M]] : tensor<5xi32> scale %[[S]] : tensor<5xf32> padding -1]
  // CHECK-SAME: scalars(%[[LR]] : f64)
  // CHECK-NEXT: ^bb0(%[[X:.*]]: f32, %[[D:.*]]: f32, %[[RATE:.*]]: f32):
  // CHECK-NEXT:   %[[P:.*]] = arith.mulf %[[RATE]], %[[D]]
  // CHECK-NEXT:   %[[Y:.*]] = arith.subf %[[X]], %[[P]]
  // CHECK-NEXT:   emb.yield %[[Y]]
  // CHECK: return %[[NEW]]
  %w1 = emb.apply_gradient #emb.sgd to(%w : tensor<?x8xf32>)
    sources[%i : tensor<5xi64> -> %g : tensor<2x8xf32> map %m : tensor<5xi32> scale %s : tensor<5xf32> padding -1]
    lr(%lr) step(%t)
  return %w1 : tensor<?x8xf32>
}

// All sources of a table go into one update, which visits all rows for Adam.
// CHECK-LABEL: func.func @sources
func.func @sources(%w: tensor<9x8xf32>, %m: tensor<9x8xf32>, %v: tensor<9x8xf32>, %i: tensor<5xi64>, %g: tensor<5x8xf32>, %j: tensor<3xi64>, %h: tensor<3x8xf32>, %lr: f64, %t: i64)
    -> (tensor<9x8xf32>, tensor<9x8xf32>, tensor<9x8xf32>) {
  // CHECK: math.powf {{.*}} : f64
  // CHECK: emb.update all(%{{.*}}, %{{.*}}, %{{.*}} : {{.*}}) sources[%{{.*}} : tensor<5xi64> -> %{{.*}} : tensor<5x8xf32>, %{{.*}} : tensor<3xi64> -> %{{.*}} : tensor<3x8xf32>]
  // CHECK-NOT: emb.update
  %r:3 = emb.apply_gradient #emb.adam
    to(%w, %m, %v : tensor<9x8xf32>, tensor<9x8xf32>, tensor<9x8xf32>)
    sources[%i : tensor<5xi64> -> %g : tensor<5x8xf32>, %j : tensor<3xi64> -> %h : tensor<3x8xf32>]
    lr(%lr) step(%t)
  return %r#0, %r#1, %r#2 : tensor<9x8xf32>, tensor<9x8xf32>, tensor<9x8xf32>
}

// The sum over duplicates is scaled, then clamped by comparisons that leave NaN.
// CHECK-LABEL: func.func @clipped
// CHECK-SAME: %[[LR:[a-z0-9]*]]: f64, %{{.*}}: i64, %[[SCALE:[a-z0-9]*]]: f64
func.func @clipped(%w: tensor<9x8xbf16>, %s: tensor<9x8xf32>, %i: tensor<5xi64>, %g: tensor<5x8xbf16>, %lr: f64, %t: i64, %scale: f64)
    -> (tensor<9x8xbf16>, tensor<9x8xf32>) {
  // CHECK: scalars(%[[LR]], %[[SCALE]] : f64, f64)
  // CHECK-NEXT: ^bb0(%{{.*}}: f32, %[[H:.*]]: f32, %[[D:.*]]: f32, %{{.*}}: f32, %[[FACTOR:.*]]: f32):
  // CHECK-NEXT:   %[[A:.*]] = arith.mulf %[[FACTOR]], %[[D]]
  // CHECK-NEXT:   %[[LOW:.*]] = arith.constant -2.500000e-01 : f32
  // CHECK-NEXT:   %[[BELOW:.*]] = arith.cmpf olt, %[[A]], %[[LOW]]
  // CHECK-NEXT:   %[[B:.*]] = arith.select %[[BELOW]], %[[LOW]], %[[A]]
  // CHECK-NEXT:   %[[HIGH:.*]] = arith.constant 2.500000e-01 : f32
  // CHECK-NEXT:   %[[ABOVE:.*]] = arith.cmpf ogt, %[[B]], %[[HIGH]]
  // CHECK-NEXT:   %[[C:.*]] = arith.select %[[ABOVE]], %[[HIGH]], %[[B]]
  // CHECK-NEXT:   %[[C2:.*]] = arith.mulf %[[C]], %[[C]]
  // CHECK-NEXT:   arith.addf %[[H]], %[[C2]]
  %r:2 = emb.apply_gradient #emb.adagrad to(%w, %s : tensor<9x8xbf16>, tensor<9x8xf32>)
    sources[%i : tensor<5xi64> -> %g : tensor<5x8xbf16>] lr(%lr) step(%t) scale(%scale) clip_value 0.25
  return %r#0, %r#1 : tensor<9x8xbf16>, tensor<9x8xf32>
}

// A dense gradient: one loop over all elements, f16 in f32, rounded once. Step
// scalars are rounded outside.
// CHECK-LABEL: func.func @dense
// CHECK-SAME: %[[W:[a-z0-9]*]]: tensor<?x3xf16>, %[[M:[a-z0-9]*]]: tensor<?x3xf32>, %[[V:[a-z0-9]*]]: tensor<?x3xf32>, %[[X:[a-z0-9]*]]: tensor<?x3xf32>, %[[G:[a-z0-9]*]]: tensor<?x3xf16>
func.func @dense(%w: tensor<?x3xf16>, %m: tensor<?x3xf32>, %v: tensor<?x3xf32>, %x: tensor<?x3xf32>, %g: tensor<?x3xf16>, %lr: f64, %t: i64)
    -> (tensor<?x3xf16>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>) {
  // CHECK: %[[DECAY:.*]] = arith.mulf %{{.*}} : f64
  // CHECK: %[[KEPT:.*]] = arith.subf %{{.*}}, %[[DECAY]] : f64
  // CHECK: %[[KEPT32:.*]] = arith.truncf %[[KEPT]] : f64 to f32
  // CHECK: %[[NEW:.*]]:4 = linalg.generic {indexing_maps = [#[[$MAP]], #[[$MAP]], #[[$MAP]], #[[$MAP]], #[[$MAP]]], iterator_types = ["parallel", "parallel"]}
  // CHECK-SAME: ins(%[[G]] : tensor<?x3xf16>) outs(%[[W]], %[[M]], %[[V]], %[[X]] :
  // CHECK-NEXT: ^bb0(%[[GI:.*]]: f16, %[[WI:.*]]: f16, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32):
  // CHECK-NEXT:   %[[GF:.*]] = arith.extf %[[GI]] : f16 to f32
  // CHECK-NEXT:   %[[WF:.*]] = arith.extf %[[WI]] : f16 to f32
  // CHECK-NEXT:   arith.mulf %[[KEPT32]], %[[WF]]
  // CHECK:        %[[Y:.*]] = arith.truncf %{{.*}} : f32 to f16
  // CHECK-NEXT:   linalg.yield %[[Y]], %{{.*}}, %{{.*}}, %{{.*}} : f16, f32, f32, f32
  // CHECK: return %[[NEW]]#0, %[[NEW]]#1, %[[NEW]]#2, %[[NEW]]#3
  %r:4 = emb.apply_gradient #emb.adamw<weight_decay = 0.1, amsgrad = true>
    to(%w, %m, %v, %x : tensor<?x3xf16>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>) sources[]
    gradient(%g : tensor<?x3xf16>) lr(%lr) step(%t)
  return %r#0, %r#1, %r#2, %r#3 : tensor<?x3xf16>, tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>
}

// A step in a loop is one too.
// CHECK-LABEL: func.func @loop
func.func @loop(%w: tensor<f32>, %g: tensor<f32>, %lr: f64, %t: i64, %n: index) -> tensor<f32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: scf.for
  // CHECK: linalg.generic
  // CHECK-NOT: emb.apply_gradient
  %r = scf.for %k = %c0 to %n step %c1 iter_args(%x = %w) -> tensor<f32> {
    %y = emb.apply_gradient #emb.sgd to(%x : tensor<f32>) sources[]
      gradient(%g : tensor<f32>) lr(%lr) step(%t)
    scf.yield %y : tensor<f32>
  }
  return %r : tensor<f32>
}
