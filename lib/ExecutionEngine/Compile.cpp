//===- Compile.cpp - From a module to an Executable -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Backend.h"
#include "CompiledModule.h"
#include "Diagnostics.h"
#include "Invocation.h"
#include "emb/Conversion/EntryPoints.h"
#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/ExecutionEngine/ObjectCache.h"
#include "emb/InitAll.h"
#include "emb/Pipelines/Pipelines.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Threading.h"

#include <chrono>

using namespace mlir;
using namespace mlir::emb;

namespace {
/// What a module is compiled from: enough to name it in the cache and to
/// compile a variant of it later.
struct Source {
  /// "text" or "module": the same text may mean another module.
  std::string kind;
  std::string text;
  /// For messages.
  std::string name;
};

/// One compile, from the options and the key to the loaded code.
class Compiler {
public:
  explicit Compiler(const CompileOptions &options) : options(options) {}

  /// `variant` says in what the module differs from its source, for the cache;
  /// `getModule` is called only if the cache does not have it.
  llvm::Expected<engine::LoadedModule> compile(
      const Source &source, StringRef variant,
      llvm::function_ref<llvm::Expected<OwningOpRef<ModuleOp>>()> getModule);

private:
  llvm::Error openCache(const Source &source, StringRef variant);
  /// The code of the cache's entry, if there is one.
  std::optional<engine::LoadedModule> loadFromCache();
  llvm::Expected<engine::LoadedModule> finish(CompiledModule module);
  unsigned getMaxThreads() const;
  void warn(llvm::Error error) {
    stats.warnings.push_back(llvm::toString(std::move(error)));
  }

  const CompileOptions &options;
  TargetSpec target;
  CompileStats stats;
  std::unique_ptr<ObjectCache> cache;
  CacheKey key = {};
  std::chrono::steady_clock::time_point start =
      std::chrono::steady_clock::now();
};
} // namespace

/// Whether the module is as the last phase leaves it.
static bool isLowered(ModuleOp module) {
  bool hasEntry = llvm::any_of(
      module.getOps<LLVM::LLVMFuncOp>(),
      [](LLVM::LLVMFuncOp function) { return isEntryPoint(function); });
  return hasEntry && module.getOps<func::FuncOp>().empty();
}

static llvm::Error runPhases(ModuleOp module, Phase last,
                             const CompileExtension &extension,
                             DiagnosticCollector &diagnostics,
                             const PipelineOptions &pipeline = {}) {
  auto run = [&](llvm::function_ref<void(OpPassManager &)> addPasses) {
    PassManager passes(module->getContext(), module->getName().getStringRef());
#ifndef EMB_ENABLE_CHECKS
    // Verifying after each pass takes as long as the passes. The tests of the
    // passes do it, with emb-opt.
    passes.enableVerifier(false);
#endif
    addPasses(passes);
    return succeeded(passes.run(module)) && succeeded(verify(module));
  };
  bool ok = !extension.addPassesBefore || run(extension.addPassesBefore);
  for (const PhaseInfo &info : getPhases()) {
    if (!ok || info.phase > last)
      break;
    ok = run([&](OpPassManager &passes) {
      buildPhase(passes, info.phase, pipeline);
    });
  }
  if (ok && last == Phase::LLVM && extension.addPassesAfter)
    ok = run(extension.addPassesAfter);
  if (!ok)
    return diagnostics.takeError("the module cannot be compiled");
  return llvm::Error::success();
}

/// Lowers `module` to the LLVM dialect and takes its entry points down.
static llvm::Expected<std::vector<Signature>>
lower(ModuleOp module, const CompileExtension &extension,
      DiagnosticCollector &diagnostics, const PipelineOptions &pipeline) {
  if (!isLowered(module))
    if (llvm::Error error =
            runPhases(module, Phase::LLVM, extension, diagnostics, pipeline))
      return std::move(error);
  std::vector<Signature> signatures;
  for (auto function : module.getOps<LLVM::LLVMFuncOp>()) {
    if (!isEntryPoint(function) || function.isExternal())
      continue;
    llvm::Expected<Signature> signature = Signature::fromFunction(function);
    if (!signature)
      return signature.takeError();
    signatures.push_back(std::move(*signature));
    // LLVM IR has no place for them.
    function->removeAttr(kArgumentsAttr);
    function->removeAttr(kResultsAttr);
    function->removeAttr(kRegionsAttr);
  }
  return signatures;
}

