// RUN: %python %S/snippets.py contained %emb_source/include/emb/Dialect/Emb/IR/EmbTrainingOps.td %s
// RUN: emb-run %s --entry=step --arg 'embedding.weight=[[1, 0, 0, 0, 0, 0, 0, 0], [0, 2, 0, 0, 0, 0, 0, 0]]' \
// RUN:   --arg 'embedding.weight.exp_avg=[[0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0]]' \
// RUN:   --arg 'embedding.weight.exp_avg_sq=[[0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0]]' \
// RUN:   --arg 'linear.weight=[1, 0, 0, 0, 0, 0, 0, 0]' --arg 'linear.weight.exp_avg=[0, 0, 0, 0, 0, 0, 0, 0]' \
// RUN:   --arg 'linear.weight.exp_avg_sq=[0, 0, 0, 0, 0, 0, 0, 0]' --arg 6=[0,0,0,1,1] \
// RUN:   --arg lr.sparse=0.5 --arg lr=0.25 --arg step=1 --print=0 --print=3 --print=6 | FileCheck %s --check-prefix=STEP
// RUN: emb-run %s --entry=dlookup --arg 'table=[[1, 1, 1, 1, 1, 1, 1, 1], [2, 2, 2, 2, 2, 2, 2, 2]]' --arg 1=[1,1,0,1,1] \
// RUN:   --arg '2=[[1, 0, 0, 0, 0, 0, 0, 0], [0, 2, 0, 0, 0, 0, 0, 0], [0, 0, 3, 0, 0, 0, 0, 0], [4, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 5]]' \
// RUN:   --print=1 | FileCheck %s --check-prefix=GRADIENT
// RUN: emb-run %s --entry=row_adagrad_step --arg 'table=[[1, 2, 3, 4], [5, 5, 5, 5], [1, 2, 3, 4]]' --arg table.sum=[9,0,0] --arg 'ids=[0, 2, 0]' \
// RUN:   --arg lr=10 --arg step=4 --print=0 --print=1 | FileCheck %s --check-prefix=OWN
// RUN: emb-run %s --entry=apply --arg ids=[0,1,1,1,2] --arg lr=2 --arg step=1 --print=0 --print=1 | FileCheck %s --check-prefix=APPLY
// RUN: emb-opt %s --emb-differentiate | FileCheck %s --check-prefix=DETACH

// The examples in the descriptions of the operations, word for word, with
// inputs and with what they must compute.

// The loss is 3 * 1. With step 1 Adam moves by its rate, against the sign of the
// gradient, whatever its size: what is looked up by 0.5 in column 0, where the
// weight is not 0 (eps is not corrected there); the weight by 0.25 in columns 0 (3,
// and the decay of 0.1) and 1 (4).
emb.train @step of @loss
  parameters("embedding.weight" = #emb.sparse_adam lr "lr.sparse",
             "linear.weight" = #emb.adam<weight_decay = 0.1>)
  clip_norm 1.0

func.func @loss(%t: tensor<?x8xf32> {emb.name = "embedding.weight"},
                %w: tensor<8xf32> {emb.name = "linear.weight"},
                %i: tensor<5xi64>) -> tensor<f32> {
  %e = emb.gather %t[%i] : tensor<?x8xf32>, tensor<5xi64> -> tensor<5x8xf32>
  %zero = arith.constant dense<0.0> : tensor<f32>
  %loss = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>,
                       affine_map<(i, j) -> (j)>, affine_map<(i, j) -> ()>],
      iterator_types = ["reduction", "reduction"]}
      ins(%e, %w : tensor<5x8xf32>, tensor<8xf32>)
      outs(%zero : tensor<f32>) {
  ^bb0(%x: f32, %y: f32, %sum: f32):
    %p = arith.mulf %x, %y : f32
    %r = arith.addf %sum, %p : f32
    linalg.yield %r : f32
  } -> tensor<f32>
  return %loss : tensor<f32>
}
// STEP: {{^\[\[}}0.5, 0,
// STEP: {{^}} [-0.499999, 2,
// STEP: 3: 8xf32
// STEP: [0.75, -0.25, 0,
// STEP: 6: f32
// STEP: 3

// Row 0 gets the third gradient, row 1 the others.
emb.gradient @dlookup of @lookup wrt("table") seeded

func.func @lookup(%t: tensor<?x8xf32> {emb.name = "table"},
                  %i: tensor<5xi64>) -> tensor<5x8xf32> {
  %r = emb.gather %t[%i] : tensor<?x8xf32>, tensor<5xi64> -> tensor<5x8xf32>
  return %r : tensor<5x8xf32>
}
// GRADIENT: {{^\[\[}}0, 0, 3, 0, 0, 0, 0, 0],
// GRADIENT: {{^}} [5, 2, 0, 0, 0, 0, 0, 5]]

