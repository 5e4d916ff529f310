// RUN: emb-opt %s --emb-decompose-writes --split-input-file | FileCheck %s --implicit-check-not=emb.renorm
// RUN: emb-opt %s --emb-decompose-writes --split-input-file -o /dev/null --remarks-filter='emb.*' --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// The norm, rounded to the element type, is compared and divided in f64; the
// factor is rounded before the product, which is selected.

// REMARK: [Passed] RenormIsUpdate | Category:emb-decompose-writes | Function=renorm | max_norm=1.500000e+00, norm_type=2.000000e+00
// CHECK-LABEL: func.func @renorm(
// CHECK-SAME:    %[[W:[^:]*]]: memref<9x8xbf16>, %[[I:[^:]*]]: memref<3xi64>, %[[ROWS:[^:]*]]: memref<3xi64>, %[[BOUNDS:[^:]*]]: memref<4xi64>, %[[POSITIONS:[^:]*]]: memref<3xi64>, %[[COUNT:[^:]*]]: index)
// CHECK-NEXT:    emb.update touched(%[[W]] : memref<9x8xbf16>) sources[] group(%[[ROWS]], %[[BOUNDS]], %[[POSITIONS]], %[[COUNT]] :
// CHECK-NEXT:    ^bb0(%[[X:[^:]*]]: f32, %{{[^:]*}}: f32):
// CHECK-NEXT:      %[[SQUARE:.*]] = arith.mulf %[[X]], %[[X]] : f32
// CHECK-NEXT:      %[[SUM:.*]] = emb.row_reduce add %[[SQUARE]] : f32
// CHECK-NEXT:      %[[ROOT:.*]] = math.sqrt %[[SUM]] : f32
// CHECK-NEXT:      %[[ROUNDED:.*]] = arith.truncf %[[ROOT]] : f32 to bf16
// CHECK-NEXT:      %[[NORM:.*]] = arith.extf %[[ROUNDED]] : bf16 to f64
// CHECK-NEXT:      %[[BOUND:.*]] = arith.constant 1.500000e+00 : f64
// CHECK-NEXT:      %[[LONGER:.*]] = arith.cmpf ogt, %[[NORM]], %[[BOUND]] : f64
// CHECK-NEXT:      %[[EPSILON:.*]] = arith.constant 9.9999999999999995E-8 : f64
// CHECK-NEXT:      %[[DIVISOR:.*]] = arith.addf %[[NORM]], %[[EPSILON]] : f64
// CHECK-NEXT:      %[[QUOTIENT:.*]] = arith.divf %[[BOUND]], %[[DIVISOR]] : f64
// CHECK-NEXT:      %[[NARROW:.*]] = arith.truncf %[[QUOTIENT]] : f64 to bf16
// CHECK-NEXT:      %[[FACTOR:.*]] = arith.extf %[[NARROW]] : bf16 to f32
// CHECK-NEXT:      %[[SCALED:.*]] = arith.mulf %[[X]], %[[FACTOR]] : f32
// CHECK-NEXT:      %[[NEW:.*]] = arith.select %[[LONGER]], %[[SCALED]], %[[X]] : f32
// CHECK-NEXT:      emb.yield %[[NEW]] : f32
func.func @renorm(%w: memref<9x8xbf16>, %i: memref<3xi64>, %rows: memref<3xi64>, %bounds: memref<4xi64>, %positions: memref<3xi64>, %count: index) {
  emb.renorm %i into %w max_norm 1.5
    group(%rows, %bounds, %positions, %count : memref<3xi64>, memref<4xi64>, memref<3xi64>, index)
    : memref<3xi64>, memref<9x8xbf16>
  return
}

// -----

// Each norm: 0 counts a NaN too, the infinities let it through.

