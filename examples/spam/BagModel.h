//===- BagModel.h - Bag classifier of mails ---------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXAMPLES_SPAM_BAGMODEL_H
#define EMB_EXAMPLES_SPAM_BAGMODEL_H

#include "Classification.h"

namespace spam {

/// The mean of the rows of a mail's words, and a linear layer. Says what the
/// loss and the classes are, and how the parameters learn.
mlir::emb::ModelCompileOptions buildBagModel(mlir::emb::Model &model,
                                             int64_t numWords);

/// The inputs besides the labels, as views.
Feeds feedBags(const Batch &batch);

} // namespace spam

#endif // EMB_EXAMPLES_SPAM_BAGMODEL_H
