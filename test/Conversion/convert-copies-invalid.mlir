// RUN: emb-opt %s --emb-convert-copies --verify-diagnostics

func.func @f(%from: memref<*xf32>, %to: memref<*xf32>) {
  // expected-error@+1 {{'memref.copy' op expected memrefs of known rank, found 'memref<*xf32>' and 'memref<*xf32>'}}
  memref.copy %from, %to : memref<*xf32> to memref<*xf32>
  return
}
