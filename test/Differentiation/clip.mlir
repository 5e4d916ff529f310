// DEFINE: %{args} = --arg 'table=[[0], [0], [0]]' --arg bias=[0] --arg ids=[1,2,1,0] --arg 'c=[[1], [100], [2], [4]]' --arg d=[12] --arg lr=1 --arg step=1 --print=0 --print=1
// RUN: emb-run %s --entry=norm2 %{args} | FileCheck %s --check-prefix=HALF
// RUN: emb-run %s --entry=norm1 %{args} | FileCheck %s --check-prefix=HALF
// RUN: emb-run %s --entry=norm_inf %{args} | FileCheck %s --check-prefix=HALF
// RUN: emb-run %s --entry=large %{args} | FileCheck %s --check-prefix=FULL
// RUN: emb-run %s --entry=value %{args} | FileCheck %s --check-prefix=VALUE
// RUN: emb-run %s --entry=norm2 --arg 'table=[[0], [0], [0]]' --arg bias=[0] --arg ids=[2,2] --arg 'c=[[1], [100]]' --arg d=[13] \
// RUN:   --arg lr=1 --arg step=1 --print=0 --print=1 | FileCheck %s --check-prefix=PADDING
// RUN: emb-run %s --entry=accumulated --arg 'table=[[0], [0], [0]]' --arg bias=[0] --arg 'ids=[[1,1,2],[0,0,2]]' \
// RUN:   --arg 'c=[[[2], [4], [100]], [[7], [1], [100]]]' --arg 'd=[[10], [14]]' --arg lr=1 --arg step=1 --print=0 --print=1 | FileCheck %s --check-prefix=HALF
// RUN: emb-opt %s --compile-to=optimize | FileCheck %s --check-prefix=GROUP

// The gradient of the table is 1 + 2 = 3 in row 1 and 4 in row 0; row 2 is
// padding. That of the bias is 12. So the 2-norm is 13, the 1-norm 19 and the
// largest element 12; that of the rows as they come would be 12.8 or, with
// padding, more than 100. The bounds are half of that, and half of the 1e-6.
emb.train @norm2 of @loss parameters("table" = #emb.sgd, "bias" = #emb.sgd) clip_norm 6.5000005
emb.train @norm1 of @loss parameters("table" = #emb.sgd, "bias" = #emb.sgd) clip_norm 9.5000005 norm_type 1.0
emb.train @norm_inf of @loss parameters("table" = #emb.sgd, "bias" = #emb.sgd) clip_norm 6.0000005 norm_type 0x7FF0000000000000
// HALF: [-2],
// HALF: [-1.5],
// HALF: [0]]
// HALF: [-6]

// The norm of the mean over two micro-batches: (2 + 4) / 2 in row 1, (7 + 1) / 2 in
// row 0, (10 + 14) / 2.
emb.train @accumulated of @loss parameters("table" = #emb.sgd, "bias" = #emb.sgd) clip_norm 6.5000005 accumulate

emb.train @large of @loss parameters("table" = #emb.sgd, "bias" = #emb.sgd) clip_norm 20.0
// FULL: [-4],
// FULL: [-3],
// FULL: [0]]
// FULL: [-12]

// Each element, after duplicates are summed: 2.5 instead of 3, 4 and 12.
emb.train @value of @loss parameters("table" = #emb.sgd, "bias" = #emb.sgd) clip_value 2.5
// VALUE: [-2.5],
// VALUE: [-2.5],
// VALUE: [0]]
// VALUE: [-2.5]

// Only padding: the norm is that of the bias, 13.
// PADDING: [0],
// PADDING: [0],
// PADDING: [0]]
// PADDING: [-6.5]

// The norm and the update share the sort.
// GROUP-LABEL: func.func @norm2
// GROUP: emb.group
// GROUP-NOT: emb.group
// GROUP: return

func.func private @loss(%t: tensor<?x1xf32> {emb.name = "table"}, %b: tensor<1xf32> {emb.name = "bias"},
    %i: tensor<?xi64> {emb.name = "ids"}, %c: tensor<?x1xf32> {emb.name = "c"}, %d: tensor<1xf32> {emb.name = "d"}) -> tensor<f32> {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %e = emb.gather %t[%i] {padding_idx = -1} : tensor<?x1xf32>, tensor<?xi64> -> tensor<?x1xf32>
  %sum = linalg.generic {indexing_maps = [affine_map<(k, j) -> (k, j)>, affine_map<(k, j) -> (k, j)>, affine_map<(k, j) -> ()>], iterator_types = ["reduction", "reduction"]}
      ins(%e, %c : tensor<?x1xf32>, tensor<?x1xf32>) outs(%zero : tensor<f32>) {
  ^bb0(%x: f32, %y: f32, %s: f32):
    %p = arith.mulf %x, %y : f32
    %q = arith.addf %s, %p : f32
    linalg.yield %q : f32
  } -> tensor<f32>
  %loss = linalg.dot ins(%b, %d : tensor<1xf32>, tensor<1xf32>) outs(%sum : tensor<f32>) -> tensor<f32>
  return %loss : tensor<f32>
}
