//===- Contest.cpp - Compiled code against the twin -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Contest.h"
#include "Program.h"

#include "emb/ExecutionEngine/Error.h"

#include <algorithm>
#include <chrono>

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::bench;

static constexpr double kLearningRate = 0.01;
static constexpr int64_t kStep = 10;

llvm::Expected<std::unique_ptr<Contest>>
Contest::create(const Case &config, const CompileOptions &options,
                size_t sweepBytes) {
  std::unique_ptr<Contest> contest(new Contest(config));
  contest->sweepBytes = sweepBytes;
  if (llvm::Error error = contest->makeData())
    return error;
  if (llvm::Error error = contest->compile(options))
    return error;
  if (llvm::Error error = contest->makeTwin())
    return error;
  return contest;
}

//===----------------------------------------------------------------------===//
// Set-up
//===----------------------------------------------------------------------===//

/// Moves what was made to `target`.
static llvm::Error take(llvm::Expected<Tensor> made, Tensor &target) {
  if (!made)
    return made.takeError();
  target = std::move(*made);
  return llvm::Error::success();
}

llvm::Error Contest::makeData() {
  llvm::Expected<Lookups> made = makeLookups(config);
  if (!made)
    return made.takeError();
  lookups = std::move(*made);
  if (config.work != Work::Group)
    if (llvm::Error error = take(makeTable(config), table))
      return error;
  if (config.work != Work::Step)
    return llvm::Error::success();
  if (llvm::Error error = take(makeGradient(config), gradient))
    return error;
  llvm::Expected<SmallVector<Tensor, 2>> madeStates = makeStates(config);
  if (!madeStates)
    return madeStates.takeError();
  states = std::move(*madeStates);
  return llvm::Error::success();
}

llvm::Error Contest::compile(const CompileOptions &options) {
  CompileOptions ours = options;
  ours.threads = config.threads;
  llvm::Expected<std::unique_ptr<Executable>> compiled =
      compileString(printProgram(config), ours, config.getName());
  if (!compiled)
    return compiled.takeError();
  program = std::move(*compiled);
  llvm::Expected<CompiledFunction> function = program->lookup("run");
  if (!function)
    return function.takeError();

  SmallVector<RuntimeValue> values;
  if (config.work != Work::Group)
    values.push_back(table);
  for (Tensor &state : states)
    values.push_back(state);
  if (config.hasBags() && !config.isRagged())
    values.push_back(TensorRef(lookups.indices.data(), config.index,
                               {config.bags, config.idsMin}));
  else
    values.push_back(lookups.indices);
  if (config.hasBags() && config.isRagged())
    values.push_back(lookups.offsets);
  if (config.work == Work::Step)
    values.append({RuntimeValue(gradient), RuntimeValue(kLearningRate),
                   RuntimeValue(kStep)});
  llvm::Expected<BoundCall> bound = function->bind(values);
  if (!bound)
    return bound.takeError();
  call = std::make_unique<BoundCall>(std::move(*bound));
  return llvm::Error::success();
}

