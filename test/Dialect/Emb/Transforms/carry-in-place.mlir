// RUN: emb-opt %s --emb-carry-in-place --split-input-file \
// RUN:   --remarks-filter='emb.*' 2>%t | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t

// REMARK-NOT: Missed
// REMARK:     Carried{{.*}}copied=0, values=2
// REMARK-NOT: Missed
// REMARK:     Carried{{.*}}copied=1, values=2
// REMARK-NOT: Missed
// REMARK:     Carried{{.*}}copied=3, values=3
// REMARK-NOT: Missed
// REMARK-COUNT-5: Carried
// REMARK:     Missed{{.*}}that might share the buffer of another
// REMARK:     Carried
// REMARK:     Missed{{.*}}extents are not known to stay

// The sum is written where it was, and the square where its root was. The extent
// of %b is that of %a in every iteration, or the check of the product fails.
// CHECK-LABEL: func.func @elementwise(
// CHECK:         scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}})
// CHECK-NOT:       tensor.empty
// CHECK:           %[[P:.*]] = linalg.mul ins(%[[A]], %[[B]] : {{.*}}) outs(%[[B]] :
// CHECK:           %[[S:.*]] = linalg.add ins(%[[A]], %[[P]] : {{.*}}) outs(%[[A]] :
// CHECK-NEXT:      scf.yield %[[S]], %[[P]]
func.func @elementwise(%x: tensor<?xf32>, %y: tensor<?xf32>, %n: index) -> (tensor<?xf32>, tensor<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %d = tensor.dim %x, %c0 : tensor<?xf32>
  %e = tensor.empty(%d) : tensor<?xf32>
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %y) -> (tensor<?xf32>, tensor<?xf32>) {
    %p = linalg.mul ins(%a, %b : tensor<?xf32>, tensor<?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
    %s = linalg.add ins(%a, %p : tensor<?xf32>, tensor<?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
    scf.yield %s, %p : tensor<?xf32>, tensor<?xf32>
  }
  return %r#0, %r#1 : tensor<?xf32>, tensor<?xf32>
}

// -----

// The product begins with zeros of its own, in the place of what is carried; the
// others stay. It reads what is carried: bufferization cannot let it write there,
// and the result is copied.
// CHECK-LABEL: func.func @product(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<2x2xf32>, %[[W:[^:]*]]: tensor<2x2xf32>
// CHECK:         %[[ZEROS:.*]] = linalg.fill
// CHECK:         scf.for {{.*}} iter_args(%[[A:.*]] = %[[ZEROS]], %[[B:.*]] = %[[X]])
// CHECK:           %[[FILL:.*]] = linalg.fill ins(%{{.*}}) outs(%[[A]] :
// CHECK-NEXT:      %[[P:.*]] = linalg.matmul ins(%[[B]], %[[W]] : {{.*}}) outs(%[[FILL]] :
// CHECK:           %[[FILL2:.*]] = linalg.fill ins(%{{.*}}) outs(%[[B]] :
// CHECK-NEXT:      %[[Q:.*]] = linalg.matmul ins(%[[B]], %[[B]] : {{.*}}) outs(%[[FILL2]] :
// CHECK-NEXT:      %[[COPY:.*]] = bufferization.materialize_in_destination %[[Q]] in %[[B]] :
// CHECK-NEXT:      scf.yield %[[P]], %[[COPY]]
func.func @product(%x: tensor<2x2xf32>, %w: tensor<2x2xf32>, %n: index) -> (tensor<2x2xf32>, tensor<2x2xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2x2xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %z, %b = %x) -> (tensor<2x2xf32>, tensor<2x2xf32>) {
    %p = linalg.matmul ins(%b, %w : tensor<2x2xf32>, tensor<2x2xf32>) outs(%z : tensor<2x2xf32>) -> tensor<2x2xf32>
    %q = linalg.matmul ins(%b, %b : tensor<2x2xf32>, tensor<2x2xf32>) outs(%z : tensor<2x2xf32>) -> tensor<2x2xf32>
    scf.yield %p, %q : tensor<2x2xf32>, tensor<2x2xf32>
  }
  return %r#0, %r#1 : tensor<2x2xf32>, tensor<2x2xf32>
}

