func.func @lookup(%table: tensor<40x64xf32>, %ids: tensor<?xi64>) -> tensor<?x64xf32> {
  %r = emb.gather %table[%ids] : tensor<40x64xf32>, tensor<?xi64> -> tensor<?x64xf32>
  return %r : tensor<?x64xf32>
}