llvm::Error Contest::makeTwin() {
  int64_t n = lookups.count;
  arguments.type = config.table == DType::F32   ? RowType::F32
                   : config.table == DType::F16 ? RowType::F16
                                                : RowType::BF16;
  arguments.rows = config.rows;
  arguments.columns = config.columns;
  arguments.indices = lookups.indices.data();
  arguments.wide = config.index == DType::I64;
  arguments.numLookups = n;
  arguments.bags = config.bags;
  arguments.bagSize = config.idsMin;
  arguments.offsets = lookups.offsets.data();
  arguments.pooling = config.mode == BagMode::Sum    ? Pooling::Sum
                      : config.mode == BagMode::Mean ? Pooling::Mean
                                                     : Pooling::Max;
  arguments.rule = config.rule;
  arguments.rate = kLearningRate;
  arguments.step = kStep;
  arguments.maxNorm = kMaxNorm;
  arguments.threads = config.threads;
  if (config.work == Work::Group) {
    if (llvm::Error error = take(Tensor::zeros(config.index, {n}), groupRows))
      return error;
    if (llvm::Error error =
            take(Tensor::zeros(DType::I32, {n + 1}), groupBounds))
      return error;
    if (llvm::Error error =
            take(Tensor::zeros(DType::I32, {n}), groupPositions))
      return error;
    arguments.groupRows = groupRows.data();
    arguments.groupBounds = static_cast<int32_t *>(groupBounds.data());
    arguments.groupPositions = static_cast<int32_t *>(groupPositions.data());
    arguments.groupCount = &groupCount;
    return llvm::Error::success();
  }
  arguments.table = table.data();
  arguments.gradient = static_cast<const float *>(gradient.data());
  for (auto [number, state] : llvm::enumerate(states))
    arguments.states[number] = static_cast<float *>(state.data());
  if (writesTable())
    initial = copyTouched();
  if (config.work == Work::Renorm)
    return llvm::Error::success();
  if (config.work == Work::Step)
    arguments.pooling = Pooling::Sum;
  int64_t outputs = config.work == Work::Gather ? n : config.bags;
  if (llvm::Error error =
          take(Tensor::zeros(config.table, {outputs, config.columns}), output))
    return error;
  arguments.output = output.data();
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Runs
//===----------------------------------------------------------------------===//

void Contest::runTwin(const TwinKernels &kernels) {
  switch (config.work) {
  case Work::Gather:
    return runGather(kernels, arguments, tuning);
  case Work::Bag:
    return runBags(kernels, arguments, tuning);
  case Work::Renorm:
    return runRenorm(kernels, arguments, tuning, memory);
  case Work::Group:
    return runGroup(arguments, memory);
  case Work::Step:
    return runStep(kernels, arguments, tuning, memory);
  }
}

void Contest::prepare() {
  // A row that is short enough is not scaled again.
  if (config.work == Work::Renorm)
    restoreTouched();
  if (config.flushed)
    sweepCaches(sweepMemory.get(0, sweepBytes), sweepBytes, config.threads);
}

double Contest::timeOnce(const std::function<void()> &work) {
  prepare();
  auto begin = std::chrono::steady_clock::now();
  work();
  std::chrono::duration<double, std::milli> time =
      std::chrono::steady_clock::now() - begin;
  return time.count();
}

llvm::Expected<double> Contest::timeCompiled() {
  llvm::Error error = llvm::Error::success();
  double time = timeOnce([&] { error = call->run(); });
  if (error)
    return error;
  return time;
}

double Contest::timeTwin() {
  const TwinKernels &kernels = getTwinKernels();
  return timeOnce([&] { runTwin(kernels); });
}

void Contest::tune() {
  auto measure = [&] {
    double best = timeTwin();
    for (int i = 0; i < 4; ++i)
      best = std::min(best, timeTwin());
    return best;
  };
  auto choose = [&](auto &option, std::initializer_list<int> values) {
    double best = 0.0;
    int chosen = option;
    for (int value : values) {
      option = value;
      double time = measure();
      if (best != 0.0 && time >= best)
        continue;
      best = time;
      chosen = value;
    }
    option = chosen;
  };
  if (config.work != Work::Renorm && config.work != Work::Group)
    choose(tuning.forwardDistance, {0, 2, 4, 8, 16, 32, 64});
  if (writesTable())
    choose(tuning.updateDistance, {0, 2, 4, 8, 16, 32});
  if (config.work == Work::Gather)
    choose(tuning.streaming, {0, 1});
}

llvm::Expected<double> Contest::measureCeiling(int repetitions) {
  if (config.work == Work::Group || lookups.count == 0)
    return 0.0;
  Case uniform = config;
  uniform.distribution = Distribution::Uniform;
  llvm::Expected<Lookups> rows = makeLookups(uniform);
  if (!rows)
    return rows.takeError();
  TwinArguments reading = arguments;
  reading.indices = rows->indices.data();
  reading.numLookups = rows->count;
  const TwinKernels &kernels = getTwinKernels();
  double best = 0.0;
  for (int distance : {0, 2, 4, 8, 16, 32, 64}) {
    std::vector<double> times;
    for (int i = 0; i < repetitions; ++i)
      times.push_back(timeOnce([&] {
        volatile uint64_t digest = runRead(kernels, reading, distance);
        (void)digest;
      }));
    llvm::sort(times);
    double bytes =
        rows->indices.getSizeInBytes() +
        double(rows->count) * config.columns * getByteWidth(config.table);
    best = std::max(best, bytes / times[times.size() / 2] * 1e-6);
  }
  return best;
}
