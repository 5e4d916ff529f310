// Two entries: a lookup, and an update of the table.
func.func @lookup(%table: tensor<1000x4xf32> {emb.name = "table"},
                  %ids: tensor<?xi64> {emb.name = "ids"}) -> tensor<?x4xf32> {
  %r = emb.gather %table[%ids] : tensor<1000x4xf32>, tensor<?xi64> -> tensor<?x4xf32>
  return %r : tensor<?x4xf32>
}

func.func @add(%table: tensor<1000x4xf32> {emb.name = "table"},
               %ids: tensor<?xi64> {emb.name = "ids"},
               %rows: tensor<?x4xf32>) -> tensor<1000x4xf32> {
  %r = emb.scatter_add %rows[%ids] into %table : tensor<?x4xf32>, tensor<?xi64>, tensor<1000x4xf32>
  return %r : tensor<1000x4xf32>
}
