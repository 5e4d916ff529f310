//===- EmbWriteOps.td - Operations that change tables ------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIALECT_EMB_IR_EMBWRITEOPS_TD
#define EMB_DIALECT_EMB_IR_EMBWRITEOPS_TD

include "emb/Dialect/Emb/IR/EmbOpBase.td"

def Emb_RenormOp : Emb_WriteOp<"renorm", [
    DeclareOpInterfaceMethods<DifferentiableOpInterface,
                              ["propagateGradient", "getNewVersion"]>]> {
  let summary = "Scale the touched rows whose norm exceeds a bound";
  let description = [{
    For every distinct row r of `indices`, each once, in ascending order:

    ```
    n = ||init[r]||_p, rounded to the table's element type
    if n > max_norm: result[r] = init[r] * (max_norm / (n + 1e-7))
    ```

    as `torch.nn.Embedding` does for `max_norm` and `norm_type`. The comparison
    and the factor are computed in f64; the factor is rounded to the element
    type. The norm is the number of nonzeros for p = 0, the largest absolute
    value for p = inf, the smallest for p = -inf, and
    `(sum over d of |x[d]|^p)^(1/p)` for any other p, accumulated in the
    compute type. A row with a NaN compares false and stays (p = 0 counts the
    NaN as a nonzero). Other rows keep their bits.

    Duplicate indices change a row once. Out of range: undefined without a
    check.

    It is not differentiated, as in PyTorch: the gradient of the result is that
    of the table, and a training step updates the result.

    `group` may give the `emb.group` of `indices`.

    Example:

    ```mlir
    %w1 = emb.renorm %i into %w0 max_norm 1.0 norm_type 2.0
      : tensor<3xi64>, tensor<1000x8xf32>
    ```
  }];
  let arguments = (ins
    Arg<Emb_Indices, "row numbers, any rank">:$indices,
    Arg<Emb_Floats, "the table, N x D">:$init,
    Arg<Variadic<AnyType>, "rows, bounds, positions and count">:$group,
    F64Attr:$max_norm,
    DefaultValuedAttr<F64Attr, "2.0">:$norm_type
  );
  let results = (outs Optional<RankedTensorOf<[F16, BF16, F32, F64]>>:$result);
  let assemblyFormat = [{
    $indices `into` $init `max_norm` $max_norm (`norm_type` $norm_type^)?
    (`group` `(` $group^ `:` type($group) `)`)?
    attr-dict `:` type($indices) `,` type($init)
  }];
  let extraClassDeclaration = [{
    MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
  }];
}

def Emb_ScatterAddOp : Emb_WriteOp<"scatter_add", [
    DeclareOpInterfaceMethods<DifferentiableOpInterface,
                              ["propagateGradient"]>]> {
  let summary = "Add rows to the rows of a table";
  let description = [{
    `result[r, d] = init[r, d] + (sum over k with indices[k] = r of rows[k, d])`

    for every distinct row r of `indices`; other rows keep their bits. The sum
    over duplicates is formed first, in ascending k and in the compute type (of
    more than 1024 duplicates in blocks, as in `emb.update`), then added, and the
    result rounded once. Occurrences of `padding_idx` are left out.

    Out of range: undefined without a check. The gradient of `rows` is a gather
    from the gradient of the result, zero at `padding_idx`.

    `group` may give the `emb.group` of `indices`.

    Example:

    ```mlir
    %w1 = emb.scatter_add %g[%i] into %w0
      : tensor<3x8xf32>, tensor<3xi64>, tensor<1000x8xf32>
    ```
  }];
  let arguments = (ins
    Arg<Emb_Floats, "rows, the shape of the indices followed by D">:$rows,
    Arg<Emb_Indices, "row numbers, any rank">:$indices,
    Arg<Emb_Floats, "the table, N x D">:$init,
    Arg<Variadic<AnyType>, "rows, bounds, positions and count">:$group,
    OptionalAttr<I64Attr>:$padding_idx
  );
  let results = (outs Optional<RankedTensorOf<[F16, BF16, F32, F64]>>:$result);
  let assemblyFormat = [{
    $rows `[` $indices `]` `into` $init
    (`group` `(` $group^ `:` type($group) `)`)?
    attr-dict `:` type($rows) `,` type($indices) `,` type($init)
  }];
  let extraClassDeclaration = [{
    MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
  }];
}

