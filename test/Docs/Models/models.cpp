//===- models.cpp - Run what the pages on models show ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sections.h"

int main() {
  docs::showSteps(llvm::outs());
  docs::showViews(llvm::outs());
  docs::showNumbers(llvm::outs());
  docs::showJagged(llvm::outs());
  docs::showGroups(llvm::outs());
  docs::showSchedule(llvm::outs());
  docs::showOptimizer(llvm::outs());
  docs::showMaxNorm(llvm::outs());
  docs::showWeights(llvm::outs());
  docs::showPretrained(llvm::outs());
  docs::showFiles(llvm::outs());
  docs::showCustom(llvm::outs());
  docs::checkDictionary();
  return EXIT_SUCCESS;
}
