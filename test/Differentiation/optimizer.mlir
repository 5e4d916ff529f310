// RUN: emb-opt %s --emb-differentiate | FileCheck %s --check-prefix=TRAIN
// RUN: emb-opt %s --emb-differentiate --emb-fuse-update | FileCheck %s
// RUN: emb-opt %s --emb-fuse-update | FileCheck %s --check-prefix=KEPT
// RUN: emb-opt %s --emb-differentiate --emb-fuse-update --remarks-filter=emb-fuse-update -o /dev/null 2>&1 \
// RUN: | FileCheck %s --check-prefix=REMARK

// Training by a declaration and by the named optimizer that it repeats, with
// clipping and with micro-batches: the same bits.
// DEFINE: %{step} = --arg t=[[0.1,0.2],[0.3,0.4],[0.5,0.6]] --arg t.sum=[[1,2],[3,4],[5,6]] --arg w=[0.7,0.8] --arg w.sum=[0.9,1.1] --arg lr=0.3 --arg step=5
// DEFINE: %{data} = --arg ids=[1,0,1]
// DEFINE: %{batches} = --arg ids=[[1,0,1],[2,2,0]]
// RUN: rm -rf %t && mkdir %t
// RUN: emb-run %s --entry=own_clipped %{step} %{data} --out 0=%t/own0.npy --out 1=%t/own1.npy --out 2=%t/own2.npy --out 3=%t/own3.npy
// RUN: emb-run %s --entry=named_clipped %{step} %{data} --out 0=%t/named0.npy --out 1=%t/named1.npy --out 2=%t/named2.npy --out 3=%t/named3.npy
// RUN: cmp %t/own0.npy %t/named0.npy && cmp %t/own1.npy %t/named1.npy && cmp %t/own2.npy %t/named2.npy && cmp %t/own3.npy %t/named3.npy
// RUN: emb-run %s --entry=own_accumulated %{step} %{batches} --out 0=%t/own0.npy --out 1=%t/own1.npy --out 2=%t/own2.npy --out 3=%t/own3.npy
// RUN: emb-run %s --entry=named_accumulated %{step} %{batches} --out 0=%t/named0.npy --out 1=%t/named1.npy --out 2=%t/named2.npy --out 3=%t/named3.npy
// RUN: cmp %t/own0.npy %t/named0.npy && cmp %t/own1.npy %t/named1.npy && cmp %t/own2.npy %t/named2.npy && cmp %t/own3.npy %t/named3.npy

// States are those of the declaration: one value per row, or of the parameter's
// shape, in its compute type.
// TRAIN-LABEL: func.func @states(
// TRAIN-SAME:    %[[T:[^:]*]]: tensor<?x2xf16> {emb.name = "t"}
// TRAIN-SAME:    %[[TN:[^:]*]]: tensor<?xf32> {emb.name = "t.norm"}
// TRAIN-SAME:    %[[TM:[^:]*]]: tensor<?x2xf32> {emb.name = "t.m"}
// TRAIN-SAME:    %[[IDS:[^:]*]]: tensor<?xi64>
// TRAIN-SAME:    %[[LR:[^:]*]]: f64 {emb.name = "lr.t"}
// TRAIN-SAME:    %[[STEP:[^:]*]]: i64 {emb.name = "step"}
// TRAIN-SAME:    -> (tensor<?x2xf16>, tensor<?xf32>, tensor<?x2xf32>, f32)
// TRAIN: emb.apply_gradient @two_states to(%[[T]], %[[TN]], %[[TM]] :
// TRAIN-SAME:  lr(%[[LR]]) step(%[[STEP]])

// REMARK-DAG: UpdateFused | Category:emb-fuse-update | Remark=emb.update, optimizer=@two_states, rows=all, sources=1, states=2
// REMARK-DAG: UpdateFused {{.*}} optimizer=@adagrad, rows=touched, sources=1, states=1
// REMARK-DAG: DenseUpdate | Category:emb-fuse-update | Remark=linalg.generic, optimizer=@adagrad, states=1

// A declaration stays as long as something uses it.
// CHECK-NOT: emb.optimizer
// KEPT: emb.optimizer @two_states
emb.optimizer @two_states all states("norm" per_row = 0.5, "m" = 0.0) scalars {
^bb0(%lr: f64, %step: f64):
  %rate = arith.divf %lr, %step : f64
  emb.yield %rate : f64
} update {
^bb0(%w: f32, %norm: f32, %m: f32, %g: f32, %rate: f32):
  %size = math.absf %g : f32
  %largest = emb.row_reduce max %size : f32
  %norm1 = arith.maximumf %norm, %largest : f32
  %direction = arith.divf %g, %norm1 : f32
  %m1 = arith.addf %m, %direction : f32
  %change = arith.mulf %rate, %m1 : f32
  %w1 = arith.subf %w, %change : f32
  emb.yield %w1, %norm1, %m1 : f32, f32, f32
}

