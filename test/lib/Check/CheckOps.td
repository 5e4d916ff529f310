//===- CheckOps.td - Operations that make a test its own oracle -*- tablegen -*-//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_LIB_CHECK_CHECKOPS_TD
#define EMB_TEST_LIB_CHECK_CHECKOPS_TD

include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/OpBase.td"

def Check_Dialect : Dialect {
  let name = "check";
  let cppNamespace = "::mlir::emb::check";
  let summary = "Programs that know what they must compute (tests only)";
  let description = [{
    A test is a public function without arguments and results. It takes its
    inputs from `check.constant`, computes with any operations, and hands what
    it computed to `check.expect_*`. `emb-check` turns the constants into
    arguments and the expectations into results, compiles the module like any
    other, calls every test and compares.

    Two attributes of a function say that its call must fail:

    - `check.error = "text"`: the message of the error must contain the text;
    - `check.status = "invalid index"`: the name of its status (optional).

    After such a call every argument must hold the bits it had before. A test
    that must fail has no expectations; it keeps what it computes alive with
    `check.use`.
  }];
  let hasOperationAttrVerify = 1;
}

class Check_Op<string mnemonic> : Op<Check_Dialect, mnemonic>;

def Check_Value : AnyTypeOf<[
    RankedTensorOf<[I1, I32, I64, F16, BF16, F32, F64]>,
    I1, I32, I64, Index, F16, BF16, F32, F64
  ], "ranked tensor or scalar of i1, i32, i64, f16, bf16, f32 or f64, or index">;

def Check_ConstantOp : Check_Op<"constant"> {
  let summary = "A value that the compiler cannot see through";
  let description = [{
    The value is an argument of the compiled function, so nothing folds it, and
    a table among them is updated in place as a caller's would be. `as` gives
    it a type with fewer static extents; `named` gives the argument a name.

    Example:

    ```mlir
    %w = check.constant named "w" dense<1.0> : tensor<4x2xf32>
    %i = check.constant dense<[0, 3]> : tensor<2xi64> as tensor<?xi64>
    %lr = check.constant 0.5 : f64
    ```
  }];
  let arguments = (ins OptionalAttr<StrAttr>:$named, TypedAttrInterface:$value);
  let results = (outs Check_Value:$result);
  let assemblyFormat = [{
    (`named` $named^)? custom<ValueAs>($value, type($result)) attr-dict
  }];
  let hasVerifier = 1;
}

class Check_ExpectOp<string mnemonic> : Check_Op<mnemonic> {
  let hasVerifier = 1;
}

def Check_ExpectEqOp : Check_ExpectOp<"expect_eq"> {
  let summary = "The value has exactly these bits";
  let description = [{
    Shape and every bit must agree: NaN payloads and the sign of zero count.

    Example:

    ```mlir
    check.expect_eq %r, dense<[1.0, -0.0]> : tensor<2xf32>
    check.expect_eq %n, dense<3> : tensor<1xi64> as tensor<?xi64>
    ```
  }];
  let arguments = (ins Check_Value:$got, TypedAttrInterface:$want);
  let assemblyFormat = "$got `,` custom<ValueAs>($want, type($got)) attr-dict";
}

def Check_ExpectCloseOp : Check_ExpectOp<"expect_close"> {
  let summary = "The value is close to this one";
  let description = [{
    `|got - want| <= atol + rtol * |want|` in f64, for every element; equal
    infinities pass, as does NaN against NaN. The shape must agree.

    Example:

    ```mlir
    check.expect_close %r, dense<0.1> : tensor<2xf32> rtol 1.0e-5 atol 1.0e-6
    ```
  }];
  let arguments = (ins Check_Value:$got, TypedAttrInterface:$want,
                       F64Attr:$rtol, F64Attr:$atol);
  let assemblyFormat = [{
    $got `,` custom<ValueAs>($want, type($got)) `rtol` $rtol `atol` $atol
    attr-dict
  }];
}

def Check_ExpectEqValueOp : Check_ExpectOp<"expect_eq_value"> {
  let summary = "Two computed values have the same bits";
  let description = [{
    Example:

    ```mlir
    check.expect_eq_value %r, %formula : tensor<3x2049xf32>
    ```
  }];
  let arguments = (ins Check_Value:$got, Check_Value:$want);
  let assemblyFormat = [{
    $got `,` $want attr-dict `:` custom<SameType>(type($got), type($want))
  }];
}

def Check_ExpectCloseValueOp : Check_ExpectOp<"expect_close_value"> {
  let summary = "Two computed values are close";
  let description = [{
    As `check.expect_close`, against a value that the program computes.

    Example:

    ```mlir
    check.expect_close_value %r, %formula rtol 1.0e-5 atol 0.0 : tensor<?xf32>
    ```
  }];
  let arguments = (ins Check_Value:$got, Check_Value:$want,
                       F64Attr:$rtol, F64Attr:$atol);
  let assemblyFormat = [{
    $got `,` $want `rtol` $rtol `atol` $atol attr-dict `:`
    custom<SameType>(type($got), type($want))
  }];
}

def Check_UseOp : Check_Op<"use"> {
  let summary = "Something needs this value";
  let description = [{
    The value is a result of the compiled function, which nothing looks at.

    Example:

    ```mlir
    check.use %r : tensor<3x8xf32>
    ```
  }];
  let arguments = (ins Check_Value:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
  let hasVerifier = 1;
}

#endif // EMB_TEST_LIB_CHECK_CHECKOPS_TD
