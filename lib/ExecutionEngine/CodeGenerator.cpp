//===- CodeGenerator.cpp - From LLVM IR to objects ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CodeGenerator.h"

#include "ModuleParts.h"
#include "emb/ExecutionEngine/Error.h"
#include "mlir/ExecutionEngine/OptUtils.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include "llvm/Target/TargetMachine.h"

#include <pthread.h>

using namespace mlir;
using namespace mlir::emb;

namespace {
/// One object, and the thread that makes it.
struct Job {
  std::unique_ptr<llvm::TargetMachine> machine;
  unsigned optLevel;
  /// What to compile: a module that is there, or the functions of `part` among
  /// those of `bitcode`.
  llvm::Module *module = nullptr;
  llvm::StringRef bitcode;
  const ModulePart *part = nullptr;

  std::unique_ptr<llvm::MemoryBuffer> object;
  /// Why there is none.
  std::string error;

  void run();

private:
  void compile(llvm::Module &module);
};
} // namespace

/// Keeps what LLVM reports instead of printing it.
static void collectError(const llvm::DiagnosticInfo *info, void *text) {
  if (info->getSeverity() != llvm::DS_Error)
    return;
  llvm::raw_string_ostream os(*static_cast<std::string *>(text));
  llvm::DiagnosticPrinterRawOStream printer(os);
  info->print(printer);
  os << '\n';
}

void mlir::emb::collectErrors(llvm::LLVMContext &context, std::string &text) {
  context.setDiagnosticHandlerCallBack(collectError, &text);
}

void Job::run() {
  if (module)
    return compile(*module);
  llvm::LLVMContext context;
  collectErrors(context, error);
  // Function bodies are read as they are needed.
  auto read = llvm::getLazyBitcodeModule({bitcode, "emb"}, context);
  if (!read) {
    error += llvm::toString(read.takeError());
    return;
  }
  keepPart(**read, *part);
  if (llvm::Error failure = (*read)->materializeAll())
    error += llvm::toString(std::move(failure));
  else
    compile(**read);
}

/// The passes of level 3: those of LLVM's own that find something to do in our
/// code, which has few functions and branches, and loops that are vectors
/// already or short. LLVM's own level 3 runs about sixty, some several times,
/// and makes nothing faster by it.
static constexpr llvm::StringLiteral kPasses =
    // Values instead of memory, and small functions in their callers.
    "function(sroa,early-cse<memssa>,simplifycfg,"
    "instcombine<no-verify-fixpoint>),"
    "ipsccp,cgscc(inline),globaldce,"
    "function(sroa,early-cse<memssa>,simplifycfg,"
    // What a loop need not repeat.
    "loop-mssa(loop-instsimplify,loop-simplifycfg,licm<no-allowspeculation>,"
    "loop-rotate,licm,simple-loop-unswitch<nontrivial;trivial>),simplifycfg,"
    "reassociate,instcombine<no-verify-fixpoint>,"
    "loop(loop-idiom,indvars,loop-deletion,loop-unroll-full),"
    "sroa,gvn,dse,loop-mssa(licm),simplifycfg,loop-rotate,"
    // Vectors of what is none yet.
    "loop-vectorize<no-interleave-forced-only;no-vectorize-forced-only;>,"
    "loop-load-elim,instcombine<no-verify-fixpoint>,simplifycfg,"
    "slp-vectorizer,vector-combine,instcombine<no-verify-fixpoint>,"
    "loop-mssa(licm),early-cse,infer-alignment,"
    "loop-unroll<O3>,instsimplify,simplifycfg)";

static llvm::Error optimize(llvm::Module &module, llvm::TargetMachine &machine,
                            unsigned optLevel) {
  if (optLevel < 3)
    return makeOptimizingTransformer(optLevel, /*sizeLevel=*/0,
                                     &machine)(&module);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  llvm::ModulePassManager passes;
  if (llvm::Error error = builder.parsePassPipeline(passes, kPasses))
    return error;
  passes.run(module, modules);
  return llvm::Error::success();
}

void Job::compile(llvm::Module &module) {
  if (llvm::Error failure = optimize(module, *machine, optLevel)) {
    error += llvm::toString(std::move(failure));
    return;
  }
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream os(bytes);
  llvm::legacy::PassManager passes;
  if (machine->addPassesToEmitFile(passes, os, /*DwoOut=*/nullptr,
                                   llvm::CodeGenFileType::ObjectFile,
                                   /*DisableVerify=*/true)) {
    error += "object files cannot be written for this target";
    return;
  }
  passes.run(module);
  object = std::make_unique<llvm::SmallVectorMemoryBuffer>(
      std::move(bytes), "emb.o", /*RequiresNullTerminator=*/false);
}

static void *runJob(void *job) {
  static_cast<Job *>(job)->run();
  return nullptr;
}

/// Runs the jobs at once, the first one on this thread.
static void runAll(std::vector<Job> &jobs) {
  std::vector<pthread_t> threads;
  std::vector<Job *> mine = {&jobs.front()};
  for (Job &job : llvm::drop_begin(jobs)) {
    pthread_t thread;
    // Without a thread to be had, it takes longer.
    if (pthread_create(&thread, /*attr=*/nullptr, runJob, &job) == 0)
      threads.push_back(thread);
    else
      mine.push_back(&job);
  }
  for (Job *job : mine)
    job->run();
  for (pthread_t thread : threads)
    pthread_join(thread, nullptr);
}

llvm::Expected<ObjectFiles>
mlir::emb::generateObjects(llvm::Module &module,
                           llvm::orc::JITTargetMachineBuilder machine,
                           unsigned optLevel, unsigned maxThreads) {
  std::vector<ModulePart> parts = divideModule(module, maxThreads);
  llvm::SmallVector<char, 0> bitcode;
  if (!parts.empty()) {
    llvm::raw_svector_ostream os(bitcode);
    llvm::WriteBitcodeToFile(module, os);
    keepPart(module, parts.front());
  }
  std::vector<Job> jobs(std::max<size_t>(parts.size(), 1));
  jobs.front().module = &module;
  for (auto [index, job] : llvm::enumerate(jobs)) {
    auto made = machine.createTargetMachine();
    if (!made)
      return made.takeError();
    job.machine = std::move(*made);
    job.optLevel = optLevel;
    if (index == 0)
      continue;
    job.bitcode = {bitcode.data(), bitcode.size()};
    job.part = &parts[index];
  }
  runAll(jobs);

  ObjectFiles objects;
  for (Job &job : jobs) {
    if (!job.error.empty() || !job.object)
      return makeError(EMB_COMPILE_ERROR, "LLVM: " + job.error);
    objects.push_back(std::move(job.object));
  }
  return objects;
}
