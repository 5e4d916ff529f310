// RUN: emb-opt %s --emb-report-cost="bandwidth=1" -o /dev/null 2>&1 | FileCheck %s

// The figures in order: logical and unique megabytes, millions of float
// operations, share of the bytes, floor and expected milliseconds, regions.

// 60 indices of 8 bytes; 60 rows of 400 bytes read and written: 48480. Of 10
// different indices 10 rows are read: 28480. At 1 GB/s that is 0.0285 ms.
// CHECK-LABEL: @gather: 1 GB/s, 32 MB of cache, cold
// CHECK-NEXT:  operation   location                logical MB    unique MB        MFLOP   share  floor ms  expected ms  regions
// CHECK-NEXT:  emb.gather  report-cost.mlir:[[#]]:8     0.048480     0.028480     0.000000  100.0%    0.0285
// CHECK-NEXT:  total {{.*}}0.048480     0.028480     0.000000  100.0%    0.0285
// CHECK-EMPTY:
func.func @gather(%w: tensor<1000x100xf32>,
                  %i: tensor<60xi64> {emb.unique = 0.16666666666666666 : f64})
    -> tensor<60x100xf32> {
  %r = emb.gather %w[%i] : tensor<1000x100xf32>, tensor<60xi64>
    -> tensor<60x100xf32>
  return %r : tensor<60x100xf32>
}

// 6000 lookups of 8 + 400 bytes, 60 offsets of 8, 6000 weights of 4, 60 sums of
// 400: 2496480, enough for a parallel region. All rows are different. Each of
// 6000 * 100 elements is multiplied and added. The expected time counts lines: a
// row of 400 bytes lies in 448 (400 + 64 - 16) of them, 288000 bytes more.
// CHECK-LABEL: @bag: 1
// CHECK:       emb.bag {{.*}} 2.496480     2.496480     1.200000  100.0%    2.4965       2.7845        1{{$}}
func.func @bag(%w: tensor<9000x100xf32>,
               %i: tensor<6000xi64> {emb.unique = 1.0 : f64},
               %o: tensor<60xi64>, %f: tensor<6000xf32>) -> tensor<60x100xf32> {
  %r = emb.bag sum %w[%i] offsets(%o : tensor<60xi64>)
    weights(%f : tensor<6000xf32>)
    : tensor<9000x100xf32>, tensor<6000xi64> -> tensor<60x100xf32>
  return %r : tensor<60x100xf32>
}

// A mean: 6000 * 100 additions, 60 * 100 divisions.
// CHECK-LABEL: @mean: 1
// CHECK:       emb.bag {{.*}} 0.606000
func.func @mean(%w: memref<9000x100xf32>,
                %i: memref<60x100xi64> {emb.unique = 1.0 : f64},
                %r: memref<60x100xf32>) {
  emb.bag mean %w[%i] outs(%r : memref<60x100xf32>)
    : memref<9000x100xf32>, memref<60x100xi64>
  return
}

// The group: 60 indices and positions of 8 bytes, 30 rows and 31 bounds of 8:
// 1448. The renorm: 30 rows of the group, 30 * 400 there and back: 24240; two
// operations for each element of 30 rows. The addition: 30 rows, 31 bounds and
// 60 positions (968), 60 rows of 400 and 24000: 48968; one operation for each
// of 60 * 100 elements.
// CHECK-LABEL: @writes: 1
// CHECK:       emb.group {{.*}} 0.001448     0.001448     0.000000
// CHECK:       emb.renorm {{.*}} 0.024240     0.024240     0.006000
// CHECK:       emb.scatter_add {{.*}} 0.048968     0.048968     0.006000
// CHECK:       total {{.*}}0.074656     0.074656     0.012000
func.func @writes(%w: tensor<1000x100xf32>,
                  %i: tensor<60xi64> {emb.unique = 0.5 : f64},
                  %g: tensor<60x100xf32>) -> tensor<1000x100xf32> {
  %rows, %bounds, %positions, %n = emb.group(%i : tensor<60xi64>)
    -> tensor<60xi64>, tensor<61xi64>, tensor<60xi64>
  %w1 = emb.renorm %i into %w max_norm 1.0
    group(%rows, %bounds, %positions, %n
      : tensor<60xi64>, tensor<61xi64>, tensor<60xi64>, index)
    : tensor<60xi64>, tensor<1000x100xf32>
  %w2 = emb.scatter_add %g[%i] into %w1
    group(%rows, %bounds, %positions, %n
      : tensor<60xi64>, tensor<61xi64>, tensor<60xi64>, index)
    : tensor<60x100xf32>, tensor<60xi64>, tensor<1000x100xf32>
  return %w2 : tensor<1000x100xf32>
}

