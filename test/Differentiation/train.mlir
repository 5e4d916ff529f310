// RUN: emb-opt %s --emb-differentiate --verify-diagnostics | FileCheck %s
// RUN: emb-run %s --entry=product --arg t=[[1,2],[3,4]] --arg w=[10,20] \
// RUN:   --arg ids=[1,0,1] --arg lr=0.5 --arg step=1 --print=t --print=w --print=2 \
// RUN: | FileCheck %s --check-prefix=PRODUCT

// RUN: emb-opt %s --emb-differentiate --remarks-filter=emb-differentiate -o /dev/null 2>&1 \
// RUN: | FileCheck %s --check-prefix=REMARK

// REMARK: [Passed] Derived | Category:emb-differentiate | Function=signature | arguments=2, dense=1, rules=3, sources=1
// REMARK: [Passed] Derived | Category:emb-differentiate | Function=twice | arguments=1, dense=0, rules=4, sources=2

// A parameter, its states, the other arguments, the learning rates in the order
// of first mention, the step; the updated ones and what the loss returns.
// CHECK-LABEL: func.func @signature(
// CHECK-SAME:    %[[T:[^:]*]]: tensor<?x2xf32> {emb.name = "t"}
// CHECK-SAME:    %[[TM:[^:]*]]: tensor<?x2xf32> {emb.name = "t.exp_avg"}
// CHECK-SAME:    %[[TV:[^:]*]]: tensor<?x2xf32> {emb.name = "t.exp_avg_sq"}
// CHECK-SAME:    %[[IDS:[^:]*]]: tensor<3xi64>
// CHECK-SAME:    %[[W:[^:]*]]: tensor<2xbf16> {emb.name = "w"}
// CHECK-SAME:    %[[WS:[^:]*]]: tensor<2xf32> {emb.name = "w.sum"}
// CHECK-SAME:    %[[RATE:[^:]*]]: f64 {emb.name = "rate"}
// CHECK-SAME:    %[[LR:[^:]*]]: f64 {emb.name = "lr"}
// CHECK-SAME:    %[[STEP:[^:]*]]: i64 {emb.name = "step"}
// CHECK-SAME:    -> (tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<2xbf16>, tensor<2xf32>, f32, tensor<3x2xf32>)
// CHECK:         %[[E:.*]] = emb.gather %[[T]][%[[IDS]]]
// CHECK:         %[[T1:.*]]:3 = emb.apply_gradient #emb.sparse_adam to(%[[T]], %[[TM]], %[[TV]] :
// CHECK-SAME:      sources[%[[IDS]] : tensor<3xi64> -> %{{.*}} : tensor<3x2xf32>]
// CHECK-SAME:      lr(%[[RATE]]) step(%[[STEP]])
// CHECK:         %[[W1:.*]]:2 = emb.apply_gradient #emb.adagrad<lr_decay = 1.000000e-01> to(%[[W]], %[[WS]] :
// CHECK-SAME:      sources[] gradient(%{{.*}} : tensor<2xbf16>) lr(%[[LR]]) step(%[[STEP]])
// CHECK:         return %[[T1]]#0, %[[T1]]#1, %[[T1]]#2, %[[W1]]#0, %[[W1]]#1, %{{.*}}, %[[E]]
emb.train @signature of @signature_loss
  parameters("t" = #emb.sparse_adam lr "rate", "w" = #emb.adagrad<lr_decay = 0.1>)
func.func private @signature_loss(
    %t: tensor<?x2xf32> {emb.name = "t"}, %ids: tensor<3xi64>,
    %w: tensor<2xbf16> {emb.name = "w"}) -> (f32, tensor<3x2xf32>) {
  %e = emb.gather %t[%ids] : tensor<?x2xf32>, tensor<3xi64> -> tensor<3x2xf32>
  %zero = arith.constant dense<0.0> : tensor<f32>
  %sum = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>,
                       affine_map<(i, j) -> ()>],
      iterator_types = ["reduction", "reduction"]}
      ins(%e, %w : tensor<3x2xf32>, tensor<2xbf16>) outs(%zero : tensor<f32>) {
  ^bb0(%x: f32, %y: bf16, %s: f32):
    %y32 = arith.extf %y : bf16 to f32
    %p = arith.mulf %x, %y32 : f32
    %r = arith.addf %s, %p : f32
    linalg.yield %r : f32
  } -> tensor<f32>
  %loss = tensor.extract %sum[] : tensor<f32>
  return %loss, %e : f32, tensor<3x2xf32>
}

