// RUN: emb-opt %s --emb-expand-math | FileCheck %s

// CHECK-LABEL: func.func @exact(
// CHECK-SAME:    %[[X:.*]]: f32, %[[Y:.*]]: f64)
// CHECK:         call @expm1f(%[[X]])
// CHECK:         call @log1p(%[[Y]])
func.func @exact(%x: f32, %y: f64) -> (f32, f64) {
  %0 = math.expm1 %x : f32
  %1 = math.log1p %y : f64
  return %0, %1 : f32, f64
}

// One call for each lane.

// CHECK-LABEL:   func.func @lanes
// CHECK-COUNT-4:   call @log1pf
// CHECK-NOT:       math.log1p
func.func @lanes(%x: vector<4xf32>) -> vector<4xf32> {
  %0 = math.log1p %x : vector<4xf32>
  return %0 : vector<4xf32>
}

// Computed in f32.

// CHECK-LABEL: func.func @half
// CHECK:         arith.extf {{.*}} : f16 to f32
// CHECK:         call @expm1f
// CHECK:         arith.truncf {{.*}} : f32 to f16
func.func @half(%x: f16) -> f16 {
  %0 = math.expm1 %x : f16
  return %0 : f16
}

// CHECK-LABEL: func.func @clamp
// CHECK-SAME:    %[[X:.*]]: f64, %[[LOW:.*]]: f64, %[[HIGH:.*]]: f64
// CHECK:         %[[LIMITED:.*]] = arith.minimumf %[[X]], %[[HIGH]] fastmath<nnan> : f64
// CHECK:         arith.maximumf %[[LIMITED]], %[[LOW]] fastmath<nnan> : f64
func.func @clamp(%x: f64, %low: f64, %high: f64) -> f64 {
  %0 = math.clampf %x to [%low, %high] fastmath<nnan> : f64
  return %0 : f64
}

// CHECK-LABEL: func.func @divisions
// CHECK-NOT:     arith.ceildivsi
// CHECK-NOT:     arith.ceildivui
// CHECK-NOT:     arith.floordivsi
// CHECK:         return
func.func @divisions(%a: index, %b: i32) -> (index, i32, i32) {
  %0 = arith.ceildivsi %a, %a : index
  %1 = arith.ceildivui %b, %b : i32
  %2 = arith.floordivsi %b, %b : i32
  return %0, %1, %2 : index, i32, i32
}

// bf16 is computed in f32 and rounded by integer arithmetic, after each
// operation.

// CHECK-LABEL: func.func @bf16
// CHECK-NEXT:    arith.bitcast {{.*}} : bf16 to i16
// CHECK:         arith.shli
// CHECK:         arith.addf {{.*}} : f32
// CHECK-NOT:     arith.truncf
// CHECK:         arith.shrui {{.*}} : i32
// CHECK:         arith.bitcast {{.*}} : i16 to bf16
// CHECK:         arith.shli
// CHECK:         math.tanh {{.*}} : f32
// CHECK-NOT:     arith.truncf
// CHECK:         arith.bitcast %{{.*}} : i16 to bf16
func.func @bf16(%x: bf16) -> bf16 {
  %0 = arith.addf %x, %x : bf16
  %1 = math.tanh %0 : bf16
  return %1 : bf16
}

// NaN is made quiet before the rounding, where it is f32: a choice among bf16
// would be made lane by lane.

// CHECK-LABEL: func.func @bf16_lanes
// CHECK-SAME:    %[[X:.*]]: vector<4xf32>
// CHECK:         %[[NAN:.*]] = arith.cmpf uno, %[[X]], %[[X]]
// CHECK:         %[[QUIET:.*]] = arith.constant dense<0x7FC00000>
// CHECK:         %[[Y:.*]] = arith.select %[[NAN]], %[[QUIET]], %[[X]] : vector<4xi1>, vector<4xf32>
// CHECK:         arith.bitcast %[[Y]] : vector<4xf32> to vector<4xi32>
// CHECK-NOT:     arith.select
// CHECK:         arith.bitcast {{.*}} : vector<4xi16> to vector<4xbf16>
// CHECK-NOT:     arith.truncf
// CHECK:         return
func.func @bf16_lanes(%x: vector<4xf32>) -> vector<4xbf16> {
  %0 = arith.truncf %x : vector<4xf32> to vector<4xbf16>
  return %0 : vector<4xbf16>
}

// By way of f32, with the last bit set where that is not exact.

// CHECK-LABEL: func.func @bf16_f64
// CHECK-SAME:    %[[X:.*]]: f64
// CHECK:         %[[NEAR:.*]] = arith.truncf %[[X]] : f64 to f32
// CHECK:         %[[BACK:.*]] = arith.extf %[[NEAR]]
// CHECK:         arith.cmpf une, %[[BACK]], %[[X]]
// CHECK:         arith.ori
// CHECK-NOT:     to bf16
// CHECK:         arith.bitcast {{.*}} : i16 to bf16
// CHECK:         arith.bitcast {{.*}} : i32 to f32
// CHECK:         arith.extf {{.*}} : f32 to f64
func.func @bf16_f64(%x: f64) -> f64 {
  %0 = arith.truncf %x : f64 to bf16
  %1 = arith.extf %0 : bf16 to f64
  return %1 : f64
}

// The rest has an exact conversion to LLVM.

// CHECK-LABEL: func.func @others
// CHECK:         math.exp
// CHECK:         math.tanh
// CHECK:         math.sqrt
func.func @others(%x: f32) -> f32 {
  %0 = math.exp %x : f32
  %1 = math.tanh %0 : f32
  %2 = math.sqrt %1 : f32
  return %2 : f32
}
