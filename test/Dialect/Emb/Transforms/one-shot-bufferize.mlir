// RUN: emb-opt %s --emb-bufferize --split-input-file | FileCheck %s

// Arguments have unit innermost strides; the table is updated in place.
// CHECK-LABEL: func.func @update
// CHECK-SAME: %[[W:.*]]: memref<9x8xf32, strided<[?, 1], offset: ?>> {emb.written}
// CHECK-SAME: %[[S:.*]]: memref<9xf32, strided<[1], offset: ?>> {emb.written}
// CHECK-SAME: %[[I:.*]]: memref<3xi64, strided<[1], offset: ?>>
// CHECK-SAME: %[[G:.*]]: memref<3x8xf32, strided<[?, 1], offset: ?>>
func.func @update(%w: tensor<9x8xf32>, %s: tensor<9xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>)
    -> (tensor<9x8xf32>, tensor<9xf32>) {
  // CHECK-NOT: memref.copy
  // CHECK-NOT: memref.alloc() {{.*}} : memref<9x8xf32>
  // CHECK: %[[N:.*]] = emb.group(%[[I]]
  // CHECK: emb.update touched(%[[W]], %[[S]] :
  // CHECK-SAME: sources[%[[I]] : {{.*}} -> %[[G]] :
  // CHECK: return %[[W]], %[[S]]
  %q:3, %n = emb.group(%i : tensor<3xi64>) -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
  %r:2 = emb.update touched(%w, %s : tensor<9x8xf32>, tensor<9xf32>) sources[%i : tensor<3xi64> -> %g : tensor<3x8xf32>]
      group(%q#0, %q#1, %q#2, %n : tensor<3xi64>, tensor<4xi64>, tensor<3xi64>, index) {
  ^bb0(%x: f32, %a: f32, %d: f32):
    %y = arith.subf %x, %d : f32
    emb.yield %y, %a : f32, f32
  }
  return %r#0, %r#1 : tensor<9x8xf32>, tensor<9xf32>
}

// -----

// Checks keep their place and their operand's buffer.
// CHECK-LABEL: func.func @checked
// CHECK-SAME: %[[T:[^:]*]]: memref<9x8xf32{{.*}}>, %[[I:[^:]*]]: memref<3xi64
func.func @checked(%t: tensor<9x8xf32>, %i: tensor<3xi64>) -> tensor<3x8xf32> {
  // CHECK: emb.check_indices %[[I]], %{{.*}} label "a" : memref
  // CHECK: %[[R:.*]] = memref.alloc() {alignment = 64 : i64} : memref<3x8xf32>
  // CHECK: emb.gather %[[T]][%[[I]]] outs(%[[R]]
  // CHECK: return %[[R]]
  %c9 = arith.constant 9 : index
  %j = emb.check_indices %i, %c9 label "a" : tensor<3xi64>
  %r = emb.gather %t[%j] : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return %r : tensor<3x8xf32>
}

// -----

// A destination that the function returns is written directly.
// CHECK-LABEL: func.func @outs
func.func @outs(%t: tensor<9x8xf32>, %i: tensor<3xi64>, %o: tensor<3x8xf32>) -> tensor<3x8xf32> {
  // CHECK-NOT: memref.alloc
  // CHECK: emb.gather
  %r = emb.gather %t[%i] outs(%o : tensor<3x8xf32>) : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return %r : tensor<3x8xf32>
}

// -----

// An argument whose new value is not returned keeps its value.
// CHECK-LABEL: func.func @scratch
// CHECK-SAME: %[[A:[^:]*]]: memref<8xf32
func.func @scratch(%a: tensor<8xf32>) -> tensor<4xf32> {
  // CHECK: %[[OWN:.*]] = memref.alloc() {{.*}} : memref<8xf32>
  // CHECK: linalg.exp ins(%[[A]] : {{.*}}) outs(%[[OWN]] :
  // CHECK: linalg.add ins(%[[OWN]], %[[A]] : {{.*}}) outs(%[[OWN]] :
  %f = linalg.exp ins(%a : tensor<8xf32>) outs(%a : tensor<8xf32>) -> tensor<8xf32>
  %g = linalg.add ins(%f, %a : tensor<8xf32>, tensor<8xf32>) outs(%f : tensor<8xf32>) -> tensor<8xf32>
  %s = tensor.extract_slice %g[0] [4] [1] : tensor<8xf32> to tensor<4xf32>
  return %s : tensor<4xf32>
}

// A result that is a column, or one of two layouts, is copied; rows are not.
// CHECK-LABEL: func.func @strided_results
func.func @strided_results(%t: tensor<4x2xf32>, %c: i1) -> (tensor<4xf32>, tensor<2x2xf32>, tensor<2x2xf32>) {
  %column = tensor.extract_slice %t[0, 1] [4, 1] [1, 1] : tensor<4x2xf32> to tensor<4xf32>
  %rows = tensor.extract_slice %t[1, 0] [2, 2] [1, 1] : tensor<4x2xf32> to tensor<2x2xf32>
  %fresh = bufferization.alloc_tensor() : tensor<2x2xf32>
  %either = scf.if %c -> tensor<2x2xf32> {
    scf.yield %rows : tensor<2x2xf32>
  } else {
    scf.yield %fresh : tensor<2x2xf32>
  }
  // CHECK: memref.copy %{{.*}}, %[[COLUMN:.*]] : memref<4xf32, strided<[?], offset: ?>> to memref<4xf32>
  // CHECK: memref.copy %{{.*}}, %[[EITHER:.*]] : memref<2x2xf32, strided<[?, ?], offset: ?>> to memref<2x2xf32>
  // CHECK: return %[[COLUMN]], %{{.*}}, %[[EITHER]] : memref<4xf32>, memref<2x2xf32, strided<[?, 1], offset: ?>>, memref<2x2xf32>
  return %column, %rows, %either : tensor<4xf32>, tensor<2x2xf32>, tensor<2x2xf32>
}

