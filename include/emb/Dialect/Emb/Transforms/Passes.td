//===- Passes.td - Passes on emb operations ----------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Keep alphabetical.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIALECT_EMB_TRANSFORMS_PASSES_TD
#define EMB_DIALECT_EMB_TRANSFORMS_PASSES_TD

include "emb/Dialect/Emb/Transforms/LookupPasses.td"
include "mlir/Pass/PassBase.td"

def CarryInPlace : Pass<"emb-carry-in-place", "::mlir::ModuleOp"> {
  let summary = "Keep what loops carry in one buffer";
  let description = [{
    Makes each iteration of an `scf.for` leave the tensors that it yields where
    it found those it was given, so that a loop takes no memory by iterations.

    An operation that computes a yielded tensor into `tensor.empty` (or into a
    constant) writes to the carried one instead. It may read that, element by
    element; bufferization then works in place.

    ```mlir
    %r = scf.for %i = %c0 to %n step %c1 iter_args(%sum = %zero) -> (tensor<4xf32>) {
      %e = tensor.empty() : tensor<4xf32>
      %next = linalg.add ins(%sum, %x : ...) outs(%e : tensor<4xf32>) -> tensor<4xf32>
      scf.yield %next : tensor<4xf32>
    }
    ```

    becomes

    ```mlir
    %r = scf.for %i = %c0 to %n step %c1 iter_args(%sum = %zero) -> (tensor<4xf32>) {
      %next = linalg.add ins(%sum, %x : ...) outs(%sum : tensor<4xf32>) -> tensor<4xf32>
      scf.yield %next : tensor<4xf32>
    }
    ```

    What cannot be computed in place, because the old value is still read, is
    copied there at the end of the iteration with
    `bufferization.materialize_in_destination`; values that change places are
    saved first. A tensor whose extents are not known to be the same in every
    iteration is left alone, with a remark, and so is one that a branch takes
    either from the loop or from elsewhere, if bufferization refuses the copy.
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect",
                           "::mlir::linalg::LinalgDialect"];
}

def ConvertElementwise
    : Pass<"emb-convert-elementwise", "::mlir::func::FuncOp"> {
  let summary = "Turn elementwise operations on tensors into linalg.generic";
  let description = [{
    Rewrites `arith`, `math` and other elementwise operations on ranked tensors
    to `linalg.generic` with a destination of its own. (Upstream's
    `convert-elementwise-to-linalg` takes an operand as destination, which
    would make a function that returns the result update its argument.)

    ```mlir
    %c = arith.addf %a, %b : tensor<4xf32>
    ```

    becomes

    ```mlir
    %e = tensor.empty() : tensor<4xf32>
    %c = linalg.generic ... ins(%a, %b : ...) outs(%e : tensor<4xf32>) {
    ^bb0(%x: f32, %y: f32, %o: f32):
      %z = arith.addf %x, %y : f32
      linalg.yield %z : f32
    } -> tensor<4xf32>
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def FoldBagMaps : Pass<"emb-fold-bag-maps", "::mlir::func::FuncOp"> {
  let summary = "Sort the bags of indices in place of their numbers";
  let description = [{
    The gradient of a bag has a row for each bag, and an `emb.update` finds that
    of an occurrence through a map: the number of the row of 2-D indices, or
    `emb.offset2bag` of the offsets. Where that is all that an `emb.group` is
    read for, its positions become the bags (`by_bag`), as wide as the numbers
    of the map, which is not made any more, nor read in the order of the sort.

    Updates of one source without scale and winners allow it, if their maps are
    the same; operations that visit rows only (`emb.renorm`) do not mind. Any
    other reader of the positions needs the numbers of occurrences: then the
    group stays as it is, with a remark, since a second sort costs more than the
    map.

    ```mlir
    %map = emb.offset2bag %o[%n] : tensor<?xi64>, index -> tensor<?xi32>
    %rows, %bounds, %positions, %count = emb.group(%i : tensor<?xi64>) -> ...
    %w1 = emb.update touched(%w : tensor<9x8xf32>)
        sources[%i : tensor<?xi64> -> %g : tensor<?x8xf32> map %map : tensor<?xi32>]
        group(%rows, %bounds, %positions, %count : ...) {
      ...
    ```

    becomes

    ```mlir
    %rows, %bounds, %positions, %count = emb.group(%i : tensor<?xi64>)
        offsets(%o : tensor<?xi64>) {by_bag} -> ...
    %w1 = emb.update touched(%w : tensor<9x8xf32>)
        sources[%i : tensor<?xi64> -> %g : tensor<?x8xf32>]
        group(%rows, %bounds, %positions, %count : ...)
        attributes {mapped_group} {
      ...
    ```
  }];
}

def FoldZeros : Pass<"emb-fold-zeros", "::mlir::func::FuncOp"> {
  let summary = "Drop zeros that nothing is added to, or nobody reads";
  let description = [{
    The gradient of a tensor of which slices are read begins with zeros, and the
    gradient of each slice is added to its part. Where that part is still zero,
    the addition goes: the slice lies beside those that were inserted before, or
    a loop visits each slice once, at an offset of extent 1 that is the induction
    variable, or its sum or difference with what the loop does not change. A
    gradient of -0 stays -0 then, where the sum would be +0.

    Zeros of which every element is overwritten before it is read, by slices that
    follow each other in one dimension or by a loop that writes one of them in
    each iteration, are left out: the tensor begins as `tensor.empty`.

    Offsets are known, too, where they are constants that `emb.check_indices`
    checks, and where a slice begins at `arith.minsi` of the extent and a
    constant and goes to the end.

    ```mlir
    // Before
    %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?x8xf32>) -> tensor<?x8xf32>
    %0 = tensor.insert_slice %a into %z[0, 4] [%n, 4] [1, 1] : tensor<?x4xf32> into tensor<?x8xf32>
    %1 = tensor.extract_slice %0[0, 0] [%n, 4] [1, 1] : tensor<?x8xf32> to tensor<?x4xf32>
    %2 = linalg.add ins(%1, %b : tensor<?x4xf32>, tensor<?x4xf32>) outs(%1 : tensor<?x4xf32>) -> tensor<?x4xf32>
    %3 = tensor.insert_slice %2 into %0[0, 0] [%n, 4] [1, 1] : tensor<?x4xf32> into tensor<?x8xf32>

    // After
    %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?x8xf32>) -> tensor<?x8xf32>
    %0 = tensor.insert_slice %a into %z[0, 4] [%n, 4] [1, 1] : tensor<?x4xf32> into tensor<?x8xf32>
    %3 = tensor.insert_slice %b into %0[0, 0] [%n, 4] [1, 1] : tensor<?x4xf32> into tensor<?x8xf32>
    ```
  }];
}

def HoistAllocations
    : Pass<"emb-hoist-allocations", "::mlir::func::FuncOp"> {
  let summary = "Acquire workspaces before the first write to an argument";
  let description = [{
    Moves every `memref.alloc`, with the computation of its extents, before the
    first operation that writes an argument of the function, so that running
    out of memory leaves the arguments as they were. A function that writes no
    argument is left alone.

    An allocation that cannot be moved (in a loop, or of an extent that is
    computed from memory) is an error where it comes after the first write.

    ```mlir
    func.func @f(%w: memref<8x4xf32> {emb.written}, %a: memref<?x4xf32>) {
      linalg.add ins(%w, %w : memref<8x4xf32>, memref<8x4xf32>)
        outs(%w : memref<8x4xf32>)
      %c0 = arith.constant 0 : index
      %n = memref.dim %a, %c0 : memref<?x4xf32>
      %t = memref.alloc(%n) : memref<?x4xf32>   // moves before linalg.add
      ...
    }
    ```
  }];
}

def HoistChecks : Pass<"emb-hoist-checks", "::mlir::func::FuncOp"> {
  let summary = "Check everything before the first write to an argument";
  let description = [{
    A step that fails must leave its arguments as they were. Moves each check
    (`emb.check_indices`, `emb.check_offsets`, `emb.check_equal`), with the
    operations it needs, before the first operation that writes an argument
    whose new value the function returns, and before the first `emb.group`,
    so that nothing is sorted in vain. A check inside `scf.if` keeps its
    condition. A check inside a loop becomes one check of the whole tensor of
    which the loop reads slices, under the condition that an `scf.for` runs at
    all.

    What a check needs must not depend on a table that is written in the same
    function: that is an error, and so is a check in a loop whose operand is
    not a slice of a tensor from outside the loop, if the function writes an
    argument. So is one that needs an operation of a branch or loop which may be
    undefined elsewhere, such as a division.

    ```mlir
    %w1 = emb.scatter_add %g[%i] into %w : ...
    %n = tensor.dim %v, %c0 : tensor<?x8xf32>
    %j = emb.check_indices %k, %n label "emb.gather: indices" : tensor<3xi64>
    ```

    becomes

    ```mlir
    %n = tensor.dim %v, %c0 : tensor<?x8xf32>
    %j = emb.check_indices %k, %n label "emb.gather: indices" : tensor<3xi64>
    %w1 = emb.scatter_add %g[%i] into %w : ...
    ```
  }];
}

def InsertChecks : Pass<"emb-insert-checks", "::mlir::func::FuncOp"> {
  let summary = "Guard operations with the conditions they rely on";
  let description = [{
    Adds `emb.check_indices`, `emb.check_offsets` and `emb.check_equal` before
    every `emb` operation that relies on them (through `CheckedOpInterface`).
    Conditions that the types decide get no check; `emb-insert-loop-checks`
    guards `linalg` operations.

    A `group` that is given must be the `emb.group` of the operation's own indices,
    with their padding; another one is an error.

    ```mlir
    %r = emb.gather %t[%i] : tensor<?x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
    ```

    becomes

    ```mlir
    %n = tensor.dim %t, %c0 : tensor<?x8xf32>
    %j = emb.check_indices %i, %n
      label "emb.gather: indices (argument 1)" : tensor<3xi64>
    %r = emb.gather %t[%j] : tensor<?x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::emb::EmbDialect",
                           "::mlir::tensor::TensorDialect"];
}

def InsertLoopChecks : Pass<"emb-insert-loop-checks", "::mlir::func::FuncOp"> {
  let summary = "Guard linalg operations whose operands must agree in extents";
  let description = [{
    Adds an `emb.check_equal` before every `linalg` operation for each dynamic
    extent of an operand that one loop runs over together with that of another
    operand. It comes before `emb-fuse-elementwise`: the message names the
    operation as it was written, where its operands still are its own. What is
    fused needs no check then.

    ```mlir
    %r = linalg.add ins(%a, %b : tensor<?xf32>, tensor<8xf32>)
                    outs(%o : tensor<8xf32>) -> tensor<8xf32>
    ```

    becomes

    ```mlir
    %n = tensor.dim %a, %c0 : tensor<?xf32>
    emb.check_equal %c8, %n
      label "linalg.add: operand 1, dimension 0 (argument 1)"
    %r = linalg.add ins(%a, %b : tensor<?xf32>, tensor<8xf32>)
                    outs(%o : tensor<8xf32>) -> tensor<8xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::emb::EmbDialect",
                           "::mlir::tensor::TensorDialect"];
}

def MarkWrittenArguments
    : Pass<"emb-mark-written-arguments", "::mlir::func::FuncOp"> {
  let summary = "Decide which arguments a function updates in place";
  let description = [{
    An argument is updated in place if and only if the function returns its new
    value: the chain from a returned tensor back through destinations, loops,
    branches and checks ends at the argument and contains a write. Such an
    argument gets `emb.written`; every other tensor argument gets
    `bufferization.writable = false`, so that the caller's memory is never a
    scratch pad.
  }];
}

def MaterializeDestinations
    : Pass<"emb-materialize-destinations", "::mlir::func::FuncOp"> {
  let summary = "Give every read a destination";
  let description = [{
    Adds `outs(tensor.empty)` of the result's shape to every `emb.gather`,
    `emb.bag`, `emb.group` and `emb.offset2bag` that has none. Each `linalg`
    operation that adds to a constant tensor (`linalg.fill`) gets one of its own:
    of one for several, all but the last would add to copies.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def MaterializeGroups
    : Pass<"emb-materialize-groups", "::mlir::func::FuncOp"> {
  let summary = "Make the sort of a write an operation of its own";
  let description = [{
    Gives every `emb.renorm`, `emb.scatter_add` and `emb.update` that has none
    its `group`: an `emb.group` of its indices without padding. CSE then leaves
    one group for everything that visits the same rows: the renorm before a
    lookup, the frequency of each index, the norm of the gradients, the updates
    of several tables with the same indices.

    Groups stay apart where they differ: in the padding that they leave out (a
    renorm visits the padding row, the update does not), or in the order of
    several index tensors, which is the order in which gradients are summed.

    ```mlir
    %w1 = emb.scatter_add %g[%i] into %w : ...
    ```

    becomes

    ```mlir
    %rows, %bounds, %positions, %count = emb.group(%i : tensor<3xi64>)
      -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
    %w1 = emb.scatter_add %g[%i] into %w
      group(%rows, %bounds, %positions, %count : ...) : ...
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::tensor::TensorDialect"];
}

def OneShotBufferize
    : Pass<"emb-one-shot-bufferize", "::mlir::ModuleOp"> {
  let summary = "Turn tensors into memrefs across function boundaries";
  let description = [{
    One-shot bufferization with the layouts of the project: every tensor
    argument becomes a memref whose innermost stride is 1 and whose other
    strides and offset are free, so that rows can be read and written with
    vector loads and stores. An argument with the attribute `emb.strided` has no
    known stride at all: it may be a transposed table or every other column of
    one. A result that may have another innermost stride than 1 (a column, or
    what branches of different layouts yield) is copied, unless it is the new
    value of such an argument.
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect",
                           "::mlir::memref::MemRefDialect"];
}

def ScheduleWrites : Pass<"emb-schedule-writes", "::mlir::func::FuncOp"> {
  let summary = "Move reads of a table before the write that replaces it";
  let description = [{
    Bufferization takes the order of the text: a read of the old value of a
    table after its update copies the whole table, the same read before it
    copies nothing. Moves every read of a value that is overwritten before the
    operation that overwrites it, where the read does not depend on the result
    of that operation.

    ```mlir
    %w1 = emb.scatter_add %g[%i] into %w : ...
    %r = emb.gather %w[%k] : ...
    ```

    becomes

    ```mlir
    %r = emb.gather %w[%k] : ...
    %w1 = emb.scatter_add %g[%i] into %w : ...
    ```

    Every `emb.group` moves before the first write as well, since it may run out
    of memory: out of branches, whose condition it keeps, and out of loops, whose
    condition is that they run at all. Where its indices are not known there, as
    those of each iteration, it is an error.

    ```mlir
    %r = scf.if %c -> (tensor<9x8xf32>) {
      %rows, %bounds, %positions, %count = emb.group(%i : tensor<3xi64>) -> ...
      %w1 = emb.scatter_add %g[%i] into %w group(%rows, ...) : ...
      scf.yield %w1 : tensor<9x8xf32>
    } else {
      scf.yield %w : tensor<9x8xf32>
    }
    ```

    becomes

    ```mlir
    %e0 = tensor.empty() : tensor<3xi64>
    ...
    %rows, %bounds, %positions, %count = scf.if %c -> (...) {
      %q:3, %n = emb.group(%i : tensor<3xi64>) outs(%e0, %e1, %e2 : ...) -> ...
      scf.yield %q#0, %q#1, %q#2, %n : ...
    } else {
      scf.yield %e0, %e1, %e2, %c0 : ...
    }
    %r = scf.if %c -> (tensor<9x8xf32>) {
      %w1 = emb.scatter_add %g[%i] into %w group(%rows, ...) : ...
      ...
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::scf::SCFDialect",
                           "::mlir::tensor::TensorDialect"];
}

def VerifyInPlace : Pass<"emb-verify-in-place", "::mlir::ModuleOp"> {
  let summary = "Refuse to copy a table";
  let description = [{
    Runs the analysis of one-shot bufferization and reports an error for each
    write to a table, or to an optimizer state, that would need a copy of it,
    naming the read that still needs the old value. A table is a value that
    comes from an argument which an `emb` operation uses as its table or state.
    The same goes for every other argument whose new value the function returns:
    the caller finds it in the argument.

    `bufferization.alloc_tensor() copy(%w)` asks for a copy and is allowed; a
    remark gives its size.
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect"];
}

#endif // EMB_DIALECT_EMB_TRANSFORMS_PASSES_TD
