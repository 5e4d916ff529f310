// RUN: emb-gradcheck %s

// The rules make operations that have rules.

emb.gradient @dslices of @slices wrt("x")
emb.gradient @ddslices of @dslices wrt("x") seeded
func.func @slices(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [4, 3]},
                  %v: f64 {emb.name = "v"}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c7 = arith.constant 7 : index
  %a = tensor.extract_slice %x[0, 0] [2, 3] [1, 1]
      : tensor<?x3xf64> to tensor<2x3xf64>
  %b = tensor.extract_slice %x[1, 0] [2, 3] [1, 1]
      : tensor<?x3xf64> to tensor<2x3xf64>
  %m = arith.mulf %a, %b : tensor<2x3xf64>
  %p = tensor.pad %m low[1, 0] high[0, 2] {
  ^bb0(%i: index, %j: index):
    tensor.yield %v : f64
  } : tensor<2x3xf64> to tensor<3x5xf64>
  %q = tensor.insert_slice %b into %p[1, 1] [2, 3] [1, 1]
      : tensor<2x3xf64> into tensor<3x5xf64>
  %s = tensor.concat dim(0) %q, %p
      : (tensor<3x5xf64>, tensor<3x5xf64>) -> tensor<6x5xf64>
  %t = arith.mulf %s, %s : tensor<6x5xf64>
  %u = tensor.collapse_shape %t [[0, 1]] : tensor<6x5xf64> into tensor<30xf64>
  %e = tensor.extract %u[%c7] : tensor<30xf64>
  %w = tensor.extract_slice %u[7] [9] [2] : tensor<30xf64> to tensor<9xf64>
  %y = tensor.expand_shape %w [[0, 1]] output_shape [3, 3]
      : tensor<9xf64> into tensor<3x3xf64>
  %z = tensor.splat %e : tensor<3x3xf64>
  %k = arith.mulf %y, %z : tensor<3x3xf64>
  %k0 = tensor.extract %k[%c0, %c2] : tensor<3x3xf64>
  %k1 = tensor.extract %k[%c1, %c0] : tensor<3x3xf64>
  %k2 = tensor.extract %y[%c2, %c1] : tensor<3x3xf64>
  %l = tensor.from_elements %k0, %k1, %k2 : tensor<3xf64>
  %l2 = arith.mulf %l, %l : tensor<3xf64>
  %l3 = tensor.insert %k1 into %l2[%c0] : tensor<3xf64>
  %n = arith.mulf %l3, %l : tensor<3xf64>
  %n0 = tensor.extract %n[%c0] : tensor<3xf64>
  %n1 = tensor.extract %n[%c2] : tensor<3xf64>
  %r = arith.addf %n0, %n1 : f64
  return %r : f64
}
