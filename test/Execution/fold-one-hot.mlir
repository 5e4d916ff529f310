// RUN: emb-run %s --compile-to=optimize | FileCheck %s

// The same products, of emb.one_hot, which becomes a lookup, and of a comparison
// that stays (an index out of range would give zeros), on random tables. A lookup
// has the bits of the product.
// RUN: emb-run %s --entry=folded --arg w=random:50x24xf32:1 --arg ids=random:200xi64:2:50 --arg b=random:24xf32:3 --out 0=%t.folded.npy
// RUN: emb-run %s --entry=plain --arg w=random:50x24xf32:1 --arg ids=random:200xi64:2:50 --arg b=random:24xf32:3 --out 0=%t.plain.npy
// RUN: cmp %t.folded.npy %t.plain.npy
// RUN: emb-run %s --entry=linear --arg w=random:24x50xf32:4 --arg ids=random:200xi64:5:50 --out 0=%t.linear.npy
// RUN: emb-run %s --entry=plain_linear --arg w=random:24x50xf32:4 --arg ids=random:200xi64:5:50 --out 0=%t.plain-linear.npy
// RUN: cmp %t.linear.npy %t.plain-linear.npy

// Sums of rows, and a step of training, are added up in another order.
// RUN: emb-run %s --entry=reverse --arg g=random:200x24xf32:6 --arg ids=random:200xi64:7:50 --out 0=%t.reverse.npy
// RUN: emb-run %s --entry=plain_reverse --arg g=random:200x24xf32:6 --arg ids=random:200xi64:7:50 --out 0=%t.plain-reverse.npy
// RUN: %python %S/Inputs/close.py %t.reverse.npy %t.plain-reverse.npy
// RUN: emb-run %s --entry=step --arg w=random:50x24xf32:8 --arg ids=random:200xi64:10:40 --arg y=random:200x24xf32:11 --arg lr=0.01 --arg step=1 --out w=%t.step.npy
// RUN: emb-run %s --entry=plain_step --arg w=random:50x24xf32:8 --arg ids=random:200xi64:10:40 --arg y=random:200x24xf32:11 --arg lr=0.01 --arg step=1 --out w=%t.plain-step.npy
// RUN: %python %S/Inputs/close.py %t.step.npy %t.plain-step.npy

#row = affine_map<(n, k) -> (n)>
#id = affine_map<(n, k) -> (n, k)>
#nk = affine_map<(n, d, k) -> (n, k)>
#dk = affine_map<(n, d, k) -> (d, k)>
#nd = affine_map<(n, d, k) -> (n, d)>
#kn = affine_map<(k, d, n) -> (n, k)>
#dn = affine_map<(k, d, n) -> (n, d)>
#kd = affine_map<(k, d, n) -> (k, d)>

