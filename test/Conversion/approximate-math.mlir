// RUN: emb-opt %s --emb-approximate-math | FileCheck %s --implicit-check-not=math.fma --implicit-check-not=fastmath --implicit-check-not=call

// e^x = 2^k * (1 + r + r^2 * P(r)) with x = k * log(2) + r. k is rounded by
// adding 1.5 * 2^23; 0x4B400000 are its bits. 2^k is multiplied in two steps.

// CHECK-LABEL: func.func @exp(
// CHECK-SAME:    %[[X:.*]]: f32)
// CHECK:         %[[MAX:.*]] = arith.constant 8.900000e+01 : f32
// CHECK:         %[[OVER:.*]] = arith.cmpf ogt, %[[X]], %{{.*}} : f32
// CHECK:         %[[UPPER:.*]] = arith.select %[[OVER]], %[[MAX]], %[[X]] : f32
// CHECK:         %[[MIN:.*]] = arith.constant -1.040000e+02 : f32
// CHECK:         %[[UNDER:.*]] = arith.cmpf olt, %[[UPPER]], %{{.*}} : f32
// CHECK:         %[[A:.*]] = arith.select %[[UNDER]], %[[MIN]], %[[UPPER]] : f32
// CHECK:         %[[LOG2E:.*]] = arith.constant 1.44269502 : f32
// CHECK:         %[[SCALED:.*]] = arith.mulf %[[A]], %[[LOG2E]] : f32
// CHECK:         arith.constant 0x4B400000 : f32
// CHECK:         %[[SHIFTED:.*]] = arith.addf %[[SCALED]], %{{.*}} : f32
// CHECK:         %[[BITS:.*]] = arith.bitcast %[[SHIFTED]] : f32 to i32
// CHECK:         arith.constant -1262485504 : i32
// CHECK:         %[[INTEGER:.*]] = arith.addi %[[BITS]], %{{.*}} : i32
// CHECK:         %[[K:.*]] = arith.subf %[[SHIFTED]], %{{.*}} : f32
// CHECK:         %[[HIGH:.*]] = arith.constant 0.693145751 : f32
// CHECK:         %[[COARSE:.*]] = arith.mulf %[[K]], %[[HIGH]] : f32
// CHECK:         %[[REST:.*]] = arith.subf %[[A]], %[[COARSE]] : f32
// CHECK:         %[[LOW:.*]] = arith.constant 1.42860677E-6 : f32
// CHECK:         %[[FINE:.*]] = arith.mulf %[[K]], %[[LOW]] : f32
// CHECK:         %[[R:.*]] = arith.subf %[[REST]], %[[FINE]] : f32
// CHECK-COUNT-5: arith.mulf %{{.*}}, %[[R]] : f32
// CHECK:         %[[SQUARE:.*]] = arith.mulf %[[R]], %[[R]] : f32
// CHECK:         %[[TAIL:.*]] = arith.mulf %[[SQUARE]], %{{.*}} : f32
// CHECK:         %[[INNER:.*]] = arith.addf %[[R]], %[[TAIL]] : f32
// CHECK:         %[[SUM:.*]] = arith.addf %[[INNER]], %{{.*}} : f32
// CHECK:         %[[HALF:.*]] = arith.shrsi %[[INTEGER]], %{{.*}} : i32
// CHECK:         %[[OTHER:.*]] = arith.subi %[[INTEGER]], %[[HALF]] : i32
// CHECK:         arith.addi %[[HALF]], %{{.*}} : i32
// CHECK:         arith.shli
// CHECK:         %[[SCALE:.*]] = arith.bitcast %{{.*}} : i32 to f32
// CHECK:         %[[PRODUCT:.*]] = arith.mulf %[[SUM]], %[[SCALE]] : f32
// CHECK:         arith.addi %[[OTHER]], %{{.*}} : i32
// CHECK:         arith.shli
// CHECK:         %[[SCALE2:.*]] = arith.bitcast %{{.*}} : i32 to f32
// CHECK:         %[[RESULT:.*]] = arith.mulf %[[PRODUCT]], %[[SCALE2]] : f32
// CHECK:         return %[[RESULT]]
func.func @exp(%x: f32) -> f32 {
  %0 = math.exp %x : f32
  return %0 : f32
}

// A denormal is multiplied by 2^23 first; x < 0, 0, infinities and NaN are put
// in at the end.

