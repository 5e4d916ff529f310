// RUN: emb-opt %s --emb-fold-one-hot --mlir-disable-threading --remarks-filter='emb-fold-one-hot' 2> %t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks --implicit-check-not=remark:

#nk = affine_map<(n, d, k) -> (n, k)>
#kd = affine_map<(n, d, k) -> (k, d)>
#nd = affine_map<(n, d, k) -> (n, d)>
#row = affine_map<(n, k) -> (n)>
#id = affine_map<(n, k) -> (n, k)>

// CHECK-LABEL: func.func @product
// CHECK-SAME: %[[I:.*]]: tensor<3xi64>, %[[W:.*]]: tensor<9x8xf32>
// CHECK-NOT: linalg
// CHECK: %[[R:.*]] = emb.gather %[[W]][%[[I]]] : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
// CHECK-NEXT: return %[[R]]
// REMARK: remark: [Passed] OneHotProductFolded | Category:emb-fold-one-hot | Function=product | columns=8, lookup=emb.gather
func.func @product(%i: tensor<3xi64>, %w: tensor<9x8xf32>) -> tensor<3x8xf32> {
  %n = arith.constant 9 : index
  %z = arith.constant dense<0.0> : tensor<3x8xf32>
  %x = emb.one_hot %i depth %n : tensor<3xi64> -> tensor<3x9xf32>
  %r = linalg.matmul ins(%x, %w : tensor<3x9xf32>, tensor<9x8xf32>) outs(%z : tensor<3x8xf32>) -> tensor<3x8xf32>
  return %r : tensor<3x8xf32>
}

// What the sum begins with is added.
// CHECK-LABEL: func.func @bias
// CHECK-SAME: %[[I:.*]]: tensor<3xi64>, %[[W:.*]]: tensor<9x8xf32>, %[[B:.*]]: tensor<3x8xf32>
// CHECK: %[[G:.*]] = emb.gather %[[W]][%[[I]]]
// CHECK-NEXT: %[[R:.*]] = arith.addf %[[B]], %[[G]]
// CHECK-NEXT: return %[[R]]
// REMARK: remark: [Passed] OneHotProductFolded {{.*}} Function=bias
func.func @bias(%i: tensor<3xi64>, %w: tensor<9x8xf32>, %b: tensor<3x8xf32>) -> tensor<3x8xf32> {
  %n = arith.constant 9 : index
  %x = emb.one_hot %i depth %n : tensor<3xi64> -> tensor<3x9xf32>
  %r = linalg.matmul ins(%x, %w : tensor<3x9xf32>, tensor<9x8xf32>) outs(%b : tensor<3x8xf32>) -> tensor<3x8xf32>
  return %r : tensor<3x8xf32>
}

// A batch of two dimensions, factors that are extended, a depth that only the
// run knows.
// CHECK-LABEL: func.func @batch
// CHECK-SAME: %[[I:.*]]: tensor<3x4xi64>, %[[W:.*]]: tensor<?x8xbf16>, %[[N:.*]]: index
// CHECK: %[[ROWS:.*]] = tensor.dim %[[W]], %c0
// CHECK: emb.check_equal %[[N]], %[[ROWS]] label "emb.one_hot: depth (argument 0)"
// CHECK: %[[G:.*]] = emb.gather %[[W]][%[[I]]] : tensor<?x8xbf16>, tensor<3x4xi64> -> tensor<3x4x8xbf16>
// CHECK: %[[R:.*]] = arith.extf %[[G]] : tensor<3x4x8xbf16> to tensor<3x4x8xf32>
// CHECK-NEXT: return %[[R]]
// REMARK: remark: [Passed] OneHotProductFolded {{.*}} Function=batch
func.func @batch(%i: tensor<3x4xi64>, %w: tensor<?x8xbf16>, %n: index) -> tensor<3x4x8xf32> {
  %z = arith.constant dense<0.0> : tensor<3x4x8xf32>
  %x = emb.one_hot %i depth %n : tensor<3x4xi64> -> tensor<3x4x?xbf16>
  %r = linalg.generic {indexing_maps = [affine_map<(a, b, d, k) -> (a, b, k)>, affine_map<(a, b, d, k) -> (k, d)>, affine_map<(a, b, d, k) -> (a, b, d)>],
                       iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<3x4x?xbf16>, tensor<?x8xbf16>) outs(%z : tensor<3x4x8xf32>) {
  ^bb0(%a: bf16, %b: bf16, %s: f32):
    %c = arith.extf %a : bf16 to f32
    %d = arith.extf %b : bf16 to f32
    %p = arith.mulf %c, %d : f32
    %q = arith.addf %s, %p : f32
    linalg.yield %q : f32
  } -> tensor<3x4x8xf32>
  return %r : tensor<3x4x8xf32>
}

