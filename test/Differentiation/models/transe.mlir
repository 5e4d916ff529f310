// RUN: emb-opt %s --emb-define-layers --inline --symbol-dce --canonicalize --cse --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// Triples (head, relation, tail) against false ones: max(0, margin + d - d') with
// d = sum |head + relation - tail|. Rows are renormed at each lookup; those drawn
// here are within the bound, so the table is what it was and differences see the
// lookups alone.

// Four lookups of the entities are four sources in their order, of the table
// after its last renorm; the relations, looked up once, have one.
// CHECK-LABEL: func.func @step(
// CHECK:         %[[E1:.*]] = emb.renorm %[[H:.*]] into %{{.*}} max_norm
// CHECK:         emb.gather %[[E1]][%[[H]]]
// CHECK:         %[[E2:.*]] = emb.renorm %[[T:.*]] into %[[E1]] max_norm
// CHECK:         %[[E3:.*]] = emb.renorm %[[H2:.*]] into %[[E2]] max_norm
// CHECK:         %[[E4:.*]] = emb.renorm %[[T2:.*]] into %[[E3]] max_norm
// CHECK-NOT:     emb.renorm
// CHECK:         emb.apply_gradient #emb.adagrad to(%[[E4]], %{{[^:]*}} : tensor<?x3xf64>, tensor<?x3xf64>)
// CHECK-SAME:      sources[%[[H]] : tensor<?xi64> -> %{{[^,]*}} : tensor<?x3xf64>,
// CHECK-SAME:      %[[T]] : tensor<?xi64> -> %{{[^,]*}} : tensor<?x3xf64>,
// CHECK-SAME:      %[[H2]] : tensor<?xi64> -> %{{[^,]*}} : tensor<?x3xf64>,
// CHECK-SAME:      %[[T2]] : tensor<?xi64> -> %{{[^,]*}} : tensor<?x3xf64>] lr
// CHECK:         emb.apply_gradient #emb.adagrad
// CHECK-SAME:      sources[%{{[^,]*}} : tensor<?xi64> -> %{{[^,]*}} : tensor<?x3xf64>] lr

