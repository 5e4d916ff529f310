// A file of three functions is cut down to the one that holds the gather.

// RUN: printf '#!/bin/sh\ngrep -q emb.gather "$1" && exit 1\nexit 0\n' > %t.sh
// RUN: chmod +x %t.sh
// RUN: emb-reduce %s --reduction-tree='traversal-mode=0 test=%t.sh' | FileCheck %s

// CHECK-NOT: func.func @first
// CHECK: func.func @second
// CHECK: emb.gather
// CHECK-NOT: func.func @third

func.func @first() {
  return
}

func.func @second(%t: tensor<1000x8xf32>, %i: tensor<3xi64>) -> tensor<3x8xf32> {
  %r = emb.gather %t[%i] : tensor<1000x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return %r : tensor<3x8xf32>
}

func.func @third() {
  return
}
