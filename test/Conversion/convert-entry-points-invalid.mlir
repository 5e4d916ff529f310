// RUN: emb-opt %s --emb-convert-entry-points --split-input-file --verify-diagnostics

// expected-error@+1 {{'f' (argument 0 'w') has type 'tensor<4x8xf32>', expected a strided memref or a scalar of f16, bf16, f32, f64, i1, i8, i16, i32, i64 or index}}
func.func @f(%w: tensor<4x8xf32> {emb.name = "w"}) {
  return
}

// -----

// expected-error@+1 {{'f' (argument 1) has type 'i7', expected}}
func.func @f(%a: f32, %b: i7) {
  return
}

// -----

// expected-error@+1 {{'f' (argument 0) has type 'memref<4xvector<8xf32>>', expected a strided memref or a scalar}}
func.func @f(%w: memref<4xvector<8xf32>>) {
  return
}

// -----

// expected-error@+1 {{'f' (argument 0) has type 'memref<*xf32>', expected}}
func.func @f(%w: memref<*xf32>) {
  return
}

// -----

// expected-error@+1 {{'f' (argument 0) has type 'memref<4xf32, strided<[1], offset: ?>, 3>', expected a strided memref or a scalar}}
func.func @f(%w: memref<4xf32, strided<[1], offset: ?>, 3>) {
  return
}

// -----

// All strides of a strided argument are the caller's.

// expected-error@+1 {{'f' (argument 0) has type 'memref<4x8xf32, strided<[?, 1], offset: ?>>', expected 'memref<4x8xf32, strided<[?, ?], offset: ?>>' since callers choose the offset and all strides}}
func.func @f(%w: memref<4x8xf32, strided<[?, 1], offset: ?>> {emb.strided}) {
  return
}

// -----

// The caller need not pass rows that follow each other.

// expected-error@+1 {{'f' (argument 0 'w') has type 'memref<4x8xf32>', expected 'memref<4x8xf32, strided<[?, 1], offset: ?>>' since callers choose the offset and the outer strides}}
func.func @f(%w: memref<4x8xf32> {emb.name = "w"}) {
  return
}

// -----

// expected-error@+1 {{'f' (argument 0) has type 'memref<4xf32, strided<[?], offset: ?>>', expected 'memref<4xf32, strided<[1], offset: ?>>'}}
func.func @f(%w: memref<4xf32, strided<[?], offset: ?>>) {
  return
}

// -----

// expected-error@+1 {{'f' (result 1) has type 'vector<4xf32>', expected a strided memref or a scalar of}}
func.func @f(%x: f32, %v: f32) -> (f32, vector<4xf32>) {
  %0 = vector.broadcast %v : f32 to vector<4xf32>
  return %x, %0 : f32, vector<4xf32>
}

// -----

func.func private @helper()
func.func @f() {
  // expected-error@+1 {{'helper' has no body: only functions that the module defines can be called}}
  call @helper() : () -> ()
  return
}

// -----

func.func private @helper(%n: i32) {
  call @helper(%n) : (i32) -> ()
  return
}
func.func @f(%n: i32) {
  // expected-error@+1 {{'helper' could not be inlined: recursive functions and references to functions are not supported}}
  call @helper(%n) : (i32) -> ()
  return
}

// -----

func.func @f(%n: i32) {
  // expected-error@+1 {{'f' could not be inlined}}
  call @f(%n) : (i32) -> ()
  return
}

// -----

func.func private @helper() {
  return
}
func.func @f() {
  // expected-error@+1 {{'helper' could not be inlined}}
  %0 = constant @helper : () -> ()
  call_indirect %0() : () -> ()
  return
}

// -----

// expected-error@+1 {{'tanh' is a function of the C library, which compiled code may call; expected another name}}
func.func @tanh(%x: f64) -> f64 {
  %0 = math.tanh %x : f64
  return %0 : f64
}

// -----

// expected-error@+1 {{'names' has the arguments 0 and 2 with emb.name = "w", expected a name of its own for each}}
func.func @names(%w: f32 {emb.name = "w"}, %v: f32, %x: f32 {emb.name = "w"}) {
  return
}
