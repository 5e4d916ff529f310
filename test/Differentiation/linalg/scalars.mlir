// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// Numbers: operands of their own, captured by the region, or that fill a tensor.
// Their gradients are sums over all loops.

#ij = affine_map<(i, j) -> (i, j)>
#none = affine_map<(i, j) -> ()>

emb.gradient @doperand of @operand wrt("a", "s") seeded

// CHECK-LABEL: func.func @doperand(
// CHECK:         %[[DS:.*]] = linalg.generic {{{.*}}iterator_types = ["reduction", "reduction"]} {{.*}} outs(%{{.*}} : tensor<f64>)
// CHECK:         %[[D:.*]] = tensor.extract %[[DS]][] : tensor<f64>
// CHECK:         return %{{.*}}, %{{.*}}, %[[D]]
func.func @operand(%a: tensor<3x4xf64> {emb.name = "a"}, %s: f64 {emb.name = "s"}) -> tensor<3x4xf64> {
  %e = tensor.empty() : tensor<3x4xf64>
  %y = linalg.generic {indexing_maps = [#ij, #none, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%a, %s : tensor<3x4xf64>, f64) outs(%e : tensor<3x4xf64>) {
  ^bb0(%x0: f64, %x1: f64, %o: f64):
    %0 = arith.divf %x0, %x1 : f64
    linalg.yield %0 : f64
  } -> tensor<3x4xf64>
  return %y : tensor<3x4xf64>
}

emb.gradient @dcaptured of @captured wrt("a", "s", "t") seeded

// CHECK-LABEL: func.func @dcaptured(
// CHECK-SAME:    %[[S:[^:]*]]: f64 {emb.name = "s"
// CHECK:         linalg.map
// CHECK:         linalg.generic {{{.*}}iterator_types = ["reduction", "reduction"]}
// CHECK:           arith.mulf %{{.*}}, %[[S]] : f64
// CHECK:         tensor.extract
// CHECK:         linalg.generic {{{.*}}iterator_types = ["reduction", "reduction"]}
// CHECK:         tensor.extract
func.func @captured(%a: tensor<3x4xf64> {emb.name = "a"}, %s: f64 {emb.name = "s"}, %t: f64 {emb.name = "t"}) -> tensor<3x4xf64> {
  %e = tensor.empty() : tensor<3x4xf64>
  %y = linalg.map ins(%a : tensor<3x4xf64>) outs(%e : tensor<3x4xf64>) (%x: f64, %o: f64) {
    %0 = arith.mulf %x, %s : f64
    %1 = math.sin %0 : f64
    %2 = arith.mulf %1, %t : f64
    %3 = arith.addf %2, %s : f64
    linalg.yield %3 : f64
  }
  return %y : tensor<3x4xf64>
}

emb.gradient @dfill of @fill wrt("s") seeded

// CHECK-LABEL: func.func @dfill(
// CHECK-SAME:    %[[G:[^:]*]]: tensor<?x4xf64> {emb.name = "grad_output"}
// CHECK:         %[[SUM:.*]] = linalg.generic {{{.*}}iterator_types = ["reduction", "reduction"]} ins(%[[G]] :
// CHECK-NEXT:    ^bb0(%[[D:.*]]: f64, %[[OUT:.*]]: f64):
// CHECK-NEXT:      %[[S:.*]] = arith.addf %[[OUT]], %[[D]] : f64
// CHECK-NEXT:      linalg.yield %[[S]] : f64
// CHECK:         tensor.extract %[[SUM]][] : tensor<f64>
func.func @fill(%a: tensor<?x4xf64> {check.shape = [3, 4]}, %s: f64 {emb.name = "s"}) -> tensor<?x4xf64> {
  %y = linalg.fill ins(%s : f64) outs(%a : tensor<?x4xf64>) -> tensor<?x4xf64>
  return %y : tensor<?x4xf64>
}

// No loops at all.

emb.gradient @drank0 of @rank0 wrt("a", "s", "t") seeded

// CHECK-LABEL: func.func @drank0(
// CHECK:         %[[D:.*]]:3 = linalg.generic {{{.*}}iterator_types = []}
// CHECK-DAG:     %{{.*}} = tensor.extract %[[D]]#1[] : tensor<f64>
// CHECK-DAG:     %{{.*}} = tensor.extract %[[D]]#2[] : tensor<f64>
func.func @rank0(%a: tensor<f64> {emb.name = "a"}, %s: f64 {emb.name = "s"}, %t: f64 {emb.name = "t"}) -> tensor<f64> {
  %e = tensor.empty() : tensor<f64>
  %y = linalg.generic {indexing_maps = [affine_map<() -> ()>, affine_map<() -> ()>, affine_map<() -> ()>], iterator_types = []}
      ins(%a, %s : tensor<f64>, f64) outs(%e : tensor<f64>) {
  ^bb0(%x0: f64, %x1: f64, %o: f64):
    %0 = arith.mulf %x0, %x1 : f64
    %1 = arith.mulf %0, %t : f64
    linalg.yield %1 : f64
  } -> tensor<f64>
  return %y : tensor<f64>
}

// A captured value that is the element itself.

emb.gradient @dsplat of @splat wrt("s") seeded

// CHECK-LABEL: func.func @dsplat(
// CHECK:         %[[V:.*]] = math.exp
// CHECK:         %[[Y:.*]] = linalg.generic
// CHECK-NEXT:    ^bb0(
// CHECK-NEXT:      linalg.yield %[[V]] : f64
// CHECK:         linalg.generic {{{.*}}iterator_types = ["reduction"]} ins(%{{.*}} : tensor<4xf64>)
func.func @splat(%s: f64 {emb.name = "s"}) -> tensor<4xf64> {
  %v = math.exp %s : f64
  %e = tensor.empty() : tensor<4xf64>
  %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]} outs(%e : tensor<4xf64>) {
  ^bb0(%o: f64):
    linalg.yield %v : f64
  } -> tensor<4xf64>
  return %y : tensor<4xf64>
}
