// RUN: emb-opt %s --emb-differentiate --split-input-file --verify-diagnostics

// The bits of a number mean nothing in another type.

emb.gradient @dbits of @bits wrt("x") seeded

func.func @bits(%x: tensor<3xf16> {emb.name = "x"}) -> tensor<3xbf16> {
  %0 = arith.negf %x : tensor<3xf16>
  // expected-error @+1 {{'arith.bitcast' op has no rule for differentiation; it is on the path 'x' -> arith.negf -> arith.bitcast -> result}}
  %1 = arith.bitcast %0 : tensor<3xf16> to tensor<3xbf16>
  return %1 : tensor<3xbf16>
}

// -----

emb.gradient @dscaled of @scaled wrt("x") seeded

func.func @scaled(%x: f32 {emb.name = "x"}, %s: f32) -> f8E4M3FN {
  // expected-error @+1 {{'arith.scaling_truncf' op has no rule for differentiation}}
  %0 = arith.scaling_truncf %x, %s : f32, f32 to f8E4M3FN
  return %0 : f8E4M3FN
}

// -----

// On the way to a parameter that is frozen it does not matter.

emb.gradient @dfrozen of @frozen wrt("x") seeded

func.func @frozen(%x: bf16 {emb.name = "x"}, %c: f16) -> bf16 {
  %0 = arith.bitcast %c : f16 to bf16
  %1 = arith.mulf %x, %0 : bf16
  return %1 : bf16
}
