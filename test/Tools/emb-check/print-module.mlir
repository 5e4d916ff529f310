// RUN: emb-check %s --print-module | FileCheck %s
// RUN: emb-check %s --print-module | emb-opt --compile-to=llvm -o %t

// A test becomes a plain function: constants are arguments, what is expected
// are results. The module can be given to any other tool.

// CHECK-LABEL: func.func @f
// CHECK-SAME: (%[[T:.*]]: tensor<2x1xf32> {emb.name = "table"}, %[[I:.*]]: tensor<?xi64>)
// CHECK-SAME: -> (tensor<?x1xf32>, tensor<2x1xf32>)
// CHECK-NEXT: %[[R:.*]] = emb.gather %[[T]][%[[I]]]
// CHECK-NEXT: return %[[R]], %[[T]]
func.func @f() {
  %t = check.constant named "table" dense<1.0> : tensor<2x1xf32>
  %i = check.constant dense<1> : tensor<1xi64> as tensor<?xi64>
  %r = emb.gather %t[%i] : tensor<2x1xf32>, tensor<?xi64> -> tensor<?x1xf32>
  check.expect_eq %r, dense<1.0> : tensor<1x1xf32> as tensor<?x1xf32>
  check.use %t : tensor<2x1xf32>
  return
}
