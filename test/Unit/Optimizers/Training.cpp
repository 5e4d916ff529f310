//===- Training.cpp - Steps of an optimizer, compiled ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Training.h"
#include "StepFunction.h"
#include "emb/InitAll.h"

#include <cmath>
#include <cstring>
#include <random>

using namespace mlir;
using namespace mlir::emb;
using namespace emb_test;

std::vector<Case> emb_test::getCases() {
  std::vector<Case> cases;
  auto add = [&](const char *name, auto options, double lr, auto change) {
    change(options);
    cases.push_back({name, options, lr});
  };
  add("SGD", SGD(), 1e-3, [](SGD &) {});
  add("SGDMaximize", SGD(), 1e-3, [](SGD &o) { o.maximize = true; });
  add("SGDMomentum", SGD(), 1e-3, [](SGD &o) { o.momentum = 0.9; });
  add("SGDDampening", SGD(), 1e-3, [](SGD &o) {
    o.momentum = 0.8;
    o.dampening = 0.4;
  });
  add("SGDNesterov", SGD(), 1e-3, [](SGD &o) {
    o.momentum = 0.9;
    o.nesterov = true;
    o.weightDecay = 0.01;
  });
  add("SGDWeightDecay", SGD(), 1e-2, [](SGD &o) { o.weightDecay = 0.05; });
  add("Adagrad", Adagrad(), 0.1, [](Adagrad &) {});
  add("AdagradLrDecay", Adagrad(), 0.2, [](Adagrad &o) {
    o.lrDecay = 0.3;
    o.initialAccumulatorValue = 0.25;
    o.eps = 0.05;
  });
  add("AdagradWeightDecay", Adagrad(), 0.1, [](Adagrad &o) {
    o.weightDecay = 0.02;
    o.eps = 0.05;
    o.maximize = true;
  });
  add("RowWiseAdagrad", RowWiseAdagrad(), 0.1, [](RowWiseAdagrad &) {});
  add("RowWiseAdagradL2", RowWiseAdagrad(), 0.1, [](RowWiseAdagrad &o) {
    o.weightDecay = 0.1;
    o.weightDecayMode = WeightDecayMode::L2;
    o.eps = 0.05;
  });
  add("RowWiseAdagradDecouple", RowWiseAdagrad(), 0.1, [](RowWiseAdagrad &o) {
    o.weightDecay = 0.1;
    o.weightDecayMode = WeightDecayMode::Decouple;
    o.initialAccumulatorValue = 0.5;
  });
  add("SparseAdam", SparseAdam(), 0.01, [](SparseAdam &) {});
  add("SparseAdamEps", SparseAdam(), 0.05, [](SparseAdam &o) {
    o.betas = {0.8, 0.95};
    o.eps = 0.05;
    o.maximize = true;
  });
  add("Adam", Adam(), 0.01, [](Adam &o) {
    o.weightDecay = 0.05;
    o.eps = 0.01;
  });
  add("AdamAmsgrad", Adam(), 0.01, [](Adam &o) {
    o.betas = {0.8, 0.9};
    o.amsgrad = true;
    o.maximize = true;
  });
  add("AdamW", AdamW(), 0.01, [](AdamW &o) { o.weightDecay = 0.1; });
  add("AdamWAmsgrad", AdamW(), 0.01, [](AdamW &o) {
    o.betas = {0.8, 0.9};
    o.amsgrad = true;
    o.maximize = true;
  });
  add("LazyAdamW", LazyAdamW(), 0.01, [](LazyAdamW &o) {
    o.weightDecay = 0.1;
    o.eps = 0.01;
  });
  add("LazyAdamWMaximize", LazyAdamW(), 0.01,
      [](LazyAdamW &o) { o.maximize = true; });
  return cases;
}

std::vector<Batch> emb_test::makeBatches(Ids ids, Signs signs, bool isNegated) {
  std::mt19937_64 random(20);
  // P(rank) ~ 1 / (rank + 1): a row is rank * 11 modulo the used rows.
  std::vector<double> cumulated;
  for (int64_t rank = 0; rank < kUsedRows; ++rank)
    cumulated.push_back((rank ? cumulated.back() : 0.0) + 1.0 / (rank + 1));
  std::vector<Batch> batches(kNumSteps);
  for (auto [number, batch] : llvm::enumerate(batches)) {
    if (ids == Ids::Zipf && number == 7)
      continue;
    for (int64_t k = 0; k < kBatchSize; ++k) {
      double drawn = double(random() >> 11) / double(1ull << 53);
      int64_t rank = llvm::upper_bound(cumulated, drawn * cumulated.back()) -
                     cumulated.begin();
      batch.ids.push_back(ids == Ids::Equal ? 7 : rank * 11 % kUsedRows);
      bool isZero = ids == Ids::Zipf && random() % 16 == 0;
      for (int64_t d = 0; d < kNumColumns; ++d) {
        double value = double(16 + random() % 64) / 64.0;
        bool isMinus = signs == Signs::Fixed ? d % 3 == 0 : random() % 2 == 0;
        batch.gradients.push_back(
            isZero ? 0.0 : (isMinus != isNegated ? -value : value));
      }
    }
  }
  return batches;
}

