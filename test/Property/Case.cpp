//===- Case.cpp - One call: arguments and what must come back -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Case.h"
#include "Data.h"

#include <algorithm>

using namespace property;
using namespace mlir::emb;

Argument *Case::find(llvm::StringRef name) {
  for (Argument &argument : arguments)
    if (argument.name == name)
      return &argument;
  return nullptr;
}

namespace {
/// How large a draw is.
struct Sizes {
  int64_t numRows;
  /// Of the indices of one lookup.
  int64_t limit;
};
} // namespace

/// Most draws are small. A few are large enough for several threads.
static Sizes drawSizes(Random &random, int64_t columns, bool mayBeEmpty,
                       llvm::ArrayRef<std::optional<int64_t>> paddings) {
  int64_t numbers = random.oneIn(24) ? 100000 : random.oneIn(5) ? 20000 : 3000;
  auto draw = [&](int64_t most) {
    return random.between(1, std::clamp<int64_t>(numbers / columns, 2, most));
  };
  Sizes sizes = {draw(random.oneIn(4) ? 200 : 24),
                 draw(random.oneIn(4) ? 400 : 24)};
  if (mayBeEmpty && random.oneIn(24))
    sizes.numRows = 0;
  for (std::optional<int64_t> padding : paddings)
    if (padding)
      sizes.numRows =
          std::max(sizes.numRows, *padding < 0 ? -*padding : *padding + 1);
  return sizes;
}

static int64_t getPaddingRow(std::optional<int64_t> padding, int64_t numRows) {
  return !padding ? -1 : *padding < 0 ? *padding + numRows : *padding;
}

static Shape withColumns(Shape shape, int64_t columns) {
  shape.push_back(columns);
  return shape;
}

//===----------------------------------------------------------------------===//
// Lookups
//===----------------------------------------------------------------------===//

namespace {
/// Draws the arguments of a function of lookups, and asks the reference.
class LookupDraw {
public:
  LookupDraw(const LookupModuleSpec &spec, Random &random)
      : spec(spec), random(random), format(getFormat(spec.tableType)) {}

  Case draw();

private:
  void drawTable();
  void drawLookup(const LookupSpec &options, const std::string &suffix);
  void addResults(const LookupsAnswer &answer);
  std::string getSuffix(size_t number) const {
    return spec.lookups.size() == 1 ? "" : std::to_string(number + 1);
  }
  Argument &add(Argument argument) {
    result.arguments.push_back(std::move(argument));
    return result.arguments.back();
  }
  Argument drawFloats(const std::string &name, const Shape &shape);
  void expect(const std::string &name, Shape shape, std::vector<Value> values);
  void expectRows(const std::string &name, const std::vector<int64_t> &rows);

  const LookupModuleSpec &spec;
  Random &random;
  Format format;
  Sizes sizes{};
  Case result;
  std::vector<Lookup> lookups;
  std::vector<Shape> indexShapes;
};
} // namespace

Argument LookupDraw::drawFloats(const std::string &name, const Shape &shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  Flavour flavour = drawFlavour(random);
  std::vector<uint64_t> bits;
  for (int64_t i = 0; i < count; ++i)
    bits.push_back(drawNumber(random, format, flavour));
  return makeFloats(name, spec.tableType, shape, std::move(bits));
}

void LookupDraw::drawTable() {
  std::vector<std::optional<int64_t>> paddings;
  bool mayBeEmpty = true;
  for (const LookupSpec &options : spec.lookups) {
    paddings.push_back(options.paddingIdx);
    mayBeEmpty &= options.bag || options.rank > 0;
  }
  sizes = drawSizes(random, spec.columns, mayBeEmpty, paddings);
  std::vector<uint64_t> bits =
      drawRows(random, format, sizes.numRows, spec.columns);
  for (const LookupSpec &options : spec.lookups)
    if (options.maxNorm)
      plantRows(random, format, spec.columns, bits, *options.maxNorm,
                options.normType);
  add(makeFloats("weight", spec.tableType, {sizes.numRows, spec.columns},
                 std::move(bits)));
}

