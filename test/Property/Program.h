//===- Program.h - What is compiled once, for many draws -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_PROPERTY_PROGRAM_H
#define EMB_TEST_PROPERTY_PROGRAM_H

#include "Random.h"
#include "Reference.h"
#include "emb/ExecutionEngine/Tensor.h"
#include "emb/Tools/LookupModule.h"

namespace property {

using mlir::emb::DType;
using mlir::emb::Shape;

/// A step of an optimizer.
struct UpdateSpec {
  struct Source {
    int64_t rank = 1;
    DType indexType = DType::I64;
    /// Of the gradient and of the scale.
    DType gradientType = DType::F32;
    std::optional<DType> mapType;
    bool hasScale = false;
    std::optional<int64_t> paddingIdx;
  };
  DType tableType = DType::F32, stateType = DType::F32;
  int64_t columns = 1;
  Rule rule = Rule::Sgd;
  bool allRows = false;
  std::vector<Source> sources;

  bool hasState() const {
    return rule == Rule::Adagrad || rule == Rule::RowWiseAdagrad;
  }
};

/// What is compiled once, for many draws: exactly one of the two.
struct Program {
  std::optional<mlir::emb::LookupModuleSpec> lookups;
  std::optional<UpdateSpec> update;
  /// Some draws have another innermost stride than 1, for which the function is
  /// compiled a second time.
  bool hasStridedColumns = false;

  /// Program `number` of a run with this seed. Widths and element types take
  /// turns, so that a hundred signatures have all of them.
  static Program draw(uint64_t seed, uint64_t number);

  DType getTableType() const;
  int64_t getColumns() const;
  llvm::StringRef getFunctionName() const;
  std::string print() const;
};

Format getFormat(DType dtype);

/// The function `@update` takes weight, state (if the rule has one), for each
/// source s indices<s>, gradient<s>, map<s> and scale<s>, and lr; it returns
/// the table and the state.
std::string printUpdateModule(const UpdateSpec &spec);

} // namespace property

#endif // EMB_TEST_PROPERTY_PROGRAM_H
