// RUN: emb-check %s
// RUN: emb-check %s --strided

// z = W_ih x + b_ih + W_hh h + b_hh, in rows i, f, g, o of one unit:
//   c' = sigmoid(f) c + sigmoid(i) tanh(g), h' = sigmoid(o) tanh(c')

func.func private @batch_first(tensor<2x2x1xf32>, tensor<4x1xf32>, tensor<4x1xf32>, tensor<4xf32>, tensor<4xf32>)
    -> (tensor<2x2x1xf32>, tensor<2x1xf32>, tensor<2x1xf32>)
    attributes {emb.layer = #emb.lstm<batch_first = true>}
func.func private @time_first(tensor<?x?x1xf64>, tensor<4x1xf64>, tensor<4x1xf64>, tensor<4xf64>, tensor<4xf64>, tensor<?x1xf64>, tensor<?x1xf64>)
    -> (tensor<?x?x1xf64>, tensor<?x1xf64>, tensor<?x1xf64>)
    attributes {emb.layer = #emb.lstm}
func.func private @any(tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?x?xf32>, tensor<?x?xf32>)
    -> (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>)
    attributes {emb.layer = #emb.lstm<batch_first = true>}
func.func private @bf16(tensor<1x1x1xbf16>, tensor<4x1xbf16>, tensor<4x1xbf16>, tensor<4xbf16>, tensor<4xbf16>, tensor<1x1xbf16>, tensor<1x1xbf16>)
    -> (tensor<1x1x1xbf16>, tensor<1x1xbf16>, tensor<1x1xbf16>)
    attributes {emb.layer = #emb.lstm}

// Gate i is open, f is shut, o is a half: c = tanh(x + h), h = tanh(c) / 2, from
// zeros. The sequences are (1, 2) and (-1, 1/2).
func.func @cell_and_gates() {
  %x = check.constant dense<[[[1.0], [2.0]], [[-1.0], [0.5]]]> : tensor<2x2x1xf32>
  %wi = check.constant dense<[[0.0], [0.0], [1.0], [0.0]]> : tensor<4x1xf32>
  %wh = check.constant dense<[[0.0], [0.0], [1.0], [0.0]]> : tensor<4x1xf32>
  %bi = check.constant dense<[100.0, 0.0, 0.0, 0.0]> : tensor<4xf32>
  %bh = check.constant dense<[0.0, -100.0, 0.0, 0.0]> : tensor<4xf32>
  %y, %h, %c = call @batch_first(%x, %wi, %wh, %bi, %bh)
    : (tensor<2x2x1xf32>, tensor<4x1xf32>, tensor<4x1xf32>, tensor<4xf32>, tensor<4xf32>)
    -> (tensor<2x2x1xf32>, tensor<2x1xf32>, tensor<2x1xf32>)
  check.expect_close %y, dense<[[[0.32100750], [0.37672924]], [[-0.32100750], [0.087638191]]]> : tensor<2x2x1xf32> rtol 2.0e-6 atol 0.0
  check.expect_close %h, dense<[[0.37672924], [0.087638191]]> : tensor<2x1xf32> rtol 2.0e-6 atol 0.0
  check.expect_close %c, dense<[[0.98090750], [0.17710515]]> : tensor<2x1xf32> rtol 2.0e-6 atol 0.0
  return
}

// Every weight counts. From h = 1/2 and c = 2, x = 1 makes i, f, g, o sigmoid(5/4),
// sigmoid(-1/4), tanh(2), sigmoid(1): c = 1.6249855, h = 0.67648077. Then x = -1.
func.func @all_weights() {
  %x = check.constant dense<[[[1.0]], [[-1.0]]]> : tensor<2x1x1xf64> as tensor<?x?x1xf64>
  %wi = check.constant dense<[[1.0], [-1.0], [2.0], [0.5]]> : tensor<4x1xf64>
  %wh = check.constant dense<[[0.5], [1.0], [-1.0], [2.0]]> : tensor<4x1xf64>
  %bi = check.constant dense<[0.0, 0.5, 0.25, -0.25]> : tensor<4xf64>
  %bh = check.constant dense<[0.0, -0.25, 0.25, -0.25]> : tensor<4xf64>
  %h0 = check.constant dense<0.5> : tensor<1x1xf64> as tensor<?x1xf64>
  %c0 = check.constant dense<2.0> : tensor<1x1xf64> as tensor<?x1xf64>
  %y, %h, %c = call @time_first(%x, %wi, %wh, %bi, %bh, %h0, %c0)
    : (tensor<?x?x1xf64>, tensor<4x1xf64>, tensor<4x1xf64>, tensor<4xf64>, tensor<4xf64>, tensor<?x1xf64>, tensor<?x1xf64>)
    -> (tensor<?x?x1xf64>, tensor<?x1xf64>, tensor<?x1xf64>)
  check.expect_close %y, dense<[[[0.676480772813262]], [[0.4673229300631101]]]> : tensor<2x1x1xf64> as tensor<?x?x1xf64> rtol 1.0e-14 atol 0.0
  check.expect_close %h, dense<[[0.4673229300631101]]> : tensor<1x1xf64> as tensor<?x1xf64> rtol 1.0e-14 atol 0.0
  check.expect_close %c, dense<[[1.0866876454919367]]> : tensor<1x1xf64> as tensor<?x1xf64> rtol 1.0e-14 atol 0.0
  return
}

// Two units of two inputs, all gates open or shut: g of unit j is tanh of input
// j, so that a row or column out of place would show. c = c0 + tanh(x), and
// h = tanh(c) with the output gate open.
func.func @two_units() {
  %x = check.constant dense<[[[1.0, 2.0]]]> : tensor<1x1x2xf32> as tensor<?x?x?xf32>
  %wi = check.constant dense<[[0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [0.0, 0.0]]> : tensor<8x2xf32> as tensor<?x?xf32>
  %wh = check.constant dense<0.0> : tensor<8x2xf32> as tensor<?x?xf32>
  %bi = check.constant dense<[100.0, 100.0, 100.0, -100.0, 0.0, 0.0, 100.0, 100.0]> : tensor<8xf32> as tensor<?xf32>
  %bh = check.constant dense<0.0> : tensor<8xf32> as tensor<?xf32>
  %h0 = check.constant dense<7.0> : tensor<1x2xf32> as tensor<?x?xf32>
  %c0 = check.constant dense<0.25> : tensor<1x2xf32> as tensor<?x?xf32>
  %y, %h, %c = call @any(%x, %wi, %wh, %bi, %bh, %h0, %c0)
    : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?x?xf32>, tensor<?x?xf32>)
    -> (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>)
  check.expect_close %c, dense<[[1.0115942, 0.96402758]]> : tensor<1x2xf32> as tensor<?x?xf32> rtol 2.0e-6 atol 0.0
  check.expect_close %h, dense<[[0.76642057, 0.74606800]]> : tensor<1x2xf32> as tensor<?x?xf32> rtol 2.0e-6 atol 0.0
  check.expect_close %y, dense<[[[0.76642057, 0.74606800]]]> : tensor<1x1x2xf32> as tensor<?x?x?xf32> rtol 2.0e-6 atol 0.0
  return
}

// exp(1000) is infinite: the gates are 0 or 1 all the same. x = 1000 adds 1 to c;
// x = -1000 forgets it.
func.func @large_gates() {
  %x = check.constant dense<[[[1000.0]], [[1000.0]], [[-1000.0]]]> : tensor<3x1x1xf64> as tensor<?x?x1xf64>
  %wi = check.constant dense<1.0> : tensor<4x1xf64>
  %wh = check.constant dense<0.0> : tensor<4x1xf64>
  %b = check.constant dense<0.0> : tensor<4xf64>
  %s = check.constant dense<1.0> : tensor<1x1xf64> as tensor<?x1xf64>
  %y, %h, %c = call @time_first(%x, %wi, %wh, %b, %b, %s, %s)
    : (tensor<?x?x1xf64>, tensor<4x1xf64>, tensor<4x1xf64>, tensor<4xf64>, tensor<4xf64>, tensor<?x1xf64>, tensor<?x1xf64>)
    -> (tensor<?x?x1xf64>, tensor<?x1xf64>, tensor<?x1xf64>)
  check.expect_close %y, dense<[[[0.9640275800758169]], [[0.9950547536867305]], [[0.0]]]> : tensor<3x1x1xf64> as tensor<?x?x1xf64> rtol 1.0e-15 atol 0.0
  check.expect_eq %c, dense<0.0> : tensor<1x1xf64> as tensor<?x1xf64>
  check.use %h : tensor<?x1xf64>
  return
}

// No step: the state stays, even infinite.
func.func @no_steps() {
  %x = check.constant dense<> : tensor<0x2x1xf64> as tensor<?x?x1xf64>
  %w = check.constant dense<1.0> : tensor<4x1xf64>
  %b = check.constant dense<1.0> : tensor<4xf64>
  %h0 = check.constant dense<[[3.0], [4.0]]> : tensor<2x1xf64> as tensor<?x1xf64>
  %c0 = check.constant dense<[[5.0], [0x7FF0000000000000]]> : tensor<2x1xf64> as tensor<?x1xf64>
  %y, %h, %c = call @time_first(%x, %w, %w, %b, %b, %h0, %c0)
    : (tensor<?x?x1xf64>, tensor<4x1xf64>, tensor<4x1xf64>, tensor<4xf64>, tensor<4xf64>, tensor<?x1xf64>, tensor<?x1xf64>)
    -> (tensor<?x?x1xf64>, tensor<?x1xf64>, tensor<?x1xf64>)
  check.expect_eq %y, dense<> : tensor<0x2x1xf64> as tensor<?x?x1xf64>
  check.expect_eq %h, dense<[[3.0], [4.0]]> : tensor<2x1xf64> as tensor<?x1xf64>
  check.expect_eq %c, dense<[[5.0], [0x7FF0000000000000]]> : tensor<2x1xf64> as tensor<?x1xf64>
  return
}

// 1 + 256 - 255 is 1 in bf16, since 257 is rounded to 256. All gates are open, so
// that c is tanh(2).
func.func @computed_in_f32() {
  %x = check.constant dense<1.0> : tensor<1x1x1xbf16>
  %wi = check.constant dense<[[0.0], [0.0], [256.0], [0.0]]> : tensor<4x1xbf16>
  %wh = check.constant dense<[[0.0], [0.0], [-255.0], [0.0]]> : tensor<4x1xbf16>
  %bi = check.constant dense<[100.0, 100.0, 0.5, 100.0]> : tensor<4xbf16>
  %bh = check.constant dense<[0.0, 0.0, 0.5, 0.0]> : tensor<4xbf16>
  %h0 = check.constant dense<1.0> : tensor<1x1xbf16>
  %c0 = check.constant dense<0.0> : tensor<1x1xbf16>
  %y, %h, %c = call @bf16(%x, %wi, %wh, %bi, %bh, %h0, %c0)
    : (tensor<1x1x1xbf16>, tensor<4x1xbf16>, tensor<4x1xbf16>, tensor<4xbf16>, tensor<4xbf16>, tensor<1x1xbf16>, tensor<1x1xbf16>)
    -> (tensor<1x1x1xbf16>, tensor<1x1xbf16>, tensor<1x1xbf16>)
  check.expect_eq %c, dense<0.9640275> : tensor<1x1xbf16>
  check.use %y : tensor<1x1x1xbf16>
  check.use %h : tensor<1x1xbf16>
  return
}

func.func @wrong_gates() attributes {check.error = "lstm: weight_ih, dimension 0: found 4, expected 8", check.status = "invalid shape"} {
  %x = check.constant dense<1.0> : tensor<1x1x2xf32> as tensor<?x?x?xf32>
  %wi = check.constant dense<1.0> : tensor<4x2xf32> as tensor<?x?xf32>
  %wh = check.constant dense<1.0> : tensor<8x2xf32> as tensor<?x?xf32>
  %b = check.constant dense<1.0> : tensor<8xf32> as tensor<?xf32>
  %s = check.constant dense<1.0> : tensor<1x2xf32> as tensor<?x?xf32>
  %y, %h, %c = call @any(%x, %wi, %wh, %b, %b, %s, %s)
    : (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?x?xf32>, tensor<?x?xf32>)
    -> (tensor<?x?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>)
  check.use %y : tensor<?x?x?xf32>
  check.use %h : tensor<?x?xf32>
  check.use %c : tensor<?x?xf32>
  return
}

func.func @wrong_batch() attributes {check.error = "lstm: c0, dimension 0: found 1, expected 2", check.status = "invalid shape"} {
  %x = check.constant dense<1.0> : tensor<1x2x1xf64> as tensor<?x?x1xf64>
  %w = check.constant dense<1.0> : tensor<4x1xf64>
  %b = check.constant dense<1.0> : tensor<4xf64>
  %h0 = check.constant dense<1.0> : tensor<2x1xf64> as tensor<?x1xf64>
  %c0 = check.constant dense<1.0> : tensor<1x1xf64> as tensor<?x1xf64>
  %y, %h, %c = call @time_first(%x, %w, %w, %b, %b, %h0, %c0)
    : (tensor<?x?x1xf64>, tensor<4x1xf64>, tensor<4x1xf64>, tensor<4xf64>, tensor<4xf64>, tensor<?x1xf64>, tensor<?x1xf64>)
    -> (tensor<?x?x1xf64>, tensor<?x1xf64>, tensor<?x1xf64>)
  check.use %y : tensor<?x?x1xf64>
  check.use %h : tensor<?x1xf64>
  check.use %c : tensor<?x1xf64>
  return
}
