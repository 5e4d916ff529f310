//===- CheckpointTest.cpp - Models that are saved and resumed -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/ExecutionEngine/Safetensors.h"
#include "emb/Model/Model.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"

#include <random>

using namespace mlir::emb;

namespace {
template <typename T> T take(llvm::Expected<T> value) {
  if (!value) {
    ADD_FAILURE() << llvm::toString(value.takeError());
    std::abort();
  }
  return std::move(*value);
}

std::string takeMessage(llvm::Error error) {
  return error ? llvm::toString(std::move(error)) : "no error";
}

/// A folder of its own for each test.
class Checkpoint : public ::testing::Test {
protected:
  void SetUp() override {
    llvm::SmallString<128> path;
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("emb-checkpoint", path));
    folder = path.str().str();
  }
  void TearDown() override { llvm::sys::fs::remove_directories(folder); }
  std::string getPath(llvm::StringRef name) const {
    return folder + "/" + name.str();
  }

  std::string folder;
};

/// A model with two optimizers that keep states, and one program of it.
struct Trained {
  Model model;
  CompiledModel program;

  explicit Trained(uint64_t seed, int64_t width = 8)
      : model({.seed = seed}), program(compile(model, width)) {}

  static CompiledModel compile(Model &model, int64_t width) {
    Var ids = model.input("ids", DType::I64, {kDynamicSize, 3});
    Var labels = model.input("labels", DType::I64, {kDynamicSize});
    Embedding table(model, "table",
                    {.numEmbeddings = 40, .embeddingDim = width});
    Linear linear(model, "linear", {.inFeatures = 3 * width, .outFeatures = 4});
    Var scores = linear(flatten(table(ids), 1));
    return take(model.compile(
        {.loss = CrossEntropyLoss{}(scores, labels),
         .groups = {{.parameters = table.parameters(),
                     .optimizer = RowWiseAdagrad{},
                     .lr = 0.1,
                     .name = "tables"},
                    {.optimizer = Adam{.amsgrad = true}, .lr = 0.01}}}));
  }

  double step(unsigned number) {
    std::mt19937 random(number);
    std::vector<int64_t> ids(3 * 16), labels(16);
    for (int64_t &id : ids)
      id = random() % 40;
    for (int64_t &label : labels)
      label = random() % 4;
    llvm::cantFail(program.setLearningRate("tables", 0.1 / (1 + number)));
    return take(program.train({{"ids", TensorRef(ids.data(), {16, 3})},
                               {"labels", TensorRef(labels.data(), {16})}}))
        .getLoss();
  }

  /// The bits of all parameters and states.
  std::string getBits() {
    std::string bits;
    auto add = [&](const TensorRef &view) {
      size_t at = bits.size();
      bits.resize(at + view.getNumElements() * getByteWidth(view.dtype));
      view.copyTo(bits.data() + at);
    };
    for (const ParameterInfo &info : model.getParameters())
      add(take(model.getParameter(info.name)));
    for (const std::string &name : program.getStateNames())
      add(take(program.getState(name)));
    return bits;
  }
};

TEST_F(Checkpoint, ResumingAfterAnyStepIsBitIdentical) {
  constexpr unsigned kSteps = 12;
  Trained whole(1);
  std::vector<double> losses;
  for (unsigned step = 0; step < kSteps; ++step) {
    llvm::cantFail(whole.program.saveCheckpoint(
        getPath(std::to_string(step)), {{"epoch", std::to_string(step)}}));
    losses.push_back(whole.step(step));
  }
  for (unsigned start = 0; start < kSteps; ++start) {
    Trained resumed(2);
    resumed.step(100);
    Metadata metadata =
        take(resumed.program.loadCheckpoint(getPath(std::to_string(start))));
    EXPECT_EQ(metadata, (Metadata{{"epoch", std::to_string(start)}}));
    EXPECT_EQ(resumed.program.getNumSteps(), start);
    EXPECT_EQ(resumed.program.getLearningRates()[1].value, 0.01);
    for (unsigned step = start; step < kSteps; ++step)
      EXPECT_EQ(resumed.step(step), losses[step]) << start << " " << step;
    EXPECT_EQ(resumed.getBits(), whole.getBits()) << start;
  }
}

