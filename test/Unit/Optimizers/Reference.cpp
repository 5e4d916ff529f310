//===- Reference.cpp - The optimizers without a compiler ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Reference.h"

#include <algorithm>
#include <cmath>

using namespace mlir::emb;
using namespace emb_test;

/// The whole gradient, row-major, zero where a row has none.
static std::vector<double>
makeDense(const Model &model, const RowGradients &gradients, bool isNegated) {
  std::vector<double> dense(model.weight.size(), 0.0);
  for (const auto &[row, values] : gradients)
    for (int64_t d = 0; d < model.numColumns; ++d)
      dense[row * model.numColumns + d] = isNegated ? -values[d] : values[d];
  return dense;
}

static void step(const SGD &o, Model &model, const RowGradients &gradients,
                 double lr, int64_t t) {
  std::vector<double> g = makeDense(model, gradients, o.maximize);
  for (size_t i = 0; i < g.size(); ++i) {
    g[i] += o.weightDecay * model.weight[i];
    if (o.momentum != 0) {
      double &b = model.states[0][i];
      if (t == 1)
        b = g[i];
      else
        b = o.momentum * b + (1 - o.dampening) * g[i];
      if (o.nesterov)
        g[i] += o.momentum * b;
      else
        g[i] = b;
    }
    model.weight[i] -= lr * g[i];
  }
}

static void step(const Adagrad &o, Model &model, const RowGradients &gradients,
                 double lr, int64_t t) {
  std::vector<double> g = makeDense(model, gradients, o.maximize);
  double clr = lr / (1 + (t - 1) * o.lrDecay);
  for (size_t i = 0; i < g.size(); ++i) {
    g[i] += o.weightDecay * model.weight[i];
    model.states[0][i] += g[i] * g[i];
    model.weight[i] -= clr * g[i] / (std::sqrt(model.states[0][i]) + o.eps);
  }
}

static void step(const RowWiseAdagrad &o, Model &model,
                 const RowGradients &gradients, double lr, int64_t) {
  for (const auto &[row, g] : gradients) {
    double *w = &model.weight[row * model.numColumns];
    double sum = 0;
    for (int64_t d = 0; d < model.numColumns; ++d) {
      double local = g[d];
      if (o.weightDecayMode == WeightDecayMode::L2)
        local += o.weightDecay * w[d];
      sum += local * local;
    }
    double &m = model.states[0][row];
    m += sum / model.numColumns;
    double multiplier = lr / (std::sqrt(m) + o.eps);
    double correction = 1;
    if (o.weightDecayMode == WeightDecayMode::L2)
      correction = 1 - multiplier * o.weightDecay;
    if (o.weightDecayMode == WeightDecayMode::Decouple)
      correction = 1 - lr * o.weightDecay;
    for (int64_t d = 0; d < model.numColumns; ++d)
      w[d] = correction * w[d] - multiplier * g[d];
  }
}

static void step(const SparseAdam &o, Model &model,
                 const RowGradients &gradients, double lr, int64_t t) {
  auto [beta1, beta2] = o.betas;
  double stepSize =
      lr * std::sqrt(1 - std::pow(beta2, t)) / (1 - std::pow(beta1, t));
  for (const auto &[row, values] : gradients)
    for (int64_t d = 0; d < model.numColumns; ++d) {
      int64_t i = row * model.numColumns + d;
      double g = o.maximize ? -values[d] : values[d];
      double &m = model.states[0][i], &s = model.states[1][i];
      m += (1 - beta1) * (g - m);
      s += (1 - beta2) * (g * g - s);
      model.weight[i] -= stepSize * m / (std::sqrt(s) + o.eps);
    }
}

namespace {
/// What one element goes through in Adam and its kin.
struct AdamElement {
  std::array<double, 2> betas;
  double eps, lr;
  int64_t t;
  bool amsgrad;

  void step(Model &model, int64_t i, double g) const {
    auto [beta1, beta2] = betas;
    double &m = model.states[0][i], &s = model.states[1][i];
    m = beta1 * m + (1 - beta1) * g;
    s = beta2 * s + (1 - beta2) * g * g;
    double used = s;
    if (amsgrad)
      used = model.states[2][i] = std::max(model.states[2][i], s);
    double mHat = m / (1 - std::pow(beta1, t));
    double sHat = used / (1 - std::pow(beta2, t));
    model.weight[i] -= lr * mHat / (std::sqrt(sHat) + eps);
  }
};
} // namespace

static void step(const Adam &o, Model &model, const RowGradients &gradients,
                 double lr, int64_t t) {
  std::vector<double> g = makeDense(model, gradients, o.maximize);
  AdamElement element{o.betas, o.eps, lr, t, o.amsgrad};
  for (size_t i = 0; i < g.size(); ++i)
    element.step(model, i, g[i] + o.weightDecay * model.weight[i]);
}

static void step(const AdamW &o, Model &model, const RowGradients &gradients,
                 double lr, int64_t t) {
  std::vector<double> g = makeDense(model, gradients, o.maximize);
  AdamElement element{o.betas, o.eps, lr, t, o.amsgrad};
  for (size_t i = 0; i < g.size(); ++i) {
    model.weight[i] -= lr * o.weightDecay * model.weight[i];
    element.step(model, i, g[i]);
  }
}

static void step(const LazyAdamW &o, Model &model,
                 const RowGradients &gradients, double lr, int64_t t) {
  AdamElement element{o.betas, o.eps, lr, t, /*amsgrad=*/false};
  for (const auto &[row, values] : gradients)
    for (int64_t d = 0; d < model.numColumns; ++d) {
      int64_t i = row * model.numColumns + d;
      model.weight[i] -= lr * o.weightDecay * model.weight[i];
      element.step(model, i, o.maximize ? -values[d] : values[d]);
    }
}

void emb_test::stepReference(const Optimizer &optimizer, Model &model,
                             const RowGradients &gradients, double lr,
                             int64_t t) {
  std::visit(
      [&](const auto &options) {
        // There is no reference of an optimizer of one's own.
        if constexpr (!std::is_same_v<std::decay_t<decltype(options)>,
                                      OptimizerOp>)
          step(options, model, gradients, lr, t);
      },
      optimizer);
}