// -----

// Of three that change places one is saved: the first copy overwrites it.
// CHECK-LABEL: func.func @rotate(
// CHECK:         scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}}, %[[C:.*]] = %{{.*}})
// CHECK-NEXT:      %[[SAVED:.*]] = bufferization.alloc_tensor() copy(%[[A]])
// CHECK-NEXT:      %[[NEWA:.*]] = bufferization.materialize_in_destination %[[B]] in %[[A]]
// CHECK-NEXT:      %[[NEWB:.*]] = bufferization.materialize_in_destination %[[C]] in %[[B]]
// CHECK-NEXT:      %[[NEWC:.*]] = bufferization.materialize_in_destination %[[SAVED]] in %[[C]]
// CHECK-NEXT:      scf.yield %[[NEWA]], %[[NEWB]], %[[NEWC]]
func.func @rotate(%x: tensor<4xf32>, %y: tensor<4xf32>, %z: tensor<4xf32>, %n: index) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:3 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %y, %c = %z)
      -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
    scf.yield %b, %c, %a : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
  }
  return %r#0 : tensor<4xf32>
}

// -----

// Both branches leave the value where it is, and an inner loop does.
// CHECK-LABEL: func.func @regions(
// CHECK:         scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}})
// CHECK:           scf.if
// CHECK:             linalg.exp ins(%[[A]] : {{.*}}) outs(%[[A]] :
// CHECK:           } else {
// CHECK-NEXT:        scf.yield %[[A]]
// CHECK:           scf.for {{.*}} iter_args(%[[B:.*]] = %{{.*}})
// CHECK:             linalg.abs ins(%[[B]] : {{.*}}) outs(%[[B]] :
// CHECK-NOT:       bufferization
func.func @regions(%x: tensor<4xf32>, %n: index) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e = tensor.empty() : tensor<4xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> tensor<4xf32> {
    %odd = arith.cmpi eq, %i, %c1 : index
    %s = scf.if %odd -> tensor<4xf32> {
      %q = linalg.exp ins(%a : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
      scf.yield %q : tensor<4xf32>
    } else {
      scf.yield %a : tensor<4xf32>
    }
    %t = scf.for %j = %c0 to %n step %c1 iter_args(%b = %s) -> tensor<4xf32> {
      %q = linalg.abs ins(%b : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
      scf.yield %q : tensor<4xf32>
    }
    scf.yield %t : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// -----

// The inner loop copies its product. With that the outer one has nothing to copy.
// CHECK-LABEL: func.func @nested(
// CHECK:         scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}})
// CHECK:           %[[INNER:.*]] = scf.for {{.*}} iter_args(%[[B:.*]] = %[[A]])
// CHECK:             bufferization.materialize_in_destination %{{.*}} in %[[B]]
// CHECK-NOT:       bufferization
// CHECK:           scf.yield %[[INNER]]
func.func @nested(%x: tensor<2x2xf32>, %n: index) -> tensor<2x2xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2x2xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> tensor<2x2xf32> {
    %t = scf.for %j = %c0 to %n step %c1 iter_args(%b = %a) -> tensor<2x2xf32> {
      %z = linalg.fill ins(%zero : f32) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
      %q = linalg.matmul ins(%b, %b : tensor<2x2xf32>, tensor<2x2xf32>) outs(%z : tensor<2x2xf32>) -> tensor<2x2xf32>
      scf.yield %q : tensor<2x2xf32>
    }
    scf.yield %t : tensor<2x2xf32>
  }
  return %r : tensor<2x2xf32>
}

// -----

// A part of the carried value that may be at another place is saved.
// CHECK-LABEL: func.func @part(
// CHECK:         scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}})
// CHECK:           %[[V:.*]] = tensor.extract_slice
// CHECK-NEXT:      %[[SAVED:.*]] = bufferization.alloc_tensor() copy(%[[V]])
// CHECK-NEXT:      %[[NEW:.*]] = bufferization.materialize_in_destination %[[SAVED]] in %[[A]]
// CHECK-NEXT:      scf.yield %[[NEW]]
func.func @part(%x: tensor<4xf32>, %n: index) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> tensor<4xf32> {
    %v = tensor.extract_slice %a[%i] [4] [1] : tensor<4xf32> to tensor<4xf32>
    scf.yield %v : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// -----

// What may be the carried value or another would make one buffer of both:
// bufferization refuses to write there.
// CHECK-LABEL: func.func @restart(
// CHECK:           %[[V:.*]] = arith.select
// CHECK-NEXT:      scf.yield %[[V]]
func.func @restart(%x: tensor<4xf32>, %n: index) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> tensor<4xf32> {
    %odd = arith.cmpi eq, %i, %c1 : index
    %v = arith.select %odd, %a, %x : tensor<4xf32>
    scf.yield %v : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}

// -----

// Zeros that nothing else needs are made once, where they are needed.
// CHECK-LABEL: func.func @fill(
// CHECK-COUNT-1: linalg.fill
// CHECK-NOT:     linalg.fill
// CHECK:         return
func.func @fill(%x: tensor<2x2xf32>, %n: index) -> tensor<2x2xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2x2xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<2x2xf32>) -> tensor<2x2xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> tensor<2x2xf32> {
    %q = linalg.matmul ins(%x, %x : tensor<2x2xf32>, tensor<2x2xf32>) outs(%z : tensor<2x2xf32>) -> tensor<2x2xf32>
    scf.yield %q : tensor<2x2xf32>
  }
  return %r : tensor<2x2xf32>
}

// -----

// The sum has the extent of %a, and so has what the inner loop ends with, but not
// what that begins with.
// CHECK-LABEL: func.func @inner_grows(
// CHECK:         %[[NONE:.*]] = tensor.empty(%c0)
// CHECK:         scf.for {{.*}} iter_args(%{{.*}} = %{{.*}})
// CHECK:           scf.for {{.*}} iter_args(%{{.*}} = %[[NONE]])
func.func @inner_grows(%x: tensor<?xf32>, %n: index) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %none = tensor.empty(%c0) : tensor<?xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> tensor<?xf32> {
    %t = scf.for %j = %c0 to %n step %c1 iter_args(%b = %none) -> tensor<?xf32> {
      %m = tensor.dim %b, %c0 : tensor<?xf32>
      %k = arith.addi %m, %c1 : index
      %e = tensor.empty(%k) : tensor<?xf32>
      %s = tensor.insert_slice %b into %e[1] [%m] [1] : tensor<?xf32> into tensor<?xf32>
      scf.yield %s : tensor<?xf32>
    }
    %q = linalg.add ins(%a, %t : tensor<?xf32>, tensor<?xf32>) outs(%t : tensor<?xf32>) -> tensor<?xf32>
    scf.yield %q : tensor<?xf32>
  }
  return %r : tensor<?xf32>
}

// -----

// CHECK-LABEL: func.func @grow(
// CHECK:         tensor.insert_slice %{{.*}} into %[[E:.*]][1]
// CHECK-NOT:     bufferization
func.func @grow(%x: tensor<?xf32>, %n: index) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> tensor<?xf32> {
    %m = tensor.dim %a, %c0 : tensor<?xf32>
    %k = arith.addi %m, %c1 : index
    %e = tensor.empty(%k) : tensor<?xf32>
    %s = tensor.insert_slice %a into %e[1] [%m] [1] : tensor<?xf32> into tensor<?xf32>
    scf.yield %s : tensor<?xf32>
  }
  return %r : tensor<?xf32>
}