/// What else of the source is in code that is profiled or debugged: how it was
/// compiled, and where its file is.
static std::string describeInsight(const CompileOptions &options,
                                   const Source &source) {
  if (!options.profile && !options.debugInfo)
    return "";
  SmallString<128> folder;
  llvm::sys::fs::current_path(folder);
  return (llvm::Twine(options.profile ? "profile " : "") +
          (options.debugInfo ? "lines " : "") + source.name + " in " + folder)
      .str();
}

static PipelineOptions makePipelineOptions(const TargetSpec &target,
                                           const CompileOptions &options) {
  PipelineOptions pipeline = getPipelineOptions(target);
  pipeline.profile = options.profile;
  pipeline.debugInfo = options.debugInfo;
  return pipeline;
}

llvm::Error Compiler::openCache(const Source &source, StringRef variant) {
  const CompileExtension &extension = options.extension;
  if (!options.useCache)
    return llvm::Error::success();
  bool isExtended = extension.registerDialects || extension.addPassesBefore ||
                    extension.addPassesAfter;
  if (isExtended && extension.name.empty())
    return makeError(EMB_INVALID_ARGUMENT,
                     "not cached: the extension of the compiler has no name");
  llvm::Expected<std::string> identity = getCompilerIdentity();
  if (!identity)
    return identity.takeError();
  std::string dir =
      options.cacheDir.empty() ? getDefaultCacheDir() : options.cacheDir;
  auto opened = ObjectCache::open(dir, options.cacheLimitBytes);
  if (!opened)
    return opened.takeError();
  cache = std::move(*opened);
  key = makeCacheKey(
      {source.kind, source.text, variant, describeInsight(options, source),
       target.triple, target.cpu, target.features,
       std::to_string(options.optLevel), extension.name,
       std::to_string(EMB_ABI_VERSION), LLVM_VERSION_STRING, *identity});
  return llvm::Error::success();
}

std::optional<engine::LoadedModule> Compiler::loadFromCache() {
  std::string why;
  std::unique_ptr<ObjectCache::Entry> entry = cache->load(key, &why);
  if (!entry) {
    if (!why.empty())
      stats.warnings.push_back(why);
    return std::nullopt;
  }
  llvm::Expected<CompiledModule> module = readModule(*entry);
  if (!module) {
    warn(module.takeError());
    return std::nullopt;
  }
  CompileStats before = stats;
  stats.loadedFromCache = true;
  auto loaded = finish(std::move(*module));
  if (loaded)
    return std::move(*loaded);
  stats = std::move(before);
  warn(loaded.takeError());
  return std::nullopt;
}

llvm::Expected<engine::LoadedModule> Compiler::finish(CompiledModule module) {
  llvm::append_range(stats.warnings, module.warnings);
  auto loaded = LoadedObject::load(
      std::move(module.objects), options.extension.symbols, options.debugInfo);
  if (!loaded)
    return loaded.takeError();
  std::vector<engine::Entry> entries;
  for (Signature &signature : module.signatures) {
    auto function = (*loaded)->lookup(signature.name);
    if (!function)
      return function.takeError();
    entries.push_back({std::move(signature), *function});
  }
  stats.milliseconds = std::chrono::duration<double, std::milli>(
                           std::chrono::steady_clock::now() - start)
                           .count();
  return engine::LoadedModule{std::move(*loaded), std::move(entries), stats};
}

unsigned Compiler::getMaxThreads() const {
  if (options.compileThreads > 0)
    return options.compileThreads;
  return llvm::hardware_concurrency().compute_thread_count();
}

