// RUN: emb-opt %s --compile-to=optimize | FileCheck %s

// What a step does with one index tensor needs one sort of it.

#div = [affine_map<(k, d) -> (k, d)>, affine_map<(k, d) -> (k)>, affine_map<(k, d) -> (k, d)>]

// The renorm before the lookup, how often each index occurs, and the updates of
// two tables with these ids.
// CHECK-LABEL: func.func @step
// CHECK-SAME: %[[IDS:[a-z0-9]*]]: tensor<?xi64> {emb.name = "ids"}
// CHECK: %[[G:.*]]:3, %[[N:.*]] = emb.group(%[[IDS]] : tensor<?xi64>) -> tensor<?xi64>, tensor<?xi64>, tensor<?xi64>
// CHECK-NOT: emb.group
// CHECK: emb.renorm {{.*}} group(%[[G]]#0, %[[G]]#1, %[[G]]#2, %[[N]] :
// CHECK: emb.frequency {{.*}} group(%[[G]]#0, %[[G]]#1, %[[G]]#2, %[[N]] :
// CHECK: emb.update touched{{.*}} group(%[[G]]#0, %[[G]]#1, %[[G]]#2, %[[N]] :
// CHECK: emb.update all{{.*}} group(%[[G]]#0, %[[G]]#1, %[[G]]#2, %[[N]] :
// CHECK-NOT: emb.group
// CHECK: return
func.func @step(%w: tensor<?x8xf32>, %m: tensor<?x8xf32>, %v: tensor<?x8xf32>, %b: tensor<?x1xf32>, %p: tensor<?x1xf32>,
                %ids: tensor<?xi64> {emb.name = "ids"}, %y: tensor<?x1xf32>, %lr: f64, %t: i64)
    -> (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x1xf32>, tensor<?x1xf32>) {
  %w0 = emb.renorm %ids into %w max_norm 1.0 : tensor<?xi64>, tensor<?x8xf32>
  %e = emb.gather %w0[%ids] : tensor<?x8xf32>, tensor<?xi64> -> tensor<?x8xf32>
  %g:3, %n = emb.group(%ids : tensor<?xi64>) -> tensor<?xi64>, tensor<?xi64>, tensor<?xi64>
  %often = emb.frequency %ids group(%g#0, %g#1, %g#2, %n : tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, index)
    : tensor<?xi64> -> tensor<?xi64>
  %scaled = linalg.generic {indexing_maps = #div, iterator_types = ["parallel", "parallel"]}
      ins(%e, %often : tensor<?x8xf32>, tensor<?xi64>) outs(%e : tensor<?x8xf32>) {
  ^bb0(%x: f32, %c: i64, %o: f32):
    %f = arith.sitofp %c : i64 to f32
    %q = arith.divf %x, %f : f32
    linalg.yield %q : f32
  } -> tensor<?x8xf32>
  %w1:3 = emb.apply_gradient #emb.sparse_adam to(%w0, %m, %v : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>)
    sources[%ids : tensor<?xi64> -> %scaled : tensor<?x8xf32>] lr(%lr) step(%t)
  %b1:2 = emb.apply_gradient #emb.sgd<momentum = 0.9> to(%b, %p : tensor<?x1xf32>, tensor<?x1xf32>)
    sources[%ids : tensor<?xi64> -> %y : tensor<?x1xf32>] lr(%lr) step(%t)
  return %w1#0, %w1#1, %w1#2, %b1#0, %b1#1 : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x1xf32>, tensor<?x1xf32>
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
