// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-hoist-allocations))' --split-input-file --verify-diagnostics

func.func @size_from_memory(%w: memref<8x4xf32> {emb.written}, %s: memref<1xindex>) -> memref<?xf32> {
  %c0 = arith.constant 0 : index
  // expected-note@+1 {{the first write is here}}
  linalg.add ins(%w, %w : memref<8x4xf32>, memref<8x4xf32>) outs(%w : memref<8x4xf32>)
  %n = memref.load %s[%c0] : memref<1xindex>
  // expected-error@+1 {{'memref.alloc' op acquires memory after the first write to an argument and cannot be moved before it}}
  %t = memref.alloc(%n) : memref<?xf32>
  return %t : memref<?xf32>
}

// -----

func.func @in_loop(%w: memref<8x4xf32> {emb.written}, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-note@+1 {{the first write is here}}
  scf.for %i = %c0 to %n step %c1 {
    // expected-error@+1 {{'memref.alloc' op acquires memory after the first write to an argument}}
    %t = memref.alloc(%i) : memref<?x4xf32>
    linalg.add ins(%w, %w : memref<8x4xf32>, memref<8x4xf32>) outs(%w : memref<8x4xf32>)
  }
  return
}
