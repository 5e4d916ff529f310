//===- Passes.td - From declarations to training steps -----*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Keep alphabetical.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIFFERENTIATION_PASSES_TD
#define EMB_DIFFERENTIATION_PASSES_TD

include "mlir/Pass/PassBase.td"

def Differentiate : Pass<"emb-differentiate", "::mlir::ModuleOp"> {
  let summary = "Turn declarations into gradients and training steps";
  let description = [{
    Puts a function in the place of every `emb.train` and `emb.gradient`:
    reverse-mode differentiation of a copy of the function that the declaration
    names, with calls inlined. Then removes every `emb.detach`.

    What an operation contributes is said by its `DifferentiableOpInterface`;
    the engine knows no operation. Code is made only for what is active: what
    depends on a parameter and influences the loss. An active operation without
    a rule is an error there that names the path from the parameter to the loss.

    The gradient of a table is a list of sources until something asks for it as
    a tensor. In a training step that is an error, unless the declaration of the
    parameter says `dense`.

    ```mlir
    emb.gradient @df of @f wrt("x")
    func.func @f(%x: f64 {emb.name = "x"}) -> f64 {
      %y = math.exp %x : f64
      return %y : f64
    }
    ```

    becomes

    ```mlir
    func.func @df(%x: f64 {emb.name = "x"}) -> (f64, f64) {
      %y = math.exp %x : f64
      return %y, %y : f64, f64
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

#endif // EMB_DIFFERENTIATION_PASSES_TD