emb.train @step of @step_loss parameters("w" = #emb.sgd)
func.func private @step_loss(%w: tensor<50x24xf32> {emb.name = "w"}, %i: tensor<200xi64> {emb.name = "ids"}, %y: tensor<200x24xf32> {emb.name = "y"}) -> f32 {
  %n = arith.constant 50 : index
  %x = emb.one_hot %i depth %n : tensor<200xi64> -> tensor<200x50xf32>
  %z = arith.constant dense<0.0> : tensor<200x24xf32>
  %r = linalg.matmul ins(%x, %w : tensor<200x50xf32>, tensor<50x24xf32>) outs(%z : tensor<200x24xf32>) -> tensor<200x24xf32>
  %zero = arith.constant dense<0.0> : tensor<f32>
  %l = linalg.generic {indexing_maps = [#id, #id, affine_map<(n, k) -> ()>], iterator_types = ["reduction", "reduction"]}
      ins(%r, %y : tensor<200x24xf32>, tensor<200x24xf32>) outs(%zero : tensor<f32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %d = arith.subf %a, %c : f32
    %p = arith.mulf %d, %d : f32
    %q = arith.addf %o, %p : f32
    linalg.yield %q : f32
  } -> tensor<f32>
  %s = tensor.extract %l[] : tensor<f32>
  return %s : f32
}

emb.train @plain_step of @plain_step_loss parameters("w" = #emb.sgd)
func.func private @plain_step_loss(%w: tensor<50x24xf32> {emb.name = "w"}, %i: tensor<200xi64> {emb.name = "ids"}, %y: tensor<200x24xf32> {emb.name = "y"}) -> f32 {
  %e = tensor.empty() : tensor<200x50xf32>
  %x = linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]} ins(%i : tensor<200xi64>) outs(%e : tensor<200x50xf32>) {
  ^bb0(%index: i64, %o: f32):
    %k = linalg.index 1 : index
    %c = arith.index_cast %index : i64 to index
    %is = arith.cmpi eq, %c, %k : index
    %v = arith.uitofp %is : i1 to f32
    linalg.yield %v : f32
  } -> tensor<200x50xf32>
  %z = arith.constant dense<0.0> : tensor<200x24xf32>
  %r = linalg.matmul ins(%x, %w : tensor<200x50xf32>, tensor<50x24xf32>) outs(%z : tensor<200x24xf32>) -> tensor<200x24xf32>
  %zero = arith.constant dense<0.0> : tensor<f32>
  %l = linalg.generic {indexing_maps = [#id, #id, affine_map<(n, k) -> ()>], iterator_types = ["reduction", "reduction"]}
      ins(%r, %y : tensor<200x24xf32>, tensor<200x24xf32>) outs(%zero : tensor<f32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %d = arith.subf %a, %c : f32
    %p = arith.mulf %d, %d : f32
    %q = arith.addf %o, %p : f32
    linalg.yield %q : f32
  } -> tensor<f32>
  %s = tensor.extract %l[] : tensor<f32>
  return %s : f32
}

// CHECK-LABEL: func.func @folded(
// CHECK-NOT: linalg.matmul
// CHECK: emb.gather
func.func @folded(%w: tensor<50x24xf32> {emb.name = "w"}, %i: tensor<200xi64> {emb.name = "ids"}, %b: tensor<24xf32> {emb.name = "b"}) -> tensor<200x24xf32> {
  %n = arith.constant 50 : index
  %x = emb.one_hot %i depth %n : tensor<200xi64> -> tensor<200x50xf32>
  %o = tensor.empty() : tensor<200x24xf32>
  %bias = linalg.broadcast ins(%b : tensor<24xf32>) outs(%o : tensor<200x24xf32>) dimensions = [0]
  %r = linalg.matmul ins(%x, %w : tensor<200x50xf32>, tensor<50x24xf32>) outs(%bias : tensor<200x24xf32>) -> tensor<200x24xf32>
  return %r : tensor<200x24xf32>
}

// CHECK-LABEL: func.func @plain(
// CHECK-NOT: emb.gather
// CHECK: linalg.matmul
func.func @plain(%w: tensor<50x24xf32> {emb.name = "w"}, %i: tensor<200xi64> {emb.name = "ids"}, %b: tensor<24xf32> {emb.name = "b"}) -> tensor<200x24xf32> {
  %e = tensor.empty() : tensor<200x50xf32>
  %x = linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]} ins(%i : tensor<200xi64>) outs(%e : tensor<200x50xf32>) {
  ^bb0(%index: i64, %o: f32):
    %k = linalg.index 1 : index
    %c = arith.index_cast %index : i64 to index
    %is = arith.cmpi eq, %c, %k : index
    %v = arith.uitofp %is : i1 to f32
    linalg.yield %v : f32
  } -> tensor<200x50xf32>
  %o = tensor.empty() : tensor<200x24xf32>
  %bias = linalg.broadcast ins(%b : tensor<24xf32>) outs(%o : tensor<200x24xf32>) dimensions = [0]
  %r = linalg.matmul ins(%x, %w : tensor<200x50xf32>, tensor<50x24xf32>) outs(%bias : tensor<200x24xf32>) -> tensor<200x24xf32>
  return %r : tensor<200x24xf32>
}

// CHECK-LABEL: func.func @linear(
// CHECK: linalg.transpose
// CHECK: emb.gather
func.func @linear(%w: tensor<24x50xf32> {emb.name = "w"}, %i: tensor<200xi64> {emb.name = "ids"}) -> tensor<200x24xf32> {
  %n = arith.constant 50 : index
  %x = emb.one_hot %i depth %n : tensor<200xi64> -> tensor<200x50xf32>
  %z = arith.constant dense<0.0> : tensor<200x24xf32>
  %r = linalg.generic {indexing_maps = [#nk, #dk, #nd], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<200x50xf32>, tensor<24x50xf32>) outs(%z : tensor<200x24xf32>) {
  ^bb0(%a: f32, %c: f32, %s: f32):
    %p = arith.mulf %a, %c : f32
    %q = arith.addf %s, %p : f32
    linalg.yield %q : f32
  } -> tensor<200x24xf32>
  return %r : tensor<200x24xf32>
}

// CHECK-LABEL: func.func @plain_linear(
// CHECK-NOT: emb.gather
func.func @plain_linear(%w: tensor<24x50xf32> {emb.name = "w"}, %i: tensor<200xi64> {emb.name = "ids"}) -> tensor<200x24xf32> {
  %e = tensor.empty() : tensor<200x50xf32>
  %x = linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]} ins(%i : tensor<200xi64>) outs(%e : tensor<200x50xf32>) {
  ^bb0(%index: i64, %o: f32):
    %k = linalg.index 1 : index
    %c = arith.index_cast %index : i64 to index
    %is = arith.cmpi eq, %c, %k : index
    %v = arith.uitofp %is : i1 to f32
    linalg.yield %v : f32
  } -> tensor<200x50xf32>
  %z = arith.constant dense<0.0> : tensor<200x24xf32>
  %r = linalg.generic {indexing_maps = [#nk, #dk, #nd], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<200x50xf32>, tensor<24x50xf32>) outs(%z : tensor<200x24xf32>) {
  ^bb0(%a: f32, %c: f32, %s: f32):
    %p = arith.mulf %a, %c : f32
    %q = arith.addf %s, %p : f32
    linalg.yield %q : f32
  } -> tensor<200x24xf32>
  return %r : tensor<200x24xf32>
}

// CHECK-LABEL: func.func @reverse(
// CHECK: emb.scatter_add
func.func @reverse(%g: tensor<200x24xf32> {emb.name = "g"}, %i: tensor<200xi64> {emb.name = "ids"}) -> tensor<50x24xf32> {
  %n = arith.constant 50 : index
  %x = emb.one_hot %i depth %n : tensor<200xi64> -> tensor<200x50xf32>
  %z = arith.constant dense<0.0> : tensor<50x24xf32>
  %r = linalg.generic {indexing_maps = [#kn, #dn, #kd], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %g : tensor<200x50xf32>, tensor<200x24xf32>) outs(%z : tensor<50x24xf32>) {
  ^bb0(%a: f32, %c: f32, %s: f32):
    %p = arith.mulf %a, %c : f32
    %q = arith.addf %s, %p : f32
    linalg.yield %q : f32
  } -> tensor<50x24xf32>
  return %r : tensor<50x24xf32>
}

// CHECK-LABEL: func.func @plain_reverse(
// CHECK-NOT: emb.scatter_add
func.func @plain_reverse(%g: tensor<200x24xf32> {emb.name = "g"}, %i: tensor<200xi64> {emb.name = "ids"}) -> tensor<50x24xf32> {
  %e1 = tensor.empty() : tensor<200x50xf32>
  %x = linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]} ins(%i : tensor<200xi64>) outs(%e1 : tensor<200x50xf32>) {
  ^bb0(%index: i64, %o: f32):
    %k = linalg.index 1 : index
    %c = arith.index_cast %index : i64 to index
    %is = arith.cmpi eq, %c, %k : index
    %v = arith.uitofp %is : i1 to f32
    linalg.yield %v : f32
  } -> tensor<200x50xf32>
  %z = arith.constant dense<0.0> : tensor<50x24xf32>
  %r = linalg.generic {indexing_maps = [#kn, #dn, #kd], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %g : tensor<200x50xf32>, tensor<200x24xf32>) outs(%z : tensor<50x24xf32>) {
  ^bb0(%a: f32, %c: f32, %s: f32):
    %p = arith.mulf %a, %c : f32
    %q = arith.addf %s, %p : f32
    linalg.yield %q : f32
  } -> tensor<50x24xf32>
  return %r : tensor<50x24xf32>
}
