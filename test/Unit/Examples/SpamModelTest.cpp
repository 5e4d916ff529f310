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
#include "ForwardModel.h"
#include "LstmModel.h"
#include "common/Shuffle.h"
#include "gtest/gtest.h"

using namespace mlir::emb;
using namespace spam;

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

std::vector<int64_t> toIntegers(const TensorRef &tensor) {
  EXPECT_EQ(tensor.dtype, DType::I64);
  std::vector<int64_t> values(tensor.getNumElements());
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
  examples::ForwardModel file(path, model, program);

  Batches batches(mails, 8);
  int64_t step = 0;
  for (unsigned epoch = 1; epoch <= 2; ++epoch) {
    batches.arrange(examples::getShuffledOrder(kMails, 0, epoch));
    for (size_t i = 0; i < batches.size(); ++i) {
      Batch batch = batches[i];
      Feeds feeds = feed(batch);
      StepResult predicted = cantFail(program.predict(feeds));
      EXPECT_EQ(toIntegers(cantFail(predicted.get("classes"))),
                toIntegers(file.call("predict", feeds).front().getTensor()));

      feeds.emplace_back("labels", TensorRef(batch.labels.data(), {8}));
      double loss = cantFail(program.train(feeds)).getLoss();
      EXPECT_EQ(loss, file.train(feeds, {}, lr, ++step)) << "step " << step;
      EXPECT_GT(loss, 0);
    }
  }
  EXPECT_EQ(step, 6);

  // SparseAdam and Adam keep two tensors for each.
  EXPECT_EQ(file.tensors.size(), 3 * model.getParameters().size());
  for (const auto &[name, values] : file.tensors) {
    auto found = model.getParameter(name);
    if (!found) {
      consumeError(found.takeError());
      found = program.getState(name);
    }
    EXPECT_EQ(examples::toDoubles(cantFail(std::move(found))),
              examples::toDoubles(values.ref()))
        << name;
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
