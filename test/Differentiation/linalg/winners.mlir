// RUN: emb-run %s --entry=dmax --arg 'a=[[1, 3, 3, 2], [5, 5, 5, 5], [1, 2, 3, 4], [-0, 0, 0, -0], [-1, -1, -1, -2]]' --arg init=[0,5,9,-1,-2] --arg grad_output=[1,2,4,8,16] --print=0 --print=1 --print=2 | FileCheck %s --check-prefix=TIES
// RUN: emb-run %s --entry=dminimum --arg 'a=[[[1, 1], [2, 1]], [[1, 1], [1, 2]], [[0, 0], [2, 0]]]' --arg grad_output=[1,2] --print=0 --print=1 | FileCheck %s --check-prefix=LOOPS
// RUN: emb-run %s --entry=dmaxnan --arg 'a=[[1, 2, 3], [1, 2, 3], [1, 2, 3]]' --arg 'n=[[1, 0, 0], [1, 1, 1], [0, 0, 0]]' --arg init=[9,9,9] --arg m=[1,0,0] --arg grad_output=[1,2,4] --print=0 --print=1 --print=2 | FileCheck %s --check-prefix=NAN
// RUN: emb-run %s --entry=dmaxnum --arg 'a=[[1, 2, 3], [1, 2, 3], [1, 2, 3]]' --arg 'n=[[1, 0, 0], [1, 1, 0], [0, 0, 0]]' --arg init=[0,9,9] --arg m=[1,0,0] --arg grad_output=[1,2,4] --print=0 --print=1 --print=2 | FileCheck %s --check-prefix=NUM

// Who wins where several are equal.

// The first of the row; the initial value, which equals the row; the initial
// value; the first zero, whatever its sign; the first.

// TIES:      0: 5xf64
// TIES-NEXT: [3, 5, 9, 0, -1]
// TIES-NEXT: 1: 5x4xf64
// TIES-NEXT: {{\[}}[0, 1, 0, 0],
// TIES-NEXT:  [0, 0, 0, 0],
// TIES-NEXT:  [0, 0, 0, 0],
// TIES-NEXT:  [8, 0, 0, 0],
// TIES-NEXT:  [16, 0, 0, 0]]
// TIES-NEXT: 2: 5xf64
// TIES-NEXT: [0, 2, 4, 0, 0]
emb.gradient @dmax of @max wrt("a", "init") seeded
func.func @max(%a: tensor<?x?xf64> {emb.name = "a"}, %init: tensor<?xf64> {emb.name = "init"}) -> tensor<?xf64> {
  %c = bufferization.alloc_tensor() copy(%init) : tensor<?xf64>
  %y = linalg.reduce {arith.maximumf} ins(%a : tensor<?x?xf64>) outs(%c : tensor<?xf64>) dimensions = [1]
  return %y : tensor<?xf64>
}

// Over the first and the last dimension: the first pair of indices.

// LOOPS:      0: 2xf64
// LOOPS-NEXT: [0, 0]
// LOOPS-NEXT: 1: 3x2x2xf64
// LOOPS-NEXT: {{\[\[}}[0, 0],
// LOOPS-NEXT:   [0, 0]],
// LOOPS-NEXT:  {{\[}}[0, 0],
// LOOPS-NEXT:   [0, 0]],
// LOOPS-NEXT:  {{\[}}[1, 0],
// LOOPS-NEXT:   [0, 2]]]
emb.gradient @dminimum of @minimum wrt("a") seeded
func.func @minimum(%a: tensor<?x2x?xf64> {emb.name = "a"}) -> tensor<2xf64> {
  %inf = arith.constant dense<0x7FF0000000000000> : tensor<2xf64>
  %y = linalg.reduce {arith.minimumf} ins(%a : tensor<?x2x?xf64>) outs(%inf : tensor<2xf64>) dimensions = [0, 2]
  return %y : tensor<2xf64>
}

// n / n - 1 is 0 or NaN. A NaN wins over all numbers, the first NaN over the
// others, an initial NaN over all.

// NAN:      0: 3xf64
// NAN-NEXT: [{{-?}}nan, {{-?}}nan, {{-?}}nan]
// NAN-NEXT: 1: 3x3xf64
// NAN-NEXT: {{\[}}[0, 1, 0],
// NAN-NEXT:  [0, 0, 0],
// NAN-NEXT:  [0, 0, 0]]
// NAN-NEXT: 2: 3xf64
// NAN-NEXT: [0, 2, 4]
emb.gradient @dmaxnan of @maxnan wrt("a", "init") seeded
func.func @maxnan(%a: tensor<3x3xf64> {emb.name = "a"}, %n: tensor<3x3xf64> {emb.name = "n"},
                  %init: tensor<3xf64> {emb.name = "init"}, %m: tensor<3xf64> {emb.name = "m"}) -> tensor<3xf64> {
  %one = arith.constant dense<1.0> : tensor<3xf64>
  %one2 = arith.constant dense<1.0> : tensor<3x3xf64>
  %n0 = arith.divf %n, %n : tensor<3x3xf64>
  %n1 = arith.subf %n0, %one2 : tensor<3x3xf64>
  %x = arith.addf %a, %n1 : tensor<3x3xf64>
  %m0 = arith.divf %m, %m : tensor<3xf64>
  %m1 = arith.subf %m0, %one : tensor<3xf64>
  %o = arith.addf %init, %m1 : tensor<3xf64>
  %y = linalg.reduce {arith.maximumf} ins(%x : tensor<3x3xf64>) outs(%o : tensor<3xf64>) dimensions = [1]
  return %y : tensor<3xf64>
}

// Any number wins over NaN.

// NUM:      0: 3xf64
// NUM-NEXT: [1, 2, {{-?}}nan]
// NUM-NEXT: 1: 3x3xf64
// NUM-NEXT: {{\[}}[1, 0, 0],
// NUM-NEXT:  [0, 2, 0],
// NUM-NEXT:  [0, 0, 0]]
// NUM-NEXT: 2: 3xf64
// NUM-NEXT: [0, 0, 4]
emb.gradient @dmaxnum of @maxnum wrt("a", "init") seeded
func.func @maxnum(%a: tensor<3x3xf64> {emb.name = "a"}, %n: tensor<3x3xf64> {emb.name = "n"},
                  %init: tensor<3xf64> {emb.name = "init"}, %m: tensor<3xf64> {emb.name = "m"}) -> tensor<3xf64> {
  %one = arith.constant dense<1.0> : tensor<3xf64>
  %one2 = arith.constant dense<1.0> : tensor<3x3xf64>
  %n0 = arith.divf %n, %n : tensor<3x3xf64>
  %n1 = arith.subf %n0, %one2 : tensor<3x3xf64>
  %x = arith.addf %a, %n1 : tensor<3x3xf64>
  %m0 = arith.divf %m, %m : tensor<3xf64>
  %m1 = arith.subf %m0, %one : tensor<3xf64>
  %o = arith.addf %init, %m1 : tensor<3xf64>
  %y = linalg.reduce {arith.maxnumf} ins(%x : tensor<3x3xf64>) outs(%o : tensor<3xf64>) dimensions = [1]
  return %y : tensor<3xf64>
}
