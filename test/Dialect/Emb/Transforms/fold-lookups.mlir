// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-fold-lookups))' --mlir-disable-threading --remarks-filter='emb-fold-lookups' 2> %t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks --implicit-check-not=remark:

// Indices of both lookups are checked.
// CHECK-LABEL: func.func @gather
// CHECK-SAME: %[[W:.*]]: tensor<999x64xf32>, %[[I:.*]]: tensor<20xi64>, %[[J:.*]]: tensor<9x2xi32>
// CHECK: %[[CI:.*]] = emb.check_indices %[[I]], %{{.*}} label "emb.gather: indices (argument 1)"
// CHECK-NOT: emb.gather
// CHECK: %[[CJ:.*]] = emb.check_indices %[[J]], %{{.*}} label "emb.gather: indices (argument 2)"
// CHECK: %[[K:.*]] = linalg.generic {{.*}} ins(%[[CJ]] : tensor<9x2xi32>)
// CHECK: tensor.extract %[[CI]]
// CHECK: %[[R:.*]] = emb.gather %[[W]][%[[K]]] : tensor<999x64xf32>, tensor<9x2xi64> -> tensor<9x2x64xf32>
// CHECK-NEXT: return %[[R]]
// REMARK: remark: [Passed] LookupOfLookup | Category:emb-fold-lookups | Function=gather | columns=64
func.func @gather(%w: tensor<999x64xf32>, %i: tensor<20xi64>, %j: tensor<9x2xi32>) -> tensor<9x2x64xf32> {
  %a = emb.gather %w[%i] : tensor<999x64xf32>, tensor<20xi64> -> tensor<20x64xf32>
  %b = emb.gather %a[%j] : tensor<20x64xf32>, tensor<9x2xi32> -> tensor<9x2x64xf32>
  return %b : tensor<9x2x64xf32>
}

// 2 * 20 * 4 bytes are fewer than 32 * 90.
// CHECK-LABEL: func.func @short_rows
// CHECK-COUNT-2: emb.gather
// REMARK: remark: [Missed] LookupKept | Category:emb-fold-lookups | Function=short_rows | Reason="the rows of the first lookup are 160 bytes there and back, the indices of indices 2880"
func.func @short_rows(%w: tensor<999x1xf32>, %i: tensor<20xi64>, %j: tensor<90xi64>) -> tensor<90x1xf32> {
  %a = emb.gather %w[%i] : tensor<999x1xf32>, tensor<20xi64> -> tensor<20x1xf32>
  %b = emb.gather %a[%j] : tensor<20x1xf32>, tensor<90xi64> -> tensor<90x1xf32>
  return %b : tensor<90x1xf32>
}

// CHECK-LABEL: func.func @unknown_rows
// CHECK-COUNT-2: emb.gather
// REMARK: remark: [Missed] LookupKept {{.*}} Function=unknown_rows | Reason="how many rows are looked up is not known"
func.func @unknown_rows(%w: tensor<999x64xf32>, %i: tensor<?xi64>, %j: tensor<9xi64>) -> tensor<9x64xf32> {
  %a = emb.gather %w[%i] : tensor<999x64xf32>, tensor<?xi64> -> tensor<?x64xf32>
  %b = emb.gather %a[%j] : tensor<?x64xf32>, tensor<9xi64> -> tensor<9x64xf32>
  return %b : tensor<9x64xf32>
}

// CHECK-LABEL: func.func @other_reader
// CHECK-COUNT-2: emb.gather
// REMARK: remark: [Missed] LookupKept {{.*}} Function=other_reader | Reason="something else reads the rows of the first lookup"
func.func @other_reader(%w: tensor<999x64xf32>, %i: tensor<20xi64>, %j: tensor<9xi64>) -> (tensor<9x64xf32>, tensor<20x64xf32>) {
  %a = emb.gather %w[%i] : tensor<999x64xf32>, tensor<20xi64> -> tensor<20x64xf32>
  %b = emb.gather %a[%j] : tensor<20x64xf32>, tensor<9xi64> -> tensor<9x64xf32>
  return %b, %a : tensor<9x64xf32>, tensor<20x64xf32>
}

// CHECK-LABEL: func.func @overwritten
// CHECK-COUNT-2: emb.gather
// REMARK: remark: [Missed] LookupKept {{.*}} Function=overwritten | Reason="the table is overwritten"
func.func @overwritten(%w: tensor<999x64xf32>, %i: tensor<20xi64>, %j: tensor<9xi64>, %g: tensor<20x64xf32>) -> (tensor<9x64xf32>, tensor<999x64xf32>) {
  %a = emb.gather %w[%i] : tensor<999x64xf32>, tensor<20xi64> -> tensor<20x64xf32>
  %w1 = emb.scatter_add %g[%i] into %w : tensor<20x64xf32>, tensor<20xi64>, tensor<999x64xf32>
  %b = emb.gather %a[%j] : tensor<20x64xf32>, tensor<9xi64> -> tensor<9x64xf32>
  return %b, %w1 : tensor<9x64xf32>, tensor<999x64xf32>
}

