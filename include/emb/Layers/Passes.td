//===- Passes.td - Passes on layers ------------------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Keep alphabetical.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LAYERS_PASSES_TD
#define EMB_LAYERS_PASSES_TD

include "mlir/Pass/PassBase.td"

def DefineLayers : Pass<"emb-define-layers", "::mlir::ModuleOp"> {
  let summary = "Give declared layers and losses their bodies";
  let description = [{
    Gives every private function with the attribute `emb.layer` a body: the
    layer or loss that the attribute names, for the types that the function
    declares. What each takes and computes: layers.md. The body is of `linalg`,
    `arith`, `math`, `tensor` and `scf`, and with the checks of extents and
    labels that only the run can decide. The inliner puts it where it is called.

    A result may be declared with more or fewer static extents than the layer
    has, and a loss as `tensor<f32>` or `f32`. Types that do not fit are errors
    at the function, as is an attribute that is no layer.

    ```mlir
    func.func private @linear(tensor<?x3xf32>, tensor<2x3xf32>, tensor<2xf32>)
        -> tensor<?x2xf32> attributes {emb.layer = #emb.linear}
    ```

    becomes

    ```mlir
    func.func private @linear(%x: tensor<?x3xf32>, %w: tensor<2x3xf32>,
                              %b: tensor<2xf32>) -> tensor<?x2xf32> {
      %c0 = arith.constant 0 : index
      %n = tensor.dim %x, %c0 : tensor<?x3xf32>
      %e = tensor.empty(%n) : tensor<?x2xf32>
      %r = linalg.broadcast ins(%b : tensor<2xf32>)
        outs(%e : tensor<?x2xf32>) dimensions = [0]
      %y = linalg.matmul
        indexing_maps = [affine_map<(i, j, k) -> (i, k)>,
                         affine_map<(i, j, k) -> (j, k)>,
                         affine_map<(i, j, k) -> (i, j)>]
        ins(%x, %w : tensor<?x3xf32>, tensor<2x3xf32>)
        outs(%r : tensor<?x2xf32>) -> tensor<?x2xf32>
      return %y : tensor<?x2xf32>
    }
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::emb::EmbDialect",
                           "::mlir::linalg::LinalgDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::scf::SCFDialect",
                           "::mlir::tensor::TensorDialect"];
}

#endif // EMB_LAYERS_PASSES_TD
