//===- Einsum.cpp - Products that are summed ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Dimensions.h"
#include "Graph.h"

#include "emb/Layers/Operands.h"
#include "emb/Layers/Structured.h"
#include "emb/Model/Functions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/StringExtras.h"

#include <map>

using namespace mlir;
using namespace mlir::emb;

namespace {
/// A tensor and a letter for each of its dimensions.
struct Factor {
  Value tensor;
  std::string letters;
};

/// Products of floats in loops that have letters.
class Contraction {
public:
  /// `name` is that of the function, for messages.
  /// Extents of 1 are repeated, except of the letters `exact`.
  Contraction(OpBuilder &builder, Location loc, StringRef name,
              StringRef exact = {})
      : builder(builder), loc(loc), operands(loc, name), exact(exact) {}

  /// The sums of the products of the elements over all letters that are not in
  /// `result`. `names` are those of the factors.
  FailureOr<Value> create(MutableArrayRef<Factor> factors,
                          ArrayRef<std::string> names, StringRef result);

  /// Starts a diagnostic.
  InFlightDiagnostic refuse() const { return operands.refuse(); }

private:
  LogicalResult bind(MutableArrayRef<Factor> factors,
                     ArrayRef<std::string> names);
  /// All at once, accumulated in `type`.
  Value contract(ArrayRef<Factor> factors, StringRef result, Type type);
  /// As an operation with a name; null if it has none.
  Value createNamed(ArrayRef<Access> inputs, Value init);

  OpBuilder &builder;
  Location loc;
  Operands operands;
  StringRef exact;
};
} // namespace

/// Drops extents of 1 that meet others, and checks that all others agree.
LogicalResult Contraction::bind(MutableArrayRef<Factor> factors,
                                ArrayRef<std::string> names) {
  std::map<char, bool> hasOther;
  auto getShape = [](const Factor &factor) {
    auto type = dyn_cast<RankedTensorType>(factor.tensor.getType());
    return type ? type.getShape() : ArrayRef<int64_t>();
  };
  for (const Factor &factor : factors)
    for (auto [letter, extent] : llvm::zip(factor.letters, getShape(factor)))
      hasOther[letter] |= extent != 1;
  SmallVector<SmallVector<std::optional<unsigned>>> loops;
  for (auto [factor, name] : llvm::zip_equal(factors, names)) {
    SmallVector<std::optional<Extent>> extents;
    ArrayRef<int64_t> shape = getShape(factor);
    loops.emplace_back();
    for (auto [dim, letter] : llvm::enumerate(factor.letters)) {
      std::optional<unsigned> loop = static_cast<unsigned char>(letter);
      if (dim < shape.size() && shape[dim] == 1 && hasOther[letter] &&
          !exact.contains(letter))
        loop = std::nullopt;
      loops.back().push_back(loop);
      extents.push_back(loop ? std::optional<Extent>(*loop) : std::nullopt);
    }
    if (failed(operands.addFloats(factor.tensor, name, extents)))
      return failure();
  }
  operands.check(builder);
  for (auto [factor, factorLoops] : llvm::zip_equal(factors, loops)) {
    Access access = accessRepeated(builder, loc, factor.tensor, factorLoops);
    factor.tensor = access.tensor;
    factor.letters.assign(access.loops.begin(), access.loops.end());
  }
  return success();
}

Value Contraction::createNamed(ArrayRef<Access> inputs, Value init) {
  if (inputs.size() != 2)
    return {};
  using Loops = SmallVector<unsigned>;
  SmallVector<Value> tensors = {inputs[0].tensor, inputs[1].tensor};
  int64_t rank = cast<RankedTensorType>(init.getType()).getRank();
  auto is = [&](int64_t wanted, const Loops &first, const Loops &second) {
    return rank == wanted && inputs[0].loops == first &&
           inputs[1].loops == second;
  };
  if (is(2, {0, 2}, {2, 1}))
    return linalg::MatmulOp::create(builder, loc, tensors, init).getResult(0);
  if (is(2, {0, 2}, {1, 2}))
    return linalg::MatmulTransposeBOp::create(builder, loc, tensors, init)
        ->getResult(0);
  if (is(3, {0, 1, 3}, {0, 3, 2}))
    return linalg::BatchMatmulOp::create(builder, loc, tensors, init)
        .getResult(0);
  return {};
}

