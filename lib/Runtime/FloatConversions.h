//===- FloatConversions.h - f16 and bf16 without hardware -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What LLVM calls for f16 and bf16 where the processor has no instruction. The
// platform passes these types in the low 16 bits of the register that a float
// uses, so a float stands for them here and no compiler needs to know them.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_RUNTIME_FLOATCONVERSIONS_H
#define EMB_LIB_RUNTIME_FLOATCONVERSIONS_H

extern "C" {
float embTruncF32F16(float value);
float embTruncF64F16(double value);
float embTruncF32BF16(float value);
float embTruncF64BF16(double value);
float embExtendF16F32(float value);
double embExtendF16F64(float value);
float embExtendBF16F32(float value);
}

#endif // EMB_LIB_RUNTIME_FLOATCONVERSIONS_H
