// RUN: emb-opt %s --emb-convert-to-loops=tile-vectors=8 --split-input-file --canonicalize --cse | FileCheck %s --implicit-check-not=vector.reduction
// RUN: emb-opt %s --emb-convert-to-loops=tile-vectors=8 --split-input-file -o /dev/null --remarks-filter='emb.*' --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// Row-wise Adagrad. The row is one tile: its gradient stays in registers
// between the phases. Lanes are added in the order of the columns (masked ones
// are zero), then by a tree. What is the same in every column is scalar.

// REMARK: Function=rowwise | conditional=false, lanes=16, phases=2, prefetch=32, rowPrefetch=32, sources=1, states=1, tail=3, tile=32, vectors=2, width=19
// CHECK-LABEL: func.func @rowwise(
// CHECK-SAME:    %[[W:[^:]*]]: memref<?x19xf32>, %[[H:[^:]*]]: memref<?xf32>,
// CHECK-NOT:     memref.alloca
// CHECK:         memref.prefetch %[[H]][%{{.*}}], write
// CHECK:         %[[OLD:.*]] = memref.load %[[H]][%[[ROW:[0-9]+]]]
// CHECK:         %[[G:.*]]:2 = scf.if
// CHECK:         arith.mulf %[[G]]#0, %[[G]]#0 : vector<16xf32>
// CHECK:         arith.mulf %[[G]]#1, %[[G]]#1 : vector<4xf32>
// CHECK:         %[[MASK:.*]] = vector.constant_mask [3] : vector<4xi1>
// CHECK:         %[[TAIL:.*]] = arith.select %[[MASK]], %{{.*}}, %{{.*}} : vector<4xi1>, vector<4xf32>
// CHECK:         vector.insert_strided_slice %[[TAIL]], %{{.*}} {offsets = [0], strides = [1]} : vector<4xf32> into vector<16xf32>
// CHECK:         vector.extract_strided_slice %{{.*}} {offsets = [8], sizes = [8], strides = [1]} : vector<16xf32> to vector<8xf32>
// CHECK:         arith.addf %{{.*}} : vector<8xf32>
// CHECK:         arith.addf %{{.*}} : vector<4xf32>
// CHECK:         arith.addf %{{.*}} : vector<2xf32>
// CHECK:         arith.addf %{{.*}} : vector<1xf32>
// CHECK:         vector.extract
// CHECK:         %[[NEW:.*]] = arith.addf %[[OLD]], %{{.*}} : f32
// CHECK:         math.sqrt %[[NEW]] : f32
// CHECK:         vector.store {{.*}} %[[W]]
// CHECK:         vector.maskedstore %[[W]]
// CHECK:         memref.store %[[NEW]], %[[H]][%[[ROW]]]
func.func @rowwise(%w: memref<?x19xf32>, %h: memref<?xf32>, %i: memref<?xi64>, %g: memref<?x19xf32>,
                   %rows: memref<?xi64>, %bounds: memref<?xi64>, %positions: memref<?xi64>, %count: index) {
  emb.update touched(%w, %h : memref<?x19xf32>, memref<?xf32>) sources[%i : memref<?xi64> -> %g : memref<?x19xf32>]
      group(%rows, %bounds, %positions, %count : memref<?xi64>, memref<?xi64>, memref<?xi64>, index) {
  ^bb0(%x: f32, %s: f32, %d: f32):
    %d2 = arith.mulf %d, %d : f32
    %sum = emb.row_reduce add %d2 : f32
    %s1 = arith.addf %s, %sum : f32
    %root = math.sqrt %s1 : f32
    %step = arith.divf %d, %root : f32
    %x1 = arith.subf %x, %step : f32
    emb.yield %x1, %s1 : f32, f32
  }
  return
}

// -----

// A wider row is walked once for each phase. The first one keeps the summed
// gradient in a row on the stack, made where OpenMP can hoist it to the thread.