// Without a group each occurrence counts: 60 indices of 8; 60 rows of the
// gradient, which has 6, through a map of 4 bytes each; 60 rows there and back:
// 480 + 24000 + 240 + 48000 = 72720. Unique: 6 rows of gradient, 30 of the
// table there and back: 480 + 2400 + 240 + 24000 = 27120. 60 * 100 additions,
// and two operations for each element of 30 rows.
// CHECK-LABEL: @update: 1
// CHECK:       emb.update {{.*}} 0.072720     0.027120     0.012000
func.func @update(%w: tensor<1000x100xf32>,
                  %i: tensor<60xi64> {emb.unique = 0.5 : f64},
                  %g: tensor<6x100xf32>, %m: tensor<60xi32>, %lr: f64)
    -> tensor<1000x100xf32> {
  %w1 = emb.update touched(%w : tensor<1000x100xf32>)
      sources[%i : tensor<60xi64> -> %g : tensor<6x100xf32> map %m : tensor<60xi32>]
      scalars(%lr : f64) {
  ^bb0(%x: f32, %d: f32, %rate: f32):
    %s = arith.mulf %rate, %d : f32
    %x1 = arith.subf %x, %s : f32
    emb.yield %x1 : f32
  }
  return %w1 : tensor<1000x100xf32>
}

// The gradient of 2-D indices without a map has a row for each: 12 rows of 40
// bytes, not more. 12 indices of 8, 12 rows, 12 there and back: 1536. All rows:
// 50 rows there and back, 12 indices, 12 rows: 4576.
// CHECK-LABEL: @matrix: 1
// CHECK:       emb.update {{.*}} 0.001536
// CHECK:       emb.update {{.*}} 0.004576
func.func @matrix(%w: tensor<50x10xf32>,
                  %i: tensor<3x4xi64> {emb.unique = 1.0 : f64},
                  %g: tensor<3x4x10xf32>) -> tensor<50x10xf32> {
  %w1 = emb.update touched(%w : tensor<50x10xf32>)
      sources[%i : tensor<3x4xi64> -> %g : tensor<3x4x10xf32>] {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.subf %x, %d : f32
    emb.yield %x1 : f32
  }
  %w2 = emb.update all(%w1 : tensor<50x10xf32>)
      sources[%i : tensor<3x4xi64> -> %g : tensor<3x4x10xf32>] {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.subf %x, %d : f32
    emb.yield %x1 : f32
  }
  return %w2 : tensor<50x10xf32>
}

// 32 x 64 by 64 x 16: (32*64 + 64*16) * 4 bytes read, 32*16 elements read and
// written: 16384. A multiplication and an addition for each of 32*64*16.
// CHECK-LABEL: @dense: 1
// CHECK:       linalg.matmul {{.*}} 0.016384     0.016384     0.065536
// Two tensors of 2048 bytes are read, one of 4096 is written.
// CHECK:       tensor.concat {{.*}} 0.008192     0.008192     0.000000
func.func @dense(%a: tensor<32x64xf32>, %b: tensor<64x16xf32>,
                 %c: tensor<32x16xf32>) -> tensor<64x16xf32> {
  %p = linalg.matmul ins(%a, %b : tensor<32x64xf32>, tensor<64x16xf32>)
    outs(%c : tensor<32x16xf32>) -> tensor<32x16xf32>
  %r = tensor.concat dim(0) %p, %c
    : (tensor<32x16xf32>, tensor<32x16xf32>) -> tensor<64x16xf32>
  return %r : tensor<64x16xf32>
}

// A copy of 400 bytes, read and written, 5 times.
// CHECK-LABEL: @loop: 1
// CHECK:       memref.copy {{.*}} 0.004000     0.004000     0.000000
func.func @loop(%a: memref<100xf32>, %b: memref<100xf32>) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c10 = arith.constant 10 : index
  scf.for %k = %c0 to %c10 step %c2 {
    memref.copy %a, %b : memref<100xf32> to memref<100xf32>
  }
  return
}

// Indices that are constants are counted: 3 of 4 differ.
// 4 * 8, 3 rows of 40 read, 4 written: 312.
// CHECK-LABEL: @constants: 1
// CHECK:       emb.gather {{.*}} 0.000352     0.000312
func.func @constants(%w: tensor<50x10xf32>) -> tensor<4x10xf32> {
  %i = arith.constant dense<[7, 3, 7, 9]> : tensor<4xi64>
  %r = emb.gather %w[%i] : tensor<50x10xf32>, tensor<4xi64> -> tensor<4x10xf32>
  return %r : tensor<4x10xf32>
}
