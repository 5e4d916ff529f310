//===- Program.cpp - A case as a module -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Program.h"
#include "Data.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::bench;

namespace {

class Printer {
public:
  explicit Printer(const Case &config)
      : config(config), os(text), index(emb::stringify(config.index)),
        table(llvm::formatv("tensor<?x{0}x{1}>", config.columns,
                            emb::stringify(config.table))),
        indices(llvm::formatv(isMatrix() ? "tensor<?x?x{0}>" : "tensor<?x{0}>",
                              index)),
        offsets(llvm::formatv("tensor<?x{0}>", index)) {}

  std::string print() {
    switch (config.work) {
    case Work::Gather:
      printGather();
      break;
    case Work::Bag:
      printBag();
      break;
    case Work::Renorm:
      printRenorm();
      break;
    case Work::Group:
      printGroup();
      break;
    case Work::Step:
      printStep();
      break;
    }
    return text;
  }

private:
  bool isMatrix() const { return config.hasBags() && !config.isRagged(); }

  void printArgument(StringRef name, StringRef type) {
    os << (isFirst ? "" : ", ") << "%" << name << ": " << type
       << " {emb.name = \"" << name << "\"}";
    isFirst = false;
  }
  void printLookupArguments() {
    printArgument("indices", indices);
    if (config.hasBags() && config.isRagged())
      printArgument("offsets", offsets);
  }
  /// "%out = emb.bag ...", the forward pass.
  void printPooling(BagMode mode) {
    os << "  %out = emb.bag " << stringifyBagMode(mode) << " %weight[%indices]";
    if (config.isRagged())
      os << " offsets(%offsets : " << offsets << ") {include_last_offset}";
    os << " : " << table << ", " << indices << " -> " << table << "\n";
  }

  void printGather() {
    os << "func.func @run(";
    printArgument("weight", table);
    printLookupArguments();
    os << ") -> " << table
       << " {\n  %out = emb.gather %weight[%indices] : " << table << ", "
       << indices << " -> " << table << "\n  return %out : " << table
       << "\n}\n";
  }

  void printBag() {
    os << "func.func @run(";
    printArgument("weight", table);
    printLookupArguments();
    os << ") -> " << table << " {\n";
    printPooling(config.mode);
    os << "  return %out : " << table << "\n}\n";
  }

  void printRenorm() {
    os << "func.func @run(";
    printArgument("weight", table);
    printLookupArguments();
    os << ") -> " << table
       << " {\n  %out = emb.renorm %indices into %weight max_norm "
       << llvm::formatv("{0:e}", kMaxNorm) << " norm_type 2.0 : " << indices
       << ", " << table << "\n  return %out : " << table << "\n}\n";
  }

  void printGroup() {
    std::string types =
        llvm::formatv("{0}, tensor<?xi32>, tensor<?xi32>", indices);
    os << "func.func @run(";
    printArgument("indices", indices);
    os << ") -> (" << types
       << ", index) {\n"
          "  %rows, %bounds, %positions, %count = emb.group(%indices : "
       << indices << ") -> " << types
       << "\n  return %rows, %bounds, %positions, %count : " << types
       << ", index\n}\n";
  }

  /// "%bag", the bag of each index.
  void printBagOfEach() {
    if (config.isRagged()) {
      os << "  %c0 = arith.constant 0 : index\n"
         << "  %n = tensor.dim %indices, %c0 : " << indices << "\n"
         << "  %bag = emb.offset2bag %offsets[%n] {include_last_offset} : "
         << offsets << ", index -> tensor<?xi32>\n";
      return;
    }
    os << "  %c0 = arith.constant 0 : index\n"
          "  %c1 = arith.constant 1 : index\n"
       << "  %m = tensor.dim %indices, %c0 : " << indices << "\n"
       << "  %n = tensor.dim %indices, %c1 : " << indices << "\n"
       << "  %empty = tensor.empty(%m, %n) : tensor<?x?xi32>\n"
          "  %bag = linalg.generic {indexing_maps = "
          "[affine_map<(i, j) -> (i, j)>],\n"
          "      iterator_types = [\"parallel\", \"parallel\"]}\n"
          "      outs(%empty : tensor<?x?xi32>) {\n"
          "  ^bb0(%old: i32):\n"
          "    %i = linalg.index 0 : index\n"
          "    %b = arith.index_cast %i : index to i32\n"
          "    linalg.yield %b : i32\n"
          "  } -> tensor<?x?xi32>\n";
  }

  void printStep() {
    std::string names = "%weight", types = table, results = "%new";
    std::string state =
        config.rule == Rule::RowWiseAdagrad ? "tensor<?xf32>" : table;
    int64_t numStates = getNumStates(config);
    os << "func.func @run(";
    printArgument("weight", table);
    for (int64_t i = 0; i < numStates; ++i) {
      std::string name = llvm::formatv("state{0}", i);
      printArgument(name, state);
      names += ", %" + name;
      types += ", " + state;
    }
    printLookupArguments();
    printArgument("grad_output", table);
    printArgument("lr", "f64");
    printArgument("step", "i64");
    os << ") -> (" << table << ", " << types << ") {\n";
    printPooling(BagMode::Sum);
    printBagOfEach();
    os << "  %new:" << 1 + numStates << " = emb.apply_gradient #emb."
       << bench::stringify(config.rule) << "\n      to(" << names << " : "
       << types << ")\n      sources[%indices : " << indices
       << " -> %grad_output : " << table
       << " map %bag : " << (isMatrix() ? "tensor<?x?xi32>" : "tensor<?xi32>")
       << "] lr(%lr) step(%step)\n  return %out";
    for (int64_t i = 0; i <= numStates; ++i)
      os << ", %new#" << i;
    os << " : " << table << ", " << types << "\n}\n";
  }

  const Case &config;
  std::string text;
  llvm::raw_string_ostream os;
  StringRef index;
  std::string table, indices, offsets;
  bool isFirst = true;
};

} // namespace

std::string bench::printProgram(const Case &config) {
  return Printer(config).print();
}