void LookupDraw::drawLookup(const LookupSpec &options,
                            const std::string &suffix) {
  Lookup lookup;
  Shape shape =
      drawShape(random, options.rank, random.oneIn(3) ? 4 : sizes.limit);
  if (sizes.numRows == 0)
    shape[random.between(0, shape.size() - 1)] = 0;
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  int64_t padding = getPaddingRow(options.paddingIdx, sizes.numRows);
  lookup.indices = drawIndices(random, count, sizes.numRows, padding);
  lookup.paddingIdx = options.paddingIdx;
  lookup.scaleGradByFreq = options.scaleGradByFreq;
  lookup.maxNorm = options.maxNorm;
  lookup.normType = options.normType;

  int64_t numOutputs = count;
  if (options.bag) {
    lookup.pool = *options.bag == BagMode::Sum    ? Pool::Sum
                  : *options.bag == BagMode::Mean ? Pool::Mean
                                                  : Pool::Max;
    if (options.rank == 2) {
      numOutputs = lookup.numBags = shape[0];
      lookup.bagLength = shape[1];
    } else {
      lookup.includeLastOffset = options.includeLastOffset;
      lookup.offsets = drawOffsets(random, count, options.includeLastOffset);
      numOutputs = lookup.offsets->size() - options.includeLastOffset;
      // A bag of padding only.
      int64_t bag = random.between(0, std::max<int64_t>(numOutputs - 1, 0));
      if (padding >= 0 && bag + 1 < int64_t(lookup.offsets->size()))
        for (int64_t k = (*lookup.offsets)[bag]; k < (*lookup.offsets)[bag + 1];
             ++k)
          lookup.indices[k] = padding;
    }
  }
  add(makeIntegers("indices" + suffix, options.indexType, shape,
                   lookup.indices));
  if (lookup.offsets)
    add(makeIntegers("offsets" + suffix, *options.offsetType,
                     {int64_t(lookup.offsets->size())}, *lookup.offsets));
  if (options.weightsType)
    lookup.weights =
        getValues(add(drawFloats("per_sample_weights" + suffix, shape)));
  if (spec.gradient != TableGradient::None || options.weightsGradient) {
    Shape outputShape =
        withColumns(options.bag ? Shape{numOutputs} : shape, spec.columns);
    lookup.gradOutput = getMatrix(
        add(drawFloats("grad_output" + suffix, outputShape)), spec.columns);
  }
  lookups.push_back(std::move(lookup));
  indexShapes.push_back(shape);
}

void LookupDraw::expect(const std::string &name, Shape shape,
                        std::vector<Value> values) {
  result.results.push_back(
      {name, spec.tableType, std::move(shape), std::move(values)});
}

void LookupDraw::expectRows(const std::string &name,
                            const std::vector<int64_t> &rows) {
  Expected expected{name, DType::I64, {int64_t(rows.size())}, {}};
  for (int64_t row : rows) {
    expected.values.emplace_back();
    expected.values.back().bits = uint64_t(row);
  }
  result.results.push_back(std::move(expected));
}

/// In the order of LookupModule.h.
void LookupDraw::addResults(const LookupsAnswer &answer) {
  bool changesTable = false;
  for (size_t i = 0; i < lookups.size(); ++i) {
    const Matrix &output = answer.lookups[i].output;
    Shape shape = spec.lookups[i].bag ? Shape{output.rows} : indexShapes[i];
    expect("output" + getSuffix(i), withColumns(shape, spec.columns),
           output.values);
    changesTable |= spec.lookups[i].maxNorm.has_value();
  }
  if (changesTable)
    expect("weight_after", {sizes.numRows, spec.columns}, answer.table.values);
  if (spec.gradient == TableGradient::Dense)
    expect("grad_weight", {sizes.numRows, spec.columns},
           answer.denseGradient.values);
  if (spec.gradient == TableGradient::Sparse) {
    for (size_t i = 0; i < lookups.size(); ++i) {
      const LookupAnswer &lookup = answer.lookups[i];
      expectRows("coo_indices" + getSuffix(i), lookup.rows);
      expect("coo_values" + getSuffix(i), {lookup.values.rows, spec.columns},
             lookup.values.values);
    }
    expectRows("coalesced_indices", answer.coalescedRows);
    expect("coalesced_values", {answer.coalescedValues.rows, spec.columns},
           answer.coalescedValues.values);
  }
  for (size_t i = 0; i < lookups.size(); ++i)
    if (spec.lookups[i].weightsGradient)
      expect("grad_per_sample_weights" + getSuffix(i), indexShapes[i],
             answer.lookups[i].weightsGradient);
}

Case LookupDraw::draw() {
  drawTable();
  for (size_t i = 0; i < spec.lookups.size(); ++i)
    drawLookup(spec.lookups[i], getSuffix(i));
  LookupsAnswer answer = lookUp(
      format, getMatrix(result.arguments.front(), spec.columns), lookups);
  addResults(answer);
  result.numUndecided = answer.numUndecided;
  return std::move(result);
}

//===----------------------------------------------------------------------===//
// Updates
//===----------------------------------------------------------------------===//

static std::vector<uint64_t> drawNumbers(Random &random, DType dtype,
                                         int64_t count) {
  Flavour flavour = drawFlavour(random);
  std::vector<uint64_t> bits;
  for (int64_t i = 0; i < count; ++i)
    bits.push_back(drawNumber(random, getFormat(dtype), flavour));
  return bits;
}

