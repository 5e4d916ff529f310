//===- DensePasses.td - Passes on dense operations ---------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The part of Passes.td on products of matrices, maps of elements and plain
// loops. Keep alphabetical.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_CONVERSION_DENSEPASSES_TD
#define EMB_CONVERSION_DENSEPASSES_TD

include "mlir/Pass/PassBase.td"

def ForwardCopies : Pass<"emb-forward-copies", "::mlir::func::FuncOp"> {
  let summary = "Write results where they are copied to";
  let description = [{
    Removes a `memref.copy` of a buffer that is made in the same block, where the
    target can be used instead of the buffer from its first use on: all uses of
    the buffer are copies, `linalg` operations and subviews in that block, it is
    not written after the copy, and the target is part of another buffer of the
    function, of which nothing overlaps the target and is used meanwhile. Where
    the buffer is read by more than the copy, rows of the target must not lie
    farther apart than those of the buffer.

    ```mlir
    // Before
    %g = memref.alloc(%n) : memref<?x128xf32>
    linalg.generic ... outs(%g : memref<?x128xf32>) { ... }
    %gates = memref.alloc(%n) : memref<?x512xf32>
    %part = memref.subview %gates[0, 128] [%n, 128] [1, 1] : ...
    memref.copy %g, %part : ...

    // After
    %gates = memref.alloc(%n) : memref<?x512xf32>
    %part = memref.subview %gates[0, 128] [%n, 128] [1, 1] : ...
    linalg.generic ... outs(%part : memref<?x128xf32, strided<[512, 1], offset: 128>>) { ... }
    ```
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

def FuseElementwise : Pass<"emb-fuse-elementwise", "::mlir::func::FuncOp"> {
  let summary = "Compute functions of elements where they are read";
  let description = [{
    Merges each `linalg` operation whose loops are all parallel, on tensors, into
    those that read its result, so that the tensor in between is not made:
    `sum(abs(a - b))` is one loop, and so is what its gradient computes. Constants
    (`linalg.fill`, `tensor.splat`, splat constants) become scalars of the body.
    Each element is computed by the same operations, and sums keep their order:
    results are the same, bit for bit.

    A map that several operations read, or that has fewer loops than what reads
    it, is computed again. So it stays unless all of them can take it, it has no
    division, root or function, and at most 16 operations would be added; unless
    what reads it lacks only inner loops, along which it can be computed once;
    and if it would read an argument (that may be a table) or more than 5 tensors
    again. It stays, too, where something in between writes to what it reads,
    where the tensor is needed anyhow, and before products that
    `emb-tile-contractions` has a kernel for. A remark says which.

    Loops of one iteration are dropped first, where the result is in fresh
    memory: `keepdim` and `unsqueeze` keep nothing apart.

    ```mlir
    // Before
    %0 = linalg.generic {indexing_maps = [#bd, #bd, #bd], ...} ins(%x, %y : ...) outs(%e : ...) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %2 = arith.subf %a, %b : f32
      linalg.yield %2 : f32
    } -> tensor<?x50xf32>
    %1 = linalg.generic {indexing_maps = [#bd, #b], ...} ins(%0 : ...) outs(%zeros : ...) {
    ^bb0(%a: f32, %s: f32):
      %2 = math.absf %a : f32
      %3 = arith.addf %s, %2 : f32
      linalg.yield %3 : f32
    } -> tensor<?xf32>

    // After
    %1 = linalg.generic {indexing_maps = [#bd, #bd, #b], ...} ins(%x, %y : ...) outs(%zeros : ...) {
    ^bb0(%a: f32, %b: f32, %s: f32):
      %2 = arith.subf %a, %b : f32
      %3 = math.absf %2 : f32
      %4 = arith.addf %s, %3 : f32
      linalg.yield %4 : f32
    } -> tensor<?xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def LimitUnrolling : Pass<"emb-limit-unrolling", "::mlir::func::FuncOp"> {
  let summary = "Keep LLVM from unrolling all but short loops";
  let description = [{
    Marks every `scf.for` that LLVM is not to unroll: all but those with a
    constant number of iterations up to `max-trips`. What a loop gains by being
    unrolled it gets before: rows are cut into vectors, sums have several
    accumulators. LLVM would make eight copies of a body and a remainder of
    every loop, which takes it about as long as all else and makes no step
    faster. It still interleaves the loops that it vectorizes.

    A loop with the attribute `emb.unroll` is unrolled that often instead
    (`emb-convert-to-loops` sets it): its body is so short that counting and
    branching show.

    A loop around others is not vectorized either: LLVM would unroll the inner
    ones if they are short, and then gather the elements of vectors from several
    rows.

    A remark for each function tells the numbers of loops.

    ```mlir
    // Before
    scf.for %i = %c0 to %n step %c1 {
      ...
    }

    // After
    scf.for %i = %c0 to %n step %c1 {
      ...
    } {loop_annotation = #llvm.loop_annotation<unroll = <disable = true>>}
    ```
  }];
  let options = [
    Option<"maxTrips", "max-trips", "uint64_t", /*default=*/"8",
           "Iterations of the longest loop that LLVM may unroll">
  ];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def PrepareContractions
    : Pass<"emb-prepare-contractions", "::mlir::func::FuncOp"> {
  let summary = "Transpose factors and add products to what they are added to";
  let description = [{
    Rewrites `linalg` operations on tensors that sum products of two inputs, so
    that `emb-tile-contractions` finds what it needs.

    - The last dimension of the result, if it is one of only one input and not
      the last one there, becomes the last one of a transposed copy of that
      input, `x W^T` for instance of W^T. It is made before the loops that do
      not change the input. With fewer than 4 rows, or fewer than 8 columns, the
      operation stays as it is.
    - `sum + product`, where the product starts from zeros and is used nowhere
      else, becomes a product that starts from the sum. It rounds differently,
      in an order that is as fixed.

    ```mlir
    // Before
    %r = scf.for %t = %c0 to %n step %c1 iter_args(%h = %h0) -> (tensor<?x8xf32>) {
      %next = linalg.matmul indexing_maps = [#mk, #nk, #mn]
        ins(%h, %w : tensor<?x8xf32>, tensor<8x8xf32>) outs(%b : tensor<?x8xf32>) -> tensor<?x8xf32>
      scf.yield %next : tensor<?x8xf32>
    }

    // After
    %e = tensor.empty() : tensor<8x8xf32>
    %wt = linalg.transpose ins(%w : tensor<8x8xf32>) outs(%e : tensor<8x8xf32>) permutation = [1, 0]
    %r = scf.for %t = %c0 to %n step %c1 iter_args(%h = %h0) -> (tensor<?x8xf32>) {
      %next = linalg.generic {indexing_maps = [#mk, #kn, #mn], ...}
        ins(%h, %wt : tensor<?x8xf32>, tensor<8x8xf32>) outs(%b : tensor<?x8xf32>) {
        ...
      }
      scf.yield %next : tensor<?x8xf32>
    }
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def TileContractions : Pass<"emb-tile-contractions", "::mlir::ModuleOp"> {
  let summary = "Compute products of matrices in registers";
  let description = [{
    Turns each `linalg` operation on memrefs that sums products of two inputs,
    `c[m, n] += a[m, k] b[k, n]` with further loops around, into a loop over
    tiles of c: 64 rows of as many columns as two vectors have. In each it calls
    a private function, of which the module gets one for each element type. That
    keeps up to `max-rows` rows of the tile in registers while k runs; at the
    right edge it masks, at the lower edge it takes fewer rows at a time.

    Each element of c still gets its terms one by one in the order of the loops
    that reduce, each product rounded before it is added. So every bit is that
    of the plain loops: neither the tiles, the threads nor the vectors of the
    processor are seen in it.

    The loop over the tiles is parallel where there are `min-products` products
    or more.

    The last dimension of c must be one of only one input (taken as b), the last
    one there too, and contiguous in both; the elements f32 or f64. Other
    operations stay, with a remark that says why; so do those with fewer than 8
    columns, 4 rows or 8 terms.

    ```mlir
    // Before
    linalg.matmul ins(%a, %b : memref<?x64xf32>, memref<64x512xf32>)
      outs(%c : memref<?x512xf32>)

    // After (%0, %1, %2 are a, b and c)
    scf.if %worthwhile {
      scf.parallel (%tile) = (%c0) to (%tiles) step (%c1) {
        func.call @emb_contract_f32(%0, %1, %2, %tile)
          : (memref<?x?xf32, strided<[?, ?], offset: ?>>,
             memref<?x?xf32, strided<[?, 1], offset: ?>>,
             memref<?x?xf32, strided<[?, 1], offset: ?>>, index) -> ()
      }
    } else {
      scf.for %tile = %c0 to %tiles step %c1 {
        ...
      }
    }

    // The inner loop of the function
    %sums:16 = scf.for %k = %begin to %end step %c1 iter_args(%s0 = %c00, %s1 = %c01, ...) -> ... {
      %b0 = vector.load %b[%k, %c0] : ..., vector<16xf32>
      %b1 = vector.load %b[%k, %c16] : ..., vector<16xf32>
      %x = memref.load %a[%row, %k] : ...
      %a0 = vector.broadcast %x : f32 to vector<16xf32>
      %p0 = arith.mulf %a0, %b0 : vector<16xf32>
      %t0 = arith.addf %s0, %p0 : vector<16xf32>
      ...
    }
    ```
  }];
  let options = [
    Option<"maxRows", "max-rows", "int64_t", /*default=*/"8",
           "Rows of a tile in registers: a power of two">,
    Option<"minProducts", "min-products", "int64_t", /*default=*/"262144",
           "Products from which on an operation runs on several threads">,
    Option<"vectorBytes", "vector-bytes", "int64_t", /*default=*/"64",
           "Bytes of a vector register: a power of two from 16 on">
  ];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect",
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def VectorizeMaps : Pass<"emb-vectorize-maps", "::mlir::func::FuncOp"> {
  let summary = "Compute functions of elements on vectors and threads";
  let description = [{
    Turns each `linalg` operation on memrefs whose loops are all parallel into a
    parallel loop over its first dimension, in which the last one is walked a
    vector at a time, what is left at its end with a mask. Where there is only one
    dimension, threads share chunks of it. LLVM vectorizes a loop only if it can
    tell, or test with a few comparisons, that the buffers do not overlap; the
    cell of an LSTM with its gradients has thirteen.

    What does not change along the last dimension is computed once, before the
    loop over vectors.

    That takes outputs along which rows are contiguous, inputs that are so or do
    not change along a row, elements of f32 or f64 (also i1, if it does not
    change), and a body of operations of `arith` or of `math` that
    `emb-approximate-math` computes. Everything else stays for LLVM, also rows of
    less than 4 elements.

    ```mlir
    // Before
    linalg.generic {indexing_maps = [#ij, #j, #ij], iterator_types = ["parallel", "parallel"]}
        ins(%x, %y : memref<?x128xf32>, memref<128xf32>) outs(%r : memref<?x128xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %0 = arith.addf %a, %b : f32
      %1 = math.tanh %0 : f32
      ...
      linalg.yield %3 : f32
    }

    // After
    scf.parallel (%i) = (%c0) to (%n) step (%c1) {
      scf.for %j = %c0 to %c128 step %c16 {
        %a = vector.load %x[%i, %j] : memref<?x128xf32>, vector<16xf32>
        %b = vector.load %y[%j] : memref<128xf32>, vector<16xf32>
        %0 = arith.addf %a, %b : vector<16xf32>
        %1 = math.tanh %0 : vector<16xf32>
        ...
        vector.store %3, %r[%i, %j] : memref<?x128xf32>, vector<16xf32>
      }
    } {emb.work = 2400 : i64}
    ```
  }];
  let options = [
    Option<"vectorBytes", "vector-bytes", "int64_t", /*default=*/"64",
           "Bytes of a vector register: a power of two from 16 on">
  ];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect",
    "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"
  ];
}

def VectorizeReductions
    : Pass<"emb-vectorize-reductions", "::mlir::func::FuncOp"> {
  let summary = "Compute sums of functions of elements on vectors and threads";
  let description = [{
    Turns each `linalg` operation on memrefs that sums terms, or takes their
    largest or smallest, into loops of which one goes over vectors. Its parallel
    loops stay parallel: threads share the first one.

    - Where the last dimension of the outputs is contiguous, vectors go along it,
      and each element gets its terms one by one, in the order of the loops.
    - Otherwise vectors go along a loop that reduces and that is the last
      dimension of inputs. Their lanes are 64 bytes on any processor; term i is
      added to lane i modulo their number, the halves of the lanes are added to
      each other until one is left, and this is added to what the output was.

    So the order depends on the operation alone, neither on the processor nor on
    the number of threads.

    The conditions on the body and on operands are those of `emb-vectorize-maps`;
    moreover an output is used only by its sum. What does not fit stays.

    ```mlir
    // Before
    linalg.generic {indexing_maps = [#bd, #bd, #b], iterator_types = ["parallel", "reduction"]}
        ins(%x, %y : memref<?x64xf32>, memref<?x64xf32>) outs(%r : memref<?xf32>) {
    ^bb0(%a: f32, %b: f32, %s: f32):
      %0 = arith.subf %a, %b : f32
      %1 = math.absf %0 : f32
      %2 = arith.addf %s, %1 : f32
      linalg.yield %2 : f32
    }

    // After
    scf.parallel (%i) = (%c0) to (%n) step (%c1) {
      %sums = scf.for %j = %c0 to %c64 step %c16 iter_args(%s = %zeros) -> (vector<16xf32>) {
        %a = vector.load %x[%i, %j] : memref<?x64xf32>, vector<16xf32>
        %b = vector.load %y[%i, %j] : memref<?x64xf32>, vector<16xf32>
        %0 = arith.subf %a, %b : vector<16xf32>
        %1 = math.absf %0 : vector<16xf32>
        %2 = arith.addf %s, %1 : vector<16xf32>
        scf.yield %2 : vector<16xf32>
      }
      %low = vector.extract_strided_slice %sums {offsets = [0], ...} : vector<16xf32> to vector<8xf32>
      %high = vector.extract_strided_slice %sums {offsets = [8], ...} : vector<16xf32> to vector<8xf32>
      %8 = arith.addf %low, %high : vector<8xf32>
      ...
    } {emb.work = 528 : i64}
    ```
  }];
  let options = [
    Option<"vectorBytes", "vector-bytes", "int64_t", /*default=*/"64",
           "Bytes of a vector register: a power of two from 16 on">
  ];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect",
    "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"
  ];
}

#endif // EMB_CONVERSION_DENSEPASSES_TD
