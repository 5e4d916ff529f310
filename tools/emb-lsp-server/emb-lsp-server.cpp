//===- emb-lsp-server.cpp - Language server for emb IR files --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "emb/InitAll.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::emb::registerAllDialects(registry);
  return mlir::asMainReturnCode(mlir::MlirLspServerMain(argc, argv, registry));
}
