// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-insert-checks))' | FileCheck %s

#bd = affine_map<(b, d) -> (b, d)>
#b = affine_map<(b, d) -> (b)>

// CHECK-LABEL: func.func @gather
// CHECK-SAME: %[[T:.*]]: tensor<?x8xf32>, %[[I:.*]]: tensor<?xi64> {emb.name = "ids"}, %[[O:.*]]: tensor<?x8xf32>
func.func @gather(%t: tensor<?x8xf32>, %i: tensor<?xi64> {emb.name = "ids"}, %o: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // CHECK: %[[N:.*]] = tensor.dim %[[T]], %c0
  // CHECK: %[[J:.*]] = emb.check_indices %[[I]], %[[N]] label "emb.gather: indices (argument 1 'ids')"
  // CHECK: %[[FOUND:.*]] = tensor.dim %[[O]], %c0
  // CHECK: emb.check_equal %[[FOUND]], %{{.*}} label "emb.gather: outs, dimension 0 (argument 2)"
  // CHECK: emb.gather %[[T]][%[[J]]]
  %r = emb.gather %t[%i] outs(%o : tensor<?x8xf32>) : tensor<?x8xf32>, tensor<?xi64> -> tensor<?x8xf32>
  return %r : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @bag
// CHECK-SAME: %[[T:.*]]: tensor<9x8xf32>, %[[I:.*]]: tensor<?xi64>, %[[O:.*]]: tensor<?xi32>, %[[W:.*]]: tensor<?xf32>
func.func @bag(%t: tensor<9x8xf32>, %i: tensor<?xi64>, %o: tensor<?xi32>, %w: tensor<?xf32>) -> tensor<?x8xf32> {
  // CHECK: %[[C9:.*]] = arith.constant 9 : index
  // CHECK: %[[J:.*]] = emb.check_indices %[[I]], %[[C9]] label "emb.bag: indices (argument 1)"
  // CHECK: %[[P:.*]] = emb.check_offsets %[[O]], %{{.*}} label "emb.bag: offsets (argument 2)" {include_last_offset}
  // CHECK: emb.check_equal %{{.*}}, %{{.*}} label "emb.bag: weights, dimension 0 (argument 3)"
  // CHECK: emb.bag sum %[[T]][%[[J]]] offsets(%[[P]] : tensor<?xi32>) weights(%[[W]] : tensor<?xf32>)
  %r = emb.bag sum %t[%i] offsets(%o : tensor<?xi32>) weights(%w : tensor<?xf32>) {include_last_offset}
    : tensor<9x8xf32>, tensor<?xi64> -> tensor<?x8xf32>
  return %r : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @bag_outs
func.func @bag_outs(%t: tensor<9x8xf32>, %i: tensor<?x3xi64>, %o: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // CHECK: emb.check_equal %{{.*}}, %{{.*}} label "emb.bag: outs, dimension 0 (argument 2)"
  %r = emb.bag sum %t[%i] outs(%o : tensor<?x8xf32>) : tensor<9x8xf32>, tensor<?x3xi64> -> tensor<?x8xf32>
  return %r : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @offset2bag
func.func @offset2bag(%o: tensor<?xi64>, %n: index, %r: tensor<?xi32>) -> tensor<?xi32> {
  // CHECK: emb.check_offsets %{{.*}}, %[[N:.*]] label "emb.offset2bag: offsets (argument 0)"
  // CHECK: emb.check_equal %{{.*}}, %[[N]] label "emb.offset2bag: outs, dimension 0 (argument 2)"
  %m = emb.offset2bag %o[%n] outs(%r : tensor<?xi32>) : tensor<?xi64>, index -> tensor<?xi32>
  return %m : tensor<?xi32>
}

// CHECK-LABEL: func.func @writes
func.func @writes(%w: tensor<9x8xf32>, %i: tensor<?xi64>, %g: tensor<?x8xf32>) -> tensor<9x8xf32> {
  // CHECK: emb.check_indices %{{.*}}, %{{.*}} label "emb.renorm: indices (argument 1)"
  %a = emb.renorm %i into %w max_norm 1.0 : tensor<?xi64>, tensor<9x8xf32>
  // CHECK: emb.check_indices %{{.*}}, %{{.*}} label "emb.scatter_add: indices (argument 1)"
  // CHECK: emb.check_equal %{{.*}}, %{{.*}} label "emb.scatter_add: rows, dimension 0 (argument 2)"
  %b = emb.scatter_add %g[%i] into %a : tensor<?x8xf32>, tensor<?xi64>, tensor<9x8xf32>
  return %b : tensor<9x8xf32>
}

// CHECK-LABEL: func.func @update
// CHECK-SAME: %[[W:[^:]*]]: tensor<?x8xf32>, %[[S:[^:]*]]: tensor<?xf32>, %[[I:[^:]*]]: tensor<?xi64>, %[[G:[^:]*]]: tensor<?x8xf32>, %[[M:[^:]*]]: tensor<?xi32>, %[[C:[^:]*]]: tensor<?xf32>
func.func @update(%w: tensor<?x8xf32>, %s: tensor<?xf32>, %i: tensor<?xi64>, %g: tensor<?x8xf32>,
                  %m: tensor<?xi32>, %c: tensor<?xf32>) -> (tensor<?x8xf32>, tensor<?xf32>) {
  // CHECK: emb.check_equal %{{.*}}, %{{.*}} label "emb.update: state 0, dimension 0 (argument 1)"
  // CHECK: %[[J:.*]] = emb.check_indices %[[I]], %{{.*}} label "emb.update: indices 0 (argument 2)"
  // CHECK: emb.check_equal %{{.*}}, %{{.*}} label "emb.update: map 0, dimension 0 (argument 4)"
  // CHECK: %[[B:.*]] = tensor.dim %[[G]], %c0
  // CHECK: %[[N:.*]] = emb.check_indices %[[M]], %[[B]] label "emb.update: map 0 (argument 4)"
  // CHECK: emb.check_equal %{{.*}}, %{{.*}} label "emb.update: scale 0, dimension 0 (argument 5)"
  // CHECK: %[[J1:.*]] = emb.check_indices %[[I]], %{{.*}} label "emb.update: indices 1 (argument 2)"
  // CHECK: emb.check_equal %{{.*}}, %{{.*}} label "emb.update: gradient 1, dimension 0 (argument 3)"
  // CHECK: sources[%[[J]] : tensor<?xi64> -> %[[G]] : tensor<?x8xf32> map %[[N]] : tensor<?xi32> scale %[[C]] : tensor<?xf32>, %[[J1]] : tensor<?xi64> -> %[[G]] : tensor<?x8xf32>]
  %r:2 = emb.update touched(%w, %s : tensor<?x8xf32>, tensor<?xf32>)
      sources[%i : tensor<?xi64> -> %g : tensor<?x8xf32> map %m : tensor<?xi32> scale %c : tensor<?xf32>,
              %i : tensor<?xi64> -> %g : tensor<?x8xf32>] {
  ^bb0(%x: f32, %a: f32, %d: f32):
    emb.yield %d, %a : f32, f32
  }
  return %r#0, %r#1 : tensor<?x8xf32>, tensor<?xf32>
}

// Operands of linalg that run over the same loop must agree.
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
func.func @static(%x: tensor<4x8xf32>, %o: tensor<4x8xf32>, %i: tensor<4xi64>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  // CHECK-NOT: emb.check_equal
  %r = linalg.add ins(%x, %x : tensor<4x8xf32>, tensor<4x8xf32>) outs(%o : tensor<4x8xf32>) -> tensor<4x8xf32>
  %s = emb.scatter_add %x[%i] into %r : tensor<4x8xf32>, tensor<4xi64>, tensor<4x8xf32>
  return %r, %s : tensor<4x8xf32>, tensor<4x8xf32>
}
