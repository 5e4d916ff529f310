//===- Sections.h - The programs of docs/models.md --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_DOCS_MODELS_SECTIONS_H
#define EMB_TEST_DOCS_MODELS_SECTIONS_H

#include "llvm/Support/raw_ostream.h"

namespace docs {
void showSteps(llvm::raw_ostream &out);
void showNumbers(llvm::raw_ostream &out);
void showOptimizer(llvm::raw_ostream &out);
void showSchedule(llvm::raw_ostream &out);
void showGroups(llvm::raw_ostream &out);
void showMaxNorm(llvm::raw_ostream &out);
void showJagged(llvm::raw_ostream &out);
void showViews(llvm::raw_ostream &out);
void showWeights(llvm::raw_ostream &out);
void showPretrained(llvm::raw_ostream &out);
void showFiles(llvm::raw_ostream &out);
void showCustom(llvm::raw_ostream &out);

/// What docs/from-pytorch.md says in tables.
void checkDictionary();
} // namespace docs

#endif // EMB_TEST_DOCS_MODELS_SECTIONS_H
