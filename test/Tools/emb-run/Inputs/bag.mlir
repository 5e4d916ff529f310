func.func @bag(%table: tensor<10x4xf32> {emb.name = "table"},
               %ids: tensor<?xi64> {emb.name = "ids"},
               %offsets: tensor<?xi64> {emb.name = "offsets"}) -> tensor<?x4xf32> {
  %r = emb.bag sum %table[%ids] offsets(%offsets : tensor<?xi64>) : tensor<10x4xf32>, tensor<?xi64> -> tensor<?x4xf32>
  return %r : tensor<?x4xf32>
}
