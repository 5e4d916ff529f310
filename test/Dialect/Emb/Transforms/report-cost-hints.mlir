// RUN: emb-opt %s --emb-report-cost="bandwidth=1" -o /dev/null 2>&1 | FileCheck %s
// RUN: emb-opt %s --emb-report-cost="batch=100 unique=0.25" -o /dev/null 2>&1 | FileCheck %s --check-prefix=OPTIONS
// RUN: emb-opt %s --emb-report-cost="batch=100 samples=ids:%S/Inputs/ids.txt,1:%S/Inputs/ids.txt" -o /dev/null 2>&1 | FileCheck %s --check-prefix=SAMPLES
// RUN: emb-opt %s --emb-optimize --emb-check --emb-bufferize --emb-report-cost="bandwidth=1" -o /dev/null 2>&1 | FileCheck %s --check-prefix=MEMREFS

// 200 indices of 8 bytes, 200 rows of 40 read and written: 17600; of half as
// many distinct rows 13600.
// CHECK-LABEL: @hinted: 1
// CHECK:       emb.gather {{.*}} 0.017600     0.013600 {{[^~]*}}
// CHECK:       total {{.*}}0.017600     0.013600
// CHECK-NOT:   ~
// CHECK-NOT:   ?
// The extents and shares stay with the arguments that become memrefs, and the
// check of the indices reads them once more.
// MEMREFS-LABEL: @hinted: 1
// MEMREFS:       emb.check_indices {{.*}} 0.001600     0.001600
// MEMREFS:       emb.gather {{.*}} 0.017600     0.013600
func.func @hinted(%w: tensor<?x10xf32> {emb.extents = array<i64: 5000, 10>},
                  %i: tensor<?xi64> {emb.name = "ids",
                                     emb.extents = array<i64: 200>,
                                     emb.unique = 0.5 : f64})
    -> tensor<?x10xf32> {
  %r = emb.gather %w[%i] : tensor<?x10xf32>, tensor<?xi64> -> tensor<?x10xf32>
  return %r : tensor<?x10xf32>
}

// Without hints nothing is known; each hint that is missing is named once.
// CHECK-LABEL: @unknown: 1
// CHECK:       emb.gather {{.*}}:8 ? ? ? ? ? ? ?{{$}}
// CHECK-NEXT:  total
// CHECK-NEXT:  The total leaves out what is not known. Not known:
// CHECK-NEXT:    extent 0 of argument 1 'ids' (emb.extents)
// CHECK-NEXT:    how many distinct values argument 1 'ids' has (emb.unique, or the rows of the table)
// CHECK-EMPTY:
// A batch is the extent of indices, not of tables; a share needs no table. 100
// indices, 25 rows read, 100 written: 5800.
// OPTIONS-LABEL: @unknown: 50 GB/s
// OPTIONS:       emb.gather {{.*}} 0.008800     0.005800
// OPTIONS-NOT:   ~
// The sample holds 8 indices of which 5 differ. As many come from N equally
// likely ones if N (1 - (1 - 1/N)^8) = 5, so N = 7.125, which is all that 100
// indices have: 100 * 8 + 100 * 40 + 7.125 * 40 = 5085.0 bytes.
// SAMPLES-LABEL: @unknown: 50 GB/s
// SAMPLES:       emb.gather {{.*}} 0.008800     0.005085
func.func @unknown(%w: tensor<?x10xf32>, %i: tensor<?xi64> {emb.name = "ids"})
    -> tensor<?x10xf32> {
  %r = emb.gather %w[%i] : tensor<?x10xf32>, tensor<?xi64> -> tensor<?x10xf32>
  return %r : tensor<?x10xf32>
}

// Two draws from four rows: 4 (1 - (3/4)^2) = 1.75 of them are expected to be
// touched, if all are as likely, which is said. 2 * 8 + 2 * 40 + 1.75 * 40.
// CHECK-LABEL: @assumed: 1
// CHECK:       emb.gather {{.*}} 0.000176     0.000166 {{.*}} 0  ~{{$}}
// CHECK:       total {{.*}} ~{{$}}
// CHECK-NEXT:  ~ assumes that indices are spread evenly over their table.
// By number, since it has no name: the sample has 5 of 8.
// SAMPLES-LABEL: @assumed: 50
// SAMPLES-NOT:   ~
// SAMPLES-LABEL: @ragged
func.func @assumed(%w: tensor<4x10xf32>, %i: tensor<2xi64>) -> tensor<2x10xf32> {
  %r = emb.gather %w[%i] : tensor<4x10xf32>, tensor<2xi64> -> tensor<2x10xf32>
  return %r : tensor<2x10xf32>
}