// CHECK-LABEL: func.func @log(
// CHECK-SAME:    %[[X:.*]]: f32)
// CHECK:         %[[TINY:.*]] = arith.cmpf olt, %[[X]], %{{.*}} : f32
// CHECK:         %[[LARGER:.*]] = arith.mulf %[[X]], %{{.*}} : f32
// CHECK:         %[[NORMAL:.*]] = arith.select %[[TINY]], %[[LARGER]], %[[X]] : f32
// CHECK:         arith.bitcast %[[NORMAL]] : f32 to i32
// CHECK:         arith.shrsi
// CHECK:         arith.sitofp {{.*}} : i32 to f32
// CHECK:         arith.constant 0x7F800000 : f32
// CHECK:         %[[NUMBER:.*]] = arith.cmpf olt, %[[X]]
// CHECK:         %[[TWICE:.*]] = arith.addf %[[X]], %[[X]]
// CHECK:         %[[R1:.*]] = arith.select %[[NUMBER]], %{{.*}}, %[[TWICE]]
// CHECK:         %[[ZERO:.*]] = arith.cmpf oeq, %[[X]]
// CHECK:         arith.constant 0xFF800000 : f32
// CHECK:         %[[R2:.*]] = arith.select %[[ZERO]], %{{.*}}, %[[R1]]
// CHECK:         %[[NEGATIVE:.*]] = arith.cmpf olt, %[[X]]
// CHECK:         arith.constant 0x7FC00000 : f32
// CHECK:         %[[R3:.*]] = arith.select %[[NEGATIVE]], %{{.*}}, %[[R2]]
// CHECK:         return %[[R3]]
func.func @log(%x: f32) -> f32 {
  %0 = math.log %x : f32
  return %0 : f32
}

// The sign of zero stays.

// CHECK-LABEL: func.func @signs(
// CHECK-SAME:    %[[X:.*]]: f32)
// CHECK:         %[[EXPM1:.*]] = math.copysign %{{.*}}, %[[X]] : f32
// CHECK:         %[[LOG1P:.*]] = math.copysign %{{.*}}, %[[X]] : f32
// CHECK:         %[[TANH:.*]] = math.copysign %{{.*}}, %[[X]] : f32
// CHECK:         %[[ERF:.*]] = math.copysign %{{.*}}, %[[X]] : f32
// CHECK:         return %[[EXPM1]], %[[LOG1P]], %[[TANH]], %[[ERF]]
func.func @signs(%x: f32) -> (f32, f32, f32, f32) {
  %0 = math.expm1 %x : f32
  %1 = math.log1p %x : f32
  %2 = math.tanh %x : f32
  %3 = math.erf %x : f32
  return %0, %1, %2, %3 : f32, f32, f32, f32
}

// Vectors of any rank, and fast-math flags, which change nothing.

// CHECK-LABEL: func.func @vectors(
// CHECK:         arith.constant dense<8.900000e+01> : vector<16xf32>
// CHECK:         arith.bitcast {{.*}} : vector<16xf32> to vector<16xi32>
// CHECK-NOT:     vector.extract
// CHECK:         arith.bitcast {{.*}} : vector<2x[4]xf32> to vector<2x[4]xi32>
// CHECK-NOT:     vector.extract
// CHECK:         return
func.func @vectors(%x: vector<16xf32>, %y: vector<2x[4]xf32>) -> (vector<16xf32>, vector<2x[4]xf32>) {
  %0 = math.exp %x fastmath<fast> : vector<16xf32>
  %1 = math.log2 %y : vector<2x[4]xf32>
  return %0, %1 : vector<16xf32>, vector<2x[4]xf32>
}

// f16 and bf16 are computed in f32.

// CHECK-LABEL: func.func @halves(
// CHECK:         arith.extf {{.*}} : vector<8xf16> to vector<8xf32>
// CHECK:         arith.truncf {{.*}} : vector<8xf32> to vector<8xf16>
// CHECK:         arith.extf {{.*}} : bf16 to f32
// CHECK:         arith.truncf {{.*}} : f32 to bf16
func.func @halves(%x: vector<8xf16>, %y: bf16) -> (vector<8xf16>, bf16) {
  %0 = math.tanh %x : vector<8xf16>
  %1 = math.log10 %y : bf16
  return %0, %1 : vector<8xf16>, bf16
}

// Nothing else is touched: f64, and functions that have no approximation here.

// CHECK-LABEL: func.func @others(
// CHECK-NEXT:    math.exp %{{.*}} : f64
// CHECK-NEXT:    math.log1p %{{.*}} : f64
// CHECK-NEXT:    math.sin %{{.*}} : f32
// CHECK-NEXT:    math.powf %{{.*}} : f32
// CHECK-NEXT:    math.sqrt %{{.*}} : vector<4xf32>
// CHECK-NEXT:    return
func.func @others(%x: f64, %y: f32, %z: vector<4xf32>) -> (f64, f64, f32, f32, vector<4xf32>) {
  %0 = math.exp %x : f64
  %1 = math.log1p %x : f64
  %2 = math.sin %y : f32
  %3 = math.powf %y, %y : f32
  %4 = math.sqrt %z : vector<4xf32>
  return %0, %1, %2, %3, %4 : f64, f64, f32, f32, vector<4xf32>
}

// CHECK-LABEL: func.func @every(
// CHECK-NOT:     math.{{erf|exp|log|tanh}}
// CHECK:         return
func.func @every(%x: f32) -> f32 {
  %0 = math.exp %x : f32
  %1 = math.exp2 %0 : f32
  %2 = math.expm1 %1 : f32
  %3 = math.log %2 : f32
  %4 = math.log2 %3 : f32
  %5 = math.log10 %4 : f32
  %6 = math.log1p %5 : f32
  %7 = math.tanh %6 : f32
  %8 = math.erf %7 : f32
  return %8 : f32
}
