// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The class of each mail of a batch, as in step.mlir:
//
//   v[b] = mean over the words k of mail b of E[ids[k]]                B x 64
//   z[b] = W v[b] + c                                                  B x 2
//   class[b] = the j with the largest z[b, j], the first one of equals
//
// Nothing is written, so any number of threads may ask at once.

#a  = affine_map<(i, j, k) -> (i, k)>
#bt = affine_map<(i, j, k) -> (j, k)>
#c  = affine_map<(i, j, k) -> (i, j)>
#matrix = affine_map<(i, j) -> (i, j)>
#row    = affine_map<(i, j) -> (i)>

func.func @predict(
    %E: tensor<?x64xf32> {emb.name = "embedding.weight"},
    %W: tensor<2x64xf32> {emb.name = "linear.weight"},
    %c: tensor<2xf32> {emb.name = "linear.bias"},
    %ids: tensor<?xi32> {emb.name = "ids"},
    %offsets: tensor<?xi32> {emb.name = "offsets"}) -> tensor<?xi32> {
  %v = emb.bag mean %E[%ids] offsets(%offsets : tensor<?xi32>)
    {include_last_offset}
    : tensor<?x64xf32>, tensor<?xi32> -> tensor<?x64xf32>

  %c0 = arith.constant 0 : index
  %B = tensor.dim %v, %c0 : tensor<?x64xf32>
  %per_class = tensor.empty(%B) : tensor<?x2xf32>
  %bias = linalg.broadcast ins(%c : tensor<2xf32>)
    outs(%per_class : tensor<?x2xf32>) dimensions = [0]
  %z = linalg.matmul indexing_maps = [#a, #bt, #c]
    ins(%v, %W : tensor<?x64xf32>, tensor<2x64xf32>)
    outs(%bias : tensor<?x2xf32>) -> tensor<?x2xf32>

  %lowest = arith.constant 0xFF800000 : f32
  %first = arith.constant 0 : i32
  %floats = tensor.empty(%B) : tensor<?xf32>
  %integers = tensor.empty(%B) : tensor<?xi32>
  %lowests = linalg.fill ins(%lowest : f32) outs(%floats : tensor<?xf32>)
    -> tensor<?xf32>
  %firsts = linalg.fill ins(%first : i32) outs(%integers : tensor<?xi32>)
    -> tensor<?xi32>
  %max, %class = linalg.generic {
      indexing_maps = [#matrix, #row, #row],
      iterator_types = ["parallel", "reduction"]}
      ins(%z : tensor<?x2xf32>)
      outs(%lowests, %firsts : tensor<?xf32>, tensor<?xi32>) {
  ^bb0(%zj: f32, %top: f32, %at: i32):
    %j = linalg.index 1 : index
    %here = arith.index_cast %j : index to i32
    %larger = arith.cmpf ogt, %zj, %top : f32
    %top1 = arith.select %larger, %zj, %top : f32
    %at1 = arith.select %larger, %here, %at : i32
    linalg.yield %top1, %at1 : f32, i32
  } -> (tensor<?xf32>, tensor<?xi32>)
  return %class : tensor<?xi32>
}