// REMARK: Function=wide | conditional=false, lanes=16, phases=3
// CHECK-LABEL: func.func @wide(
// CHECK:         scf.parallel
// CHECK:           %[[KEPT:.*]] = memref.alloca() : memref<300xf32>
// CHECK:           %[[MAX:.*]] = scf.for {{.*}} iter_args(%{{.*}} = %{{.*}}) -> (vector<16xf32>) {
// CHECK:             scf.for {{.*}} iter_args
// CHECK:             vector.store %{{.*}}, %[[KEPT]]
// CHECK:             arith.maximumf {{.*}} : vector<16xf32>
// CHECK:           vector.maskedstore %[[KEPT]]
// CHECK:           arith.maximumf {{.*}} : vector<1xf32>
// CHECK:           scf.for {{.*}} -> (vector<16xf32>) {
// CHECK-NOT:         scf.for
// CHECK:             vector.load %[[KEPT]]
// CHECK:             arith.mulf
// CHECK:           arith.addf {{.*}} : vector<1xf32>
// CHECK:           scf.for
// CHECK-NOT:         vector.load %[[KEPT]]
// CHECK:             vector.store
func.func @wide(%w: memref<?x300xf32>, %i: memref<?xi64>, %g: memref<?x300xf32>,
                %rows: memref<?xi64>, %bounds: memref<?xi64>, %positions: memref<?xi64>, %count: index) {
  emb.update touched(%w : memref<?x300xf32>) sources[%i : memref<?xi64> -> %g : memref<?x300xf32>]
      group(%rows, %bounds, %positions, %count : memref<?xi64>, memref<?xi64>, memref<?xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    %m = emb.row_reduce max %d : f32
    %c = arith.subf %d, %m : f32
    %p = arith.mulf %c, %x : f32
    %s = emb.row_reduce add %p : f32
    %x1 = arith.subf %x, %s : f32
    emb.yield %x1 : f32
  }
  return
}

// -----

// A gradient too wide for the stack is summed in each phase.

// REMARK: [Passed] UpdateLowered {{.*}} Function=widest
// REMARK: [Missed] GradientKept | Category:emb-convert-to-loops | Function=widest | Reason="each phase sums the gradient of the row again: its 80000 bytes are too many for the stack"
// CHECK-LABEL: func.func @widest(
// CHECK-NOT:     memref.alloca
// CHECK:         return
func.func @widest(%w: memref<?x20000xf32>, %i: memref<?xi64>, %g: memref<?x20000xf32>,
                  %rows: memref<?xi64>, %bounds: memref<?xi64>, %positions: memref<?xi64>, %count: index) {
  emb.update touched(%w : memref<?x20000xf32>) sources[%i : memref<?xi64> -> %g : memref<?x20000xf32>]
      group(%rows, %bounds, %positions, %count : memref<?xi64>, memref<?xi64>, memref<?xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    %m = emb.row_reduce max %d : f32
    %c = arith.subf %d, %m : f32
    emb.yield %c : f32
  }
  return
}

// -----

// A row is written where a scalar says so, and not touched otherwise.

// REMARK: Function=guarded | conditional=true
// CHECK-LABEL: func.func @guarded(
// CHECK-SAME:    %[[W:[^:]*]]: memref<?x16xbf16>, %[[H:[^:]*]]: memref<?xf32>,
// CHECK:         %[[LONG:.*]] = arith.cmpf ogt, %{{.*}} : f32
// CHECK:         scf.if %[[LONG]] {
// CHECK:           vector.store %{{.*}}, %[[W]]
// CHECK:           memref.store %{{.*}}, %[[H]]
// CHECK-NEXT:    }
// CHECK-NOT:     store
// CHECK:         return
func.func @guarded(%w: memref<?x16xbf16>, %h: memref<?xf32>, %rows: memref<?xi64>, %bounds: memref<?xi64>, %positions: memref<?xi64>, %count: index) {
  emb.update touched(%w, %h : memref<?x16xbf16>, memref<?xf32>) sources[]
      group(%rows, %bounds, %positions, %count : memref<?xi64>, memref<?xi64>, memref<?xi64>, index) {
  ^bb0(%x: f32, %s: f32, %d: f32):
    %m = emb.row_reduce max %x : f32
    %c = arith.cmpf ogt, %m, %s : f32
    %half = arith.constant 0.5 : f32
    %y = arith.mulf %x, %half : f32
    %x1 = arith.select %c, %y, %x : f32
    %s1 = arith.select %c, %m, %s : f32
    emb.yield %x1, %s1 : f32, f32
  }
  return
}