// The depth is the number of rows: nothing is compared.
// CHECK-LABEL: func.func @depth_of_table
// CHECK-NOT: emb.check_equal
// CHECK: emb.gather
// REMARK: remark: [Passed] OneHotProductFolded {{.*}} Function=depth_of_table
func.func @depth_of_table(%i: tensor<3xi64>, %w: tensor<?x8xf32>) -> tensor<3x8xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %w, %c0 : tensor<?x8xf32>
  %z = arith.constant dense<0.0> : tensor<3x8xf32>
  %x = emb.one_hot %i depth %n : tensor<3xi64> -> tensor<3x?xf32>
  %r = linalg.matmul ins(%x, %w : tensor<3x?xf32>, tensor<?x8xf32>) outs(%z : tensor<3x8xf32>) -> tensor<3x8xf32>
  return %r : tensor<3x8xf32>
}

// The weight of a linear layer, 8 x 9: 2 * 288 + 2 * 3200 bytes are fewer than
// 288 + 2 * 3600 + 3200.
// CHECK-LABEL: func.func @linear
// CHECK-SAME: %[[I:.*]]: tensor<100xi64>, %[[W:.*]]: tensor<8x9xf32>
// CHECK: %[[T:.*]] = linalg.transpose ins(%[[W]] : tensor<8x9xf32>) outs(%{{.*}} : tensor<9x8xf32>) permutation = [1, 0]
// CHECK: emb.gather %[[T]][%[[I]]] : tensor<9x8xf32>, tensor<100xi64>
// REMARK: remark: [Passed] OneHotProductFolded {{.*}} Function=linear | columns=8, lookup="emb.gather of a transposed copy"
func.func @linear(%i: tensor<100xi64>, %w: tensor<8x9xf32>) -> tensor<100x8xf32> {
  %n = arith.constant 9 : index
  %z = arith.constant dense<0.0> : tensor<100x8xf32>
  %x = emb.one_hot %i depth %n : tensor<100xi64> -> tensor<100x9xf32>
  %r = linalg.generic {indexing_maps = [#nk, affine_map<(n, d, k) -> (d, k)>, #nd], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<100x9xf32>, tensor<8x9xf32>) outs(%z : tensor<100x8xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %p = arith.mulf %a, %b : f32
    %q = arith.addf %s, %p : f32
    linalg.yield %q : f32
  } -> tensor<100x8xf32>
  return %r : tensor<100x8xf32>
}

// One row of a large table: a copy of all of it does not pay.
// CHECK-LABEL: func.func @large_linear
// CHECK: linalg.generic
// CHECK-NOT: emb.gather
// REMARK: remark: [Missed] OneHotProductKept | Category:emb-fold-one-hot | Function=large_linear | Reason="the rows are columns of the factor: a transposed copy and its lookup move 57664 bytes, the product 36032"
func.func @large_linear(%i: tensor<1xi64>, %w: tensor<8x900xf32>) -> tensor<1x8xf32> {
  %n = arith.constant 900 : index
  %z = arith.constant dense<0.0> : tensor<1x8xf32>
  %x = emb.one_hot %i depth %n : tensor<1xi64> -> tensor<1x900xf32>
  %r = linalg.generic {indexing_maps = [#nk, affine_map<(n, d, k) -> (d, k)>, #nd], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<1x900xf32>, tensor<8x900xf32>) outs(%z : tensor<1x8xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %p = arith.mulf %a, %b : f32
    %q = arith.addf %s, %p : f32
    linalg.yield %q : f32
  } -> tensor<1x8xf32>
  return %r : tensor<1x8xf32>
}

// A copy that is there already costs nothing.
// CHECK-LABEL: func.func @transposed
// CHECK-SAME: %[[I:.*]]: tensor<?xi64>, %[[W:.*]]: tensor<900x8xf32>
// CHECK-NOT: linalg.transpose
// CHECK: emb.gather %[[W]][%[[I]]]
// REMARK: remark: [Passed] OneHotProductFolded {{.*}} Function=transposed
func.func @transposed(%i: tensor<?xi64>, %w: tensor<900x8xf32>, %z: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %n = arith.constant 900 : index
  %e = tensor.empty() : tensor<8x900xf32>
  %t = linalg.transpose ins(%w : tensor<900x8xf32>) outs(%e : tensor<8x900xf32>) permutation = [1, 0]
  %x = emb.one_hot %i depth %n : tensor<?xi64> -> tensor<?x900xf32>
  %r = linalg.generic {indexing_maps = [#nk, affine_map<(n, d, k) -> (d, k)>, #nd], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %t : tensor<?x900xf32>, tensor<8x900xf32>) outs(%z : tensor<?x8xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %p = arith.mulf %a, %b : f32
    %q = arith.addf %s, %p : f32
    linalg.yield %q : f32
  } -> tensor<?x8xf32>
  return %r : tensor<?x8xf32>
}

// The gradient of a product by the table.
// CHECK-LABEL: func.func @reverse
// CHECK-SAME: %[[I:.*]]: tensor<3xi64>, %[[G:.*]]: tensor<3x8xf32>, %[[W:.*]]: tensor<9x8xf32>
// CHECK: %[[R:.*]] = emb.scatter_add %[[G]][%[[I]]] into %[[W]]
// CHECK-NEXT: return %[[R]]
// REMARK: remark: [Passed] OneHotProductFolded {{.*}} Function=reverse | columns=8, lookup=emb.scatter_add
func.func @reverse(%i: tensor<3xi64>, %g: tensor<3x8xf32>, %w: tensor<9x8xf32>) -> tensor<9x8xf32> {
  %n = arith.constant 9 : index
  %x = emb.one_hot %i depth %n : tensor<3xi64> -> tensor<3x9xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(k, d, n) -> (n, k)>, affine_map<(k, d, n) -> (n, d)>, affine_map<(k, d, n) -> (k, d)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %g : tensor<3x9xf32>, tensor<3x8xf32>) outs(%w : tensor<9x8xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %p = arith.mulf %a, %b : f32
    %q = arith.addf %s, %p : f32
    linalg.yield %q : f32
  } -> tensor<9x8xf32>
  return %r : tensor<9x8xf32>
}

// A comparison with the column, of indices in range, into a finite table.
// CHECK-LABEL: func.func @compared
// CHECK: %[[J:.*]] = emb.check_indices
// CHECK-NOT: linalg
// CHECK: emb.gather %{{.*}}[%[[J]]] : tensor<3x2xf32>, tensor<4xi32> -> tensor<4x2xf32>
// REMARK: remark: [Passed] OneHotProductFolded {{.*}} Function=compared
func.func @compared(%i: tensor<4xi32>) -> tensor<4x2xf32> {
  %n = arith.constant 3 : index
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0.0 : f32
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %j = emb.check_indices %i, %n label "ids" : tensor<4xi32>
  %e = tensor.empty() : tensor<4x3xf32>
  %x = linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]} ins(%j : tensor<4xi32>) outs(%e : tensor<4x3xf32>) {
  ^bb0(%index: i32, %o: f32):
    %k = linalg.index 1 : index
    %c = arith.index_cast %k : index to i32
    %is = arith.cmpi eq, %c, %index : i32
    %v = arith.select %is, %one, %zero : f32
    linalg.yield %v : f32
  } -> tensor<4x3xf32>
  %r = linalg.matmul ins(%x, %w : tensor<4x3xf32>, tensor<3x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  return %r : tensor<4x2xf32>
}

// The table is not known, the product says that it is finite.
// CHECK-LABEL: func.func @compared_fast
// CHECK-NOT: linalg
// CHECK: emb.gather
// REMARK: remark: [Passed] OneHotProductFolded {{.*}} Function=compared_fast
func.func @compared_fast(%i: tensor<4xi64>, %w: tensor<3x2xf32>) -> tensor<4x2xf32> {
  %n = arith.constant 3 : index
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %j = emb.check_indices %i, %n label "ids" : tensor<4xi64>
  %e = tensor.empty() : tensor<4x3xf32>
  %x = linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]} ins(%j : tensor<4xi64>) outs(%e : tensor<4x3xf32>) {
  ^bb0(%index: i64, %o: f32):
    %k = linalg.index 1 : index
    %c = arith.index_cast %index : i64 to index
    %is = arith.cmpi eq, %c, %k : index
    %v = arith.uitofp %is : i1 to f32
    linalg.yield %v : f32
  } -> tensor<4x3xf32>
  %r = linalg.generic {indexing_maps = [#nk, #kd, #nd], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<4x3xf32>, tensor<3x2xf32>) outs(%z : tensor<4x2xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %p = arith.mulf %a, %b fastmath<nnan,ninf> : f32
    %q = arith.addf %s, %p : f32
    linalg.yield %q : f32
  } -> tensor<4x2xf32>
  return %r : tensor<4x2xf32>
}

