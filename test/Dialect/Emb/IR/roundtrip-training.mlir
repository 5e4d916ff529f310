// RUN: emb-opt %s | emb-opt | FileCheck %s
// RUN: emb-opt %s --mlir-print-op-generic | emb-opt | FileCheck %s
// RUN: emb-opt %s --emit-bytecode | emb-opt | FileCheck %s

// What is as by default is not printed.
// CHECK-LABEL: module attributes
module attributes {
  // CHECK-DAG: a = #emb.sgd,
  // CHECK-DAG: b = #emb.sgd<momentum = 9.000000e-01, dampening = 1.000000e-01, weight_decay = 1.000000e-02, maximize = true>
  // CHECK-DAG: c = #emb.sgd<momentum = 9.000000e-01, nesterov = true>
  // CHECK-DAG: d = #emb.adagrad<lr_decay = 1.000000e-01, weight_decay = 1.000000e-02, initial_accumulator_value = 5.000000e-01, eps = 1.000000e-08, maximize = true>
  // CHECK-DAG: e = #emb.rowwise_adagrad<weight_decay = 1.000000e-02, weight_decay_mode = l2, initial_accumulator_value = 5.000000e-01, eps = 1.000000e-10>
  // CHECK-DAG: f = #emb.sparse_adam<beta1 = 5.000000e-01, beta2 = 9.000000e-01, eps = 1.000000e-10, maximize = true>
  // CHECK-DAG: g = #emb.adam<weight_decay = 1.000000e-02, amsgrad = true>
  // CHECK-DAG: h = #emb.adamw<weight_decay = 0.000000e+00>
  // CHECK-DAG: i = #emb.lazy_adamw<beta2 = 9.000000e-01>
  // CHECK-DAG: j = #emb.parameter<"w" = #emb.adam lr "lr.w" dense>
  // CHECK-DAG: k = #emb.parameter<"w" = @mine>
  // CHECK-DAG: l = #emb.state<"m" per_row = 5.000000e-01>
  test.attributes = {
    a = #emb.sgd<momentum = 0.0>,
    b = #emb.sgd<momentum = 0.9, dampening = 0.1, weight_decay = 0.01, maximize = true>,
    c = #emb.sgd<nesterov = true, momentum = 0.9>,
    d = #emb.adagrad<lr_decay = 0.1, weight_decay = 0.01, initial_accumulator_value = 0.5, eps = 1.0e-8, maximize = true>,
    e = #emb.rowwise_adagrad<weight_decay = 0.01, weight_decay_mode = l2, initial_accumulator_value = 0.5, eps = 1.0e-10>,
    f = #emb.sparse_adam<beta1 = 0.5, beta2 = 0.9, eps = 1.0e-10, maximize = true>,
    g = #emb.adam<weight_decay = 0.01, amsgrad = true>,
    h = #emb.adamw<weight_decay = 0.0>,
    i = #emb.lazy_adamw<beta2 = 0.9, eps = 1.0e-8>,
    j = #emb.parameter<"w" = #emb.adam lr "lr.w" dense>,
    k = #emb.parameter<"w" = @mine lr "lr">,
    l = #emb.state<"m" per_row = 0.5>
  }
} {
  // CHECK: emb.train @step of @loss parameters("w" = #emb.sgd, "v" = #emb.adam lr "lr.v" dense) frozen("u", "t") clip_norm 1.000000e+00 norm_type 1.000000e+00 accumulate
  emb.train @step of @loss parameters("w" = #emb.sgd lr "lr", "v" = #emb.adam lr "lr.v" dense)
    frozen("u", "t") clip_norm 1.0 norm_type 1.0 accumulate
  // CHECK: emb.train @clamped of @loss parameters("w" = #emb.adamw) clip_value 5.000000e-01
  emb.train @clamped of @loss parameters("w" = #emb.adamw) clip_value 0.5
  // CHECK: emb.train @own of @loss parameters("w" = @mine lr "lr.w", "v" = @mine dense)
  emb.train @own of @loss parameters("w" = @mine lr "lr.w", "v" = @mine dense)
  // A declaration may be about what another one makes.
  // CHECK: emb.gradient @second of @first wrt("w") seeded
  emb.gradient @second of @first wrt("w") seeded
  // CHECK: emb.gradient @first of @loss wrt("w", "v")
  emb.gradient @first of @loss wrt("w", "v")

  // CHECK: emb.optimizer @mine touched states("m" = 0.000000e+00, "n" per_row = -1.500000e+00) attributes {test.kept} scalars {
  // CHECK-NEXT: ^bb0(%{{.*}}: f64, %{{.*}}: f64):
  // CHECK-NEXT:   emb.yield %{{.*}}, %{{.*}} : f64, f64
  // CHECK-NEXT: } update {
  // CHECK-NEXT: ^bb0(%{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32, %{{.*}}: f32):
  // CHECK-NEXT:   %[[R:.*]] = emb.row_reduce max %{{.*}} : f32
  // CHECK-NEXT:   emb.yield %{{.*}}, %{{.*}}, %[[R]] : f32, f32, f32
  // CHECK-NEXT: }
  emb.optimizer @mine touched states("m" = 0.0, "n" per_row = -1.5) attributes {test.kept} scalars {
  ^bb0(%lr: f64, %step: f64):
    emb.yield %lr, %step : f64, f64
  } update {
  ^bb0(%w: f32, %m: f32, %n: f32, %g: f32, %lr: f32, %step: f32):
    %r = emb.row_reduce max %g : f32
    emb.yield %w, %m, %r : f32, f32, f32
  }
  // CHECK: emb.optimizer @still all update {
  // CHECK-NEXT: ^bb0(%{{.*}}: f64, %{{.*}}: f64, %{{.*}}: f64):
  emb.optimizer @still all update {
  ^bb0(%w: f64, %g: f64, %lr: f64):
    emb.yield %w : f64
  }

  func.func @loss(%w: tensor<9x8xf32> {emb.name = "w"}, %v: tensor<8xf32> {emb.name = "v"},
                  %u: f64 {emb.name = "u"}, %t: f64 {emb.name = "t"}) -> f64 {
    // CHECK: emb.detach %{{.*}} : f64
    %d = emb.detach %u : f64
    return %d : f64
  }

  // CHECK-LABEL: func.func @apply_gradient
  func.func @apply_gradient(%w: tensor<?x8xf16>, %m: tensor<?x8xf32>, %i: tensor<5xi64>, %g: tensor<2x8xf16>, %b: tensor<5xi32>,
                            %s: tensor<5xf32>, %a: tensor<2x8xi32>, %j: tensor<2x3xi32>, %h: tensor<2x3x8xf32>, %v: tensor<f64>,
                            %lr: f64, %t: i64, %scale: f64) {
    // CHECK: emb.apply_gradient #emb.adagrad to(%{{.*}}, %{{.*}} : tensor<?x8xf16>, tensor<?x8xf32>)
    // CHECK-SAME: sources[%{{.*}} : tensor<5xi64> -> %{{.*}} : tensor<2x8xf16> map %{{.*}} : tensor<5xi32> scale %{{.*}} : tensor<5xf32> winners %{{.*}} : tensor<2x8xi32> padding -1, %{{.*}} : tensor<2x3xi32> -> %{{.*}} : tensor<2x3x8xf32>]
    // CHECK-SAME: lr(%{{.*}}) step(%{{.*}}) scale(%{{.*}}) clip_value 2.500000e-01{{$}}
    %w1:2 = emb.apply_gradient #emb.adagrad to(%w, %m : tensor<?x8xf16>, tensor<?x8xf32>)
      sources[%i : tensor<5xi64> -> %g : tensor<2x8xf16> map %b : tensor<5xi32> scale %s : tensor<5xf32> winners %a : tensor<2x8xi32> padding -1,
              %j : tensor<2x3xi32> -> %h : tensor<2x3x8xf32>]
      lr(%lr) step(%t) scale(%scale) clip_value 0.25
    // CHECK: emb.apply_gradient @still to(%{{.*}} : tensor<f64>) sources[] gradient
    %v0 = emb.apply_gradient @still to(%v : tensor<f64>) sources[] gradient(%v : tensor<f64>) lr(%lr) step(%t)
    // CHECK: emb.apply_gradient #emb.sgd to(%{{.*}} : tensor<f64>) sources[] gradient(%{{.*}} : tensor<f64>) lr(%{{.*}}) step(%{{.*}}){{$}}
    %v1 = emb.apply_gradient #emb.sgd to(%v : tensor<f64>) sources[] gradient(%v : tensor<f64>) lr(%lr) step(%t)
    return
  }
}
