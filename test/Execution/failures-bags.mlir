// RUN: emb-check %s
// RUN: emb-check %s --strided

// Bags that are refused.

func.func @index() attributes {check.error = "emb.bag: indices (argument 1): index out of range: position [2] has value 4, expected 0 <= index < 4", check.status = "invalid index"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1, 4]> : tensor<3xi64>
  %o = check.constant dense<[0, 1]> : tensor<2xi64>
  %r = emb.bag sum %t[%i] offsets(%o : tensor<2xi64>) : tensor<4x2xf32>, tensor<3xi64> -> tensor<2x2xf32>
  check.use %r : tensor<2x2xf32>
  return
}

func.func @first_offset() attributes {check.error = "emb.bag: offsets (argument 2 'offsets')", check.status = "invalid offsets"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1, 3]> : tensor<3xi64>
  %o = check.constant named "offsets" dense<[1, 2]> : tensor<2xi64>
  %r = emb.bag sum %t[%i] offsets(%o : tensor<2xi64>) : tensor<4x2xf32>, tensor<3xi64> -> tensor<2x2xf32>
  check.use %r : tensor<2x2xf32>
  return
}

func.func @decreasing() attributes {check.error = "emb.bag: offsets", check.status = "invalid offsets"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1, 3]> : tensor<3xi64>
  %o = check.constant dense<[0, 2, 1]> : tensor<3xi32>
  %r = emb.bag max %t[%i] offsets(%o : tensor<3xi32>) : tensor<4x2xf32>, tensor<3xi64> -> tensor<3x2xf32>
  check.use %r : tensor<3x2xf32>
  return
}

func.func @beyond_the_indices() attributes {check.error = "emb.bag: offsets", check.status = "invalid offsets"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1, 3]> : tensor<3xi64>
  %o = check.constant dense<[0, 4]> : tensor<2xi64>
  %r = emb.bag mean %t[%i] offsets(%o : tensor<2xi64>) : tensor<4x2xf32>, tensor<3xi64> -> tensor<2x2xf32>
  check.use %r : tensor<2x2xf32>
  return
}

// The last offset must end the last bag exactly.
func.func @last_offset_short() attributes {check.error = "emb.bag: offsets", check.status = "invalid offsets"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1, 3]> : tensor<3xi64>
  %o = check.constant dense<[0, 1, 2]> : tensor<3xi64>
  %r = emb.bag sum %t[%i] offsets(%o : tensor<3xi64>) {include_last_offset} : tensor<4x2xf32>, tensor<3xi64> -> tensor<2x2xf32>
  check.use %r : tensor<2x2xf32>
  return
}

func.func @no_last_offset() attributes {check.error = "emb.bag: offsets", check.status = "invalid offsets"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<> : tensor<0xi64>
  %o = check.constant dense<> : tensor<0xi64> as tensor<?xi64>
  %r = emb.bag sum %t[%i] offsets(%o : tensor<?xi64>) {include_last_offset} : tensor<4x2xf32>, tensor<0xi64> -> tensor<?x2xf32>
  check.use %r : tensor<?x2xf32>
  return
}

func.func @no_offsets() attributes {check.error = "emb.bag: offsets", check.status = "invalid offsets"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %o = check.constant dense<> : tensor<0xi64> as tensor<?xi64>
  %r = emb.bag sum %t[%i] offsets(%o : tensor<?xi64>) : tensor<4x2xf32>, tensor<2xi64> -> tensor<?x2xf32>
  check.use %r : tensor<?x2xf32>
  return
}

func.func @weights() attributes {check.error = "emb.bag: weights", check.status = "invalid shape"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[[0, 1]]> : tensor<1x2xi64> as tensor<?x?xi64>
  %w = check.constant dense<1.0> : tensor<1x3xf32> as tensor<?x?xf32>
  %r = emb.bag sum %t[%i] weights(%w : tensor<?x?xf32>) : tensor<4x2xf32>, tensor<?x?xi64> -> tensor<?x2xf32>
  check.use %r : tensor<?x2xf32>
  return
}

func.func @offset2bag() attributes {check.error = "emb.offset2bag: offsets", check.status = "invalid offsets"} {
  %o = check.constant dense<[0, 4]> : tensor<2xi64>
  %n = check.constant 3 : index
  %r = emb.offset2bag %o[%n] : tensor<2xi64>, index -> tensor<?xi32>
  check.use %r : tensor<?xi32>
  return
}
