// RUN: emb-opt %s --emb-report-cost="format=json bandwidth=1" -o /dev/null 2>%t.json
// RUN: %python -c "import json; [print(f) for f in json.load(open(r'%t.json'))['functions']]" | FileCheck %s

// CHECK: {'function': 'f', 'operations': [{'assumed': False, 'expected_ms': 0.0026{{.*}}, 'floor_ms': 0.0013{{.*}}, 'flops': 0, 'location': 'report-cost-json.mlir:[[#@LINE+3]]:8', 'logical_read': 720, 'logical_written': 600, 'operation': 'emb.gather', 'regions': 0, 'unique_read': 720, 'unique_written': 600}], 'total': {{.*}}, 'unknown': []}
func.func @f(%w: tensor<50x10xf32>, %i: tensor<15xi64> {emb.unique = 1.0 : f64})
    -> tensor<15x10xf32> {
  %r = emb.gather %w[%i] : tensor<50x10xf32>, tensor<15xi64> -> tensor<15x10xf32>
  return %r : tensor<15x10xf32>
}

// CHECK: {'function': 'g', 'operations': [{'location': {{.*}}, 'operation': 'emb.gather'}], 'total': {{.*}}, 'unknown': ['extent 0 of argument 1 (emb.extents)']}
func.func @g(%w: tensor<50x10xf32>, %i: tensor<?xi64>) -> tensor<?x10xf32> {
  %r = emb.gather %w[%i] : tensor<50x10xf32>, tensor<?xi64> -> tensor<?x10xf32>
  return %r : tensor<?x10xf32>
}
