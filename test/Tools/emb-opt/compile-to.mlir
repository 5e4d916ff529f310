// The phases are listed by --help, and by the error for an unknown one.

// RUN: emb-opt --help | FileCheck %s --check-prefix=HELP
// HELP: --compile-to=<value>
// HELP-NEXT: =train - {{.+}}
// HELP-NEXT: =optimize - {{.+}}
// HELP-NEXT: =check - {{.+}}
// HELP-NEXT: =bufferize - {{.+}}
// HELP-NEXT: =lower-cpu - {{.+}}
// HELP-NEXT: =llvm - {{.+}}
// HELP: EXAMPLES:

// RUN: not emb-opt %s --compile-to=optimise 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: emb-opt: for the --compile-to option: unknown phase 'optimise', expected one of: train, optimize, check, bufferize, lower-cpu, llvm

// RUN: not emb-opt %s --compile-to=optimize --cse 2>&1 | FileCheck %s --check-prefix=BOTH
// BOTH: error: --compile-to cannot be combined with passes

// RUN: emb-opt %s --compile-to=optimize | FileCheck %s
// CHECK-LABEL: func.func @fold
// CHECK-NEXT: return %arg0
func.func @fold(%a: i32) -> i32 {
  %c0 = arith.constant 0 : i32
  %0 = arith.addi %a, %c0 : i32
  return %0 : i32
}
