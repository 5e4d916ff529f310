// RUN: emb-opt %s --allow-unregistered-dialect --emb-convert-parallel-to-openmp --split-input-file | FileCheck %s
// RUN: emb-opt %s --allow-unregistered-dialect --emb-convert-parallel-to-openmp=min-work=0 --split-input-file | FileCheck %s --check-prefix=ALWAYS
// RUN: emb-opt %s --allow-unregistered-dialect --emb-convert-parallel-to-openmp --split-input-file --remarks-filter='emb.*' --remark-format=emitRemark -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// One thread is enough for fewer than ceil(65536 / 1000) iterations.

// CHECK-LABEL:  func.func @rows(
// CHECK-SAME:     %[[CONTEXT:.*]]: !llvm.ptr, %{{.*}}: !llvm.ptr, %[[N:.*]]: index, %[[M:.*]]: memref<?xf32>)
// CHECK-NEXT:     %[[ADDRESS:.*]] = llvm.getelementptr %[[CONTEXT]][8] : (!llvm.ptr) -> !llvm.ptr, i8
// CHECK-NEXT:     %[[THREADS:.*]] = llvm.load %[[ADDRESS]] : !llvm.ptr -> i32
// CHECK-DAG:      %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:      %[[C1:.*]] = arith.constant 1 : index
// CHECK:          %[[ENOUGH:.*]] = arith.constant 66 : index
// CHECK-NEXT:     %[[WORTHWHILE:.*]] = arith.cmpi sge, %[[N]], %[[ENOUGH]] : index
// CHECK-NEXT:     omp.parallel if(%[[WORTHWHILE]]) num_threads(%[[THREADS]] : i32) {
// CHECK-NEXT:       omp.wsloop nowait {
// CHECK-NEXT:         omp.loop_nest (%[[I:.*]]) : index = (%[[C0]]) to (%[[N]]) step (%[[C1]]) {
// CHECK-NEXT:           %[[X:.*]] = memref.load %[[M]][%[[I]]]
// CHECK-NEXT:           memref.store %[[X]], %[[M]][%[[I]]]
// CHECK-NEXT:           omp.yield
// CHECK:            omp.terminator
// CHECK-NOT:      scf.parallel

// ALWAYS-LABEL: func.func @rows(
// ALWAYS:         omp.parallel num_threads(

// REMARK: [Passed] ParallelLoop | Category:emb-convert-parallel-to-openmp | Function=rows | MinWork=65536, WorkPerIteration=1000
func.func @rows(%context: !llvm.ptr, %args: !llvm.ptr, %n: index, %m: memref<?xf32>) attributes {emb.arguments = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    %x = memref.load %m[%i] : memref<?xf32>
    memref.store %x, %m[%i] : memref<?xf32>
    scf.reduce
  } {emb.work = 1000 : i64}
  return
}

// -----

// The trip count is that of any bounds and steps.

// CHECK-LABEL: func.func @bounds(
// CHECK-SAME:    %{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr, %[[LOWER:.*]]: index, %[[UPPER:.*]]: index, %[[STEP:.*]]: index
// CHECK:         %[[EXTENT:.*]] = arith.subi %[[UPPER]], %[[LOWER]]
// CHECK-NEXT:    %[[TRIPS:.*]] = arith.ceildivsi %[[EXTENT]], %[[STEP]]
// CHECK:         arith.cmpi sge, %[[TRIPS]],
// CHECK:         omp.loop_nest (%{{.*}}) : index = (%[[LOWER]]) to (%[[UPPER]]) step (%[[STEP]])
func.func @bounds(%context: !llvm.ptr, %args: !llvm.ptr, %lower: index, %upper: index, %step: index) attributes {emb.arguments = []} {
  scf.parallel (%i) = (%lower) to (%upper) step (%step) {
    "test.use"(%i) : (index) -> ()
    scf.reduce
  } {emb.work = 8 : i64}
  return
}

// -----

// Without an estimate, and where the work is known to suffice, there is no
// condition. The number of threads is read once.

// CHECK-LABEL:     func.func @known
// CHECK-COUNT-1:     llvm.load
// CHECK-NOT:         llvm.load
// CHECK-COUNT-2:     omp.parallel num_threads(
// CHECK-NOT:         omp.parallel
// Too little work for threads:
// CHECK:             scf.for %[[I:.*]] =
// CHECK-NEXT:          "test.three"(%[[I]])
// CHECK-NOT:         omp.parallel

// ALWAYS-LABEL:    func.func @known
// ALWAYS-COUNT-3:    omp.parallel num_threads(

