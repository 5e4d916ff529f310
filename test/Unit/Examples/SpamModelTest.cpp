//===- SpamModelTest.cpp - The models in C++ and in MLIR are the same -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each classifier exists twice: built by the model API, and as a forward.mlir.
// From the same weights both take the same steps, bit for bit.
//
//===----------------------------------------------------------------------===//

#include "BagModel.h"
#include "LstmModel.h"
#include "common/Shuffle.h"
#include "emb/Optimizers/Optimizers.h"
#include "gtest/gtest.h"

using namespace mlir::emb;
using namespace spam;
using llvm::ArrayRef;
using llvm::StringRef;

namespace {

constexpr int64_t kWords = 200, kMails = 24, kLength = 70;

/// Mails of 0 to 69 words.
Mails makeMails() {
  RandomStream random(/*seed=*/1, "mails");
  Mails mails;
  uint64_t next = 0;
  for (int64_t m = 0; m < kMails; ++m) {
    std::vector<int32_t> mail(random.uniform(next++) * kLength);
    for (int32_t &id : mail)
      id = 1 + static_cast<int32_t>(random.uniform(next++) * (kWords - 1));
    mails.append(mail, random.uniform(next++) < 0.5);
  }
  return mails;
}

/// The step of a forward.mlir, with copies of the parameters of a model.
class FileStep {
public:
  FileStep(const std::string &path, Model &model) {
    CompileOptions options;
    options.useCache = false;
    executable = cantFail(compileFile(path, options));
    for (const ParameterInfo &info : model.getParameters()) {
      TensorRef values = cantFail(model.getParameter(info.name));
      weights.push_back(cantFail(Tensor::copyOf(values)));
      for (int state = 0; state < 2; ++state)
        weights.push_back(cantFail(Tensor::zeros(info.dtype, info.shape)));
    }
  }

  /// `inputs` are in the order of the function's arguments.
  double run(ArrayRef<Feed> inputs, double lr, int64_t step) {
    std::vector<RuntimeValue> arguments(weights.begin(), weights.end());
    for (const Feed &input : inputs)
      arguments.push_back(input.value);
    arguments.push_back(lr);
    arguments.push_back(step);
    auto results = cantFail(executable->lookup("step")).call(arguments);
    return cantFail(std::move(results)).back().getScalar().asDouble();
  }

  std::vector<int64_t> predict(ArrayRef<Feed> inputs) {
    std::vector<RuntimeValue> arguments;
    for (size_t i = 0; i < weights.size(); i += 3)
      arguments.push_back(weights[i]);
    for (const Feed &input : inputs)
      arguments.push_back(input.value);
    auto results = cantFail(executable->lookup("predict")).call(arguments);
    return toVector(cantFail(std::move(results)).front().getTensor());
  }

  static std::vector<int64_t> toVector(const TensorRef &tensor) {
    EXPECT_EQ(tensor.dtype, DType::I64);
    std::vector<int64_t> values(tensor.getNumElements());
    tensor.copyTo(values.data());
    return values;
  }

  std::unique_ptr<Executable> executable;
  /// Each parameter, then what Adam keeps for it.
  std::vector<Tensor> weights;
};

std::vector<float> toFloats(const TensorRef &tensor) {
  EXPECT_EQ(tensor.dtype, DType::F32);
  std::vector<float> values(tensor.getNumElements());
  tensor.copyTo(values.data());
  return values;
}

using BuildFn = ModelCompileOptions (*)(Model &, int64_t);

void expectSameSteps(BuildFn build, const std::string &path, const Mails &mails,
                     FeedFn feed, double lr) {
  Model model({.seed = 7});
  ModelCompileOptions options = build(model, kWords);
  options.compile.useCache = false;
  CompiledModel program = cantFail(model.compile(options));
  FileStep file(path, model);

  Batches batches(mails, 8);
  int64_t step = 0;
  for (unsigned epoch = 1; epoch <= 2; ++epoch) {
    batches.arrange(examples::getShuffledOrder(kMails, 0, epoch));
    for (size_t i = 0; i < batches.size(); ++i) {
      Batch batch = batches[i];
      EXPECT_EQ(FileStep::toVector(cantFail(
                    cantFail(program.predict(feed(batch))).get("classes"))),
                file.predict(feed(batch)));
      Feeds feeds = feed(batch);
      feeds.emplace_back("labels", TensorRef(batch.labels.data(), {8}));
      double loss = cantFail(program.train(feeds)).getLoss();
      EXPECT_EQ(loss, file.run(feeds, lr, ++step)) << "step " << step;
      EXPECT_GT(loss, 0);
    }
  }
  EXPECT_EQ(step, 6);

  size_t number = 0;
  for (const ParameterInfo &info : model.getParameters()) {
    EXPECT_EQ(toFloats(cantFail(model.getParameter(info.name))),
              toFloats(file.weights[number++].ref()))
        << info.name;
    for (StringRef state : {".exp_avg", ".exp_avg_sq"})
      EXPECT_EQ(toFloats(cantFail(program.getState(info.name + state.str()))),
                toFloats(file.weights[number++].ref()))
          << info.name << state.str();
  }
}

TEST(SpamModel, TheBagInMLIRTakesTheSameSteps) {
  expectSameSteps(buildBagModel, EMB_EXAMPLES_DIR "/spam/forward.mlir",
                  makeMails(), feedBags, 0.02);
}

TEST(SpamModel, TheLSTMInMLIRTakesTheSameSteps) {
  expectSameSteps(buildLstmModel, EMB_EXAMPLES_DIR "/spam-lstm/forward.mlir",
                  makeMails().getSequences(kSequenceLength), feedSequences,
                  0.01);
}

} // namespace
