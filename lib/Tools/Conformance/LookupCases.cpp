//===- LookupCases.cpp - embedding, embedding_bag, two_lookups ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CaseRun.h"

#include "emb/Tools/LookupModule.h"

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::conformance;

namespace {
/// The table of a case: an input or a view of one.
struct TableInput {
  TensorRef view;
  Tensor *storage = nullptr;
  /// Of the input that holds it.
  std::string name;
};

/// The options that all lookups of a case share.
struct SharedOptions {
  LookupSpec lookup;
  bool sparse = false;
};
} // namespace

/// The view that `weight_view` describes, checked against its base.
static llvm::Error readView(CaseRun &run, const llvm::json::Object &object,
                            TableInput &table) {
  StringRef base = object.getString("base").value_or("weight_base");
  std::optional<Shape> shape = parseShape(object.get("shape"));
  std::optional<Shape> strides = parseShape(object.get("strides"));
  std::optional<int64_t> offset = object.getInteger("offset");
  if (!shape || !strides || !offset || *offset < 0 ||
      shape->size() != strides->size() ||
      object.size() != (object.get("base") ? 4u : 3u))
    return malformedCase("attribute 'weight_view': expected shape, "
                         "strides and offset, none negative, and base");
  llvm::Expected<Tensor *> storage = run.testCase.getInput(base);
  if (!storage)
    return storage.takeError();
  table.storage = *storage;
  table.name = base.str();
  int64_t width = getByteWidth((*storage)->getDType());
  int64_t last = *offset;
  bool empty = false;
  for (auto [size, stride] : llvm::zip_equal(*shape, *strides)) {
    int64_t extent;
    empty |= size == 0;
    if (llvm::MulOverflow(size - 1, stride, extent) ||
        llvm::AddOverflow(last, extent, last))
      return malformedCase("attribute 'weight_view': the view is too large");
  }
  if (*offset > (*storage)->getNumElements() ||
      (!empty && last >= (*storage)->getNumElements()))
    return malformedCase("attribute 'weight_view': the view reaches element " +
                         llvm::Twine(std::max(last, *offset)) + ", but '" +
                         base + "' has " +
                         llvm::Twine((*storage)->getNumElements()));
  table.view =
      TensorRef(static_cast<char *>((*storage)->data()) + *offset * width,
                (*storage)->getDType(), *shape, *strides);
  return llvm::Error::success();
}

static llvm::Expected<TableInput> readTable(CaseRun &run) {
  TableInput table;
  if (const llvm::json::Object *view =
          run.attributes.readObject("weight_view")) {
    if (llvm::Error error = readView(run, *view, table))
      return error;
    return table;
  }
  llvm::Expected<Tensor *> storage = run.testCase.getInput("weight");
  if (!storage)
    return storage.takeError();
  table.storage = *storage;
  table.name = "weight";
  table.view = (*storage)->ref();
  return table;
}

static SharedOptions readOptions(Attributes &attributes) {
  SharedOptions options;
  options.lookup.paddingIdx = attributes.readInt("padding_idx");
  options.lookup.maxNorm = attributes.readNumber("max_norm");
  options.lookup.normType = attributes.readNumber("norm_type").value_or(2.0);
  options.lookup.scaleGradByFreq =
      attributes.readBool("scale_grad_by_freq", false);
  options.sparse = attributes.readBool("sparse", false);
  return options;
}

/// What PyTorch refuses and no operation of the dialect can show.
static llvm::Error verifyOptions(const SharedOptions &options,
                                 bool wantsGradient) {
  if (options.sparse && options.lookup.bag == BagMode::Max)
    return refuse(kUnsupportedCombination,
                  "found mode max with sparse, expected a dense gradient");
  if (options.sparse && options.lookup.scaleGradByFreq && wantsGradient)
    return refuse(kUnsupportedCombination,
                  "found scale_grad_by_freq with sparse, expected a dense "
                  "gradient");
  return llvm::Error::success();
}

/// Runs lookups of one table whose inputs have these suffixes.
static llvm::Error runLookups(CaseRun &run, SharedOptions options,
                              ArrayRef<StringRef> suffixes) {
  Case &testCase = run.testCase;
  llvm::Expected<TableInput> table = readTable(run);
  if (!table)
    return table.takeError();
  if (llvm::Error error = run.attributes.finish())
    return error;
  ArrayRef<int64_t> shape = table->view.shape;
  if (shape.size() != 2)
    return refuse(kBadShape, "found a table of rank " +
                                 llvm::Twine(shape.size()) +
                                 ", expected rank 2");

  LookupModuleSpec spec;
  spec.tableType = table->view.dtype;
  spec.columns = shape[1];
  if (options.lookup.paddingIdx)
    spec.rows = shape[0];
  bool wantsGradient = false;
  for (StringRef suffix : suffixes) {
    LookupSpec lookup = options.lookup;
    llvm::Expected<Tensor *> indices =
        testCase.getInput(("indices" + suffix).str());
    if (!indices)
      return indices.takeError();
    lookup.rank = (*indices)->getRank();
    lookup.indexType = (*indices)->getDType();
    if (Tensor *offsets = testCase.findInput(("offsets" + suffix).str()))
      lookup.offsetType = offsets->getDType();
    Tensor *gradient = testCase.findInput(("grad_output" + suffix).str());
    wantsGradient |= gradient != nullptr;
    if (Tensor *weights =
            testCase.findInput(("per_sample_weights" + suffix).str())) {
      lookup.weightsType = weights->getDType();
      lookup.weightsGradient = gradient != nullptr;
    }
    spec.lookups.push_back(lookup);
  }
  if (llvm::Error error =
          verifyOptions(options, wantsGradient || run.expectsError))
    return error;
  if (wantsGradient)
    spec.gradient = options.sparse && suffixes.size() == 1
                        ? TableGradient::Sparse
                        : TableGradient::Dense;

  SmallVector<std::string> names = getArgumentNames(spec);
  names.front() = table->name;
  if (llvm::Error error = testCase.checkInputNames(names))
    return error;
  SmallVector<RuntimeValue> arguments{table->view};
  for (const std::string &name : ArrayRef(names).drop_front()) {
    llvm::Expected<Tensor *> input = testCase.getInput(name);
    if (!input)
      return input.takeError();
    arguments.push_back(**input);
  }
  llvm::Expected<CompiledFunction> function =
      run.compile(printLookupModule(spec), "lookup");
  if (!function)
    return function.takeError();
  auto results = function->call(arguments);
  if (!results)
    return results.takeError();
  for (auto [name, result] : llvm::zip_equal(getResultNames(spec), *results))
    run.setOutput(name, result);
  // Whether or not the function changes it, in the memory of the caller.
  run.setOutput("weight_after", table->view);
  run.setOutput(table->name + "_after", *table->storage);
  return llvm::Error::success();
}

llvm::Error conformance::runEmbedding(CaseRun &run) {
  return runLookups(run, readOptions(run.attributes), {""});
}

llvm::Error conformance::runEmbeddingBag(CaseRun &run) {
  SharedOptions options = readOptions(run.attributes);
  std::string mode = run.attributes.readString("mode").value_or("mean");
  options.lookup.bag = symbolizeBagMode(mode);
  if (!options.lookup.bag)
    return refuse(kBadMode,
                  "found mode '" + mode + "', expected sum, mean or max");
  options.lookup.includeLastOffset =
      run.attributes.readBool("include_last_offset", false);
  return runLookups(run, options, {""});
}

llvm::Error conformance::runTwoLookups(CaseRun &run) {
  return runLookups(run, readOptions(run.attributes), {"1", "2"});
}
