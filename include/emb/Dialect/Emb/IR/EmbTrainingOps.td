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

    An optimizer is an attribute such as `#emb.sgd` or the symbol of an
    `emb.optimizer`.

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

def Emb_OptimizerOp : Emb_Op<"optimizer", [
    Symbol, IsolatedFromAbove, SingleBlockImplicitTerminator<"YieldOp">,
    HasParent<"::mlir::ModuleOp">]> { // optimizer_c1
  let summary = "Declare an optimizer of one's own";
  let description = [{
    `emb.train` and `emb.apply_gradient` take its symbol where they take
    `#emb.adam`, for as many parameters as one likes. `emb-fuse-update` makes
    the region of an `emb.update` of it, so the code is that of the named
    optimizers, and removes the declaration once nothing uses it.

    `states` are what the optimizer keeps for a parameter, each with the value
    of all its elements before the first step; with `per_row` a table has one
    value for each of its rows. `touched` visits the rows that have gradient,
    `all` visits every row, with gradient 0 where there is none.

    `scalars` runs once per step, in f64, outside of the rows: from the learning
    rate and the number of the step (1 for the first) it makes what the rule
    needs of them. Without it that is the learning rate.

    `update` is the rule, as in `emb.update` for one element: from the weight,
    the states, the gradient and the scalars (each rounded once) it makes the
    new weight and the new states. All are f32, for parameters of f16, bf16 or
    f32, or f64, for those of f64. `emb.row_reduce` is the only way to see the
    other columns of the row; what is yielded for a state `per_row` must be the
    same in all of them. For parameters with a dense gradient neither is
    possible.

    Example: Adagrad with the norm of the row in place of the element, and a
    rate that falls with the root of the step.

    ```mlir
    emb.optimizer @row_adagrad touched states("sum" per_row = 0.0)
    scalars {
    ^bb0(%lr: f64, %step: f64):
      %root = math.sqrt %step : f64
      %rate = arith.divf %lr, %root : f64
      emb.yield %rate : f64
    } update {
    ^bb0(%w: f32, %sum: f32, %g: f32, %rate: f32):
      %g2 = arith.mulf %g, %g : f32
      %norm2 = emb.row_reduce add %g2 : f32
      %sum1 = arith.addf %sum, %norm2 : f32
      %root = math.sqrt %sum1 : f32
      %direction = arith.divf %g, %root : f32
      %change = arith.mulf %rate, %direction : f32
      %w1 = arith.subf %w, %change : f32
      emb.yield %w1, %sum1 : f32, f32
    }

    emb.train @row_adagrad_step of @row_loss parameters("table" = @row_adagrad)
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, Emb_UpdateRows:$rows,
    DefaultValuedAttr<TypedArrayAttrBase<Emb_StateAttr, "states">,
                      "{}">:$states);
  let regions = (region MaxSizedRegion<1>:$scalars, SizedRegion<1>:$update);
  let assemblyFormat = [{
    $sym_name $rows (`states` `(` custom<States>($states)^ `)`)?
    attr-dict-with-keyword
    (`scalars` $scalars^)? `update` $update
  }];
  let extraClassDeclaration = [{
    /// f32 or f64: the type of the rule's values.
    FloatType getElementType();
    /// How many scalars the rule takes.
    unsigned getNumScalars();
    /// Whether the rule sees other columns.
    bool reducesRows();
  }];
  let hasRegionVerifier = 1;
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
    DeclareOpInterfaceMethods<SymbolUserOpInterface>,
    AllTypesMatch<["inits", "results"]>]> {
  let summary = "One step of an optimizer";
  let description = [{
    Applies `optimizer`, an attribute such as `#emb.sgd` or the symbol of an
    `emb.optimizer`, to `inits`, a parameter and its states, with the
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
