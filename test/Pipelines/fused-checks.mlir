// What is fused is checked as it was written: the message names the operand of
// the operation that the user wrote, and the check is at its place.

// RUN: emb-opt %s --compile-to=check --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s --check-prefixes=CHECK,ONE
// RUN: emb-run %s --entry=distance --arg x=[1,2,3] --arg y=[1,2,3] --arg z=[1,2,3] --no-cache
// RUN: not emb-run %s --entry=distance --arg x=[1,2,3] --arg y=[1,2,3] --arg z=[1,2] --no-cache 2>&1 | FileCheck %s --check-prefix=Z
// RUN: not emb-run %s --entry=distance --arg x=[1,2,3] --arg y=[1,2] --arg z=[1,2,3] --no-cache 2>&1 | FileCheck %s --check-prefix=Y

// CHECK-LABEL: func.func @distance(
// CHECK:         emb.check_equal %{{.*}}, %{{.*}} label "linalg.sub: operand 1, dimension 0 (argument 1 'y')" loc("{{.*}}fused-checks.mlir":[[@LINE+13]]
// CHECK:         emb.check_equal %{{.*}}, %{{.*}} label "linalg.mul: operand 1, dimension 0 (argument 2 'z')" loc("{{.*}}fused-checks.mlir":[[@LINE+14]]
// CHECK-NOT:     emb.check_equal
// ONE:           linalg.generic
// ONE-NOT:       {{linalg.(generic|sub|mul|abs)}}
// CHECK:         return
// Z: linalg.mul: operand 1, dimension 0 (argument 2 'z'): found 2, expected 3
// Y: linalg.sub: operand 1, dimension 0 (argument 1 'y'): found 2, expected 3
func.func @distance(%x: tensor<?xf32> {emb.name = "x"}, %y: tensor<?xf32> {emb.name = "y"},
                    %z: tensor<?xf32> {emb.name = "z"}) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %e = tensor.empty(%n) : tensor<?xf32>
  %d = linalg.sub ins(%x, %y : tensor<?xf32>, tensor<?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %a = linalg.abs ins(%d : tensor<?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  %r = linalg.mul ins(%a, %z : tensor<?xf32>, tensor<?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
  return %r : tensor<?xf32>
}
