// RUN: emb-opt %s --emb-differentiate | FileCheck %s

// An exponent of the type index, for which upstream has no code yet.

emb.gradient @dscalar of @scalar wrt("x")

// CHECK-LABEL: func.func @dscalar(
// CHECK-SAME:    %[[X:[^:]*]]: f64 {{.*}}, %[[I:[^:]*]]: index
// CHECK:         %[[N:.*]] = arith.index_cast %[[I]] : index to i64
// CHECK-NEXT:    arith.sitofp %[[N]] : i64 to f64
func.func @scalar(%x: f64 {emb.name = "x"}, %n: index) -> f64 {
  %0 = math.fpowi %x, %n : f64, index
  return %0 : f64
}

emb.gradient @dtensors of @tensors wrt("x") seeded

// CHECK-LABEL: func.func @dtensors(
// CHECK:         %[[N:.*]] = arith.index_cast %{{.*}} : tensor<?xindex> to tensor<?xi64>
// CHECK-NEXT:    arith.sitofp %[[N]] : tensor<?xi64> to tensor<?xf64>
func.func @tensors(%x: tensor<?xf64> {emb.name = "x"}, %n: tensor<?xindex>) -> tensor<?xf64> {
  %0 = math.fpowi %x, %n : tensor<?xf64>, tensor<?xindex>
  return %0 : tensor<?xf64>
}
