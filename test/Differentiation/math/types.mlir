// RUN: sed s/f64/f32/g %s > %t.f32.mlir
// RUN: emb-run %t.f32.mlir --entry=dfunctions --arg x=[0.625,0.625,0.625,0.625,0.625,0.625,0.625,0.625,0.625,0.625,0.625,0.625,0.625] --arg w=[0.625,0.625,0.625,0.625,0.625,0.625,0.625,1.5,0.625,0.625,0.625,0.625,0.625,0.625,2.75,0.625] --arg grad_output.0=[1,1,1,1,1,1,1,1,1,1,1,1,1] --arg grad_output.1=[1,1,1,1,1,1,1,1,1,1,1,1,1,1] --print=2 --print=3 | FileCheck %s --check-prefix=F32
// RUN: sed s/f64/f16/g %s > %t.f16.mlir
// RUN: emb-run %t.f16.mlir --entry=dfunctions --arg x=[0.625,0.625,0.625,0.625,0.625,0.625,0.625,0.625,0.625,0.625,0.625,0.625,0.625] --arg w=[0.625,0.625,0.625,0.625,0.625,0.625,0.625,1.5,0.625,0.625,0.625,0.625,0.625,0.625,2.75,0.625] --arg grad_output.0=[1,1,1,1,1,1,1,1,1,1,1,1,1] --arg grad_output.1=[1,1,1,1,1,1,1,1,1,1,1,1,1,1] --print=2 --print=3 | FileCheck %s --check-prefix=F16
// RUN: sed s/f64/bf16/g %s > %t.bf16.mlir
// RUN: emb-run %t.bf16.mlir --entry=dfunctions --arg x=[0.625,0.625,0.625,0.625,0.625,0.625,0.625,0.625,0.625,0.625,0.625,0.625,0.625] --arg w=[0.625,0.625,0.625,0.625,0.625,0.625,0.625,1.5,0.625,0.625,0.625,0.625,0.625,0.625,2.75,0.625] --arg grad_output.0=[1,1,1,1,1,1,1,1,1,1,1,1,1] --arg grad_output.1=[1,1,1,1,1,1,1,1,1,1,1,1,1,1] --print=2 --print=3 | FileCheck %s --check-prefix=BF16
// RUN: emb-gradcheck %s

// What the rules create compiles for every type of floats.

// F32:       2: 13xf32
// F32-NEXT:  [1.86825, 1.06898, 1.86825, 1.6, 2.30831, 0.694871, 0.615385, 0.632456, -1.01193, 0.455994, 0.810963, -0.585097, 1.52054]
// F32-NEXT:  3: 16xf32
// F32-NEXT:  [1.28103, -1.28103, 0.719101, 1.20175, 0.666492, 0.692419, 0.847998, 0.894427, 1.64103, 0.7635, -0.7635, 1, 0.745461, -0.350369, 1, -4]
// F16:       2: 13xf16
// F16-NEXT:  [1.86816, 1.06934, 1.86816, 1.59961, 2.30664, 0.694824, 0.615234, 0.632324, -1.01172, 0.455811, 0.811035, -0.584961, 1.52148]
// F16-NEXT:  3: 16xf16
// F16-NEXT:  [1.28125, -1.28125, 0.719238, 1.20215, 0.666504, 0.692383, 0.847656, 0.894531, 1.64062, 0.763184, -0.763184, 1, 0.745117, -0.350342, 1, -4]
// BF16:      2: 13xbf16
// BF16-NEXT: [1.86719, 1.0625, 1.86719, 1.60156, 2.3125, 0.695312, 0.617188, 0.632812, -1.01562, 0.457031, 0.8125, -0.585938, 1.52344]
// BF16-NEXT: 3: 16xbf16
// BF16-NEXT: [1.28125, -1.28125, 0.71875, 1.20312, 0.667969, 0.691406, 0.847656, 0.894531, 1.64062, 0.761719, -0.761719, 1, 0.746094, -0.351562, 1, -4]

emb.gradient @dfunctions of @functions wrt("x", "w") seeded

