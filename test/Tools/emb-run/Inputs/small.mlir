// A lookup in a table of ten rows.
func.func @lookup(%table: tensor<10x2xf32> {emb.name = "table"},
                  %ids: tensor<?xi64> {emb.name = "ids"}) -> tensor<?x2xf32> {
  %r = emb.gather %table[%ids] : tensor<10x2xf32>, tensor<?xi64> -> tensor<?x2xf32>
  return %r : tensor<?x2xf32>
}
