// RUN: emb-opt %s --compile-to=optimize --mlir-disable-threading --remarks-filter='emb-fold-one-hot' 2> %t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks --implicit-check-not=remark:

// The step of a model whose first layer reads one-hot features touches rows.
// CHECK-LABEL: func.func @rows
// CHECK: emb.gather
// CHECK-NOT: emb.scatter_add
// CHECK: emb.update touched
// REMARK: remark: [Passed] OneHotProductFolded {{.*}} Function=loss | columns=8, lookup=emb.gather
emb.train @rows of @loss parameters("w" = #emb.adagrad)
func.func private @loss(%w: tensor<9x8xf32> {emb.name = "w"}, %i: tensor<3xi64> {emb.name = "ids"}) -> f32 {
  %n = arith.constant 9 : index
  %z = arith.constant dense<0.0> : tensor<3x8xf32>
  %x = emb.one_hot %i depth %n : tensor<3xi64> -> tensor<3x9xf32>
  %r = linalg.matmul ins(%x, %w : tensor<3x9xf32>, tensor<9x8xf32>) outs(%z : tensor<3x8xf32>) -> tensor<3x8xf32>
  %l = func.call @square(%r) : (tensor<3x8xf32>) -> f32
  return %l : f32
}

// Adam moves all rows: they are visited.
// CHECK-LABEL: func.func @all_rows
// CHECK: emb.gather
// CHECK: emb.update all
// REMARK: remark: [Passed] OneHotProductFolded {{.*}} Function=adam_loss | columns=8, lookup=emb.gather
emb.train @all_rows of @adam_loss parameters("w" = #emb.adam)
func.func private @adam_loss(%w: tensor<9x8xf32> {emb.name = "w"}, %i: tensor<3xi64> {emb.name = "ids"}) -> f32 {
  %n = arith.constant 9 : index
  %z = arith.constant dense<0.0> : tensor<3x8xf32>
  %x = emb.one_hot %i depth %n : tensor<3xi64> -> tensor<3x9xf32>
  %r = linalg.matmul ins(%x, %w : tensor<3x9xf32>, tensor<9x8xf32>) outs(%z : tensor<3x8xf32>) -> tensor<3x8xf32>
  %l = func.call @square(%r) : (tensor<3x8xf32>) -> f32
  return %l : f32
}

// Of a table that is multiplied otherwise, too, the gradient stays dense: only
// that product becomes a sum of rows.
// CHECK-LABEL: func.func @dense
// CHECK: emb.scatter_add
// CHECK-NOT: emb.update
// REMARK: remark: [Missed] OneHotProductKept | Category:emb-fold-one-hot | Function=both_loss | Reason="the parameter 'w' is used otherwise, too, and its gradient would be both dense and of rows"
emb.train @dense of @both_loss parameters("w" = #emb.adagrad)
func.func private @both_loss(%w: tensor<9x8xf32> {emb.name = "w"}, %i: tensor<3xi64> {emb.name = "ids"}) -> f32 {
  %n = arith.constant 9 : index
  %z = arith.constant dense<0.0> : tensor<3x8xf32>
  %x = emb.one_hot %i depth %n : tensor<3xi64> -> tensor<3x9xf32>
  %r = linalg.matmul ins(%x, %w : tensor<3x9xf32>, tensor<9x8xf32>) outs(%z : tensor<3x8xf32>) -> tensor<3x8xf32>
  %v = tensor.extract_slice %w[0, 0] [3, 8] [1, 1] : tensor<9x8xf32> to tensor<3x8xf32>
  %s = arith.addf %r, %v : tensor<3x8xf32>
  %l = func.call @square(%s) : (tensor<3x8xf32>) -> f32
  return %l : f32
}

// Without a lookup all rows decay, with one those that are looked up.
// CHECK-LABEL: func.func @lazy
// CHECK: emb.scatter_add
// CHECK-NOT: emb.update
// REMARK: remark: [Missed] OneHotProductKept | Category:emb-fold-one-hot | Function=lazy_loss | Reason="the optimizer moves rows that are looked up in another way than those that are not"
emb.train @lazy of @lazy_loss parameters("w" = #emb.lazy_adamw)
func.func private @lazy_loss(%w: tensor<9x8xf32> {emb.name = "w"}, %i: tensor<3xi64> {emb.name = "ids"}) -> f32 {
  %n = arith.constant 9 : index
  %z = arith.constant dense<0.0> : tensor<3x8xf32>
  %x = emb.one_hot %i depth %n : tensor<3xi64> -> tensor<3x9xf32>
  %r = linalg.matmul ins(%x, %w : tensor<3x9xf32>, tensor<9x8xf32>) outs(%z : tensor<3x8xf32>) -> tensor<3x8xf32>
  %l = func.call @square(%r) : (tensor<3x8xf32>) -> f32
  return %l : f32
}

func.func private @square(%x: tensor<3x8xf32>) -> f32 {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %s = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ()>], iterator_types = ["reduction", "reduction"]}
      ins(%x : tensor<3x8xf32>) outs(%zero : tensor<f32>) {
  ^bb0(%a: f32, %o: f32):
    %p = arith.mulf %a, %a : f32
    %q = arith.addf %o, %p : f32
    linalg.yield %q : f32
  } -> tensor<f32>
  %r = tensor.extract %s[] : tensor<f32>
  return %r : f32
}

// What is derived is folded again, with no one to mind.
// REMARK: remark: [Passed] OneHotProductFolded {{.*}} Function=dense | columns=8, lookup=emb.gather
// REMARK: remark: [Passed] OneHotProductFolded {{.*}} Function=dense | columns=8, lookup=emb.scatter_add
// REMARK: remark: [Passed] OneHotProductFolded {{.*}} Function=lazy | columns=8, lookup=emb.gather
// REMARK: remark: [Passed] OneHotProductFolded {{.*}} Function=lazy | columns=8, lookup=emb.scatter_add
