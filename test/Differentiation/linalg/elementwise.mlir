// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// Operands that a step reads an element of its own of share one operation; the
// others are sums over the loops that they lack.

#id = affine_map<(i, j) -> (i, j)>
#transposed = affine_map<(i, j) -> (j, i)>
#row = affine_map<(i, j) -> (j)>
#column = affine_map<(i, j) -> (i)>
#first = affine_map<(i, j) -> (i, 0)>

emb.gradient @dmaps of @maps wrt("a", "b", "r", "c") seeded

// CHECK-DAG: #[[$ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[$TRANSPOSED:.*]] = affine_map<(d0, d1) -> (d1, d0)>

// CHECK-LABEL: func.func @dmaps(
// CHECK-SAME:    %[[A:[^:]*]]: tensor<3x4xf64> {{.*}}, %[[B:[^:]*]]: tensor<4x3xf64> {{.*}}, %[[R:[^:]*]]: tensor<4xf64> {{.*}}, %[[C:[^:]*]]: tensor<3xf64> {{.*}}, %[[G:[^:]*]]: tensor<3x4xf64>
// CHECK:         %[[Y:.*]] = linalg.generic
// CHECK:         %[[DR:.*]] = linalg.vecmat ins(%[[C]], %[[G]] :
// CHECK:         %[[DC:.*]] = linalg.matvec ins(%[[G]], %[[R]] :
// CHECK:         %[[DAB:.*]]:2 = linalg.generic {indexing_maps = [#[[$ID]], #[[$TRANSPOSED]], #[[$ID]], #[[$ID]], #[[$TRANSPOSED]]], iterator_types = ["parallel", "parallel"]} ins(%[[A]], %[[B]], %[[G]] :
// CHECK-NEXT:    ^bb0(%[[EA:.*]]: f64, %[[EB:.*]]: f64, %[[D:.*]]: f64, %{{.*}}: f64, %{{.*}}: f64):
// CHECK-NEXT:      %[[NA:.*]] = arith.mulf %[[D]], %[[EB]] : f64
// CHECK-NEXT:      %[[NB:.*]] = arith.mulf %[[D]], %[[EA]] : f64
// CHECK-NEXT:      linalg.yield %[[NA]], %[[NB]] : f64, f64
// CHECK:         return %[[Y]], %[[DAB]]#0, %[[DAB]]#1, %[[DR]], %[[DC]]
func.func @maps(%a: tensor<3x4xf64> {emb.name = "a"}, %b: tensor<4x3xf64> {emb.name = "b"},
                %r: tensor<4xf64> {emb.name = "r"}, %c: tensor<3xf64> {emb.name = "c"}) -> tensor<3x4xf64> {
  %e = tensor.empty() : tensor<3x4xf64>
  %y = linalg.generic {indexing_maps = [#id, #transposed, #row, #column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b, %r, %c : tensor<3x4xf64>, tensor<4x3xf64>, tensor<4xf64>, tensor<3xf64>) outs(%e : tensor<3x4xf64>) {
  ^bb0(%x0: f64, %x1: f64, %x2: f64, %x3: f64, %o: f64):
    %0 = arith.mulf %x0, %x1 : f64
    %1 = arith.mulf %x2, %x3 : f64
    %2 = arith.addf %0, %1 : f64
    linalg.yield %2 : f64
  } -> tensor<3x4xf64>
  return %y : tensor<3x4xf64>
}

// What is only passed on needs no operation, unless its indices change places.

emb.gradient @dpass of @pass wrt("a", "b", "n") seeded

// CHECK-LABEL: func.func @dpass(
// CHECK-SAME:    %[[G:[^:]*]]: tensor<?x?xf64> {emb.name = "grad_output"}
// CHECK:         %[[DBN:.*]]:2 = linalg.generic {indexing_maps = [#[[$ID]], #[[$TRANSPOSED]], #[[$ID]]], iterator_types = ["parallel", "parallel"]} ins(%[[G]] :
// CHECK-NEXT:    ^bb0(%[[D:.*]]: f64, %{{.*}}: f64, %{{.*}}: f64):
// CHECK-NEXT:      %[[N:.*]] = arith.negf %[[D]] : f64
// CHECK-NEXT:      linalg.yield %[[D]], %[[N]] : f64, f64
// CHECK:         return %{{.*}}, %[[G]], %[[DBN]]#0, %[[DBN]]#1 :
func.func @pass(%a: tensor<?x?xf64> {emb.name = "a", check.shape = [2, 3]},
                %b: tensor<?x?xf64> {emb.name = "b", check.shape = [3, 2]},
                %n: tensor<?x?xf64> {emb.name = "n", check.shape = [2, 3]}) -> tensor<?x?xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %d0 = tensor.dim %a, %c0 : tensor<?x?xf64>
  %d1 = tensor.dim %a, %c1 : tensor<?x?xf64>
  %e = tensor.empty(%d0, %d1) : tensor<?x?xf64>
  %y = linalg.generic {indexing_maps = [#id, #transposed, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b, %n : tensor<?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>) outs(%e : tensor<?x?xf64>) {
  ^bb0(%x0: f64, %x1: f64, %x2: f64, %o: f64):
    %0 = arith.addf %x0, %x1 : f64
    %1 = arith.subf %0, %x2 : f64
    linalg.yield %1 : f64
  } -> tensor<?x?xf64>
  return %y : tensor<?x?xf64>
}

// An operand that is read twice in the same way has one gradient; what has been
// stored is not computed again.

emb.gradient @dtwice of @twice wrt("a") seeded

// CHECK-LABEL: func.func @dtwice(
// CHECK-SAME:    %[[A:[^:]*]]: tensor<5xf64> {{.*}}, %[[G:[^:]*]]: tensor<5xf64>
// CHECK:         %[[Y:.*]] = linalg.generic
// CHECK:           math.exp
// CHECK:         %[[DA:.*]] = linalg.generic {{{.*}}} ins(%[[A]], %[[A]], %[[G]], %[[Y]] :
// CHECK-NOT:       math.exp
// CHECK:         return %[[Y]], %[[DA]]
func.func @twice(%a: tensor<5xf64> {emb.name = "a"}) -> tensor<5xf64> {
  %e = tensor.empty() : tensor<5xf64>
  %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%a, %a : tensor<5xf64>, tensor<5xf64>) outs(%e : tensor<5xf64>) {
  ^bb0(%x0: f64, %x1: f64, %o: f64):
    %0 = arith.mulf %x0, %x1 : f64
    %1 = math.exp %0 : f64
    linalg.yield %1 : f64
  } -> tensor<5xf64>
  return %y : tensor<5xf64>
}

