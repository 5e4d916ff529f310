// RUN: emb-opt %s --emb-define-layers --canonicalize --cse | FileCheck %s
// RUN: emb-opt %s --emb-define-layers --emb-define-layers | FileCheck %s --check-prefix=AGAIN
// RUN: emb-opt %s --emb-define-layers --remarks-filter=emb-define-layers \
// RUN:   --remark-format=emitRemark -o %t 2>&1 | FileCheck %s --check-prefix=REMARK

// AGAIN-NOT: emb.layer
// REMARK: remark: [Passed] LayersDefined | Category:emb-define-layers | {{.*}}layers=11

// CHECK-DAG: #[[$A:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[$B:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-DAG: #[[$C:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG: #[[$MATRIX:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[$ROW:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[$COLUMN:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-DAG: #[[$SCALAR:.*]] = affine_map<(d0, d1) -> ()>

// One product, which adds to the bias.
// CHECK-LABEL: func.func private @linear(
// CHECK-SAME: %[[X:.*]]: tensor<?x3xf32>, %[[W:.*]]: tensor<2x3xf32>, %[[BIAS:.*]]: tensor<2xf32>) -> tensor<?x2xf32> {
// CHECK: %[[INIT:.*]] = linalg.broadcast ins(%[[BIAS]]
// CHECK: %[[Y:.*]] = linalg.matmul indexing_maps = [#[[$A]], #[[$B]], #[[$C]]] ins(%[[X]], %[[W]] : {{.*}}) outs(%[[INIT]]
// CHECK-NEXT: return %[[Y]]
func.func private @linear(tensor<?x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<?x2xf32>
    attributes {emb.layer = #emb.linear}

// Every rank is a product of matrices; what is static anywhere is static
// everywhere, after checks.
// CHECK-LABEL: func.func private @linear_rank_3(
// CHECK-SAME: %[[X:.*]]: tensor<4x?x3xf32>, %[[W:.*]]: tensor<?x?xf32>, %[[BIAS:.*]]: tensor<2xf32>
// CHECK: emb.check_equal %{{.*}}, %c3 label "linear: weight, dimension 1"
// CHECK: emb.check_equal %c2, %{{.*}} label "linear: bias, dimension 0"
// CHECK: %[[CAST:.*]] = tensor.cast %[[W]] : tensor<?x?xf32> to tensor<2x3xf32>
// CHECK: %[[ROWS:.*]] = tensor.collapse_shape %[[X]] {{\[}}[0, 1], [2]]
// CHECK: %[[Y:.*]] = linalg.matmul {{.*}} ins(%[[ROWS]], %[[CAST]]
// CHECK: tensor.expand_shape %[[Y]] {{\[}}[0, 1], [2]] {{.*}} into tensor<4x?x2xf32>
func.func private @linear_rank_3(tensor<4x?x3xf32>, tensor<?x?xf32>, tensor<2xf32>) -> tensor<4x?x2xf32>
    attributes {emb.layer = #emb.linear}

// f16 is extended first, so that sums of gradients are of f32 too.
// CHECK-LABEL: func.func private @linear_f16(
// CHECK-COUNT-2: arith.extf
// CHECK: linalg.matmul {{.*}} -> tensor<4x2xf32>
// CHECK: arith.truncf
func.func private @linear_f16(tensor<4x3xf16>, tensor<2x3xf16>) -> tensor<4x2xf16>
    attributes {emb.layer = #emb.linear}

// The products with the input of all steps are one, before the loop.
// CHECK-LABEL: func.func private @lstm(
// CHECK-SAME: %[[X:.*]]: tensor<?x?x4xf32>, %[[WI:.*]]: tensor<24x4xf32>, %[[WH:.*]]: tensor<24x6xf32>, %[[BI:.*]]: tensor<24xf32>, %[[BH:.*]]: tensor<24xf32>
// CHECK: %[[BIAS:.*]] = arith.addf %[[BI]], %[[BH]]
// CHECK: linalg.broadcast ins(%[[BIAS]]
// CHECK: linalg.matmul {{.*}} ins(%{{.*}}, %[[WI]]
// CHECK: %[[GATES:.*]] = tensor.expand_shape {{.*}} into tensor<?x?x24xf32>
// CHECK: %[[R:.*]]:3 = scf.for %[[T:.*]] = %{{.*}} iter_args(%[[H:.*]] = %{{.*}}, %[[CELL:.*]] = %{{.*}}, %[[OUT:.*]] = %{{.*}})
// CHECK:   %[[STEP:.*]] = tensor.extract_slice %[[GATES]][0, %[[T]], 0]
// CHECK:   %[[Z:.*]] = linalg.matmul {{.*}} ins(%[[H]], %[[WH]] : {{.*}}) outs(%[[STEP]]
// CHECK:   tensor.extract_slice %[[Z]][0, 0]
// CHECK:   tensor.extract_slice %[[Z]][0, 6]
// CHECK:   tensor.extract_slice %[[Z]][0, 12]
// CHECK:   tensor.extract_slice %[[Z]][0, 18]
// CHECK:   %[[NEXT:.*]]:2 = linalg.generic
// CHECK:   %[[OUT1:.*]] = tensor.insert_slice %[[NEXT]]#0 into %[[OUT]][0, %[[T]], 0]
// CHECK:   scf.yield %[[NEXT]]#0, %[[NEXT]]#1, %[[OUT1]]
// CHECK: return %[[R]]#2, %[[R]]#0, %[[R]]#1
func.func private @lstm(tensor<?x?x4xf32>, tensor<24x4xf32>, tensor<24x6xf32>, tensor<24xf32>, tensor<24xf32>)
    -> (tensor<?x?x6xf32>, tensor<?x6xf32>, tensor<?x6xf32>)
    attributes {emb.layer = #emb.lstm<batch_first = true>}

// Without biases, the fourth and fifth operands are the state.
// CHECK-LABEL: func.func private @lstm_without_bias(
// CHECK-SAME: %{{.*}}: tensor<?x2x4xf32>, %{{.*}}: tensor<24x4xf32>, %{{.*}}: tensor<24x6xf32>, %[[H0:.*]]: tensor<2x6xf32>, %[[C0:.*]]: tensor<2x6xf32>
// CHECK-NOT: linalg.broadcast
// CHECK: scf.for {{.*}} iter_args(%{{.*}} = %[[H0]], %{{.*}} = %[[C0]], %{{.*}} = %{{.*}})
func.func private @lstm_without_bias(tensor<?x2x4xf32>, tensor<24x4xf32>, tensor<24x6xf32>, tensor<2x6xf32>, tensor<2x6xf32>)
    -> (tensor<?x2x6xf32>, tensor<2x6xf32>, tensor<2x6xf32>)
    attributes {emb.layer = #emb.lstm}

// CHECK-LABEL: func.func private @lstm_of_weights(
// CHECK-NOT: linalg.broadcast
// CHECK: scf.for
func.func private @lstm_of_weights(tensor<?x2x4xf32>, tensor<24x4xf32>, tensor<24x6xf32>)
    -> (tensor<?x2x6xf32>, tensor<2x6xf32>, tensor<2x6xf32>)
    attributes {emb.layer = #emb.lstm}

// CHECK-LABEL: func.func private @mse_loss(
// CHECK: %[[SUM:.*]] = linalg.generic {indexing_maps = [#[[$MATRIX]], #[[$MATRIX]], #[[$SCALAR]]], iterator_types = ["reduction", "reduction"]}
// CHECK: arith.divf %[[SUM]], %{{.*}} : tensor<f64>
// CHECK: arith.truncf
// CHECK: tensor.extract
func.func private @mse_loss(tensor<2x3xf32>, tensor<2x3xf32>) -> f32
    attributes {emb.layer = #emb.mse_loss}

// Labels are checked with ignored ones as 0, and compared with the class in
// place of being read at. No gradient passes the maximum.
// CHECK-LABEL: func.func private @cross_entropy_loss(
// CHECK-SAME: %[[X:.*]]: tensor<?x5xf32>, %[[Y:.*]]: tensor<?xi32>, %[[W:.*]]: tensor<5xf32>
// CHECK: emb.check_equal {{.*}} label "cross_entropy_loss: target, dimension 0"
// CHECK: %[[ZEROED:.*]] = linalg.generic {{.*}} ins(%[[Y]]
// CHECK: %[[LABELS:.*]] = emb.check_indices %[[ZEROED]], %c5 label "cross_entropy_loss: target"
// CHECK: %[[DETACHED:.*]] = emb.detach %[[X]]
// CHECK: %[[MAX:.*]] = linalg.generic {{.*}} ins(%[[DETACHED]]
// CHECK:   arith.maximumf
// CHECK: %[[SUM:.*]] = linalg.generic {{.*}} ins(%[[X]], %[[MAX]]
// CHECK:   math.exp
// CHECK: %[[LOG:.*]] = math.log %[[SUM]]
// CHECK: linalg.generic {indexing_maps = [#[[$MATRIX]], #[[$ROW]], #[[$ROW]], #[[$ROW]], #[[$ROW]], #[[$COLUMN]], #[[$ROW]]], iterator_types = ["parallel", "reduction"]} ins(%[[X]], %[[MAX]], %[[LOG]], %[[Y]], %[[LABELS]], %[[W]]
// CHECK:   linalg.index 1
// CHECK-NOT: tensor.extract
// CHECK: return
func.func private @cross_entropy_loss(tensor<?x5xf32>, tensor<?xi32>, tensor<5xf32>) -> tensor<f32>
    attributes {emb.layer = #emb.cross_entropy_loss<label_smoothing = 0.1>}

// A weight of each sample is read as a column.
// CHECK-LABEL: func.func private @bce_with_logits_loss(
// CHECK-SAME: %{{.*}}: tensor<?x3xf64>, %{{.*}}: tensor<?x3xf64>, %[[W:.*]]: tensor<?x1xf64>, %[[P:.*]]: tensor<3xf64>
// CHECK: %[[COLUMN:.*]] = tensor.collapse_shape %[[W]] {{\[}}[0, 1]] : tensor<?x1xf64> into tensor<?xf64>
// CHECK: linalg.generic {indexing_maps = [#[[$MATRIX]], #[[$MATRIX]], #[[$ROW]], #[[$COLUMN]], #[[$SCALAR]]], iterator_types = ["reduction", "reduction"]} ins(%{{.*}}, %{{.*}}, %[[COLUMN]], %[[P]]
func.func private @bce_with_logits_loss(tensor<?x3xf64>, tensor<?x3xf64>, tensor<?x1xf64>, tensor<3xf64>) -> f64
    attributes {emb.layer = #emb.bce_with_logits_loss}

// The value comes first: it keeps its gradient where it is 0.
// CHECK-LABEL: func.func private @margin_ranking_loss(
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f32
// CHECK-DAG: %[[MARGIN:.*]] = arith.constant 5.000000e-01 : f32
// CHECK: %[[V:.*]] = arith.addf %{{.*}}, %[[MARGIN]]
// CHECK: arith.maximumf %[[V]], %[[ZERO]]
func.func private @margin_ranking_loss(tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) -> f32
    attributes {emb.layer = #emb.margin_ranking_loss<margin = 0.5>}

// A result may say more, or less, than the layer knows.
// CHECK-LABEL: func.func private @result(
// CHECK: emb.check_equal %{{.*}}, %c4 label "linear: result 0, dimension 0"
// CHECK: tensor.cast %{{.*}} : tensor<?x2xf32> to tensor<4x?xf32>
func.func private @result(tensor<?x3xf32>, tensor<2x3xf32>) -> tensor<4x?xf32>
    attributes {emb.layer = #emb.linear}

// Other declarations stay.
// CHECK: func.func private @other(f32) -> f32
func.func private @other(f32) -> f32
