//===- Backend.cpp - From the LLVM dialect to loaded code -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Backend.h"

#include "DebugInfo.h"
#include "OpenMP.h"
#include "emb/Runtime/RuntimeSymbols.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/ExecutionUtils.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;
using namespace mlir::emb;
using namespace llvm::orc;

static void initializeTargets() {
  static const bool done = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)done;
}

static llvm::Error makeCompileError(const llvm::Twine &what,
                                    llvm::Error cause) {
  return makeError(EMB_COMPILE_ERROR,
                   what + ": " + llvm::toString(std::move(cause)));
}

static JITTargetMachineBuilder makeBuilder(const TargetSpec &target) {
  JITTargetMachineBuilder builder{llvm::Triple(target.triple)};
  builder.setCPU(target.cpu).setFeatures(target.features);
  builder.setRelocationModel(llvm::Reloc::PIC_);
  // The default for code in a process puts every address into a register first;
  // the linker reaches what is far away through stubs.
  builder.setCodeModel(llvm::CodeModel::Small);
  return builder;
}

/// Refuses processors and features that LLVM does not know: it would print a
/// warning and go on without them.
static llvm::Error checkTarget(const TargetSpec &target, StringRef features) {
  initializeTargets();
  llvm::Triple triple(target.triple);
  std::string reason;
  const llvm::Target *found =
      llvm::TargetRegistry::lookupTarget(triple, reason);
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget(
      found ? found->createMCSubtargetInfo(triple, "", "") : nullptr);
  if (!subtarget)
    return makeError(EMB_COMPILE_ERROR, "no code can be generated for " +
                                            target.triple + ": " + reason);
  if (!subtarget->isCPUStringValid(target.cpu))
    return makeError(EMB_INVALID_ARGUMENT, "processor '" + target.cpu +
                                               "' is not one of " +
                                               triple.getArchName());
  SmallVector<StringRef> names;
  features.split(names, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef name : names) {
    StringRef flag = name;
    bool hasSign = flag.consume_front("+") || flag.consume_front("-");
    if (!hasSign || !llvm::is_contained(
                        llvm::map_range(subtarget->getAllProcessorFeatures(),
                                        [](const auto &feature) {
                                          return StringRef(feature.Key);
                                        }),
                        flag))
      return makeError(EMB_INVALID_ARGUMENT,
                       "feature '" + name +
                           "', expected + or - and a feature "
                           "of " +
                           triple.getArchName() + " such as +avx2");
  }
  // LLVM would end the process on 64-bit code for a 32-bit processor.
  subtarget.reset(found->createMCSubtargetInfo(triple, target.cpu, features));
  if (triple.getArch() == llvm::Triple::x86_64 &&
      !subtarget->checkFeatures("+64bit"))
    return makeError(EMB_INVALID_ARGUMENT,
                     "processor '" + target.cpu + "' with features '" +
                         features +
                         "' has no 64-bit mode, expected one that has");
  return llvm::Error::success();
}

llvm::Expected<TargetSpec>
mlir::emb::getTargetSpec(const CompileOptions &options) {
  TargetSpec target;
  target.triple = llvm::sys::getProcessTriple();
  target.cpu =
      options.cpu.empty() ? llvm::sys::getHostCPUName().str() : options.cpu;
  if (llvm::Error error = checkTarget(target, options.features))
    return std::move(error);
  std::vector<std::string> features;
  if (options.cpu.empty())
    for (const auto &feature : llvm::sys::getHostCPUFeatures())
      features.push_back((feature.second ? "+" : "-") + feature.first().str());
  llvm::sort(features, [](StringRef a, StringRef b) {
    return a.drop_front() < b.drop_front();
  });
  // Instructions that round to bf16 take denormals for zeros, and LLVM selects
  // them even to move a number from one block to another.
  if (llvm::Triple(target.triple).isX86())
    features.push_back("-avx512bf16,-avxneconvert");
  // What the options ask for comes last and wins.
  if (!options.features.empty())
    features.push_back(options.features);
  target.features = llvm::join(features, ",");
  return target;
}

PipelineOptions mlir::emb::getPipelineOptions(const TargetSpec &target) {
  PipelineOptions options;
  llvm::Triple triple(target.triple);
  if (!triple.isX86()) {
    options.vectorBytes = 16;
    return options;
  }
  initializeTargets();
  std::string reason;
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget(
      llvm::TargetRegistry::lookupTarget(triple, reason)
          ->createMCSubtargetInfo(triple, target.cpu, target.features));
  if (subtarget->checkFeatures("+avx512f"))
    return options;
  options.vectorBytes = subtarget->checkFeatures("+avx") ? 32 : 16;
  options.numVectors = 16;
  return options;
}

/// LLVM would make copies of the iterations of a parallel loop. It is the
/// outermost loop of a function that is passed to OpenMP; the dialect has no
/// place to say so, as it has for other loops (emb-limit-unrolling).
static void keepParallelLoops(llvm::Module &module) {
  for (llvm::Function &function : module) {
    if (function.isDeclaration() || !function.hasAddressTaken())
      continue;
    llvm::DominatorTree dominators(function);
    llvm::LoopInfo loops(dominators);
    for (llvm::Loop *loop : loops)
      loop->setLoopAlreadyUnrolled();
  }
}