llvm::Expected<engine::LoadedModule> Compiler::compile(
    const Source &source, StringRef variant,
    llvm::function_ref<llvm::Expected<OwningOpRef<ModuleOp>>()> getModule) {
  if (options.optLevel > 3)
    return makeError(EMB_INVALID_ARGUMENT, "optimisation level " +
                                               llvm::Twine(options.optLevel) +
                                               ", expected 0 to 3");
  if (options.threads < 0)
    return makeError(EMB_INVALID_ARGUMENT, "number of threads " +
                                               llvm::Twine(options.threads) +
                                               ", expected 0 (all) or more");
  if (options.compileThreads < 0)
    return makeError(EMB_INVALID_ARGUMENT,
                     "number of threads of the compiler " +
                         llvm::Twine(options.compileThreads) +
                         ", expected 0 (all) or more");
  llvm::Expected<TargetSpec> spec = getTargetSpec(options);
  if (!spec)
    return spec.takeError();
  target = std::move(*spec);
  if (llvm::Error error = openCache(source, variant))
    warn(std::move(error));
  if (cache)
    if (std::optional<engine::LoadedModule> loaded = loadFromCache())
      return std::move(*loaded);

  llvm::Expected<OwningOpRef<ModuleOp>> module = getModule();
  if (!module)
    return module.takeError();
  DiagnosticCollector diagnostics((*module)->getContext());
  llvm::Expected<std::vector<Signature>> signatures =
      lower(**module, options.extension, diagnostics,
            makePipelineOptions(target, options));
  if (!signatures)
    return signatures.takeError();
  std::vector<std::string> names;
  for (const Signature &signature : *signatures)
    names.push_back(signature.name);
  auto objects = compileToObjects(**module, names, target, options.optLevel,
                                  getMaxThreads());
  if (!objects)
    return diagnostics.takeError(llvm::toString(objects.takeError()));
  CompiledModule compiled{std::move(*objects), std::move(*signatures),
                          diagnostics.takeOthers()};
  if (cache)
    if (llvm::Error error = storeModule(*cache, key, compiled))
      warn(std::move(error));
  return finish(std::move(compiled));
}

/// A context for modules that are read from text.
static std::unique_ptr<MLIRContext>
makeContext(const CompileExtension &extension) {
  DialectRegistry registry;
  registerAllDialects(registry);
  if (extension.registerDialects)
    extension.registerDialects(registry);
  // Modules are small: starting threads costs more than they save.
  auto context =
      std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  // A message names its place; the operation in full only hides it.
  context->printOpOnDiagnostic(false);
  return context;
}

static llvm::Expected<OwningOpRef<ModuleOp>>
parseModule(MLIRContext *context, StringRef text, StringRef name) {
  DiagnosticCollector diagnostics(context);
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(text, context, name);
  if (!module)
    return diagnostics.takeError(name + ": the module cannot be parsed");
  return module;
}

static llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
readFile(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return makeError(EMB_IO_ERROR,
                     path + ": cannot be read: " + buffer.getError().message());
  return std::move(*buffer);
}

/// Makes functions of what declares them, so that one of them can be changed.
static llvm::Error makeDeclaredFunctions(ModuleOp module,
                                         const CompileExtension &extension) {
  if (module.getOps<TrainOp>().empty() && module.getOps<GradientOp>().empty())
    return llvm::Error::success();
  DiagnosticCollector diagnostics(module.getContext());
  return runPhases(module, Phase::Train, extension, diagnostics);
}

/// Leaves `function` as the only entry of the module and marks `strided` among
/// its arguments.
static llvm::Error makeVariant(ModuleOp module, const Signature &function,
                               ArrayRef<size_t> strided) {
  auto found = module.lookupSymbol<func::FuncOp>(function.name);
  if (!found && isLowered(module))
    return makeError(EMB_INVALID_ARGUMENT,
                     "the module was given in the LLVM dialect, in which "
                     "strides are fixed");
  if (!found || found.getNumArguments() != function.arguments.size())
    return makeError(EMB_INVALID_ARGUMENT,
                     "the module has no func.func '" + function.name +
                         "' with " + llvm::Twine(function.arguments.size()) +
                         " arguments");
  for (size_t position : strided) {
    if (!isa<RankedTensorType>(found.getArgument(position).getType()))
      return makeError(EMB_INVALID_ARGUMENT,
                       "the module was given on memrefs, whose strides are "
                       "fixed");
    found.setArgAttr(position, kStridedAttr,
                     UnitAttr::get(module.getContext()));
  }
  for (auto other : module.getOps<func::FuncOp>())
    if (other != found)
      other.setPrivate();
  return llvm::Error::success();
}

