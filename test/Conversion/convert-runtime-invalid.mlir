// RUN: emb-opt %s --emb-convert-runtime --split-input-file --verify-diagnostics

func.func @f(%n: index) {
  // expected-error@+1 {{expected in an entry point, which has a context for the runtime; 'f' is none}}
  %m = memref.alloc(%n) : memref<?xf32>
  return
}

// -----

func.func @f(%context: !llvm.ptr, %args: !llvm.ptr, %n: index) attributes {emb.arguments = []} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        // expected-error@+1 {{in a parallel loop, expected before it: a thread cannot leave the function when it fails}}
        emb.check_equal %i, %n label "emb.update: rows"
        omp.yield
      }
    }
    omp.terminator
  }
  return
}

// -----

func.func @f(%context: !llvm.ptr, %args: !llvm.ptr, %n: index) attributes {emb.arguments = []} {
  omp.parallel {
    // expected-error@+1 {{in a parallel loop, expected before it}}
    %m = memref.alloc(%n) : memref<?xf32>
    omp.terminator
  }
  return
}

// -----

func.func @f(%context: !llvm.ptr, %args: !llvm.ptr, %b: i1) attributes {emb.arguments = []} {
  scf.if %b {
    // expected-error@+1 {{in 'scf.if', expected in the body of the function: lower structured control flow first}}
    cf.assert %b, "message"
  }
  return
}

// -----

func.func @f(%context: !llvm.ptr, %args: !llvm.ptr, %i: tensor<?xi64>, %n: index) attributes {emb.arguments = []} {
  // expected-error@+1 {{has an operand of type 'tensor<?xi64>', expected a memref}}
  %j = emb.check_indices %i, %n label "emb.gather: indices" : tensor<?xi64>
  return
}

// -----

func.func @f(%context: !llvm.ptr, %args: !llvm.ptr, %w: memref<?x8xf32>, %i: memref<?xi64>, %r: memref<?x8xf32>)
    attributes {emb.arguments = []} {
  // expected-error@+1 {{has no function in the runtime, expected to be lowered before}}
  emb.gather %w[%i] outs(%r : memref<?x8xf32>) : memref<?x8xf32>, memref<?xi64>
  return
}

// -----

func.func @f(%context: !llvm.ptr, %args: !llvm.ptr, %i: memref<?xi64>, %rows: memref<?xi64>, %bounds: memref<?xi32>,
             %positions: memref<?xi32, strided<[2]>>) attributes {emb.arguments = []} {
  // expected-error@+1 {{'positions' has type 'memref<?xi32, strided<[2]>>', expected contiguous elements}}
  %count = emb.group(%i : memref<?xi64>)
    outs(%rows, %bounds, %positions : memref<?xi64>, memref<?xi32>, memref<?xi32, strided<[2]>>)
  return
}

// -----

func.func @f(%context: !llvm.ptr, %args: !llvm.ptr) attributes {emb.arguments = []} {
  // expected-error@+1 {{has type 'memref<4xf32, strided<[2]>>', expected an identity layout in the default memory space}}
  %m = memref.alloc() : memref<4xf32, strided<[2]>>
  return
}

// -----

func.func @f(%context: !llvm.ptr, %args: !llvm.ptr) attributes {emb.arguments = []} {
  // expected-error@+1 {{has type 'memref<4xf32, 3>', expected an identity layout in the default memory space}}
  %m = memref.alloc() : memref<4xf32, 3>
  return
}

// -----

func.func @f(%context: !llvm.ptr, %args: !llvm.ptr) attributes {emb.arguments = []} {
  // expected-error@+1 {{asks for an alignment of 128 bytes, expected at most 64}}
  %m = memref.alloc() {alignment = 128 : i64} : memref<4xf32>
  return
}

// -----

func.func @f(%context: !llvm.ptr, %args: !llvm.ptr) attributes {emb.arguments = []} {
  // expected-error@+1 {{has elements of type 'vector<4xf32>', expected integers or floats}}
  %m = memref.alloc() : memref<4xvector<4xf32>>
  return
}

// -----

// expected-error@+1 {{the name 'embCheckContext' is reserved for a function of the runtime}}
func.func @embCheckContext(%context: !llvm.ptr, %args: !llvm.ptr) attributes {emb.arguments = []} {
  return
}

// -----

// expected-error@+1 {{the name 'embAlloc' is reserved for a function of the runtime}}
llvm.func @embAlloc(i64) -> !llvm.ptr
func.func @f(%context: !llvm.ptr, %args: !llvm.ptr) attributes {emb.arguments = []} {
  %m = memref.alloc() : memref<4xf32>
  return
}
