//===- Graph.cpp - A random differentiable function -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Graph.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace property;
using llvm::Twine;

std::string property::join(llvm::ArrayRef<int64_t> numbers) {
  return llvm::join(
      llvm::map_range(numbers, [](int64_t n) { return std::to_string(n); }),
      ", ");
}

std::string property::formatNumber(double number) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.6e", number);
  return text;
}

std::string Value::getType(llvm::StringRef element) const {
  if (isScalar)
    return element.str();
  std::string type = "tensor<";
  for (auto [d, extent] : llvm::enumerate(shape))
    type += (dynamic >> d & 1 ? "?" : std::to_string(extent)) + "x";
  return type + element.str() + ">";
}

int64_t Value::getNumElements() const {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

Value Graph::declare(Shape shape, bool isScalar) {
  Value value;
  std::string name = "a" + std::to_string(nextArgument++);
  value.name = "%" + name;
  value.shape = shape;
  value.isScalar = isScalar;
  value.dynamic = isScalar ? 0 : drawDynamic(shape.size());
  arguments += (arguments.empty() ? "" : ",\n    ") + value.name + ": " +
               value.getType() + " {emb.name = \"" + name + "\"";
  if (value.dynamic)
    arguments += ", check.shape = [" + join(shape) + "]";
  arguments += "}";
  wrt += (wrt.empty() ? "\"" : ", \"") + name + "\"";
  return value;
}

Value Graph::addArgument(Shape shape, bool isScalar) {
  Value value = declare(shape, isScalar);
  keep(value);
  return value;
}

Integers Graph::addIntegers(llvm::ArrayRef<int64_t> numbers, Shape shape,
                            llvm::StringRef type) {
  Value value;
  value.name = "%i" + std::to_string(nextArgument++);
  value.shape = shape;
  std::string values = "dense<" + std::to_string(numbers[0]) + ">";
  if (numbers.size() > 1) {
    // The elements of a tensor, dimension by dimension.
    values = join(numbers);
    if (shape.size() > 1) {
      size_t row = numbers.size() / shape[0];
      values.clear();
      for (int64_t i = 0; i < shape[0]; ++i)
        values += (i ? ", [" : "[") + join(numbers.slice(i * row, row)) + "]";
    }
    values = "dense<[" + values + "]>";
  }
  std::string staticType = value.getType(type);
  value.dynamic = drawDynamic(shape.size());
  arguments += (arguments.empty() ? "" : ",\n    ") + value.name + ": " +
               value.getType(type) + " {check.values = " + values + " : " +
               staticType + "}";
  return {value.name, value.getType(type), shape, value.dynamic};
}

std::string Graph::getIndex(int64_t value) {
  if (random.oneIn(2)) {
    std::string name = "%i" + std::to_string(nextArgument++);
    arguments += (arguments.empty() ? "" : ",\n    ") + name +
                 ": index {check.values = " + std::to_string(value) +
                 " : index}";
    return name;
  }
  std::string name = newName();
  line(name + " = arith.constant " + Twine(value) + " : index");
  return name;
}

std::string Graph::pickIndex(int64_t extent) {
  std::vector<IndexValue> fitting;
  llvm::copy_if(indices, std::back_inserter(fitting),
                [&](const IndexValue &index) { return index.bound <= extent; });
  if (!fitting.empty() && !random.oneIn(3))
    return fitting[random.between(0, fitting.size() - 1)].name;
  return getIndex(random.between(0, extent - 1));
}

std::string Graph::getCondition() {
  std::string name = newName();
  if (!indices.empty() && random.oneIn(2)) {
    IndexValue index = indices[random.between(0, indices.size() - 1)];
    std::string other = getIndex(random.between(0, index.bound));
    line(name + " = arith.cmpi slt, " + index.name + ", " + other + " : index");
    return name;
  }
  Value left = pickScalar(), right = pickScalar();
  line(name + " = arith.cmpf olt, " + left.name + ", " + right.name + " : f64");
  return name;
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

const Value *Graph::find(llvm::function_ref<bool(const Value &)> fits) {
  std::vector<const Value *> fitting;
  for (const Value &value : values)
    if (fits(value))
      fitting.push_back(&value);
  if (fitting.empty())
    return nullptr;
  // Late values more often: graphs are deep then.
  size_t first = random.oneIn(3) ? 0 : fitting.size() * 2 / 3;
  return fitting[random.between(first, fitting.size() - 1)];
}

Value Graph::pick(llvm::function_ref<bool(const Value &)> fits, Shape shape) {
  const Value *found = find(fits);
  return found && !random.oneIn(8) ? *found : addArgument(shape);
}

Value Graph::pick() {
  return pick([](const Value &value) { return !value.isScalar; },
              drawShape(random.between(0, 3)));
}

Value Graph::pickOfRank(int64_t rank) {
  return pick(
      [&](const Value &value) {
        return !value.isScalar && value.getRank() == rank;
      },
      drawShape(rank));
}

Value Graph::pickOfShape(llvm::ArrayRef<int64_t> shape) {
  return pick(
      [&](const Value &value) {
        return !value.isScalar && llvm::ArrayRef(value.shape) == shape;
      },
      Shape(shape));
}

Value Graph::pickLike(const Value &value) {
  return value.isScalar ? pickScalar()
                        : castTo(pickOfShape(value.shape), value.dynamic);
}

Value Graph::pickScalar() {
  const Value *found = find(
      [](const Value &value) { return value.isScalar || value.shape.empty(); });
  if (found && !random.oneIn(8))
    return toScalar(*found);
  if (random.oneIn(2))
    return addArgument({}, /*isScalar=*/true);
  return toScalar(pick());
}

Shape Graph::drawShape(int64_t rank) {
  Shape shape;
  for (int64_t i = 0; i < rank; ++i)
    shape.push_back(random.pick<int64_t>({1, 2, 2, 3, 3, rank == 3 ? 2 : 4}));
  return shape;
}

unsigned Graph::drawDynamic(int64_t rank) {
  return random.oneIn(4) ? random.between(0, (1 << rank) - 1) : 0;
}

Shape Graph::drawOrder(int64_t n) {
  Shape order;
  for (int64_t i = 0; i < n; ++i)
    order.insert(order.begin() + random.between(0, i), i);
  return order;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

void Graph::line(const Twine &text) {
  body += std::string(indent, ' ') + text.str() + "\n";
}

std::string Graph::newName() { return "%" + std::to_string(nextName++); }

Value Graph::op(const Twine &text, Shape shape, unsigned dynamic,
                double bound) {
  Value value{newName(), shape, false, dynamic, bound};
  line(value.name + " = " + text);
  keep(value);
  return value;
}

Value Graph::op(const Twine &text, const Value &like, double bound) {
  Value value{newName(), like.shape, like.isScalar, like.dynamic, bound};
  line(value.name + " = " + text);
  keep(value);
  return value;
}

Value Graph::scalarOp(const Twine &text, double bound) {
  Value scalar;
  scalar.isScalar = true;
  return op(text, scalar, bound);
}

Value Graph::arith(llvm::StringRef name, llvm::ArrayRef<Value> operands,
                   double bound) {
  std::string list = llvm::join(
      llvm::map_range(operands, [](const Value &value) { return value.name; }),
      ", ");
  return op(name + " " + list + " : " + operands[0].getType(), operands[0],
            bound);
}

Value Graph::constant(Shape shape, llvm::StringRef number, unsigned dynamic) {
  Value value{newName(), shape, false, 0, 1};
  line(value.name + " = arith.constant dense<" + number +
       "> : " + value.getType());
  return castTo(value, dynamic);
}

Value Graph::constantLike(const Value &value, double number) {
  if (!value.isScalar)
    return constant(value.shape, formatNumber(number), value.dynamic);
  Value scalar = value;
  scalar.name = newName();
  line(scalar.name + " = arith.constant " + formatNumber(number) + " : f64");
  return scalar;
}

Value Graph::empty(Shape shape, unsigned dynamic) {
  Value value{newName(), shape, false, 0, 0};
  line(value.name + " = tensor.empty() : " + value.getType());
  return castTo(value, dynamic);
}

Value Graph::init(Shape shape, llvm::StringRef neutral) {
  if (random.oneIn(3))
    return toDestination(pickOfShape(shape));
  Value value = constant(shape, neutral, drawDynamic(shape.size()));
  value.bound = 0;
  return value;
}

Value Graph::castTo(const Value &value, unsigned dynamic) {
  if (value.isScalar || value.dynamic == dynamic)
    return value;
  Value result = value;
  result.name = newName();
  result.dynamic = dynamic;
  line(result.name + " = tensor.cast " + value.name + " : " + value.getType() +
       " to " + result.getType());
  return result;
}

Value Graph::toScalar(const Value &value) {
  if (value.isScalar)
    return value;
  std::string position;
  for (int64_t extent : value.shape)
    position += (position.empty() ? "" : ", ") + pickIndex(extent);
  return scalarOp("tensor.extract " + value.name + "[" + position +
                      "] : " + value.getType(),
                  value.bound);
}

Value Graph::toDestination(const Value &value) {
  return arith("arith.mulf", {value, constantLike(value, 0.875)}, value.bound);
}

Value Graph::limit(const Value &value, double bound) {
  if (value.bound <= bound)
    return value;
  return arith("arith.mulf", {value, constantLike(value, bound / value.bound)},
               bound);
}

Value Graph::getPositive(const Value &value) {
  Value x = limit(value, 2);
  Value square = arith("arith.mulf", {x, x}, 4);
  return arith("arith.addf", {square, constantLike(x, 1)}, 5);
}

void Graph::scope(llvm::function_ref<void()> inner) {
  size_t numValues = values.size(), numIndices = indices.size();
  ++depth;
  indent += 2;
  inner();
  indent -= 2;
  --depth;
  // Arguments that the scope added stay.
  std::vector<Value> kept(values.begin(), values.begin() + numValues);
  for (size_t i = numValues; i < values.size(); ++i)
    if (values[i].name[1] == 'a')
      kept.push_back(values[i]);
  values = std::move(kept);
  indices.resize(numIndices, {"", 0});
}

//===----------------------------------------------------------------------===//
// The whole function
//===----------------------------------------------------------------------===//

void Graph::drawOperation() {
  using Draw = void (*)(Graph &);
  static constexpr std::pair<Draw, int> kKinds[] = {
      {drawElementwise, 5}, {drawScalar, 1},  {drawNamed, 2},
      {drawReduction, 2},   {drawProduct, 2}, {drawGeneric, 3},
      {drawReshape, 2},     {drawSlice, 3},   {drawAssembly, 3},
      {drawGather, 2},      {drawBag, 3},     {drawFor, 2},
      {drawIf, 1}};
  int total = 0;
  for (auto [draw, weight] : kKinds)
    total += weight;
  int64_t choice = random.between(0, total - 1);
  --budget;
  for (auto [draw, weight] : kKinds) {
    choice -= weight;
    if (choice >= 0)
      continue;
    bool hasRegion = draw == drawFor || draw == drawIf;
    return hasRegion && depth == 2 ? drawElementwise(*this) : draw(*this);
  }
}

/// Whether an operation has the value as an operand.
bool Graph::isUsed(const Value &value) const {
  llvm::StringRef rest = body;
  bool isArgument = value.name[1] == 'a';
  for (int found = isArgument; found < 2; ++found) {
    size_t at = rest.find(value.name);
    while (at != llvm::StringRef::npos &&
           llvm::isDigit(rest.substr(at + value.name.size()).front()))
      at = rest.find(value.name, at + 1);
    if (at == llvm::StringRef::npos)
      return false;
    rest = rest.drop_front(at + 1);
  }
  return true;
}

/// The sum of all that is not used, each element with a factor of its own.
void Graph::drawLoss() {
  std::vector<Value> last;
  llvm::copy_if(values, std::back_inserter(last),
                [&](const Value &value) { return !isUsed(value); });
  Value loss = constant({}, "0.0");
  for (const Value &value : last) {
    Value x = value.isScalar
                  ? op("tensor.from_elements " + value.name + " : tensor<f64>",
                       {}, 0, value.bound)
                  : toStatic(value);
    std::string factors;
    for (int64_t i = 0; i < x.getNumElements(); ++i)
      factors += (i ? ", " : "") + formatNumber(random.uniform() * 2 - 1);
    Value flat{newName(), {x.getNumElements()}, false, 0, 1};
    line(flat.name + " = arith.constant dense<[" + factors +
         "]> : " + flat.getType());
    Value weights{newName(), x.shape, false, 0, 1};
    Shape all;
    for (int64_t d = 0; d < x.getRank(); ++d)
      all.push_back(d);
    std::string groups = x.shape.empty() ? "[]" : "[[" + join(all) + "]]";
    line(weights.name +
         (x.shape.empty()
              ? " = tensor.collapse_shape " + flat.name + " [] : "
              : " = tensor.expand_shape " + flat.name + " " + groups +
                    " output_shape [" + join(x.shape) + "] : ") +
         flat.getType() + " into " + weights.getType());
    Value product = arith("arith.mulf", {x, weights}, value.bound);
    if (product.shape.empty())
      loss = arith("arith.addf", {loss, product}, 0);
    else
      loss = op("linalg.reduce { arith.addf } ins(" + product.name + " : " +
                    product.getType() + ") outs(" + loss.name +
                    " : tensor<f64>) dimensions = [" + join(all) + "]",
                {}, 0, 0);
  }
  if (random.oneIn(2)) {
    Value scalar = toScalar(loss);
    line("return " + scalar.name + " : f64");
    resultType = "f64";
    return;
  }
  line("return " + loss.name + " : tensor<f64>");
  resultType = "tensor<f64>";
}

Graph::Graph(uint64_t seed, uint64_t number)
    : random(Random::forStream(seed, number)), number(number) {
  addArgument(drawShape(random.between(1, 3)));
  if (random.oneIn(2))
    addArgument(drawShape(random.between(0, 2)));
  budget = random.between(3, 12);
  while (budget > 0)
    drawOperation();
  drawLoss();
}

std::string Graph::print() const {
  std::string n = std::to_string(number);
  return "// " + summary + "\nemb.gradient @d" + n + " of @f" + n + " wrt(" +
         wrt + ")\nfunc.func @f" + n + "(\n    " + arguments + ")\n    -> " +
         resultType + " {\n" + body + "}\n";
}
