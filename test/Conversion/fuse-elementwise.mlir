// RUN: emb-opt %s --emb-fuse-elementwise --split-input-file | FileCheck %s
// RUN: emb-opt %s --emb-fuse-elementwise --split-input-file -o /dev/null --remarks-filter='emb.*' --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// The distance |x - y| is one loop, and the differences are computed once more
// for their signs: no tensor of them is made. Zeros are numbers of the body.

#bd = affine_map<(b, d) -> (b, d)>
#b = affine_map<(b, d) -> (b)>

// CHECK-LABEL: func.func @distance(
// CHECK-DAG:     %[[X:.*]] = emb.gather %arg0
// CHECK-DAG:     %[[Y:.*]] = emb.gather %arg1
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant 0.0
// CHECK:         %[[SUM:.*]] = linalg.generic
// CHECK-SAME:        ins(%[[X]], %[[Y]] : tensor<?x50xf32>, tensor<?x50xf32>)
// CHECK-NEXT:      ^bb0(%[[A:.*]]: f32, %[[C:.*]]: f32, %[[S:.*]]: f32):
// CHECK-NEXT:        %[[D:.*]] = arith.subf %[[A]], %[[C]]
// CHECK-NEXT:        %[[ABS:.*]] = math.absf %[[D]]
// CHECK-NEXT:        %[[N:.*]] = arith.addf %[[S]], %[[ABS]]
// CHECK-NEXT:        linalg.yield %[[N]]
// CHECK:         %[[SIGN:.*]] = linalg.generic
// CHECK-SAME:        ins(%[[X]], %[[Y]] : tensor<?x50xf32>, tensor<?x50xf32>)
// CHECK-NEXT:      ^bb0(%[[A1:.*]]: f32, %[[C1:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:        %[[D1:.*]] = arith.subf %[[A1]], %[[C1]]
// CHECK-NEXT:        arith.cmpf olt, %[[D1]], %[[ZERO]]
// CHECK:         return %[[SUM]], %[[SIGN]]
// REMARK-DAG: [Passed] MapFused | Category:emb-fuse-elementwise | Function=distance | Operations=1, OperationsTogether=2, UsesOfMap=2
// REMARK-DAG: [Passed] MapFused | Category:emb-fuse-elementwise | Function=distance | Operations=1, OperationsTogether=3, UsesOfMap=1
func.func @distance(%t: tensor<9x50xf32>, %u: tensor<9x50xf32>, %i: tensor<?xi64>, %e: tensor<?x50xf32>, %s: tensor<?xf32>)
    -> (tensor<?xf32>, tensor<?x50xf32>) {
  %zero = arith.constant 0.0 : f32
  %x = emb.gather %t[%i] : tensor<9x50xf32>, tensor<?xi64> -> tensor<?x50xf32>
  %y = emb.gather %u[%i] : tensor<9x50xf32>, tensor<?xi64> -> tensor<?x50xf32>
  %0 = linalg.generic {indexing_maps = [#bd, #bd, #bd], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<?x50xf32>, tensor<?x50xf32>) outs(%e : tensor<?x50xf32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %d = arith.subf %a, %c : f32
    linalg.yield %d : f32
  } -> tensor<?x50xf32>
  %1 = linalg.generic {indexing_maps = [#bd, #bd], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<?x50xf32>) outs(%e : tensor<?x50xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = math.absf %a : f32
    linalg.yield %d : f32
  } -> tensor<?x50xf32>
  %2 = linalg.reduce { arith.addf } ins(%1 : tensor<?x50xf32>) outs(%s : tensor<?xf32>) dimensions = [1]
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?x50xf32>) -> tensor<?x50xf32>
  %3 = linalg.generic {indexing_maps = [#bd, #bd, #bd], iterator_types = ["parallel", "parallel"]}
      ins(%0, %z : tensor<?x50xf32>, tensor<?x50xf32>) outs(%e : tensor<?x50xf32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %d = arith.cmpf olt, %a, %c : f32
    %n = arith.select %d, %c, %a : f32
    linalg.yield %n : f32
  } -> tensor<?x50xf32>
  return %2, %3 : tensor<?xf32>, tensor<?x50xf32>
}

// -----

// An extent of one iteration keeps nothing apart.

#bd = affine_map<(b, d) -> (b, d)>
#b = affine_map<(b, d) -> (b)>

// CHECK-LABEL: func.func @keepdim(
// CHECK-SAME:    %[[P:[a-z0-9]+]]: tensor<?xf32>, %[[Q:[a-z0-9]+]]: tensor<?x8xf32>
// CHECK:         linalg.generic
// CHECK-SAME:      ins(%[[Q]], %[[P]] :
// CHECK-NEXT:      ^bb0
// CHECK-NEXT:      arith.addf %{{.*}}, %{{.*}}
// CHECK-NEXT:      arith.subf
// CHECK-NEXT:      linalg.yield
// CHECK-NOT:     linalg.generic
func.func @keepdim(%p: tensor<?xf32>, %q: tensor<?x8xf32>, %n: index, %e: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %two = arith.constant 2.0 : f32
  %0 = tensor.expand_shape %p [[0, 1]] output_shape [%n, 1] : tensor<?xf32> into tensor<?x1xf32>
  %m = tensor.empty(%n) : tensor<?x1xf32>
  %1 = linalg.generic {indexing_maps = [#bd, #bd], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<?x1xf32>) outs(%m : tensor<?x1xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = arith.addf %a, %two : f32
    linalg.yield %d : f32
  } -> tensor<?x1xf32>
  %2 = tensor.collapse_shape %1 [[0, 1]] : tensor<?x1xf32> into tensor<?xf32>
  %3 = linalg.generic {indexing_maps = [#b, #bd, #bd], iterator_types = ["parallel", "parallel"]}
      ins(%2, %q : tensor<?xf32>, tensor<?x8xf32>) outs(%e : tensor<?x8xf32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %d = arith.subf %a, %c : f32
    linalg.yield %d : f32
  } -> tensor<?x8xf32>
  return %3 : tensor<?x8xf32>
}

// -----

// Maps that stay.

#bd = affine_map<(b, d) -> (b, d)>
#b = affine_map<(b, d) -> (b)>
#d = affine_map<(b, d) -> (d)>
#i = affine_map<(i) -> (i)>
#k = affine_map<(i, j, k) -> (i, k)>
#l = affine_map<(i, j, k) -> (k, j)>
#m = affine_map<(i, j, k) -> (i, j)>

// CHECK-LABEL: func.func @blocked(
// CHECK-COUNT-16: linalg.generic
// CHECK:         linalg.reduce
func.func @blocked(%x: tensor<64x64xf32>, %v: tensor<64xf32>, %w: tensor<64x64xf32>, %t: tensor<64x64xf32>)
    -> (tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>,
        tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>, tensor<64xf32>) {
  %e = tensor.empty() : tensor<64x64xf32>
  %f = tensor.empty() : tensor<64xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32

  // A product has a kernel, into which nothing is merged. One number for a column
  // is not one for a row.
  // REMARK: [Missed] MapNotFused | Category:emb-fuse-elementwise | Function=blocked | Reason="it would be computed again along a loop that is not the inner one"
  %a0 = linalg.generic {indexing_maps = [#bd, #bd], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = arith.negf %a : f32
    linalg.yield %d : f32
  } -> tensor<64x64xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
  %r0 = linalg.generic {indexing_maps = [#k, #l, #m], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a0, %w : tensor<64x64xf32>, tensor<64x64xf32>) outs(%z : tensor<64x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b : f32
    %s = arith.addf %o, %p : f32
    linalg.yield %s : f32
  } -> tensor<64x64xf32>

  %a1 = linalg.generic {indexing_maps = [#i, #i], iterator_types = ["parallel"]}
      ins(%v : tensor<64xf32>) outs(%f : tensor<64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = arith.negf %a : f32
    linalg.yield %d : f32
  } -> tensor<64xf32>
  %r1 = linalg.generic {indexing_maps = [#d, #bd, #bd], iterator_types = ["parallel", "parallel"]}
      ins(%a1, %x : tensor<64xf32>, tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.addf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<64x64xf32>

  // REMARK: Function=blocked | Reason="what it computes takes long"
  %a2 = linalg.generic {indexing_maps = [#i, #i], iterator_types = ["parallel"]}
      ins(%v : tensor<64xf32>) outs(%f : tensor<64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = math.exp %a : f32
    linalg.yield %d : f32
  } -> tensor<64xf32>
  %r2 = linalg.generic {indexing_maps = [#b, #bd, #bd], iterator_types = ["parallel", "parallel"]}
      ins(%a2, %x : tensor<64xf32>, tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.addf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<64x64xf32>

  // Two read it, and the first input is an argument, perhaps a table.
  // REMARK: Function=blocked | Reason="it would read an argument of the function again"
  %a3 = linalg.generic {indexing_maps = [#bd, #bd], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = arith.addf %a, %a : f32
    linalg.yield %d : f32
  } -> tensor<64x64xf32>
  %r3 = linalg.generic {indexing_maps = [#bd, #bd], iterator_types = ["parallel", "parallel"]}
      ins(%a3 : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = math.absf %a : f32
    linalg.yield %d : f32
  } -> tensor<64x64xf32>
  %r4 = linalg.generic {indexing_maps = [#bd, #bd], iterator_types = ["parallel", "parallel"]}
      ins(%a3 : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = math.sqrt %a : f32
    linalg.yield %d : f32
  } -> tensor<64x64xf32>

  // Somebody else needs the tensor.
  // REMARK: Function=blocked | Reason="the tensor is needed in any case: a tensor is needed"
  %a5 = linalg.generic {indexing_maps = [#bd, #bd], iterator_types = ["parallel", "parallel"]}
      ins(%r3 : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = arith.negf %a : f32
    linalg.yield %d : f32
  } -> tensor<64x64xf32>
  %r5 = linalg.generic {indexing_maps = [#bd, #bd], iterator_types = ["parallel", "parallel"]}
      ins(%a5 : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = arith.mulf %a, %a : f32
    linalg.yield %d : f32
  } -> tensor<64x64xf32>

  // The loop would compute it in each iteration.
  // REMARK: Function=blocked | Reason="it is in another block"
  %a6 = linalg.generic {indexing_maps = [#bd, #bd], iterator_types = ["parallel", "parallel"]}
      ins(%r5 : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = arith.negf %a : f32
    linalg.yield %d : f32
  } -> tensor<64x64xf32>
  %c4 = arith.constant 4 : index
  %r6 = scf.for %i = %c0 to %c4 step %c1 iter_args(%s = %w) -> tensor<64x64xf32> {
    %n = linalg.generic {indexing_maps = [#bd, #bd, #bd], iterator_types = ["parallel", "parallel"]}
        ins(%a6, %s : tensor<64x64xf32>, tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %d = arith.addf %a, %b : f32
      linalg.yield %d : f32
    } -> tensor<64x64xf32>
    scf.yield %n : tensor<64x64xf32>
  }

  // What it reads is given a new value before the result is read.
  // REMARK: Function=blocked | Reason="what it reads is written in between"
  %a7 = linalg.generic {indexing_maps = [#bd, #bd], iterator_types = ["parallel", "parallel"]}
      ins(%t : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %d = arith.negf %a : f32
    linalg.yield %d : f32
  } -> tensor<64x64xf32>
  %new = linalg.generic {indexing_maps = [#bd], iterator_types = ["parallel", "parallel"]}
      outs(%t : tensor<64x64xf32>) {
  ^bb0(%o: f32):
    %d = math.exp %o : f32
    linalg.yield %d : f32
  } -> tensor<64x64xf32>
  %r7 = linalg.generic {indexing_maps = [#bd, #bd, #bd], iterator_types = ["parallel", "parallel"]}
      ins(%a7, %new : tensor<64x64xf32>, tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.addf %a, %b : f32
    linalg.yield %d : f32
  } -> tensor<64x64xf32>

  // REMARK: Function=blocked | Reason="its body is not only arithmetic"
  %a8 = linalg.generic {indexing_maps = [#bd], iterator_types = ["parallel", "parallel"]}
      outs(%e : tensor<64x64xf32>) {
  ^bb0(%o: f32):
    %p = linalg.index 1 : index
    %q = arith.index_cast %p : index to i32
    %d = arith.sitofp %q : i32 to f32
    linalg.yield %d : f32
  } -> tensor<64x64xf32>
  %r8 = linalg.reduce { arith.addf } ins(%a8 : tensor<64x64xf32>) outs(%v : tensor<64xf32>) dimensions = [1]
  return %r0, %r1, %r2, %r4, %a5, %r5, %r6, %r7, %new, %r8
    : tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>,
      tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>, tensor<64x64xf32>, tensor<64xf32>
}
