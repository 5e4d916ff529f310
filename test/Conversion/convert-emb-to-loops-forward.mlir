// RUN: emb-opt %s --emb-convert-to-loops --split-input-file --canonicalize --cse | FileCheck %s
// RUN: emb-opt %s --emb-convert-to-loops -o /dev/null --split-input-file --remarks-filter='emb.*' --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// Rows are asked for about 8 KiB ahead: 64 lookups at most, 8 at least, counted
// in what is read in one go.

// REMARK: Function=distances {{.*}}prefetch=64, {{.*}}width=16
// REMARK: Function=distances {{.*}}prefetch=16, {{.*}}width=128
// REMARK: Function=distances {{.*}}prefetch=8, {{.*}}width=768
// REMARK: Function=distances {{.*}}prefetch=8, {{.*}}width=2048
func.func @distances(%a: memref<?x16xf32>, %b: memref<?x128xf32>, %c: memref<?x768xf32>, %d: memref<?x2048xf32>, %i: memref<?x3xi64>, %j: memref<?xi64>,
                     %ra: memref<?x16xf32>, %rb: memref<?x128xf32>, %rc: memref<?x768xf32>, %rd: memref<?x2048xf32>) {
  emb.bag sum %a[%i] outs(%ra : memref<?x16xf32>) : memref<?x16xf32>, memref<?x3xi64>
  emb.bag sum %b[%i] outs(%rb : memref<?x128xf32>) : memref<?x128xf32>, memref<?x3xi64>
  emb.bag sum %c[%i] outs(%rc : memref<?x768xf32>) : memref<?x768xf32>, memref<?x3xi64>
  emb.gather %d[%j] outs(%rd : memref<?x2048xf32>) : memref<?x2048xf32>, memref<?xi64>
  return
}

// -----

// A bag asks for nothing of a table in the cache, which the run may have to
// decide: 4096 rows of 256 bytes are 1 MiB.

// REMARK: Function=resident {{.*}}prefetch=32, {{.*}}width=64
// REMARK: Function=resident {{.*}}prefetch=0, {{.*}}width=64
// REMARK: Function=resident {{.*}}prefetch=32, {{.*}}width=64
// CHECK-LABEL: func.func @resident(
// CHECK-SAME:    %[[T:[^:]*]]: memref<?x64xf32>,
// CHECK:         %[[ROWS:.*]] = memref.dim %[[T]], %c0
// CHECK:         %[[OUTSIDE:.*]] = arith.cmpi sgt, %[[ROWS]], %c4096
// CHECK:         scf.parallel
// CHECK:           scf.for
// CHECK-NEXT:        scf.if %[[OUTSIDE]] {
// CHECK:               memref.load
// CHECK-COUNT-4:       memref.prefetch
// CHECK-NEXT:        }
// CHECK-NEXT:        memref.load
// CHECK:           scf.reduce
// CHECK:         scf.parallel
// CHECK-NOT:       memref.prefetch
// CHECK:           scf.reduce
// CHECK:         scf.parallel
// CHECK-NOT:       scf.if
// CHECK:           memref.prefetch
func.func @resident(%t: memref<?x64xf32>, %u: memref<4096x64xf32>, %v: memref<4097x64xf32>, %i: memref<?x3xi64>, %r: memref<?x64xf32>) {
  emb.bag sum %t[%i] outs(%r : memref<?x64xf32>) : memref<?x64xf32>, memref<?x3xi64>
  emb.bag sum %u[%i] outs(%r : memref<?x64xf32>) : memref<4096x64xf32>, memref<?x3xi64>
  emb.bag sum %v[%i] outs(%r : memref<?x64xf32>) : memref<4097x64xf32>, memref<?x3xi64>
  return
}

// -----

// From 32 MiB on a gather writes past the cache, if its rows are whole lines and
// begin with one.

// REMARK: Function=streams {{.*}}streams=true
// REMARK: Function=streams {{.*}}streams=false
// REMARK: Function=streams {{.*}}streams=false
// CHECK-LABEL: func.func @streams(
// CHECK-SAME:    %{{[^:]*}}: memref<?x32xf16>, %[[IDS:[^:]*]]: memref<?xi64>, %[[OUT:[^:]*]]: memref<?x32xf16, strided<[?, 1], offset: ?>>
// CHECK-DAG:     %[[N:.*]] = memref.dim %[[IDS]], %c0
// CHECK-DAG:     %[[BASE:.*]], %[[OFFSET:.*]], %{{.*}}:2, %[[STRIDES:.*]]:2 = memref.extract_strided_metadata %[[OUT]]
// CHECK-DAG:     %[[ADDRESS:.*]] = memref.extract_aligned_pointer_as_index %[[BASE]]
// CHECK-DAG:     %[[SKIPPED:.*]] = arith.muli %[[OFFSET]], %c2
// CHECK-DAG:     %[[FIRST:.*]] = arith.addi %[[ADDRESS]], %[[SKIPPED]]
// CHECK-DAG:     %[[STRIDE:.*]] = arith.muli %[[STRIDES]]#0, %c2
// CHECK-DAG:     %[[BITS:.*]] = arith.ori %[[FIRST]], %[[STRIDE]]
// CHECK-DAG:     %[[REST:.*]] = arith.andi %[[BITS]], %c63
// CHECK-DAG:     %[[ALIGNED:.*]] = arith.cmpi eq, %[[REST]], %c0
// CHECK-DAG:     %[[LARGE:.*]] = arith.cmpi sge, %[[N]], %c524288
// CHECK:         %[[STREAMS:.*]] = arith.andi %[[ALIGNED]], %[[LARGE]]
// CHECK:         scf.if %[[STREAMS]] {
// CHECK:           scf.parallel
// CHECK-COUNT-2:     vector.store {{.*}} {alignment = 32 : i64, nontemporal = true} : {{.*}}, vector<16xf16>
// CHECK:           } {emb.streams, emb.work = 136 : i64}
// CHECK-NEXT:    } else {
// CHECK-NOT:       nontemporal
// CHECK:           } {emb.work = 136 : i64}
// CHECK-NEXT:    }
// CHECK-NOT:     emb.streams
func.func @streams(%t: memref<?x32xf16>, %i: memref<?xi64>, %r: memref<?x32xf16, strided<[?, 1], offset: ?>>, %u: memref<?x24xf32>, %s: memref<?x24xf32>,
                   %v: memref<?x16xf32>, %few: memref<100xi64>, %q: memref<100x16xf32>) {
  emb.gather %t[%i] outs(%r : memref<?x32xf16, strided<[?, 1], offset: ?>>) : memref<?x32xf16>, memref<?xi64>
  emb.gather %u[%i] outs(%s : memref<?x24xf32>) : memref<?x24xf32>, memref<?xi64>
  emb.gather %v[%few] outs(%q : memref<100x16xf32>) : memref<?x16xf32>, memref<100xi64>
  return
}

