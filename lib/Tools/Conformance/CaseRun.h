//===- CaseRun.h - One run of a case ----------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kind of case is one function that gets a CaseRun: it reads the attributes
// and inputs, compiles, calls, and hands in the outputs by name. A new kind is
// a file with such a function, declared below and entered in CaseKinds.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_CONFORMANCE_CASERUN_H
#define EMB_LIB_TOOLS_CONFORMANCE_CASERUN_H

#include "Case.h"

#include "emb/ExecutionEngine/Executable.h"

namespace mlir::emb::conformance {

/// Compiles modules, each text once.
class Compiler {
public:
  explicit Compiler(const CompileOptions &options) : options(options) {}

  llvm::Expected<const Executable *> compile(StringRef text, StringRef name);
  const CompileOptions &getOptions() const { return options; }

private:
  const CompileOptions &options;
  llvm::StringMap<std::unique_ptr<Executable>> executables;
};

/// Options that are refused before there is a module: PyTorch refuses them and
/// nothing in the dialect stands for them. `kind` is that of an error case.
class Refusal : public llvm::ErrorInfo<Refusal, StatusError> {
public:
  static char ID;

  Refusal(StringRef kind, const llvm::Twine &message)
      : ErrorInfo(EMB_INVALID_ARGUMENT, message.str()), kind(kind) {}

  StringRef getKind() const { return kind; }

private:
  StringRef kind;
};

inline constexpr StringLiteral kUnsupportedCombination =
    "unsupported_combination";
inline constexpr StringLiteral kBadMode = "bad_mode";
inline constexpr StringLiteral kBadShape = "bad_shape";
inline constexpr StringLiteral kBadOption = "bad_option";

llvm::Error refuse(StringLiteral kind, const llvm::Twine &message);

/// One run of a case.
class CaseRun {
public:
  /// Compiled texts are also appended to `modules` if it is given.
  CaseRun(Case &testCase, Compiler &compiler, std::string *modules)
      : testCase(testCase), attributes(testCase.attributes), compiler(compiler),
        modules(modules) {}

  Case &testCase;
  Attributes attributes;
  /// An error case: options are checked as for a run with gradients, even if
  /// the case has none to give.
  bool expectsError = false;

  llvm::Expected<CompiledFunction> compile(StringRef text, StringRef function);
  /// For what is compiled in another way: a model.
  const CompileOptions &getCompileOptions() const {
    return compiler.getOptions();
  }
  void noteModule(StringRef text);

  void setOutput(StringRef name, RuntimeValue value);
  /// Fails for an output that nobody set; a scalar is a tensor of rank 0.
  llvm::Expected<TensorRef> getOutput(StringRef name) const;

private:
  Compiler &compiler;
  std::string *modules;
  std::map<std::string, RuntimeValue> outputs;
};

/// A malformed case.
llvm::Error malformedCase(const llvm::Twine &message);

using RunCase = llvm::Error (*)(CaseRun &run);

/// The function for an op; null for an unknown one.
RunCase findCaseKind(StringRef op);

llvm::Error runEmbedding(CaseRun &run);
llvm::Error runEmbeddingBag(CaseRun &run);
llvm::Error runTwoLookups(CaseRun &run);
llvm::Error runOptimizer(CaseRun &run);
llvm::Error runLinear(CaseRun &run);
llvm::Error runLSTM(CaseRun &run);
llvm::Error runLoss(CaseRun &run);
llvm::Error runTrainEinsum(CaseRun &run);
llvm::Error runTrainFactorization(CaseRun &run);
llvm::Error runTrainClassifier(CaseRun &run);
llvm::Error runTrainTransE(CaseRun &run);
llvm::Error runOneHotLinear(CaseRun &run);
llvm::Error runCloneMatmul(CaseRun &run);
/// Succeeds if the API of the case fails as it has to, with all inputs as they
/// were.
llvm::Error runError(CaseRun &run);

} // namespace mlir::emb::conformance

#endif // EMB_LIB_TOOLS_CONFORMANCE_CASERUN_H