static llvm::Expected<engine::LoadedModule>
compileVariant(const CompileOptions &options, const Source &source,
               const Signature &function, ArrayRef<size_t> strided) {
  std::string variant;
  llvm::raw_string_ostream os(variant);
  os << "strided " << function.name;
  for (size_t position : strided)
    os << ' ' << position;
  std::unique_ptr<MLIRContext> context;
  return Compiler(options).compile(
      source, variant, [&]() -> llvm::Expected<OwningOpRef<ModuleOp>> {
        context = makeContext(options.extension);
        auto module = parseModule(context.get(), source.text, source.name);
        if (!module)
          return module.takeError();
        if (llvm::Error error =
                makeDeclaredFunctions(**module, options.extension))
          return std::move(error);
        if (llvm::Error error = makeVariant(**module, function, strided))
          return std::move(error);
        return module;
      });
}

static llvm::Expected<std::unique_ptr<Executable>>
makeExecutable(llvm::Expected<engine::LoadedModule> module,
               const CompileOptions &options, Source source) {
  if (!module)
    return module.takeError();
  return std::make_unique<Executable>(std::make_shared<engine::ExecutableImpl>(
      std::move(*module),
      [options, source = std::move(source)](const Signature &function,
                                            ArrayRef<size_t> strided) {
        return compileVariant(options, source, function, strided);
      },
      options.threads, options.memoryLimit));
}

llvm::Expected<std::unique_ptr<Executable>>
mlir::emb::compileString(StringRef text, const CompileOptions &options,
                         StringRef name) {
  Source source{"text", text.str(), name.str()};
  // Declared before the module, which must not outlive it.
  std::unique_ptr<MLIRContext> context;
  auto module = Compiler(options).compile(source, /*variant=*/"", [&] {
    context = makeContext(options.extension);
    return parseModule(context.get(), text, name);
  });
  return makeExecutable(std::move(module), options, std::move(source));
}

llvm::Expected<std::unique_ptr<Executable>>
mlir::emb::compileFile(StringRef path, const CompileOptions &options) {
  auto buffer = readFile(path);
  if (!buffer)
    return buffer.takeError();
  return compileString((*buffer)->getBuffer(), options, path);
}

llvm::Expected<std::unique_ptr<Executable>>
mlir::emb::compileModule(ModuleOp module, const CompileOptions &options) {
  MLIRContext *context = module.getContext();
  {
    DiagnosticCollector diagnostics(context);
    if (failed(verify(module)))
      return diagnostics.takeError("the module is not valid");
  }
  // All of the constants, whatever the printing options of the program are.
  // Variants are compiled from this text too: the module may be gone by then.
  Source source{"module", "", "<module>"};
  llvm::raw_string_ostream os(source.text);
  constexpr int64_t all = std::numeric_limits<int64_t>::max();
  // Locations are in the code if it is profiled or debugged.
  module.print(os, OpPrintingFlags()
                       .elideLargeElementsAttrs(all)
                       .elideLargeResourceString(all)
                       .enableDebugInfo(options.profile || options.debugInfo)
                       .printGenericOpForm());
  auto compiled = Compiler(options).compile(
      source, /*variant=*/"", [&]() -> llvm::Expected<OwningOpRef<ModuleOp>> {
        DialectRegistry registry;
        registerAllDialects(registry);
        context->appendDialectRegistry(registry);
        return OwningOpRef<ModuleOp>(module.clone());
      });
  return makeExecutable(std::move(compiled), options, std::move(source));
}

llvm::Expected<std::string>
mlir::emb::printAfterPhase(StringRef path, Phase last,
                           const CompileOptions &options) {
  llvm::Expected<TargetSpec> target = getTargetSpec(options);
  if (!target)
    return target.takeError();
  auto buffer = readFile(path);
  if (!buffer)
    return buffer.takeError();
  std::unique_ptr<MLIRContext> context = makeContext(options.extension);
  auto module = parseModule(context.get(), (*buffer)->getBuffer(), path);
  if (!module)
    return module.takeError();
  DiagnosticCollector diagnostics(context.get());
  if (llvm::Error error =
          runPhases(**module, last, options.extension, diagnostics,
                    makePipelineOptions(*target, options)))
    return std::move(error);
  std::string text;
  llvm::raw_string_ostream os(text);
  (*module)->print(os);
  return text;
}
