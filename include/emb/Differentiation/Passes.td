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
    "::mlir::arith::ArithDialect",
    "::mlir::bufferization::BufferizationDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect",
    "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"
  ];
}

def FuseUpdate : Pass<"emb-fuse-update", "::mlir::ModuleOp"> {
  let summary = "Turn steps of optimizers into updates";
  let description = [{
    Rewrites every `emb.apply_gradient`: with sources to one `emb.update` of the
    rows that the optimizer moves, whose region is its rule; with a dense
    gradient to one `linalg.generic` with the same rule. Scaling and clamping of
    the gradient become part of the rule, so they see the sum over duplicates.
    What the rule needs of learning rate and step is computed in f64 outside.

    The rule of an `emb.optimizer` is copied; the declaration is removed if
    nothing uses it any more.

    Options that PyTorch refuses are errors, as are states that are not those of
    the optimizer, and optimizers that cannot take a dense gradient.

    ```mlir
    %w1 = emb.apply_gradient #emb.sgd to(%w : tensor<1000x8xf32>)
      sources[%i : tensor<5xi64> -> %g : tensor<5x8xf32>] lr(%lr) step(%step)
    ```

    becomes

    ```mlir
    %w1 = emb.update touched(%w : tensor<1000x8xf32>)
        sources[%i : tensor<5xi64> -> %g : tensor<5x8xf32>] scalars(%lr : f64) {
    ^bb0(%x: f32, %d: f32, %rate: f32):
      %s = arith.mulf %rate, %d : f32
      %y = arith.subf %x, %s : f32
      emb.yield %y : f32
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect"
  ];
}

#endif // EMB_DIFFERENTIATION_PASSES_TD
