//===- Reproducer.cpp - A failing case as a file for emb-check ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Case.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cmath>

using namespace property;
using namespace mlir::emb;

static constexpr size_t kMaxElements = 20000;

/// `dense<...> : tensor<2x3xf32> as tensor<?x3xf32>`.
static std::string printTensor(const Shape &shape, DType dtype,
                               const std::vector<uint64_t> &bits,
                               int64_t numStaticDims) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "dense<";
  for (size_t i = 0; i < bits.size(); ++i) {
    // A bracket opens or closes at each multiple of the inner extents.
    std::string opened, closed;
    size_t extent = 1;
    for (size_t dim = shape.size(); dim-- > 0;) {
      extent *= shape[dim];
      if (i % extent == 0)
        opened += "[";
      if ((i + 1) % extent == 0)
        closed += "]";
    }
    os << (i ? ", " : "") << opened;
    if (isFloat(dtype))
      os << "0x" << llvm::utohexstr(bits[i], false, 2 * getByteWidth(dtype));
    else
      os << (dtype == DType::I32 ? int32_t(bits[i]) : int64_t(bits[i]));
    os << closed;
  }
  std::string type = stringify(dtype).str(), fixed = type, open = type;
  for (size_t dim = shape.size(); dim-- > 0;) {
    bool isStatic = dim + numStaticDims >= shape.size();
    fixed = std::to_string(shape[dim]) + "x" + fixed;
    open = (isStatic ? std::to_string(shape[dim]) : "?") + "x" + open;
  }
  os << "> : tensor<" << fixed << ">";
  if (fixed != open)
    os << " as tensor<" << open << ">";
  return text;
}

/// The static trailing dimensions of an argument or result.
static int64_t getNumStaticDims(llvm::StringRef name, const Program &program,
                                size_t rank) {
  bool hasColumns = name.starts_with("weight") || name.contains("gradient") ||
                    name.starts_with("grad_output") ||
                    name.starts_with("grad_weight") ||
                    name.starts_with("output") || name.contains("_values") ||
                    (name == "state" && rank == 2);
  return hasColumns ? 1 : 0;
}

static std::string getTypeOf(const Shape &shape, DType dtype,
                             int64_t numStaticDims) {
  std::string type = stringify(dtype).str();
  for (size_t dim = shape.size(); dim-- > 0;)
    type = (dim + numStaticDims >= shape.size() ? std::to_string(shape[dim])
                                                : std::string("?")) +
           "x" + type;
  return "tensor<" + type + ">";
}

/// The middle of each interval, and half of the widest.
static std::string printExpectation(const Expected &expected,
                                    int64_t numStaticDims) {
  bool allBits = std::all_of(expected.values.begin(), expected.values.end(),
                             [](const Value &v) { return v.bits.has_value(); });
  Format format = getFormat(expected.dtype);
  std::vector<uint64_t> bits;
  double tolerance = 0;
  for (const Value &value : expected.values) {
    if (value.bits) {
      bits.push_back(*value.bits);
      continue;
    }
    double middle =
        value.isPoint() ? value.low : value.low / 2 + value.high / 2;
    double half = (value.high - value.low) / 2;
    if (std::isfinite(half))
      tolerance = std::max(tolerance, half * 1.01);
    bits.push_back(encode(format, middle));
  }
  std::string want =
      printTensor(expected.shape, expected.dtype, bits, numStaticDims);
  std::string text;
  llvm::raw_string_ostream os(text);
  os << ", " << want;
  if (!allBits)
    os << " rtol 0.0 atol " << llvm::format("%.17e", tolerance);
  return (allBits ? "check.expect_eq " : "check.expect_close ") +
         std::string("%RESULT") + text;
}

/// The option of emb-check.
static const char *getFlag(Layout layout) {
  switch (layout) {
  case Layout::Dense:
    return "";
  case Layout::Strided:
    return " --strided";
  case Layout::StridedColumns:
    return " --strided-columns";
  case Layout::Transposed:
    return " --transposed";
  }
  return "";
}

std::string property::printReproducer(const Case &testCase,
                                      const Program &program, int wrong) {
  size_t elements = 0;
  for (const Argument &argument : testCase.arguments)
    elements += argument.bits.size();
  for (const Expected &expected : testCase.results)
    elements += expected.values.size();
  if (elements > kMaxElements)
    return "";

  std::string text;
  llvm::raw_string_ostream os(text);
  std::string function = "@" + program.getFunctionName().str();
  std::string module = program.print();
  size_t at = module.find("func.func " + function);
  module.insert(at + strlen("func.func "), "private ");
  // The test goes into the module, if there is one around the function.
  bool isNested = llvm::StringRef(module).rtrim().count("module {") > 0;
  if (isNested)
    module.erase(module.rfind('}'));
  os << "// RUN: emb-check %s --threads=" << testCase.threads
     << getFlag(testCase.layout) << "\n\n"
     << module << "\nfunc.func @case()";
  if (testCase.failure)
    os << " attributes {check.error = \"expected\", check.status = \""
       << embStatusName(*testCase.failure) << "\"}";
  os << " {\n";
  std::string operands, operandTypes;
  for (const Argument &argument : testCase.arguments) {
    std::string separator = operands.empty() ? "" : ", ";
    operands += separator + "%" + argument.name;
    os << "  %" << argument.name << " = check.constant named \""
       << argument.name << "\" ";
    if (argument.isScalar) {
      os << llvm::format("%.17e", decode(Format::F64, argument.bits[0]))
         << " : f64\n";
      operandTypes += separator + "f64";
      continue;
    }
    int64_t numStatic =
        getNumStaticDims(argument.name, program, argument.shape.size());
    os << printTensor(argument.shape, argument.dtype, argument.bits, numStatic)
       << "\n";
    operandTypes +=
        separator + getTypeOf(argument.shape, argument.dtype, numStatic);
  }

  // A failing call has no expectations, and its results are not known.
  size_t open = module.find(") -> ", at);
  std::string resultTypes = module.substr(open + 5);
  resultTypes = resultTypes.substr(0, resultTypes.find(" {"));
  llvm::SmallVector<llvm::StringRef> types;
  llvm::StringRef list = resultTypes;
  if (list.consume_front("("))
    list.consume_back(")");
  list.split(types, ", ");
  os << "  %r" << (types.size() > 1 ? ":" + std::to_string(types.size()) : "")
     << " = func.call " << function << "(" << operands << ") : ("
     << operandTypes << ") -> (" << list << ")\n";
  for (size_t i = 0; i < types.size(); ++i) {
    std::string value = types.size() > 1 ? "%r#" + std::to_string(i) : "%r";
    bool isExpected = !testCase.failure && (wrong < 0 || wrong == int(i));
    if (!isExpected) {
      os << "  check.use " << value << " : " << types[i] << "\n";
      continue;
    }
    const Expected &expected = testCase.results[i];
    std::string line =
        printExpectation(expected, getNumStaticDims(expected.name, program,
                                                    expected.shape.size()));
    line.replace(line.find("%RESULT"), strlen("%RESULT"), value);
    os << "  " << line << "\n";
  }
  os << "  return\n}\n" << (isNested ? "}\n" : "");
  return text;
}
