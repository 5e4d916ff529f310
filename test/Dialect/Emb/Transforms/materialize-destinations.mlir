// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-materialize-destinations))' | FileCheck %s

// CHECK-LABEL: func.func @reads
// CHECK-SAME: %[[T:[^:]*]]: tensor<9x8xf32>, %[[I:[^:]*]]: tensor<?x3xi64>
func.func @reads(%t: tensor<9x8xf32>, %i: tensor<?x3xi64>, %k: tensor<?xi64>, %o: tensor<?xi64>)
    -> (tensor<?x3x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>, tensor<?xi32>, index) {
  %c0 = arith.constant 0 : index
  // CHECK: %[[N:.*]] = tensor.dim %[[I]], %{{.*}}
  // CHECK: %[[A:.*]] = tensor.empty(%[[N]]) : tensor<?x3x8xf32>
  // CHECK: emb.gather {{.*}} outs(%[[A]] : tensor<?x3x8xf32>)
  %a = emb.gather %t[%i] : tensor<9x8xf32>, tensor<?x3xi64> -> tensor<?x3x8xf32>
  // CHECK: %[[B:.*]] = tensor.empty(%{{.*}}) : tensor<?x8xf32>
  // CHECK: emb.bag max {{.*}} outs(%[[B]] : tensor<?x8xf32>)
  %b = emb.bag max %t[%i] : tensor<9x8xf32>, tensor<?x3xi64> -> tensor<?x8xf32>
  // With the last offset included there is one bag less than offsets.
  // CHECK: %[[OFFSETS:.*]] = tensor.dim %{{.*}}, %{{.*}} : tensor<?xi64>
  // CHECK: %[[BAGS:.*]] = arith.subi %[[OFFSETS]], %{{.*}}
  // CHECK: tensor.empty(%[[BAGS]]) : tensor<?x8xf32>
  %c = emb.bag sum %t[%k] offsets(%o : tensor<?xi64>) {include_last_offset} : tensor<9x8xf32>, tensor<?xi64> -> tensor<?x8xf32>
  %n = tensor.dim %k, %c0 : tensor<?xi64>
  // CHECK: %[[M:.*]] = tensor.empty(%{{.*}}) : tensor<?xi32>
  // CHECK: emb.offset2bag {{.*}} outs(%[[M]] : tensor<?xi32>)
  %m = emb.offset2bag %o[%n] : tensor<?xi64>, index -> tensor<?xi32>
  // CHECK: tensor.empty(%{{.*}}) : tensor<?xi64>
  // CHECK: %[[ENDS:.*]] = tensor.empty(%{{.*}}) : tensor<?xi32>
  // CHECK: emb.group(%{{.*}}) outs(%{{.*}}, %[[ENDS]], %{{.*}} : tensor<?xi64>, tensor<?xi32>, tensor<?xi64>)
  %q:3, %u = emb.group(%i : tensor<?x3xi64>) -> tensor<?xi64>, tensor<?xi32>, tensor<?xi64>
  return %a, %b, %c, %m, %u : tensor<?x3x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>, tensor<?xi32>, index
}

// CHECK-LABEL: func.func @given
func.func @given(%t: tensor<9x8xf32>, %i: tensor<3xi64>, %o: tensor<3x8xf32>) -> tensor<3x8xf32> {
  // CHECK-NOT: tensor.empty
  %a = emb.gather %t[%i] outs(%o : tensor<3x8xf32>) : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return %a : tensor<3x8xf32>
}

// CHECK-LABEL: func.func @gradients
// CHECK-SAME: %[[T:[^:]*]]: tensor<9x8xf16>, %[[I:[^:]*]]: tensor<?x3xi64>
func.func @gradients(%t: tensor<9x8xf16>, %i: tensor<?x3xi64>, %g: tensor<?x8xf16>, %b: tensor<?x3xi32>, %p: index)
    -> (tensor<?x8xi32>, tensor<?x8xf16>, tensor<?x3xi32>, tensor<?x3xf16>) {
  // CHECK: %[[BAGS:.*]] = tensor.dim %[[I]], %{{.*}}
  // CHECK: %[[POOLED:.*]] = tensor.empty(%[[BAGS]]) : tensor<?x8xf16>
  // CHECK: %[[WINNERS:.*]] = tensor.empty(%{{.*}}) : tensor<?x8xi32>
  // CHECK: emb.bag max {{.*}} outs(%[[POOLED]], %[[WINNERS]] : tensor<?x8xf16>, tensor<?x8xi32>)
  %r, %a = emb.bag max %t[%i] : tensor<9x8xf16>, tensor<?x3xi64> -> tensor<?x8xf16>, tensor<?x8xi32>
  // Padding does not change the sizes.
  // CHECK: %[[ROWS:.*]] = tensor.empty(%[[N:.*]]) : tensor<?xi64>
  // CHECK: emb.group({{.*}}) padding(%{{.*}}) outs(%[[ROWS]],
  %q:3, %n = emb.group(%i : tensor<?x3xi64>) padding(%p) -> tensor<?xi64>, tensor<?xi64>, tensor<?xi64>
  // A row for each occurrence.
  // CHECK: %[[COUNT:.*]] = arith.muli
  // CHECK: %[[SUMS:.*]] = tensor.empty(%[[COUNT]]) : tensor<?x8xf16>
  // CHECK: emb.coalesce {{.*}} outs(%[[SUMS]] : tensor<?x8xf16>)
  %c = emb.coalesce sources[%i : tensor<?x3xi64> -> %g : tensor<?x8xf16> map %b : tensor<?x3xi32>]
    group(%q#0, %q#1, %q#2, %n : tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, index) -> tensor<?x8xf16>
  // CHECK: %[[F:.*]] = tensor.empty(%{{.*}}) : tensor<?x3xi32>
  // CHECK: emb.frequency {{.*}} outs(%[[F]] : tensor<?x3xi32>)
  %f = emb.frequency %i group(%q#0, %q#1, %q#2, %n : tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, index)
    : tensor<?x3xi64> -> tensor<?x3xi32>
  // CHECK: %[[D:.*]] = tensor.empty(%{{.*}}) : tensor<?x3xf16>
  // CHECK: emb.gather_dot {{.*}} outs(%[[D]] : tensor<?x3xf16>)
  %d = emb.gather_dot %t[%i], %g[%b] : tensor<9x8xf16>, tensor<?x3xi64>, tensor<?x8xf16>, tensor<?x3xi32> -> tensor<?x3xf16>
  return %a, %c, %f, %d : tensor<?x8xi32>, tensor<?x8xf16>, tensor<?x3xi32>, tensor<?x3xf16>
}
