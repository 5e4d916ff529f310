// RUN: emb-run %s --entry=step --arg t=[[1,2],[3,4]] --arg ids=[[0,1],[1,1]] \
// RUN:   --arg offsets=[[0,1],[0,2]] --arg ends=[[0,1,2],[0,1,2]] --arg rows=[[[0,1,1]],[[0,0,0]]] \
// RUN:   --arg lr=0.5 --arg step=1 --print=t --print=1 | FileCheck %s

// What a loop over micro-batches keeps has extents that are known before it:
// those of ids, of offsets, and of what is computed from lookups.
//
// The parts of the two losses, and their gradients in rows 0 and 1:
//   g . g    5 + 25         (2, 4), (6, 8)
//            25 + 25        (0, 0), (6, 8); the occurrences of a row share it
//   b . b'   5 + 25         (1, 2), (3, 4); b' is a constant
//            25 + 0         (0, 0), (3, 4)
//   m . m    25             (0, 0), (6, 8)
//            5              (2, 4), (0, 0)
//   w        3 * 3 + 7 * 7  (6, 6), (14, 14)
//            2 * 7 * 7      (0, 0), (28, 28)
// Loss and gradients are means over the two.
// CHECK:      t: 2x2xf32
// CHECK-NEXT: {{\[}}[-1.75, -2],
// CHECK-NEXT:  [-13.5, -14.5]]
// CHECK-NEXT: 1: f32
// CHECK-NEXT: 160.5
emb.train @step of @loss parameters("t" = #emb.sgd) accumulate
func.func private @loss(%t: tensor<?x2xf32> {emb.name = "t"},
                        %ids: tensor<?xi64> {emb.name = "ids"},
                        %offsets: tensor<?xi32> {emb.name = "offsets"},
                        %ends: tensor<?xi32> {emb.name = "ends"},
                        %rows: tensor<?x3xi64> {emb.name = "rows"}) -> f32 {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %c0 = arith.constant 0 : index
  %g = emb.gather %t[%ids] {scale_grad_by_freq}
    : tensor<?x2xf32>, tensor<?xi64> -> tensor<?x2xf32>
  %gg = arith.mulf %g, %g : tensor<?x2xf32>
  %s1 = linalg.reduce { arith.addf } ins(%gg : tensor<?x2xf32>)
    outs(%zero : tensor<f32>) dimensions = [0, 1]

  %b = emb.bag mean %t[%ids] offsets(%offsets : tensor<?xi32>)
    : tensor<?x2xf32>, tensor<?xi64> -> tensor<?x2xf32>
  %constant = emb.detach %b : tensor<?x2xf32>
  %bb = arith.mulf %b, %constant : tensor<?x2xf32>
  %s2 = linalg.reduce { arith.addf } ins(%bb : tensor<?x2xf32>)
    outs(%s1 : tensor<f32>) dimensions = [0, 1]

  %m = emb.bag max %t[%rows] : tensor<?x2xf32>, tensor<?x3xi64> -> tensor<?x2xf32>
  %mm = arith.mulf %m, %m : tensor<?x2xf32>
  %s3 = linalg.reduce { arith.addf } ins(%mm : tensor<?x2xf32>)
    outs(%s2 : tensor<f32>) dimensions = [0, 1]

  %n = tensor.dim %ids, %c0 : tensor<?xi64>
  %empty = tensor.empty(%n) : tensor<?xf32>
  %f0 = arith.constant 0.0 : f32
  %zeros = linalg.fill ins(%f0 : f32) outs(%empty : tensor<?xf32>) -> tensor<?xf32>
  %h = emb.gather %t[%ids] : tensor<?x2xf32>, tensor<?xi64> -> tensor<?x2xf32>
  %q = linalg.reduce { arith.addf } ins(%h : tensor<?x2xf32>)
    outs(%zeros : tensor<?xf32>) dimensions = [1]
  %w = emb.bag sum %t[%ids] offsets(%ends : tensor<?xi32>) weights(%q : tensor<?xf32>)
    {include_last_offset}
    : tensor<?x2xf32>, tensor<?xi64> -> tensor<?x2xf32>
  %s4 = linalg.reduce { arith.addf } ins(%w : tensor<?x2xf32>)
    outs(%s3 : tensor<f32>) dimensions = [0, 1]
  %r = tensor.extract %s4[] : tensor<f32>
  return %r : f32
}
