// RUN: rm -rf %t && emb-run %s --cache-dir=%t --arg table=random:10x48xf32:1 --arg ids=[[1,2],[3,4]]
// RUN: %python %S/Inputs/take-object.py %t > %t.a
// RUN: llvm-objdump -d %t.a | FileCheck %s

// A row has three lines, and the code asks for each in two places, the loops of bags
// that look ahead within the list and of the last ones; before them the four lines
// of a block of indices: what runs on one thread is what runs on several, and no
// loop was unrolled.

// CHECK-COUNT-10: {{prefetch|prfm}}
// CHECK-NOT:     {{prefetch|prfm}}
func.func @bag(%table: tensor<?x48xf32> {emb.name = "table"},
               %ids: tensor<?x?xi64> {emb.name = "ids"}) -> tensor<?x48xf32> {
  %r = emb.bag sum %table[%ids] : tensor<?x48xf32>, tensor<?x?xi64> -> tensor<?x48xf32>
  return %r : tensor<?x48xf32>
}
