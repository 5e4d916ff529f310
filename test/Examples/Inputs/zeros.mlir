// What optimizers keep before the first step.
func.func @zeros() -> (tensor<50x64xf32>, tensor<50xf32>, tensor<2x64xf32>) {
  %table = arith.constant dense<0.0> : tensor<50x64xf32>
  %rows = arith.constant dense<0.0> : tensor<50xf32>
  %weight = arith.constant dense<0.0> : tensor<2x64xf32>
  return %table, %rows, %weight : tensor<50x64xf32>, tensor<50xf32>, tensor<2x64xf32>
}
