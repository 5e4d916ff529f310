// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-run %s --entry=dslice --arg x=[1,2,3] --arg z=[0,0,0,0] --arg grad_output=[1,2,3,4] \
// RUN:   --print=2 --print=grad_output | FileCheck %s --check-prefix=SEED
// RUN: emb-run %s --entry=dupdated --arg t=[[1],[2]] --arg x=[[3]] --arg ids=[1] --arg grad_output=[[1],[1]] \
// RUN:   --print=t --print=0 | FileCheck %s --check-prefix=UPDATED

// A gradient that begins as what arrives at a result does not end in it: that is
// the caller's.

// CHECK-LABEL: func.func @dslice(
// CHECK-SAME:    %[[G:[^:]*]]: tensor<4xf64> {emb.name = "grad_output"}
// CHECK:         %[[COPY:.*]] = bufferization.alloc_tensor() copy(%[[G]])
// CHECK:         tensor.insert_slice %{{.*}} into %[[COPY]]
// SEED: 2: 4xf64
// SEED-NEXT: [1, 0, 0, 0]
// SEED: grad_output: 4xf64
// SEED-NEXT: [1, 2, 3, 4]
emb.gradient @dslice of @slice wrt("x", "z") seeded
func.func @slice(%x: tensor<3xf64> {emb.name = "x"}, %z: tensor<4xf64> {emb.name = "z"}) -> tensor<4xf64> {
  %r = tensor.insert_slice %x into %z[1] [3] [1] : tensor<3xf64> into tensor<4xf64>
  return %r : tensor<4xf64>
}

// What the forward pass changes in place is changed in place.
// CHECK-LABEL: func.func @dupdated(
// CHECK-NOT:     bufferization.alloc_tensor
// CHECK:         return
// UPDATED: t: 2x1xf64
// UPDATED-NEXT: {{\[}}[1],
// UPDATED-NEXT:  [5]]
emb.gradient @dupdated of @updated wrt("x") seeded
func.func @updated(%t: tensor<?x1xf64> {emb.name = "t"}, %x: tensor<1x1xf64> {emb.name = "x"},
                   %ids: tensor<1xi64> {emb.name = "ids"}) -> tensor<?x1xf64> {
  %r = emb.scatter_add %x[%ids] into %t : tensor<1x1xf64>, tensor<1xi64>, tensor<?x1xf64>
  return %r : tensor<?x1xf64>
}
