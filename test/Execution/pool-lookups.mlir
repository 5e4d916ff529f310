// RUN: emb-run %s --compile-to=optimize | FileCheck %s

// A reduced lookup has the bits of the loops over its rows, which stay where the
// rows are a result, too. A bag of weighted rows may use fused multiplication: it
// is within rounding of them. Random tables.
// RUN: emb-run %s --entry=sum --arg w=random:50x24xf32:1 --arg ids=random:40x7xi64:2:50 --arg f=random:40x7xf32:3 --out 0=%t.sum.npy
// RUN: emb-run %s --entry=sum_of_rows --arg w=random:50x24xf32:1 --arg ids=random:40x7xi64:2:50 --arg f=random:40x7xf32:3 --out 0=%t.sum-rows.npy
// RUN: cmp %t.sum.npy %t.sum-rows.npy
// RUN: emb-run %s --entry=mean --arg w=random:50x24xf32:1 --arg ids=random:40x7xi64:2:50 --arg f=random:40x7xf32:3 --out 0=%t.mean.npy
// RUN: emb-run %s --entry=mean_of_rows --arg w=random:50x24xf32:1 --arg ids=random:40x7xi64:2:50 --arg f=random:40x7xf32:3 --out 0=%t.mean-rows.npy
// RUN: cmp %t.mean.npy %t.mean-rows.npy
// RUN: emb-run %s --entry=max --arg w=random:50x24xf32:1 --arg ids=random:40x7xi64:2:50 --arg f=random:40x7xf32:3 --out 0=%t.max.npy
// RUN: emb-run %s --entry=max_of_rows --arg w=random:50x24xf32:1 --arg ids=random:40x7xi64:2:50 --arg f=random:40x7xf32:3 --out 0=%t.max-rows.npy
// RUN: cmp %t.max.npy %t.max-rows.npy
// RUN: emb-run %s --entry=weighted --arg w=random:50x24xf32:1 --arg ids=random:40x7xi64:2:50 --arg f=random:40x7xf32:3 --out 0=%t.weighted.npy
// RUN: emb-run %s --entry=weighted_of_rows --arg w=random:50x24xf32:1 --arg ids=random:40x7xi64:2:50 --arg f=random:40x7xf32:3 --out 0=%t.weighted-rows.npy
// RUN: %python %S/Inputs/close.py %t.weighted.npy %t.weighted-rows.npy

#bld = affine_map<(b, d, l) -> (b, l, d)>
#bl = affine_map<(b, d, l) -> (b, l)>
#bd = affine_map<(b, d, l) -> (b, d)>

// CHECK-LABEL: func.func @sum(
// CHECK: emb.bag sum
func.func @sum(%w: tensor<50x24xf32> {emb.name = "w"}, %i: tensor<40x7xi64> {emb.name = "ids"}, %f: tensor<40x7xf32> {emb.name = "f"}) -> (tensor<40x24xf32>) {
  %x = emb.gather %w[%i] : tensor<50x24xf32>, tensor<40x7xi64> -> tensor<40x7x24xf32>
  %z = arith.constant dense<0.0> : tensor<40x24xf32>
  %r = linalg.reduce { arith.addf } ins(%x : tensor<40x7x24xf32>) outs(%z : tensor<40x24xf32>) dimensions = [1]
  return %r : tensor<40x24xf32>
}

// CHECK-LABEL: func.func @sum_of_rows(
// CHECK-NOT: emb.bag
// CHECK: emb.gather
func.func @sum_of_rows(%w: tensor<50x24xf32> {emb.name = "w"}, %i: tensor<40x7xi64> {emb.name = "ids"}, %f: tensor<40x7xf32> {emb.name = "f"}) -> (tensor<40x24xf32>, tensor<40x7x24xf32>) {
  %x = emb.gather %w[%i] : tensor<50x24xf32>, tensor<40x7xi64> -> tensor<40x7x24xf32>
  %z = arith.constant dense<0.0> : tensor<40x24xf32>
  %r = linalg.reduce { arith.addf } ins(%x : tensor<40x7x24xf32>) outs(%z : tensor<40x24xf32>) dimensions = [1]
  return %r, %x : tensor<40x24xf32>, tensor<40x7x24xf32>
}

// CHECK-LABEL: func.func @mean(
// CHECK: emb.bag mean
func.func @mean(%w: tensor<50x24xf32> {emb.name = "w"}, %i: tensor<40x7xi64> {emb.name = "ids"}, %f: tensor<40x7xf32> {emb.name = "f"}) -> (tensor<40x24xf32>) {
  %x = emb.gather %w[%i] : tensor<50x24xf32>, tensor<40x7xi64> -> tensor<40x7x24xf32>
  %z = arith.constant dense<0.0> : tensor<40x24xf32>
  %s = linalg.reduce { arith.addf } ins(%x : tensor<40x7x24xf32>) outs(%z : tensor<40x24xf32>) dimensions = [1]
  %n = arith.constant dense<7.0> : tensor<40x24xf32>
  %r = arith.divf %s, %n : tensor<40x24xf32>
  return %r : tensor<40x24xf32>
}