Value Contraction::contract(ArrayRef<Factor> factors, StringRef result,
                            Type type) {
  // The loops of the result come first.
  std::string loops = result.str();
  for (const Factor &factor : factors)
    for (char letter : factor.letters)
      if (!llvm::is_contained(loops, letter))
        loops += letter;
  SmallVector<Access> inputs;
  SmallVector<OpFoldResult> extents(result.size());
  for (const Factor &factor : factors) {
    inputs.push_back({factor.tensor, {}});
    for (auto [dim, letter] : llvm::enumerate(factor.letters)) {
      size_t loop = loops.find(letter);
      inputs.back().loops.push_back(loop);
      if (loop < extents.size() && !extents[loop])
        extents[loop] = tensor::getMixedSize(builder, loc, factor.tensor, dim);
    }
  }
  auto multiply = [&](OpBuilder &b, Location l,
                      ValueRange elements) -> SmallVector<Value> {
    Value product;
    for (Value element : elements) {
      if (element.getType() != type)
        element = arith::ExtFOp::create(b, l, type, element);
      product =
          product ? arith::MulFOp::create(b, l, product, element) : element;
    }
    return {product};
  };
  if (loops.size() == result.size())
    return createMap(builder, loc, inputs, extents, type, multiply).front();
  Value zeros = createZeros(builder, loc, extents, type);
  if (Value named = createNamed(inputs, zeros))
    return named;
  auto outputLoops = llvm::to_vector(llvm::seq<unsigned>(0, result.size()));
  return createSum(builder, loc, inputs, {zeros, outputLoops}, multiply);
}

/// The dimensions of one tensor in another order.
static Value createPermuted(OpBuilder &builder, Location loc,
                            const Factor &factor, StringRef result) {
  if (result == factor.letters)
    return factor.tensor;
  SmallVector<int64_t> permutation =
      llvm::map_to_vector(result, [&](char letter) -> int64_t {
        return factor.letters.find(letter);
      });
  return createTransposed(builder, loc, factor.tensor, permutation);
}

FailureOr<Value> Contraction::create(MutableArrayRef<Factor> factors,
                                     ArrayRef<std::string> names,
                                     StringRef result) {
  if (failed(bind(factors, names)))
    return failure();
  Type elementType = operands.getElementType();
  if (factors.size() == 1 && factors[0].letters.size() == result.size())
    return createPermuted(builder, loc, factors[0], result);
  Type computeType = getComputeType(elementType);
  Type type = result.empty() ? builder.getF64Type() : computeType;
  // From left to right, two at a time: letters go where no later factor has
  // them.
  Factor product = factors.front();
  factors = factors.drop_front();
  while (factors.size() > 1) {
    std::string later = result.str();
    for (const Factor &factor : factors.drop_front())
      later += factor.letters;
    std::string kept;
    for (char letter : product.letters + factors.front().letters)
      if (llvm::is_contained(later, letter) &&
          !llvm::is_contained(kept, letter))
        kept += letter;
    product = {contract({product, factors.front()}, kept, computeType), kept};
    factors = factors.drop_front();
  }
  SmallVector<Factor> last = {product};
  llvm::append_range(last, factors);
  return truncate(builder, loc, contract(last, result, type), elementType);
}

//===----------------------------------------------------------------------===//
// Einsum
//===----------------------------------------------------------------------===//

namespace {
struct Equation {
  SmallVector<std::string> factors;
  std::string result;
};
} // namespace

static std::string count(size_t number, StringRef what) {
  return (Twine(number) + " " + what + (number == 1 ? "" : "s")).str();
}

static LogicalResult verify(Location loc, StringRef text,
                            const Equation &equation) {
  auto refuse = [&]() {
    return emitError(loc) << "einsum: '" << text << "': ";
  };
  std::string all;
  auto verifyLetters = [&](const Twine &what,
                           StringRef letters) -> LogicalResult {
    for (auto [position, letter] : llvm::enumerate(letters)) {
      if (!llvm::isAlpha(letter))
        return refuse() << "found '" << Twine(letter)
                        << "', expected letters, ',' and '->'";
      if (letters.find(letter) != position)
        return refuse() << what << " has '" << Twine(letter)
                        << "' twice, which is not supported";
    }
    return success();
  };
  for (auto [number, letters] : llvm::enumerate(equation.factors)) {
    if (failed(verifyLetters("operand " + Twine(number), letters)))
      return failure();
    all += letters;
  }
  if (failed(verifyLetters("the result", equation.result)))
    return failure();
  for (char letter : equation.result)
    if (!llvm::is_contained(all, letter))
      return refuse() << "the result has '" << Twine(letter)
                      << "', which no operand has";
  return success();
}

