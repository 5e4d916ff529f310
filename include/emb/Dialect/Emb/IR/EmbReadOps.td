//===- EmbReadOps.td - Operations that read tables ---------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIALECT_EMB_IR_EMBREADOPS_TD
#define EMB_DIALECT_EMB_IR_EMBREADOPS_TD

include "emb/Dialect/Emb/IR/EmbOpBase.td"

// The rule of a read. What a destination held before has no gradient.
defvar Emb_ReadRule = DeclareOpInterfaceMethods<
    DifferentiableOpInterface, ["propagateGradient", "isDifferentiable"]>;

def Emb_GatherOp : Emb_ReadOp<"gather", [
    DeclareOpInterfaceMethods<CheckedOpInterface>, Emb_ReadRule]> {
  let summary = "Rows of a table at indices of any rank";
  let description = [{
    `r[i..., d] = table[indices[i...], d]`

    The result has the shape of `indices` followed by D. Every element is a
    copy of the bits of the table's (NaN payloads, -0.0 and denormals
    included). The same row may be read any number of times.

    `padding_idx` and `scale_grad_by_freq` do not change the result: they say
    how the lookup is differentiated, as in `torch.nn.Embedding`. A negative
    `padding_idx` counts from the end of the table.

    The gradient of the table is one source of an `emb.update`: row
    `indices[i...]` gets the gradient of `r[i..., :]`, divided by how often the
    row occurs in all of `indices` with `scale_grad_by_freq`. Row `padding_idx`
    gets none.

    Out of range: undefined without a check.

    Example:

    ```mlir
    %r = emb.gather %t[%i] : tensor<1000x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
    ```
  }];
  let arguments = (ins
    Arg<Emb_Floats, "the table, N x D">:$table,
    Arg<Emb_Indices, "row numbers, any rank">:$indices, // gather_c2
    Arg<Optional<Emb_Floats>, "where the result goes">:$init,
    OptionalAttr<I64Attr>:$padding_idx,
    UnitAttr:$scale_grad_by_freq
  );
  let results = (outs Optional<RankedTensorOf<[F16, BF16, F32, F64]>>:$result);
  let assemblyFormat = [{
    $table `[` $indices `]` (`outs` `(` $init^ `:` type($init) `)`)?
    attr-dict `:` type($table) `,` type($indices) (`->` type($result)^)?
  }];
  let hasFolder = 1;
}

def Emb_BagOp : Emb_ReadOp<"bag", [
    AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<CheckedOpInterface>, Emb_ReadRule]> {
  let summary = "Rows of a table, pooled over bags";
  let description = [{
    Pools the rows of each bag by `sum`, `mean` or `max`, as
    `torch.nn.EmbeddingBag` does. With 2-D indices (B x L) bag b is row b of
    `indices`. With 1-D indices and `offsets` bag b covers
    `[offsets[b], offsets[b + 1])`, the last one up to the number of indices;
    with `include_last_offset` the last offset ends the last bag and there is
    one bag less than offsets. Repeated offsets make empty bags.

    - `sum`: `r[b, d] = sum over k in bag b of weights[k] * table[indices[k], d]`,
      `weights` being 1 where not given (only `sum` takes them);
    - `mean`: the sum divided by the number of entries;
    - `max`: the largest value of each column; of equal values the first entry
      in the bag wins. A NaN in the first entry stays, a later one is ignored.
      A second result, if asked for, gives the winning entry of each column:
      its position in `indices` (counted in row-major order), -1 in an empty
      bag. Its gradient needs that (`winners` of a source of `emb.update`).

    Entries equal to `padding_idx` are skipped and not counted. A bag without
    entries gives zeros in every mode.

    Accumulation is in the compute type in the order of the bag, rounded once.

    The gradient of the table is one source of an `emb.update`, whose map is the
    bag of each index: what a bag gets is never copied for each of its indices.
    Entries equal to `padding_idx` contribute nothing; `scale_grad_by_freq`
    divides by how often the row occurs in all of `indices`. The gradient of
    `weights` is an `emb.gather_dot`, without that division.

    Out of range: undefined without a check, as are offsets that do not start
    at 0, decrease or pass the number of indices (`emb.check_offsets`).

    Example:

    ```mlir
    %r = emb.bag mean %t[%i] offsets(%o : tensor<2xi64>)
      : tensor<1000x8xf32>, tensor<5xi64> -> tensor<2x8xf32>
    ```
  }];
  let arguments = (ins
    Emb_BagMode:$mode,
    Arg<Emb_Floats, "the table, N x D">:$table,
    Arg<Emb_Indices, "row numbers, n or B x L">:$indices,
    Arg<Optional<Emb_Indices>, "where the bags begin">:$offsets,
    Arg<Optional<Emb_Floats>, "a factor for each index">:$weights,
    Arg<Variadic<Emb_Any>, "where the results go, B x D">:$inits,
    UnitAttr:$include_last_offset,
    OptionalAttr<I64Attr>:$padding_idx,
    UnitAttr:$scale_grad_by_freq
  );
  let results = (outs
    Variadic<RankedTensorOf<[F16, BF16, F32, F64, I32, I64]>>:$results);
  let assemblyFormat = [{
    $mode $table `[` $indices `]`
    (`offsets` `(` $offsets^ `:` type($offsets) `)`)?
    (`weights` `(` $weights^ `:` type($weights) `)`)?
    (`outs` `(` $inits^ `:` type($inits) `)`)?
    attr-dict `:` type($table) `,` type($indices) (`->` type($results)^)?
  }];
  let hasCanonicalizer = 1;
  let extraClassDeclaration = [{
    /// Winners may be asked for as a second result.
    static bool isCompatibleReturnTypes(TypeRange inferred, TypeRange found);
    /// The number of bags, or ShapedType::kDynamic.
    int64_t getNumBags();
    /// The pooled rows: the first result; null on memrefs.
    Value getResult() { return getNumResults() ? getResults()[0] : Value(); }
    /// Where the pooled rows go; null where there is no destination.
    Value getInit() { return getInits().empty() ? Value() : getInits()[0]; }
    /// Where the winners go, null unless there is a destination for them.
    Value getWinnersInit() {
      return getInits().size() == 2 ? getInits()[1] : Value();
    }
  }];
}

