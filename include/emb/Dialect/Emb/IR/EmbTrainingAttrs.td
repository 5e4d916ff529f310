//===- EmbTrainingAttrs.td - Optimizers, layers, losses ----*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIALECT_EMB_IR_EMBTRAININGATTRS_TD
#define EMB_DIALECT_EMB_IR_EMBTRAININGATTRS_TD

include "emb/Dialect/Emb/IR/EmbDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

// A number with a default.
class Emb_Number<string default>
    : AttrParameter<"::llvm::APFloat", "an f64 number"> {
  let comparator = "$_lhs.bitwiseIsEqual($_rhs)";
  let parser = "parseNumber($_parser)";
  let printer = "$_printer.printFloat($_self)";
  let defaultValue = "::llvm::APFloat(" # default # ")";
}

// A switch that is off by default.
def Emb_Switch : AttrParameter<"bool", "true or false"> {
  let parser = "parseSwitch($_parser)";
  let printer = [{$_printer << ($_self ? "true" : "false")}];
  let defaultValue = "false";
}

class Emb_Attr<string name, string keyword> : AttrDef<Emb_Dialect, name> {
  let mnemonic = keyword;
}

// Attributes with options that all have a default.
class Emb_OptionsAttr<string name, string keyword> : Emb_Attr<name, keyword> {
  let assemblyFormat = "(`<` struct(params)^ `>`)?";
}

//===----------------------------------------------------------------------===//
// Optimizers
//===----------------------------------------------------------------------===//

def Emb_SGDAttr : Emb_OptionsAttr<"SGD", "sgd"> {
  let summary = "torch.optim.SGD";
  let description = [{
    Example: `#emb.sgd<momentum = 0.9, nesterov = true>`. Formulas, defaults and
    sources of the optimizers: optimizers.md.
  }];
  let parameters = (ins Emb_Number<"0.0">:$momentum,
    Emb_Number<"0.0">:$dampening, Emb_Number<"0.0">:$weight_decay,
    Emb_Switch:$nesterov, Emb_Switch:$maximize);
}

def Emb_AdagradAttr : Emb_OptionsAttr<"Adagrad", "adagrad"> {
  let summary = "torch.optim.Adagrad";
  let parameters = (ins Emb_Number<"0.0">:$lr_decay,
    Emb_Number<"0.0">:$weight_decay,
    Emb_Number<"0.0">:$initial_accumulator_value, Emb_Number<"1e-10">:$eps,
    Emb_Switch:$maximize);
}

def Emb_WeightDecayMode : I32EnumAttr<"WeightDecayMode",
    "how a row-wise optimizer uses its weight decay", [
  I32EnumAttrCase<"None", 0, "none">,
  I32EnumAttrCase<"L2", 1, "l2">,
  I32EnumAttrCase<"Decouple", 2, "decouple">
]> {
  let cppNamespace = "::mlir::emb";
  let genSpecializedAttr = 0;
}

def Emb_RowWiseAdagradAttr : Emb_OptionsAttr<"RowWiseAdagrad", "rowwise_adagrad"> {
  let summary = "FBGEMM's EXACT_ROWWISE_ADAGRAD";
  let parameters = (ins Emb_Number<"0.0">:$weight_decay,
    DefaultValuedParameter<"::mlir::emb::WeightDecayMode",
      "::mlir::emb::WeightDecayMode::None">:$weight_decay_mode,
    Emb_Number<"0.0">:$initial_accumulator_value, Emb_Number<"1e-8">:$eps);
}

def Emb_SparseAdamAttr : Emb_OptionsAttr<"SparseAdam", "sparse_adam"> {
  let summary = "torch.optim.SparseAdam";
  let parameters = (ins Emb_Number<"0.9">:$beta1, Emb_Number<"0.999">:$beta2,
    Emb_Number<"1e-8">:$eps, Emb_Switch:$maximize);
}

def Emb_AdamAttr : Emb_OptionsAttr<"Adam", "adam"> {
  let summary = "torch.optim.Adam";
  let parameters = (ins Emb_Number<"0.9">:$beta1, Emb_Number<"0.999">:$beta2,
    Emb_Number<"1e-8">:$eps, Emb_Number<"0.0">:$weight_decay,
    Emb_Switch:$amsgrad, Emb_Switch:$maximize);
}

def Emb_AdamWAttr : Emb_OptionsAttr<"AdamW", "adamw"> {
  let summary = "torch.optim.AdamW";
  let parameters = (ins Emb_Number<"0.9">:$beta1, Emb_Number<"0.999">:$beta2,
    Emb_Number<"1e-8">:$eps, Emb_Number<"1e-2">:$weight_decay,
    Emb_Switch:$amsgrad, Emb_Switch:$maximize);
}

