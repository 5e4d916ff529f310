// RUN: emb-opt %s --emb-convert-to-loops --split-input-file --canonicalize --cse | FileCheck %s
// RUN: emb-opt %s --emb-convert-to-loops -o /dev/null --split-input-file --remarks-filter='emb.*' --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: emb-opt %s --emb-convert-to-loops=prefetch-distance=40 -o /dev/null --split-input-file --remarks-filter='emb.*' --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=GIVEN

// Rows are asked for about 12 KiB ahead: 64 lookups at most, 8 at least, counted
// in what is read in one go.

// REMARK: Function=distances {{.*}}prefetch=64, {{.*}}width=16
// REMARK: Function=distances {{.*}}prefetch=24, {{.*}}width=128
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

// A bag asks for nothing of a table in a core's own cache, which the run may have
// to decide: 4096 rows of 256 bytes are 1 MiB. It looks 32 lookups ahead at most
// in a table in the shared one, here of up to 131072 rows, 32 MiB.

// REMARK: Function=resident {{.*}}prefetch=48, {{.*}}width=64
// REMARK: Function=resident {{.*}}prefetch=0, {{.*}}width=64
// REMARK: Function=resident {{.*}}prefetch=32, {{.*}}width=64
// REMARK: Function=resident {{.*}}prefetch=32, {{.*}}width=64
// REMARK: Function=resident {{.*}}prefetch=48, {{.*}}width=64
// CHECK-LABEL: func.func @resident(
// CHECK-SAME:    %[[T:[^:]*]]: memref<?x64xf32>,
// CHECK:         %[[ROWS:.*]] = memref.dim %[[T]], %c0
// CHECK:         %[[OUTSIDE:.*]] = arith.cmpi sgt, %[[ROWS]], %c4096
// CHECK:         %[[LARGE:.*]] = arith.cmpi sgt, %[[ROWS]], %c131072
// CHECK:         %[[DISTANCE:.*]] = arith.select %[[LARGE]], %c48, %c32
// CHECK:         scf.parallel
// CHECK:           %[[ENOUGH:.*]] = arith.cmpi sge, %{{.*}}, %[[DISTANCE]]
// CHECK:           %[[IN_LIST:.*]] = arith.andi %[[ENOUGH]], %[[OUTSIDE]]
// CHECK:           scf.if %[[IN_LIST]]
// CHECK:             scf.for %[[K:[^ ]+]] =
// CHECK-NEXT:          %[[NEXT:.*]] = arith.addi %[[K]], %[[DISTANCE]]
// CHECK-NEXT:          memref.load %{{.*}}[%[[NEXT]]]
// CHECK-COUNT-4:       memref.prefetch
// CHECK-NEXT:          memref.load
// CHECK:           } else {
// CHECK:             scf.for %[[K:[^ ]+]] =
// CHECK-NEXT:          scf.if %[[OUTSIDE]] {
// CHECK-NEXT:            %[[NEXT:.*]] = arith.addi %[[K]], %[[DISTANCE]]
// CHECK:                 %[[CUT:.*]] = arith.minsi %[[NEXT]],
// CHECK-NEXT:            memref.load %{{.*}}[%[[CUT]]]
// CHECK-COUNT-4:         memref.prefetch
// CHECK-NEXT:          }
// CHECK-NEXT:          memref.load
// CHECK:           scf.reduce
// CHECK:         scf.parallel
// CHECK-NOT:       memref.prefetch
// CHECK:           scf.reduce
// CHECK:         scf.parallel
// CHECK:           arith.cmpi sge, %{{.*}}, %c32
// CHECK-NOT:       scf.if %[[OUTSIDE]]
// CHECK:           memref.prefetch
// CHECK:           scf.reduce
// CHECK:         scf.parallel
// CHECK:           arith.cmpi sge, %{{.*}}, %c32
// CHECK:           scf.reduce
// CHECK:         scf.parallel
// CHECK:           arith.cmpi sge, %{{.*}}, %c48
// A distance that is given holds for either cache.

