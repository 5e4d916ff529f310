//===- Program.cpp - What is compiled once, for many draws ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Program.h"

#include "llvm/Support/raw_ostream.h"

#include <limits>

using namespace property;
using namespace mlir::emb;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();
static constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Format property::getFormat(DType dtype) {
  switch (dtype) {
  case DType::F16:
    return Format::F16;
  case DType::BF16:
    return Format::BF16;
  case DType::F64:
    return Format::F64;
  default:
    return Format::F32;
  }
}

static DType getComputeType(DType table) {
  return table == DType::F64 ? DType::F64 : DType::F32;
}

//===----------------------------------------------------------------------===//
// Drawing
//===----------------------------------------------------------------------===//

static DType drawIndexType(Random &random) {
  return random.pick({DType::I32, DType::I64});
}

static std::optional<int64_t> drawPadding(Random &random) {
  if (random.oneIn(2))
    return std::nullopt;
  return random.pick<int64_t>({0, 0, 1, 2, 4, -1, -1, -2, -3});
}

static void drawNorm(Random &random, LookupSpec &lookup) {
  lookup.normType = random.pick(
      {2.0,        2.0, 2.0, 2.0, 1.0, 1.0, 0.0,  0.0,  kInfinity, kInfinity,
       -kInfinity, 0.5, 1.5, 2.5, 3.0, 0.1, -1.0, -0.5, -2.0,      kNaN});
  lookup.maxNorm = lookup.normType == 0
                       ? random.pick({1.0, 2.0, 3.0, 0.0, 2.5})
                       : random.pick({1.0, 1.0, 1.0, 1.0, 2.5, 2.5, 0.5, 5.0,
                                      0.1, 3e-4, 0.0, -1.0, kInfinity, kNaN});
}

static LookupSpec drawLookup(Random &random, DType tableType,
                             TableGradient gradient) {
  LookupSpec lookup;
  lookup.indexType = drawIndexType(random);
  if (random.oneIn(3)) {
    lookup.rank = random.between(0, 4);
  } else {
    // PyTorch has no sparse gradient of max.
    bool hasMax = gradient != TableGradient::Sparse;
    lookup.bag = static_cast<BagMode>(random.between(0, hasMax ? 2 : 1));
    lookup.rank = random.oneIn(3) ? 2 : 1;
    if (lookup.rank == 1)
      lookup.offsetType = drawIndexType(random);
    lookup.includeLastOffset = lookup.offsetType && random.oneIn(2);
    if (lookup.bag == BagMode::Sum && random.oneIn(2)) {
      lookup.weightsType = tableType;
      lookup.weightsGradient = random.oneIn(2);
    }
  }
  lookup.paddingIdx = drawPadding(random);
  if (gradient != TableGradient::None && lookup.bag != BagMode::Max)
    lookup.scaleGradByFreq = random.oneIn(3);
  if (random.oneIn(2))
    drawNorm(random, lookup);
  return lookup;
}

static UpdateSpec drawUpdate(Random &random, DType tableType, int64_t columns) {
  UpdateSpec spec;
  spec.tableType = tableType;
  spec.columns = columns;
  spec.rule = static_cast<Rule>(random.between(0, 3));
  spec.allRows = random.oneIn(3);
  DType compute = getComputeType(tableType);
  spec.stateType = random.pick({tableType, compute});
  for (int64_t i = 0, count = random.between(1, 3); i < count; ++i) {
    UpdateSpec::Source source;
    source.indexType = drawIndexType(random);
    source.gradientType = random.pick({tableType, compute});
    source.rank = random.between(0, 3);
    if (random.oneIn(2))
      source.mapType = drawIndexType(random);
    source.hasScale = random.oneIn(2);
    source.paddingIdx = drawPadding(random);
    spec.sources.push_back(source);
  }
  return spec;
}

Program Program::draw(uint64_t seed, uint64_t number) {
  static constexpr int64_t kColumns[] = {5,  64, 1,   300, 2,    63, 12,
                                         50, 3,  768, 7,   2049, 100};
  static constexpr DType kTypes[] = {DType::F32, DType::F16, DType::F64,
                                     DType::BF16};
  Random random = Random::forStream(seed, number);
  int64_t columns = kColumns[number % std::size(kColumns)];
  DType tableType = kTypes[number % std::size(kTypes)];
  Program program;
  program.hasStridedColumns = number % 4 == 1;
  if (number % 5 == 4) {
    program.update = drawUpdate(random, tableType, columns);
    return program;
  }
  LookupModuleSpec spec;
  spec.tableType = tableType;
  spec.columns = columns;
  spec.gradient = random.pick({TableGradient::None, TableGradient::Dense,
                               TableGradient::Dense, TableGradient::Sparse});
  int64_t count = random.pick<int64_t>({1, 1, 1, 1, 2, 3});
  for (int64_t i = 0; i < count; ++i)
    spec.lookups.push_back(drawLookup(random, tableType, spec.gradient));
  program.lookups = spec;
  return program;
}

