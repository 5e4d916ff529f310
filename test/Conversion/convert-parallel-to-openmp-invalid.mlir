// RUN: emb-opt %s --allow-unregistered-dialect --emb-convert-parallel-to-openmp --split-input-file --verify-diagnostics

func.func @f(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error@+1 {{expected in an entry point, which knows the number of threads; 'f' is none}}
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    scf.reduce
  }
  return
}

// -----

func.func @f(%context: !llvm.ptr, %args: !llvm.ptr, %n: index, %m: memref<?xf32>) -> f32 attributes {emb.arguments = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  // expected-error@+1 {{has 1 reductions, expected none: the order of a reduction over threads, and so its rounding, is not deterministic}}
  %sum = scf.parallel (%i) = (%c0) to (%n) step (%c1) init (%zero) -> f32 {
    %x = memref.load %m[%i] : memref<?xf32>
    scf.reduce(%x : f32) {
    ^bb0(%a: f32, %b: f32):
      %y = arith.addf %a, %b : f32
      scf.reduce.return %y : f32
    }
  }
  return %sum : f32
}

// -----

func.func @f(%context: !llvm.ptr, %args: !llvm.ptr, %n: index) attributes {emb.arguments = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error@+1 {{has emb.work = 0 : i64, expected a positive i64}}
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    scf.reduce
  } {emb.work = 0 : i64}
  return
}

// -----

func.func @f(%context: !llvm.ptr, %args: !llvm.ptr, %n: index) attributes {emb.arguments = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error@+1 {{has emb.work = "much", expected a positive i64}}
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    scf.reduce
  } {emb.work = "much"}
  return
}

// -----

func.func @f(%context: !llvm.ptr, %args: !llvm.ptr, %n: index) attributes {emb.arguments = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    scf.for %j = %c0 to %n step %c1 {
      // expected-error@+1 {{in a parallel loop, expected at the top of its body with sizes known before it: the stack would grow with each iteration}}
      %m = memref.alloca() : memref<8xf32>
      "test.use"(%m) : (memref<8xf32>) -> ()
    }
    scf.reduce
  }
  return
}

// -----

// A loop that becomes serial is no better.

func.func @f(%context: !llvm.ptr, %args: !llvm.ptr) attributes {emb.arguments = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.parallel (%i) = (%c0) to (%c1) step (%c1) {
    // expected-error@+1 {{in a parallel loop, expected at the top of its body with sizes known before it}}
    %m = memref.alloca(%i) : memref<?xf32>
    "test.use"(%m) : (memref<?xf32>) -> ()
    scf.reduce
  } {emb.work = 8 : i64}
  return
}
