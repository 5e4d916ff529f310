// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-insert-loop-checks,emb-insert-checks))' | FileCheck %s
// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-insert-loop-checks))' -o /dev/null --remarks-filter='emb.*' --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

#bd = affine_map<(b, d) -> (b, d)>
#b = affine_map<(b, d) -> (b)>
#id = affine_map<(d0) -> (d0)>

// Operands of linalg that run over the same loop must agree.
// REMARK: [Passed] LoopChecksInserted | Category:emb-insert-loop-checks | Function=linalg | checks=2
// CHECK-LABEL: func.func @linalg
func.func @linalg(%x: tensor<?x8xf32>, %y: tensor<?xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: emb.check_equal %{{.*}}, %{{.*}} label "linalg.generic: operand 1, dimension 0 (argument 1)"
  // CHECK: emb.check_equal %{{.*}}, %{{.*}} label "linalg.generic: operand 2, dimension 0 (argument 2)"
  // CHECK-NOT: dimension 1
  %r = linalg.generic {indexing_maps = [#bd, #b, #bd], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<?x8xf32>, tensor<?xf32>) outs(%o : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// What the types decide needs no check.
// CHECK-LABEL: func.func @static
func.func @static(%x: tensor<4x8xf32>, %o: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK-NOT: emb.check_equal
  %r = linalg.add ins(%x, %x : tensor<4x8xf32>, tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}

// A loop that carries tensors of the extents they begin with needs no check of
// its own iterations, and its result has those extents too.
// CHECK-LABEL: func.func @carried
// CHECK-SAME: %[[H:[^:]*]]: tensor<?xf32>, %[[A:[^:]*]]: tensor<?xf32>, %[[B:[^:]*]]: tensor<?xf32>
// CHECK: scf.for
// CHECK-NEXT: tensor.dim %[[H]]
// CHECK: %[[FOUND:.*]] = tensor.dim %[[H]]
// CHECK: %[[EXPECTED:.*]] = tensor.dim %[[A]]
// CHECK: emb.check_equal %[[FOUND]], %[[EXPECTED]] label "linalg.generic: operand 1, dimension 0"
// CHECK: %[[OTHER:.*]] = tensor.dim %[[B]]
// CHECK: %[[LAST:.*]] = tensor.dim %[[H]]
// CHECK: emb.check_equal %[[OTHER]], %[[LAST]] label "linalg.generic: operand 1, dimension 0 (argument 2)"
func.func @carried(%h: tensor<?xf32>, %a: tensor<?xf32>, %b: tensor<?xf32>, %n: index) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %t = %c0 to %n step %c1 iter_args(%s = %h) -> tensor<?xf32> {
    %m = tensor.dim %s, %c0 : tensor<?xf32>
    %e = tensor.empty(%m) : tensor<?xf32>
    %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
        ins(%a, %s : tensor<?xf32>, tensor<?xf32>) outs(%e : tensor<?xf32>) {
    ^bb0(%x: f32, %z: f32, %o: f32):
      %p = arith.addf %x, %z : f32
      linalg.yield %p : f32
    } -> tensor<?xf32>
    scf.yield %y : tensor<?xf32>
  }
  %k = tensor.dim %r, %c0 : tensor<?xf32>
  %f = tensor.empty(%k) : tensor<?xf32>
  %w = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
      ins(%r, %b : tensor<?xf32>, tensor<?xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%x: f32, %z: f32, %o: f32):
    %p = arith.addf %x, %z : f32
    linalg.yield %p : f32
  } -> tensor<?xf32>
  return %w : tensor<?xf32>
}

// A tensor that grows is checked in each iteration.
// CHECK-LABEL: func.func @grows
// CHECK: scf.for {{.*}} iter_args(%[[S:.*]] = %{{.*}})
// CHECK: %[[FOUND:.*]] = tensor.dim %[[S]]
// CHECK: emb.check_equal %[[FOUND]], %{{.*}} label "linalg.generic: operand 1, dimension 0"
func.func @grows(%h: tensor<?xf32>, %a: tensor<?xf32>, %n: index) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %t = %c0 to %n step %c1 iter_args(%s = %h) -> tensor<?xf32> {
    %e = tensor.empty(%t) : tensor<?xf32>
    %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel"]}
        ins(%a, %s : tensor<?xf32>, tensor<?xf32>) outs(%e : tensor<?xf32>) {
    ^bb0(%x: f32, %z: f32, %o: f32):
      %p = arith.addf %x, %z : f32
      linalg.yield %p : f32
    } -> tensor<?xf32>
    scf.yield %y : tensor<?xf32>
  }
  return %r : tensor<?xf32>
}
