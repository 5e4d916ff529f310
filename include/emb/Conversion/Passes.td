//===- Passes.td - Conversion passes -----------------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Keep alphabetical.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_CONVERSION_PASSES_TD
#define EMB_CONVERSION_PASSES_TD

include "emb/Conversion/DensePasses.td"
include "emb/Conversion/ProfilePasses.td"
include "mlir/Pass/PassBase.td"

def ApproximateMath : Pass<"emb-approximate-math", "::mlir::func::FuncOp"> {
  let summary = "Compute f32 functions with arithmetic instead of calls";
  let description = [{
    Replaces `math.exp`, `exp2`, `expm1`, `log`, `log2`, `log10`, `log1p`,
    `tanh` and `erf` on f32, scalars and vectors, by a polynomial with what it
    takes to reduce its argument, without branches: a call of the C library
    computes one number at a time, and LLVM vectorizes no loop that has one. f16
    and bf16 are computed in f32; f64 stays, and so do other functions, among
    them `sin` and `cos`, whose large arguments take more than f32 to reduce.

    | function | largest error, in units of the last place |
    |---|---|
    | `exp`, `exp2` | 0.97 |
    | `expm1` | 1.27 |
    | `log`, `log2`, `log10`, `log1p` | 0.87 |
    | `tanh` | 1.34 |
    | `erf` | 1.21 |

    These are the largest over all 2^32 arguments, denormal ones and results
    included. Overflow, infinities, NaN and the sign of zero are as in C.

    Only `arith` operations that IEEE 754 defines to the bit are used, no
    `math.fma` (a call where the processor has none) and no fast-math flags. So
    a result depends neither on the number of lanes nor on the processor, and
    fast-math flags of the operation change nothing.

    ```mlir
    // Before
    %0 = math.exp %x : f32

    // After: x = k log(2) + r, e^x = 2^k (1 + r + r^2 P(r))
    %scaled = arith.mulf %clamped, %log2e : f32
    %shifted = arith.addf %scaled, %c12582912 : f32
    %k = arith.subf %shifted, %c12582912 : f32
    ...
    %coarse = arith.subf %clamped, %high : f32
    %r = arith.subf %coarse, %low : f32
    ...
    %sum = arith.addf %inner, %one : f32
    %half = arith.mulf %sum, %scale : f32
    %0 = arith.mulf %half, %rest : f32
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def ConvertCopies : Pass<"emb-convert-copies", "::mlir::func::FuncOp"> {
  let summary = "Lower copies of strided memrefs to loops";
  let description = [{
    Lowers each `memref.copy` that would otherwise become a call of a runtime
    library. Rows of a static number of floats or integers are copied in
    parallel, with contiguous vector loads and stores; anything else element by
    element. A copy between two contiguous memrefs stays: it becomes one
    `memcpy`. A copy of a memref to itself disappears.

    ```mlir
    // Before
    memref.copy %w, %c : memref<?x8xf32, strided<[?, 1], offset: ?>> to memref<?x8xf32>

    // After
    scf.parallel (%i) = (%c0) to (%n) step (%c1) {
      %0 = vector.load %w[%i, %c0] : memref<?x8xf32, strided<[?, 1], offset: ?>>, vector<8xf32>
      vector.store %0, %c[%i, %c0] : memref<?x8xf32>, vector<8xf32>
      scf.reduce
    } {emb.work = 64 : i64}
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
}

def ConvertEmbToLoops : Pass<"emb-convert-to-loops", "::mlir::func::FuncOp"> {
  let summary = "Lower emb operations on memrefs to loops over rows";
  let description = [{
    Lowers `emb.gather`, `emb.gather_dot`, `emb.bag`, `emb.offset2bag`,
    `emb.frequency`, `emb.coalesce` and `emb.update` to loops whose bodies read
    and write rows with contiguous vector loads and stores. Checks and groups
    stay; no other operation of the dialect is left.

    Parallel loops. Every `scf.parallel` goes over what can be written
    independently: the positions of a gather, the bags, the rows of a group in
    chunks (chunks of 256 rows where an update visits all rows). So nothing is
    atomic and no result depends on the number of threads. The attribute
    `emb.work` estimates the bytes that one iteration moves; lengths that only
    the run knows count as 16 rows in a bag, 2 occurrences of a row where all are
    visited. Chunks of a group are of equal work, which its bounds tell: each
    finds its first row by bisection. `emb.cyclic` says that neighbouring
    iterations are alike in work and so for different threads.

    Hot rows. The occurrences of a row are summed in blocks of 1024, counted from
    its first, and the sums of the blocks are added in ascending order, so that
    threads can share a row and its bits depend on its own occurrences alone.
    Where the group may have rows of several blocks (its bounds, looked at in
    large steps, tell quickly that it has none), a parallel loop over windows of
    1024 positions sums, before rows are visited, the block that begins in each,
    unless it is its row's last.

    Columns. Vectors hold 16 elements (8 of f64), and up to `tile-vectors` of
    them form a tile: the part of a row that stays in registers while a bag or
    the occurrences of a row are summed (half as many where sums of several
    sources are wider). A wider row is a loop over tiles of
    nearly equal size. Columns
    that do not fill a vector are held by the smallest power of two of lanes,
    masked where they are not exactly as many. Sums are in f32 (f64 for f64), in
    the order of the bag or of the occurrences, and rounded once. Where the rows
    of a bag are one or two vectors, the loop over its entries asks to be unrolled
    twice (`emb.unroll`, see `emb-limit-unrolling`).

    Rows that are needed soon are prefetched, all lines of what is read in one
    go, `prefetch-distance` lookups ahead in the whole list of indices. Rows of
    several tiles and at most 2 KiB are asked for whole by the first tile of a
    bag. Where the
    indices of bags are a matrix, this list is what lies in memory; if the run
    finds gaps between its rows, each bag is looked at by itself. A bag, or a
    gather that checks its indices, asks for nothing of a table that fits a core's
    own cache (`resident-bytes`), and a bag looks less far ahead in one that fits
    the shared cache (`cache-bytes`). In an update
    `update-prefetch-bytes` of the table and the states are asked for, twice that
    of the gradient, at most 32 rows.

    Large results (`stream-bytes`) of `emb.gather` whose rows are whole cache
    lines are written past the cache. The attribute `emb.streams` of the loop
    asks for a fence after each thread's part.

    `emb.check_indices` of 1024 or more is tested by a parallel loop; only if
    that finds an index out of range, or if there are gaps between the indices,
    is the runtime asked for the first one. A bag or gather whose result is a
    buffer of its own, with nothing written since its check, tests them itself,
    some 512 before it uses them, so that they are read once: its loop goes over
    parts of a few bags or positions each, and leaves out those next to an index
    out of range. The runtime is asked after the loop, or before it where it has
    to do so in any case.

    Updates. The region is emitted on vectors; what is the same in every column
    stays scalar. Each `emb.row_reduce` ends a phase, which walks the tiles once:
    vectors are combined in the order of the columns, one by one, then by a fixed
    tree over the lanes, so that tiles have no influence on the result. The last phase writes. Where several phases need the summed
    gradient of a row wider than a tile, the first keeps it in a row on the
    stack (`memref.alloca` at the beginning of the parallel loop). Where all that
    is written is `arith.select %c, %new, %old` with one scalar `%c`, rows whose
    `%c` is false are not written at all.

    It is an error where the columns of an operand are not contiguous, where an
    update that visits rows by group has none, and where `emb.renorm` or
    `emb.scatter_add` is left (`emb-decompose-writes`).

    ```mlir
    // Before
    emb.bag sum %t[%i] offsets(%o : memref<?xi64>) outs(%r : memref<?x16xf32>)
      : memref<1000x16xf32>, memref<?xi64>

    // After (the end of the last bag and prefetching left out)
    scf.parallel (%b) = (%c0) to (%bags) step (%c1) {
      ...
      %sum = scf.for %k = %begin to %end step %c1 iter_args(%acc = %zero) -> (vector<16xf32>) {
        %0 = memref.load %i[%k] : memref<?xi64>
        %row = arith.index_cast %0 : i64 to index
        %x = vector.load %t[%row, %c0] : memref<1000x16xf32>, vector<16xf32>
        %1 = arith.addf %acc, %x : vector<16xf32>
        scf.yield %1 : vector<16xf32>
      }
      vector.store %sum, %r[%b, %c0] : memref<?x16xf32>, vector<16xf32>
      scf.reduce
    } {emb.work = 1216 : i64}
    ```
  }];
  let options = [
    Option<"prefetchDistance", "prefetch-distance", "int64_t", "-1",
           "How many lookups ahead rows are prefetched; 0 for not at all, -1 for "
           "about 12 KiB">,
    Option<"residentBytes", "resident-bytes", "int64_t", "1048576",
           "Of a table of at most so many bytes a bag prefetches nothing">,
    Option<"cacheBytes", "cache-bytes", "int64_t", "33554432",
           "A bag of a table of at most so many bytes looks at most 32 lookups "
           "ahead, unless prefetch-distance is given">,
    Option<"streamBytes", "stream-bytes", "int64_t", "67108864",
           "A gather of at least so many bytes, half as many where the table is "
           "larger than cache-bytes, writes them past the cache; 0 for none">,
    Option<"tileVectors", "tile-vectors", "int64_t", "24",
           "The most vectors of a tile; what is summed should fit the registers">,
    Option<"updatePrefetchBytes", "update-prefetch-bytes", "int64_t", "8192",
           "How many bytes of the table and of states an update asks for ahead; "
           "0 for no prefetch in updates">
  ];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
}

def ConvertEntryPoints
    : Pass<"emb-convert-entry-points", "::mlir::ModuleOp"> {
  let summary = "Give public functions the calling convention of the runtime";
  let description = [{
    Makes every public function an *entry point*: it takes the context and an
    array of pointers, one for each argument and then one for each result, and
    returns a status (`emb/Runtime/RuntimeABI.h`). Arguments are loaded at
    entry, results are stored where the function returns, after all that can
    fail.

    - a memref is passed as its LLVM descriptor. An argument must be
      `strided<[?, ..., ?, 1], offset: ?>`, since its caller chooses these, or
      with the attribute `emb.strided` all strides must be `?`; a result may
      have any strided layout;
    - `i1` takes a byte, 0 or not 0 in arguments and 0 or 1 in results; `index`
      is `i64`; other scalars (f16, bf16, f32, f64, i8, i16, i32, i64) are
      themselves.

    What the host needs to know is kept in two attributes: `emb.arguments` and
    `emb.results`, with the types of tensors and scalars, the names (`emb.name`),
    which tensors are updated in place (`emb.written`) and which may have any
    strides (`emb.strided`).

    Two arguments of the same name are an error, since callers look them up by
    it. Private functions are erased; one that is still called could not be inlined,
    which is an error, as is a call of a function without a body.
    A public function must not have the name of a C library function: compiled
    code would call it instead.

    ```mlir
    // Before
    func.func @f(%w: memref<?x8xf32, strided<[?, 1], offset: ?>> {emb.name = "w", emb.written}, %x: f32) -> f32 {
      ...
      return %y : f32
    }

    // After
    func.func @f(%context: !llvm.ptr, %args: !llvm.ptr) -> i32 attributes {
        emb.arguments = [ {name = "w", type = tensor<?x8xf32>, written}, {type = f32} ],
        emb.results = [ {type = f32} ]} {
      %0 = llvm.load %args : !llvm.ptr -> !llvm.ptr
      %1 = llvm.load %0 : !llvm.ptr -> !llvm.struct<(ptr, ptr, i64, array<2 x i64>, array<2 x i64>)>
      %w = builtin.unrealized_conversion_cast %1 : ... to memref<?x8xf32, strided<[?, 1], offset: ?>>
      %2 = llvm.getelementptr %args[1] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
      %3 = llvm.load %2 : !llvm.ptr -> !llvm.ptr
      %x = llvm.load %3 : !llvm.ptr -> f32
      ...
      %4 = llvm.getelementptr %args[2] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
      %5 = llvm.load %4 : !llvm.ptr -> !llvm.ptr
      llvm.store %y, %5 : f32, !llvm.ptr
      %ok = llvm.mlir.constant(0 : i32) : i32
      return %ok : i32
    }
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def ConvertParallelToOpenMP
    : Pass<"emb-convert-parallel-to-openmp", "::mlir::func::FuncOp"> {
  let summary = "Run parallel loops on OpenMP threads";
  let description = [{
    Turns the `scf.parallel` loops of an entry point into OpenMP loops with a
    static schedule over as many threads as the context asks for. Which thread
    runs an iteration has no influence on what it computes.

    - With `emb.work = N : i64` (about how many bytes an iteration moves) the
      loop stays on one thread where iterations x N is below `min-work`; where
      that is known here, the loop becomes serial. Without `emb.work` it always
      runs on all threads.
    - Of several dimensions the first one is parallel, the others are serial
      loops inside it. A parallel loop in a parallel loop becomes serial.
    - `memref.alloca` at the top of the body moves out of the loop: a thread
      takes the memory once. An alloca that cannot move (inside an inner loop,
      or of a size that the body computes) is an error, since the stack would
      grow with each iteration.
    - A loop with reductions is an error: their order, and so the rounding of
      floats, would depend on the threads.

    A remark for each loop tells the work per iteration and the threshold.

    ```mlir
    // Before
    scf.parallel (%i) = (%c0) to (%n) step (%c1) {
      %row = memref.alloca() : memref<8xf32>
      ...
      scf.reduce
    } {emb.work = 256 : i64}

    // After
    %0 = llvm.getelementptr %context[8] : (!llvm.ptr) -> !llvm.ptr, i8
    %threads = llvm.load %0 : !llvm.ptr -> i32
    ...
    %enough = arith.constant 256 : index
    %worthwhile = arith.cmpi sge, %n, %enough : index
    omp.parallel if(%worthwhile) num_threads(%threads : i32) {
      %row = memref.alloca() : memref<8xf32>
      omp.wsloop nowait {
        omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
          ...
          omp.yield
        }
      }
      omp.terminator
    }
    ```
  }];
  let options = [
    Option<"minWork", "min-work", "int64_t", /*default=*/"65536",
           "Bytes from which on a loop runs on several threads">
  ];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect",
    "::mlir::omp::OpenMPDialect", "::mlir::scf::SCFDialect"
  ];
}

def ConvertReshapes : Pass<"emb-convert-reshapes", "::mlir::func::FuncOp"> {
  let summary = "Lower reshapes that make several dynamic extents out of one";
  let description = [{
    Upstream's `expand-strided-metadata` finds the extents of a
    `memref.expand_shape` by division, which works for one that is dynamic. Here
    they are those of `output_shape`. A `memref.expand_shape` with at most one
    dynamic extent for each dimension of its source stays.

    ```mlir
    // Before
    %r = memref.expand_shape %x [[0, 1]] output_shape [%n, %m]
      : memref<?xf32> into memref<?x?xf32>

    // After
    %base, %offset, %size, %stride = memref.extract_strided_metadata %x
      : memref<?xf32> -> memref<f32>, index, index, index
    %r = memref.reinterpret_cast %base to offset: [0], sizes: [%n, %m], strides: [%m, 1]
      : memref<f32> to memref<?x?xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect"];
}

def ConvertRuntime : Pass<"emb-convert-runtime", "::mlir::ModuleOp"> {
  let summary = "Lower checks, groups and allocations to runtime calls";
  let description = [{
    Makes calls of the runtime out of what may fail in an entry point. Where one
    fails, the function returns its status; the context has the message.

    | operation | call | status |
    |---|---|---|
    | entry of the function | `embCheckContext` | ABI mismatch |
    | `emb.check_indices` | `embCheckIndices` | invalid index |
    | `emb.check_offsets` | `embCheckOffsets` | invalid offsets |
    | `emb.check_equal` | `embCheckEqual`, only if unequal | invalid shape |
    | `cf.assert` | `embFail`, only if violated | invalid argument |
    | `emb.group` | `embGroup` | out of memory, invalid index or shape |
    | `memref.alloc` | `embAlloc` | out of memory |
    | `emb.profile_begin`, `emb.profile_end` | `embProfileBegin`, `embProfileEnd` | |

    Memory from `memref.alloc` belongs to the context, is 64-byte aligned and
    lives until the call ends (`memref.dealloc` disappears). A size that does
    not fit 64 bits is passed as 2^64 - 1, which the runtime refuses.

    Descriptors that the runtime reads are stored in stack slots of the entry
    block. Structured control flow must have been lowered: a failure is a branch
    to the one block that returns it. In a parallel loop there is no such
    branch, so these operations are an error there.

    ```mlir
    // Before
    emb.check_indices %ids, %n label "emb.gather: indices" : memref<?xi64, strided<[1], offset: ?>>
    %m = memref.alloc(%k) : memref<?x8xf32>

    // After
      %0 = builtin.unrealized_conversion_cast %ids : ... to !llvm.struct<...>
      llvm.store %0, %slot : !llvm.struct<...>, !llvm.ptr
      %status = llvm.call @embCheckIndices(%context, %label, %c64, %c1, %slot, %bound) : ... -> i32
      %ok = llvm.icmp "eq" %status, %c0 : i32
      cf.cond_br %ok weights([1048576, 1]), ^bb1, ^bb3(%status : i32)
    ^bb1:
      ...
      %memory = llvm.call @embAlloc(%context, %bytes) : (!llvm.ptr, i64) -> !llvm.ptr
      %had = llvm.icmp "ne" %memory, %null : !llvm.ptr
      cf.cond_br %had weights([1048576, 1]), ^bb2, ^bb3(%c3 : i32)
    ^bb2:
      ...
      return %c0 : i32
    ^bb3(%failure: i32):
      return %failure : i32
    ```
  }];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect",
    "::mlir::cf::ControlFlowDialect"
  ];
}

def DecomposeWrites : Pass<"emb-decompose-writes", "::mlir::func::FuncOp"> {
  let summary = "Express renorm and scatter_add as emb.update on memrefs";
  let description = [{
    Rewrites the writes that are optimizer rules in disguise to `emb.update`, so
    that one lowering serves all three. `emb.scatter_add` adds its one source.
    `emb.renorm` has no source, only a group: its rule reduces the row to its
    norm and selects, so that a row within the bound keeps its bits. With a NaN
    as `max_norm` or `norm_type` no row would ever change, and it is removed.

    Both need their `emb.group`.

    ```mlir
    // Before
    emb.renorm %i into %w max_norm 1.0 norm_type 1.0
      group(%rows, %bounds, %positions, %count : memref<3xi64>, memref<4xi64>, memref<3xi64>, index)
      : memref<3xi64>, memref<1000x8xf32>

    // After
    emb.update touched(%w : memref<1000x8xf32>) sources[]
        group(%rows, %bounds, %positions, %count : memref<3xi64>, memref<4xi64>, memref<3xi64>, index) {
    ^bb0(%x: f32, %g: f32):
      %0 = math.absf %x : f32
      %1 = emb.row_reduce add %0 : f32
      %norm = arith.extf %1 : f32 to f64
      %bound = arith.constant 1.0 : f64
      %longer = arith.cmpf ogt, %norm, %bound : f64
      %eps = arith.constant 1.0e-7 : f64
      %2 = arith.addf %norm, %eps : f64
      %3 = arith.divf %bound, %2 : f64
      %factor = arith.truncf %3 : f64 to f32
      %scaled = arith.mulf %x, %factor : f32
      %new = arith.select %longer, %scaled, %x : f32
      emb.yield %new : f32
    }
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect"];
}

def ExpandMath : Pass<"emb-expand-math", "::mlir::ModuleOp"> {
  let summary = "Lower arithmetic that upstream conversions approximate or lack";
  let description = [{
    `math.expm1` and `math.log1p` (of f64, once `emb-approximate-math` has run)
    become calls of the C library, one for each lane of a vector:
    `convert-math-to-llvm` would compute exp(x) - 1 and log(1 + x), which lose
    all digits near 0. `arith.ceildivsi`,
    `arith.ceildivui` and `arith.floordivsi`, which have no conversion to LLVM,
    become divisions with a correction; `math.clampf`, which has none either, a
    minimum and a maximum.

    Operations of `arith` and `math` on bf16 are computed in f32, and the
    conversions between the two become integer arithmetic: to nearest, ties to
    even, every NaN to the quiet NaN 0x7FC0. Processors that have an instruction
    for it return zero for a denormal, so that the numbers would depend on the
    host. f64 goes by way of f32, rounded once.

    ```mlir
    // Before
    %0 = math.expm1 %x : f32
    %1 = arith.addf %a, %b : bf16

    // After
    %0 = call @expm1f(%x) : (f32) -> f32
    %2 = arith.bitcast %a : bf16 to i16
    ...
    %5 = arith.bitcast %4 : i32 to f32
    ...
    %10 = arith.addf %5, %9 : f32
    %11 = arith.bitcast %10 : f32 to i32
    ...
    %1 = arith.bitcast %20 : i16 to bf16
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def InterchangeReductions
    : Pass<"emb-interchange-reductions", "::mlir::func::FuncOp"> {
  let summary = "Make the inner loop of a sum a parallel one";
  let description = [{
    LLVM does not vectorize a loop that sums floats: the order of the sum is
    part of its result. Exchanges the loops of each `linalg` operation on
    memrefs whose innermost loop reduces, so that the innermost one is a
    parallel loop along which the outputs are contiguous and each input is
    contiguous or does not change. The terms of each sum stay in their order, and
    so every bit.

    Where there is no such loop, as in a product with a transposed matrix, or
    where it has fewer than 8 iterations, the operation stays as it is.

    ```mlir
    // Before: c[i, j] += a[i, k] b[k, j], k innermost
    linalg.matmul ins(%a, %b : memref<?x?xf32>, memref<?x64xf32>)
      outs(%c : memref<?x64xf32>)

    // After: j innermost
    linalg.generic {
        indexing_maps = [affine_map<(i, k, j) -> (i, k)>,
                         affine_map<(i, k, j) -> (k, j)>,
                         affine_map<(i, k, j) -> (i, j)>],
        iterator_types = ["parallel", "reduction", "parallel"]}
        ins(%a, %b : memref<?x?xf32>, memref<?x64xf32>)
        outs(%c : memref<?x64xf32>) {
    ^bb0(%x: f32, %y: f32, %sum: f32):
      %p = arith.mulf %x, %y : f32
      %s = arith.addf %sum, %p : f32
      linalg.yield %s : f32
    }
    ```
  }];
}

def SplitReductions : Pass<"emb-split-reductions", "::mlir::func::FuncOp"> {
  let summary = "Compute functions of what is reduced in loops of their own";
  let description = [{
    LLVM does not vectorize a loop that sums floats: the order of the sum is
    part of its result. So that the functions of which the sum is taken are
    vectorized, this pass splits each `linalg.generic` on memrefs whose
    innermost loop reduces and whose body applies a function that
    `emb-approximate-math` computes to inputs alone. 256 elements at a time, one
    loop writes what is computed to a buffer on the stack, the next one reduces
    it. The order of the reduction, and so every bit, stays.

    Loops of fewer than 8 iterations stay, as does what is inside a parallel
    loop.

    ```mlir
    // Before
    linalg.generic {indexing_maps = [#ij, #i], iterator_types = ["parallel", "reduction"]}
        ins(%x : memref<?x1000xf32>) outs(%sums : memref<?xf32>) {
    ^bb0(%a: f32, %sum: f32):
      %e = math.exp %a : f32
      %s = arith.addf %sum, %e : f32
      linalg.yield %s : f32
    }

    // After (sizes at the end left out)
    %buffer = memref.alloca() {alignment = 64 : i64} : memref<256xf32>
    scf.for %i = %c0 to %n step %c1 {
      scf.for %j = %c0 to %c1000 step %c256 {
        %tile = memref.subview %x[%i, %j] [1, 256] [1, 1] : ...
        %sum = memref.subview %sums[%i] [1] [1] : ...
        linalg.generic {indexing_maps = [#ij, #j], iterator_types = ["parallel", "parallel"]}
            ins(%tile : ...) outs(%buffer : memref<256xf32>) {
        ^bb0(%a: f32, %o: f32):
          %e = math.exp %a : f32
          linalg.yield %e : f32
        }
        linalg.generic {indexing_maps = [#ij, #j, #i], iterator_types = ["parallel", "reduction"]}
            ins(%tile, %buffer : ..., memref<256xf32>) outs(%sum : ...) {
        ^bb0(%a: f32, %e: f32, %old: f32):
          %s = arith.addf %old, %e : f32
          linalg.yield %s : f32
        }
      }
    }
    ```
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

#endif // EMB_CONVERSION_PASSES_TD
