// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

emb.gradient @droot of @root wrt("x") seeded

// CHECK-LABEL: func.func @droot
// CHECK: arith.divf
func.func @root(%x: tensor<?xf64> {emb.name = "x", check.shape = [5],
                                   check.range = [0.5, 2.0]}) -> tensor<?xf64> {
  %r = math.sqrt %x : tensor<?xf64>
  return %r : tensor<?xf64>
}

// RUN: emb-gradcheck %s | FileCheck %s --check-prefix=REPORT
// REPORT: droot: wrt "x": 5 elements, error {{[0-9.]+}}e-1{{[0-9]}}
// REPORT-NEXT: 1 gradients, 1 arguments, 0 failed