DType Program::getTableType() const {
  return lookups ? lookups->tableType : update->tableType;
}
int64_t Program::getColumns() const {
  return lookups ? lookups->columns : update->columns;
}
llvm::StringRef Program::getFunctionName() const {
  return lookups ? "lookup" : "update";
}
std::string Program::print() const {
  return lookups ? printLookupModule(*lookups) : printUpdateModule(*update);
}

//===----------------------------------------------------------------------===//
// Updates as text
//===----------------------------------------------------------------------===//

static std::string getTensor(int64_t rank, std::string rest) {
  std::string type = "tensor<";
  for (int64_t i = 0; i < rank; ++i)
    type += "?x";
  return type + rest + ">";
}

/// The rule on %x, %s (the state), %g and %rate, all of type `type`.
static void printRule(llvm::raw_ostream &os, const UpdateSpec &spec,
                      const std::string &type) {
  auto op = [&](const char *result, const char *name, const char *operands) {
    os << "    %" << result << " = " << name << " " << operands << " : " << type
       << "\n";
  };
  auto constant = [&](const char *result, double value) {
    os << "    %" << result << " = arith.constant " << value << " : " << type
       << "\n";
  };
  switch (spec.rule) {
  case Rule::Sgd:
    op("step", "arith.mulf", "%rate, %g");
    break;
  case Rule::Decay:
    constant("decay", kWeightDecay);
    op("wx", "arith.mulf", "%decay, %x");
    op("gw", "arith.addf", "%g, %wx");
    op("step", "arith.mulf", "%rate, %gw");
    break;
  case Rule::Adagrad:
    constant("eps", kEps);
    op("g2", "arith.mulf", "%g, %g");
    op("s1", "arith.addf", "%s, %g2");
    op("root", "math.sqrt", "%s1");
    op("den", "arith.addf", "%root, %eps");
    op("num", "arith.mulf", "%rate, %g");
    op("step", "arith.divf", "%num, %den");
    break;
  case Rule::RowWiseAdagrad:
    constant("eps", kEps);
    constant("width", double(spec.columns));
    op("g2", "arith.mulf", "%g, %g");
    op("sum", "emb.row_reduce add", "%g2");
    op("mean", "arith.divf", "%sum, %width");
    op("s1", "arith.addf", "%s, %mean");
    op("root", "math.sqrt", "%s1");
    op("den", "arith.addf", "%root, %eps");
    op("mult", "arith.divf", "%rate, %den");
    op("step", "arith.mulf", "%mult, %g");
    break;
  }
  op("x1", "arith.subf", "%x, %step");
}

std::string property::printUpdateModule(const UpdateSpec &spec) {
  std::string text, sources;
  llvm::raw_string_ostream os(text);
  std::string columns = std::to_string(spec.columns);
  auto typed = [](DType dtype) { return stringify(dtype).str(); };
  std::string compute = typed(getComputeType(spec.tableType));
  std::string table = getTensor(1, columns + "x" + typed(spec.tableType));
  std::string state =
      getTensor(1, (spec.rule == Rule::Adagrad ? columns + "x" : "") +
                       typed(spec.stateType));
  std::string results = table + (spec.hasState() ? ", " + state : "");

  auto argument = [&](std::string name, const std::string &type) {
    os << "%" << name << ": " << type << " {emb.name = \"" << name << "\"}, ";
    return "%" + name + " : " + type;
  };
  os << "func.func @update(";
  argument("weight", table);
  if (spec.hasState())
    argument("state", state);
  for (size_t i = 0; i < spec.sources.size(); ++i) {
    const UpdateSpec::Source &source = spec.sources[i];
    std::string number = std::to_string(i + 1);
    sources += (i ? ",\n      " : "") +
               argument("indices" + number,
                        getTensor(source.rank, typed(source.indexType)));
    sources += " -> " +
               argument("gradient" + number,
                        getTensor(source.mapType ? 1 : source.rank,
                                  columns + "x" + typed(source.gradientType)));
    if (source.mapType)
      sources +=
          " map " + argument("map" + number,
                             getTensor(source.rank, typed(*source.mapType)));
    if (source.hasScale)
      sources += " scale " +
                 argument("scale" + number,
                          getTensor(source.rank, typed(source.gradientType)));
    if (source.paddingIdx)
      sources += " padding " + std::to_string(*source.paddingIdx);
  }
  os << "%lr: f64 {emb.name = \"lr\"}) -> (" << results << ") {\n  %r"
     << (spec.hasState() ? ":2" : "") << " = emb.update "
     << (spec.allRows ? "all" : "touched") << "(%weight"
     << (spec.hasState() ? ", %state" : "") << " : " << results
     << ")\n    sources[" << sources
     << "]\n    scalars(%lr : f64) {\n  ^bb0(%x: " << compute
     << (spec.hasState() ? ", %s: " + compute : "") << ", %g: " << compute
     << ", %rate: " << compute << "):\n";
  printRule(os, spec, compute);
  os << "    emb.yield %x1" << (spec.hasState() ? ", %s1" : "") << " : "
     << compute << (spec.hasState() ? ", " + compute : "") << "\n  }\n  return "
     << (spec.hasState() ? "%r#0, %r#1" : "%r") << " : " << results << "\n}\n";
  return text;
}