// A batch is the number of bags: offsets with include_last_offset are one more,
// and of the flat indices it says nothing.
// OPTIONS-LABEL: @ragged
// OPTIONS:       emb.bag {{.*}} ?
// OPTIONS:         extent 0 of argument 1 (emb.extents)
// OPTIONS-EMPTY:
// 50 indices of 8, 50 rows of 40, 11 offsets of 8, 10 sums of 40.
// CHECK-LABEL: @hinted_bags
// CHECK:       emb.bag {{.*}} 0.002888
func.func @ragged(%w: tensor<40x10xf32>, %i: tensor<?xi64>, %o: tensor<?xi64>)
    -> tensor<?x10xf32> {
  %r = emb.bag sum %w[%i] offsets(%o : tensor<?xi64>) {include_last_offset}
    : tensor<40x10xf32>, tensor<?xi64> -> tensor<?x10xf32>
  return %r : tensor<?x10xf32>
}

func.func @hinted_bags(%w: tensor<40x10xf32>,
                       %i: tensor<?xi64> {emb.extents = array<i64: 50>},
                       %o: tensor<?xi64> {emb.extents = array<i64: 11>})
    -> tensor<?x10xf32> {
  %r = emb.bag sum %w[%i] offsets(%o : tensor<?xi64>) {include_last_offset}
    : tensor<40x10xf32>, tensor<?xi64> -> tensor<?x10xf32>
  return %r : tensor<?x10xf32>
}

// Extents and shares pass casts, reshapes, slices, concatenations and loops. A
// slice of 50 of 100 indices, of which 20 differ: these seem to come from 20.12
// rows, of which 50 draws have 20.12 (1 - (1 - 1/20.12)^50) = 18.55. The copy
// loop of 10 rounds gathers 10 * (50 * 88) and 10 * (50 * 48 + 18.55 * 40).
// CHECK-LABEL: @derived
// CHECK:       emb.gather {{.*}} 0.044000     0.031420
// CHECK:       tensor.concat {{.*}} 0.001600     0.001600
// CHECK-NOT:   ?
// CHECK-LABEL: @product
func.func @derived(%w: tensor<4000x10xf32>,
                   %i: tensor<?x?xi64> {emb.extents = array<i64: 10, 10>,
                                        emb.unique = 0.2 : f64},
                   %n: tensor<?xf32> {emb.extents = array<i64: 10>})
    -> (tensor<?x10xf32>, tensor<?xi64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %rounds = tensor.dim %n, %c0 : tensor<?xf32>
  %flat = tensor.collapse_shape %i [[0, 1]] : tensor<?x?xi64> into tensor<?xi64>
  %all = tensor.dim %flat, %c0 : tensor<?xi64>
  %half = arith.divui %all, %c2 : index
  %slice = tensor.extract_slice %flat[0] [%half] [1] : tensor<?xi64> to tensor<?xi64>
  %e = tensor.empty(%half) : tensor<?x10xf32>
  %r = scf.for %k = %c0 to %rounds step %c1 iter_args(%t = %e) -> (tensor<?x10xf32>) {
    %next = emb.gather %w[%slice] outs(%t : tensor<?x10xf32>)
      : tensor<4000x10xf32>, tensor<?xi64> -> tensor<?x10xf32>
    scf.yield %next : tensor<?x10xf32>
  }
  %both = tensor.concat dim(0) %slice, %slice
    : (tensor<?xi64>, tensor<?xi64>) -> tensor<?xi64>
  return %r, %both : tensor<?x10xf32>, tensor<?xi64>
}

// The group of two index tensors of one table. 10 of 100 rows and 20 of 100,
// independently: 100 (1 - 0.9 * 0.8) = 28 of 100 rows are touched. 30 indices
// and positions of 8, 28 rows and 29 bounds of 8.
// CHECK:       emb.group {{.*}} 0.000936
func.func @product(%w: tensor<100x10xf32>,
                   %i: tensor<10xi64> {emb.unique = 1.0 : f64},
                   %j: tensor<20xi64> {emb.unique = 1.0 : f64},
                   %g: tensor<10x10xf32>, %h: tensor<20x10xf32>)
    -> tensor<100x10xf32> {
  %rows, %bounds, %positions, %n = emb.group(%i, %j : tensor<10xi64>, tensor<20xi64>)
    -> tensor<30xi64>, tensor<31xi64>, tensor<30xi64>
  %w1 = emb.update touched(%w : tensor<100x10xf32>)
      sources[%i : tensor<10xi64> -> %g : tensor<10x10xf32>,
              %j : tensor<20xi64> -> %h : tensor<20x10xf32>]
      group(%rows, %bounds, %positions, %n
        : tensor<30xi64>, tensor<31xi64>, tensor<30xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.subf %x, %d : f32
    emb.yield %x1 : f32
  }
  return %w1 : tensor<100x10xf32>
}
