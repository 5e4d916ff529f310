func.func @mix(%x: f32 {emb.name = "x"}, %n: i32, %flag: i1 {emb.name = "flag"},
               %v: tensor<?x?xf64> {emb.name = "v"}) -> (f32, i32, i1, tensor<?x?xf64>) {
  %y = arith.addf %x, %x : f32
  %m = arith.addi %n, %n : i32
  return %y, %m, %flag, %v : f32, i32, i1, tensor<?x?xf64>
}
