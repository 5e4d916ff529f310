// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-run %s --entry=step --arg t=[[1,2],[3,4]] --arg w=[10,20] \
// RUN:   --arg ids=[[1,0],[1,1]] --arg scale=[1,1] --arg f=[1] --arg lr=0.5 --arg step=1 \
// RUN:   --print=t --print=w --print=2 --print=3 | FileCheck %s --check-prefix=NUMBERS
// RUN: not emb-run %s --entry=step --arg t=[[1,2],[3,4]] --arg w=[10,20] \
// RUN:   --arg ids=[[1,0],[1,1]] --arg scale=[1,1,1] --arg f=[1] --arg lr=0.5 --arg step=1 \
// RUN:   --check-unchanged 2>&1 | FileCheck %s --check-prefix=UNEQUAL

// Two micro-batches of two words, loss = the sum of t[ids] . w in each. Row 0
// occurs once, row 1 three times:
//   dt = (1 w, 3 w) / 2 = ((5, 10), (15, 30)),  dw = (t[0] + 3 t[1]) / 2 = (5, 7)
//   loss = (110 + 50 + 2 * 110) / 2 = 190
// NUMBERS:      t: 2x2xf32
// NUMBERS-NEXT: {{\[}}[-1.5, -3],
// NUMBERS-NEXT:  [-4.5, -11]]
// NUMBERS-NEXT: w: 2xf32
// NUMBERS-NEXT: [7.5, 16.5]
// NUMBERS-NEXT: 2: f32
// NUMBERS-NEXT: 190
// NUMBERS-NEXT: 3: 2xf32
// NUMBERS-NEXT: [160, 220]
// UNEQUAL: emb.train: number of micro-batches (argument 3 'scale'): found 3, expected 2

// One loop has the forward and the reverse pass of each micro-batch. The dense
// gradient is summed up in it; of the table there are the rows of each.
// CHECK-LABEL: func.func @step(
// CHECK-SAME:    tensor<?x2xi64> {emb.name = "ids"}
// CHECK-SAME:    tensor<?xf32> {emb.name = "scale"}
// CHECK-SAME:    tensor<1xf32> {emb.name = "f"}
// CHECK-SAME:    -> (tensor<?x2xf32>, tensor<2xf32>, tensor<f32>, tensor<?xf32>)
// CHECK:         %[[LOOP:.*]]:{{[0-9]+}} = scf.for
// CHECK:           tensor.insert_slice %{{.*}} : tensor<2xi64> into tensor<?x2xi64>
// CHECK:           emb.gather
// CHECK:           tensor.insert_slice %{{.*}} : tensor<2x2xf32> into tensor<?x2x2xf32>
// CHECK-NOT:     scf.for
// CHECK:         emb.apply_gradient #emb.sgd to(%{{.*}}) sources[%[[LOOP]]#{{.*}} : tensor<?x2xi64> -> %[[LOOP]]#{{.*}} : tensor<?x2x2xf32>]
// CHECK:         emb.apply_gradient #emb.sgd to(%{{.*}}) sources[] gradient(%[[LOOP]]#{{.*}} : tensor<2xf32>)
emb.train @step of @loss parameters("t" = #emb.sgd, "w" = #emb.sgd) frozen("f") accumulate
func.func private @loss(
    %t: tensor<?x2xf32> {emb.name = "t"}, %ids: tensor<2xi64> {emb.name = "ids"},
    %w: tensor<2xf32> {emb.name = "w"}, %scale: tensor<f32> {emb.name = "scale"},
    %f: tensor<1xf32> {emb.name = "f"}) -> (tensor<f32>, tensor<f32>) {
  %e = emb.gather %t[%ids] : tensor<?x2xf32>, tensor<2xi64> -> tensor<2x2xf32>
  %zero = arith.constant dense<0.0> : tensor<f32>
  %sum = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>,
                       affine_map<(i, j) -> ()>],
      iterator_types = ["reduction", "reduction"]}
      ins(%e, %w : tensor<2x2xf32>, tensor<2xf32>) outs(%zero : tensor<f32>) {
  ^bb0(%x: f32, %y: f32, %s: f32):
    %p = arith.mulf %x, %y : f32
    %r = arith.addf %s, %p : f32
    linalg.yield %r : f32
  } -> tensor<f32>
  %one = tensor.collapse_shape %f [] : tensor<1xf32> into tensor<f32>
  %a = arith.mulf %sum, %scale : tensor<f32>
  %b = arith.mulf %a, %one : tensor<f32>
  return %b, %sum : tensor<f32>, tensor<f32>
}

// RUN: emb-run %s --entry=given --arg w=[1,2] --arg l=[1,3] --arg lr=0.1 --arg step=1 \
// RUN:   --print=w --print=1 2>/dev/null | FileCheck %s --check-prefix=GIVEN

// A loss that is given is averaged too; nothing moves.
// GIVEN:      w: 2xf32
// GIVEN-NEXT: [1, 2]
// GIVEN-NEXT: 1: f32
// GIVEN-NEXT: 2
emb.train @given of @given_loss parameters("w" = #emb.sgd) clip_norm 1.0 accumulate
func.func private @given_loss(%w: tensor<2xf32> {emb.name = "w"},
                              %l: tensor<f32> {emb.name = "l"}) -> tensor<f32> {
  return %l : tensor<f32>
}
