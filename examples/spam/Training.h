//===- Training.h - Epochs of training, and what they took ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXAMPLES_SPAM_TRAINING_H
#define EMB_EXAMPLES_SPAM_TRAINING_H

#include "Classifier.h"
#include "llvm/Support/raw_ostream.h"

namespace spam {

/// Chosen on parts of the training mails that were held out; see README.md.
struct TrainingOptions {
  unsigned epochs = 10;
  size_t batchSize = 64;
  double learningRate = 0.01;
};

/// What training took: shuffling and steps, not the count of bytes.
struct TrainingReport {
  double seconds = 0;
  size_t mails = 0;
  /// What the steps had to read and write of the table, its running means and
  /// the gradients of the bags; see countBytes.
  int64_t bytes = 0;
};

/// The bytes that a step cannot avoid to move for its rows of 64 floats: each
/// word reads a row of the table on the way forward and a row of gradient on
/// the way back; for each distinct word, a row of the table and of its two
/// running means is read and written.
int64_t countBytes(int64_t words, int64_t distinctWords);

/// Trains and prints a line for each epoch: loss, mails per second, time left.
llvm::Expected<TrainingReport> train(Classifier &classifier, const Mails &mails,
                                     const TrainingOptions &options,
                                     Random &random, llvm::raw_ostream &out);

/// The number of mails whose class is found.
llvm::Expected<size_t> countRight(const Classifier &classifier,
                                  const Mails &mails);

} // namespace spam

#endif // EMB_EXAMPLES_SPAM_TRAINING_H