// The initial value is one more operand where each element is stored once.

emb.gradient @dinit of @init wrt("a", "y") seeded

// CHECK-LABEL: func.func @dinit(
// CHECK:         linalg.generic
// CHECK:         linalg.generic {{{.*}}iterator_types = ["parallel", "parallel"]}
// CHECK:           linalg.yield %{{.*}}, %{{.*}} : f64, f64
func.func @init(%a: tensor<2x3xf64> {emb.name = "a"}, %y: tensor<3x2xf64> {emb.name = "y"}) -> tensor<3x2xf64> {
  %r = linalg.generic {indexing_maps = [#id, #transposed], iterator_types = ["parallel", "parallel"]}
      ins(%a : tensor<2x3xf64>) outs(%y : tensor<3x2xf64>) {
  ^bb0(%x: f64, %o: f64):
    %0 = arith.mulf %o, %x : f64
    %1 = arith.mulf %0, %o : f64
    linalg.yield %1 : f64
  } -> tensor<3x2xf64>
  return %r : tensor<3x2xf64>
}

// A dimension of which one element is read.

emb.gradient @dfirst of @first wrt("a") seeded

// CHECK-LABEL: func.func @dfirst(
// CHECK:         linalg.generic {{{.*}}iterator_types = ["parallel", "reduction"]}
func.func @first(%a: tensor<3x1xf64> {emb.name = "a"}, %b: tensor<3x4xf64>) -> tensor<3x4xf64> {
  %e = tensor.empty() : tensor<3x4xf64>
  %y = linalg.generic {indexing_maps = [#first, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b : tensor<3x1xf64>, tensor<3x4xf64>) outs(%e : tensor<3x4xf64>) {
  ^bb0(%x0: f64, %x1: f64, %o: f64):
    %0 = arith.mulf %x0, %x1 : f64
    linalg.yield %0 : f64
  } -> tensor<3x4xf64>
  return %y : tensor<3x4xf64>
}

// Nothing comes back from where only a comparison is.

emb.gradient @dmask of @mask wrt("a", "m") seeded

// CHECK-LABEL: func.func @dmask(
// CHECK-SAME:    %[[A:[^:]*]]: tensor<4xf64> {{.*}}, %[[M:[^:]*]]: tensor<4xf64> {{.*}}, %[[G:[^:]*]]: tensor<4xf64>
// CHECK:         linalg.map
// CHECK:         linalg.generic {{{.*}}} ins(%[[M]], %[[G]] :
// CHECK-NEXT:    ^bb0(%[[EM:.*]]: f64, %[[D:.*]]: f64, %{{.*}}: f64):
// CHECK-NEXT:      %[[P:.*]] = arith.cmpf ogt, %[[EM]],
// CHECK-NEXT:      %[[S:.*]] = arith.select %[[P]], %[[D]],
// CHECK-NEXT:      linalg.yield %[[S]] : f64
func.func @mask(%a: tensor<4xf64> {emb.name = "a"}, %m: tensor<4xf64> {emb.name = "m"}) -> tensor<4xf64> {
  %zero = arith.constant 0.0 : f64
  %y = linalg.map ins(%a, %m : tensor<4xf64>, tensor<4xf64>) outs(%a : tensor<4xf64>) (%x: f64, %t: f64, %o: f64) {
    %p = arith.cmpf ogt, %t, %zero : f64
    %s = arith.select %p, %x, %zero : f64
    linalg.yield %s : f64
  }
  return %y : tensor<4xf64>
}
