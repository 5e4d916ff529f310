// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// Each branch is computed again for its reverse; what only one of them uses
// gets zero from the other.
// CHECK-LABEL: func.func @dchoose
// CHECK:         scf.if %{{.*}} -> (f64, f64, f64)
// CHECK:         } else {
// CHECK:           scf.yield %{{.*}}, %[[TWO:.*]], %[[ZERO:.*]] : f64, f64, f64
// CHECK-NOT:     scf.if
// CHECK:         return
emb.gradient @dchoose of @choose wrt("x", "w")
func.func @choose(%x: f64 {emb.name = "x"}, %w: f64 {emb.name = "w"}, %c: i1 {check.range = [1, 2]}) -> f64 {
  %y = scf.if %c -> f64 {
    %b = math.exp %x : f64
    %p = arith.mulf %b, %w : f64
    scf.yield %p : f64
  } else {
    %s = arith.addf %x, %x : f64
    scf.yield %s : f64
  }
  return %y : f64
}

emb.gradient @dother of @other wrt("x", "w")
func.func @other(%x: f64 {emb.name = "x"}, %w: f64 {emb.name = "w"}, %c: i1 {check.range = [0, 1]}) -> f64 {
  %y = func.call @choose(%x, %w, %c) : (f64, f64, i1) -> f64
  return %y : f64
}

// A branch on the sign, in both directions.
emb.gradient @dpositive of @leaky wrt("x")
func.func @leaky(%x: f64 {emb.name = "x", check.range = [0.5, 1.0]}) -> f64 {
  %zero = arith.constant 0.0 : f64
  %p = arith.cmpf ogt, %x, %zero : f64
  %y = scf.if %p -> f64 {
    %q = arith.mulf %x, %x : f64
    scf.yield %q : f64
  } else {
    %k = arith.constant 0.1 : f64
    %q = arith.mulf %x, %k : f64
    scf.yield %q : f64
  }
  return %y : f64
}
emb.gradient @dnegative of @leaky_negative wrt("x")
func.func @leaky_negative(%x: f64 {emb.name = "x", check.range = [-1.0, -0.5]}) -> f64 {
  %y = func.call @leaky(%x) : (f64) -> f64
  return %y : f64
}

// Tensors, two results of which one is an integer and one passes a value from
// outside through.
emb.gradient @dpass of @pass wrt("x", "w") seeded
func.func @pass(%x: tensor<?xf64> {emb.name = "x", check.shape = [3]},
                %w: tensor<?xf64> {emb.name = "w", check.shape = [3]},
                %c: i1 {check.range = [1, 2]}) -> (tensor<?xf64>, tensor<?xf64>, i64) {
  %r:3 = scf.if %c -> (tensor<?xf64>, tensor<?xf64>, i64) {
    %one = arith.constant 1 : i64
    %p = arith.mulf %x, %w : tensor<?xf64>
    scf.yield %p, %w, %one : tensor<?xf64>, tensor<?xf64>, i64
  } else {
    %two = arith.constant 2 : i64
    scf.yield %x, %x, %two : tensor<?xf64>, tensor<?xf64>, i64
  }
  return %r#0, %r#1, %r#2 : tensor<?xf64>, tensor<?xf64>, i64
}

// In a loop, with a loop in a branch.
emb.gradient @dmixed of @mixed wrt("x", "w")
func.func @mixed(%x: f64 {emb.name = "x"}, %w: f64 {emb.name = "w"}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c5 = arith.constant 5 : index
  %y = scf.for %i = %c0 to %c5 step %c1 iter_args(%a = %x) -> f64 {
    %odd = arith.remui %i, %c2 : index
    %is = arith.cmpi eq, %odd, %c0 : index
    %b = scf.if %is -> f64 {
      %d = scf.for %j = %c0 to %c2 step %c1 iter_args(%e = %a) -> f64 {
        %s = math.sin %e : f64
        %p = arith.mulf %s, %w : f64
        scf.yield %p : f64
      }
      scf.yield %d : f64
    } else {
      %q = arith.mulf %a, %a : f64
      %s = arith.addf %q, %w : f64
      scf.yield %s : f64
    }
    scf.yield %b : f64
  }
  return %y : f64
}

// A branch without results writes nothing and is left alone.
emb.gradient @dempty of @empty wrt("x")
func.func @empty(%x: f64 {emb.name = "x"}, %c: i1 {check.range = [1, 2]}) -> f64 {
  scf.if %c {
  }
  %y = arith.mulf %x, %x : f64
  return %y : f64
}
