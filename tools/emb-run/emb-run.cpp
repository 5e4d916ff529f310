//===- emb-run.cpp - Compile a module and run one of its functions --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../CompileFlags.h"
#include "../PhaseOption.h"
#include "emb/Tools/EmbRun.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;

namespace cl = llvm::cl;

/// Made in main(), after the options of the libraries have been removed.
struct Flags {
  cl::OptionCategory category{"emb-run options"};

  cl::opt<std::string> input{cl::Positional, cl::desc("FILE.mlir"),
                             cl::Required, cl::cat(category)};
  cl::opt<std::string> entry{
      "entry", cl::desc("Function to run; needed if there are several"),
      cl::value_desc("name"), cl::cat(category)};
  cl::list<std::string> arguments{
      "arg",
      cl::desc("Give argument N (its emb.name or its position): a .npy "
               "file, file.safetensors:NAME for the tensor of that name, "
               "random:SHAPExTYPE:SEED[:BOUND], a list such as [1,2,3], or a "
               "scalar"),
      cl::value_desc("N=value"), cl::cat(category)};
  cl::list<std::string> outputs{
      "out",
      cl::desc("After the last run write N to a .npy file, or as NAME to "
               "file.safetensors:NAME: a result by its position, an argument "
               "by its name or as argP"),
      cl::value_desc("N=file"), cl::cat(category)};
  cl::list<std::string> prints{
      "print", cl::desc("After the last run print N (see --out)"),
      cl::value_desc("N"), cl::cat(category)};
  cl::opt<unsigned> repeat{"repeat", cl::desc("Number of runs"),
                           cl::value_desc("K"), cl::init(1), cl::cat(category)};
  cl::opt<bool> timing{
      "time",
      cl::desc("Print the time of compiling, of the first run, and the "
               "median and minimum of the other runs"),
      cl::cat(category)};
  cl::opt<std::string> profile{
      "profile", cl::ValueOptional,
      cl::desc("Time each operation and print a table, of all runs but the "
               "first if there are several; with a file, write a trace for "
               "chrome://tracing or Perfetto to it"),
      cl::value_desc("trace.json"), cl::cat(category)};
  cl::opt<bool> debugInfo{
      "g", cl::desc("Compile line tables and tell gdb and perf of the code"),
      cl::cat(category)};
  emb::CompileFlags compile{category};
  cl::opt<uint64_t> memoryLimit{
      "memory-limit",
      cl::desc("Most bytes of workspace and results; 0 is no limit"),
      cl::value_desc("bytes"), cl::init(0), cl::cat(category)};
  cl::opt<std::string> cpu{
      "cpu",
      cl::desc("Processor to compile for, such as x86-64-v3 (default: this "
               "one)"),
      cl::value_desc("name"), cl::cat(category)};
  cl::opt<std::string> features{
      "features", cl::desc("Features of the processor to use or not"),
      cl::value_desc("+a,-b"), cl::cat(category)};
  cl::opt<bool> checkUnchanged{
      "check-unchanged",
      cl::desc("If a run fails, compare every argument with what "
               "it was before and report it"),
      cl::cat(category)};
  cl::opt<std::optional<emb::Phase>, false, emb::PhaseParser> compileTo{
      "compile-to", cl::value_desc("phase"),
      cl::desc("Print the module after this phase and do not run:"),
      cl::cat(category)};

  cl::extrahelp examples{R"(
EXAMPLES:

  emb-run gather.mlir --arg table=random:1000x8xf32:7 --arg ids=[0,5,999] --print=0
                                  look three rows up and print them
  emb-run step.mlir --arg weight=w.npy --arg 1=random:100xi64:7:1000 --arg lr=0.1
          --out 0=loss.npy --out weight=w.npy
                                  one training step; the table is updated in its file
  emb-run forward.mlir --arg weight=model.safetensors:table.weight ...
                                  with a table of a saved model
  emb-run step.mlir ... --repeat=100 --time --threads=2
                                  how long a step takes
  emb-run step.mlir ... --repeat=100 --profile=trace.json
                                  what each of its operations takes
  perf record emb-run -g step.mlir ...
                                  where the processor spends the time
  emb-run step.mlir --compile-to=bufferize
                                  the module where tables have become buffers

Exit code 0 if all runs succeeded, 1 with a message otherwise.
)"};
};

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser();
  Flags flags;
  cl::ParseCommandLineOptions(
      argc, argv, "emb-run: compile a module and run one of its functions\n");

  emb::EmbRunOptions options;
  options.inputFile = flags.input;
  options.entry = flags.entry;
  options.arguments = flags.arguments;
  options.outputs = flags.outputs;
  options.prints = flags.prints;
  options.repeat = flags.repeat;
  options.time = flags.timing;
  options.checkUnchanged = flags.checkUnchanged;
  options.compileTo = flags.compileTo;
  options.traceFile = flags.profile;
  flags.compile.apply(options.compile);
  options.compile.profile = flags.profile.getNumOccurrences() > 0;
  options.compile.debugInfo = flags.debugInfo;
  options.compile.memoryLimit = flags.memoryLimit;
  options.compile.cpu = flags.cpu;
  options.compile.features = flags.features;

  std::string warnings;
  llvm::raw_string_ostream warningStream(warnings);
  llvm::Error error = emb::runEmbRun(options, llvm::outs(), warningStream);
  SmallVector<StringRef> lines;
  StringRef(warnings).split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef line : lines)
    llvm::WithColor::note(llvm::errs(), "emb-run") << line << "\n";
  if (!error)
    return EXIT_SUCCESS;
  llvm::WithColor::error(llvm::errs(), "emb-run")
      << llvm::toString(std::move(error)) << "\n";
  return EXIT_FAILURE;
}