// CHECK-LABEL: func.func @first_table
// CHECK-SAME: %[[A:.*]]: tensor<9x4xf32>, %[[B:.*]]: tensor<5x4xf32>
// CHECK: %[[J:.*]] = emb.check_indices
// CHECK-NOT: tensor.concat
// CHECK: emb.gather %[[A]][%[[J]]]
// REMARK: remark: [Passed] LookupOfConcat | Category:emb-fold-lookups | Function=first_table | columns=4
func.func @first_table(%a: tensor<9x4xf32>, %b: tensor<5x4xf32>, %i: tensor<?xi64>) -> tensor<?x4xf32> {
  %n = arith.constant 9 : index
  %j = emb.check_indices %i, %n label "ids" : tensor<?xi64>
  %c = tensor.concat dim(0) %a, %b : (tensor<9x4xf32>, tensor<5x4xf32>) -> tensor<14x4xf32>
  %r = emb.gather %c[%j] : tensor<14x4xf32>, tensor<?xi64> -> tensor<?x4xf32>
  return %r : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @second_table
// CHECK-SAME: %[[A:.*]]: tensor<9x4xf32>, %[[B:.*]]: tensor<5x4xf32>
// CHECK: %[[I:.*]] = arith.constant dense<[4, 0, 1]> : tensor<3xi64>
// CHECK-NOT: tensor.concat
// CHECK: emb.gather %[[B]][%[[I]]]
// REMARK: remark: [Passed] LookupOfConcat {{.*}} Function=second_table | columns=4
func.func @second_table(%a: tensor<9x4xf32>, %b: tensor<5x4xf32>) -> tensor<3x4xf32> {
  %i = arith.constant dense<[13, 9, 10]> : tensor<3xi64>
  %c = tensor.concat dim(0) %a, %b : (tensor<9x4xf32>, tensor<5x4xf32>) -> tensor<14x4xf32>
  %r = emb.gather %c[%i] : tensor<14x4xf32>, tensor<3xi64> -> tensor<3x4xf32>
  return %r : tensor<3x4xf32>
}

// CHECK-LABEL: func.func @both_tables
// CHECK: tensor.concat
// REMARK: remark: [Missed] LookupKept {{.*}} Function=both_tables | Reason="the indices lie in several tables, or in none"
func.func @both_tables(%a: tensor<9x4xf32>, %b: tensor<5x4xf32>) -> tensor<3x4xf32> {
  %i = arith.constant dense<[13, 8, 10]> : tensor<3xi64>
  %c = tensor.concat dim(0) %a, %b : (tensor<9x4xf32>, tensor<5x4xf32>) -> tensor<14x4xf32>
  %r = emb.gather %c[%i] : tensor<14x4xf32>, tensor<3xi64> -> tensor<3x4xf32>
  return %r : tensor<3x4xf32>
}

// CHECK-LABEL: func.func @any_table
// CHECK: tensor.concat
// REMARK: remark: [Missed] LookupKept {{.*}} Function=any_table | Reason="the indices may lie in any of the tables"
func.func @any_table(%a: tensor<9x4xf32>, %b: tensor<5x4xf32>, %i: tensor<3xi64>) -> tensor<3x4xf32> {
  %c = tensor.concat dim(0) %a, %b : (tensor<9x4xf32>, tensor<5x4xf32>) -> tensor<14x4xf32>
  %r = emb.gather %c[%i] : tensor<14x4xf32>, tensor<3xi64> -> tensor<3x4xf32>
  return %r : tensor<3x4xf32>
}

// CHECK-LABEL: func.func @slice
// CHECK-SAME: %[[W:.*]]: tensor<9x4xf32>
// CHECK-NOT: emb.gather
// CHECK: tensor.extract_slice %[[W]][2, 0] [3, 4] [1, 1] : tensor<9x4xf32> to tensor<3x4xf32>
// REMARK: remark: [Passed] LookupOfSlice | Category:emb-fold-lookups | Function=slice | columns=4
func.func @slice(%w: tensor<9x4xf32>, %x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %i = arith.constant dense<[2, 3, 4]> : tensor<3xi64>
  %r = emb.gather %w[%i] : tensor<9x4xf32>, tensor<3xi64> -> tensor<3x4xf32>
  %s = arith.addf %r, %x : tensor<3x4xf32>
  return %s : tensor<3x4xf32>
}

// What is returned is not part of an argument.
// CHECK-LABEL: func.func @returned
// CHECK: emb.gather
// REMARK: remark: [Missed] LookupKept {{.*}} Function=returned | Reason="the rows must not be part of the table"
func.func @returned(%w: tensor<9x4xf32>) -> tensor<3x4xf32> {
  %i = arith.constant dense<[2, 3, 4]> : tensor<3xi64>
  %r = emb.gather %w[%i] : tensor<9x4xf32>, tensor<3xi64> -> tensor<3x4xf32>
  return %r : tensor<3x4xf32>
}

// The error stays.
// CHECK-LABEL: func.func @out_of_range
// CHECK: emb.gather
// REMARK: remark: [Missed] LookupKept {{.*}} Function=out_of_range | Reason="the rows are not known to be in the table"
func.func @out_of_range(%w: tensor<9x4xf32>, %x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %i = arith.constant dense<[7, 8, 9]> : tensor<3xi64>
  %r = emb.gather %w[%i] : tensor<9x4xf32>, tensor<3xi64> -> tensor<3x4xf32>
  %s = arith.addf %r, %x : tensor<3x4xf32>
  return %s : tensor<3x4xf32>
}

// CHECK-LABEL: func.func @gap
// CHECK: emb.gather
func.func @gap(%w: tensor<9x4xf32>, %x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %i = arith.constant dense<[2, 4, 5]> : tensor<3xi64>
  %r = emb.gather %w[%i] : tensor<9x4xf32>, tensor<3xi64> -> tensor<3x4xf32>
  %s = arith.addf %r, %x : tensor<3x4xf32>
  return %s : tensor<3x4xf32>
}
