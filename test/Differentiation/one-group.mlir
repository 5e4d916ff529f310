// RUN: emb-opt %s --compile-to=optimize | FileCheck %s

// What a step does with one index tensor needs one sort of it.

// The renorm before the lookup, how often each index occurs, the norm of all
// gradients, and the updates of two tables with these ids.
// CHECK-LABEL: func.func @step
// CHECK-SAME: %[[IDS:[a-z0-9]*]]: tensor<?xi64> {emb.name = "ids"}
// CHECK: %[[G:.*]]:3, %[[N:.*]] = emb.group(%[[IDS]] : tensor<?xi64>) -> tensor<?xi64>, tensor<?xi64>, tensor<?xi64>
// CHECK-NOT: emb.group
// CHECK: emb.renorm {{.*}} group(%[[G]]#0, %[[G]]#1, %[[G]]#2, %[[N]] :
// CHECK: emb.frequency {{.*}} group(%[[G]]#0, %[[G]]#1, %[[G]]#2, %[[N]] :
// CHECK: emb.coalesce {{.*}} group(%[[G]]#0, %[[G]]#1, %[[G]]#2, %[[N]] :
// CHECK: emb.coalesce {{.*}} group(%[[G]]#0, %[[G]]#1, %[[G]]#2, %[[N]] :
// CHECK: emb.update touched{{.*}} group(%[[G]]#0, %[[G]]#1, %[[G]]#2, %[[N]] :
// CHECK: emb.update all{{.*}} group(%[[G]]#0, %[[G]]#1, %[[G]]#2, %[[N]] :
// CHECK-NOT: emb.group
// CHECK: return
emb.train @step of @loss
  parameters("a" = #emb.sparse_adam, "b" = #emb.sgd<momentum = 0.9>) clip_norm 1.0

func.func private @loss(%a: tensor<?x8xf32> {emb.name = "a"}, %b: tensor<?x8xf32> {emb.name = "b"},
                        %ids: tensor<?xi64> {emb.name = "ids"}) -> tensor<f32> {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %a1 = emb.renorm %ids into %a max_norm 1.0 : tensor<?xi64>, tensor<?x8xf32>
  %e = emb.gather %a1[%ids] {scale_grad_by_freq} : tensor<?x8xf32>, tensor<?xi64> -> tensor<?x8xf32>
  %f = emb.gather %b[%ids] : tensor<?x8xf32>, tensor<?xi64> -> tensor<?x8xf32>
  %loss = linalg.generic {indexing_maps = [affine_map<(k, j) -> (k, j)>, affine_map<(k, j) -> (k, j)>, affine_map<(k, j) -> ()>],
                          iterator_types = ["reduction", "reduction"]}
      ins(%e, %f : tensor<?x8xf32>, tensor<?x8xf32>) outs(%zero : tensor<f32>) {
  ^bb0(%x: f32, %y: f32, %s: f32):
    %p = arith.mulf %x, %y : f32
    %q = arith.addf %s, %p : f32
    linalg.yield %q : f32
  } -> tensor<f32>
  return %loss : tensor<f32>
}

// A padding row that counts from the end of a table of dynamic size: it is the
// same row after a write to the table.
// CHECK-LABEL: func.func @padding
// CHECK: emb.group
// CHECK-NOT: emb.group
// CHECK: return
func.func @padding(%w: tensor<?x8xf32>, %m: tensor<?x8xf32>, %ids: tensor<?xi64>, %h: tensor<?x8xf32>, %g: tensor<?x8xf32>, %lr: f64, %t: i64)
    -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  %w0 = emb.scatter_add %h[%ids] into %w {padding_idx = -1} : tensor<?x8xf32>, tensor<?xi64>, tensor<?x8xf32>
  %w1:2 = emb.apply_gradient #emb.adagrad to(%w0, %m : tensor<?x8xf32>, tensor<?x8xf32>)
    sources[%ids : tensor<?xi64> -> %g : tensor<?x8xf32> padding -1] lr(%lr) step(%t)
  return %w1#0, %w1#1 : tensor<?x8xf32>, tensor<?x8xf32>
}

// A renorm visits the padding row, an update does not: two groups.
// CHECK-LABEL: func.func @renorm_with_padding
// CHECK: emb.group(%{{.*}} : tensor<?xi64>) ->
// CHECK: emb.group(%{{.*}} : tensor<?xi64>) padding(
// CHECK: return
func.func @renorm_with_padding(%w: tensor<?x8xf32>, %ids: tensor<?xi64>, %g: tensor<?x8xf32>, %lr: f64, %t: i64) -> tensor<?x8xf32> {
  %w0 = emb.renorm %ids into %w max_norm 1.0 : tensor<?xi64>, tensor<?x8xf32>
  %w1 = emb.apply_gradient #emb.sgd to(%w0 : tensor<?x8xf32>)
    sources[%ids : tensor<?xi64> -> %g : tensor<?x8xf32> padding 0] lr(%lr) step(%t)
  return %w1 : tensor<?x8xf32>
}