def Emb_UpdateOp : Emb_WriteOp<"update", [
    AttrSizedOperandSegments, IsolatedFromAbove,
    SingleBlockImplicitTerminator<"YieldOp">,
    DeclareOpInterfaceMethods<DifferentiableOpInterface,
                              ["propagateGradient"]>]> {
  let summary = "Apply an optimizer rule to the rows of a table";
  let description = [{
    Applies the rule in the region to every element of the rows that are
    visited, each row once, in ascending order.

    `inits` are the table (N x D) and any number of optimizer states, each
    N x D or one value per row (N). `rows` says which rows are visited:
    `touched`, the distinct rows of all the sources' indices, or `all`, every
    row of the table.

    Each *source* contributes to the gradient: occurrence k of a source
    (its indices counted in row-major order) adds

    `scale[k] * gradient[map[k], :]`

    to row `indices[k]`; `scale` is 1 and `map[k]` is k where not given. So the
    gradient of a bag is its B x D output gradient with the bag of each index
    as map, never a row for each index. With `winners` (B x D, from
    `emb.bag max`) occurrence k contributes only to the columns d in which
    `winners[map[k], d]` is k. Occurrences of a source's `padding` row are left
    out; a negative one counts from the end of the table. The sum over a row's
    occurrences runs through the sources in the order given and in ascending k,
    in the compute type of the table for one source, in f64 and rounded once to
    it for several: their gradients are often opposite, and what rounding leaves
    of a sum of zero would be a whole step to Adagrad or Adam. Where a row has
    more than 1024 occurrences, each 1024 of them, counted from its first, are
    summed from zero, and these sums and that of the rest are added in ascending
    order: so threads can share a popular row, and yet the sum depends on its own
    occurrences alone. A row without occurrences has gradient zero; a row whose
    only occurrences are padding counts as not touched.

    The region is written for one element, on scalars: its arguments are the
    element of each init, the gradient and the `scalars`, all in their compute
    types; it yields the new element of each init, which is rounded once.
    `scalars` (learning rate, bias corrections) are rounded once from f64 to
    the compute type of the table. `emb.row_reduce` is the only way to see the
    other columns of the row. What is yielded for a state of one value per row
    must be the same in every column, that is, computed from row reductions,
    states of one value per row, scalars and constants.

    With `random(seed, step)` a table of f16 or bf16 is rounded stochastically:
    up with the probability that makes the expected value exact. The random
    bits are a function of seed, step, `table_id`, row and column alone (see
    rounding.md), so they do not depend on threads or order. States are
    rounded to nearest.

    Out of range: undefined without a check, of indices and of maps.

    `group` may give the `emb.group` of all the sources' indices in order. With
    a group and no source the gradient is zero.

    With `mapped_group` the positions of the group are rows of the gradient: the
    group is `by_bag`, and what it gives in place of the number of an occurrence
    is its `map`. The one source has no map, scale or winners then, and its
    gradient (B x D) has a row for each bag. `emb-fold-bag-maps` makes it.

    It has a derivative where it only adds the gradient to the table, without
    `winners` and `mapped_group`: that of the lookup or bag whose gradient it is.

    Example: Adagrad (Duchi, Hazan, Singer: Adaptive Subgradient Methods, 2011)
    as `torch.optim.Adagrad` defines it.

    ```mlir
    %w1, %h1 = emb.update touched(%w, %h : tensor<1000x8xf32>, tensor<1000x8xf32>)
        sources[%i : tensor<5xi64> -> %g : tensor<2x8xf32> map %b : tensor<5xi32>]
        scalars(%lr : f64) {
    ^bb0(%x: f32, %s: f32, %d: f32, %rate: f32):
      %eps = arith.constant 1.0e-10 : f32
      %d2 = arith.mulf %d, %d : f32
      %s1 = arith.addf %s, %d2 : f32
      %root = math.sqrt %s1 : f32
      %den = arith.addf %root, %eps : f32
      %num = arith.mulf %rate, %d : f32
      %step = arith.divf %num, %den : f32
      %x1 = arith.subf %x, %step : f32
      emb.yield %x1, %s1 : f32, f32
    }
    ```
  }];
  let arguments = !con((ins
    Emb_UpdateRows:$rows,
    Arg<Variadic<Emb_Floats>, "the table, then the states">:$inits
  ), Emb_Sources<>.operands, (ins
    Arg<Variadic<F64>, "step scalars">:$scalars,
    Arg<Variadic<I64>, "seed and step of stochastic rounding">:$random,
    Arg<Variadic<AnyType>, "rows, bounds, positions and count">:$group
  ), Emb_Sources<>.attributes, (ins
    DefaultValuedAttr<I64Attr, "0">:$table_id,
    UnitAttr:$mapped_group
  ));
  let results = (outs Variadic<RankedTensorOf<[F16, BF16, F32, F64]>>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $rows `(` $inits `:` type($inits) `)`
    custom<Sources>($indices, type($indices), $gradients, type($gradients),
                    $maps, type($maps), $scales, type($scales),
                    $winners, type($winners), $source_parts, $source_paddings)
    (`scalars` `(` $scalars^ `:` type($scalars) `)`)?
    (`random` `(` $random^ `)`)?
    (`group` `(` $group^ `:` type($group) `)`)?
    attr-dict-with-keyword $body
  }];
  let hasRegionVerifier = 1;
  let skipDefaultBuilders = 1;
  let builders = [
    // The region gets its block and arguments, and is left to the caller to
    // fill; results are those of the tensors among `inits`.
    OpBuilder<(ins "UpdateRows":$rows, "ValueRange":$inits,
      "ArrayRef<GradientSource>":$sources, "ValueRange":$scalars,
      "ValueRange":$group, CArg<"ValueRange", "{}">:$random,
      CArg<"int64_t", "0">:$tableId)>
  ];
  let extraClassDeclaration = [{
    SmallVector<GradientSource> getSources();

    Value getTable() { return getInits().front(); }
    OperandRange getStates() { return getInits().drop_front(); }
    /// Whether init `i` holds one value per row.
    bool isPerRow(unsigned i);

    BlockArgument getElementArg(unsigned init);
    BlockArgument getGradientArg();
    BlockArgument getScalarArg(unsigned scalar);
    YieldOp getYield();

    MutableOperandRange getDpsInitsMutable() { return getInitsMutable(); }
  }];
}

