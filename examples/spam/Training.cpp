//===- Training.cpp - Epochs of training, and what they took --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Training.h"

#include "llvm/Support/Format.h"

#include <chrono>

using namespace llvm;

namespace spam {

int64_t countBytes(int64_t words, int64_t distinctWords) {
  constexpr int64_t row = Classifier::width * sizeof(float);
  return row * (2 * words + 2 * 3 * distinctWords);
}

namespace {
/// Counts the distinct ids of batch after batch.
class DistinctCounter {
public:
  int64_t count(ArrayRef<int32_t> ids) {
    int64_t distinct = 0;
    ++batch;
    for (int32_t id : ids) {
      if (lastBatch.size() <= static_cast<size_t>(id))
        lastBatch.resize(id + 1);
      distinct += lastBatch[id] != batch;
      lastBatch[id] = batch;
    }
    return distinct;
  }

private:
  std::vector<uint64_t> lastBatch;
  uint64_t batch = 0;
};
} // namespace

/// Takes a step with each batch; returns the mean loss over the mails.
static Expected<double> trainEpoch(Classifier &classifier,
                                   const Batches &batches,
                                   double learningRate) {
  double sum = 0;
  size_t mails = 0;
  for (size_t i = 0; i < batches.size(); ++i) {
    Batch batch = batches[i];
    Expected<float> loss = classifier.train(batch, learningRate);
    if (!loss)
      return loss.takeError();
    sum += static_cast<double>(*loss) * batch.size();
    mails += batch.size();
  }
  return sum / mails;
}

Expected<TrainingReport> train(Classifier &classifier, const Mails &mails,
                               const TrainingOptions &options, Random &random,
                               raw_ostream &out) {
  using Clock = std::chrono::steady_clock;
  TrainingReport report;
  DistinctCounter counter;
  Batches batches(mails, options.batchSize);
  for (unsigned epoch = 1; epoch <= options.epochs; ++epoch) {
    Clock::time_point start = Clock::now();
    batches.shuffle(random);
    Expected<double> loss =
        trainEpoch(classifier, batches, options.learningRate);
    if (!loss)
      return loss.takeError();
    double seconds =
        std::chrono::duration<double>(Clock::now() - start).count();

    report.seconds += seconds;
    report.mails += mails.size();
    for (size_t i = 0; i < batches.size(); ++i) {
      ArrayRef<int32_t> ids = batches[i].ids;
      report.bytes += countBytes(ids.size(), counter.count(ids));
    }
    double left = report.seconds / epoch * (options.epochs - epoch);
    out << format("epoch %2u/%u  loss %.6f  %7.0f mails/s  %.1f s left\n",
                  epoch, options.epochs, *loss, mails.size() / seconds, left);
    out.flush();
  }
  return report;
}

Expected<size_t> countRight(const Classifier &classifier, const Mails &mails) {
  Batches batches(mails, 256);
  size_t right = 0;
  for (size_t i = 0; i < batches.size(); ++i) {
    Expected<size_t> found = classifier.countRight(batches[i]);
    if (!found)
      return found.takeError();
    right += *found;
  }
  return right;
}

} // namespace spam
