// RUN: emb-opt %s --canonicalize --cse | emb-opt | FileCheck %s
// RUN: emb-opt %s --emit-bytecode | emb-opt | FileCheck %s

// Regions are kept, in order, whatever is in them.

// CHECK-LABEL: func.func @regions
func.func @regions(%n: index) {
  // CHECK-NEXT: emb.profile_begin 0
  // CHECK-NEXT: emb.profile_begin 1
  // CHECK-NEXT: emb.profile_end 1 bytes %{{.*}}
  // CHECK-NEXT: emb.profile_end 0 bytes %{{.*}}
  // CHECK-NEXT: emb.profile_begin 1
  // CHECK-NEXT: emb.profile_end 1 bytes %{{.*}}
  emb.profile_begin 0
  emb.profile_begin 1
  emb.profile_end 1 bytes %n
  emb.profile_end 0 bytes %n
  emb.profile_begin 1
  emb.profile_end 1 bytes %n
  return
}
