//===- ProfilePasses.td - Passes for profilers and debuggers -*- tablegen -*-=//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_CONVERSION_PROFILEPASSES_TD
#define EMB_CONVERSION_PROFILEPASSES_TD

include "mlir/Pass/PassBase.td"

def Instrument : Pass<"emb-instrument", "::mlir::func::FuncOp"> {
  let summary = "Time the operations that move data";
  let description = [{
    Puts `emb.profile_begin` and `emb.profile_end` around each operation on
    memrefs that moves data: those of `emb`, of `linalg`, and copies. Runs on
    request only, before operations become loops. The attribute `emb.regions`
    of the function tells the number of each region its name and place.

    The bytes of a region are computed when it ends, from the extents of its
    operands (Traffic.h): logical bytes, in which each lookup counts. What is
    left untimed, such as allocations and scalars, moves next to nothing;
    comparisons of extents (`emb.check_equal`) are among it.

    ```mlir
    // Before
    emb.gather %t[%i] outs(%r : memref<?x8xf32>) : memref<100x8xf32>, memref<?xi64>

    // After
    func.func @f(...) attributes {emb.regions = [{location = "f.mlir:3:8", name = "emb.gather"} ]} {
      ...
      emb.profile_begin 0
      emb.gather %t[%i] outs(%r : memref<?x8xf32>) : memref<100x8xf32>, memref<?xi64>
      %n = memref.dim %i, %c0 : memref<?xi64>
      ...
      emb.profile_end 0 bytes %bytes
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::emb::EmbDialect",
    "::mlir::memref::MemRefDialect", "::mlir::tensor::TensorDialect"
  ];
}

def TagLocations : Pass<"emb-tag-locations", "::mlir::func::FuncOp"> {
  let summary = "Remember in locations which operation code was made for";
  let description = [{
    Gives each operation of `emb` and `linalg` on memrefs, and what is in its
    region, a location in which the operation is a function that has been
    inlined into the function around it. All that is made of the operation later
    has that location, and `emb-add-debug-info` tells it to debuggers.

    ```mlir
    // Before
    emb.gather ... loc("f.mlir":3:8)

    // After
    emb.gather ... loc(callsite(fused<"emb.gather">["f.mlir":3:8] at "f.mlir":3:8))
    ```
  }];
}

def AddDebugInfo : Pass<"emb-add-debug-info", "::mlir::ModuleOp"> {
  let summary = "Make line tables of locations";
  let description = [{
    Gives each `llvm.func` with a body a subprogram for debuggers, and every
    operation in it a location that LLVM translates to a line of the source:
    its own, or that of the function where it has none. What `emb-tag-locations`
    has named becomes a subprogram that was inlined there.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // EMB_CONVERSION_PROFILEPASSES_TD
