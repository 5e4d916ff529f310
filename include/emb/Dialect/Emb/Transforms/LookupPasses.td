//===- LookupPasses.td - Rewrites and costs of lookups -----*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The part of Passes.td on what lookups are rewritten to and what they cost.
// Keep alphabetical.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIALECT_EMB_TRANSFORMS_LOOKUPPASSES_TD
#define EMB_DIALECT_EMB_TRANSFORMS_LOOKUPPASSES_TD

include "mlir/Pass/PassBase.td"

def ExpandOneHot : Pass<"emb-expand-one-hot", "::mlir::func::FuncOp"> {
  let summary = "Write out what emb.one_hot selects";
  let description = [{
    What no rewrite has made a lookup of becomes a `linalg.generic` that compares
    each index with the column, after the checks of its indices and depth.

    ```mlir
    %r = emb.one_hot %i depth %c10 : tensor<3xi64> -> tensor<3x10xf32>
    ```

    becomes

    ```mlir
    %j = emb.check_indices %i, %c10
      label "emb.one_hot: indices (argument 0)" : tensor<3xi64>
    %e = tensor.empty() : tensor<3x10xf32>
    %r = linalg.generic ... ins(%j : tensor<3xi64>) outs(%e : tensor<3x10xf32>) {
    ^bb0(%index: i64, %o: f32):
      %column = linalg.index 1 : index
      %k = arith.index_cast %index : i64 to index
      %is = arith.cmpi eq, %k, %column : index
      %x = arith.select %is, %one, %zero : f32
      linalg.yield %x : f32
    } -> tensor<3x10xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def FoldLookups : Pass<"emb-fold-lookups", "::mlir::func::FuncOp"> {
  let summary = "Look up in the table that rows come from";
  let description = [{
    An `emb.gather` of what was made only to be looked up reads the table itself.
    Each rule has the same bits.

    - A lookup of a lookup that nothing else reads looks the rows up by the
      indices of indices, if those are fewer bytes than the rows in between,
      there and back. Indices of both lookups are checked as before.
    - A lookup of tables that `tensor.concat` puts one under the other, by indices
      that all lie in one of them (constants, or `emb.check_indices` of a
      constant bound), is one of that table: nothing is copied.
    - A lookup of constant rows that follow each other is a
      `tensor.extract_slice`, unless the result is returned or written to.

    A table that is overwritten in the function is looked up as it was, so that
    the reads stay before the write.

    ```mlir
    %a = emb.gather %w[%i] : tensor<999x64xf32>, tensor<20xi64> -> tensor<20x64xf32>
    %b = emb.gather %a[%j] : tensor<20x64xf32>, tensor<9xi64> -> tensor<9x64xf32>
    ```

    becomes

    ```mlir
    %k = linalg.generic ... ins(%j : tensor<9xi64>) outs(%e : tensor<9xi64>) {
    ^bb0(%n: i64, %o: i64):
      %p = arith.index_cast %n : i64 to index
      %index = tensor.extract %i[%p] : tensor<20xi64>
      linalg.yield %index : i64
    } -> tensor<9xi64>
    %b = emb.gather %w[%k] : tensor<999x64xf32>, tensor<9xi64> -> tensor<9x64xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::emb::EmbDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def FoldOneHot : Pass<"emb-fold-one-hot", "::mlir::ModuleOp"> {
  let summary = "Look up what is multiplied by a one-hot tensor";
  let description = [{
    A sum of products (`linalg.matmul`, any `linalg.generic` of the kind) of a
    one-hot tensor and a table is an `emb.gather`, added to what the sum began
    with. The product of the transposed one-hot tensor and rows is an
    `emb.scatter_add`. One-hot are

    - `emb.one_hot`;
    - a `linalg.generic` that compares indices with the column (`linalg.index`)
      and makes 1 or 0 of it, if the indices are known to be in range, as those
      that `emb.check_indices` returns: one out of range gives zeros there, and
      is an error of a lookup;
    - rows of an identity matrix, a constant or computed.

    Zero times inf or NaN is NaN, and a lookup does not see the other rows. For
    `emb.one_hot` that is what it means; of the other forms the product must say
    `fastmath<nnan,ninf>`, or the table be a finite constant. Apart from that,
    a lookup has the numbers of the product (a zero may have another sign). The
    sums of `emb.scatter_add` are in another order.

    A table whose rows are its columns (the weight of `torch.nn.Linear`) is
    transposed first, if a copy moves fewer bytes than the product and the
    one-hot tensor.

    Before `emb-differentiate` it makes the gradient one of rows. A parameter
    stays dense there if it is used otherwise, too (unless it is declared
    `dense`), or if its optimizer moves rows of zero gradient.

    ```mlir
    %x = emb.one_hot %i depth %c9 : tensor<3xi64> -> tensor<3x9xf32>
    %r = linalg.matmul ins(%x, %w : tensor<3x9xf32>, tensor<9x8xf32>)
                       outs(%zeros : tensor<3x8xf32>) -> tensor<3x8xf32>
    ```

    becomes

    ```mlir
    %r = emb.gather %w[%i] : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::emb::EmbDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def PoolLookups : Pass<"emb-pool-lookups", "::mlir::func::FuncOp"> {
  let summary = "Make bags of lookups that are reduced";
  let description = [{
    An `emb.gather` by 2-D indices of which nothing but a reduction over their
    second dimension (`linalg.reduce` or `linalg.generic`) is read is an `emb.bag`:
    the rows of the entries are neither written nor read again, and the gradient
    has a row for each bag.

    - sums from zero: `sum`; times a weight for each entry: `sum` with `weights`;
    - a sum divided by the static number of entries, which nothing else reads:
      `mean`;
    - the maximum, from -inf, of a static number of entries: `max`. A bag ignores
      a NaN that is not in its first entry, so the reduction must say
      `fastmath<nnan>`.

    The elements have the type of the table. A bag of f32 or f64 adds its
    entries in their order, as the loops do; of f16 and bf16 it rounds once, the
    loops each sum. A lookup with `padding_idx` reads that row and stays.

    ```mlir
    %e = emb.gather %w[%i] : tensor<9x8xf32>, tensor<3x4xi64> -> tensor<3x4x8xf32>
    %r = linalg.reduce ins(%e : tensor<3x4x8xf32>) outs(%zeros : tensor<3x8xf32>)
      dimensions = [1] (%x: f32, %s: f32) {
        %t = arith.addf %s, %x : f32
        linalg.yield %t : f32
      }
    ```

    becomes

    ```mlir
    %r = emb.bag sum %w[%i] : tensor<9x8xf32>, tensor<3x4xi64> -> tensor<3x8xf32>
    ```
  }];
  let dependentDialects = ["::mlir::emb::EmbDialect",
                           "::mlir::tensor::TensorDialect"];
}

def ReportCost : Pass<"emb-report-cost", "::mlir::ModuleOp"> {
  let summary = "Print what each operation is expected to cost";
  let description = [{
    Prints to the standard error, for each function with a body, a table of the
    operations that move data: megabytes where every lookup counts (`logical`)
    and where each row and number counts once (`unique`), millions of float
    operations, the share of the logical bytes, the time that the unique bytes
    take at `bandwidth` (`floor`), the time expected of all of them (`expected`),
    and parallel regions. Operations in loops count as often as they run. It
    works on tensors and on memrefs and changes nothing; docs/cost-model.md has
    the formulas.

    Extents come from types, else from `emb.extents` of arguments, else from
    `batch`; the number of distinct rows from `emb.unique` of arguments, else
    from samples, else from `unique`, else it is that of uniform draws from the
    table, and figures that rest on this have a `~`. What is not known is a `?`,
    and a line below the table names the hint that is missing.

    ```mlir
    func.func @f(%w: tensor<?x64xf32> {emb.extents = array<i64: 1000000, -1>},
                 %ids: tensor<?xi64> {emb.extents = array<i64: 20000>,
                                      emb.unique = 0.42 : f64}) ...
    ```
  }];
  let options = [
    Option<"bandwidth", "bandwidth", "double", "50.0",
           "GB/s of memory, with all threads, at random rows">,
    Option<"cache", "cache", "double", "32.0",
           "Megabytes that the last cache holds">,
    Option<"warm", "warm", "bool", "false",
           "Runs follow each other: what fits stays in the cache">,
    Option<"batch", "batch", "int64_t", "-1",
           "First extent of arguments that are neither tables nor the flat "
           "indices of bags; -1 if not known">,
    Option<"unique", "unique", "double", "-1.0",
           "Share of distinct values of index arguments; -1 if not known">,
    ListOption<"samples", "samples", "std::string",
           "ARGUMENT:FILE, ids as text that an argument, by name or number, is "
           "expected to hold">,
    Option<"format", "format", "std::string", "\"text\"", "text or json">
  ];
}

#endif // EMB_DIALECT_EMB_TRANSFORMS_LOOKUPPASSES_TD
