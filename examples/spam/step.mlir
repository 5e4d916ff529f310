// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One training step of a classifier for mails: a batch of B mails with n words
// in all goes in, the weights change, the mean loss comes out.
//
// Forward, with E the table, W and c the linear layer:
//
//   v[b]  = mean over the words k of mail b of E[ids[k]]               B x 64
//   z[b]  = W v[b] + c                                                 B x 2
//   loss  = mean over b of (log(sum over j of exp z[b, j]) - z[b, labels[b]])
//
// Backward, dx being the gradient of the loss by x:
//
//   dz[b, j] = (softmax(z[b])[j] - [j = labels[b]]) / B
//   dW = dz^T v        dc = sum over b of dz[b]        dv = dz W
//   dE[r] = sum over the words k with ids[k] = r of dv[mail of k] / its length
//
// Update, for each weight x with gradient g and the running means m of g and
// s of g^2 (Adam, by Kingma and Ba, 2014; t = 1, 2, ... counts the steps):
//
//   m += (1 - 0.9) (g - m)
//   s += (1 - 0.999) (g^2 - s)
//   x -= lr sqrt(1 - 0.999^t) / (1 - 0.9^t) * m / (sqrt(s) + 1e-8)
//
// Rows of words that are not in the batch stay as they are, and so do their
// running means (torch.optim.SparseAdam).

// The operands of a matrix product C[i, j] = sum over k of A[i, k] B[k, j] as
// they lie in memory; a transposed one has its indices exchanged.
#a  = affine_map<(i, j, k) -> (i, k)>
#at = affine_map<(i, j, k) -> (k, i)>
#b  = affine_map<(i, j, k) -> (k, j)>
#bt = affine_map<(i, j, k) -> (j, k)>
#c  = affine_map<(i, j, k) -> (i, j)>

// A mail is a row, a class (or a column) is a place in it.
#matrix = affine_map<(i, j) -> (i, j)>
#row    = affine_map<(i, j) -> (i)>
#vector = affine_map<(i) -> (i)>
#scalar = affine_map<(i) -> ()>

