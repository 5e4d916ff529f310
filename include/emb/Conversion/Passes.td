//===- Passes.td - Conversion passes -----------------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Keep alphabetical.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_CONVERSION_PASSES_TD
#define EMB_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertEmbToLoops : Pass<"emb-convert-to-loops", "::mlir::func::FuncOp"> {
  let summary = "Lower emb operations on memrefs to loops over rows";
  let description = [{
    Lowers `emb.gather`, `emb.bag`, `emb.offset2bag` and `emb.update` to loops over rows (`scf.parallel`
    over bags or rows) whose bodies are contiguous vector loads and stores.
  }];
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
      `strided<[?, ..., ?, 1], offset: ?>`, since its caller chooses these; a
      result may have any strided layout;
    - `i1` takes a byte, 0 or not 0 in arguments and 0 or 1 in results; `index`
      is `i64`; other scalars (f16, bf16, f32, f64, i8, i16, i32, i64) are
      themselves.

    What the host needs to know is kept in two attributes: `emb.arguments` and
    `emb.results`, with the types of tensors and scalars, the names (`emb.name`)
    and which tensors are updated in place (`emb.written`).

    Private functions are erased; one that is still called could not be inlined,
    which is an error, as is a call of a function without a body.

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
    Rewrites `emb.renorm` and `emb.scatter_add` to `emb.update`.
  }];
}

def ExpandMath : Pass<"emb-expand-math", "::mlir::ModuleOp"> {
  let summary = "Lower arithmetic that upstream conversions approximate or lack";
  let description = [{
    `math.expm1` and `math.log1p` become calls of the C library, one for each
    lane of a vector: `convert-math-to-llvm` would compute exp(x) - 1 and
    log(1 + x), which lose all digits near 0. `arith.ceildivsi`,
    `arith.ceildivui` and `arith.floordivsi`, which have no conversion to LLVM,
    become divisions with a correction.

    ```mlir
    // Before
    %0 = math.expm1 %x : f32

    // After
    %0 = call @expm1f(%x) : (f32) -> f32
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::vector::VectorDialect"
  ];
}

#endif // EMB_CONVERSION_PASSES_TD
