//===- CostReport.h - A table of expected costs -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_DIALECT_EMB_TRANSFORMS_COSTREPORT_H
#define EMB_LIB_DIALECT_EMB_TRANSFORMS_COSTREPORT_H

#include "emb/Dialect/Emb/IR/CostModel.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/JSON.h"

#include <vector>

namespace mlir::emb {

/// One operation, or all of a function.
struct CostLine {
  std::string name, place;
  /// None where something is not known.
  std::optional<Cost> cost;
  double floor = 0, expected = 0;
};

struct Machine {
  /// GB/s.
  double bandwidth, cacheBytes;
  bool isWarm;
};

/// What a function has touched, in the order of its text.
class Reuse {
public:
  explicit Reuse(Machine machine) : machine(machine) {}
  /// `footprint` is what one run of the function touches.
  void setFootprint(double bytes) { footprint = bytes; }
  /// Bytes of memory that take as long as what `term` moves once.
  double move(const TrafficTerm &term, const Cost &cost);
  double getFootprint() const { return touched; }

private:
  double visit(double bytes, double &before, double reachable);

  Machine machine;
  double footprint = 0, touched = 0;
  llvm::DenseMap<Value, CostBytes> roots;
};

class CostReport {
public:
  CostReport(func::FuncOp function, const CostHints &hints, Machine machine);
  void print(raw_ostream &os) const;
  llvm::json::Object toJSON() const;

private:
  void measure(Operation *op);

  std::string name;
  Machine machine;
  CostModel model;
  Reuse reuse;
  std::vector<CostLine> lines;
  CostLine total;
};

} // namespace mlir::emb

#endif // EMB_LIB_DIALECT_EMB_TRANSFORMS_COSTREPORT_H
