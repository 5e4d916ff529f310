// RUN: emb-opt %s --emb-report-cost="bandwidth=0.001" -o /dev/null 2>&1 | FileCheck %s --check-prefixes=CHECK,COLD
// RUN: emb-opt %s --emb-report-cost="bandwidth=0.001 warm=true" -o /dev/null 2>&1 | FileCheck %s --check-prefixes=CHECK,WARM
// RUN: emb-opt %s --emb-report-cost="bandwidth=0.001 warm=true cache=0.00196" -o /dev/null 2>&1 | FileCheck %s --check-prefixes=CHECK,HALF
// RUN: emb-opt %s --emb-report-cost="bandwidth=0.001 warm=true cache=0" -o /dev/null 2>&1 | FileCheck %s --check-prefixes=CHECK,NONE

// The expected time, at 1000 bytes of memory in a millisecond. 10 indices of 8
// bytes, 10 rows of 128 read and written: 2640 bytes. The second gather finds the
// indices and rows in the cache, where a byte is worth 0.4, and writes another
// tensor: 0.4 * 1360 + 1280 = 1824. Warm, all 3920 bytes are in the cache: 0.4 *
// 2640; with a cache of half of that every second byte: (0.5 + 0.5 * 0.4) * 2640.
// The floor knows that the rows are read once: 3920.
// CHECK-LABEL: @twice
// COLD:        emb.gather {{.*}} 2.6400       2.6400        0{{$}}
// COLD-NEXT:   emb.gather {{.*}} 2.6400       1.8240        0{{$}}
// COLD-NEXT:   total {{.*}} 3.9200       4.4640        0{{$}}
// WARM:        emb.gather {{.*}} 2.6400       1.0560        0{{$}}
// WARM-NEXT:   emb.gather {{.*}} 2.6400       1.0560        0{{$}}
// HALF:        emb.gather {{.*}} 2.6400       1.8480        0{{$}}
// HALF-NEXT:   emb.gather {{.*}} 2.6400       1.8480        0{{$}}
// NONE:        emb.gather {{.*}} 2.6400       2.6400        0{{$}}
// NONE-NEXT:   emb.gather {{.*}} 2.6400       2.6400        0{{$}}
func.func @twice(%w: tensor<1000x32xf32>,
                 %i: tensor<10xi64> {emb.unique = 1.0 : f64})
    -> (tensor<10x32xf32>, tensor<10x32xf32>) {
  %e0 = tensor.empty() : tensor<10x32xf32>
  %e1 = tensor.empty() : tensor<10x32xf32>
  %r0 = emb.gather %w[%i] outs(%e0 : tensor<10x32xf32>)
    : tensor<1000x32xf32>, tensor<10xi64> -> tensor<10x32xf32>
  %r1 = emb.gather %w[%i] outs(%e1 : tensor<10x32xf32>)
    : tensor<1000x32xf32>, tensor<10xi64> -> tensor<10x32xf32>
  return %r0, %r1 : tensor<10x32xf32>, tensor<10x32xf32>
}

// Five rows are popular: 80 + 5 * 128 + 1280, and 0.22 * 5 * 128 of those that
// are read once more.
// CHECK-LABEL: @popular
// COLD:        emb.gather {{.*}} 2.0000       2.1408        0{{$}}
func.func @popular(%w: tensor<1000x32xf32>,
                   %i: tensor<10xi64> {emb.unique = 0.5 : f64})
    -> tensor<10x32xf32> {
  %r = emb.gather %w[%i] : tensor<1000x32xf32>, tensor<10xi64> -> tensor<10x32xf32>
  return %r : tensor<10x32xf32>
}

// The sort of 10 indices is worth 200 bytes for each of a table of 20000 rows, 60
// of 16384. 10 indices and positions of 8 bytes, 10 rows and 11 bounds: 328,
// of which the last bound lies where the others are: 320 + 0.4 * 8.
// CHECK-LABEL: @sorted
// COLD:        emb.group {{.*}} 0.3280       2.3232        0{{$}}
// CHECK-LABEL: @counted
// COLD:        emb.group {{.*}} 0.3280       0.9232        0{{$}}
func.func @sorted(%w: tensor<20000x32xf32>,
                  %i: tensor<10xi64> {emb.unique = 1.0 : f64})
    -> tensor<20000x32xf32> {
  %rows, %bounds, %positions, %n = emb.group(%i : tensor<10xi64>)
    -> tensor<10xi64>, tensor<11xi64>, tensor<10xi64>
  %w1 = emb.renorm %i into %w max_norm 1.0
    group(%rows, %bounds, %positions, %n
      : tensor<10xi64>, tensor<11xi64>, tensor<10xi64>, index)
    : tensor<10xi64>, tensor<20000x32xf32>
  return %w1 : tensor<20000x32xf32>
}

func.func @counted(%w: tensor<16384x32xf32>,
                   %i: tensor<10xi64> {emb.unique = 1.0 : f64})
    -> tensor<16384x32xf32> {
  %rows, %bounds, %positions, %n = emb.group(%i : tensor<10xi64>)
    -> tensor<10xi64>, tensor<11xi64>, tensor<10xi64>
  %w1 = emb.renorm %i into %w max_norm 1.0
    group(%rows, %bounds, %positions, %n
      : tensor<10xi64>, tensor<11xi64>, tensor<10xi64>, index)
    : tensor<10xi64>, tensor<16384x32xf32>
  return %w1 : tensor<16384x32xf32>
}