// GIVEN: Function=resident {{.*}}prefetch=40, {{.*}}width=64
// GIVEN: Function=resident {{.*}}prefetch=0, {{.*}}width=64
// GIVEN-COUNT-3: Function=resident {{.*}}prefetch=40, {{.*}}width=64
func.func @resident(%t: memref<?x64xf32>, %u: memref<4096x64xf32>, %v: memref<4097x64xf32>, %w: memref<131072x64xf32>, %x: memref<131073x64xf32>,
                    %i: memref<?x3xi64>, %r: memref<?x64xf32>) {
  emb.bag sum %t[%i] outs(%r : memref<?x64xf32>) : memref<?x64xf32>, memref<?x3xi64>
  emb.bag sum %u[%i] outs(%r : memref<?x64xf32>) : memref<4096x64xf32>, memref<?x3xi64>
  emb.bag sum %v[%i] outs(%r : memref<?x64xf32>) : memref<4097x64xf32>, memref<?x3xi64>
  emb.bag sum %w[%i] outs(%r : memref<?x64xf32>) : memref<131072x64xf32>, memref<?x3xi64>
  emb.bag sum %x[%i] outs(%r : memref<?x64xf32>) : memref<131073x64xf32>, memref<?x3xi64>
  return
}

// -----

// From 64 MiB on a gather writes past the cache, if its rows are whole lines and
// begin with one; from 32 MiB on if its table is larger than the cache, 32 MiB.

// REMARK: Function=streams {{.*}}streams=true
// REMARK: Function=streams {{.*}}streams=false
// REMARK: Function=streams {{.*}}streams=false
// CHECK-LABEL: func.func @streams(
// CHECK-SAME:    %[[T:[^:]*]]: memref<?x32xf16>, %[[IDS:[^:]*]]: memref<?xi64>, %[[OUT:[^:]*]]: memref<?x32xf16, strided<[?, 1], offset: ?>>
// CHECK-DAG:     %[[N:.*]] = memref.dim %[[IDS]], %c0
// CHECK-DAG:     %[[BASE:.*]], %[[OFFSET:.*]], %{{.*}}:2, %[[STRIDES:.*]]:2 = memref.extract_strided_metadata %[[OUT]]
// CHECK-DAG:     %[[ADDRESS:.*]] = memref.extract_aligned_pointer_as_index %[[BASE]]
// CHECK-DAG:     %[[SKIPPED:.*]] = arith.muli %[[OFFSET]], %c2
// CHECK-DAG:     %[[FIRST:.*]] = arith.addi %[[ADDRESS]], %[[SKIPPED]]
// CHECK-DAG:     %[[STRIDE:.*]] = arith.muli %[[STRIDES]]#0, %c2
// CHECK-DAG:     %[[BITS:.*]] = arith.ori %[[FIRST]], %[[STRIDE]]
// CHECK-DAG:     %[[REST:.*]] = arith.andi %[[BITS]], %c63
// CHECK-DAG:     %[[ALIGNED:.*]] = arith.cmpi eq, %[[REST]], %c0
// CHECK-DAG:     %[[ROWS:.*]] = memref.dim %[[T]], %c0
// CHECK-DAG:     %[[CACHED:.*]] = arith.cmpi sle, %[[ROWS]], %c524288
// CHECK-DAG:     %[[LEAST:.*]] = arith.select %[[CACHED]], %c1048576, %c524288
// CHECK-DAG:     %[[LARGE:.*]] = arith.cmpi sge, %[[N]], %[[LEAST]]
// CHECK:         %[[STREAMS:.*]] = arith.andi %[[ALIGNED]], %[[LARGE]]
// CHECK:         scf.if %[[STREAMS]] {
// CHECK:           scf.parallel
// CHECK:             vector.load
// CHECK-NEXT:        vector.store {{.*}} {alignment = 32 : i64, nontemporal = true} : {{.*}}, vector<16xf16>
// CHECK-NEXT:        vector.load
// CHECK-NEXT:        vector.store {{.*}} {alignment = 32 : i64, nontemporal = true} : {{.*}}, vector<16xf16>
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

// What the types say decides: 524288 rows of 64 bytes are 32 MiB.