def Emb_GroupOp : Emb_ReadOp<"group", [
    AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<CheckedOpInterface>]> {
  let summary = "Unique rows of index tensors, with the positions of each";
  let description = [{
    Sorts the occurrences of one or more index tensors by row. Occurrences are
    numbered 0 .. n-1 through all the tensors in the order given, each in
    row-major order. The results are

    - `rows[u]`, u < count: the distinct row numbers in ascending order;
    - `bounds[u] .. bounds[u + 1]`: where row u's occurrences stand in
      `positions` (`bounds` has n + 1 elements, of which count + 1 are set);
    - `positions`: occurrence numbers, ascending within each row;
    - `count`: how many distinct rows there are.

    The number of distinct rows depends on the data, so the results have the
    size of its upper bound n, and elements past `count` are unspecified. The
    sort is shared: everything that visits the same rows (`emb.renorm`,
    `emb.scatter_add`, `emb.update`) can take one group.

    With `padding`, one row number for each index tensor, the occurrences of
    that row in that tensor are left out; -1 leaves out none. They keep their
    numbers.

    With `by_bag`, for one index tensor, `positions` holds the bag of each
    occurrence in place of its number, in the same order: its first subscript in
    the indices or, of 1-D indices, the number of the bag of `offsets`, as
    `emb.offset2bag` has it. The sort knows where an occurrence stands, so it
    need not be looked up for each (`mapped_group` of `emb.update`).

    A negative index: the function fails with the status *invalid index*. No
    table is read. Offsets that `emb.check_offsets` would refuse: undefined
    without a check.

    Example:

    ```mlir
    %rows, %bounds, %positions, %count = emb.group(%i : tensor<4xi64>)
      -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
    ```
  }];
  let arguments = (ins
    Arg<Variadic<Emb_Indices>, "row numbers, any rank">:$indices,
    Arg<Optional<Emb_Indices>, "where the bags begin">:$offsets,
    Arg<Variadic<Index>, "rows to leave out, one for each tensor">:$padding,
    Arg<Variadic<Emb_Indices>, "where rows, bounds and positions go">:$inits,
    UnitAttr:$by_bag,
    UnitAttr:$include_last_offset
  );
  let results = (outs Variadic<RankedTensorOf<[I32, I64]>>:$outputs,
                      Index:$count);
  let assemblyFormat = [{
    `(` $indices `:` type($indices) `)`
    (`offsets` `(` $offsets^ `:` type($offsets) `)`)?
    (`padding` `(` $padding^ `)`)?
    (`outs` `(` $inits^ `:` type($inits) `)`)?
    attr-dict (`->` type($outputs)^)?
  }];
  let builders = [
    // The positions are occurrence numbers.
    OpBuilder<(ins "ValueRange":$indices, "ValueRange":$padding,
      "ValueRange":$inits), [{
      build($_builder, $_state, indices, /*offsets=*/Value(), padding, inits);
    }]>
  ];
  let extraClassDeclaration = [{
    /// The total number of occurrences, or ShapedType::kDynamic.
    int64_t getNumOccurrences();
    /// Results may be i32 or i64.
    static bool isCompatibleReturnTypes(TypeRange inferred, TypeRange found);
  }];
}

