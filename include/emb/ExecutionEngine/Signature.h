//===- Signature.h - What a compiled function takes and gives ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXECUTIONENGINE_SIGNATURE_H
#define EMB_EXECUTIONENGINE_SIGNATURE_H

#include "emb/ExecutionEngine/DType.h"
#include "emb/ExecutionEngine/Profile.h"
#include "emb/ExecutionEngine/Tensor.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <string>

namespace mlir::emb {

/// Size of a dimension that is known at run time only.
inline constexpr int64_t kDynamicSize = ShapedType::kDynamic;

/// Type of an argument or result: a scalar, or a tensor of static rank.
struct ValueType {
  bool isTensor = false;
  DType dtype = DType::F32;
  /// Of a tensor; kDynamicSize where any size goes.
  Shape shape;

  /// "tensor<?x64xf32>", "f32".
  std::string str() const;
  /// The reverse of str(); std::nullopt for other texts.
  static std::optional<ValueType> parse(llvm::StringRef text);
};

struct ArgumentInfo {
  /// From `emb.name` in the source; "" if it has none.
  std::string name;
  ValueType type;
  /// True if the function updates this tensor in place.
  bool written = false;
  /// True if the compiled code takes any innermost stride (`emb.strided` in the
  /// source). For other arguments a call with such a view compiles a variant.
  bool strided = false;
};

struct Signature {
  /// Symbol of the function.
  std::string name;
  llvm::SmallVector<ArgumentInfo, 8> arguments;
  llvm::SmallVector<ValueType, 4> results;
  /// Whether the code was compiled with CompileOptions::profile, and the
  /// regions that it takes the time of.
  bool profiled = false;
  std::vector<ProfileRegion> regions;

  /// Position of the argument with this `emb.name`, or -1.
  int64_t findArgument(llvm::StringRef argumentName) const;
  /// "argument 1 'ids'" or "argument 1".
  std::string describeArgument(size_t position) const;
  /// "step(weight: tensor<1000x64xf32> written, ids: tensor<?xi64>) -> f32".
  std::string str() const;

  /// From the attributes `emb.arguments`, `emb.results` and `emb.regions` of a
  /// lowered function; fails with EMB_COMPILE_ERROR and says what is wrong with
  /// them.
  static llvm::Expected<Signature> fromFunction(Operation *function);

  llvm::json::Value toJSON() const;
  static llvm::Expected<Signature> fromJSON(const llvm::json::Value &json);
};

} // namespace mlir::emb

#endif // EMB_EXECUTIONENGINE_SIGNATURE_H
