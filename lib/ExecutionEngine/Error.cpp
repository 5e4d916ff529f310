//===- Error.cpp - Errors with a runtime status ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/ExecutionEngine/Error.h"

#include "llvm/Support/raw_ostream.h"

using namespace mlir::emb;

char StatusError::ID;

void StatusError::log(llvm::raw_ostream &os) const { os << message; }

std::error_code StatusError::convertToErrorCode() const {
  switch (status) {
  case EMB_OUT_OF_MEMORY:
    return std::make_error_code(std::errc::not_enough_memory);
  case EMB_BUSY:
    return std::make_error_code(std::errc::device_or_resource_busy);
  case EMB_IO_ERROR:
    return std::make_error_code(std::errc::io_error);
  default:
    return std::make_error_code(std::errc::invalid_argument);
  }
}

llvm::Error mlir::emb::makeError(EmbStatus status, const llvm::Twine &message) {
  return llvm::make_error<StatusError>(status, message.str());
}

EmbStatus mlir::emb::getStatus(const llvm::Error &error) {
  EmbStatus status = EMB_OK;
  llvm::visitErrors(error, [&](const llvm::ErrorInfoBase &info) {
    status = info.isA<StatusError>()
                 ? static_cast<const StatusError &>(info).getStatus()
                 : EMB_INVALID_ARGUMENT;
  });
  return status;
}