def Emb_Offset2BagOp : Emb_ReadOp<"offset2bag", [
    DeclareOpInterfaceMethods<CheckedOpInterface>]> {
  let summary = "The bag of each index";
  let description = [{
    `r[k] = b` where bag b of `offsets` covers k, for `0 <= k < size`; the map
    from occurrences to bags that the gradient of a bag needs. The bags are as
    in `emb.bag` over `size` indices.

    Offsets that `emb.check_offsets` would refuse: undefined without a check.

    Example:

    ```mlir
    %r = emb.offset2bag %o[%n] : tensor<?xi64>, index -> tensor<?xi32>
    ```
  }];
  let arguments = (ins
    Arg<Emb_Indices, "where the bags begin">:$offsets,
    Arg<Index, "how many indices there are">:$size,
    Arg<Optional<Emb_Indices>, "where the result goes">:$init,
    UnitAttr:$include_last_offset
  );
  let results = (outs Optional<RankedTensorOf<[I32, I64]>>:$result);
  let assemblyFormat = [{
    $offsets `[` $size `]` (`outs` `(` $init^ `:` type($init) `)`)?
    attr-dict `:` type($offsets) `,` type($size) (`->` type($result)^)?
  }];
  let extraClassDeclaration = [{
    /// The result may be i32 or i64.
    static bool isCompatibleReturnTypes(TypeRange inferred, TypeRange found);
  }];
}

def Emb_FrequencyOp : Emb_ReadOp<"frequency", [AttrSizedOperandSegments]> {
  let summary = "How often the row of each index occurs";
  let description = [{
    `r[k] = number of j with indices[j] = indices[k]`

    over all of `indices`, in its shape; `group` is their `emb.group`, without
    padding. It is what `scale_grad_by_freq` divides by.

    Example:

    ```mlir
    %rows, %bounds, %positions, %count = emb.group(%i : tensor<4xi64>)
      -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
    %r = emb.frequency %i
      group(%rows, %bounds, %positions, %count
        : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index)
      : tensor<4xi64> -> tensor<4xi64>
    ```
  }];
  let arguments = (ins
    Arg<Emb_Indices, "row numbers, any rank">:$indices,
    Arg<Variadic<AnyType>, "rows, bounds, positions and count">:$group,
    Arg<Optional<Emb_Indices>, "where the result goes">:$init
  );
  let results = (outs Optional<RankedTensorOf<[I32, I64]>>:$result);
  let assemblyFormat = [{
    $indices `group` `(` $group `:` type($group) `)`
    (`outs` `(` $init^ `:` type($init) `)`)?
    attr-dict `:` type($indices) (`->` type($result)^)?
  }];
  let extraClassDeclaration = [{
    /// The result may be i32 or i64.
    static bool isCompatibleReturnTypes(TypeRange inferred, TypeRange found);
  }];
}

def Emb_OneHotOp : Emb_ReadOp<"one_hot", [
    DeclareOpInterfaceMethods<CheckedOpInterface>]> {
  let summary = "A one in the place that an index names, zeros beside it";
  let description = [{
    `r[i..., c] = 1 if c = indices[i...], else 0`

    for `0 <= c < depth`, in the shape of `indices` followed by `depth`; of the
    floats that the type of the result says.

    It is a selection more than a matrix: its product with a table is the row
    that it selects, whatever the other rows hold, inf and NaN included.
    `emb-fold-one-hot` makes `emb.gather` of it. What nobody folds is written
    out by `emb-expand-one-hot`; there is none on memrefs.

    It has no gradient: it depends on integers alone.

    Out of range: undefined without a check.

    Example:

    ```mlir
    %r = emb.one_hot %i depth %n : tensor<3xi64> -> tensor<3x10xf32>
    ```
  }];
  let arguments = (ins
    RankedTensorOf<[I32, I64]>:$indices, // one_hot_c1
    Index:$depth
  );
  let results = (outs RankedTensorOf<[F16, BF16, F32, F64]>:$result); // one_hot_c2
  let assemblyFormat = [{
    $indices `depth` $depth attr-dict `:` type($indices) `->` type($result)
  }];
  let extraClassDeclaration = [{
    /// Any floats may be asked for.
    static bool isCompatibleReturnTypes(TypeRange inferred, TypeRange found);
  }];
  let hasFolder = 1;
}