/// "bd,bd->b"
static FailureOr<Equation> parse(Location loc, StringRef text) {
  std::string plain = text.str();
  llvm::erase(plain, ' ');
  auto [left, right] = StringRef(plain).split("->");
  Equation equation;
  SmallVector<StringRef> factors;
  left.split(factors, ',');
  for (StringRef factor : factors)
    equation.factors.push_back(factor.str());
  equation.result = right.str();
  if (!StringRef(plain).contains("->")) {
    std::string all = llvm::join(equation.factors, "");
    llvm::copy_if(all, std::back_inserter(equation.result),
                  [&](char letter) { return llvm::count(all, letter) == 1; });
    llvm::sort(equation.result);
  }
  if (failed(verify(loc, text, equation)))
    return failure();
  return equation;
}

Var emb::einsum(StringRef equation, ArrayRef<Var> operands,
                SourceLocation loc) {
  return buildOne(
      loc, operands,
      [&](OpBuilder &builder, Location l, ValueRange in) -> FailureOr<Value> {
        FailureOr<Equation> parsed = parse(l, equation);
        if (failed(parsed))
          return failure();
        Contraction contraction(builder, l, "einsum");
        if (parsed->factors.size() != in.size())
          return contraction.refuse()
                 << "'" << equation << "' has "
                 << count(parsed->factors.size(), "operand") << ", found "
                 << in.size();
        SmallVector<Factor> factors;
        SmallVector<std::string> names;
        for (auto [tensor, letters] : llvm::zip_equal(in, parsed->factors)) {
          names.push_back(("operand " + Twine(names.size())).str());
          factors.push_back({tensor, letters});
        }
        return contraction.create(factors, names, parsed->result);
      });
}

//===----------------------------------------------------------------------===//
// Products of matrices and vectors
//===----------------------------------------------------------------------===//

/// 'A', 'B', ... for the last `number` of `total` dimensions in front.
static std::string getBatchLetters(int64_t number, int64_t total) {
  std::string letters;
  for (int64_t dim = total - number; dim < total; ++dim)
    letters += static_cast<char>('A' + dim);
  return letters;
}

/// The rank of `x`, at least 1; as an error otherwise.
static FailureOr<int64_t> getRank(const Contraction &contraction,
                                  StringRef name, Value x) {
  auto type = dyn_cast<RankedTensorType>(x.getType());
  if (type && type.getRank() > 0)
    return type.getRank();
  return contraction.refuse() << name << " is " << x.getType()
                              << ", expected a tensor of rank 1 at least";
}

/// A product over `k`, whose factors have one or two dimensions that are not of
/// a batch: `lastA` and `lastB`. Extents of `exact` are not repeated.
static Var buildProduct(StringRef name, Var a, Var b, StringRef lastA,
                        StringRef lastB, StringRef lastOfResult,
                        StringRef exact, SourceLocation loc) {
  return buildOne(
      loc, {a, b},
      [&](OpBuilder &builder, Location l, ValueRange in) -> FailureOr<Value> {
        Contraction contraction(builder, l, name, exact);
        FailureOr<int64_t> rankA = getRank(contraction, "a", in[0]);
        FailureOr<int64_t> rankB = getRank(contraction, "b", in[1]);
        if (failed(rankA) || failed(rankB))
          return failure();
        // A vector is a row of a, or a column of b: it has only k.
        StringRef ofA = *rankA == 1 ? "k" : lastA;
        StringRef ofB = *rankB == 1 ? "k" : lastB;
        int64_t batchA = *rankA - ofA.size(), batchB = *rankB - ofB.size();
        int64_t batch = std::max(batchA, batchB);
        SmallVector<Factor> factors = {
            {in[0], getBatchLetters(batchA, batch) + ofA.str()},
            {in[1], getBatchLetters(batchB, batch) + ofB.str()}};
        std::string result = getBatchLetters(batch, batch);
        for (char letter : lastOfResult)
          if (ofA.contains(letter) || ofB.contains(letter))
            result += letter;
        return contraction.create(factors, {"a", "b"}, result);
      });
}

Var emb::matmul(Var a, Var b, SourceLocation loc) {
  return buildProduct("matmul", a, b, "nk", "km", "nm", "k", loc);
}

Var emb::dot(Var a, Var b, SourceLocation loc) {
  return buildProduct("dot", a, b, "k", "k", "", "", loc);
}