// REMARK: Function=streams_known {{.*}}streams=false
// REMARK: Function=streams_known {{.*}}streams=true
// REMARK: Function=streams_known {{.*}}streams=false
// REMARK: Function=streams_known {{.*}}streams=true
// CHECK-LABEL: func.func @streams_known(
// CHECK-NOT:     scf.if
// CHECK:         scf.parallel
// CHECK:         scf.if
// CHECK:           nontemporal
// CHECK:         scf.parallel
// CHECK:         scf.parallel
// CHECK-NOT:     emb.streams
// CHECK:         scf.if
// CHECK:           nontemporal
func.func @streams_known(%t: memref<524288x16xf32>, %u: memref<524289x16xf32>, %i: memref<1048575xi64>, %j: memref<1048576xi64>, %k: memref<524287xi64>, %l: memref<524288xi64>,
                         %ri: memref<1048575x16xf32>, %rj: memref<1048576x16xf32>, %rk: memref<524287x16xf32>, %rl: memref<524288x16xf32>) {
  emb.gather %t[%i] outs(%ri : memref<1048575x16xf32>) : memref<524288x16xf32>, memref<1048575xi64>
  emb.gather %t[%j] outs(%rj : memref<1048576x16xf32>) : memref<524288x16xf32>, memref<1048576xi64>
  emb.gather %u[%k] outs(%rk : memref<524287x16xf32>) : memref<524289x16xf32>, memref<524287xi64>
  emb.gather %u[%l] outs(%rl : memref<524288x16xf32>) : memref<524289x16xf32>, memref<524288xi64>
  return
}

// -----

// Many indices are tested by all threads: one out of range is, as an unsigned
// number, at least the bound, the sign included. The runtime looks for the first that
// is out of range only if there is one, or if it has to go around gaps.

// CHECK-LABEL: func.func @check(
// CHECK-SAME:    %[[IDS:[^:]*]]: memref<?x?xi32, strided<[?, 1], offset: ?>>, %[[BOUND:.*]]: index)
// CHECK-DAG:     %[[FLAG:.*]] = memref.alloca() : memref<i32>
// CHECK-DAG:     %[[MOST:.*]] = arith.constant 2147483648 : index
// CHECK-DAG:     %[[NO_GAPS:.*]] = arith.cmpi eq, %{{.*}}, %{{.*}} : index
// CHECK-DAG:     %[[FLAT:.*]] = memref.reinterpret_cast %[[IDS]]
// CHECK-DAG:     %[[N:.*]] = arith.muli
// CHECK-DAG:     %[[MANY:.*]] = arith.cmpi sge, %[[N]], %c1024
// CHECK:         %[[FAST:.*]] = arith.andi %[[MANY]], %[[NO_GAPS]]
// CHECK:         %[[LEAST:.*]] = arith.maxsi %[[BOUND]], %c0
// CHECK:         %[[CUT:.*]] = arith.minsi %[[LEAST]], %[[MOST]]
// CHECK:         %[[I32:.*]] = arith.index_cast %[[CUT]] : index to i32
// CHECK:         %[[SPLAT:.*]] = vector.broadcast %[[I32]] : i32 to vector<16xi32>
// CHECK:         %[[LAST_BLOCK:.*]] = arith.subi %[[N]], %c64
// CHECK:         scf.if %[[FAST]] {
// CHECK:           memref.store %c0_i32, %[[FLAG]][]
// CHECK:           scf.parallel
// CHECK:             %[[LARGEST:.*]] = scf.for %[[K:[^ ]+]] = {{.*}} step %c64 iter_args(%[[SO_FAR:[^ ]+]] =
// CHECK:               %[[PLACE:.*]] = arith.minsi %[[K]], %[[LAST_BLOCK]]
// CHECK:               %[[W:.*]] = vector.load %[[FLAT]][%[[PLACE]]]
// CHECK:               %[[SECOND:.*]] = arith.addi %[[PLACE]], %c16
// CHECK:               %[[X:.*]] = vector.load %[[FLAT]][%[[SECOND]]]
// CHECK:               %[[THIRD:.*]] = arith.addi %[[PLACE]], %c32
// CHECK:               %[[Y:.*]] = vector.load %[[FLAT]][%[[THIRD]]]
// CHECK:               %[[FOURTH:.*]] = arith.addi %[[PLACE]], %c48
// CHECK:               %[[Z:.*]] = vector.load %[[FLAT]][%[[FOURTH]]]
// CHECK:               %[[WX:.*]] = arith.maxui %[[W]], %[[X]]
// CHECK:               %[[YZ:.*]] = arith.maxui %[[Y]], %[[Z]]
// CHECK:               %[[WXYZ:.*]] = arith.maxui %[[WX]], %[[YZ]]
// CHECK:               %[[ALL:.*]] = arith.maxui %[[SO_FAR]], %[[WXYZ]]
// CHECK:               scf.yield %[[ALL]]
// CHECK:             %[[BAD:.*]] = arith.cmpi uge, %[[LARGEST]], %[[SPLAT]]
// CHECK:             %[[ANY:.*]] = vector.reduction <or>, %[[BAD]]
// CHECK:             scf.if %[[ANY]]
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
