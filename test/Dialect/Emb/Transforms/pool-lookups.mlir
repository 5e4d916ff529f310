// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-pool-lookups))' --mlir-disable-threading --remarks-filter='emb-pool-lookups' 2> %t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks --implicit-check-not=remark:

#bld = affine_map<(b, d, l) -> (b, l, d)>
#bl = affine_map<(b, d, l) -> (b, l)>
#bd = affine_map<(b, d, l) -> (b, d)>

// CHECK-LABEL: func.func @sum
// CHECK-SAME: %[[W:.*]]: tensor<9x8xf32>, %[[I:.*]]: tensor<?x?xi64>, %[[E:.*]]: tensor<?x8xf32>
// CHECK-NOT: emb.gather
// CHECK: %[[R:.*]] = emb.bag sum %[[W]][%[[I]]] {scale_grad_by_freq} : tensor<9x8xf32>, tensor<?x?xi64> -> tensor<?x8xf32>
// CHECK-NEXT: return %[[R]]
// REMARK: remark: [Passed] LookupPooled | Category:emb-pool-lookups | Function=sum | mode=sum
func.func @sum(%w: tensor<9x8xf32>, %i: tensor<?x?xi64>, %e: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %zero = arith.constant 0.0 : f32
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?x8xf32>) -> tensor<?x8xf32>
  %x = emb.gather %w[%i] {scale_grad_by_freq} : tensor<9x8xf32>, tensor<?x?xi64> -> tensor<?x?x8xf32>
  %r = linalg.reduce ins(%x : tensor<?x?x8xf32>) outs(%z : tensor<?x8xf32>) dimensions = [1]
    (%a: f32, %s: f32) {
      %t = arith.addf %s, %a : f32
      linalg.yield %t : f32
    }
  return %r : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @weighted
// CHECK-SAME: %[[W:.*]]: tensor<9x8xf32>, %[[I:.*]]: tensor<3x4xi64>, %[[F:.*]]: tensor<3x4xf32>
// CHECK: emb.bag sum %[[W]][%[[I]]] weights(%[[F]] : tensor<3x4xf32>)
// REMARK: remark: [Passed] LookupPooled {{.*}} Function=weighted | mode=sum
func.func @weighted(%w: tensor<9x8xf32>, %i: tensor<3x4xi64>, %f: tensor<3x4xf32>) -> tensor<3x8xf32> {
  %z = arith.constant dense<0.0> : tensor<3x8xf32>
  %x = emb.gather %w[%i] : tensor<9x8xf32>, tensor<3x4xi64> -> tensor<3x4x8xf32>
  %r = linalg.generic {indexing_maps = [#bl, #bld, #bd], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%f, %x : tensor<3x4xf32>, tensor<3x4x8xf32>) outs(%z : tensor<3x8xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %p = arith.mulf %a, %b : f32
    %t = arith.addf %s, %p : f32
    linalg.yield %t : f32
  } -> tensor<3x8xf32>
  return %r : tensor<3x8xf32>
}

// CHECK-LABEL: func.func @mean
// CHECK: %[[R:.*]] = emb.bag mean
// CHECK-NEXT: return %[[R]]
// REMARK: remark: [Passed] LookupPooled {{.*}} Function=mean | mode=sum
// REMARK: remark: [Passed] MeanPooled {{.*}} Function=mean | entries=4
func.func @mean(%w: tensor<9x8xf32>, %i: tensor<3x4xi64>) -> tensor<3x8xf32> {
  %z = arith.constant dense<0.0> : tensor<3x8xf32>
  %n = arith.constant dense<4.0> : tensor<3x8xf32>
  %x = emb.gather %w[%i] : tensor<9x8xf32>, tensor<3x4xi64> -> tensor<3x4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%x : tensor<3x4x8xf32>) outs(%z : tensor<3x8xf32>) dimensions = [1]
  %r = arith.divf %s, %n : tensor<3x8xf32>
  return %r : tensor<3x8xf32>
}

