// RUN: emb-run %s --compile-to=optimize | FileCheck %s

// A folded lookup has the bits of the one that stays (what it would read is a
// result, too, or the indices are not known), on random tables.
// RUN: emb-run %s --entry=gather --arg w=random:50x24xf32:1 --arg i=random:40xi64:2:50 --arg j=random:7x3xi64:3:40 --out 0=%t.gather.npy
// RUN: emb-run %s --entry=plain_gather --arg w=random:50x24xf32:1 --arg i=random:40xi64:2:50 --arg j=random:7x3xi64:3:40 --out 0=%t.plain-gather.npy
// RUN: cmp %t.gather.npy %t.plain-gather.npy
// RUN: emb-run %s --entry=concat --arg a=random:9x4xf32:4 --arg b=random:5x4xf32:5 --out 0=%t.concat.npy
// RUN: emb-run %s --entry=plain_concat --arg a=random:9x4xf32:4 --arg b=random:5x4xf32:5 --arg i=[13,9,10] --out 0=%t.plain-concat.npy
// RUN: cmp %t.concat.npy %t.plain-concat.npy
// RUN: emb-run %s --entry=slice --arg w=random:9x4xf32:6 --arg x=random:3x4xf32:7 --out 0=%t.slice.npy
// RUN: emb-run %s --entry=plain_slice --arg w=random:9x4xf32:6 --arg x=random:3x4xf32:7 --arg i=[2,3,4] --out 0=%t.plain-slice.npy
// RUN: cmp %t.slice.npy %t.plain-slice.npy

// An index of the first lookup that the second does not want is an error still.
// RUN: not emb-run %s --entry=gather --arg w=random:50x24xf32:1 --arg i=random:40xi64:2:60 --arg j=random:7x3xi64:3:1 2>&1 | FileCheck %s --check-prefix=ERROR
// ERROR: emb.gather: indices (argument 1 'i'): index out of range

// CHECK-LABEL: func.func @gather(
// CHECK: = emb.gather
// CHECK-NOT: = emb.gather
// CHECK: return
func.func @gather(%w: tensor<50x24xf32> {emb.name = "w"}, %i: tensor<40xi64> {emb.name = "i"}, %j: tensor<7x3xi64> {emb.name = "j"}) -> tensor<7x3x24xf32> {
  %a = emb.gather %w[%i] : tensor<50x24xf32>, tensor<40xi64> -> tensor<40x24xf32>
  %b = emb.gather %a[%j] : tensor<40x24xf32>, tensor<7x3xi64> -> tensor<7x3x24xf32>
  return %b : tensor<7x3x24xf32>
}

// CHECK-LABEL: func.func @plain_gather(
// CHECK-COUNT-2: = emb.gather
func.func @plain_gather(%w: tensor<50x24xf32> {emb.name = "w"}, %i: tensor<40xi64> {emb.name = "i"}, %j: tensor<7x3xi64> {emb.name = "j"}) -> (tensor<7x3x24xf32>, tensor<40x24xf32>) {
  %a = emb.gather %w[%i] : tensor<50x24xf32>, tensor<40xi64> -> tensor<40x24xf32>
  %b = emb.gather %a[%j] : tensor<40x24xf32>, tensor<7x3xi64> -> tensor<7x3x24xf32>
  return %b, %a : tensor<7x3x24xf32>, tensor<40x24xf32>
}

// CHECK-LABEL: func.func @concat(
// CHECK-NOT: tensor.concat
// CHECK: = emb.gather
func.func @concat(%a: tensor<9x4xf32> {emb.name = "a"}, %b: tensor<5x4xf32> {emb.name = "b"}) -> tensor<3x4xf32> {
  %i = arith.constant dense<[13, 9, 10]> : tensor<3xi64>
  %c = tensor.concat dim(0) %a, %b : (tensor<9x4xf32>, tensor<5x4xf32>) -> tensor<14x4xf32>
  %r = emb.gather %c[%i] : tensor<14x4xf32>, tensor<3xi64> -> tensor<3x4xf32>
  return %r : tensor<3x4xf32>
}

// CHECK-LABEL: func.func @plain_concat(
// CHECK: tensor.concat
func.func @plain_concat(%a: tensor<9x4xf32> {emb.name = "a"}, %b: tensor<5x4xf32> {emb.name = "b"}, %i: tensor<3xi64> {emb.name = "i"}) -> tensor<3x4xf32> {
  %c = tensor.concat dim(0) %a, %b : (tensor<9x4xf32>, tensor<5x4xf32>) -> tensor<14x4xf32>
  %r = emb.gather %c[%i] : tensor<14x4xf32>, tensor<3xi64> -> tensor<3x4xf32>
  return %r : tensor<3x4xf32>
}

// CHECK-LABEL: func.func @slice(
// CHECK-NOT: = emb.gather
// CHECK: tensor.extract_slice
func.func @slice(%w: tensor<9x4xf32> {emb.name = "w"}, %x: tensor<3x4xf32> {emb.name = "x"}) -> tensor<3x4xf32> {
  %i = arith.constant dense<[2, 3, 4]> : tensor<3xi64>
  %r = emb.gather %w[%i] : tensor<9x4xf32>, tensor<3xi64> -> tensor<3x4xf32>
  %s = arith.addf %r, %x : tensor<3x4xf32>
  return %s : tensor<3x4xf32>
}

// CHECK-LABEL: func.func @plain_slice(
// CHECK: = emb.gather
func.func @plain_slice(%w: tensor<9x4xf32> {emb.name = "w"}, %x: tensor<3x4xf32> {emb.name = "x"}, %i: tensor<3xi64> {emb.name = "i"}) -> tensor<3x4xf32> {
  %r = emb.gather %w[%i] : tensor<9x4xf32>, tensor<3xi64> -> tensor<3x4xf32>
  %s = arith.addf %r, %x : tensor<3x4xf32>
  return %s : tensor<3x4xf32>
}
