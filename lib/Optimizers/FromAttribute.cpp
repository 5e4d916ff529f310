//===- FromAttribute.cpp - Optimizers as attributes and back --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Optimizers/Optimizers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::emb;

//===----------------------------------------------------------------------===//
// From attributes
//===----------------------------------------------------------------------===//

static double number(const APFloat &value) { return value.convertToDouble(); }

template <typename Attr> static std::array<double, 2> getBetas(Attr attr) {
  return {number(attr.getBeta1()), number(attr.getBeta2())};
}

static SGD convert(SGDAttr attr) {
  SGD options;
  options.momentum = number(attr.getMomentum());
  options.dampening = number(attr.getDampening());
  options.weightDecay = number(attr.getWeightDecay());
  options.nesterov = attr.getNesterov();
  options.maximize = attr.getMaximize();
  return options;
}

static Adagrad convert(AdagradAttr attr) {
  Adagrad options;
  options.lrDecay = number(attr.getLrDecay());
  options.weightDecay = number(attr.getWeightDecay());
  options.initialAccumulatorValue = number(attr.getInitialAccumulatorValue());
  options.eps = number(attr.getEps());
  options.maximize = attr.getMaximize();
  return options;
}

static RowWiseAdagrad convert(RowWiseAdagradAttr attr) {
  RowWiseAdagrad options;
  options.weightDecay = number(attr.getWeightDecay());
  options.weightDecayMode = attr.getWeightDecayMode();
  options.initialAccumulatorValue = number(attr.getInitialAccumulatorValue());
  options.eps = number(attr.getEps());
  return options;
}

static SparseAdam convert(SparseAdamAttr attr) {
  SparseAdam options;
  options.betas = getBetas(attr);
  options.eps = number(attr.getEps());
  options.maximize = attr.getMaximize();
  return options;
}

/// Adam and AdamW.
template <typename Options, typename Attr>
static Options convertAdam(Attr attr) {
  Options options;
  options.betas = getBetas(attr);
  options.eps = number(attr.getEps());
  options.weightDecay = number(attr.getWeightDecay());
  options.amsgrad = attr.getAmsgrad();
  options.maximize = attr.getMaximize();
  return options;
}

static LazyAdamW convert(LazyAdamWAttr attr) {
  LazyAdamW options;
  options.betas = getBetas(attr);
  options.eps = number(attr.getEps());
  options.weightDecay = number(attr.getWeightDecay());
  options.maximize = attr.getMaximize();
  return options;
}

FailureOr<Optimizer> emb::getOptimizer(Attribute attribute, Operation *from) {
  using Result = FailureOr<Optimizer>;
  return llvm::TypeSwitch<Attribute, Result>(attribute)
      .Case<SGDAttr, AdagradAttr, RowWiseAdagradAttr, SparseAdamAttr,
            LazyAdamWAttr>([](auto attr) -> Result { return {convert(attr)}; })
      .Case([](AdamAttr attr) -> Result { return {convertAdam<Adam>(attr)}; })
      .Case([](AdamWAttr attr) -> Result { return {convertAdam<AdamW>(attr)}; })
      .Case([&](FlatSymbolRefAttr symbol) -> Result {
        if (!from)
          return failure();
        auto declaration =
            SymbolTable::lookupNearestSymbolFrom<OptimizerOp>(from, symbol);
        return declaration ? Result(declaration) : Result(failure());
      })
      .Default([](Attribute) -> Result { return failure(); });
}

//===----------------------------------------------------------------------===//
// To attributes
//===----------------------------------------------------------------------===//

namespace {
struct ToAttribute {
  using F = APFloat;

  Attribute operator()(const SGD &o) const {
    return SGDAttr::get(context, F(o.momentum), F(o.dampening),
                        F(o.weightDecay), o.nesterov, o.maximize);
  }
  Attribute operator()(const Adagrad &o) const {
    return AdagradAttr::get(context, F(o.lrDecay), F(o.weightDecay),
                            F(o.initialAccumulatorValue), F(o.eps), o.maximize);
  }
  Attribute operator()(const RowWiseAdagrad &o) const {
    return RowWiseAdagradAttr::get(context, F(o.weightDecay), o.weightDecayMode,
                                   F(o.initialAccumulatorValue), F(o.eps));
  }
  Attribute operator()(const SparseAdam &o) const {
    return SparseAdamAttr::get(context, F(o.betas[0]), F(o.betas[1]), F(o.eps),
                               o.maximize);
  }
  Attribute operator()(const Adam &o) const { return convertAdam<AdamAttr>(o); }
  Attribute operator()(const AdamW &o) const {
    return convertAdam<AdamWAttr>(o);
  }
  Attribute operator()(const LazyAdamW &o) const {
    return LazyAdamWAttr::get(context, F(o.betas[0]), F(o.betas[1]), F(o.eps),
                              F(o.weightDecay), o.maximize);
  }
  Attribute operator()(OptimizerOp declaration) const {
    return FlatSymbolRefAttr::get(declaration.getSymNameAttr());
  }

  template <typename Attr, typename Options>
  Attribute convertAdam(const Options &o) const {
    return Attr::get(context, F(o.betas[0]), F(o.betas[1]), F(o.eps),
                     F(o.weightDecay), o.amsgrad, o.maximize);
  }

  MLIRContext *context;
};
} // namespace

Attribute emb::getAttribute(MLIRContext *context, const Optimizer &optimizer) {
  context->loadDialect<EmbDialect>();
  return std::visit(ToAttribute{context}, optimizer);
}