def Emb_LazyAdamWAttr : Emb_OptionsAttr<"LazyAdamW", "lazy_adamw"> {
  let summary = "AdamW on the rows that a step touches";
  let parameters = (ins Emb_Number<"0.9">:$beta1, Emb_Number<"0.999">:$beta2,
    Emb_Number<"1e-8">:$eps, Emb_Number<"1e-2">:$weight_decay,
    Emb_Switch:$maximize);
}

def Emb_ParameterAttr : AttrDef<Emb_Dialect, "Parameter"> {
  let mnemonic = "parameter";
  let summary = "What emb.train says of one parameter";
  let description = [{
    The name of the argument (`emb.name`), its optimizer (an attribute such as
    `#emb.sgd` or the symbol of an `emb.optimizer`), the name of the argument
    that is its learning rate, and whether its gradient may be dense although
    the parameter is looked up.
  }];
  let parameters = (ins "::mlir::StringAttr":$name,
    "::mlir::Attribute":$optimizer, "::mlir::StringAttr":$lr, "bool":$dense);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Emb_StateAttr : AttrDef<Emb_Dialect, "State"> {
  let mnemonic = "state";
  let summary = "A state of an emb.optimizer";
  let description = [{
    Its name, whether it has one value per row, and what every value is before
    the first step: `#emb.state<"sum" per_row = 0.0>`.
  }];
  let parameters = (ins "::mlir::StringAttr":$name, "bool":$per_row,
    Emb_Number<"0.0">:$initial_value);
  let hasCustomAssemblyFormat = 1;
}

//===----------------------------------------------------------------------===//
// Layers and losses
//===----------------------------------------------------------------------===//

def Emb_Reduction : I32EnumAttr<"Reduction", "how the losses of samples are reduced", [
  I32EnumAttrCase<"Mean", 0, "mean">,
  I32EnumAttrCase<"Sum", 1, "sum">,
  I32EnumAttrCase<"None", 2, "none">
]> {
  let cppNamespace = "::mlir::emb";
  let genSpecializedAttr = 0;
}

defvar Emb_ReductionParameter = DefaultValuedParameter<
    "::mlir::emb::Reduction", "::mlir::emb::Reduction::Mean">;

def Emb_LinearAttr : Emb_Attr<"Linear", "linear"> {
  let summary = "torch.nn.Linear";
  let description = [{
    The body of a private function with the attribute
    `emb.layer = #emb.linear`: `(x, weight, bias?) -> y`, with
    `y = x weight^T + bias`.
  }];
}

def Emb_LSTMAttr : Emb_OptionsAttr<"LSTM", "lstm"> {
  let summary = "torch.nn.LSTM, one layer, one direction";
  let description = [{
    `(x, weight_ih, weight_hh) -> (output, h_n, c_n)`; after the weights there may
    be bias_ih and bias_hh, and after these h0 and c0.
  }];
  let parameters = (ins Emb_Switch:$batch_first);
}

def Emb_MSELossAttr : Emb_OptionsAttr<"MSELoss", "mse_loss"> {
  let summary = "torch.nn.MSELoss";
  let description = [{ `(input, target) -> loss` }];
  let parameters = (ins Emb_ReductionParameter:$reduction);
}

def Emb_CrossEntropyLossAttr
    : Emb_OptionsAttr<"CrossEntropyLoss", "cross_entropy_loss"> {
  let summary = "torch.nn.CrossEntropyLoss";
  let description = [{ `(input, target, weight?) -> loss` }];
  let parameters = (ins
    DefaultValuedParameter<"int64_t", "-100">:$ignore_index,
    Emb_Number<"0.0">:$label_smoothing, Emb_ReductionParameter:$reduction);
}

def Emb_BCEWithLogitsLossAttr
    : Emb_OptionsAttr<"BCEWithLogitsLoss", "bce_with_logits_loss"> {
  let summary = "torch.nn.BCEWithLogitsLoss";
  let description = [{
    `(input, target, weight?, pos_weight?) -> loss`; with `pos_weight = true`
    the third of three arguments is the pos_weight.
  }];
  let parameters = (ins Emb_Switch:$pos_weight,
                        Emb_ReductionParameter:$reduction);
}

def Emb_MarginRankingLossAttr
    : Emb_OptionsAttr<"MarginRankingLoss", "margin_ranking_loss"> {
  let summary = "torch.nn.MarginRankingLoss";
  let description = [{ `(input1, input2, target) -> loss` }];
  let parameters = (ins Emb_Number<"0.0">:$margin,
                        Emb_ReductionParameter:$reduction);
}

#endif // EMB_DIALECT_EMB_IR_EMBTRAININGATTRS_TD
