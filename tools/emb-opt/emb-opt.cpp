//===- emb-opt.cpp - Run passes and pipelines on IR files -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../PhaseOption.h"
#include "emb/InitAll.h"
#include "emb/Pipelines/Pipelines.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;

namespace cl = llvm::cl;

static cl::opt<std::optional<emb::Phase>, false, emb::PhaseParser> compileTo(
    "compile-to", cl::value_desc("phase"),
    cl::desc("Run all phases of the compiler up to and including this one:"));

static cl::extrahelp examples(R"(
EXAMPLES:

  emb-opt step.mlir                          parse, verify, print
  emb-opt step.mlir --compile-to=bufferize   stop where tables are buffers
  emb-opt step.mlir --emb-optimize --remarks-filter='emb.*'
                                             one pipeline, with its remarks
)");

static int fail(const Twine &message) {
  llvm::WithColor::error(llvm::errs(), "emb-opt") << message << "\n";
  return EXIT_FAILURE;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  DialectRegistry registry;
  emb::registerAllDialects(registry);
  emb::registerAllPasses();

  auto [inputName, outputName] = registerAndParseCLIOptions(
      argc, argv, "emb-opt: the embedding model compiler, pass by pass\n",
      registry);
  MlirOptMainConfig config = MlirOptMainConfig::createFromCLOptions();
  if (config.shouldListPasses()) {
    printRegisteredPasses();
    return EXIT_SUCCESS;
  }
  if (config.shouldShowDialects()) {
    for (StringRef name : registry.getDialectNames())
      llvm::outs() << name << "\n";
    return EXIT_SUCCESS;
  }

  if (std::optional<emb::Phase> phase = compileTo)
    config.setPassPipelineSetupFn([phase, asked = config](PassManager &pm) {
      if (failed(asked.setupPassPipeline(pm)))
        return failure();
      if (pm.size() != 0)
        return LogicalResult(
            emitError(UnknownLoc::get(pm.getContext()),
                      "--compile-to cannot be combined with passes"));
      emb::buildPipeline(pm, *phase);
      return success();
    });

  std::string message;
  auto input = openInputFile(inputName, &message);
  if (!input)
    return fail(message);
  auto output = openOutputFile(outputName, &message);
  if (!output)
    return fail(message);
  if (failed(MlirOptMain(output->os(), std::move(input), registry, config)))
    return EXIT_FAILURE;
  output->keep();
  return EXIT_SUCCESS;
}
