func.func @step(%table: tensor<1000x8xf32>, %ids: tensor<3xi64>, %rows: tensor<3x8xf32>)
    -> tensor<1000x8xf32> {
  %table1 = emb.scatter_add %rows[%ids] into %table
    : tensor<3x8xf32>, tensor<3xi64>, tensor<1000x8xf32>
  return %table1 : tensor<1000x8xf32>
}
func.func @other(%x: f32) -> f32 {
  return %x : f32
}