// loss = sum over k of t[ids[k]] . w, with ids 1, 0, 1:
//   dt[0] = w = (10, 20), dt[1] = 2 w, dw = t[0] + 2 t[1] = (7, 10)
//   loss = 1*10 + 2*20 + 2 (3*10 + 4*20) = 270
// PRODUCT:      t: 2x2xf32
// PRODUCT-NEXT: {{\[}}[-4, -8],
// PRODUCT-NEXT:  [-7, -16]]
// PRODUCT-NEXT: w: 2xf32
// PRODUCT-NEXT: [6.5, 15]
// PRODUCT-NEXT: 2: f32
// PRODUCT-NEXT: 270
emb.train @product of @product_loss parameters("t" = #emb.sgd, "w" = #emb.sgd)
func.func private @product_loss(
    %t: tensor<?x2xf32> {emb.name = "t"}, %ids: tensor<?xi64> {emb.name = "ids"},
    %w: tensor<2xf32> {emb.name = "w"}) -> tensor<f32> {
  %e = emb.gather %t[%ids] : tensor<?x2xf32>, tensor<?xi64> -> tensor<?x2xf32>
  %zero = arith.constant dense<0.0> : tensor<f32>
  %sum = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>,
                       affine_map<(i, j) -> ()>],
      iterator_types = ["reduction", "reduction"]}
      ins(%e, %w : tensor<?x2xf32>, tensor<2xf32>) outs(%zero : tensor<f32>) {
  ^bb0(%x: f32, %y: f32, %s: f32):
    %p = arith.mulf %x, %y : f32
    %r = arith.addf %s, %p : f32
    linalg.yield %r : f32
  } -> tensor<f32>
  return %sum : tensor<f32>
}

