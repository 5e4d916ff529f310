//===- Error.h - Errors with a runtime status -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXECUTIONENGINE_ERROR_H
#define EMB_EXECUTIONENGINE_ERROR_H

#include "emb/Runtime/RuntimeABI.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

#include <string>

namespace mlir::emb {

/// Every llvm::Error of this library: a status and a text that names the thing,
/// what was found and what was expected.
class StatusError : public llvm::ErrorInfo<StatusError> {
public:
  static char ID;

  StatusError(EmbStatus status, std::string message)
      : status(status), message(std::move(message)) {}

  EmbStatus getStatus() const { return status; }
  void log(llvm::raw_ostream &os) const override;
  std::error_code convertToErrorCode() const override;

private:
  EmbStatus status;
  std::string message;
};

/// Makes a failure with `status` (not EMB_OK) and the given text.
llvm::Error makeError(EmbStatus status, const llvm::Twine &message);

/// The status of `error` (EMB_OK for success, EMB_INVALID_ARGUMENT for an error
/// that is not ours), which stays as it is: it still has to be handled.
EmbStatus getStatus(const llvm::Error &error);

} // namespace mlir::emb

#endif // EMB_EXECUTIONENGINE_ERROR_H