func.func @functions(%x: tensor<13xf64> {emb.name = "x", check.range = [0.5, 0.75]},
                     %w: tensor<16xf64> {emb.name = "w", check.values = dense<[0.625, 0.625, 0.625, 0.625, 0.625, 0.625, 0.625, 1.5, 0.625, 0.625, 0.625, 0.625, 0.625, 0.625, 2.75, 0.625]> : tensor<16xf64>})
    -> (tensor<13xf64>, tensor<14xf64>) {
  %x0 = tensor.extract_slice %x[0] [1] [1] : tensor<13xf64> to tensor<1xf64>
  %exp = math.exp %x0 : tensor<1xf64>
  %x1 = tensor.extract_slice %x[1] [1] [1] : tensor<13xf64> to tensor<1xf64>
  %exp2 = math.exp2 %x1 : tensor<1xf64>
  %x2 = tensor.extract_slice %x[2] [1] [1] : tensor<13xf64> to tensor<1xf64>
  %expm1 = math.expm1 %x2 : tensor<1xf64>
  %x3 = tensor.extract_slice %x[3] [1] [1] : tensor<13xf64> to tensor<1xf64>
  %log = math.log %x3 : tensor<1xf64>
  %x4 = tensor.extract_slice %x[4] [1] [1] : tensor<13xf64> to tensor<1xf64>
  %log2 = math.log2 %x4 : tensor<1xf64>
  %x5 = tensor.extract_slice %x[5] [1] [1] : tensor<13xf64> to tensor<1xf64>
  %log10 = math.log10 %x5 : tensor<1xf64>
  %x6 = tensor.extract_slice %x[6] [1] [1] : tensor<13xf64> to tensor<1xf64>
  %log1p = math.log1p %x6 : tensor<1xf64>
  %x7 = tensor.extract_slice %x[7] [1] [1] : tensor<13xf64> to tensor<1xf64>
  %sqrt = math.sqrt %x7 : tensor<1xf64>
  %x8 = tensor.extract_slice %x[8] [1] [1] : tensor<13xf64> to tensor<1xf64>
  %rsqrt = math.rsqrt %x8 : tensor<1xf64>
  %x9 = tensor.extract_slice %x[9] [1] [1] : tensor<13xf64> to tensor<1xf64>
  %cbrt = math.cbrt %x9 : tensor<1xf64>
  %x10 = tensor.extract_slice %x[10] [1] [1] : tensor<13xf64> to tensor<1xf64>
  %sin = math.sin %x10 : tensor<1xf64>
  %x11 = tensor.extract_slice %x[11] [1] [1] : tensor<13xf64> to tensor<1xf64>
  %cos = math.cos %x11 : tensor<1xf64>
  %x12 = tensor.extract_slice %x[12] [1] [1] : tensor<13xf64> to tensor<1xf64>
  %tan = math.tan %x12 : tensor<1xf64>
  %first = tensor.concat dim(0) %exp, %exp2, %expm1, %log, %log2, %log10, %log1p, %sqrt, %rsqrt,
      %cbrt, %sin, %cos, %tan :
      (tensor<1xf64>, tensor<1xf64>, tensor<1xf64>, tensor<1xf64>, tensor<1xf64>,
       tensor<1xf64>, tensor<1xf64>, tensor<1xf64>, tensor<1xf64>, tensor<1xf64>,
       tensor<1xf64>, tensor<1xf64>, tensor<1xf64>) -> tensor<13xf64>
  %w0 = tensor.extract_slice %w[0] [1] [1] : tensor<16xf64> to tensor<1xf64>
  %asin = math.asin %w0 : tensor<1xf64>
  %w1 = tensor.extract_slice %w[1] [1] [1] : tensor<16xf64> to tensor<1xf64>
  %acos = math.acos %w1 : tensor<1xf64>
  %w2 = tensor.extract_slice %w[2] [1] [1] : tensor<16xf64> to tensor<1xf64>
  %atan = math.atan %w2 : tensor<1xf64>
  %w3 = tensor.extract_slice %w[3] [1] [1] : tensor<16xf64> to tensor<1xf64>
  %sinh = math.sinh %w3 : tensor<1xf64>
  %w4 = tensor.extract_slice %w[4] [1] [1] : tensor<16xf64> to tensor<1xf64>
  %cosh = math.cosh %w4 : tensor<1xf64>
  %w5 = tensor.extract_slice %w[5] [1] [1] : tensor<16xf64> to tensor<1xf64>
  %tanh = math.tanh %w5 : tensor<1xf64>
  %w6 = tensor.extract_slice %w[6] [1] [1] : tensor<16xf64> to tensor<1xf64>
  %asinh = math.asinh %w6 : tensor<1xf64>
  %w7 = tensor.extract_slice %w[7] [1] [1] : tensor<16xf64> to tensor<1xf64>
  %acosh = math.acosh %w7 : tensor<1xf64>
  %w8 = tensor.extract_slice %w[8] [1] [1] : tensor<16xf64> to tensor<1xf64>
  %atanh = math.atanh %w8 : tensor<1xf64>
  %w9 = tensor.extract_slice %w[9] [1] [1] : tensor<16xf64> to tensor<1xf64>
  %erf = math.erf %w9 : tensor<1xf64>
  %w10 = tensor.extract_slice %w[10] [1] [1] : tensor<16xf64> to tensor<1xf64>
  %erfc = math.erfc %w10 : tensor<1xf64>
  %w11 = tensor.extract_slice %w[11] [1] [1] : tensor<16xf64> to tensor<1xf64>
  %absf = math.absf %w11 : tensor<1xf64>
  %w12 = tensor.extract_slice %w[12] [1] [1] : tensor<16xf64> to tensor<1xf64>
  %w13 = tensor.extract_slice %w[13] [1] [1] : tensor<16xf64> to tensor<1xf64>
  %w14 = tensor.extract_slice %w[14] [1] [1] : tensor<16xf64> to tensor<1xf64>
  %w15 = tensor.extract_slice %w[15] [1] [1] : tensor<16xf64> to tensor<1xf64>
  %powf = math.powf %w12, %w13 : tensor<1xf64>
  %remf = arith.remf %w14, %w15 : tensor<1xf64>
  %second = tensor.concat dim(0) %asin, %acos, %atan, %sinh, %cosh, %tanh, %asinh, %acosh, %atanh,
      %erf, %erfc, %absf, %powf, %remf :
      (tensor<1xf64>, tensor<1xf64>, tensor<1xf64>, tensor<1xf64>, tensor<1xf64>,
       tensor<1xf64>, tensor<1xf64>, tensor<1xf64>, tensor<1xf64>, tensor<1xf64>,
       tensor<1xf64>, tensor<1xf64>, tensor<1xf64>, tensor<1xf64>) -> tensor<14xf64>
  return %first, %second : tensor<13xf64>, tensor<14xf64>
}
