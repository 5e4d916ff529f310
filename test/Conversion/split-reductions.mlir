// RUN: emb-opt %s --emb-split-reductions --canonicalize | FileCheck %s

#ij = affine_map<(i, j) -> (i, j)>
#i = affine_map<(i, j) -> (i)>
#j = affine_map<(i, j) -> (j)>

// Rows of 1000 in tiles of 256; the largest of the row is used by both maps.

// CHECK-LABEL: func.func @log_sum_exp(
// CHECK-SAME:    %[[X:.*]]: memref<?x1000xf32>, %[[MAX:.*]]: memref<?xf32>, %[[SUMS:.*]]: memref<?xf32>)
// CHECK:         %[[BUFFER:.*]] = memref.alloca() {alignment = 64 : i64} : memref<256xf32>
// CHECK:         scf.for %[[I:.*]] =
// CHECK:           scf.for %[[J:.*]] = %{{.*}} to %c1000 step %c256
// CHECK:             %[[SIZE:.*]] = affine.min
// CHECK:             %[[TX:.*]] = memref.subview %[[X]][%[[I]], %[[J]]] [1, %[[SIZE]]] [1, 1]
// CHECK:             %[[TMAX:.*]] = memref.subview %[[MAX]][%[[I]]] [1] [1]
// CHECK:             %[[TSUMS:.*]] = memref.subview %[[SUMS]][%[[I]]] [1] [1]
// CHECK:             %[[E:.*]] = memref.subview %[[BUFFER]][0] [%{{.*}}] [1] : memref<256xf32>
// CHECK:             linalg.generic
// CHECK-SAME:          iterator_types = ["parallel", "parallel"]
// CHECK-SAME:          ins(%[[TX]], %[[TMAX]] :
// CHECK-SAME:          outs(%[[E]] :
// CHECK-NEXT:        ^bb0(%[[A:.*]]: f32, %[[M:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:          %[[D:.*]] = arith.subf %[[A]], %[[M]]
// CHECK-NEXT:          %[[EXP:.*]] = math.exp %[[D]]
// CHECK-NEXT:          linalg.yield %[[EXP]]
// CHECK:             linalg.generic
// CHECK-SAME:          iterator_types = ["parallel", "reduction"]
// CHECK-SAME:          outs(%[[TSUMS]] :
// CHECK-NEXT:        ^bb0(%{{.*}}: f32, %{{.*}}: f32, %[[GIVEN:.*]]: f32, %[[SUM:.*]]: f32):
// CHECK-NEXT:          %[[NEW:.*]] = arith.addf %[[SUM]], %[[GIVEN]]
// CHECK-NEXT:          linalg.yield %[[NEW]]
func.func @log_sum_exp(%x: memref<?x1000xf32>, %max: memref<?xf32>, %sums: memref<?xf32>) {
  linalg.generic {indexing_maps = [#ij, #i, #i], iterator_types = ["parallel", "reduction"]}
      ins(%x, %max : memref<?x1000xf32>, memref<?xf32>) outs(%sums : memref<?xf32>) {
  ^bb0(%a: f32, %m: f32, %sum: f32):
    %d = arith.subf %a, %m : f32
    %e = math.exp %d : f32
    %s = arith.addf %sum, %e : f32
    linalg.yield %s : f32
  }
  return
}

// A narrow buffer for a wide sum; the position is known to both parts.

// CHECK-LABEL: func.func @narrow(
// CHECK:         memref.alloca() {{.*}} : memref<256xf32>
// CHECK-NOT:     memref.alloca
// CHECK:         linalg.generic
// CHECK:           math.tanh {{.*}} : f32
// CHECK-NEXT:      linalg.yield {{.*}} : f32
// CHECK:         linalg.generic
// CHECK:           arith.extf {{.*}} : f32 to f64
// CHECK:           linalg.index 0
func.func @narrow(%x: memref<?xf32>, %sum: memref<f64>, %n: index) {
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
      ins(%x : memref<?xf32>) outs(%sum : memref<f64>) {
  ^bb0(%a: f32, %old: f64):
    %t = math.tanh %a : f32
    %w = arith.extf %t : f32 to f64
    %s = arith.addf %old, %w : f64
    %k = linalg.index 0 : index
    %c = arith.cmpi slt, %k, %n : index
    %r = arith.select %c, %s, %old : f64
    linalg.yield %r : f64
  }
  return
}

// Two buffers: what both results are summed from.

// CHECK-LABEL: func.func @two(
// CHECK-COUNT-2: memref.alloca() {{.*}} : memref<256xf32>
// CHECK:         linalg.yield %{{.*}}, %{{.*}} : f32, f32
// CHECK:         linalg.yield %{{.*}}, %{{.*}} : f32, f32
func.func @two(%x: memref<8x64xf32>, %s: memref<8xf32>, %t: memref<8xf32>) {
  linalg.generic {indexing_maps = [#ij, #i, #i], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<8x64xf32>) outs(%s, %t : memref<8xf32>, memref<8xf32>) {
  ^bb0(%a: f32, %old: f32, %most: f32):
    %e = math.log %a : f32
    %q = arith.mulf %e, %e : f32
    %new = arith.addf %old, %e : f32
    %larger = arith.maximumf %most, %q : f32
    linalg.yield %new, %larger : f32, f32
  }
  return
}

// CHECK-LABEL: func.func @stay(
// CHECK-NOT:     memref.alloca
// CHECK:         return
func.func @stay(%x: memref<?x1000xf32>, %wide: memref<?x1000xf64>, %short: memref<?x4xf32>, %v: memref<?xf32>,
                %rows: memref<1000xf32>, %w: memref<?xf64>, %n: index) {
  // No function that is approximated.
  linalg.generic {indexing_maps = [#ij, #i], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<?x1000xf32>) outs(%v : memref<?xf32>) {
  ^bb0(%a: f32, %sum: f32):
    %q = math.sqrt %a : f32
    %s = arith.addf %sum, %q : f32
    linalg.yield %s : f32
  }
  linalg.generic {indexing_maps = [#ij, #i], iterator_types = ["parallel", "reduction"]}
      ins(%wide : memref<?x1000xf64>) outs(%w : memref<?xf64>) {
  ^bb0(%a: f64, %sum: f64):
    %e = math.exp %a : f64
    %s = arith.addf %sum, %e : f64
    linalg.yield %s : f64
  }
  // Of the sum, not of what is summed.
  linalg.generic {indexing_maps = [#ij, #i], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<?x1000xf32>) outs(%v : memref<?xf32>) {
  ^bb0(%a: f32, %sum: f32):
    %s = arith.addf %sum, %a : f32
    %t = math.tanh %s : f32
    linalg.yield %t : f32
  }
  // The innermost loop goes over independent elements.
  linalg.generic {indexing_maps = [#ij, #j], iterator_types = ["reduction", "parallel"]}
      ins(%x : memref<?x1000xf32>) outs(%rows : memref<1000xf32>) {
  ^bb0(%a: f32, %sum: f32):
    %e = math.exp %a : f32
    %s = arith.addf %sum, %e : f32
    linalg.yield %s : f32
  }
  // Too short.
  linalg.generic {indexing_maps = [#ij, #i], iterator_types = ["parallel", "reduction"]}
      ins(%short : memref<?x4xf32>) outs(%v : memref<?xf32>) {
  ^bb0(%a: f32, %sum: f32):
    %e = math.exp %a : f32
    %s = arith.addf %sum, %e : f32
    linalg.yield %s : f32
  }
  // Threads.
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%k) = (%c0) to (%n) step (%c1) {
    linalg.generic {indexing_maps = [#ij, #i], iterator_types = ["parallel", "reduction"]}
        ins(%x : memref<?x1000xf32>) outs(%v : memref<?xf32>) {
    ^bb0(%a: f32, %sum: f32):
      %e = math.exp %a : f32
      %s = arith.addf %sum, %e : f32
      linalg.yield %s : f32
    }
    scf.reduce
  }
  // Only the output has rows.
  linalg.generic {indexing_maps = [#j, #i], iterator_types = ["parallel", "reduction"]}
      ins(%rows : memref<1000xf32>) outs(%v : memref<?xf32>) {
  ^bb0(%a: f32, %sum: f32):
    %e = math.exp %a : f32
    %s = arith.addf %sum, %e : f32
    linalg.yield %s : f32
  }
  return
}