// CHECK-LABEL: func.func @mean_of_rows(
// CHECK-NOT: emb.bag
// CHECK: emb.gather
func.func @mean_of_rows(%w: tensor<50x24xf32> {emb.name = "w"}, %i: tensor<40x7xi64> {emb.name = "ids"}, %f: tensor<40x7xf32> {emb.name = "f"}) -> (tensor<40x24xf32>, tensor<40x7x24xf32>) {
  %x = emb.gather %w[%i] : tensor<50x24xf32>, tensor<40x7xi64> -> tensor<40x7x24xf32>
  %z = arith.constant dense<0.0> : tensor<40x24xf32>
  %s = linalg.reduce { arith.addf } ins(%x : tensor<40x7x24xf32>) outs(%z : tensor<40x24xf32>) dimensions = [1]
  %n = arith.constant dense<7.0> : tensor<40x24xf32>
  %r = arith.divf %s, %n : tensor<40x24xf32>
  return %r, %x : tensor<40x24xf32>, tensor<40x7x24xf32>
}

// CHECK-LABEL: func.func @max(
// CHECK: emb.bag max
func.func @max(%w: tensor<50x24xf32> {emb.name = "w"}, %i: tensor<40x7xi64> {emb.name = "ids"}, %f: tensor<40x7xf32> {emb.name = "f"}) -> (tensor<40x24xf32>) {
  %x = emb.gather %w[%i] : tensor<50x24xf32>, tensor<40x7xi64> -> tensor<40x7x24xf32>
  %z = arith.constant dense<0xFF800000> : tensor<40x24xf32>
  %r = linalg.reduce ins(%x : tensor<40x7x24xf32>) outs(%z : tensor<40x24xf32>) dimensions = [1]
    (%a: f32, %s: f32) {
      %t = arith.maximumf %a, %s fastmath<nnan> : f32
      linalg.yield %t : f32
    }
  return %r : tensor<40x24xf32>
}

// CHECK-LABEL: func.func @max_of_rows(
// CHECK-NOT: emb.bag
// CHECK: emb.gather
func.func @max_of_rows(%w: tensor<50x24xf32> {emb.name = "w"}, %i: tensor<40x7xi64> {emb.name = "ids"}, %f: tensor<40x7xf32> {emb.name = "f"}) -> (tensor<40x24xf32>, tensor<40x7x24xf32>) {
  %x = emb.gather %w[%i] : tensor<50x24xf32>, tensor<40x7xi64> -> tensor<40x7x24xf32>
  %z = arith.constant dense<0xFF800000> : tensor<40x24xf32>
  %r = linalg.reduce ins(%x : tensor<40x7x24xf32>) outs(%z : tensor<40x24xf32>) dimensions = [1]
    (%a: f32, %s: f32) {
      %t = arith.maximumf %a, %s fastmath<nnan> : f32
      linalg.yield %t : f32
    }
  return %r, %x : tensor<40x24xf32>, tensor<40x7x24xf32>
}

// CHECK-LABEL: func.func @weighted(
// CHECK: emb.bag sum
func.func @weighted(%w: tensor<50x24xf32> {emb.name = "w"}, %i: tensor<40x7xi64> {emb.name = "ids"}, %f: tensor<40x7xf32> {emb.name = "f"}) -> (tensor<40x24xf32>) {
  %x = emb.gather %w[%i] : tensor<50x24xf32>, tensor<40x7xi64> -> tensor<40x7x24xf32>
  %z = arith.constant dense<0.0> : tensor<40x24xf32>
  %r = linalg.generic {indexing_maps = [#bld, #bl, #bd], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %f : tensor<40x7x24xf32>, tensor<40x7xf32>) outs(%z : tensor<40x24xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %p = arith.mulf %a, %b : f32
    %t = arith.addf %s, %p : f32
    linalg.yield %t : f32
  } -> tensor<40x24xf32>
  return %r : tensor<40x24xf32>
}

// CHECK-LABEL: func.func @weighted_of_rows(
// CHECK-NOT: emb.bag
// CHECK: emb.gather
func.func @weighted_of_rows(%w: tensor<50x24xf32> {emb.name = "w"}, %i: tensor<40x7xi64> {emb.name = "ids"}, %f: tensor<40x7xf32> {emb.name = "f"}) -> (tensor<40x24xf32>, tensor<40x7x24xf32>) {
  %x = emb.gather %w[%i] : tensor<50x24xf32>, tensor<40x7xi64> -> tensor<40x7x24xf32>
  %z = arith.constant dense<0.0> : tensor<40x24xf32>
  %r = linalg.generic {indexing_maps = [#bld, #bl, #bd], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %f : tensor<40x7x24xf32>, tensor<40x7xf32>) outs(%z : tensor<40x24xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %p = arith.mulf %a, %b : f32
    %t = arith.addf %s, %p : f32
    linalg.yield %t : f32
  } -> tensor<40x24xf32>
  return %r, %x : tensor<40x24xf32>, tensor<40x7x24xf32>
}