// Two lookups of one table are two sources of one update. No other tensor of
// the table's shape exists.
// CHECK-LABEL: func.func @twice(
// CHECK-SAME:    %[[T:[^:]*]]: tensor<99x2xf64>
// CHECK-NOT:     tensor<99x2xf64>{{$}}
// CHECK:         emb.apply_gradient #emb.sgd to(%[[T]] : tensor<99x2xf64>)
// CHECK-SAME:      sources[%{{.*}} : tensor<2xi64> -> %{{.*}} : tensor<2x2xf64>, %{{.*}} : tensor<2xi64> -> %{{.*}} : tensor<2x2xf64>]
emb.train @twice of @twice_loss parameters("t" = #emb.sgd)
func.func private @twice_loss(%t: tensor<99x2xf64> {emb.name = "t"},
                              %a: tensor<2xi64>, %b: tensor<2xi64>) -> tensor<f64> {
  %x = emb.gather %t[%a] : tensor<99x2xf64>, tensor<2xi64> -> tensor<2x2xf64>
  %y = emb.gather %t[%b] : tensor<99x2xf64>, tensor<2xi64> -> tensor<2x2xf64>
  %p = arith.mulf %x, %y : tensor<2x2xf64>
  %zero = arith.constant dense<0.0> : tensor<f64>
  %r = linalg.reduce {arith.addf} ins(%p : tensor<2x2xf64>) outs(%zero : tensor<f64>) dimensions = [0, 1]
  return %r : tensor<f64>
}

// The optimizer changes what the forward pass has made of the table in place;
// the gradient does not pass the renorm.
// CHECK-LABEL: func.func @renormed(
// CHECK-SAME:    %[[T:[^:]*]]: tensor<9x2xf64>
// CHECK:         %[[T1:.*]] = emb.renorm %{{.*}} into %[[T]]
// CHECK:         %[[T2:.*]] = emb.renorm %{{.*}} into %[[T1]]
// CHECK:         emb.apply_gradient #emb.sgd to(%[[T2]] :
// CHECK-SAME:      sources[%[[A:[^ ]*]] : tensor<2xi64> -> %{{[^ ]*}} : tensor<2x2xf64>, %[[A]] :
emb.train @renormed of @renormed_loss parameters("t" = #emb.sgd)
func.func private @renormed_loss(%t: tensor<9x2xf64> {emb.name = "t"}, %a: tensor<2xi64>) -> tensor<f64> {
  %t1 = emb.renorm %a into %t max_norm 1.0 : tensor<2xi64>, tensor<9x2xf64>
  %x = emb.gather %t1[%a] : tensor<9x2xf64>, tensor<2xi64> -> tensor<2x2xf64>
  %t2 = emb.renorm %a into %t1 max_norm 1.0 : tensor<2xi64>, tensor<9x2xf64>
  %y = emb.gather %t2[%a] : tensor<9x2xf64>, tensor<2xi64> -> tensor<2x2xf64>
  %p = arith.mulf %x, %y : tensor<2x2xf64>
  %zero = arith.constant dense<0.0> : tensor<f64>
  %r = linalg.reduce {arith.addf} ins(%p : tensor<2x2xf64>) outs(%zero : tensor<f64>) dimensions = [0, 1]
  return %r : tensor<f64>
}

// A table that is also used as it is has a dense gradient, if that is asked for.
// CHECK-LABEL: func.func @tied(
// CHECK:         %[[SUM:.*]] = emb.scatter_add
// CHECK:         emb.apply_gradient #emb.adam to(%{{.*}}) sources[] gradient(%[[SUM]] : tensor<9x2xf64>)
emb.train @tied of @tied_loss parameters("t" = #emb.adam dense)
func.func private @tied_loss(%t: tensor<9x2xf64> {emb.name = "t"}, %a: tensor<2xi64>) -> tensor<f64> {
  %x = emb.gather %t[%a] : tensor<9x2xf64>, tensor<2xi64> -> tensor<2x2xf64>
  %empty = tensor.empty() : tensor<2x9xf64>
  %c = arith.constant 0.0 : f64
  %fill = linalg.fill ins(%c : f64) outs(%empty : tensor<2x9xf64>) -> tensor<2x9xf64>
  %y = linalg.matmul indexing_maps = [affine_map<(i, j, k) -> (i, k)>,
                                      affine_map<(i, j, k) -> (j, k)>,
                                      affine_map<(i, j, k) -> (i, j)>]
    ins(%x, %t : tensor<2x2xf64>, tensor<9x2xf64>) outs(%fill : tensor<2x9xf64>) -> tensor<2x9xf64>
  %zero = arith.constant dense<0.0> : tensor<f64>
  %r = linalg.reduce {arith.addf} ins(%y : tensor<2x9xf64>) outs(%zero : tensor<f64>) dimensions = [0, 1]
  return %r : tensor<f64>
}

// What is frozen is read and stays; no code for its gradient is made.
// CHECK-LABEL: func.func @thawed(
// CHECK-NOT:     emb.apply_gradient
// CHECK:         emb.apply_gradient #emb.sgd to(%{{.*}} : tensor<2xf64>) sources[] gradient(%[[X:[^ ]*]] :
// CHECK-NOT:     emb.apply_gradient
// CHECK:         return
emb.train @thawed of @thawed_loss parameters("w" = #emb.sgd) frozen("t")
func.func private @thawed_loss(%t: tensor<9x2xf64> {emb.name = "t"}, %i: tensor<i64>,
                               %w: tensor<2xf64> {emb.name = "w"}) -> tensor<f64> {
  %x = emb.gather %t[%i] : tensor<9x2xf64>, tensor<i64> -> tensor<2xf64>
  %p = arith.mulf %x, %w : tensor<2xf64>
  %zero = arith.constant dense<0.0> : tensor<f64>
  %r = linalg.reduce {arith.addf} ins(%p : tensor<2xf64>) outs(%zero : tensor<f64>) dimensions = [0]
  return %r : tensor<f64>
}

// CHECK-LABEL: func.func @useless(
// CHECK-SAME:    %[[V:[^:]*]]: tensor<2xf64> {emb.name = "v"}
// CHECK-SAME:    %[[M:[^:]*]]: tensor<2xf64> {emb.name = "v.momentum_buffer"}
// CHECK:         return %{{.*}}, %[[V]], %[[M]], %{{.*}} :
// expected-warning @+1 {{the parameter "v" has no effect on the loss: it stays as it is}}
emb.train @useless of @useless_loss parameters("w" = #emb.sgd, "v" = #emb.sgd<momentum = 0.9>)
func.func private @useless_loss(%w: tensor<2xf64> {emb.name = "w"},
                                %v: tensor<2xf64> {emb.name = "v"}) -> tensor<f64> {
  %zero = arith.constant dense<0.0> : tensor<f64>
  %r = linalg.reduce {arith.addf} ins(%w : tensor<2xf64>) outs(%zero : tensor<f64>) dimensions = [0]
  return %r : tensor<f64>
}

// No gradient passes emb.detach, which is gone afterwards, everywhere.
// CHECK-LABEL: func.func @halved(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<f64>
// CHECK:         %[[LOSS:.*]] = arith.mulf %[[W]], %[[W]]
// CHECK:         %[[ONE:.*]] = linalg.fill
// CHECK:         %[[G:.*]] = arith.mulf %[[ONE]], %[[W]]
// CHECK-NEXT:    emb.apply_gradient #emb.sgd to(%[[W]] : tensor<f64>) sources[] gradient(%[[G]] :
// CHECK-NOT:   emb.detach
emb.train @halved of @halved_loss parameters("w" = #emb.sgd)
func.func private @halved_loss(%w: tensor<f64> {emb.name = "w"}) -> tensor<f64> {
  %d = emb.detach %w : tensor<f64>
  %r = arith.mulf %w, %d : tensor<f64>
  return %r : tensor<f64>
}
