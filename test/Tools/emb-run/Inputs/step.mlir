// Bags of a table of 500 rows, and SGD on what they have read.
func.func @step(%table: tensor<500x16xf32> {emb.name = "table"},
                %ids: tensor<?xi64> {emb.name = "ids"},
                %offsets: tensor<?xi64> {emb.name = "offsets"},
                %lr: f64 {emb.name = "lr"}) -> tensor<500x16xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %ids, %c0 : tensor<?xi64>
  %bags = emb.bag sum %table[%ids] offsets(%offsets : tensor<?xi64>)
    : tensor<500x16xf32>, tensor<?xi64> -> tensor<?x16xf32>
  %map = emb.offset2bag %offsets[%n] : tensor<?xi64>, index -> tensor<?xi32>
  %new = emb.update touched(%table : tensor<500x16xf32>)
      sources[%ids : tensor<?xi64> -> %bags : tensor<?x16xf32> map %map : tensor<?xi32>]
      scalars(%lr : f64) {
  ^bb0(%x: f32, %g: f32, %rate: f32):
    %d = arith.mulf %rate, %g : f32
    %x1 = arith.subf %x, %d : f32
    emb.yield %x1 : f32
  }
  return %new : tensor<500x16xf32>
}