def Emb_GatherDotOp : Emb_ReadOp<"gather_dot", [
    DeclareOpInterfaceMethods<CheckedOpInterface>, Emb_ReadRule]> {
  let summary = "Dot products of looked-up rows with mapped rows";
  let description = [{
    `r[k] = sum over d of table[indices[k], d] * rows[map[k], d]`

    in the shape of `indices`, 0 where `indices[k]` is `padding_idx`: the
    gradient of the weights of `emb.bag sum`, with `rows` the gradient of its
    result and `map` the bag of each index. Accumulated in the compute type of
    the table in a fixed order (lanes, then a tree over them), rounded once.
    Its gradients by `table` and by `rows` add `dr[k]` times the other operand's
    row.

    Out of range: undefined without a check, of indices and of the map.

    Example:

    ```mlir
    %r = emb.gather_dot %t[%i], %g[%b]
      : tensor<1000x8xf32>, tensor<5xi64>, tensor<2x8xf32>, tensor<5xi32>
      -> tensor<5xf32>
    ```
  }];
  let arguments = (ins
    Arg<Emb_Floats, "the table, N x D">:$table,
    Arg<Emb_Indices, "row numbers, any rank">:$indices,
    Arg<Emb_Floats, "rows, B x D">:$rows,
    Arg<Emb_Indices, "the row for each index">:$map,
    Arg<Optional<Emb_Floats>, "where the result goes">:$init,
    OptionalAttr<I64Attr>:$padding_idx
  );
  let results = (outs Optional<RankedTensorOf<[F16, BF16, F32, F64]>>:$result);
  let assemblyFormat = [{
    $table `[` $indices `]` `,` $rows `[` $map `]`
    (`outs` `(` $init^ `:` type($init) `)`)?
    attr-dict `:` type($table) `,` type($indices) `,` type($rows) `,`
    type($map) (`->` type($result)^)?
  }];
}

def Emb_CoalesceOp : Emb_ReadOp<"coalesce", [
    AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<CheckedOpInterface>]> {
  let summary = "The summed gradient of each distinct row";
  let description = [{
    `r[u, :] = sum of what the sources contribute to row rows[u]`

    for `u < count` of `group`, the `emb.group` of the sources' indices; rows
    from `count` on are unspecified. Sources, their order and their padding are
    as in `emb.update`; the result has a row for each occurrence, the upper
    bound. With the rows of the group it is PyTorch's coalesced sparse gradient.

    Accumulated in the compute type of the result, rounded once.

    Out of range: undefined without a check of the maps.

    Example:

    ```mlir
    %rows, %bounds, %positions, %count = emb.group(%i : tensor<4xi64>)
      -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
    %r = emb.coalesce sources[%i : tensor<4xi64> -> %g : tensor<4x8xf32>]
      group(%rows, %bounds, %positions, %count
        : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index)
      -> tensor<4x8xf32>
    ```
  }];
  let arguments = !con(Emb_Sources<>.operands, (ins
    Arg<Variadic<AnyType>, "rows, bounds, positions and count">:$group,
    Arg<Optional<Emb_Floats>, "where the result goes, n x D">:$init
  ), Emb_Sources<>.attributes);
  let results = (outs Optional<RankedTensorOf<[F16, BF16, F32, F64]>>:$result);
  let assemblyFormat = [{
    custom<Sources>($indices, type($indices), $gradients, type($gradients),
                    $maps, type($maps), $scales, type($scales),
                    $winners, type($winners), $source_parts, $source_paddings)
    `group` `(` $group `:` type($group) `)`
    (`outs` `(` $init^ `:` type($init) `)`)?
    attr-dict (`->` type($result)^)?
  }];
  let builders = [
    OpBuilder<(ins "RankedTensorType":$type,
      "ArrayRef<GradientSource>":$sources, "ValueRange":$group)>
  ];
  let extraClassDeclaration = [{
    SmallVector<GradientSource> getSources();
    /// The result may have another element type than the gradients.
    static bool isCompatibleReturnTypes(TypeRange inferred, TypeRange found);
  }];
}

#endif // EMB_DIALECT_EMB_IR_EMBREADOPS_TD
