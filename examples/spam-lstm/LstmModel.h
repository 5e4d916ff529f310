//===- LstmModel.h - LSTM classifier of mails -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXAMPLES_SPAM_LSTM_LSTMMODEL_H
#define EMB_EXAMPLES_SPAM_LSTM_LSTMMODEL_H

#include "Classification.h"

namespace spam {

/// How many words of a mail are read.
constexpr int64_t kSequenceLength = 64;

/// An LSTM over the words of a mail, and a linear layer on its last state. Says
/// what the loss and the classes are, and how the parameters learn.
mlir::emb::ModelCompileOptions buildLstmModel(mlir::emb::Model &model,
                                              int64_t numWords);

/// The inputs besides the labels, as views, of mails that are sequences of
/// kSequenceLength.
Feeds feedSequences(const Batch &batch);

} // namespace spam

#endif // EMB_EXAMPLES_SPAM_LSTM_LSTMMODEL_H
