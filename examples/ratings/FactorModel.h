//===- FactorModel.h - Matrix factorisation with biases ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXAMPLES_RATINGS_FACTORMODEL_H
#define EMB_EXAMPLES_RATINGS_FACTORMODEL_H

#include "Dataset.h"
#include "emb/Model/Model.h"

namespace ratings {

/// Predicts average + bias of the user + bias of the item + the product of
/// their vectors. Inputs are users, items and ratings; "squared_error" is a
/// metric, the mean over the batch, and "predictions" the output.
mlir::emb::ModelCompileOptions buildFactorModel(mlir::emb::Model &model,
                                                int64_t numUsers,
                                                int64_t numItems,
                                                double average);

/// The inputs, as views.
std::vector<mlir::emb::Feed> feed(const Batch &batch);

} // namespace ratings

#endif // EMB_EXAMPLES_RATINGS_FACTORMODEL_H