def Emb_RowReduceOp : Emb_Op<"row_reduce", [
    Pure, SameOperandsAndResultType,
    ParentOneOf<["UpdateOp", "OptimizerOp"]>]> { // row_reduce_c1
  let summary = "Reduce a value over the columns of the row";
  let description = [{
    `result = reduce over d of operand[d]`

    inside the rule of an `emb.update` or `emb.optimizer`; every column sees the
    same result.
    `add` sums in a fixed order that does not depend on the number of threads:
    partial sums in lanes, then a fixed tree over the lanes. `max` and `min`
    return NaN where any operand is NaN. With no columns the results are 0,
    -inf and inf.

    Example:

    ```mlir
    %w1 = emb.update all(%w : tensor<1000x8xf32>) sources[] {
    ^bb0(%x: f32, %g: f32):
      %m = emb.row_reduce max %x : f32
      %x1 = arith.subf %x, %m : f32
      emb.yield %x1 : f32
    }
    ```
  }];
  let arguments = (ins Emb_ReduceKind:$kind,
    AnyTypeOf<[F32, F64]>:$operand); // row_reduce_c2
  let results = (outs AnyTypeOf<[F32, F64]>:$result);
  let assemblyFormat = "$kind $operand attr-dict `:` type($operand)";
  let hasFolder = 1;
}

def Emb_YieldOp : Emb_Op<"yield", [
    Pure, ReturnLike, Terminator,
    ParentOneOf<["UpdateOp", "OptimizerOp"]>]> { // yield_c1
  let summary = "The new elements of an update";
  let description = [{
    Ends the region of an `emb.update` with the new element of each init, and
    the regions of an `emb.optimizer` with what they make.

    Example:

    ```mlir
    %w1 = emb.update touched(%w : tensor<1000x8xf32>)
        sources[%i : tensor<3xi64> -> %g : tensor<3x8xf32>] {
    ^bb0(%x: f32, %d: f32):
      %x1 = arith.subf %x, %d : f32
      emb.yield %x1 : f32
    }
    ```
  }];
  let arguments = (ins Variadic<AnyTypeOf<[F32, F64]>>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
  let builders = [
    OpBuilder<(ins), [{ build($_builder, $_state, ValueRange()); }]>
  ];
}

#endif // EMB_DIALECT_EMB_IR_EMBWRITEOPS_TD
