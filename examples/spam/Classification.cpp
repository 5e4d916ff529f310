//===- Classification.cpp - What both classifiers of mails do -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Classification.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"

using namespace llvm;
using namespace mlir::emb;

namespace spam {

Flags::Flags(const Defaults &defaults)
    : TrainingFlags(defaults),
      data("data", cl::cat(category),
           cl::desc("Mails, as spam/data/README.md says (the source tree's)"),
           cl::value_desc("file"), cl::init(EMB_SPAM_DIR "/data/spam.tsv.gz")) {
}

Expected<Corpus> readMails(const Flags &flags, raw_ostream &out) {
  Expected<Corpus> corpus = loadCorpus(flags.data, /*minCount=*/2);
  if (!corpus)
    return corpus.takeError();
  corpus->train = corpus->train.getFirst(flags.limited(corpus->train.size()));
  out << format("%zu mails to train on, %zu to test, %d words\n",
                corpus->train.size(), corpus->test.size(),
                corpus->vocabulary.size());
  return corpus;
}

Expected<double> trainEpoch(CompiledModel &model, const Batches &batches,
                            FeedFn feed) {
  double sum = 0;
  size_t mails = 0;
  for (size_t i = 0; i < batches.size(); ++i) {
    Batch batch = batches[i];
    int64_t size = batch.size();
    Feeds feeds = feed(batch);
    feeds.emplace_back("labels", TensorRef(batch.labels.data(), {size}));
    Expected<StepResult> result = model.train(feeds);
    if (!result)
      return result.takeError();
    sum += result->getLoss() * size;
    mails += size;
  }
  return sum / mails;
}

Error test(const CompiledModel &model, const Batches &batches, FeedFn feed,
           raw_ostream &out) {
  size_t right = 0, mails = 0;
  for (size_t i = 0; i < batches.size(); ++i) {
    Batch batch = batches[i];
    Expected<StepResult> result = model.predict(feed(batch));
    if (!result)
      return result.takeError();
    Expected<TensorRef> found = result->get("classes");
    if (!found)
      return found.takeError();
    ArrayRef classes(static_cast<const int64_t *>(found->data), batch.size());
    for (auto [label, expected] : zip_equal(classes, batch.labels))
      right += label == expected;
    mails += batch.size();
  }
  out << format("test accuracy %.4f (%zu of %zu)\n", double(right) / mails,
                right, mails);
  return Error::success();
}

} // namespace spam
