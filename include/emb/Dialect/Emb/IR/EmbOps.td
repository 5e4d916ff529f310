//===- EmbOps.td - Operations of the emb dialect -----------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIALECT_EMB_IR_EMBOPS_TD
#define EMB_DIALECT_EMB_IR_EMBOPS_TD

include "emb/Dialect/Emb/IR/EmbAttrs.td"
include "emb/Dialect/Emb/IR/EmbDialect.td"
include "emb/Dialect/Emb/IR/EmbInterfaces.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Emb_Shaped<list<Type> elements, string summary>
    : AnyTypeOf<[RankedTensorOf<elements>, MemRefOf<elements>], summary>;

def Emb_Float : AnyTypeOf<[F16, BF16, F32, F64],
    "f16, bf16, f32 or f64">;
def Emb_Int : AnyTypeOf<[I32, I64], "i32 or i64">;

// indices_c1
def Emb_Indices : Emb_Shaped<[I32, I64],
    "tensor or memref of i32 or i64 values">;
// table_c1
def Emb_Floats : Emb_Shaped<[F16, BF16, F32, F64],
    "tensor or memref of f16, bf16, f32 or f64 values">;
def Emb_Any : Emb_Shaped<[F16, BF16, F32, F64, I32, I64],
    "tensor or memref of floats or integers">;

def Emb_StatusResource : Resource<"::mlir::emb::StatusResource">;

// Interfaces that every operation on tensors or memrefs has. Reads and writes
// of memrefs are effects; on tensors there are none.
defvar Emb_Common = [
  DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
  DeclareOpInterfaceMethods<ConditionallySpeculatable>,
  DeclareOpInterfaceMethods<InferTypeOpInterface>,
  DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
                            ["reifyResultShapes"]>
];

// An operation that computes a value from others, into an optional destination.
class Emb_ReadOp<string mnemonic, list<Trait> traits = []>
    : Emb_Op<mnemonic, Emb_Common # traits> {
  let hasVerifier = 1;
}

// An operation that returns changed tables or, on memrefs, changes them.
class Emb_WriteOp<string mnemonic, list<Trait> traits = []>
    : Emb_Op<mnemonic, Emb_Common # [
        DestinationStyleOpInterface,
        DeclareOpInterfaceMethods<CheckedOpInterface>
      ] # traits> {
  let hasVerifier = 1;
  let hasFolder = 1;
}

//===----------------------------------------------------------------------===//
// Reads
//===----------------------------------------------------------------------===//

