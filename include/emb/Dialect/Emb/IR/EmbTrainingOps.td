//===- EmbTrainingOps.td - What to differentiate and train -*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIALECT_EMB_IR_EMBTRAININGOPS_TD
#define EMB_DIALECT_EMB_IR_EMBTRAININGOPS_TD

include "emb/Dialect/Emb/IR/EmbOpBase.td"
include "emb/Dialect/Emb/IR/EmbTrainingAttrs.td"
include "mlir/IR/SymbolInterfaces.td"

def Emb_TrainOp : Emb_Op<"train", [
    Symbol, DeclareOpInterfaceMethods<SymbolUserOpInterface>,
    HasParent<"::mlir::ModuleOp">]> { // train_c1
  let summary = "Declare a training step";
  let description = [{
    `emb-differentiate` puts a public function of this name in its place: one
    training step. The first result of `loss` is the loss, a float scalar or a
    rank-0 tensor of floats; other results are passed on. Arguments are known by
    their `emb.name`.

    The function takes the arguments of `loss`, each parameter followed by the
    states of its optimizer (named `<parameter>.<state>`), then the learning
    rates (f64, in the order of first mention; `lr` where a parameter names
    none) and `step` (i64, 1 for the first). It returns each parameter with its
    states, then the results of `loss`.

    What is named in `frozen` is a parameter that stays as it is. Other
    arguments are data. `loss` itself is left alone; it is dropped later if it is
    private. A table that it changes in place (`emb.renorm`) is changed further
    by the optimizer, without being returned by `loss`. A parameter that is looked up gets no dense gradient: it
    is an error if it is also used otherwise, unless it says `dense`.

    Gradients are those of the sum over duplicates. `clip_value` v clamps each
    element to [-v, v]. `clip_norm` m scales all gradients by
    `min(1, m / (norm + 1e-6))`, `norm` being the p-norm of all elements of all
    gradients, with p = `norm_type` (as `torch.nn.utils.clip_grad_norm_`).

    With `accumulate` the step goes through micro-batches: every tensor argument
    that is data has one more dimension in front, the number of micro-batches,
    and gradients and loss are means over them. Other results have that
    dimension in front.

    Example:

    ```mlir
    emb.train @step of @loss
      parameters("embedding.weight" = #emb.sparse_adam lr "lr.sparse",
                 "linear.weight" = #emb.adam<weight_decay = 0.1>)
      clip_norm 1.0

    func.func @loss(%t: tensor<?x8xf32> {emb.name = "embedding.weight"},
                    %w: tensor<8xf32> {emb.name = "linear.weight"},
                    %i: tensor<5xi64>) -> tensor<f32> {
      %e = emb.gather %t[%i] : tensor<?x8xf32>, tensor<5xi64> -> tensor<5x8xf32>
      %zero = arith.constant dense<0.0> : tensor<f32>
      %loss = linalg.generic {
          indexing_maps = [affine_map<(i, j) -> (i, j)>,
                           affine_map<(i, j) -> (j)>, affine_map<(i, j) -> ()>],
          iterator_types = ["reduction", "reduction"]}
          ins(%e, %w : tensor<5x8xf32>, tensor<8xf32>)
          outs(%zero : tensor<f32>) {
      ^bb0(%x: f32, %y: f32, %sum: f32):
        %p = arith.mulf %x, %y : f32
        %r = arith.addf %sum, %p : f32
        linalg.yield %r : f32
      } -> tensor<f32>
      return %loss : tensor<f32>
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, FlatSymbolRefAttr:$loss,
    TypedArrayAttrBase<Emb_ParameterAttr, "parameters">:$parameters,
    OptionalAttr<StrArrayAttr>:$frozen,
    OptionalAttr<F64Attr>:$clip_norm, OptionalAttr<F64Attr>:$norm_type,
    OptionalAttr<F64Attr>:$clip_value, UnitAttr:$accumulate);
  let assemblyFormat = [{
    $sym_name `of` $loss
    `parameters` `(` custom<Parameters>($parameters) `)`
    (`frozen` `(` custom<Names>($frozen)^ `)`)?
    (`clip_norm` $clip_norm^)? (`norm_type` $norm_type^)?
    (`clip_value` $clip_value^)? (`accumulate` $accumulate^)?
    attr-dict
  }];
  let hasVerifier = 1;
}

def Emb_GradientOp : Emb_Op<"gradient", [
    Symbol, DeclareOpInterfaceMethods<SymbolUserOpInterface>,
    HasParent<"::mlir::ModuleOp">]> { // gradient_c1
  let summary = "Declare the gradient of a function";
  let description = [{
    `emb-differentiate` puts a public function of this name in its place. It
    takes the arguments of `function`; it returns its results, followed by the
    gradient by each argument in `wrt` (a name is its `emb.name`), in the type
    of that argument. A gradient by a table is dense here.

    The gradient is that of the first result, a float scalar or rank-0 tensor.
    With `seeded` it is that of the sum of all results of floats, each
    multiplied by one more argument of its type (the gradient that arrives at
    it), so the function computes a vector-Jacobian product. These arguments are
    named `grad_output`, or `grad_output.0` and so on if there are several; where
    the function has an argument of that name, `<declaration>.grad_output`. They
    are never written.

    Example:

    ```mlir
    emb.gradient @dlookup of @lookup wrt("table") seeded

    func.func @lookup(%t: tensor<?x8xf32> {emb.name = "table"},
                      %i: tensor<5xi64>) -> tensor<5x8xf32> {
      %r = emb.gather %t[%i] : tensor<?x8xf32>, tensor<5xi64> -> tensor<5x8xf32>
      return %r : tensor<5x8xf32>
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, FlatSymbolRefAttr:$function,
    StrArrayAttr:$wrt, UnitAttr:$seeded);
  let assemblyFormat = [{
    $sym_name `of` $function `wrt` `(` custom<Names>($wrt) `)`
    (`seeded` $seeded^)? attr-dict
  }];
  let hasVerifier = 1;
}

def Emb_ApplyGradientOp : Emb_Op<"apply_gradient", [
    Pure, AttrSizedOperandSegments,
    AllTypesMatch<["inits", "results"]>]> {
  let summary = "One step of an optimizer";
  let description = [{
    Applies `optimizer` to `inits`, a parameter and its states, with the
    gradient that the sources add up to (as in `emb.update`) or with a dense
    `gradient` of the parameter's shape. Every element of the gradient, after
    duplicates are summed, is multiplied by `scale` and clamped to
    [-`clip_value`, `clip_value`] where these are given.

    `emb-fuse-update` turns it into one `emb.update`, or one `linalg.generic`
    for a dense gradient.

    Example:

    ```mlir
    %w1, %h1 = emb.apply_gradient #emb.adagrad
      to(%w, %h : tensor<1000x8xf32>, tensor<1000x8xf32>)
      sources[%i : tensor<5xi64> -> %g : tensor<5x8xf32>] lr(%lr) step(%step)
    ```
  }];
  let arguments = !con((ins
    AnyAttr:$optimizer,
    Variadic<RankedTensorOf<[F16, BF16, F32, F64]>>:$inits
  ), Emb_Sources<>.operands, (ins
    Optional<RankedTensorOf<[F16, BF16, F32, F64]>>:$gradient,
    F64:$lr, I64:$step, Optional<F64>:$scale
  ), Emb_Sources<>.attributes, (ins
    OptionalAttr<F64Attr>:$clip_value
  ));
  let results = (outs
    Variadic<RankedTensorOf<[F16, BF16, F32, F64]>>:$results);
  let assemblyFormat = [{
    $optimizer `to` `(` $inits `:` type($inits) `)`
    custom<Sources>($indices, type($indices), $gradients, type($gradients),
                    $maps, type($maps), $scales, type($scales),
                    $winners, type($winners), $source_parts, $source_paddings)
    (`gradient` `(` $gradient^ `:` type($gradient) `)`)?
    `lr` `(` $lr `)` `step` `(` $step `)` (`scale` `(` $scale^ `)`)?
    (`clip_value` $clip_value^)? attr-dict
  }];
  let skipDefaultBuilders = 1;
  let builders = [
    // With sources, or with a dense gradient and no source.
    OpBuilder<(ins "Attribute":$optimizer, "ValueRange":$inits,
      "ArrayRef<GradientSource>":$sources, "Value":$gradient, "Value":$lr,
      "Value":$step, CArg<"Value", "{}">:$scale,
      CArg<"FloatAttr", "{}">:$clipValue)>
  ];
  let extraClassDeclaration = [{
    SmallVector<GradientSource> getSources();
    Value getParameter() { return getInits().front(); }
    OperandRange getStates() { return getInits().drop_front(); }
  }];
  let hasVerifier = 1;
}

def Emb_DetachOp : Emb_Op<"detach", [
    Pure, SameOperandsAndResultType,
    DeclareOpInterfaceMethods<DifferentiableOpInterface, ["isDifferentiable"]>]> {
  let summary = "A value that no gradient passes";
  let description = [{
    The operand, as a constant to differentiation (`torch.Tensor.detach`).
    `emb-differentiate` removes it.

    Example:

    ```mlir
    %r = emb.detach %x : tensor<4xf32>
    ```
  }];
  let arguments = (ins AnyType:$operand);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$operand attr-dict `:` type($operand)";
}

#endif // EMB_DIALECT_EMB_IR_EMBTRAININGOPS_TD
