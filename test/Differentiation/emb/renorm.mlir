// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// A renorm is not differentiated. Where it leaves all rows as they are, that is
// what differences say.

// CHECK-LABEL: func.func @d_lookup
// CHECK-SAME: , %[[G:[a-z0-9_]*]]: tensor<5x3xf64> {emb.name = "grad_output.0"}, %[[H:[a-z0-9_]*]]: tensor<?x3xf64> {emb.name = "grad_output.1"}
// CHECK: emb.renorm
// CHECK: emb.gather
// CHECK: %[[C:.*]] = bufferization.alloc_tensor() copy(%[[H]])
// CHECK: %[[D:.*]] = emb.scatter_add %[[G]][%{{.*}}] into %[[C]]
// CHECK: return %{{.*}}, %{{.*}}, %[[D]]
func.func @lookup(%t: tensor<?x3xf64> {emb.name = "t", check.shape = [6, 3]},
                  %i: tensor<5xi64>) -> (tensor<5x3xf64>, tensor<?x3xf64>) {
  %t1 = emb.renorm %i into %t max_norm 10.0 : tensor<5xi64>, tensor<?x3xf64>
  %r = emb.gather %t1[%i] : tensor<?x3xf64>, tensor<5xi64> -> tensor<5x3xf64>
  return %r, %t1 : tensor<5x3xf64>, tensor<?x3xf64>
}
emb.gradient @d_lookup of @lookup wrt("t") seeded

// Lookups before and after a renorm are sources of one gradient.
// CHECK-LABEL: func.func @d_between
// CHECK-SAME: %[[H:[a-z0-9_]*]]: tensor<6x3xf64> {emb.name = "grad_output.2"})
// CHECK: %[[C2:.*]] = bufferization.alloc_tensor() copy(%[[H]])
// CHECK: emb.update touched(%[[C2]] : tensor<6x3xf64>)
// CHECK-SAME: sources[{{.*}} -> {{.*}} : tensor<5x3xf64>, {{.*}} -> {{.*}} : tensor<2x3xf64>]
func.func @between(%t: tensor<6x3xf64> {emb.name = "t"},
                   %i: tensor<5xi64>, %j: tensor<2xi32>)
    -> (tensor<5x3xf64>, tensor<2x3xf64>, tensor<6x3xf64>) {
  %r = emb.gather %t[%i] : tensor<6x3xf64>, tensor<5xi64> -> tensor<5x3xf64>
  %t1 = emb.renorm %j into %t max_norm 10.0 norm_type 1.0
    : tensor<2xi32>, tensor<6x3xf64>
  %s = emb.gather %t1[%j] : tensor<6x3xf64>, tensor<2xi32> -> tensor<2x3xf64>
  return %r, %s, %t1 : tensor<5x3xf64>, tensor<2x3xf64>, tensor<6x3xf64>
}
emb.gradient @d_between of @between wrt("t") seeded