// The scalars are computed outside, where the step becomes a number; the rule is
// the region.
// CHECK-LABEL: func.func @states(
// CHECK-SAME:    %[[LR:[^:]*]]: f64 {emb.name = "lr.t"}, %[[STEP:[^:]*]]: i64
// CHECK:       %[[S:.*]] = arith.sitofp %[[STEP]] : i64 to f64
// CHECK-NEXT:  %[[RATE:.*]] = arith.divf %[[LR]], %[[S]] : f64
// CHECK-NEXT:  emb.update all({{.*}} : tensor<?x2xf16>, tensor<?xf32>, tensor<?x2xf32>)
// CHECK-SAME:    scalars(%[[RATE]] : f64)
// CHECK-NEXT:  ^bb0(%[[W:.*]]: f32, %[[N:.*]]: f32, %[[M:.*]]: f32, %[[G:.*]]: f32, %[[R:.*]]: f32):
// CHECK-NEXT:    %[[SIZE:.*]] = math.absf %[[G]]
// CHECK-NEXT:    %[[MAX:.*]] = emb.row_reduce max %[[SIZE]]
// CHECK-NEXT:    %[[N1:.*]] = arith.maximumf %[[N]], %[[MAX]]
// CHECK-NEXT:    %[[D:.*]] = arith.divf %[[G]], %[[N1]]
// CHECK-NEXT:    %[[M1:.*]] = arith.addf %[[M]], %[[D]]
// CHECK-NEXT:    %[[C:.*]] = arith.mulf %[[R]], %[[M1]]
// CHECK-NEXT:    %[[W1:.*]] = arith.subf %[[W]], %[[C]]
// CHECK-NEXT:    emb.yield %[[W1]], %[[N1]], %[[M1]]
emb.train @states of @sum parameters("t" = @two_states lr "lr.t")
func.func private @sum(%t: tensor<?x2xf16> {emb.name = "t"}, %ids: tensor<?xi64> {emb.name = "ids"}) -> f32 {
  %e = emb.gather %t[%ids] : tensor<?x2xf16>, tensor<?xi64> -> tensor<?x2xf16>
  %zero = arith.constant dense<0.0> : tensor<f32>
  %sum = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ()>],
      iterator_types = ["reduction", "reduction"]}
      ins(%e : tensor<?x2xf16>) outs(%zero : tensor<f32>) {
  ^bb0(%x: f16, %s: f32):
    %y = arith.extf %x : f16 to f32
    %r = arith.addf %s, %y : f32
    linalg.yield %r : f32
  } -> tensor<f32>
  %loss = tensor.extract %sum[] : tensor<f32>
  return %loss : f32
}

// KEPT: emb.optimizer @adagrad
emb.optimizer @adagrad touched states("sum" = 0.0) update {
^bb0(%w: f32, %sum: f32, %g: f32, %lr: f32):
  %g2 = arith.mulf %g, %g : f32
  %sum1 = arith.addf %sum, %g2 : f32
  %scaled = arith.mulf %lr, %g : f32
  %root = math.sqrt %sum1 : f32
  %eps = arith.constant 1.0e-10 : f32
  %den = arith.addf %root, %eps : f32
  %change = arith.divf %scaled, %den : f32
  %w1 = arith.subf %w, %change : f32
  emb.yield %w1, %sum1 : f32, f32
}

// A table and a tensor of another shape have the same one.
emb.train @own_clipped of @loss parameters("t" = @adagrad, "w" = @adagrad) clip_norm 0.75
emb.train @named_clipped of @loss parameters("t" = #emb.adagrad, "w" = #emb.adagrad) clip_norm 0.75
emb.train @own_accumulated of @loss parameters("t" = @adagrad, "w" = @adagrad) clip_value 0.25 accumulate
emb.train @named_accumulated of @loss parameters("t" = #emb.adagrad, "w" = #emb.adagrad) clip_value 0.25 accumulate
func.func private @loss(
    %t: tensor<?x2xf32> {emb.name = "t"}, %ids: tensor<?xi64> {emb.name = "ids"},
    %w: tensor<2xf32> {emb.name = "w"}) -> tensor<f32> {
  %e = emb.gather %t[%ids] : tensor<?x2xf32>, tensor<?xi64> -> tensor<?x2xf32>
  %zero = arith.constant dense<0.0> : tensor<f32>
  %sum = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>,
                       affine_map<(i, j) -> ()>],
      iterator_types = ["reduction", "reduction"]}
      ins(%e, %w : tensor<?x2xf32>, tensor<2xf32>) outs(%zero : tensor<f32>) {
  ^bb0(%x: f32, %y: f32, %s: f32):
    %p = arith.mulf %x, %y : f32
    %r = arith.addf %s, %p : f32
    linalg.yield %r : f32
  } -> tensor<f32>
  return %sum : tensor<f32>
}

// Nothing uses it.
// CHECK-NOT: emb.optimizer
// KEPT-NOT: emb.optimizer
emb.optimizer @unused touched update {
^bb0(%w: f32, %g: f32, %lr: f32):
  %w1 = arith.subf %w, %g : f32
  emb.yield %w1 : f32
}
