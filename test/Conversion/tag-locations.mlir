// RUN: emb-opt %s --emb-tag-locations --mlir-print-debuginfo | FileCheck %s

// An operation and what is in it are shown as a function that was inlined where
// it stands; others, and those without a place, stay as they are.

// CHECK:     memref.alloc{{.*}} loc(#[[ALLOC:.*]])
// CHECK:     emb.gather{{.*}} loc(#[[GATHER:.*]])
// CHECK:     linalg.generic
// CHECK:       arith.addf{{.*}} loc(#[[ADD:.*]])
// CHECK:     } loc(#[[SUM:.*]])
// CHECK:     linalg.fill{{.*}} loc(#[[UNKNOWN:.*]])
// CHECK:     #[[ALLOC]] = loc("f.mlir":2:5)
// CHECK:     #[[GATHER_PLACE:.*]] = loc("f.mlir":3:5)
// CHECK:     #[[SUM_PLACE:.*]] = loc("f.mlir":4:5)
// CHECK:     #[[ADD_PLACE:.*]] = loc("f.mlir":6:7)
// CHECK:     #[[UNKNOWN]] = loc(unknown)
// CHECK-DAG: #[[GATHER_NAME:.*]] = loc(fused<"emb.gather">[#[[GATHER_PLACE]]])
// CHECK-DAG: #[[SUM_NAME:.*]] = loc(fused<"linalg.generic">[#[[SUM_PLACE]]])
// CHECK-DAG: #[[ADD_NAME:.*]] = loc(fused<"linalg.generic">[#[[ADD_PLACE]]])
// CHECK-DAG: #[[GATHER]] = loc(callsite(#[[GATHER_NAME]] at #[[GATHER_PLACE]]))
// CHECK-DAG: #[[SUM]] = loc(callsite(#[[SUM_NAME]] at #[[SUM_PLACE]]))
// CHECK-DAG: #[[ADD]] = loc(callsite(#[[ADD_NAME]] at #[[SUM_PLACE]]))
func.func @f(%t: memref<100x8xf32>, %i: memref<3xi64>) -> memref<8xf32> {
  %zero = arith.constant 0.0 : f32
  %r = memref.alloc() : memref<3x8xf32> loc("f.mlir":2:5)
  %s = memref.alloc() : memref<8xf32>
  emb.gather %t[%i] outs(%r : memref<3x8xf32>) : memref<100x8xf32>, memref<3xi64> loc("f.mlir":3:5)
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>], iterator_types = ["reduction", "parallel"]}
      ins(%r : memref<3x8xf32>) outs(%s : memref<8xf32>) {
  ^bb0(%a: f32, %sum: f32):
    %0 = arith.addf %a, %sum : f32 loc("f.mlir":6:7)
    linalg.yield %0 : f32
  } loc("f.mlir":4:5)
  linalg.fill ins(%zero : f32) outs(%s : memref<8xf32>) loc(unknown)
  return %s : memref<8xf32>
}
