// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// Every named elementwise operation, by its region.

emb.gradient @dexp of @test_exp wrt("x") seeded
// CHECK-LABEL: func.func @dexp(
func.func @test_exp(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3]}) -> tensor<?x3xf64> {
  %y = linalg.exp ins(%x : tensor<?x3xf64>) outs(%x : tensor<?x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

emb.gradient @dlog of @test_log wrt("x") seeded
// CHECK-LABEL: func.func @dlog(
func.func @test_log(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3], check.range = [0.5, 2.0]}) -> tensor<?x3xf64> {
  %y = linalg.log ins(%x : tensor<?x3xf64>) outs(%x : tensor<?x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

emb.gradient @dabs of @test_abs wrt("x") seeded
// CHECK-LABEL: func.func @dabs(
func.func @test_abs(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3]}) -> tensor<?x3xf64> {
  %y = linalg.abs ins(%x : tensor<?x3xf64>) outs(%x : tensor<?x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

emb.gradient @dnegf of @test_negf wrt("x") seeded
// CHECK-LABEL: func.func @dnegf(
func.func @test_negf(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3]}) -> tensor<?x3xf64> {
  %y = linalg.negf ins(%x : tensor<?x3xf64>) outs(%x : tensor<?x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

emb.gradient @dreciprocal of @test_reciprocal wrt("x") seeded
// CHECK-LABEL: func.func @dreciprocal(
func.func @test_reciprocal(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3], check.range = [0.5, 2.0]}) -> tensor<?x3xf64> {
  %e = bufferization.alloc_tensor() copy(%x) : tensor<?x3xf64>
  %y = linalg.reciprocal ins(%x : tensor<?x3xf64>) outs(%e : tensor<?x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

emb.gradient @dsqrt of @test_sqrt wrt("x") seeded
// CHECK-LABEL: func.func @dsqrt(
func.func @test_sqrt(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3], check.range = [0.5, 2.0]}) -> tensor<?x3xf64> {
  %y = linalg.sqrt ins(%x : tensor<?x3xf64>) outs(%x : tensor<?x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

emb.gradient @drsqrt of @test_rsqrt wrt("x") seeded
// CHECK-LABEL: func.func @drsqrt(
func.func @test_rsqrt(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3], check.range = [0.5, 2.0]}) -> tensor<?x3xf64> {
  %y = linalg.rsqrt ins(%x : tensor<?x3xf64>) outs(%x : tensor<?x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

emb.gradient @dsquare of @test_square wrt("x") seeded
// CHECK-LABEL: func.func @dsquare(
func.func @test_square(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3]}) -> tensor<?x3xf64> {
  %y = linalg.square ins(%x : tensor<?x3xf64>) outs(%x : tensor<?x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

emb.gradient @dtanh of @test_tanh wrt("x") seeded
// CHECK-LABEL: func.func @dtanh(
func.func @test_tanh(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3]}) -> tensor<?x3xf64> {
  %y = linalg.tanh ins(%x : tensor<?x3xf64>) outs(%x : tensor<?x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

emb.gradient @derf of @test_erf wrt("x") seeded
// CHECK-LABEL: func.func @derf(
func.func @test_erf(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3]}) -> tensor<?x3xf64> {
  %y = linalg.erf ins(%x : tensor<?x3xf64>) outs(%x : tensor<?x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

emb.gradient @dceil of @test_ceil wrt("x") seeded
// CHECK-LABEL: func.func @dceil(
func.func @test_ceil(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3]}) -> tensor<?x3xf64> {
  %y = linalg.ceil ins(%x : tensor<?x3xf64>) outs(%x : tensor<?x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

emb.gradient @dfloor of @test_floor wrt("x") seeded
// CHECK-LABEL: func.func @dfloor(
func.func @test_floor(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3]}) -> tensor<?x3xf64> {
  %y = linalg.floor ins(%x : tensor<?x3xf64>) outs(%x : tensor<?x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

emb.gradient @dround of @test_round wrt("x") seeded
// CHECK-LABEL: func.func @dround(
func.func @test_round(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3]}) -> tensor<?x3xf64> {
  %y = linalg.round ins(%x : tensor<?x3xf64>) outs(%x : tensor<?x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

emb.gradient @dadd of @test_add wrt("a", "b") seeded
// CHECK-LABEL: func.func @dadd(
func.func @test_add(%a: tensor<?x3xf64> {emb.name = "a", check.shape = [2, 3]}, %b: tensor<?x3xf64> {emb.name = "b", check.shape = [2, 3]}) -> tensor<?x3xf64> {
  %y = linalg.add ins(%a, %b : tensor<?x3xf64>, tensor<?x3xf64>) outs(%a : tensor<?x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

emb.gradient @dsub of @test_sub wrt("a", "b") seeded
// CHECK-LABEL: func.func @dsub(
func.func @test_sub(%a: tensor<?x3xf64> {emb.name = "a", check.shape = [2, 3]}, %b: tensor<?x3xf64> {emb.name = "b", check.shape = [2, 3]}) -> tensor<?x3xf64> {
  %y = linalg.sub ins(%a, %b : tensor<?x3xf64>, tensor<?x3xf64>) outs(%a : tensor<?x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

emb.gradient @dmul of @test_mul wrt("a", "b") seeded
// CHECK-LABEL: func.func @dmul(
func.func @test_mul(%a: tensor<?x3xf64> {emb.name = "a", check.shape = [2, 3]}, %b: tensor<?x3xf64> {emb.name = "b", check.shape = [2, 3]}) -> tensor<?x3xf64> {
  %y = linalg.mul ins(%a, %b : tensor<?x3xf64>, tensor<?x3xf64>) outs(%a : tensor<?x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

emb.gradient @ddiv of @test_div wrt("a", "b") seeded
// CHECK-LABEL: func.func @ddiv(
func.func @test_div(%a: tensor<?x3xf64> {emb.name = "a", check.shape = [2, 3], check.range = [0.5, 2.0]}, %b: tensor<?x3xf64> {emb.name = "b", check.shape = [2, 3], check.range = [0.5, 2.0]}) -> tensor<?x3xf64> {
  %y = linalg.div ins(%a, %b : tensor<?x3xf64>, tensor<?x3xf64>) outs(%a : tensor<?x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

emb.gradient @dmax of @test_max wrt("a", "b") seeded
// CHECK-LABEL: func.func @dmax(
func.func @test_max(%a: tensor<?x3xf64> {emb.name = "a", check.shape = [2, 3]}, %b: tensor<?x3xf64> {emb.name = "b", check.shape = [2, 3]}) -> tensor<?x3xf64> {
  %y = linalg.max ins(%a, %b : tensor<?x3xf64>, tensor<?x3xf64>) outs(%a : tensor<?x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

emb.gradient @dmin of @test_min wrt("a", "b") seeded
// CHECK-LABEL: func.func @dmin(
func.func @test_min(%a: tensor<?x3xf64> {emb.name = "a", check.shape = [2, 3]}, %b: tensor<?x3xf64> {emb.name = "b", check.shape = [2, 3]}) -> tensor<?x3xf64> {
  %y = linalg.min ins(%a, %b : tensor<?x3xf64>, tensor<?x3xf64>) outs(%a : tensor<?x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

emb.gradient @dpowf of @test_powf wrt("a", "b") seeded
// CHECK-LABEL: func.func @dpowf(
func.func @test_powf(%a: tensor<?x3xf64> {emb.name = "a", check.shape = [2, 3], check.range = [0.5, 2.0]}, %b: tensor<?x3xf64> {emb.name = "b", check.shape = [2, 3], check.range = [0.5, 2.0]}) -> tensor<?x3xf64> {
  %e = bufferization.alloc_tensor() copy(%a) : tensor<?x3xf64>
  %y = linalg.powf ins(%a, %b : tensor<?x3xf64>, tensor<?x3xf64>) outs(%e : tensor<?x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

emb.gradient @dselect of @test_select wrt("a", "b") seeded
// CHECK-LABEL: func.func @dselect(
func.func @test_select(%c: tensor<2x3xi64>, %a: tensor<2x3xf64> {emb.name = "a"}, %b: tensor<2x3xf64> {emb.name = "b"}) -> tensor<2x3xf64> {
  %zero = arith.constant dense<2> : tensor<2x3xi64>
  %p = arith.cmpi slt, %c, %zero : tensor<2x3xi64>
  %y = linalg.select ins(%p, %a, %b : tensor<2x3xi1>, tensor<2x3xf64>, tensor<2x3xf64>) outs(%a : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// With maps of its own.

emb.gradient @delementwise of @test_elementwise wrt("a", "b") seeded
// CHECK-LABEL: func.func @delementwise(
func.func @test_elementwise(%a: tensor<3x2xf64> {emb.name = "a"}, %b: tensor<3xf64> {emb.name = "b"}) -> tensor<2x3xf64> {
  %e = tensor.empty() : tensor<2x3xf64>
  %y = linalg.elementwise kind = #linalg.elementwise_kind<mul>
      indexing_maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>]
      ins(%a, %b : tensor<3x2xf64>, tensor<3xf64>) outs(%e : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}