// The gradient of each lookup is 1 in 4 columns. The sum of row 0 is 9 + 4 * 2 * 2 =
// 25, that of row 2 is 4; the rate is 10 / sqrt(4). So row 0 moves by 5 * 2 / 5, row 2
// by 5 * 1 / 2.
emb.optimizer @row_adagrad touched states("sum" per_row = 0.0)
scalars {
^bb0(%lr: f64, %step: f64):
  %root = math.sqrt %step : f64
  %rate = arith.divf %lr, %root : f64
  emb.yield %rate : f64
} update {
^bb0(%w: f32, %sum: f32, %g: f32, %rate: f32):
  %g2 = arith.mulf %g, %g : f32
  %norm2 = emb.row_reduce add %g2 : f32
  %sum1 = arith.addf %sum, %norm2 : f32
  %root = math.sqrt %sum1 : f32
  %direction = arith.divf %g, %root : f32
  %change = arith.mulf %rate, %direction : f32
  %w1 = arith.subf %w, %change : f32
  emb.yield %w1, %sum1 : f32, f32
}

emb.train @row_adagrad_step of @row_loss parameters("table" = @row_adagrad)

func.func @row_loss(%t: tensor<3x4xf32> {emb.name = "table"},
                    %i: tensor<3xi64> {emb.name = "ids"}) -> tensor<f32> {
  %rows = emb.gather %t[%i] : tensor<3x4xf32>, tensor<3xi64> -> tensor<3x4xf32>
  %zero = arith.constant dense<0.0> : tensor<f32>
  %loss = linalg.reduce ins(%rows : tensor<3x4xf32>) outs(%zero : tensor<f32>) dimensions = [0, 1]
    (%x: f32, %sum: f32) {
      %r = arith.addf %sum, %x : f32
      linalg.yield %r : f32
    }
  return %loss : tensor<f32>
}
// OWN: {{^\[\[}}-1, 0, 1, 2],
// OWN: {{^}} [5, 5, 5, 5],
// OWN: {{^}} [-1.5, -0.5, 0.5, 1.5]]
// OWN: {{^\[}}25, 0, 4]

// With sums of 0 before, Adagrad moves by its rate.
func.func @apply(%i: tensor<5xi64> {emb.name = "ids"}, %lr: f64 {emb.name = "lr"}, %step: i64 {emb.name = "step"})
    -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %three = arith.constant 3.0 : f32
  %ew = tensor.empty() : tensor<1000x8xf32>
  %w = linalg.fill ins(%zero : f32) outs(%ew : tensor<1000x8xf32>) -> tensor<1000x8xf32>
  %eh = tensor.empty() : tensor<1000x8xf32>
  %h = linalg.fill ins(%zero : f32) outs(%eh : tensor<1000x8xf32>) -> tensor<1000x8xf32>
  %eg = tensor.empty() : tensor<5x8xf32>
  %g = linalg.fill ins(%three : f32) outs(%eg : tensor<5x8xf32>) -> tensor<5x8xf32>
  %w1, %h1 = emb.apply_gradient #emb.adagrad
    to(%w, %h : tensor<1000x8xf32>, tensor<1000x8xf32>)
    sources[%i : tensor<5xi64> -> %g : tensor<5x8xf32>] lr(%lr) step(%step)
  %w4 = tensor.extract_slice %w1[0, 0] [4, 8] [1, 1] : tensor<1000x8xf32> to tensor<4x8xf32>
  %h4 = tensor.extract_slice %h1[0, 0] [4, 8] [1, 1] : tensor<1000x8xf32> to tensor<4x8xf32>
  return %w4, %h4 : tensor<4x8xf32>, tensor<4x8xf32>
}
// APPLY: {{^\[\[}}-2, -2,
// APPLY: {{^}} [-2, -2,
// APPLY: {{^}} [-2, -2,
// APPLY: {{^}} [0, 0,
// APPLY: {{^\[\[}}9, 9,
// APPLY: {{^}} [81, 81,
// APPLY: {{^}} [9, 9,
// APPLY: {{^}} [0, 0,

func.func @detach(%x: tensor<4xf32>) -> tensor<4xf32> {
  %r = emb.detach %x : tensor<4xf32>
  return %r : tensor<4xf32>
}
// DETACH-LABEL: func.func @detach
// DETACH-SAME: %[[X:.*]]: tensor<4xf32>
// DETACH-NEXT: return %[[X]]