// Rows of an identity matrix.
// CHECK-LABEL: func.func @identity
// CHECK: %[[W:.*]] = arith.constant dense<{{\[\[}}1.000000e+00, 2.000000e+00], [3.000000e+00, 4.000000e+00]]>
// CHECK: emb.gather %[[W]]
// CHECK-NOT: linalg
// REMARK: remark: [Passed] OneHotProductFolded {{.*}} Function=identity
func.func @identity(%i: tensor<4xi64>) -> tensor<4x2xf32> {
  %eye = arith.constant dense<[[1.0, 0.0], [0.0, 1.0]]> : tensor<2x2xf32>
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %x = emb.gather %eye[%i] : tensor<2x2xf32>, tensor<4xi64> -> tensor<4x2xf32>
  %r = linalg.matmul ins(%x, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  return %r : tensor<4x2xf32>
}

// It is not quite one.
// CHECK-LABEL: func.func @no_identity
// CHECK: linalg.matmul
func.func @no_identity(%i: tensor<4xi64>) -> tensor<4x2xf32> {
  %eye = arith.constant dense<[[1.0, 0.0], [0.5, 1.0]]> : tensor<2x2xf32>
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %x = emb.gather %eye[%i] : tensor<2x2xf32>, tensor<4xi64> -> tensor<4x2xf32>
  %r = linalg.matmul ins(%x, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  return %r : tensor<4x2xf32>
}

// CHECK-LABEL: func.func @computed_identity
// CHECK: emb.gather %{{.*}}[%{{.*}}] : tensor<2x3xf32>, tensor<4xi64>
// CHECK-NOT: linalg
// REMARK: remark: [Passed] OneHotProductFolded {{.*}} Function=computed_identity
func.func @computed_identity(%i: tensor<4xi64>) -> tensor<4x3xf32> {
  %w = arith.constant dense<[[1.0, 2.0, 3.0], [3.0, 4.0, 5.0]]> : tensor<2x3xf32>
  %z = arith.constant dense<0.0> : tensor<4x3xf32>
  %e = tensor.empty() : tensor<2x2xf32>
  %eye = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<2x2xf32>) {
  ^bb0(%o: f32):
    %a = linalg.index 0 : index
    %b = linalg.index 1 : index
    %is = arith.cmpi eq, %a, %b : index
    %v = arith.uitofp %is : i1 to f32
    linalg.yield %v : f32
  } -> tensor<2x2xf32>
  %x = emb.gather %eye[%i] : tensor<2x2xf32>, tensor<4xi64> -> tensor<4x2xf32>
  %r = linalg.matmul ins(%x, %w : tensor<4x2xf32>, tensor<2x3xf32>) outs(%z : tensor<4x3xf32>) -> tensor<4x3xf32>
  return %r : tensor<4x3xf32>
}

// CHECK-LABEL: func.func @not_finite
// CHECK: linalg.matmul
// REMARK: remark: [Missed] OneHotProductKept | Category:emb-fold-one-hot | Function=not_finite | Reason="zero times inf or NaN is NaN: say fastmath<nnan,ninf>, or emb.one_hot"
func.func @not_finite(%i: tensor<4xi64>) -> tensor<4x2xf32> {
  %eye = arith.constant dense<[[1.0, 0.0], [0.0, 1.0]]> : tensor<2x2xf32>
  %w = arith.constant dense<[[1.0, 0x7F800000], [3.0, 4.0]]> : tensor<2x2xf32>
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %x = emb.gather %eye[%i] : tensor<2x2xf32>, tensor<4xi64> -> tensor<4x2xf32>
  %r = linalg.matmul ins(%x, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  return %r : tensor<4x2xf32>
}

// Zeros where an index is out of range, in place of an error.
// CHECK-LABEL: func.func @unchecked
// CHECK: linalg.matmul
// REMARK: remark: [Missed] OneHotProductKept | Category:emb-fold-one-hot | Function=unchecked | Reason="an index out of range gives zeros: check the indices, or say emb.one_hot"
func.func @unchecked(%i: tensor<4xi64>, %w: tensor<3x2xf32>) -> tensor<4x2xf32> {
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %e = tensor.empty() : tensor<4x3xf32>
  %x = linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]} ins(%i : tensor<4xi64>) outs(%e : tensor<4x3xf32>) {
  ^bb0(%index: i64, %o: f32):
    %k = linalg.index 1 : index
    %c = arith.index_cast %index : i64 to index
    %is = arith.cmpi eq, %c, %k : index
    %v = arith.uitofp %is : i1 to f32
    linalg.yield %v : f32
  } -> tensor<4x3xf32>
  %r = linalg.matmul ins(%x, %w : tensor<4x3xf32>, tensor<3x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  return %r : tensor<4x2xf32>
}

// Each batch has a table of its own.
// CHECK-LABEL: func.func @batch_tables
// CHECK: linalg.batch_matmul
// REMARK: remark: [Missed] OneHotProductKept | Category:emb-fold-one-hot | Function=batch_tables | Reason="each index has a table of its own"
func.func @batch_tables(%i: tensor<3x4xi64>, %w: tensor<3x9x8xf32>, %z: tensor<3x4x8xf32>) -> tensor<3x4x8xf32> {
  %n = arith.constant 9 : index
  %x = emb.one_hot %i depth %n : tensor<3x4xi64> -> tensor<3x4x9xf32>
  %r = linalg.batch_matmul ins(%x, %w : tensor<3x4x9xf32>, tensor<3x9x8xf32>) outs(%z : tensor<3x4x8xf32>) -> tensor<3x4x8xf32>
  return %r : tensor<3x4x8xf32>
}

// A table has a static number of columns.
// CHECK-LABEL: func.func @columns
// CHECK: linalg.matmul
// REMARK: remark: [Missed] OneHotProductKept | Category:emb-fold-one-hot | Function=columns | Reason="the number of columns is not static"
func.func @columns(%i: tensor<3xi64>, %w: tensor<9x?xf32>, %z: tensor<3x?xf32>) -> tensor<3x?xf32> {
  %n = arith.constant 9 : index
  %x = emb.one_hot %i depth %n : tensor<3xi64> -> tensor<3x9xf32>
  %r = linalg.matmul ins(%x, %w : tensor<3x9xf32>, tensor<9x?xf32>) outs(%z : tensor<3x?xf32>) -> tensor<3x?xf32>
  return %r : tensor<3x?xf32>
}
