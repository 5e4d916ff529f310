//===- Groups.cpp - The groups of operations that visit rows --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Dialect/Emb/Transforms/Groups.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::emb;

/// The table before all writes to it that `table` is the result of: it has as
/// many rows.
static Value getUnwritten(Value table) {
  while (auto result = dyn_cast<OpResult>(table)) {
    auto write = dyn_cast<DestinationStyleOpInterface>(result.getOwner());
    if (!write)
      break;
    table = write.getTiedOpOperand(result)->get();
  }
  return table;
}

/// The row that `padding` means in `table`; -1 for none.
static Value getPaddingRow(OpBuilder &builder, Location loc,
                           std::optional<int64_t> padding, Value table) {
  int64_t row = padding.value_or(-1);
  FailureOr<int64_t> known =
      normalizePaddingIdx(row, cast<ShapedType>(table.getType()).getDimSize(0));
  if (!padding || row >= 0 || (succeeded(known) && *known >= 0))
    return arith::ConstantIndexOp::create(builder, loc, padding ? *known : -1);
  Value rows = tensor::DimOp::create(builder, loc, getUnwritten(table), 0);
  Value offset = arith::ConstantIndexOp::create(builder, loc, row);
  return arith::AddIOp::create(builder, loc, rows, offset);
}

GroupOp emb::createGroup(OpBuilder &builder, Location loc, ValueRange indices,
                         ArrayRef<std::optional<int64_t>> paddings,
                         Value table) {
  SmallVector<Value> rows;
  if (llvm::any_of(paddings, [](auto padding) { return padding.has_value(); }))
    for (std::optional<int64_t> padding : paddings)
      rows.push_back(getPaddingRow(builder, loc, padding, table));
  return GroupOp::create(builder, loc, indices, rows, /*inits=*/ValueRange());
}

GroupOp emb::createGroup(OpBuilder &builder, Location loc,
                         ArrayRef<GradientSource> sources, Value table) {
  SmallVector<Value> indices;
  SmallVector<std::optional<int64_t>> paddings;
  for (const GradientSource &source : sources) {
    indices.push_back(source.indices);
    paddings.push_back(source.padding);
  }
  return createGroup(builder, loc, indices, paddings, table);
}
