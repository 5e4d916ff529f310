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
    Rewrites each public function to `(context, arguments) -> status`.
  }];
}

def ConvertParallelToOpenMP
    : Pass<"emb-convert-parallel-to-openmp", "::mlir::func::FuncOp"> {
  let summary = "Run parallel loops on OpenMP threads";
  let description = [{
    Lowers `scf.parallel` to `omp.parallel` and `omp.wsloop`.
  }];
}

def ConvertRuntime : Pass<"emb-convert-runtime", "::mlir::ModuleOp"> {
  let summary = "Lower checks, groups and allocations to runtime calls";
  let description = [{
    Lowers checks, groups and allocations to calls whose failure ends the function with a status.
  }];
}

def DecomposeWrites : Pass<"emb-decompose-writes", "::mlir::func::FuncOp"> {
  let summary = "Express renorm and scatter_add as emb.update on memrefs";
  let description = [{
    Rewrites `emb.renorm` and `emb.scatter_add` to `emb.update`.
  }];
}

#endif // EMB_CONVERSION_PASSES_TD
