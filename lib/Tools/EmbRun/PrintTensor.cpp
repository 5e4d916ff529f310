//===- PrintTensor.cpp - Tensors as text ----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Tools/EmbRun.h"
#include "llvm/Support/Format.h"

#include <cstring>

using namespace mlir;
using namespace mlir::emb;

static void printElement(llvm::raw_ostream &os, DType dtype,
                         const void *element) {
  if (dtype == DType::I64) {
    int64_t value;
    std::memcpy(&value, element, sizeof(value));
    os << value;
  } else {
    os << llvm::format("%.6g", loadAsDouble(dtype, element));
  }
}

static void printFrom(llvm::raw_ostream &os, const TensorRef &tensor,
                      const char *data, int64_t dimension, int64_t edge) {
  if (dimension == tensor.getRank())
    return printElement(os, tensor.dtype, data);
  int64_t size = tensor.shape[dimension];
  bool innermost = dimension == tensor.getRank() - 1;
  os << '[';
  for (int64_t i = 0; i < size; ++i) {
    if (i > 0) {
      os << (innermost ? ", " : ",\n");
      if (!innermost)
        os.indent(dimension + 1);
    }
    if (i == edge && size > 2 * edge) {
      os << "...";
      i = size - edge - 1;
      continue;
    }
    printFrom(os, tensor,
              data + i * tensor.strides[dimension] * getByteWidth(tensor.dtype),
              dimension + 1, edge);
  }
  os << ']';
}

void mlir::emb::printTensor(llvm::raw_ostream &os, const TensorRef &tensor,
                            int64_t edge) {
  printFrom(os, tensor, static_cast<const char *>(tensor.data), 0, edge);
}