TEST_F(Checkpoint, RatesAndTheNumberOfTheStepComeBack) {
  // With a gradient that stays, Adam corrects its averages such that each step
  // is the learning rate, but only by the right number of the step.
  auto build = [](Model &model) {
    Var w = model.parameter("w", DType::F64, {1}, Constant{0.0});
    return take(model.compile(
        {.loss = sum(w), .groups = {{.optimizer = Adam{}, .lr = 0.5}}}));
  };
  auto read = [](Model &model) {
    return *static_cast<double *>(take(model.getParameter("w")).data);
  };
  Model model, other;
  CompiledModel program = build(model);
  for (int step = 1; step <= 5; ++step) {
    take(program.train({}));
    EXPECT_NEAR(read(model), -0.5 * step, 1e-6);
  }
  llvm::cantFail(program.setLearningRate(0.25));
  llvm::cantFail(program.saveCheckpoint(getPath("five")));

  CompiledModel resumed = build(other);
  take(resumed.loadCheckpoint(getPath("five")));
  EXPECT_EQ(resumed.getNumSteps(), 5);
  EXPECT_EQ(resumed.getLearningRates()[0].value, 0.25);
  take(resumed.train({}));
  EXPECT_NEAR(read(other), -2.75, 1e-6);
}

TEST_F(Checkpoint, FilesHaveTheNamesOfPyTorch) {
  Trained trained(1);
  trained.step(0);
  llvm::cantFail(trained.program.save(getPath("weights")));
  llvm::cantFail(trained.program.saveCheckpoint(getPath("checkpoint")));
  auto describe = [&](llvm::StringRef name) {
    SafetensorsFile file = take(SafetensorsFile::open(getPath(name)));
    std::string text;
    for (const SafetensorsEntry &entry : file.getTensors())
      text += entry.name + " " + formatShape(entry.shape, *entry.dtype) + "\n";
    for (const auto &[key, value] : file.getMetadata())
      text += key + "=" + value + "\n";
    return text;
  };
  EXPECT_EQ(describe("weights"), "table.weight 40x8xf32\n"
                                 "linear.weight 4x24xf32\n"
                                 "linear.bias 4xf32\n"
                                 "format=pt\n");
  EXPECT_EQ(describe("checkpoint"),
            "table.weight 40x8xf32\n"
            "linear.weight 4x24xf32\n"
            "linear.bias 4xf32\n"
            "optimizer.table.weight.sum 40xf32\n"
            "optimizer.linear.weight.exp_avg 4x24xf32\n"
            "optimizer.linear.weight.exp_avg_sq 4x24xf32\n"
            "optimizer.linear.weight.max_exp_avg_sq 4x24xf32\n"
            "optimizer.linear.bias.exp_avg 4xf32\n"
            "optimizer.linear.bias.exp_avg_sq 4xf32\n"
            "optimizer.linear.bias.max_exp_avg_sq 4xf32\n"
            "emb.lr.1=0.01\n"
            "emb.lr.tables=0.10000000000000001\n"
            "emb.step=1\n"
            "format=pt\n");
}

TEST_F(Checkpoint, WeightsComeBackAlsoFromACheckpoint) {
  Trained trained(1);
  trained.step(0);
  llvm::cantFail(trained.program.saveCheckpoint(getPath("checkpoint")));
  Trained other(2);
  llvm::cantFail(other.model.load(getPath("checkpoint")));
  for (const ParameterInfo &info : trained.model.getParameters()) {
    TensorRef a = take(trained.model.getParameter(info.name));
    TensorRef b = take(other.model.getParameter(info.name));
    EXPECT_EQ(std::memcmp(a.data, b.data, a.getNumElements() * 4), 0);
  }
  EXPECT_EQ(other.program.getNumSteps(), 0);
}