def Emb_GatherOp : Emb_ReadOp<"gather", [
    DeclareOpInterfaceMethods<CheckedOpInterface>]> {
  let summary = "Rows of a table at indices of any rank";
  let description = [{
    `r[i..., d] = table[indices[i...], d]`

    The result has the shape of `indices` followed by D. Every element is a
    copy of the bits of the table's (NaN payloads, -0.0 and denormals
    included). The same row may be read any number of times.

    `padding_idx` and `scale_grad_by_freq` do not change the result: they say
    how the lookup is differentiated, as in `torch.nn.Embedding`. A negative
    `padding_idx` counts from the end of the table.

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
    DeclareOpInterfaceMethods<CheckedOpInterface>]> {
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

def Emb_GroupOp : Emb_ReadOp<"group", [AttrSizedOperandSegments]> {
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

    A negative index: the function fails with the status *invalid index*. No
    table is read.

    Example:

    ```mlir
    %rows, %bounds, %positions, %count = emb.group(%i : tensor<4xi64>)
      -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
    ```
  }];
  let arguments = (ins
    Arg<Variadic<Emb_Indices>, "row numbers, any rank">:$indices,
    Arg<Variadic<Index>, "rows to leave out, one for each tensor">:$padding,
    Arg<Variadic<Emb_Indices>, "where rows, bounds and positions go">:$inits
  );
  let results = (outs Variadic<RankedTensorOf<[I32, I64]>>:$outputs,
                      Index:$count);
  let assemblyFormat = [{
    `(` $indices `:` type($indices) `)`
    (`padding` `(` $padding^ `)`)?
    (`outs` `(` $inits^ `:` type($inits) `)`)?
    attr-dict (`->` type($outputs)^)?
  }];
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

def Emb_GatherDotOp : Emb_ReadOp<"gather_dot", [
    DeclareOpInterfaceMethods<CheckedOpInterface>]> {
  let summary = "Dot products of looked-up rows with mapped rows";
  let description = [{
    `r[k] = sum over d of table[indices[k], d] * rows[map[k], d]`

    in the shape of `indices`, 0 where `indices[k]` is `padding_idx`: the
    gradient of the weights of `emb.bag sum`, with `rows` the gradient of its
    result and `map` the bag of each index. Accumulated in the compute type of
    the table in a fixed order (lanes, then a tree over them), rounded once.

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

// The operands of gradient sources: lists whose elements belong to the sources
// that have that part, as `source_parts` says (bits of SourcePart).
class Emb_Sources {
  dag operands = (ins
    Arg<Variadic<Emb_Indices>, "row numbers of each source">:$indices,
    Arg<Variadic<Emb_Floats>, "gradient of each source">:$gradients,
    Arg<Variadic<Emb_Indices>, "maps of the sources that have one">:$maps,
    Arg<Variadic<Emb_Floats>, "scales of the sources that have one">:$scales,
    Arg<Variadic<Emb_Indices>, "winners of the sources that have them">:$winners
  );
  dag attributes = (ins
    DenseI32ArrayAttr:$source_parts,
    DenseI64ArrayAttr:$source_paddings
  );
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
  let extraClassDeclaration = [{
    SmallVector<GradientSource> getSources();
  }];
}

//===----------------------------------------------------------------------===//
// Writes
//===----------------------------------------------------------------------===//

def Emb_RenormOp : Emb_WriteOp<"renorm"> {
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

def Emb_ScatterAddOp : Emb_WriteOp<"scatter_add"> {
  let summary = "Add rows to the rows of a table";
  let description = [{
    `result[r, d] = init[r, d] + (sum over k with indices[k] = r of rows[k, d])`

    for every distinct row r of `indices`; other rows keep their bits. The sum
    over duplicates is formed first, in ascending k and in the compute type,
    then added, and the result rounded once. Occurrences of `padding_idx` are
    left out.

    Out of range: undefined without a check.

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
    SingleBlockImplicitTerminator<"YieldOp">]> {
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
    in the compute type of the table. A row without occurrences has gradient
    zero; a row whose only occurrences are padding counts as not touched.

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
    DefaultValuedAttr<I64Attr, "0">:$table_id
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
    HasParent<"UpdateOp">]> { // row_reduce_c1
  let summary = "Reduce a value over the columns of the row";
  let description = [{
    `result = reduce over d of operand[d]`

    inside the region of an `emb.update`; every column sees the same result.
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
    HasParent<"UpdateOp">]> { // yield_c1
  let summary = "The new elements of an update";
  let description = [{
    Ends the region of an `emb.update` with the new element of each init.

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

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

def Emb_CheckIndicesOp : Emb_Op<"check_indices", Emb_Common> {
  let summary = "Indices, known to be in range";
  let description = [{
    Returns `indices`, the same buffer, if `0 <= i < bound` holds for each of
    them. Otherwise the function fails with the status *invalid index* and a
    message that gives `label`, the first position, its value and the bound,
    and nothing has been written.

    Readers use the result, so order, merging and folding are plain data flow.
    The operation is not speculatable. `emb-hoist-checks` moves it before the
    first write to an argument.

    Example:

    ```mlir
    %j = emb.check_indices %i, %n label "emb.gather: indices" : tensor<3xi64>
    ```
  }];
  let arguments = (ins
    Arg<Emb_Indices, "any rank">:$indices, // check_indices_c1
    Arg<Index, "how many rows there are">:$bound,
    StrAttr:$label
  );
  let results = (outs Optional<RankedTensorOf<[I32, I64]>>:$result);
  let assemblyFormat = [{
    $indices `,` $bound `label` $label attr-dict `:` type($indices)
  }];
  let hasFolder = 1;
  let hasCanonicalizeMethod = 1;
}

def Emb_CheckOffsetsOp : Emb_Op<"check_offsets", Emb_Common> {
  let summary = "Offsets, known to describe bags";
  let description = [{
    Returns `offsets`, the same buffer, if they describe bags over `size`
    indices as `emb.bag` reads them: the first is 0, none is smaller than the
    one before, and the last is at most `size`; with `include_last_offset`
    there is at least one offset and the last is equal to `size`. No offsets at
    all are allowed only if `size` is 0. Otherwise the function fails with the
    status *invalid offsets*, and nothing has been written.

    Example:

    ```mlir
    %p = emb.check_offsets %o, %n label "emb.bag: offsets" : tensor<2xi64>
    ```
  }];
  let arguments = (ins
    Arg<Emb_Indices, "where the bags begin, rank 1">:$offsets,
    Arg<Index, "how many indices there are">:$size,
    StrAttr:$label,
    UnitAttr:$include_last_offset
  );
  let results = (outs Optional<RankedTensorOf<[I32, I64]>>:$result);
  let assemblyFormat = [{
    $offsets `,` $size `label` $label attr-dict `:` type($offsets)
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizeMethod = 1;
}

def Emb_CheckEqualOp : Emb_Op<"check_equal", [
    MemoryEffects<[MemWrite<Emb_StatusResource>]>]> {
  let summary = "Two extents, known to be equal";
  let description = [{
    Fails the function with the status *invalid shape* and a message that gives
    `label` and both values unless `found` equals `expected`; nothing has been
    written then.

    Example:

    ```mlir
    emb.check_equal %m, %n label "emb.update: rows of the gradient"
    ```
  }];
  let arguments = (ins Index:$found, Index:$expected, StrAttr:$label);
  let assemblyFormat = "$found `,` $expected `label` $label attr-dict";
  let hasCanonicalizeMethod = 1;
}

#endif // EMB_DIALECT_EMB_IR_EMBOPS_TD
