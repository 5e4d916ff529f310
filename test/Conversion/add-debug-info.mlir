// RUN: emb-opt %s --emb-add-debug-info --mlir-print-debuginfo | FileCheck %s
// RUN: emb-opt %s --emb-add-debug-info --mlir-print-debuginfo | mlir-translate --mlir-to-llvmir | FileCheck %s --check-prefix=LLVM

// Functions are subprograms, and so are the operations that code was made for,
// inlined at their lines.

// CHECK-DAG: #[[FILE:.*]] = #llvm.di_file<"f.mlir" in "{{.+}}">
// CHECK-DAG: #[[UNIT:.*]] = #llvm.di_compile_unit<id = distinct[{{.*}}]<>, sourceLanguage = DW_LANG_C, file = #[[FILE]], producer = "emb", isOptimized = true, emissionKind = LineTablesOnly>
// CHECK-DAG: #[[F:.*]] = #llvm.di_subprogram<id = distinct[{{.*}}]<>, compileUnit = #[[UNIT]], scope = #[[FILE]], name = "f", file = #[[FILE]], line = 1, scopeLine = 1, subprogramFlags = "Definition|Optimized"
// CHECK-DAG: #[[BAG:.*]] = #llvm.di_subprogram<id = distinct[{{.*}}]<>, compileUnit = #[[UNIT]], scope = #[[FILE]], name = "emb.bag", file = #[[FILE]], line = 3,
// CHECK-DAG: loc(fused<#[[F]]>[
// CHECK-DAG: loc(fused<#[[BAG]]>[

// LLVM:      define i32 @f(ptr %0) !dbg ![[F:[0-9]+]]
// LLVM-NEXT:   load i32, ptr %0, align 4, !dbg ![[PLAIN:[0-9]+]]
// LLVM-NEXT:   add i32 {{.*}}, !dbg ![[INLINED:[0-9]+]]
// LLVM-NEXT:   mul i32 {{.*}}, !dbg ![[ELSEWHERE:[0-9]+]]
// LLVM-NEXT:   ret i32 {{.*}}, !dbg ![[NOWHERE:[0-9]+]]
// LLVM:      declare void @g(){{$}}
// LLVM-DAG:  ![[F]] = distinct !DISubprogram(name: "f", {{.*}}line: 1,
// LLVM-DAG:  ![[PLAIN]] = !DILocation(line: 2, column: 5, scope: ![[F]])
// LLVM-DAG:  ![[INLINED]] = !DILocation(line: 4, column: 7, scope: ![[BAG:[0-9]+]], inlinedAt: ![[CALL:[0-9]+]])
// LLVM-DAG:  ![[BAG]] = distinct !DISubprogram(name: "emb.bag", {{.*}}line: 3,
// LLVM-DAG:  ![[CALL]] = !DILocation(line: 3, column: 5, scope: ![[F]])
// LLVM-DAG:  ![[ELSEWHERE]] = !DILocation(line: 8, column: 1, scope: ![[BLOCK:[0-9]+]])
// LLVM-DAG:  ![[BLOCK]] = distinct !DILexicalBlockFile(scope: ![[F]], file: ![[OTHER:[0-9]+]],
// LLVM-DAG:  ![[OTHER]] = !DIFile(filename: "/g.mlir", directory: "")
// LLVM-DAG:  ![[NOWHERE]] = !DILocation(line: 0, scope: ![[F]])
llvm.func @f(%p: !llvm.ptr) -> i32 {
  %0 = llvm.load %p : !llvm.ptr -> i32 loc("f.mlir":2:5)
  %1 = llvm.add %0, %0 : i32 loc(callsite(fused<"emb.bag">["f.mlir":4:7] at "f.mlir":3:5))
  %2 = llvm.mul %1, %1 : i32 loc("/g.mlir":8:1)
  llvm.return %2 : i32 loc(unknown)
} loc("f.mlir":1:1)

// Declarations have no lines.
llvm.func @g()