func.func private @margin(tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) -> f64
    attributes {emb.layer = #emb.margin_ranking_loss<margin = 0.25>}

func.func private @distance(%h: tensor<?x3xf64>, %r: tensor<?x3xf64>, %t: tensor<?x3xf64>) -> tensor<?xf64> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %h, %c0 : tensor<?x3xf64>
  %zero = arith.constant 0.0 : f64
  %zeros = tensor.splat %zero[%n] : tensor<?xf64>
  %d = linalg.generic {
      indexing_maps = [affine_map<(b, d) -> (b, d)>, affine_map<(b, d) -> (b, d)>,
                       affine_map<(b, d) -> (b, d)>, affine_map<(b, d) -> (b)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%h, %r, %t : tensor<?x3xf64>, tensor<?x3xf64>, tensor<?x3xf64>) outs(%zeros : tensor<?xf64>) {
  ^bb0(%x: f64, %y: f64, %z: f64, %sum: f64):
    %there = arith.addf %x, %y : f64
    %off = arith.subf %there, %z : f64
    %size = math.absf %off : f64
    %next = arith.addf %sum, %size : f64
    linalg.yield %next : f64
  } -> tensor<?xf64>
  return %d : tensor<?xf64>
}

func.func private @body(%entity: tensor<?x3xf64>, %relation: tensor<?x3xf64>, %h: tensor<?xi64>, %r: tensor<?xi64>,
                        %t: tensor<?xi64>, %h2: tensor<?xi64>, %t2: tensor<?xi64>) -> (f64, tensor<?x3xf64>) {
  %e1 = emb.renorm %h into %entity max_norm 1.0 : tensor<?xi64>, tensor<?x3xf64>
  %of_h = emb.gather %e1[%h] : tensor<?x3xf64>, tensor<?xi64> -> tensor<?x3xf64>
  %of_r = emb.gather %relation[%r] : tensor<?x3xf64>, tensor<?xi64> -> tensor<?x3xf64>
  %e2 = emb.renorm %t into %e1 max_norm 1.0 : tensor<?xi64>, tensor<?x3xf64>
  %of_t = emb.gather %e2[%t] : tensor<?x3xf64>, tensor<?xi64> -> tensor<?x3xf64>
  %e3 = emb.renorm %h2 into %e2 max_norm 1.0 : tensor<?xi64>, tensor<?x3xf64>
  %of_h2 = emb.gather %e3[%h2] : tensor<?x3xf64>, tensor<?xi64> -> tensor<?x3xf64>
  %e4 = emb.renorm %t2 into %e3 max_norm 1.0 : tensor<?xi64>, tensor<?x3xf64>
  %of_t2 = emb.gather %e4[%t2] : tensor<?x3xf64>, tensor<?xi64> -> tensor<?x3xf64>
  %positive = call @distance(%of_h, %of_r, %of_t)
    : (tensor<?x3xf64>, tensor<?x3xf64>, tensor<?x3xf64>) -> tensor<?xf64>
  %negative = call @distance(%of_h2, %of_r, %of_t2)
    : (tensor<?x3xf64>, tensor<?x3xf64>, tensor<?x3xf64>) -> tensor<?xf64>
  %c0 = arith.constant 0 : index
  %n = tensor.dim %h, %c0 : tensor<?xi64>
  %one = arith.constant 1.0 : f64
  %farther = tensor.splat %one[%n] : tensor<?xf64>
  %loss = call @margin(%negative, %positive, %farther)
    : (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) -> f64
  return %loss, %e4 : f64, tensor<?x3xf64>
}

func.func private @loss(%entity: tensor<?x3xf64> {emb.name = "entity"}, %relation: tensor<?x3xf64> {emb.name = "relation"},
                        %h: tensor<?xi64>, %r: tensor<?xi64>, %t: tensor<?xi64>, %h2: tensor<?xi64>, %t2: tensor<?xi64>) -> f64 {
  %loss, %entity1 = call @body(%entity, %relation, %h, %r, %t, %h2, %t2)
    : (tensor<?x3xf64>, tensor<?x3xf64>, tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, tensor<?xi64>)
    -> (f64, tensor<?x3xf64>)
  return %loss : f64
}
emb.train @step of @loss parameters("entity" = #emb.adagrad, "relation" = #emb.adagrad)

// A function that is called by itself returns the table that it renorms.
func.func @evaluate(%entity: tensor<?x3xf64> {emb.name = "entity", check.shape = [6, 3], check.range = [-0.5, 0.5]},
                    %relation: tensor<?x3xf64> {emb.name = "relation", check.shape = [2, 3]},
                    %h: tensor<?xi64> {emb.name = "h", check.values = dense<[0, 3, 3, 5]> : tensor<4xi64>},
                    %r: tensor<?xi64> {emb.name = "r", check.values = dense<[1, 0, 1, 1]> : tensor<4xi64>},
                    %t: tensor<?xi64> {emb.name = "t", check.values = dense<[1, 0, 4, 3]> : tensor<4xi64>},
                    %h2: tensor<?xi64> {emb.name = "h2", check.values = dense<[2, 3, 3, 1]> : tensor<4xi64>},
                    %t2: tensor<?xi64> {emb.name = "t2", check.values = dense<[1, 5, 3, 0]> : tensor<4xi64>})
    -> (f64, tensor<?x3xf64>) {
  %loss, %entity1 = call @body(%entity, %relation, %h, %r, %t, %h2, %t2)
    : (tensor<?x3xf64>, tensor<?x3xf64>, tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, tensor<?xi64>)
    -> (f64, tensor<?x3xf64>)
  return %loss, %entity1 : f64, tensor<?x3xf64>
}
emb.gradient @devaluate of @evaluate wrt("entity", "relation")