TEST_F(Checkpoint, WhatDoesNotFitChangesNothing) {
  Trained narrow(1, 4), wide(2, 8);
  narrow.step(0);
  wide.step(0);
  std::string path = getPath("narrow");
  llvm::cantFail(narrow.program.saveCheckpoint(path));
  std::string before = wide.getBits();
  EXPECT_EQ(takeMessage(wide.program.loadCheckpoint(path).takeError()),
            path + ": tensor 'table.weight': found 40x4xf32, expected "
                   "40x8xf32; tensor 'linear.weight': found 4x12xf32, expected "
                   "4x24xf32; tensor 'optimizer.linear.weight.exp_avg': found "
                   "4x12xf32, expected 4x24xf32; tensor "
                   "'optimizer.linear.weight.exp_avg_sq': found 4x12xf32, "
                   "expected 4x24xf32; tensor "
                   "'optimizer.linear.weight.max_exp_avg_sq': found 4x12xf32, "
                   "expected 4x24xf32");
  EXPECT_EQ(takeMessage(wide.model.load(path)),
            path + ": tensor 'table.weight': found 40x4xf32, expected "
                   "40x8xf32; tensor 'linear.weight': found 4x12xf32, expected "
                   "4x24xf32");

  std::string weights = getPath("weights");
  llvm::cantFail(wide.program.save(weights));
  std::string message =
      takeMessage(wide.program.loadCheckpoint(weights).takeError());
  for (llvm::StringRef part :
       {"found no tensor 'optimizer.table.weight.sum'",
        "metadata 'emb.step': found '', expected the number of steps of a "
        "checkpoint",
        "metadata 'emb.lr.tables': found '', expected the learning rate of the "
        "group 'tables'"})
    EXPECT_NE(message.find(part.str()), std::string::npos) << message;

  const float extra[] = {1};
  std::vector<NamedTensorRef> tensors{{"more", TensorRef(extra, {1})}};
  SafetensorsFile file = take(SafetensorsFile::open(path));
  std::vector<Tensor> kept;
  for (const SafetensorsEntry &entry : file.getTensors()) {
    kept.push_back(take(file.read(entry.name)));
    tensors.push_back({entry.name, kept.back().ref()});
  }
  llvm::cantFail(
      writeSafetensors(getPath("more"), tensors, file.getMetadata()));
  EXPECT_EQ(
      takeMessage(narrow.program.loadCheckpoint(getPath("more")).takeError()),
      getPath("more") +
          ": found tensor 'more', which this model does not have");
  EXPECT_EQ(wide.getBits(), before);
  EXPECT_EQ(wide.program.getNumSteps(), 1);
}

TEST_F(Checkpoint, ATruncatedFileChangesNothing) {
  Trained trained(1);
  std::string path = getPath("checkpoint");
  llvm::cantFail(trained.program.saveCheckpoint(path));
  trained.step(0);
  std::string before = trained.getBits();
  uint64_t size = 0;
  ASSERT_FALSE(llvm::sys::fs::file_size(path, size));
  for (uint64_t cut : {uint64_t(0), uint64_t(7), size / 2, size - 1}) {
    int fd = 0;
    ASSERT_FALSE(llvm::sys::fs::openFileForReadWrite(
        path, fd, llvm::sys::fs::CD_OpenExisting, llvm::sys::fs::OF_None));
    ASSERT_FALSE(llvm::sys::fs::resize_file(fd, cut));
    llvm::sys::fs::closeFile(fd);
    EXPECT_NE(takeMessage(trained.program.loadCheckpoint(path).takeError()),
              "no error");
    EXPECT_NE(takeMessage(trained.model.load(path)), "no error");
    EXPECT_EQ(trained.getBits(), before);
  }
}

TEST_F(Checkpoint, KeysOfItsOwnAreReserved) {
  Trained trained(1);
  std::string path = getPath("checkpoint");
  EXPECT_EQ(
      takeMessage(trained.program.saveCheckpoint(path, {{"emb.step", "5"}})),
      "metadata: the key 'emb.step' is reserved, expected one that is "
      "not 'format' and does not begin with 'emb.'");
  EXPECT_FALSE(llvm::sys::fs::exists(path));
}
} // namespace