// CHECK-LABEL: func.func @mean_by_loops
// CHECK: emb.bag mean
// CHECK-NOT: linalg
// REMARK: remark: [Passed] LookupPooled {{.*}} Function=mean_by_loops | mode=sum
// REMARK: remark: [Passed] MeanPooled {{.*}} Function=mean_by_loops | entries=4
func.func @mean_by_loops(%w: tensor<9x8xf32>, %i: tensor<3x4xi64>) -> tensor<3x8xf32> {
  %z = arith.constant dense<0.0> : tensor<3x8xf32>
  %n = arith.constant 4.0 : f32
  %e = tensor.empty() : tensor<3x8xf32>
  %x = emb.gather %w[%i] : tensor<9x8xf32>, tensor<3x4xi64> -> tensor<3x4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%x : tensor<3x4x8xf32>) outs(%z : tensor<3x8xf32>) dimensions = [1]
  %r = linalg.generic {indexing_maps = [affine_map<(b, d) -> (b, d)>, affine_map<(b, d) -> (b, d)>], iterator_types = ["parallel", "parallel"]}
      ins(%s : tensor<3x8xf32>) outs(%e : tensor<3x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.divf %a, %n : f32
    linalg.yield %q : f32
  } -> tensor<3x8xf32>
  return %r : tensor<3x8xf32>
}

// By another number it is no mean.
// CHECK-LABEL: func.func @other_divisor
// CHECK: emb.bag sum
// CHECK: arith.divf
// REMARK: remark: [Passed] LookupPooled {{.*}} Function=other_divisor | mode=sum
func.func @other_divisor(%w: tensor<9x8xf32>, %i: tensor<3x4xi64>) -> tensor<3x8xf32> {
  %z = arith.constant dense<0.0> : tensor<3x8xf32>
  %n = arith.constant dense<5.0> : tensor<3x8xf32>
  %x = emb.gather %w[%i] : tensor<9x8xf32>, tensor<3x4xi64> -> tensor<3x4x8xf32>
  %s = linalg.reduce { arith.addf } ins(%x : tensor<3x4x8xf32>) outs(%z : tensor<3x8xf32>) dimensions = [1]
  %r = arith.divf %s, %n : tensor<3x8xf32>
  return %r : tensor<3x8xf32>
}

// CHECK-LABEL: func.func @max
// CHECK: emb.bag max
// REMARK: remark: [Passed] LookupPooled {{.*}} Function=max | mode=max
func.func @max(%w: tensor<9x8xf32>, %i: tensor<3x4xi64>) -> tensor<3x8xf32> {
  %z = arith.constant dense<0xFF800000> : tensor<3x8xf32>
  %x = emb.gather %w[%i] : tensor<9x8xf32>, tensor<3x4xi64> -> tensor<3x4x8xf32>
  %r = linalg.reduce ins(%x : tensor<3x4x8xf32>) outs(%z : tensor<3x8xf32>) dimensions = [1]
    (%a: f32, %s: f32) {
      %t = arith.maximumf %a, %s fastmath<nnan> : f32
      linalg.yield %t : f32
    }
  return %r : tensor<3x8xf32>
}

// CHECK-LABEL: func.func @max_of_nan
// CHECK: emb.gather
// REMARK: remark: [Missed] LookupNotPooled | Category:emb-pool-lookups | Function=max_of_nan | Reason="the maximum of a bag ignores NaN: say fastmath<nnan>"
func.func @max_of_nan(%w: tensor<9x8xf32>, %i: tensor<3x4xi64>) -> tensor<3x8xf32> {
  %z = arith.constant dense<0xFF800000> : tensor<3x8xf32>
  %x = emb.gather %w[%i] : tensor<9x8xf32>, tensor<3x4xi64> -> tensor<3x4x8xf32>
  %r = linalg.reduce { arith.maximumf } ins(%x : tensor<3x4x8xf32>) outs(%z : tensor<3x8xf32>) dimensions = [1]
  return %r : tensor<3x8xf32>
}