// CHECK-LABEL: func.func @norms(
// CHECK:         arith.cmpf une,
// CHECK:         emb.row_reduce add
// CHECK:         %[[ABS1:.*]] = math.absf
// CHECK-NEXT:    emb.row_reduce add %[[ABS1]]
// CHECK:         %[[MAX:.*]] = math.absf
// CHECK-NEXT:    emb.row_reduce max %[[MAX]]
// CHECK:         %[[MIN:.*]] = math.absf
// CHECK-NEXT:    emb.row_reduce min %[[MIN]]
// CHECK:         %[[BASE:.*]] = math.absf
// CHECK-NEXT:    %[[P:.*]] = arith.constant -2.500000e+00 : f64
// CHECK-NEXT:    %[[TERM:.*]] = math.powf %[[BASE]], %[[P]] : f64
// CHECK-NEXT:    %[[TOTAL:.*]] = emb.row_reduce add %[[TERM]]
// CHECK-NEXT:    %[[INVERSE:.*]] = arith.constant -4.000000e-01 : f64
// CHECK-NEXT:    math.powf %[[TOTAL]], %[[INVERSE]] : f64
// CHECK-NOT:     arith.truncf
// CHECK:         return
func.func @norms(%w: memref<9x8xf64>, %i: memref<3xi64>, %rows: memref<3xi64>, %bounds: memref<4xi64>, %positions: memref<3xi64>, %count: index) {
  emb.renorm %i into %w max_norm 1.0 norm_type 0.0 group(%rows, %bounds, %positions, %count : memref<3xi64>, memref<4xi64>, memref<3xi64>, index) : memref<3xi64>, memref<9x8xf64>
  emb.renorm %i into %w max_norm 1.0 norm_type 1.0 group(%rows, %bounds, %positions, %count : memref<3xi64>, memref<4xi64>, memref<3xi64>, index) : memref<3xi64>, memref<9x8xf64>
  emb.renorm %i into %w max_norm 1.0 norm_type 0x7FF0000000000000 group(%rows, %bounds, %positions, %count : memref<3xi64>, memref<4xi64>, memref<3xi64>, index) : memref<3xi64>, memref<9x8xf64>
  emb.renorm %i into %w max_norm 1.0 norm_type 0xFFF0000000000000 group(%rows, %bounds, %positions, %count : memref<3xi64>, memref<4xi64>, memref<3xi64>, index) : memref<3xi64>, memref<9x8xf64>
  emb.renorm %i into %w max_norm 1.0 norm_type -2.5 group(%rows, %bounds, %positions, %count : memref<3xi64>, memref<4xi64>, memref<3xi64>, index) : memref<3xi64>, memref<9x8xf64>
  return
}

// -----

// A comparison with NaN holds for no row.

// REMARK: [Passed] RenormRemoved | Category:emb-decompose-writes | Function=nan | Reason="no norm compares greater where max_norm or norm_type is NaN"
// REMARK: [Passed] RenormRemoved
// CHECK-LABEL: func.func @nan(
// CHECK-NEXT:    return
func.func @nan(%w: memref<9x8xf32>, %i: memref<3xi64>, %rows: memref<3xi64>, %bounds: memref<4xi64>, %positions: memref<3xi64>, %count: index) {
  emb.renorm %i into %w max_norm 1.0 norm_type 0x7FF8000000000000 group(%rows, %bounds, %positions, %count : memref<3xi64>, memref<4xi64>, memref<3xi64>, index) : memref<3xi64>, memref<9x8xf32>
  emb.renorm %i into %w max_norm 0x7FF8000000000000 group(%rows, %bounds, %positions, %count : memref<3xi64>, memref<4xi64>, memref<3xi64>, index) : memref<3xi64>, memref<9x8xf32>
  return
}

// -----

// REMARK: [Passed] ScatterAddIsUpdate | Category:emb-decompose-writes | Function=scatter_add
// CHECK-LABEL: func.func @scatter_add(
// CHECK-SAME:    %[[W:[^:]*]]: memref<9x8xf16>, %[[I:[^:]*]]: memref<?x2xi32>, %[[R:[^:]*]]: memref<?x2x8xf32>,
// CHECK-NEXT:    emb.update touched(%[[W]] : memref<9x8xf16>) sources[%[[I]] : memref<?x2xi32> -> %[[R]] : memref<?x2x8xf32>] group(
// CHECK-NEXT:    ^bb0(%[[X:[^:]*]]: f32, %[[G:[^:]*]]: f32):
// CHECK-NEXT:      %[[NEW:.*]] = arith.addf %[[X]], %[[G]] : f32
// CHECK-NEXT:      emb.yield %[[NEW]] : f32
func.func @scatter_add(%w: memref<9x8xf16>, %i: memref<?x2xi32>, %r: memref<?x2x8xf32>, %rows: memref<?xi32>, %bounds: memref<?xi32>, %positions: memref<?xi32>, %count: index) {
  emb.scatter_add %r[%i] into %w group(%rows, %bounds, %positions, %count : memref<?xi32>, memref<?xi32>, memref<?xi32>, index)
    : memref<?x2x8xf32>, memref<?x2xi32>, memref<9x8xf16>
  return
}
