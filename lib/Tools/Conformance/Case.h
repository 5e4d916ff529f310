//===- Case.h - A case with known results -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_CONFORMANCE_CASE_H
#define EMB_LIB_TOOLS_CONFORMANCE_CASE_H

#include "emb/ExecutionEngine/Tensor.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/JSON.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mlir::emb::conformance {

/// How an output is compared.
enum class Check {
  Exact, ///< the same bits
  Close, ///< |got - want| <= atol + rtol * |want|
  Info   ///< not at all
};

/// One file of a case.
struct FileInfo {
  std::string name, path;
  DType dtype = DType::F32;
  Shape shape;
};

struct OutputInfo : FileInfo {
  Check check = Check::Exact;
  double rtol = 0.0, atol = 0.0;
};

/// The attributes of a case, read by name. What is wrong with one, and those
/// that nobody asked for, are in the error of finish().
class Attributes {
public:
  explicit Attributes(const llvm::json::Object &object) : object(&object) {}

  bool readBool(StringRef name, bool absent);
  std::optional<int64_t> readInt(StringRef name);
  /// A number, true or false (1 and 0), or "inf", "-inf", "nan".
  std::optional<double> readNumber(StringRef name);
  std::optional<std::string> readString(StringRef name);
  std::optional<std::vector<double>> readNumbers(StringRef name, size_t size);
  const llvm::json::Object *readObject(StringRef name);

  llvm::Error finish();

private:
  /// The value; null if it is absent or null.
  const llvm::json::Value *find(StringRef name);
  void fail(StringRef name, const llvm::json::Value &found, StringRef expected);

  const llvm::json::Object *object;
  std::set<std::string> asked;
  std::string error;
};

/// A number of JSON or one of "inf", "-inf", "nan".
std::optional<double> parseNumber(const llvm::json::Value &value);
/// An array of integers, none negative.
std::optional<Shape> parseShape(const llvm::json::Value *value);

/// A case that has been read from its folder: what case.json says, and the
/// inputs. Outputs are read when they are compared.
struct Case {
  std::string name, op;
  llvm::json::Object attributes;
  /// Inputs by name; a run may change them.
  std::map<std::string, Tensor> inputs;
  std::vector<OutputInfo> outputs;
  /// What an `error` case has to fail with; "" for others.
  std::string errorKind;

  /// The input, or null.
  Tensor *findInput(StringRef inputName);
  /// Fails if there is none.
  llvm::Expected<Tensor *> getInput(StringRef inputName);
  /// Fails if there are inputs besides these.
  llvm::Error checkInputNames(ArrayRef<std::string> known) const;
  const OutputInfo *findOutput(StringRef outputName) const;
};

/// Reads case.json and the inputs of the case in `folder`. Errors say which
/// file and which key is wrong, what was found and what was expected.
llvm::Expected<Case> readCase(StringRef folder);

/// Reads a file of a case and checks that it is what case.json says.
llvm::Expected<Tensor> readTensor(const FileInfo &info);

} // namespace mlir::emb::conformance

#endif // EMB_LIB_TOOLS_CONFORMANCE_CASE_H