// -----

// Many indices are tested by all threads; the runtime looks for the first that
// is out of range only if there is one, or if it has to go around gaps.

// CHECK-LABEL: func.func @check(
// CHECK-SAME:    %[[IDS:[^:]*]]: memref<?x?xi32, strided<[?, 1], offset: ?>>, %[[BOUND:.*]]: index)
// CHECK-DAG:     %[[FLAG:.*]] = memref.alloca() : memref<i32>
// CHECK-DAG:     %[[MOST:.*]] = arith.constant 2147483647 : index
// CHECK-DAG:     %[[NO_GAPS:.*]] = arith.cmpi eq, %{{.*}}, %{{.*}} : index
// CHECK-DAG:     %[[FLAT:.*]] = memref.reinterpret_cast %[[IDS]]
// CHECK-DAG:     %[[N:.*]] = arith.muli
// CHECK-DAG:     %[[MANY:.*]] = arith.cmpi sge, %[[N]], %c1024
// CHECK:         %[[FAST:.*]] = arith.andi %[[MANY]], %[[NO_GAPS]]
// CHECK:         scf.if %[[FAST]] {
// CHECK:           memref.store %c0_i32, %[[FLAG]][]
// CHECK:           %[[BEFORE:.*]] = arith.subi %[[BOUND]], %c1
// CHECK:           %[[LEAST:.*]] = arith.maxsi %[[BEFORE]], %c-1
// CHECK:           %[[LAST:.*]] = arith.minsi %[[LEAST]], %[[MOST]]
// CHECK:           arith.index_cast %[[LAST]] : index to i32
// CHECK:           %[[SPLAT:.*]] = vector.broadcast {{.*}} vector<16xi32>
// CHECK:           %[[LAST_BLOCK:.*]] = arith.subi %[[N]], %c64
// CHECK:           scf.parallel
// CHECK:             %[[SIGNS:.*]] = scf.for %[[K:[^ ]+]] = {{.*}} step %c64 iter_args
// CHECK:               %[[PLACE:.*]] = arith.minsi %[[K]], %[[LAST_BLOCK]]
// CHECK:               %[[X:.*]] = vector.load %[[FLAT]][%[[PLACE]]]
// CHECK:               %[[REST:.*]] = arith.subi %[[SPLAT]], %[[X]]
// CHECK:               arith.ori %[[X]], %[[REST]]
// CHECK-COUNT-3:       vector.load
// CHECK:             %[[SIGN:.*]] = vector.reduction <or>, %[[SIGNS]]
// CHECK:             arith.cmpi slt, %[[SIGN]], %c0_i32
// CHECK:             scf.if
// CHECK:               memref.atomic_rmw ori %c1_i32, %[[FLAG]][]
// CHECK:           } {emb.work = 8192 : i64}
// CHECK:         } else {
// CHECK:           memref.store %c1_i32, %[[FLAG]][]
// CHECK:         }
// CHECK:         %[[FOUND:.*]] = memref.load %[[FLAG]][]
// CHECK:         %[[FAILS:.*]] = arith.cmpi ne, %[[FOUND]], %c0_i32
// CHECK:         scf.if %[[FAILS]] {
// CHECK-NEXT:      emb.check_indices %[[IDS]], %[[BOUND]]
// CHECK-NEXT:    }
func.func @check(%i: memref<?x?xi32, strided<[?, 1], offset: ?>>, %n: index) {
  emb.check_indices %i, %n label "indices" : memref<?x?xi32, strided<[?, 1], offset: ?>>
  return
}

// -----

// CHECK-LABEL: func.func @few(
// CHECK-NOT:     scf.
// CHECK:         emb.check_indices
// CHECK-NEXT:    emb.check_indices
// CHECK-NEXT:    emb.check_indices
// CHECK-NEXT:    emb.check_indices
// CHECK-NEXT:    return
func.func @few(%i: memref<1023xi64>, %j: memref<i64>, %k: memref<?xi64, strided<[?], offset: ?>>, %l: memref<1x?xi64, strided<[?, 1], offset: ?>>, %n: index) {
  emb.check_indices %i, %n label "few" : memref<1023xi64>
  emb.check_indices %j, %n label "one" : memref<i64>
  emb.check_indices %k, %n label "apart" : memref<?xi64, strided<[?], offset: ?>>
  emb.check_indices %l, %n label "matrix" : memref<1x?xi64, strided<[?, 1], offset: ?>>
  return
}