RowGradients emb_test::sumGradients(const Batch &batch) {
  RowGradients sums;
  for (auto [k, id] : llvm::enumerate(batch.ids)) {
    std::vector<double> &row = sums[id];
    row.resize(kNumColumns);
    for (int64_t d = 0; d < kNumColumns; ++d)
      row[d] += batch.gradients[k * kNumColumns + d];
  }
  return sums;
}

Type emb_test::getElementType(MLIRContext &context, DType dtype) {
  Builder builder(&context);
  switch (dtype) {
  case DType::F16:
    return builder.getF16Type();
  case DType::BF16:
    return builder.getBF16Type();
  case DType::F64:
    return builder.getF64Type();
  default:
    return builder.getF32Type();
  }
}

llvm::Expected<Training> Training::compile(const Case &test, DType dtype) {
  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry);
  context.loadDialect<EmbDialect, func::FuncDialect>();
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
  FailureOr<func::FuncOp> function =
      addStepFunction(*module, "step", test.optimizer,
                      getElementType(context, dtype), kNumColumns);
  if (failed(function))
    return makeError(EMB_COMPILE_ERROR, "the step is refused");
  CompileOptions options;
  options.useCache = false;
  auto executable = compileModule(*module, options);
  if (!executable)
    return executable.takeError();

  Training training;
  training.test = test;
  training.dtype = dtype;
  training.executable = std::move(*executable);
  Builder builder(&context);
  auto table = RankedTensorType::get({kNumRows, kNumColumns},
                                     getElementType(context, dtype));
  SmallVector<RankedTensorType> types{table};
  for (const OptimizerState &state : getStates(test.optimizer))
    types.push_back(getStateType(state, table));
  for (RankedTensorType type : types)
    training.buffers.push_back(llvm::cantFail(
        Tensor::empty(*getDType(type.getElementType()), type.getShape())));
  return training;
}

static void store(Tensor &tensor, int64_t i, double value) {
  storeFromDouble(tensor.getDType(), value,
                  static_cast<char *>(tensor.data()) +
                      i * getByteWidth(tensor.getDType()));
}

void Training::reset() {
  std::mt19937_64 random(3);
  for (int64_t i = 0; i < kNumRows * kNumColumns; ++i) {
    double value = double(64 + random() % 64) / 64.0;
    store(buffers[0], i, i % kNumColumns % 3 == 0 ? value : -value);
  }
  for (auto [number, state] : llvm::enumerate(getStates(test.optimizer)))
    for (int64_t i = 0; i < buffers[1 + number].getNumElements(); ++i)
      store(buffers[1 + number], i, state.initialValue);
}

void Training::setBatches(std::vector<Batch> newBatches) {
  batches = std::move(newBatches);
  gradients.clear();
  for (const Batch &batch : batches) {
    int64_t size = batch.ids.size();
    gradients.push_back(
        llvm::cantFail(Tensor::empty(dtype, {size, kNumColumns})));
    for (auto [i, value] : llvm::enumerate(batch.gradients))
      store(gradients.back(), i, value);
  }
}

llvm::Error Training::bind(int threads) {
  executable->setThreads(threads);
  SmallVector<RuntimeValue> arguments;
  for (Tensor &buffer : buffers)
    arguments.push_back(buffer);
  int64_t size = batches[0].ids.size();
  arguments.push_back(TensorRef(batches[0].ids.data(), {size}));
  arguments.push_back(gradients[0]);
  arguments.push_back(test.lr);
  arguments.push_back(int64_t(1));
  auto function = executable->lookup("step");
  if (!function)
    return function.takeError();
  auto bound = function->bind(arguments);
  if (!bound)
    return bound.takeError();
  call = std::make_unique<BoundCall>(std::move(*bound));
  return llvm::Error::success();
}

llvm::Error Training::step(int64_t t) {
  size_t first = buffers.size();
  Batch &batch = batches[t - 1];
  int64_t size = batch.ids.size();
  // An empty vector has no address to give.
  int64_t none = 0;
  int64_t *ids = batch.ids.empty() ? &none : batch.ids.data();
  if (llvm::Error error = call->setArgument(first, TensorRef(ids, {size})))
    return error;
  if (llvm::Error error = call->setArgument(first + 1, gradients[t - 1]))
    return error;
  if (llvm::Error error = call->setArgument(first + 3, t))
    return error;
  return call->run();
}

static std::vector<double> readAll(const Tensor &tensor) {
  std::vector<double> values(tensor.getNumElements());
  int64_t width = getByteWidth(tensor.getDType());
  for (auto [i, value] : llvm::enumerate(values))
    value = loadAsDouble(tensor.getDType(),
                         static_cast<const char *>(tensor.data()) + i * width);
  return values;
}

Model Training::getModel() const {
  Model model;
  model.numRows = kNumRows;
  model.numColumns = kNumColumns;
  model.weight = readAll(buffers[0]);
  for (const Tensor &state : llvm::drop_begin(buffers))
    model.states.push_back(readAll(state));
  return model;
}

std::string Training::getRowBytes(int64_t row) const {
  std::string bytes;
  for (const Tensor &buffer : buffers) {
    int64_t width = buffer.getSizeInBytes() / kNumRows;
    bytes.append(static_cast<const char *>(buffer.data()) + row * width, width);
  }
  return bytes;
}

std::string Training::getBytes() const {
  std::string bytes;
  for (const Tensor &buffer : buffers)
    bytes.append(static_cast<const char *>(buffer.data()),
                 buffer.getSizeInBytes());
  return bytes;
}
