// RUN: emb-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{'emb.extents' of argument 0: found 5 : i64, expected an array of i64 such as array<i64: 1000, -1>}}
func.func private @extents_no_array(tensor<?x8xf32> {emb.extents = 5})

// -----

// expected-error@+1 {{'emb.extents' of argument 0: found an argument of type 'f32', expected a tensor or memref of known rank}}
func.func private @extents_no_tensor(f32 {emb.extents = array<i64: 1>})

// -----

// expected-error@+1 {{'emb.extents' of argument 1: found 1 extents, expected 2, one for each dimension of 'tensor<?x8xf32>'}}
func.func private @extents_rank(f32, tensor<?x8xf32> {emb.extents = array<i64: 1>})

// -----

// expected-error@+1 {{'emb.extents' of argument 0: found -2 for dimension 0, expected an extent or -1}}
func.func private @extents_negative(tensor<?x8xf32> {emb.extents = array<i64: -2, 8>})

// -----

// expected-error@+1 {{'emb.extents' of argument 0: found 9 for dimension 1, expected 8 as in the type 'tensor<?x8xf32>', or -1}}
func.func private @extents_type(tensor<?x8xf32> {emb.extents = array<i64: 5, 9>})

// -----

// expected-error@+1 {{'emb.unique' of argument 0: found 1 : i64, expected an f64}}
func.func private @unique_integer(tensor<?xi64> {emb.unique = 1})

// -----

// expected-error@+1 {{'emb.unique' of argument 0: found 0.000000e+00 : f64, expected a share above 0 and at most 1}}
func.func private @unique_zero(tensor<?xi64> {emb.unique = 0.0 : f64})

// -----

// expected-error@+1 {{'emb.unique' of argument 0: found 1.500000e+00 : f64, expected a share above 0 and at most 1}}
func.func private @unique_large(tensor<?xi64> {emb.unique = 1.5 : f64})

// -----

// expected-error@+1 {{'emb.unique' of argument 0: found an argument of type 'tensor<?xf32>', expected a tensor or memref of integers}}
func.func private @unique_floats(tensor<?xf32> {emb.unique = 0.5 : f64})

// -----

func.func private @valid(tensor<?x8xf32> {emb.extents = array<i64: -1, 8>},
                         memref<?xi32> {emb.unique = 1.0 : f64})
