#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Breaks rules of differentiation one by one; the tests must notice each time.

Works on a copy of the sources, which is made, configured and built in the
folder --copy and used again by the next run. For each mutation the text is
replaced, the tools are built and the test files run: "numbers" says what
emb-gradcheck makes of them, "tests" what lit does, with the IR compared too. A
mutation that no test notices survives, and the exit status is 1.
"""

import argparse
import filecmp
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIT = os.environ.get("LIT", "/usr/lib/llvm-22/bin/lit")
TOOLS = ["emb-opt", "emb-gradcheck", "emb-check", "emb-run", "emb-random-gradients"]


@dataclass
class Mutation:
    name: str
    file: str
    old: str
    new: str
    # Files or folders below test/Differentiation.
    tests: list


ARITH = "lib/Differentiation/ArithDerivatives.cpp"
MATH = "lib/Differentiation/MathDerivatives.cpp"
TENSOR = "lib/Differentiation/TensorDerivatives.cpp"
LINALG = "lib/Differentiation/LinalgDerivatives.cpp"
EXTREMUM = "lib/Differentiation/LinalgExtremum.cpp"
SCF = "lib/Differentiation/SCFDerivatives.cpp"
MAP = "lib/Differentiation/GradientMap.cpp"
EMB = "lib/Dialect/Emb/IR/EmbDerivatives.cpp"

MUTATIONS = [
    # arith and math
    Mutation("subtraction-sign", ARITH, "return -g; });\n}\n\nstatic void differentiate(arith::MulFOp",
             "return g; });\n}\n\nstatic void differentiate(arith::MulFOp", ["arith"]),
    Mutation("product-factor", ARITH, "rule.add(op.getRhs(), [&](Expression g) { return g * rule[op.getLhs()]; });",
             "rule.add(op.getRhs(), [&](Expression g) { return g * rule[op.getRhs()]; });", ["arith"]),
    Mutation("maximum-branch", ARITH, "choose(rule, isFirstChosen(CmpFPredicate::OGE, x, y, x), x, y);",
             "choose(rule, isFirstChosen(CmpFPredicate::OLE, x, y, x), x, y);", ["arith"]),
    Mutation("maximum-tie", ARITH, "choose(rule, isFirstChosen(CmpFPredicate::OGE, x, y, x), x, y);",
             "choose(rule, isFirstChosen(CmpFPredicate::OGT, x, y, x), x, y);", ["arith"]),
    Mutation("sqrt", MATH, "return g / (y + y);", "return g / y;", ["math/roots.mlir"]),
    Mutation("rsqrt-power", MATH, "return g * (y * y * y * -0.5);", "return g * (y * y * -0.5);",
             ["math/roots.mlir"]),
    Mutation("tanh", MATH, "return g * (1.0 - y * y);", "return g * (1.0 - y);", ["math/hyperbolic.mlir"]),
    Mutation("powf-exponent", MATH, "Expression base = select(isConstant, x.constant(1.0), x);",
             "Expression base = select(isConstant, x.constant(1.0), x + 1.0);", ["math/powf.mlir"]),
    # tensor
    Mutation("pad-value", TENSOR, "slice.insert(b, createZeroLike(b, b.getLoc(), source), gradient);",
             "gradient;", ["tensor/pad.mlir"]),
    Mutation("concat-offset", TENSOR, "start = addSizes(b, start, sizes[op.getDim()]);", "start = addSizes(b, zero, sizes[op.getDim()]);",
             ["tensor/concat.mlir"]),
    Mutation("insert-keeps", TENSOR, "place.insert(b, createZeroLike(b, b.getLoc(), part), gradient));",
             "gradient);", ["tensor/insert-slice.mlir"]),
    # linalg
    Mutation("linalg-difference", LINALG, "if (term.isSubtracted)", "if (false)", ["linalg"]),
    Mutation("linalg-init", LINALG, "gradients.pass(builder, result, init->get());", "(void)0;", ["linalg"]),
    Mutation("linalg-read-twice", LINALG, "arith::AddFOp::create(inner, loc, same->gradient, next.gradient);",
             "next.gradient;", ["linalg", "random.test"]),
    Mutation("extremum-winner", EXTREMUM, "AdjointCombiner::Minimum", "AdjointCombiner::Add", ["linalg"]),
    Mutation("extremum-init", EXTREMUM, "createInteger(body, loc, kInitPosition),\n            createInteger(body, loc, kNoPosition)",
             "createInteger(body, loc, kNoPosition),\n            createInteger(body, loc, kNoPosition)", ["linalg"]),
    # scf
    Mutation("loop-order", SCF, "return arith::SubIOp::create(body, loc, last, reverse.getInductionVar());",
             "return arith::AddIOp::create(body, loc, reverse.getInductionVar(), arith::SubIOp::create(body, loc, last, last));",
             ["scf/for.mlir"]),
    Mutation("loop-unread", SCF, "if (!outer.isActive(argument) &&\n        !outer.isActive(forward.getResult(position)))",
             "if (!outer.isActive(argument))", ["scf/for.mlir", "random.test"]),
    Mutation("branch-other", SCF, "if (!gradients[0].dense && !gradients[1].dense)",
             "if (!gradients[0].dense || !gradients[1].dense)", ["scf/if.mlir"]),
    # emb
    Mutation("gather-padding", EMB, "source.padding = getPaddingIdx();\n  if (getScaleGradByFreq())\n    source.scale =\n",
             "if (getScaleGradByFreq())\n    source.scale =\n", ["emb"]),
    Mutation("mean-divisor", EMB, "arith::MaxSIOp::create(at, size, one);",
             "arith::MinSIOp::create(at, size, one);", ["emb/bag-mean.mlir"]),
    Mutation("mean-padding", EMB, "ArrayRef<double>{1.0, 0.0}", "ArrayRef<double>{1.0, 1.0}", ["emb/bag-mean.mlir"]),
    Mutation("weights-ignored", EMB, "source.scale = getWeights();", "", ["emb/bag.mlir"]),
    Mutation("weights-gradient-padding", EMB, "bags, /*init=*/Value(),\n                                      getPaddingIdxAttr())",
             "bags, /*init=*/Value(),\n                                      IntegerAttr())", ["emb"]),
    Mutation("max-winners", EMB, "source.winners = getWinners(b, *this);",
             "source.winners = (getWinners(b, *this), Value());", ["emb/bag-max.mlir"]),
    Mutation("last-bag", EMB, "arith::MinSIOp::create(b, arith::AddIOp::create(b, bag, one), last);",
             "bag;", ["emb/bag-mean.mlir"]),
    # the engine
    Mutation("sum-of-uses", MAP, "sum.dense = arith::AddFOp::create(builder, loc, sum.dense, gradient);",
             "sum.dense = gradient;", ["arith", "linalg", "random.test"]),
    Mutation("one-source", MAP, "sources.insert(sources.begin(), source);", "sources = {source};", ["emb"]),
]


def run(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def update_copy(source):
    """Brings the copy to the state of the sources, without touching what is the same."""
    files = run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True).stdout.split("\n")
    files = [name for name in files if name and os.path.isfile(os.path.join(ROOT, name))]
    for name in files:
        old, new = os.path.join(ROOT, name), os.path.join(source, name)
        if not os.path.exists(new) or not filecmp.cmp(old, new, shallow=False):
            os.makedirs(os.path.dirname(new), exist_ok=True)
            shutil.copy(old, new)
    known = set(files)
    for folder, _, names in os.walk(os.path.join(source, "test/Differentiation")):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.relpath(path, source) not in known:
                os.remove(path)


def build(source, jobs):
    return run(["ninja", "-C", os.path.join(source, "build/dev"), f"-j{jobs}", *TOOLS])


def find_tests(source, mutation):
    for test in mutation.tests:
        path = os.path.join(source, "test/Differentiation", test)
        if not os.path.exists(path):
            sys.exit(f"{mutation.name}: there is no test {test}")
        if os.path.isfile(path):
            yield path
            continue
        for name in sorted(os.listdir(path)):
            yield os.path.join(path, name)


def check_numbers(source, tests):
    """Whether emb-gradcheck finds an error in one of the files that it is meant for."""
    tool = os.path.join(source, "build/dev/bin/emb-gradcheck")
    for test in tests:
        with open(test, encoding="utf-8") as file:
            if "RUN: emb-gradcheck %s" not in file.read():
                continue
        if run([tool, test]).returncode != 0:
            return True
    return False


def check_tests(source, tests):
    """The tests that fail."""
    below = os.path.join(source, "build/dev/test")
    names = [os.path.join(below, os.path.relpath(test, os.path.join(source, "test"))) for test in tests]
    output = run([LIT, "-q", *names]).stdout
    return re.findall(r"^\s*emb :: Differentiation/(\S+)$", output, re.M)


def try_mutation(source, mutation, jobs):
    path = os.path.join(source, mutation.file)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if text.count(mutation.old) != 1:
        return "not one place with the text", "", []
    tests = list(find_tests(source, mutation))
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(mutation.old, mutation.new))
        built = build(source, jobs)
        if built.returncode != 0:
            errors = [line for line in built.stdout.split("\n") if "error:" in line]
            return "does not build", errors[0] if errors else "", []
        return "built", check_numbers(source, tests), check_tests(source, tests)
    finally:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copy", required=True, help="folder of the copy")
    parser.add_argument("--list", action="store_true", help="print the names, and stop")
    parser.add_argument("--jobs", type=int, default=2, help="of the build")
    parser.add_argument("names", nargs="*", help="mutations; all if none is given")
    options = parser.parse_args()
    chosen = [mutation for mutation in MUTATIONS if not options.names or mutation.name in options.names]
    if options.list:
        print("\n".join(mutation.name for mutation in chosen))
        return 0

    source = os.path.join(os.path.abspath(options.copy), "source")
    update_copy(source)
    if not os.path.exists(os.path.join(source, "build/dev/build.ninja")):
        if run(["cmake", "--preset", "dev"], cwd=source).returncode != 0:
            sys.exit("the copy cannot be configured")
    built = build(source, options.jobs)
    if built.returncode != 0:
        sys.exit("the copy cannot be built:\n" + built.stdout[-2000:])

    survived = 0
    print(f"{'mutation':26} {'numbers':10} {'tests':10} failing tests")
    for mutation in chosen:
        start = time.time()
        status, numbers, failing = try_mutation(source, mutation, options.jobs)
        if status != "built":
            survived += 1
            print(f"{mutation.name:26} {status} {numbers}")
            continue
        survived += not failing
        shown = " ".join(failing[:3]) + (f" and {len(failing) - 3} more" if len(failing) > 3 else "")
        print(f"{mutation.name:26} {'caught' if numbers else '-':10} "
              f"{'caught' if failing else 'SURVIVED':10} {shown} ({time.time() - start:.0f} s)", flush=True)
    build(source, options.jobs)
    print(f"{len(chosen)} mutations, {len(chosen) - survived} caught, {survived} survived")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