// CHECK-LABEL: func.func @max_from_zero
// CHECK: emb.gather
// REMARK: remark: [Missed] LookupNotPooled {{.*}} Function=max_from_zero | Reason="the maximum does not begin with -inf"
func.func @max_from_zero(%w: tensor<9x8xf32>, %i: tensor<3x4xi64>) -> tensor<3x8xf32> {
  %z = arith.constant dense<0.0> : tensor<3x8xf32>
  %x = emb.gather %w[%i] : tensor<9x8xf32>, tensor<3x4xi64> -> tensor<3x4x8xf32>
  %r = linalg.reduce ins(%x : tensor<3x4x8xf32>) outs(%z : tensor<3x8xf32>) dimensions = [1]
    (%a: f32, %s: f32) {
      %t = arith.maximumf %a, %s fastmath<nnan> : f32
      linalg.yield %t : f32
    }
  return %r : tensor<3x8xf32>
}

// CHECK-LABEL: func.func @max_of_nothing
// CHECK: emb.gather
// REMARK: remark: [Missed] LookupNotPooled {{.*}} Function=max_of_nothing | Reason="a bag may be empty: its maximum is 0"
func.func @max_of_nothing(%w: tensor<9x8xf32>, %i: tensor<3x?xi64>) -> tensor<3x8xf32> {
  %z = arith.constant dense<0xFF800000> : tensor<3x8xf32>
  %x = emb.gather %w[%i] : tensor<9x8xf32>, tensor<3x?xi64> -> tensor<3x?x8xf32>
  %r = linalg.reduce ins(%x : tensor<3x?x8xf32>) outs(%z : tensor<3x8xf32>) dimensions = [1]
    (%a: f32, %s: f32) {
      %t = arith.maximumf %a, %s fastmath<nnan> : f32
      linalg.yield %t : f32
    }
  return %r : tensor<3x8xf32>
}

// The rows are needed anyway.
// CHECK-LABEL: func.func @other_reader
// CHECK: emb.gather
// CHECK: linalg.reduce
// REMARK: remark: [Missed] LookupNotPooled {{.*}} Function=other_reader | Reason="something else reads the rows"
func.func @other_reader(%w: tensor<9x8xf32>, %i: tensor<3x4xi64>) -> (tensor<3x8xf32>, tensor<3x4x8xf32>) {
  %z = arith.constant dense<0.0> : tensor<3x8xf32>
  %x = emb.gather %w[%i] : tensor<9x8xf32>, tensor<3x4xi64> -> tensor<3x4x8xf32>
  %r = linalg.reduce { arith.addf } ins(%x : tensor<3x4x8xf32>) outs(%z : tensor<3x8xf32>) dimensions = [1]
  return %r, %x : tensor<3x8xf32>, tensor<3x4x8xf32>
}

// A bag skips the padding row, a lookup reads it.
// CHECK-LABEL: func.func @padding
// CHECK: emb.gather
// REMARK: remark: [Missed] LookupNotPooled {{.*}} Function=padding | Reason="the lookup has padding_idx, whose row it reads and a bag does not"
func.func @padding(%w: tensor<9x8xf32>, %i: tensor<3x4xi64>) -> tensor<3x8xf32> {
  %z = arith.constant dense<0.0> : tensor<3x8xf32>
  %x = emb.gather %w[%i] {padding_idx = 0} : tensor<9x8xf32>, tensor<3x4xi64> -> tensor<3x4x8xf32>
  %r = linalg.reduce { arith.addf } ins(%x : tensor<3x4x8xf32>) outs(%z : tensor<3x8xf32>) dimensions = [1]
  return %r : tensor<3x8xf32>
}

// CHECK-LABEL: func.func @begun
// CHECK: emb.gather
// REMARK: remark: [Missed] LookupNotPooled {{.*}} Function=begun | Reason="the sum does not begin with zeros"
func.func @begun(%w: tensor<9x8xf32>, %i: tensor<3x4xi64>, %z: tensor<3x8xf32>) -> tensor<3x8xf32> {
  %x = emb.gather %w[%i] : tensor<9x8xf32>, tensor<3x4xi64> -> tensor<3x4x8xf32>
  %r = linalg.reduce { arith.addf } ins(%x : tensor<3x4x8xf32>) outs(%z : tensor<3x8xf32>) dimensions = [1]
  return %r : tensor<3x8xf32>
}
