// RUN: emb-opt %s --split-input-file --verify-diagnostics

func.func @profile_begin_c1() {
  // expected-error@+1 {{'emb.profile_begin' op attribute 'region' failed to satisfy constraint: 32-bit signless integer attribute whose value is non-negative}}
  emb.profile_begin -1
  return
}

// -----

func.func @profile_end_c1(%n: index) {
  // expected-error@+1 {{'emb.profile_end' op attribute 'region' failed to satisfy constraint: 32-bit signless integer attribute whose value is non-negative}}
  emb.profile_end -1 bytes %n
  return
}
