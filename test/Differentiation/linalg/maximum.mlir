// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// The winner of a maximum or minimum gets all: the initial value if it equals
// the result, else the first in the order of the loops that does.

#ij = affine_map<(i, j) -> (i, j)>
#i = affine_map<(i, j) -> (i)>
#j = affine_map<(i, j) -> (j)>

emb.gradient @dmaximum of @maximum wrt("a", "b", "init") seeded

// CHECK-DAG: #[[$IJ:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[$I:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[$J:.*]] = affine_map<(d0, d1) -> (d1)>

// CHECK-LABEL: func.func @dmaximum(
// CHECK-SAME:    %[[A:[^:]*]]: tensor<3x4xf64> {{.*}}, %[[B:[^:]*]]: tensor<4xf64> {{.*}}, %[[INIT:[^:]*]]: tensor<3xf64> {{.*}}, %[[G:[^:]*]]: tensor<3xf64>
// CHECK-DAG:     %[[INITWINS:.*]] = arith.constant -1 : i64
// CHECK-DAG:     %[[NOBODY:.*]] = arith.constant 9223372036854775807 : i64
// CHECK:         %[[COPY:.*]] = bufferization.alloc_tensor() copy(%[[INIT]])
// CHECK:         %[[Y:.*]] = linalg.generic
// CHECK:         %[[START:.*]] = linalg.generic {{.*}} ins(%[[Y]], %[[COPY]] :
// CHECK:           arith.select %{{.*}}, %[[INITWINS]], %[[NOBODY]] : i64
// CHECK:         %[[WINNERS:.*]] = linalg.generic {indexing_maps = [#[[$IJ]], #[[$J]], #[[$I]], #[[$I]]], iterator_types = ["parallel", "reduction"]} ins(%[[A]], %[[B]], %[[Y]] : {{.*}}) outs(%[[START]] : tensor<3xi64>)
// CHECK-NEXT:    ^bb0(%[[X0:.*]]: f64, %[[X1:.*]]: f64, %[[R:.*]]: f64, %[[BEST:.*]]: i64):
// CHECK-NEXT:      %[[TERM:.*]] = arith.mulf %[[X0]], %[[X1]] : f64
// CHECK-NEXT:      %[[INDEX:.*]] = linalg.index 1 : index
// CHECK-NEXT:      %[[STEP:.*]] = arith.index_cast %[[INDEX]] : index to i64
// CHECK-NEXT:      %[[EQUAL:.*]] = arith.cmpf oeq, %[[TERM]], %[[R]] : f64
// CHECK:           %[[SAME:.*]] = arith.ori %[[EQUAL]], %{{.*}} : i1
// CHECK-NEXT:      %[[POSITION:.*]] = arith.select %[[SAME]], %[[STEP]], %[[NOBODY]] : i64
// CHECK-NEXT:      %[[FIRST:.*]] = arith.minsi %[[BEST]], %[[POSITION]] : i64
// CHECK-NEXT:      linalg.yield %[[FIRST]] : i64
// CHECK:         %[[DINIT:.*]] = linalg.generic {{.*}} ins(%[[WINNERS]], %[[G]] :
// CHECK:         %[[DB:.*]] = linalg.generic {{.*}} ins(%[[A]], %[[G]], %[[WINNERS]] :
// CHECK:           arith.cmpi eq
// CHECK:         %[[DA:.*]] = linalg.generic {{.*}} ins(%[[B]], %[[G]], %[[WINNERS]] :
// CHECK:         return %[[Y]], %[[DA]], %[[DB]], %[[DINIT]]
func.func @maximum(%a: tensor<3x4xf64> {emb.name = "a"}, %b: tensor<4xf64> {emb.name = "b"},
                   %init: tensor<3xf64> {emb.name = "init", check.values = dense<[-1.5, 0.0, 1.5]> : tensor<3xf64>}) -> tensor<3xf64> {
  %c = bufferization.alloc_tensor() copy(%init) : tensor<3xf64>
  %y = linalg.generic {indexing_maps = [#ij, #j, #i], iterator_types = ["parallel", "reduction"]}
      ins(%a, %b : tensor<3x4xf64>, tensor<4xf64>) outs(%c : tensor<3xf64>) {
  ^bb0(%x0: f64, %x1: f64, %o: f64):
    %0 = arith.mulf %x0, %x1 : f64
    %1 = arith.maximumf %o, %0 : f64
    linalg.yield %1 : f64
  } -> tensor<3xf64>
  return %y : tensor<3xf64>
}

// Two loops: the position is that in the row-major order of them. A filled
// initial value is not read again.

emb.gradient @dminimum of @minimum wrt("a") seeded

// CHECK-LABEL: func.func @dminimum(
// CHECK:         %[[Y:.*]] = linalg.generic
// CHECK:         linalg.generic {{.*}} ins(%[[Y]] : tensor<?xf64>)
// CHECK:         linalg.generic {{{.*}}iterator_types = ["reduction", "parallel", "reduction"]}
// CHECK-DAG:       %[[I0:.*]] = linalg.index 0 : index
// CHECK-DAG:       %[[I2:.*]] = linalg.index 2 : index
// CHECK:           %[[ROW:.*]] = arith.muli %[[I0]], %{{.*}} : index
// CHECK:           arith.addi %[[ROW]], %[[I2]] : index
func.func @minimum(%a: tensor<?x?x?xf64> {emb.name = "a", check.shape = [2, 3, 4]}) -> tensor<?xf64> {
  %c1 = arith.constant 1 : index
  %inf = arith.constant 0x7FF0000000000000 : f64
  %d = tensor.dim %a, %c1 : tensor<?x?x?xf64>
  %e = tensor.empty(%d) : tensor<?xf64>
  %init = linalg.fill ins(%inf : f64) outs(%e : tensor<?xf64>) -> tensor<?xf64>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (j)>], iterator_types = ["reduction", "parallel", "reduction"]}
      ins(%a : tensor<?x?x?xf64>) outs(%init : tensor<?xf64>) {
  ^bb0(%x: f64, %o: f64):
    %0 = arith.minimumf %x, %o : f64
    linalg.yield %0 : f64
  } -> tensor<?xf64>
  return %y : tensor<?xf64>
}

