//===- TrainingMemoryTest.cpp - Derived steps, however large the table ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the step of a model takes beyond its tables and their states depends on
// the batch only. The model is that of examples/spam.
//
//===----------------------------------------------------------------------===//

#include "PeakMemory.h"
#include "emb/ExecutionEngine/Executable.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gtest/gtest.h"

using namespace mlir::emb;
using namespace emb_test;

static constexpr int64_t kMegabyte = int64_t(1) << 20;

/// 1000 mails of 20 words: a matrix with a row for each mail has 256 kB, one
/// with a row for each word 5 MB.
static constexpr int64_t kMails = 1000, kWords = 20;

/// More than a step takes for such a batch, and less than the gradient of the
/// smallest table would take.
static constexpr int64_t kWorkspace = 12 * kMegabyte;

using Change = std::pair<llvm::StringRef, llvm::StringRef>;

/// forward.mlir with texts replaced by others.
static std::string readModel(llvm::ArrayRef<Change> changes) {
  auto file = llvm::MemoryBuffer::getFile(EMB_SPAM_DIR "/forward.mlir");
  if (!file)
    return "";
  std::string text = (*file)->getBuffer().str();
  for (auto [from, to] : changes) {
    size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << "no '" << from.str() << "'";
    if (at != std::string::npos)
      text.replace(at, from.size(), to);
  }
  return text;
}

namespace {
/// The words of a batch, over the whole table, no two the same; in equal parts
/// where the step goes through micro-batches.
struct Batch {
  Batch(int64_t rows, int64_t parts) : parts(parts) {
    for (int64_t k = 0; k < kMails * kWords; ++k)
      ids.push_back(k * (rows / (kMails * kWords)));
    for (int64_t part = 0; part < parts; ++part)
      for (int64_t mail = 0; mail <= kMails / parts; ++mail)
        offsets.push_back(mail * kWords);
    for (int64_t mail = 0; mail < kMails; ++mail)
      labels.push_back(mail % 2);
  }

  /// The tensor of that name, with a dimension for the parts if there are any.
  TensorRef view(llvm::StringRef name, bool hasParts) const {
    const std::vector<int32_t> &values = name == "ids"       ? ids
                                         : name == "offsets" ? offsets
                                                             : labels;
    int64_t size = values.size();
    return hasParts ? TensorRef(values.data(), {parts, size / parts})
                    : TensorRef(values.data(), {size});
  }

  int64_t parts;
  std::vector<int32_t> ids, offsets, labels;
};
} // namespace

/// Takes the first step of the model; its table and states have `tableBytes` in
/// all. Returns the peak of memory during the step less what was there before.
static int64_t measureStep(llvm::StringRef text, int64_t tableBytes) {
  CompileOptions options;
  options.useCache = false;
  auto program = compileString(text, options);
  if (!program) {
    ADD_FAILURE() << llvm::toString(program.takeError());
    return 0;
  }
  CompiledFunction step = cantFail((*program)->lookup("step"));
  llvm::ArrayRef<ArgumentInfo> infos = step.getSignature().arguments;

  // Tables and states have a row for each word; `?` is their number.
  int64_t rowBytes = 0, parts = 1;
  for (const ArgumentInfo &info : infos) {
    const Shape &shape = info.type.shape;
    if (info.written && shape[0] == kDynamicSize)
      rowBytes += sizeof(float) * (shape.size() > 1 ? shape[1] : 1);
    if (info.name == "ids" && shape.size() == 2)
      parts = 4;
  }
  int64_t rows = tableBytes / rowBytes;
  Batch batch(rows, parts);

  std::vector<Tensor> weights;
  weights.reserve(infos.size());
  llvm::SmallVector<RuntimeValue> arguments;
  for (const ArgumentInfo &info : infos) {
    if (info.written) {
      Shape shape = info.type.shape;
      if (shape[0] == kDynamicSize)
        shape[0] = rows;
      weights.push_back(cantFail(Tensor::empty(DType::F32, shape)));
      llvm::MutableArrayRef<float> elements = weights.back().elements<float>();
      bool isState = llvm::StringRef(info.name).contains("weight.") ||
                     llvm::StringRef(info.name).contains("bias.");
      std::fill(elements.begin(), elements.end(), isState ? 0.0f : 0.5f);
      // The second class has no weights.
      if (info.name == "linear.weight")
        std::fill(elements.begin() + 64, elements.end(), 0.0f);
      arguments.push_back(weights.back());
    } else if (info.type.isTensor) {
      arguments.push_back(batch.view(info.name, parts > 1));
    } else if (info.name == "step") {
      arguments.push_back(int64_t(1));
    } else {
      arguments.push_back(0.125);
    }
  }

  EXPECT_TRUE(resetPeak());
  int64_t before = readStatus("VmRSS");
  EXPECT_GE(before, rows * rowBytes);
  auto results = step.call(arguments);
  int64_t taken = readStatus("VmHWM") - before;
  if (!results) {
    ADD_FAILURE() << llvm::toString(results.takeError());
    return 0;
  }

  // Mails of the second class lose 64 * 0.5 * 0.5, the others nothing.
  EXPECT_NEAR(results->back().getScalar().asDouble(), 8, 1e-3);
  EXPECT_EQ((*results)[0].getTensor().data, weights[0].data());
  llvm::ArrayRef<float> table = weights[0].elements<float>();
  EXPECT_LT(table[batch.ids[kWords] * 64], 0.5f);
  EXPECT_EQ(table[(batch.ids[kWords] + 1) * 64], 0.5f);
  return taken;
}

TEST(TrainingMemory, IsFlatAsTheTableGrows) {
  if (!canMeasurePeak())
    GTEST_SKIP() << "the system does not tell the peak memory of a process";
  std::string model = readModel({});
  for (int64_t bytes : {64 * kMegabyte, 512 * kMegabyte, getLargeTableBytes()})
    EXPECT_LT(measureStep(model, bytes), kWorkspace)
        << "tables of " << bytes << " bytes";
}

TEST(TrainingMemory, IsFlatWithOtherDeclarations) {
  if (!canMeasurePeak())
    GTEST_SKIP() << "the system does not tell the peak memory of a process";
  const std::string models[] = {
      // Every row moves.
      readModel({{"#emb.sparse_adam", "#emb.adam"}}),
      // The norm is that of the whole gradient, duplicates summed.
      readModel({{"#emb.adam)", "#emb.adam) clip_norm 1.0"},
                 {"#emb.sparse_adam", "#emb.rowwise_adagrad"}}),
      // The gradients of four micro-batches are summed.
      readModel({{"#emb.adam)", "#emb.adam) accumulate"}})};
  for (const std::string &model : models)
    EXPECT_LT(measureStep(model, 64 * kMegabyte), kWorkspace) << model;
}

TEST(TrainingMemory, ADenseGradientIsSeen) {
  if (!canMeasurePeak())
    GTEST_SKIP() << "the system does not tell the peak memory of a process";
  std::string model = readModel(
      {{"#emb.sparse_adam", "#emb.adam dense"}, {"return %loss : f32", R"mlir(
  %c0 = arith.constant 0 : index
  %corner = tensor.extract %E[%c0, %c0] : tensor<?x64xf32>
  %zero = arith.constant 0.0 : f32
  %nothing = arith.mulf %corner, %zero : f32
  %both = arith.addf %loss, %nothing : f32
  return %both : f32)mlir"}});
  // The table and its two states have the same size.
  EXPECT_GT(measureStep(model, 64 * kMegabyte), 64 * kMegabyte / 3);
}
