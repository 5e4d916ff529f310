//===- CaseRun.cpp - One run of a case ------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CaseRun.h"

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::conformance;

char Refusal::ID = 0;

llvm::Error conformance::refuse(StringLiteral kind,
                                const llvm::Twine &message) {
  return llvm::make_error<Refusal>(kind, message);
}

llvm::Error conformance::malformedCase(const llvm::Twine &message) {
  return makeError(EMB_IO_ERROR, message);
}

llvm::Expected<const Executable *> Compiler::compile(StringRef text,
                                                     StringRef name) {
  std::unique_ptr<Executable> &entry = executables[text];
  if (!entry) {
    auto executable = compileString(text, options, name);
    if (!executable)
      return executable.takeError();
    entry = std::move(*executable);
  }
  return entry.get();
}

llvm::Expected<CompiledFunction> CaseRun::compile(StringRef text,
                                                  StringRef function) {
  noteModule(text);
  auto executable = compiler.compile(text, testCase.name + ".mlir");
  if (!executable)
    return executable.takeError();
  return (*executable)->lookup(function);
}

void CaseRun::noteModule(StringRef text) {
  if (modules)
    modules->append(text.str());
}

void CaseRun::setOutput(StringRef name, RuntimeValue value) {
  outputs.insert_or_assign(name.str(), std::move(value));
}

llvm::Expected<TensorRef> CaseRun::getOutput(StringRef name) const {
  auto it = outputs.find(name.str());
  if (it == outputs.end())
    return malformedCase("op '" + testCase.op +
                         "' with these inputs has no "
                         "such output");
  if (it->second.isTensor())
    return it->second.getTensor();
  const Scalar &scalar = it->second.getScalar();
  return TensorRef(const_cast<unsigned char *>(scalar.bytes), scalar.dtype, {});
}