// The same without NaN: linalg.reduce, and a function of what is compared.

emb.gradient @dmaxnum of @maxnum wrt("a") seeded
emb.gradient @dminnum of @minnum wrt("a") seeded
emb.gradient @dnested of @nested wrt("a", "b")

// CHECK-LABEL: func.func @dmaxnum(
// CHECK:           arith.minsi
// CHECK-LABEL: func.func @dminnum(
// CHECK:           math.exp
// CHECK:           arith.minnumf
// CHECK:           math.exp
// CHECK:           arith.minsi
func.func @maxnum(%a: tensor<5x3xf64> {emb.name = "a"}) -> tensor<3xf64> {
  %init = arith.constant dense<-10.0> : tensor<3xf64>
  %y = linalg.reduce {arith.maxnumf} ins(%a : tensor<5x3xf64>) outs(%init : tensor<3xf64>) dimensions = [0]
  return %y : tensor<3xf64>
}
func.func @minnum(%a: tensor<3x4xf64> {emb.name = "a"}) -> tensor<3xf64> {
  %init = arith.constant dense<10.0> : tensor<3xf64>
  %y = linalg.reduce ins(%a : tensor<3x4xf64>) outs(%init : tensor<3xf64>) dimensions = [1]
    (%x: f64, %o: f64) {
      %0 = arith.mulf %x, %x : f64
      %1 = math.exp %0 : f64
      %2 = arith.minnumf %o, %1 : f64
      linalg.yield %2 : f64
    }
  return %y : tensor<3xf64>
}

// max_j min_i (a_ij + b_i * b_j).

// CHECK-LABEL: func.func @dnested(
func.func @nested(%a: tensor<4x4xf64> {emb.name = "a"}, %b: tensor<4xf64> {emb.name = "b"}) -> tensor<f64> {
  %inf = arith.constant dense<0x7FF0000000000000> : tensor<4xf64>
  %minus = arith.constant dense<0xFFF0000000000000> : tensor<f64>
  %m = linalg.generic {indexing_maps = [#ij, #i, #j, #j], iterator_types = ["reduction", "parallel"]}
      ins(%a, %b, %b : tensor<4x4xf64>, tensor<4xf64>, tensor<4xf64>) outs(%inf : tensor<4xf64>) {
  ^bb0(%x0: f64, %x1: f64, %x2: f64, %o: f64):
    %0 = arith.mulf %x1, %x2 : f64
    %1 = arith.addf %x0, %0 : f64
    %2 = arith.minimumf %o, %1 : f64
    linalg.yield %2 : f64
  } -> tensor<4xf64>
  %y = linalg.reduce {arith.maximumf} ins(%m : tensor<4xf64>) outs(%minus : tensor<f64>) dimensions = [0]
  return %y : tensor<f64>
}
