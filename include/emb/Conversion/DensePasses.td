//===- DensePasses.td - Passes on dense operations ---------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The part of Passes.td on products of matrices and maps of elements. Keep
// alphabetical.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_CONVERSION_DENSEPASSES_TD
#define EMB_CONVERSION_DENSEPASSES_TD

include "mlir/Pass/PassBase.td"

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
    vector at a time. LLVM vectorizes a loop only if it can tell, or test with a
    few comparisons, that the buffers do not overlap; the cell of an LSTM with
    its gradients has thirteen.

    That takes rows of a static extent that is made of full vectors, outputs
    along which they are contiguous, inputs that are so or do not change along a
    row, elements of f32 or f64, and a body of at least 4 operations of `arith`
    or of `math` that `emb-approximate-math` computes. Everything else stays for
    LLVM.

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

#endif // EMB_CONVERSION_DENSEPASSES_TD
