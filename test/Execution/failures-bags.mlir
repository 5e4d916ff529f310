// RUN: emb-check %s
// RUN: emb-check %s --strided

// Bags that are refused, named after the constraint of docs/semantics.md that
// they break.

func.func @bag_r1() attributes {check.error = "emb.bag: indices (argument 1): index out of range: position [2] has value 4, expected 0 <= index < 4", check.status = "invalid index"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1, 4]> : tensor<3xi64>
  %o = check.constant dense<[0, 1]> : tensor<2xi64>
  %r = emb.bag sum %t[%i] offsets(%o : tensor<2xi64>) : tensor<4x2xf32>, tensor<3xi64> -> tensor<2x2xf32>
  check.use %r : tensor<2x2xf32>
  return
}

func.func @check_offsets_r1() attributes {check.error = "emb.bag: offsets (argument 2 'offsets'): offsets must begin with 0: position [0] has value 1", check.status = "invalid offsets"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1, 3]> : tensor<3xi64>
  %o = check.constant named "offsets" dense<[1, 2]> : tensor<2xi64>
  %r = emb.bag sum %t[%i] offsets(%o : tensor<2xi64>) : tensor<4x2xf32>, tensor<3xi64> -> tensor<2x2xf32>
  check.use %r : tensor<2x2xf32>
  return
}

func.func @check_offsets_r2() attributes {check.error = "emb.bag: offsets (argument 2): offsets must not decrease: position [2] has value 1 after 2", check.status = "invalid offsets"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1, 3]> : tensor<3xi64>
  %o = check.constant dense<[0, 2, 1]> : tensor<3xi32>
  %r = emb.bag max %t[%i] offsets(%o : tensor<3xi32>) : tensor<4x2xf32>, tensor<3xi64> -> tensor<3x2xf32>
  check.use %r : tensor<3x2xf32>
  return
}

func.func @check_offsets_r3() attributes {check.error = "emb.bag: offsets (argument 2): offset out of range: position [1] has value 4, expected at most 3, the number of indices", check.status = "invalid offsets"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1, 3]> : tensor<3xi64>
  %o = check.constant dense<[0, 4]> : tensor<2xi64>
  %r = emb.bag mean %t[%i] offsets(%o : tensor<2xi64>) : tensor<4x2xf32>, tensor<3xi64> -> tensor<2x2xf32>
  check.use %r : tensor<2x2xf32>
  return
}

// The last offset must end the last bag exactly.
func.func @check_offsets_r4() attributes {check.error = "emb.bag: offsets (argument 2): the last offset must be the number of indices: position [2] has value 2, expected 3", check.status = "invalid offsets"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1, 3]> : tensor<3xi64>
  %o = check.constant dense<[0, 1, 2]> : tensor<3xi64>
  %r = emb.bag sum %t[%i] offsets(%o : tensor<3xi64>) {include_last_offset} : tensor<4x2xf32>, tensor<3xi64> -> tensor<2x2xf32>
  check.use %r : tensor<2x2xf32>
  return
}

func.func @check_offsets_r5_include_last_offset() attributes {check.error = "emb.bag: offsets (argument 2): there are no offsets, expected at least one", check.status = "invalid offsets"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<> : tensor<0xi64>
  %o = check.constant dense<> : tensor<0xi64> as tensor<?xi64>
  %r = emb.bag sum %t[%i] offsets(%o : tensor<?xi64>) {include_last_offset} : tensor<4x2xf32>, tensor<0xi64> -> tensor<?x2xf32>
  check.use %r : tensor<?x2xf32>
  return
}

func.func @check_offsets_r5() attributes {check.error = "emb.bag: offsets (argument 2): there are no offsets for 2 indices", check.status = "invalid offsets"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %o = check.constant dense<> : tensor<0xi64> as tensor<?xi64>
  %r = emb.bag sum %t[%i] offsets(%o : tensor<?xi64>) : tensor<4x2xf32>, tensor<2xi64> -> tensor<?x2xf32>
  check.use %r : tensor<?x2xf32>
  return
}

func.func @bag_r3() attributes {check.error = "emb.bag: weights", check.status = "invalid shape"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[[0, 1]]> : tensor<1x2xi64> as tensor<?x?xi64>
  %w = check.constant dense<1.0> : tensor<1x3xf32> as tensor<?x?xf32>
  %r = emb.bag sum %t[%i] weights(%w : tensor<?x?xf32>) : tensor<4x2xf32>, tensor<?x?xi64> -> tensor<?x2xf32>
  check.use %r : tensor<?x2xf32>
  return
}

func.func @offset2bag_r1() attributes {check.error = "emb.offset2bag: offsets", check.status = "invalid offsets"} {
  %o = check.constant dense<[0, 4]> : tensor<2xi64>
  %n = check.constant 3 : index
  %r = emb.offset2bag %o[%n] : tensor<2xi64>, index -> tensor<?xi32>
  check.use %r : tensor<?xi32>
  return
}

func.func @offset2bag_r2() attributes {check.error = "emb.offset2bag: outs: found 3, expected 4", check.status = "invalid shape"} {
  %o = check.constant dense<[0, 2]> : tensor<2xi64>
  %n = check.constant 4 : index
  %r = emb.offset2bag %o[%n] : tensor<2xi64>, index -> tensor<3xi32>
  check.use %r : tensor<3xi32>
  return
}

func.func @bag_r2() attributes {check.error = "emb.bag: offsets (argument 2): offsets must not decrease: position [2] has value 1 after 2", check.status = "invalid offsets"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1, 3]> : tensor<3xi64>
  %o = check.constant dense<[0, 2, 1]> : tensor<3xi64>
  %r = emb.bag mean %t[%i] offsets(%o : tensor<3xi64>) : tensor<4x2xf32>, tensor<3xi64> -> tensor<3x2xf32>
  check.use %r : tensor<3x2xf32>
  return
}

func.func @bag_r4() attributes {check.error = "emb.bag: outs, dimension 0 (argument 2): found 3, expected 2", check.status = "invalid shape"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[[0, 1], [3, 3]]> : tensor<2x2xi64>
  %o = check.constant dense<0.0> : tensor<3x2xf32> as tensor<?x2xf32>
  %r = emb.bag sum %t[%i] outs(%o : tensor<?x2xf32>) : tensor<4x2xf32>, tensor<2x2xi64> -> tensor<?x2xf32>
  check.use %r : tensor<?x2xf32>
  return
}

func.func @bag_r5() attributes {check.error = "emb.bag: rows of the table, for padding_idx 4 (argument 0): found 4, expected 5", check.status = "invalid shape"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32> as tensor<?x2xf32>
  %i = check.constant dense<[[0, 1]]> : tensor<1x2xi64>
  %r = emb.bag sum %t[%i] {padding_idx = 4} : tensor<?x2xf32>, tensor<1x2xi64> -> tensor<1x2xf32>
  check.use %r : tensor<1x2xf32>
  return
}

func.func @check_offsets_r6() attributes {check.error = "emb.offset2bag: offsets (argument 0): bags over -1 indices, expected at least 0", check.status = "invalid offsets"} {
  %o = check.constant dense<[0]> : tensor<1xi64>
  %n = check.constant -1 : index
  %r = emb.offset2bag %o[%n] : tensor<1xi64>, index -> tensor<?xi32>
  check.use %r : tensor<?xi32>
  return
}
