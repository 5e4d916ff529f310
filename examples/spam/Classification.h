//===- Classification.h - What both classifiers of mails do -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A classifier is a model with an input "labels", a loss, and an output
// "classes", the class of each mail.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXAMPLES_SPAM_CLASSIFICATION_H
#define EMB_EXAMPLES_SPAM_CLASSIFICATION_H

#include "Batches.h"

#include "common/Training.h"

namespace spam {

struct Flags : examples::TrainingFlags {
  explicit Flags(const Defaults &defaults);

  llvm::cl::opt<std::string> data;
};

/// Reads --data, leaves --limit mails to train on, and prints how many there
/// are. The words are those that occur at least twice in the training mails:
/// others say nothing that another mail could use.
llvm::Expected<Corpus> readMails(const Flags &flags, llvm::raw_ostream &out);

/// The inputs besides the labels.
using Feeds = std::vector<mlir::emb::Feed>;
using FeedFn = llvm::function_ref<Feeds(const Batch &)>;

/// Takes a step with each batch; returns the mean loss over the mails.
llvm::Expected<double> trainEpoch(mlir::emb::CompiledModel &model,
                                  const Batches &batches, FeedFn feed);

/// Prints for how many mails the class is the right one.
llvm::Error test(const mlir::emb::CompiledModel &model, const Batches &batches,
                 FeedFn feed, llvm::raw_ostream &out);

} // namespace spam

#endif // EMB_EXAMPLES_SPAM_CLASSIFICATION_H
