//===- Classifier.cpp - The model: weights and compiled functions ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Classifier.h"

#include "emb/ExecutionEngine/Npy.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace mlir::emb;

namespace spam {

/// The places of the arguments of @step that change from call to call, and of
/// its result that is not a weight.
enum StepArgument { kIds = 9, kOffsets, kLabels, kLearningRate, kStep };
enum StepResult { kLoss = 9 };

static TensorRef view(ArrayRef<int32_t> values) {
  return TensorRef(values.data(), {static_cast<int64_t>(values.size())});
}

Expected<Classifier::Parameter>
Classifier::Parameter::create(ArrayRef<int64_t> shape) {
  Parameter parameter;
  for (Tensor *tensor :
       {&parameter.value, &parameter.mean, &parameter.meanOfSquares}) {
    Expected<Tensor> zeros = Tensor::zeros(DType::F32, shape);
    if (!zeros)
      return zeros.takeError();
    *tensor = std::move(*zeros);
  }
  return parameter;
}

Classifier::Classifier(Parameter table, Parameter weight, Parameter bias,
                       BoundCall step, CompiledFunction predict)
    : table(std::move(table)), weight(std::move(weight)), bias(std::move(bias)),
      step(std::move(step)), predict(std::move(predict)) {}

Expected<Classifier> Classifier::create(const Executable &program,
                                        int32_t vocabularySize,
                                        Random &random) {
  auto step = program.lookup("step");
  if (!step)
    return step.takeError();
  auto predict = program.lookup("predict");
  if (!predict)
    return predict.takeError();

  auto table = Parameter::create({vocabularySize, width});
  if (!table)
    return table.takeError();
  auto weight = Parameter::create({classes, width});
  if (!weight)
    return weight.takeError();
  auto bias = Parameter::create({classes});
  if (!bias)
    return bias.takeError();

  for (float &x : table->value.elements<float>())
    x = random.normal(0.1);
  for (Tensor *tensor : {&weight->value, &bias->value})
    for (float &x : tensor->elements<float>())
      x = random.uniform(1 / std::sqrt(double(width)));

  // The weights stay where they are; train() replaces what changes.
  SmallVector<RuntimeValue> arguments;
  for (Parameter *parameter : {&*table, &*weight, &*bias})
    for (Tensor *tensor :
         {&parameter->value, &parameter->mean, &parameter->meanOfSquares})
      arguments.push_back(*tensor);
  static const int32_t noOffsets[] = {0};
  arguments.append({view({}), view(noOffsets), view({}), 0.0, int64_t(1)});
  auto bound = step->bind(arguments);
  if (!bound)
    return bound.takeError();
  return Classifier(std::move(*table), std::move(*weight), std::move(*bias),
                    std::move(*bound), std::move(*predict));
}

Expected<float> Classifier::train(const Batch &batch, double learningRate) {
  const std::pair<StepArgument, RuntimeValue> changes[] = {
      {kIds, view(batch.ids)},
      {kOffsets, view(batch.offsets)},
      {kLabels, view(batch.labels)},
      {kLearningRate, learningRate},
      {kStep, steps + 1}};
  for (const auto &[position, value] : changes)
    if (Error error = step.setArgument(position, value))
      return error;
  if (Error error = step.run())
    return error;
  ++steps;
  Expected<RuntimeValue> loss = step.getResult(kLoss);
  if (!loss)
    return loss.takeError();
  return loss->getScalar().asDouble();
}

Expected<size_t> Classifier::countRight(const Batch &batch) const {
  auto results = predict.call({table.value, weight.value, bias.value,
                               view(batch.ids), view(batch.offsets)});
  if (!results)
    return results.takeError();
  TensorRef found = results->front().getTensor();
  ArrayRef<int32_t> labels(static_cast<int32_t *>(found.data), batch.size());
  size_t right = 0;
  for (auto [label, expected] : zip_equal(labels, batch.labels))
    right += label == expected;
  return right;
}

Error Classifier::save(StringRef folder) const {
  if (std::error_code code = sys::fs::create_directories(folder))
    return createStringError(code, "cannot make the folder '" + folder + "'");
  const std::pair<StringRef, const Tensor *> files[] = {
      {"embedding.weight.npy", &table.value},
      {"linear.weight.npy", &weight.value},
      {"linear.bias.npy", &bias.value}};
  for (auto [name, tensor] : files) {
    SmallString<128> path(folder);
    sys::path::append(path, name);
    if (Error error = writeNpy(path, tensor->ref()))
      return error;
  }
  return Error::success();
}

} // namespace spam
