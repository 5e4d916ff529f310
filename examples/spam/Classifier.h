//===- Classifier.h - The model: weights and compiled functions -*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXAMPLES_SPAM_CLASSIFIER_H
#define EMB_EXAMPLES_SPAM_CLASSIFIER_H

#include "Batches.h"
#include "emb/ExecutionEngine/Executable.h"

namespace spam {

/// A mean bag of a word table and a linear layer, trained by Adam.
class Classifier {
public:
  static constexpr int64_t width = 64, classes = 2;

  /// `program` is forward.mlir, compiled.
  ///
  /// Random weights: the table is normal with deviation 0.1, the linear layer
  /// uniform within 1 / sqrt(width), as in torch.nn.Linear.
  static llvm::Expected<Classifier> create(const mlir::emb::Executable &program,
                                           int32_t vocabularySize,
                                           Random &random);

  /// Takes a step and returns the mean loss of the batch before it. If it
  /// fails the weights are what they were.
  llvm::Expected<float> train(const Batch &batch, double learningRate);

  /// Takes no step: the number of mails whose class is the right one.
  llvm::Expected<size_t> countRight(const Batch &batch) const;

  /// Writes embedding.weight.npy, linear.weight.npy and linear.bias.npy into
  /// `folder`, which is made if it is not there.
  llvm::Error save(llvm::StringRef folder) const;

private:
  using Tensor = mlir::emb::Tensor;

  /// A weight with the running means that Adam keeps for it.
  struct Parameter {
    Tensor value, mean, meanOfSquares;

    static llvm::Expected<Parameter> create(llvm::ArrayRef<int64_t> shape);
  };

  Classifier(Parameter table, Parameter weight, Parameter bias,
             mlir::emb::BoundCall step, mlir::emb::CompiledFunction predict);

  Parameter table, weight, bias;
  mlir::emb::BoundCall step;
  mlir::emb::CompiledFunction predict;
  int64_t steps = 0;
};

} // namespace spam

#endif // EMB_EXAMPLES_SPAM_CLASSIFIER_H