// REMARK: [Passed] ParallelLoop {{.*}} Function=known | MinWork=65536
// REMARK: [Passed] ParallelLoop {{.*}} Function=known | MinWork=65536, WorkPerIteration=65536
// REMARK: [Missed] ParallelLoop {{.*}} Function=known | MinWork=65536, Reason="its work never reaches the minimum", WorkPerIteration=65535
func.func @known(%context: !llvm.ptr, %args: !llvm.ptr) attributes {emb.arguments = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%c1) step (%c1) {
    "test.one"(%i) : (index) -> ()
    scf.reduce
  }
  scf.parallel (%i) = (%c0) to (%c1) step (%c1) {
    "test.two"(%i) : (index) -> ()
    scf.reduce
  } {emb.work = 65536 : i64}
  scf.parallel (%i) = (%c0) to (%c1) step (%c1) {
    "test.three"(%i) : (index) -> ()
    scf.reduce
  } {emb.work = 65535 : i64}
  return
}

// -----

// The first dimension is parallel, the work is that of all.

// CHECK-LABEL: func.func @dimensions(
// CHECK-SAME:    %[[N:[^:]*]]: index, %[[M:[^:]*]]: index)
// CHECK:         %[[TRIPS:.*]] = arith.muli %[[N]], %[[M]]
// CHECK:         arith.cmpi sge, %[[TRIPS]],
// CHECK:         omp.loop_nest (%[[I:.*]]) : index = (%{{.*}}) to (%[[N]])
// CHECK-NEXT:      scf.for %[[J:.*]] = %{{.*}} to %[[M]]
// CHECK-NEXT:        "test.use"(%[[I]], %[[J]])
func.func @dimensions(%context: !llvm.ptr, %args: !llvm.ptr, %n: index, %m: index) attributes {emb.arguments = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i, %j) = (%c0, %c0) to (%n, %m) step (%c1, %c1) {
    "test.use"(%i, %j) : (index, index) -> ()
    scf.reduce
  } {emb.work = 8 : i64}
  return
}

// -----

// Threads do not start threads; every allocation is made once per thread.

// CHECK-LABEL: func.func @nested(
// CHECK:         omp.parallel
// CHECK-NEXT:      %[[OUTER:.*]] = memref.alloca(%{{.*}}) : memref<?xf32>
// CHECK-NEXT:      %[[INNER:.*]] = memref.alloca() : memref<8xf32>
// CHECK-NEXT:      omp.wsloop
// CHECK-NEXT:        omp.loop_nest
// CHECK-NEXT:          scf.for
// CHECK-NEXT:            "test.use"(%[[INNER]], %[[OUTER]])
// CHECK-NOT:     omp.parallel
func.func @nested(%context: !llvm.ptr, %args: !llvm.ptr, %n: index) attributes {emb.arguments = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    %outer = memref.alloca(%n) : memref<?xf32>
    scf.parallel (%j) = (%c0) to (%n) step (%c1) {
      %inner = memref.alloca() : memref<8xf32>
      "test.use"(%inner, %outer) : (memref<8xf32>, memref<?xf32>) -> ()
      scf.reduce
    }
    scf.reduce
  }
  return
}

// -----

// Functions without parallel loops need no context.

// CHECK-LABEL: func.func @serial
// CHECK-NEXT:    return
func.func @serial() {
  return
}

// -----

// What a thread has written past the cache is there for others at its end.

// CHECK-LABEL: func.func @streams(
// CHECK:         omp.parallel
// CHECK:           omp.wsloop
// CHECK:             omp.yield
// CHECK:           }
// CHECK:           llvm.fence seq_cst
// CHECK-NEXT:      omp.terminator
// CHECK:         scf.for
// CHECK:           "test.second"
// CHECK:         }
// CHECK-NEXT:    llvm.fence seq_cst
// CHECK-NEXT:    return
func.func @streams(%context: !llvm.ptr, %args: !llvm.ptr, %n: index) attributes {emb.arguments = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    "test.first"(%i) : (index) -> ()
    scf.reduce
  } {emb.streams, emb.work = 1000 : i64}
  scf.parallel (%i) = (%c0) to (%c1) step (%c1) {
    "test.second"(%i) : (index) -> ()
    scf.reduce
  } {emb.streams, emb.work = 1000 : i64}
  return
}

// -----

// Neighbouring iterations are for different threads.

// CHECK-LABEL:  func.func @cyclic(
// CHECK:          omp.parallel
// CHECK-NEXT:       %[[ONE:.*]] = arith.constant 1 : index
// CHECK-NEXT:       omp.wsloop nowait schedule(static = %[[ONE]] : index) {
func.func @cyclic(%context: !llvm.ptr, %args: !llvm.ptr, %n: index) attributes {emb.arguments = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    "test.use"(%i) : (index) -> ()
    scf.reduce
  } {emb.cyclic, emb.work = 1000 : i64}
  return
}