/// Accumulated squares: not negative.
static Argument drawState(Random &random, const UpdateSpec &spec,
                          int64_t numRows) {
  Shape shape = spec.rule == Rule::Adagrad ? Shape{numRows, spec.columns}
                                           : Shape{numRows};
  int64_t count = spec.rule == Rule::Adagrad ? numRows * spec.columns : numRows;
  Format format = getFormat(spec.stateType);
  std::vector<uint64_t> bits;
  for (int64_t i = 0; i < count; ++i)
    bits.push_back(encode(format, random.oneIn(3) ? 0 : 2 * random.uniform()));
  return makeFloats("state", spec.stateType, shape, std::move(bits));
}

static Source drawSource(const UpdateSpec &spec,
                         const UpdateSpec::Source &options,
                         const std::string &number, const Sizes &sizes,
                         Random &random, Case &result) {
  Source source;
  source.paddingIdx = options.paddingIdx;
  Shape shape = drawShape(random, options.rank, sizes.limit);
  if (sizes.numRows == 0)
    shape[0] = 0;
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  source.indices =
      drawIndices(random, count, sizes.numRows,
                  getPaddingRow(options.paddingIdx, sizes.numRows));
  result.arguments.push_back(makeIntegers("indices" + number, options.indexType,
                                          shape, source.indices));
  Shape gradientShape = shape;
  if (options.mapType)
    gradientShape = {random.between(1, std::max<int64_t>(1, count))};
  int64_t numGradients = 1;
  for (int64_t size : gradientShape)
    numGradients *= size;
  result.arguments.push_back(makeFloats(
      "gradient" + number, options.gradientType,
      withColumns(gradientShape, spec.columns),
      drawNumbers(random, options.gradientType, numGradients * spec.columns)));
  source.gradient = getMatrix(result.arguments.back(), spec.columns);
  if (options.mapType) {
    source.map.emplace();
    for (int64_t k = 0; k < count; ++k)
      source.map->push_back(random.between(0, numGradients - 1));
    result.arguments.push_back(
        makeIntegers("map" + number, *options.mapType, shape, *source.map));
  }
  if (options.hasScale) {
    result.arguments.push_back(
        makeFloats("scale" + number, options.gradientType, shape,
                   drawNumbers(random, options.gradientType, count)));
    source.scale = getValues(result.arguments.back());
  }
  return source;
}

static Case drawUpdate(const UpdateSpec &spec, Random &random) {
  Case result;
  std::vector<std::optional<int64_t>> paddings;
  bool mayBeEmpty = true;
  for (const UpdateSpec::Source &source : spec.sources) {
    paddings.push_back(source.paddingIdx);
    mayBeEmpty &= source.rank > 0;
  }
  Sizes sizes = drawSizes(random, spec.columns, mayBeEmpty, paddings);
  result.arguments.push_back(
      makeFloats("weight", spec.tableType, {sizes.numRows, spec.columns},
                 drawRows(random, getFormat(spec.tableType), sizes.numRows,
                          spec.columns)));
  Matrix state;
  if (spec.hasState()) {
    result.arguments.push_back(drawState(random, spec, sizes.numRows));
    state = getMatrix(result.arguments.back(),
                      spec.rule == Rule::Adagrad ? spec.columns : 1);
  }
  std::vector<Source> sources;
  for (size_t i = 0; i < spec.sources.size(); ++i)
    sources.push_back(drawSource(spec, spec.sources[i], std::to_string(i + 1),
                                 sizes, random, result));
  double lr = random.pick({0.5, 0.1, 1.0, -0.25});
  result.arguments.push_back(
      makeFloats("lr", DType::F64, {}, {encode(Format::F64, lr)}));
  result.arguments.back().isScalar = true;

  UpdateAnswer answer = update(
      getFormat(spec.tableType),
      getMatrix(result.arguments.front(), spec.columns),
      getFormat(spec.stateType), state, sources, spec.rule, spec.allRows, lr);
  result.results.push_back({"weight", spec.tableType,
                            result.arguments.front().shape,
                            answer.table.values});
  if (spec.hasState())
    result.results.push_back({"state", spec.stateType,
                              result.arguments[1].shape, answer.state.values});
  return result;
}

Case property::drawCase(const Program &program, Random &random) {
  Case result = program.lookups ? LookupDraw(*program.lookups, random).draw()
                                : drawUpdate(*program.update, random);
  result.threads = random.pick({1, 1, 2, 2, 4});
  if (random.oneIn(3))
    result.layout = Layout::Strided;
  if (program.hasStridedColumns && random.oneIn(3))
    result.layout = random.pick({Layout::StridedColumns, Layout::Transposed});
  result.compareThreads = result.threads > 1 && random.oneIn(2);
  return result;
}
