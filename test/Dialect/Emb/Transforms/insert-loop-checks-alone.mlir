// RUN: emb-opt %s --emb-insert-loop-checks | FileCheck %s

// Nothing else in the module loads the dialect of the checks.

#id = affine_map<(i) -> (i)>

// CHECK-LABEL: func.func @add
// CHECK:         emb.check_equal %{{.*}}, %{{.*}} label "linalg.generic: operand 1, dimension 0 (argument 1)"
func.func @add(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<?xf32>) outs(%y : tensor<?xf32>) {
  ^bb0(%a: f32, %b: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<?xf32>
  return %r : tensor<?xf32>
}
