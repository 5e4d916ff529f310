// RUN: emb-opt %s --compile-to=bufferize | FileCheck %s --strict-whitespace
// RUN: rm -rf %t
// RUN: emb-run %s --entry=geometric --cache-dir=%t --memory-limit=20000 --arg x=random:1000xf32:1 --arg n=1000 --print=0 \
// RUN:   | FileCheck %s --check-prefix=RESULT
// RUN: emb-run %s --entry=dgeometric --cache-dir=%t --memory-limit=40000 --arg x=random:1000xf32:1 --arg n=1000 \
// RUN:   --arg grad_output=random:1000xf32:2 --print=1 | FileCheck %s --check-prefix=GRADIENT
// RUN: emb-run %s --entry=dsquares --cache-dir=%t --memory-limit=120000 --arg x=random:1000xf32:1 --arg n=20 \
// RUN:   --arg grad_output=random:1000xf32:2 --print=1 | FileCheck %s --check-prefix=GRADIENT

// What loops carry stays where it is: a loop takes no memory, and a thousand
// iterations on 4000 bytes need a few times that. Reverse loops have what the
// forward loop kept beside it: here nothing, and 20 times 4000 bytes.

// RESULT: 0: 1000xf32
// GRADIENT: 1: 1000xf32

// CHECK-LABEL:func.func @geometric(
// CHECK:{{^    }}scf.for
// CHECK-NOT:memref.alloc
// CHECK:{{^    [}]$}}
// CHECK-NOT:scf.for
// CHECK:return
func.func @geometric(%x: tensor<?xf32> {emb.name = "x"}, %n: index {emb.name = "n"}) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%sum = %x, %power = %x) -> (tensor<?xf32>, tensor<?xf32>) {
    %p = arith.addf %power, %x : tensor<?xf32>
    %s = arith.addf %sum, %p : tensor<?xf32>
    scf.yield %s, %p : tensor<?xf32>, tensor<?xf32>
  }
  return %r#0 : tensor<?xf32>
}

// CHECK-LABEL:func.func @dgeometric(
// CHECK:{{^    }}scf.for
// CHECK-NOT:memref.alloc
// CHECK:{{^    [}]$}}
// CHECK:{{^    }}scf.for
// CHECK-NOT:memref.alloc
// CHECK:{{^    [}]$}}
// CHECK-NOT:scf.for
// CHECK:return
emb.gradient @dgeometric of @geometric wrt("x") seeded

// CHECK-LABEL:func.func @squares(
func.func @squares(%x: tensor<?xf32> {emb.name = "x"}, %n: index {emb.name = "n"}) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%sum = %x, %power = %x) -> (tensor<?xf32>, tensor<?xf32>) {
    %p = arith.mulf %power, %power : tensor<?xf32>
    %s = arith.addf %sum, %p : tensor<?xf32>
    scf.yield %s, %p : tensor<?xf32>, tensor<?xf32>
  }
  return %r#0 : tensor<?xf32>
}

// CHECK-LABEL:func.func @dsquares(
// CHECK:{{^    }}scf.for
// CHECK-NOT:memref.alloc
// CHECK:{{^    [}]$}}
// CHECK:{{^    }}scf.for
// CHECK-NOT:memref.alloc
// CHECK:{{^    [}]$}}
// CHECK-NOT:scf.for
// CHECK:return
emb.gradient @dsquares of @squares wrt("x") seeded