llvm::Expected<ObjectFiles> mlir::emb::compileToObjects(
    ModuleOp module, const std::vector<std::string> &entries,
    const TargetSpec &target, unsigned optLevel, unsigned maxThreads) {
  initializeTargets();
  JITTargetMachineBuilder builder = makeBuilder(target);
  builder.setCodeGenOptLevel(optLevel == 0   ? llvm::CodeGenOptLevel::None
                             : optLevel == 1 ? llvm::CodeGenOptLevel::Less
                             : optLevel == 2
                                 ? llvm::CodeGenOptLevel::Default
                                 : llvm::CodeGenOptLevel::Aggressive);
  llvm::Expected<llvm::DataLayout> layout =
      builder.getDefaultDataLayoutForTarget();
  if (!layout)
    return makeCompileError("no code can be generated for " + target.triple,
                            layout.takeError());

  llvm::LLVMContext llvmContext;
  std::string diagnostics;
  collectErrors(llvmContext, diagnostics);
  std::unique_ptr<llvm::Module> llvmModule =
      translateModuleToLLVMIR(module, llvmContext, "emb");
  if (!llvmModule)
    return makeError(EMB_COMPILE_ERROR,
                     "the module cannot be translated to LLVM IR" +
                         (diagnostics.empty() ? "" : ": " + diagnostics));
  nameParallelBodies(*llvmModule);
  llvmModule->setTargetTriple(llvm::Triple(target.triple));
  llvmModule->setDataLayout(*layout);
  for (llvm::Function &function : *llvmModule)
    if (!function.isDeclaration() &&
        !llvm::is_contained(entries, function.getName()))
      function.setLinkage(llvm::GlobalValue::InternalLinkage);
  keepParallelLoops(*llvmModule);
  auto objects =
      generateObjects(*llvmModule, std::move(builder), optLevel, maxThreads);
  if (objects && !diagnostics.empty())
    return makeError(EMB_COMPILE_ERROR, "LLVM: " + diagnostics);
  return objects;
}

LoadedObject::LoadedObject(std::unique_ptr<LLJIT> jit) : jit(std::move(jit)) {}

llvm::Error
LoadedObject::defineSymbols(ArrayRef<std::pair<std::string, void *>> symbols) {
  SymbolMap map;
  auto add = [&](StringRef name, const void *address) {
    map[jit->mangleAndIntern(name)] = {ExecutorAddr::fromPtr(address),
                                       llvm::JITSymbolFlags::Exported |
                                           llvm::JITSymbolFlags::Callable};
  };
  size_t count;
  const EmbSymbol *table = embRuntimeSymbols(&count);
  for (const EmbSymbol &symbol : ArrayRef(table, count))
    add(symbol.name, symbol.address);
  for (const auto &[name, address] : symbols)
    add(name, address);
  JITDylib &dylib = jit->getMainJITDylib();
  if (llvm::Error error = dylib.define(absoluteSymbols(std::move(map))))
    return error;
  // The process sees OpenMP too, unless this library was loaded privately.
  if (std::string path = getOpenMPLibraryPath(); !path.empty()) {
    auto generator = DynamicLibrarySearchGenerator::Load(
        path.c_str(), jit->getDataLayout().getGlobalPrefix());
    if (generator)
      dylib.addGenerator(std::move(*generator));
    else
      llvm::consumeError(generator.takeError());
  }
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<LoadedObject>>
LoadedObject::load(ObjectFiles objects,
                   ArrayRef<std::pair<std::string, void *>> symbols,
                   bool announce) {
  initializeTargets();
  llvm::Expected<std::unique_ptr<LLJIT>> jit =
      LLJITBuilder()
          .setJITTargetMachineBuilder(JITTargetMachineBuilder(
              llvm::Triple(llvm::sys::getProcessTriple())))
          .setPlatformSetUp(setUpInactivePlatform)
          .create();
  if (!jit)
    return makeCompileError("the linker cannot be set up", jit.takeError());
  std::unique_ptr<LoadedObject> loaded(new LoadedObject(std::move(*jit)));
  // Kept for the error of lookup(); nothing is printed.
  loaded->jit->getExecutionSession().setErrorReporter(
      [reports = &loaded->reports](llvm::Error error) {
        *reports += ": " + llvm::toString(std::move(error));
      });
  if (announce)
    if (llvm::Error error = announceCode(*loaded->jit))
      return makeCompileError("debuggers cannot be told of the code",
                              std::move(error));
  if (llvm::Error error = loaded->defineSymbols(symbols))
    return makeCompileError("the runtime's symbols cannot be defined",
                            std::move(error));
  for (std::unique_ptr<llvm::MemoryBuffer> &object : objects)
    if (llvm::Error error = loaded->jit->addObjectFile(std::move(object)))
      return makeCompileError("the compiled object cannot be loaded",
                              std::move(error));
  return loaded;
}

llvm::Expected<LoadedObject::EntryPoint> LoadedObject::lookup(StringRef name) {
  llvm::Expected<ExecutorAddr> address = jit->lookup(name);
  if (!address)
    return makeCompileError("the code of '" + name + "' cannot be linked" +
                                reports,
                            address.takeError());
  return address->toPtr<EntryPoint>();
}