// -----

// A strided argument has no known stride; the others keep theirs. The new value
// of the argument is returned as it is, not copied.
// CHECK-LABEL: func.func @strided
// CHECK-SAME: %[[W:.*]]: memref<9x8xf32, strided<[?, ?], offset: ?>> {emb.strided, emb.written}
// CHECK-SAME: %{{.*}}: memref<?xi64, strided<[?], offset: ?>> {emb.strided}
// CHECK-SAME: %{{.*}}: memref<?x8xf32, strided<[?, 1], offset: ?>>)
// CHECK-SAME: -> memref<9x8xf32, strided<[?, ?], offset: ?>>
func.func @strided(%w: tensor<9x8xf32> {emb.strided}, %i: tensor<?xi64> {emb.strided}, %g: tensor<?x8xf32>) -> tensor<9x8xf32> {
  // CHECK-NOT: memref.copy
  // CHECK: emb.scatter_add {{.*}} into %[[W]]
  // CHECK: return %[[W]]
  %r = emb.scatter_add %g[%i] into %w : tensor<?x8xf32>, tensor<?xi64>, tensor<9x8xf32>
  return %r : tensor<9x8xf32>
}

// -----

// Winners, sums, frequencies and dot products write their destinations and copy
// nothing.
// CHECK-LABEL: func.func @gradients
// CHECK-SAME: %[[W:[^:]*]]: memref<9x8xf32{{.*}} {emb.written}, %[[I:[^:]*]]: memref<2x3xi64{{[^:]*}}: ?>>, %[[G:[^:]*]]: memref<2x8xf32{{[^:]*}}: ?>>, %[[B:[^:]*]]: memref<2x3xi32
func.func @gradients(%w: tensor<9x8xf32>, %i: tensor<2x3xi64>, %g: tensor<2x8xf32>, %b: tensor<2x3xi32>)
    -> (tensor<9x8xf32>, tensor<2x8xf32>, tensor<6x8xf32>, tensor<2x3xi64>, tensor<2x3xf32>) {
  // CHECK-NOT: memref.copy
  // CHECK-DAG: emb.bag max %[[W]][%[[I]]] outs(%[[POOLED:.*]], %[[WINNERS:[^ ]*]] : memref<2x8xf32>, memref<2x8xi32>)
  // CHECK-DAG: %[[N:.*]] = emb.group(%[[I]] : {{.*}}) outs(%[[ROWS:[^,]*]], %[[BOUNDS:[^,]*]], %[[POSITIONS:[^ ]*]] :
  // CHECK-DAG: emb.coalesce sources[%[[I]] : {{.*}} -> %[[G]] : {{.*}} map %[[B]] : {{.*}} winners %[[WINNERS]] : memref<2x8xi32>] group(%[[ROWS]], %[[BOUNDS]], %[[POSITIONS]], %[[N]] : {{.*}}) outs(%[[SUMS:.*]] : memref<6x8xf32>)
  // CHECK-DAG: emb.frequency %[[I]] group(%[[ROWS]], %[[BOUNDS]], %[[POSITIONS]], %[[N]] : {{.*}}) outs(%[[F:.*]] : memref<2x3xi64>)
  // CHECK-DAG: emb.gather_dot %[[W]][%[[I]]], %[[G]][%[[B]]] outs(%[[D:.*]] : memref<2x3xf32>)
  // CHECK: emb.update touched(%[[W]] : {{.*}}) sources[%[[I]] : {{.*}} -> %[[G]] : {{.*}} map %[[B]] : {{.*}} winners %[[WINNERS]] : memref<2x8xi32>]
  // CHECK-NOT: memref.copy
  // CHECK: return %[[W]], %[[POOLED]], %[[SUMS]], %[[F]], %[[D]]
  %r, %a = emb.bag max %w[%i] : tensor<9x8xf32>, tensor<2x3xi64> -> tensor<2x8xf32>, tensor<2x8xi32>
  %q:3, %n = emb.group(%i : tensor<2x3xi64>) -> tensor<6xi64>, tensor<7xi64>, tensor<6xi64>
  %c = emb.coalesce sources[%i : tensor<2x3xi64> -> %g : tensor<2x8xf32> map %b : tensor<2x3xi32> winners %a : tensor<2x8xi32>]
    group(%q#0, %q#1, %q#2, %n : tensor<6xi64>, tensor<7xi64>, tensor<6xi64>, index) -> tensor<6x8xf32>
  %f = emb.frequency %i group(%q#0, %q#1, %q#2, %n : tensor<6xi64>, tensor<7xi64>, tensor<6xi64>, index)
    : tensor<2x3xi64> -> tensor<2x3xi64>
  %d = emb.gather_dot %w[%i], %g[%b] : tensor<9x8xf32>, tensor<2x3xi64>, tensor<2x8xf32>, tensor<2x3xi32> -> tensor<2x3xf32>
  %w1 = emb.update touched(%w : tensor<9x8xf32>)
      sources[%i : tensor<2x3xi64> -> %g : tensor<2x8xf32> map %b : tensor<2x3xi32> winners %a : tensor<2x8xi32>]
      group(%q#0, %q#1, %q#2, %n : tensor<6xi64>, tensor<7xi64>, tensor<6xi64>, index) {
  ^bb0(%x: f32, %e: f32):
    %y = arith.subf %x, %e : f32
    emb.yield %y : f32
  }
  return %w1, %r, %c, %f, %d : tensor<9x8xf32>, tensor<2x8xf32>, tensor<6x8xf32>, tensor<2x3xi64>, tensor<2x3xf32>
}