// The names are those of PyTorch's parameters.
func.func @step(
    %E: tensor<?x64xf32> {emb.name = "embedding.weight"},
    %E_m: tensor<?x64xf32> {emb.name = "embedding.weight.exp_avg"},
    %E_s: tensor<?x64xf32> {emb.name = "embedding.weight.exp_avg_sq"},
    %W: tensor<2x64xf32> {emb.name = "linear.weight"},
    %W_m: tensor<2x64xf32> {emb.name = "linear.weight.exp_avg"},
    %W_s: tensor<2x64xf32> {emb.name = "linear.weight.exp_avg_sq"},
    %c: tensor<2xf32> {emb.name = "linear.bias"},
    %c_m: tensor<2xf32> {emb.name = "linear.bias.exp_avg"},
    %c_s: tensor<2xf32> {emb.name = "linear.bias.exp_avg_sq"},
    %ids: tensor<?xi32> {emb.name = "ids"},
    %offsets: tensor<?xi32> {emb.name = "offsets"},
    %labels: tensor<?xi32> {emb.name = "labels"},
    %lr: f64 {emb.name = "lr"},
    %t: i64 {emb.name = "t"})
    -> (tensor<?x64xf32>, tensor<?x64xf32>, tensor<?x64xf32>,
        tensor<2x64xf32>, tensor<2x64xf32>, tensor<2x64xf32>,
        tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, f32) {
  %v = emb.bag mean %E[%ids] offsets(%offsets : tensor<?xi32>)
    {include_last_offset}
    : tensor<?x64xf32>, tensor<?xi32> -> tensor<?x64xf32>
  %z = call @linear(%v, %W, %c)
    : (tensor<?x64xf32>, tensor<2x64xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  %loss, %dz = call @cross_entropy(%z, %labels)
    : (tensor<?x2xf32>, tensor<?xi32>) -> (f32, tensor<?x2xf32>)

  %dW, %dc, %dv = call @linear_backward(%dz, %v, %W)
    : (tensor<?x2xf32>, tensor<?x64xf32>, tensor<2x64xf32>)
    -> (tensor<2x64xf32>, tensor<2xf32>, tensor<?x64xf32>)
  %du = call @divide_by_length(%dv, %offsets)
    : (tensor<?x64xf32>, tensor<?xi32>) -> tensor<?x64xf32>

  // Word k of the batch adds row mails[k] of du to the gradient of row ids[k].
  %c0 = arith.constant 0 : index
  %n = tensor.dim %ids, %c0 : tensor<?xi32>
  %mails = emb.offset2bag %offsets[%n] {include_last_offset}
    : tensor<?xi32>, index -> tensor<?xi32>

  %rate = call @corrected_rate(%lr, %t) : (f64, i64) -> f64
  %E1, %E_m1, %E_s1 = emb.update touched(
      %E, %E_m, %E_s : tensor<?x64xf32>, tensor<?x64xf32>, tensor<?x64xf32>)
      sources[%ids : tensor<?xi32> -> %du : tensor<?x64xf32>
              map %mails : tensor<?xi32>]
      scalars(%rate : f64) {
  ^bb0(%x: f32, %m: f32, %s: f32, %g: f32, %r: f32):
    %gain1 = arith.constant 0.1 : f32
    %gain2 = arith.constant 0.001 : f32
    %eps = arith.constant 1.0e-8 : f32
    %to_g = arith.subf %g, %m : f32
    %add_m = arith.mulf %gain1, %to_g : f32
    %m1 = arith.addf %m, %add_m : f32
    %g2 = arith.mulf %g, %g : f32
    %to_g2 = arith.subf %g2, %s : f32
    %add_s = arith.mulf %gain2, %to_g2 : f32
    %s1 = arith.addf %s, %add_s : f32
    %root = math.sqrt %s1 : f32
    %den = arith.addf %root, %eps : f32
    %quot = arith.divf %m1, %den : f32
    %move = arith.mulf %r, %quot : f32
    %x1 = arith.subf %x, %move : f32
    emb.yield %x1, %m1, %s1 : f32, f32, f32
  }

  %r32 = arith.truncf %rate : f64 to f32
  %W1, %W_m1, %W_s1 = linalg.generic {
      indexing_maps = [#matrix, #matrix, #matrix, #matrix],
      iterator_types = ["parallel", "parallel"]}
      ins(%dW : tensor<2x64xf32>)
      outs(%W, %W_m, %W_s
           : tensor<2x64xf32>, tensor<2x64xf32>, tensor<2x64xf32>) {
  ^bb0(%g: f32, %x: f32, %m: f32, %s: f32):
    %x1, %m1, %s1 = func.call @adam(%x, %m, %s, %g, %r32)
      : (f32, f32, f32, f32, f32) -> (f32, f32, f32)
    linalg.yield %x1, %m1, %s1 : f32, f32, f32
  } -> (tensor<2x64xf32>, tensor<2x64xf32>, tensor<2x64xf32>)
  %c1, %c_m1, %c_s1 = linalg.generic {
      indexing_maps = [#vector, #vector, #vector, #vector],
      iterator_types = ["parallel"]}
      ins(%dc : tensor<2xf32>)
      outs(%c, %c_m, %c_s : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
  ^bb0(%g: f32, %x: f32, %m: f32, %s: f32):
    %x1, %m1, %s1 = func.call @adam(%x, %m, %s, %g, %r32)
      : (f32, f32, f32, f32, f32) -> (f32, f32, f32)
    linalg.yield %x1, %m1, %s1 : f32, f32, f32
  } -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>)

  return %E1, %E_m1, %E_s1, %W1, %W_m1, %W_s1, %c1, %c_m1, %c_s1, %loss
    : tensor<?x64xf32>, tensor<?x64xf32>, tensor<?x64xf32>,
      tensor<2x64xf32>, tensor<2x64xf32>, tensor<2x64xf32>,
      tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, f32
}

//===----------------------------------------------------------------------===//
// Forward
//===----------------------------------------------------------------------===//

// z = v W^T + c
func.func private @linear(%v: tensor<?x64xf32>, %W: tensor<2x64xf32>,
                          %c: tensor<2xf32>) -> tensor<?x2xf32> {
  %c0 = arith.constant 0 : index
  %B = tensor.dim %v, %c0 : tensor<?x64xf32>
  %empty = tensor.empty(%B) : tensor<?x2xf32>
  %bias = linalg.broadcast ins(%c : tensor<2xf32>)
    outs(%empty : tensor<?x2xf32>) dimensions = [0]
  %z = linalg.matmul indexing_maps = [#a, #bt, #c]
    ins(%v, %W : tensor<?x64xf32>, tensor<2x64xf32>)
    outs(%bias : tensor<?x2xf32>) -> tensor<?x2xf32>
  return %z : tensor<?x2xf32>
}

// The mean loss and dz. The largest z of a mail is subtracted before exp, so
// that nothing overflows: with h = z - max z,
//   loss[b] = log(sum over j of exp h[b, j]) - h[b, labels[b]]
func.func private @cross_entropy(%z: tensor<?x2xf32>, %labels: tensor<?xi32>)
    -> (f32, tensor<?x2xf32>) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %lowest = arith.constant 0xFF800000 : f32
  %c0 = arith.constant 0 : index
  %classes = arith.constant 2 : index
  %B = tensor.dim %z, %c0 : tensor<?x2xf32>
  %y = emb.check_indices %labels, %classes label "labels" : tensor<?xi32>

  %per_mail = tensor.empty(%B) : tensor<?xf32>
  %lowests = linalg.fill ins(%lowest : f32) outs(%per_mail : tensor<?xf32>)
    -> tensor<?xf32>
  %max = linalg.reduce {arith.maximumf} ins(%z : tensor<?x2xf32>)
    outs(%lowests : tensor<?xf32>) dimensions = [1]
  %per_class = tensor.empty(%B) : tensor<?x2xf32>
  %h = linalg.generic {
      indexing_maps = [#matrix, #row, #matrix],
      iterator_types = ["parallel", "parallel"]}
      ins(%z, %max : tensor<?x2xf32>, tensor<?xf32>)
      outs(%per_class : tensor<?x2xf32>) {
  ^bb0(%zj: f32, %top: f32, %out: f32):
    %hj = arith.subf %zj, %top : f32
    linalg.yield %hj : f32
  } -> tensor<?x2xf32>
  %e = linalg.exp ins(%h : tensor<?x2xf32>) outs(%per_class : tensor<?x2xf32>)
    -> tensor<?x2xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%per_mail : tensor<?xf32>)
    -> tensor<?xf32>
  %sum = linalg.reduce {arith.addf} ins(%e : tensor<?x2xf32>)
    outs(%zeros : tensor<?xf32>) dimensions = [1]

  %B64 = arith.index_cast %B : index to i64
  %size = arith.sitofp %B64 : i64 to f32
  %dz = linalg.generic {
      indexing_maps = [#matrix, #row, #row, #matrix],
      iterator_types = ["parallel", "parallel"]}
      ins(%e, %sum, %y : tensor<?x2xf32>, tensor<?xf32>, tensor<?xi32>)
      outs(%per_class : tensor<?x2xf32>) {
  ^bb0(%ej: f32, %total: f32, %label: i32, %out: f32):
    %j = linalg.index 1 : index
    %class = arith.index_cast %j : index to i32
    %right = arith.cmpi eq, %class, %label : i32
    %target = arith.select %right, %one, %zero : f32
    %p = arith.divf %ej, %total : f32
    %error = arith.subf %p, %target : f32
    %share = arith.divf %error, %size : f32
    linalg.yield %share : f32
  } -> tensor<?x2xf32>

  %empty = tensor.empty() : tensor<f32>
  %nothing = linalg.fill ins(%zero : f32) outs(%empty : tensor<f32>)
    -> tensor<f32>
  %losses = linalg.generic {
      indexing_maps = [#vector, #vector, #scalar],
      iterator_types = ["reduction"]}
      ins(%sum, %y : tensor<?xf32>, tensor<?xi32>)
      outs(%nothing : tensor<f32>) {
  ^bb0(%total: f32, %label: i32, %acc: f32):
    %b = linalg.index 0 : index
    %class = arith.index_cast %label : i32 to index
    %hy = tensor.extract %h[%b, %class] : tensor<?x2xf32>
    %log = math.log %total : f32
    %loss = arith.subf %log, %hy : f32
    %acc1 = arith.addf %acc, %loss : f32
    linalg.yield %acc1 : f32
  } -> tensor<f32>
  %all = tensor.extract %losses[] : tensor<f32>
  %mean = arith.divf %all, %size : f32
  return %mean, %dz : f32, tensor<?x2xf32>
}

//===----------------------------------------------------------------------===//
// Backward
//===----------------------------------------------------------------------===//

// dW = dz^T v, dc = sum over b of dz[b], dv = dz W
func.func private @linear_backward(%dz: tensor<?x2xf32>, %v: tensor<?x64xf32>,
                                   %W: tensor<2x64xf32>)
    -> (tensor<2x64xf32>, tensor<2xf32>, tensor<?x64xf32>) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %B = tensor.dim %dz, %c0 : tensor<?x2xf32>

  %matrix = tensor.empty() : tensor<2x64xf32>
  %no_dW = linalg.fill ins(%zero : f32) outs(%matrix : tensor<2x64xf32>)
    -> tensor<2x64xf32>
  %dW = linalg.matmul indexing_maps = [#at, #b, #c]
    ins(%dz, %v : tensor<?x2xf32>, tensor<?x64xf32>)
    outs(%no_dW : tensor<2x64xf32>) -> tensor<2x64xf32>

  %vector = tensor.empty() : tensor<2xf32>
  %no_dc = linalg.fill ins(%zero : f32) outs(%vector : tensor<2xf32>)
    -> tensor<2xf32>
  %dc = linalg.reduce {arith.addf} ins(%dz : tensor<?x2xf32>)
    outs(%no_dc : tensor<2xf32>) dimensions = [0]

  %rows = tensor.empty(%B) : tensor<?x64xf32>
  %no_dv = linalg.fill ins(%zero : f32) outs(%rows : tensor<?x64xf32>)
    -> tensor<?x64xf32>
  %dv = linalg.matmul ins(%dz, %W : tensor<?x2xf32>, tensor<2x64xf32>)
    outs(%no_dv : tensor<?x64xf32>) -> tensor<?x64xf32>
  return %dW, %dc, %dv : tensor<2x64xf32>, tensor<2xf32>, tensor<?x64xf32>
}

// du[b] = dv[b] / (offsets[b + 1] - offsets[b]). A mail without words divides
// by 1; no word reads its row.
func.func private @divide_by_length(%dv: tensor<?x64xf32>,
                                    %offsets: tensor<?xi32>)
    -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1 : i32
  %B = tensor.dim %dv, %c0 : tensor<?x64xf32>
  %begins = tensor.extract_slice %offsets[0] [%B] [1]
    : tensor<?xi32> to tensor<?xi32>
  %ends = tensor.extract_slice %offsets[1] [%B] [1]
    : tensor<?xi32> to tensor<?xi32>
  %empty = tensor.empty(%B) : tensor<?x64xf32>
  %du = linalg.generic {
      indexing_maps = [#matrix, #row, #row, #matrix],
      iterator_types = ["parallel", "parallel"]}
      ins(%dv, %begins, %ends
          : tensor<?x64xf32>, tensor<?xi32>, tensor<?xi32>)
      outs(%empty : tensor<?x64xf32>) {
  ^bb0(%g: f32, %begin: i32, %end: i32, %out: f32):
    %words = arith.subi %end, %begin : i32
    %divisor = arith.maxsi %words, %one : i32
    %length = arith.sitofp %divisor : i32 to f32
    %share = arith.divf %g, %length : f32
    linalg.yield %share : f32
  } -> tensor<?x64xf32>
  return %du : tensor<?x64xf32>
}

//===----------------------------------------------------------------------===//
// Update
//===----------------------------------------------------------------------===//

// lr sqrt(1 - 0.999^t) / (1 - 0.9^t): in f64, since in f32 the first steps
// would lose digits to the subtraction.
func.func private @corrected_rate(%lr: f64, %t: i64) -> f64 {
  %one = arith.constant 1.0 : f64
  %beta1 = arith.constant 0.9 : f64
  %beta2 = arith.constant 0.999 : f64
  %steps = arith.sitofp %t : i64 to f64
  %power1 = math.powf %beta1, %steps : f64
  %power2 = math.powf %beta2, %steps : f64
  %rest1 = arith.subf %one, %power1 : f64
  %rest2 = arith.subf %one, %power2 : f64
  %root = math.sqrt %rest2 : f64
  %factor = arith.divf %root, %rest1 : f64
  %rate = arith.mulf %lr, %factor : f64
  return %rate : f64
}

// The rule of Adam for one weight; the update of the table has it, too.
func.func private @adam(%x: f32, %m: f32, %s: f32, %g: f32, %rate: f32)
    -> (f32, f32, f32) {
  %gain1 = arith.constant 0.1 : f32
  %gain2 = arith.constant 0.001 : f32
  %eps = arith.constant 1.0e-8 : f32
  %to_g = arith.subf %g, %m : f32
  %add_m = arith.mulf %gain1, %to_g : f32
  %m1 = arith.addf %m, %add_m : f32
  %g2 = arith.mulf %g, %g : f32
  %to_g2 = arith.subf %g2, %s : f32
  %add_s = arith.mulf %gain2, %to_g2 : f32
  %s1 = arith.addf %s, %add_s : f32
  %root = math.sqrt %s1 : f32
  %den = arith.addf %root, %eps : f32
  %quot = arith.divf %m1, %den : f32
  %move = arith.mulf %rate, %quot : f32
  %x1 = arith.subf %x, %move : f32
  return %x1, %m1, %s1 : f32, f32, f32
}
