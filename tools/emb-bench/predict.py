#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares what emb-report-cost expects with what emb-bench has measured.

  predict.py RESULTS.json... [--emb-opt FILE] [--bandwidth GB/s] [--cache MB]
             [--within SHARE] [--share SHARE] [--void]

RESULTS.json is what emb-bench --json has written. Of each gather, bag of fixed
length and step in it the script writes the function, with the extents and the
number of distinct rows as hints, and asks emb-opt for its expected time: warm
for a hot case, cold for a flushed one. Without --bandwidth the figure is the one
that fits all cases best. Prints a line for each case and how many are within
--within (0.3) of the measured time; fails if that is less than --share (0) of
them. Void cases are left out without --void.
"""

import argparse
import json
import math
import statistics
import subprocess
import sys

BAG_OF_EACH = """
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %indices, %c0 : tensor<?x?xINDEX>
  %n = tensor.dim %indices, %c1 : tensor<?x?xINDEX>
  %empty = tensor.empty(%m, %n) : tensor<?x?xi32>
  %bag = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]} outs(%empty : tensor<?x?xi32>) {
  ^bb0(%old: i32):
    %i = linalg.index 0 : index
    %b = arith.index_cast %i : index to i32
    linalg.yield %b : i32
  } -> tensor<?x?xi32>"""


def argument(name, type, *extents, unique=None):
    hints = [f'emb.name = "{name}"']
    if extents:
        hints.append(f"emb.extents = array<i64: {', '.join(map(str, extents))}>")
    if unique is not None:
        hints.append(f"emb.unique = {unique:.17e} : f64")
    return f"%{name}: {type} {{{', '.join(hints)}}}"


def write_function(case):
    """The module of emb-bench, with hints."""
    rows, columns, n = case["rows"], case["columns"], case["lookups"]
    unique = case["touched_rows"] / n
    table = f"tensor<?x{columns}x{case['table']}>"
    weight = argument("weight", table, rows, -1)
    if case["what"] == "gather":
        ids = f"tensor<?x{case['index']}>"
        arguments = [weight, argument("indices", ids, n, unique=unique)]
        body = f"  %out = emb.gather %weight[%indices] : {table}, {ids} -> {table}"
        return function(arguments, [table], body, ["%out"])
    ids = f"tensor<?x?x{case['index']}>"
    indices = argument("indices", ids, case["bags"], case["ids"], unique=unique)
    mode = case.get("mode", "sum")
    body = f"  %out = emb.bag {mode} %weight[%indices] : {table}, {ids} -> {table}"
    if case["what"] == "bag":
        return function([weight, indices], [table], body, ["%out"])
    rule = case["optimizer"]
    per_row = rule == "rowwise_adagrad"
    state = "tensor<?xf32>" if per_row else table
    states = {"sgd": 0, "sparse_adam": 2}.get(rule, 1)
    arguments = [weight]
    for i in range(states):
        arguments.append(argument(f"state{i}", state, rows, *([] if per_row else [-1])))
    arguments += [indices, argument("grad_output", table, case["bags"], -1)]
    arguments += [argument("lr", "f64"), argument("step", "i64")]
    types = [table] + [state] * states
    names = ["%weight"] + [f"%state{i}" for i in range(states)]
    body += BAG_OF_EACH.replace("INDEX", case["index"])
    body += f"""
  %new:{1 + states} = emb.apply_gradient #emb.{rule} to({', '.join(names)} : {', '.join(types)})
      sources[%indices : {ids} -> %grad_output : {table} map %bag : tensor<?x?xi32>]
      lr(%lr) step(%step)"""
    new = [f"%new#{i}" for i in range(1 + states)]
    return function(arguments, [table] + types, body, ["%out"] + new)


def function(arguments, types, body, results):
    return (
        f"func.func @run({', '.join(arguments)}) -> ({', '.join(types)}) {{\n{body}\n"
        f"  return {', '.join(results)} : {', '.join(types)}\n}}\n"
    )


def ask(emb_opt, case, cache):
    """The expected time at 1 GB/s, in ms."""
    options = f"format=json bandwidth=1 cache={cache}"
    options += f" warm={'true' if case['cache'] == 'hot' else 'false'}"
    command = [emb_opt, "-", "--emb-train", "--emb-optimize", f"--emb-report-cost={options}"]
    process = subprocess.run(
        command + ["-o", "/dev/null"], input=write_function(case), capture_output=True, text=True
    )
    if process.returncode:
        sys.exit(f"predict: {case['name']}: {process.stderr}")
    total = json.loads(process.stderr)["functions"][0]["total"]
    return total["expected_ms"]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("results", nargs="+")
    parser.add_argument("--emb-opt", default="build/dev/bin/emb-opt")
    parser.add_argument("--bandwidth", type=float)
    parser.add_argument("--cache", type=float, default=32.0)
    parser.add_argument("--within", type=float, default=0.3)
    parser.add_argument("--share", type=float, default=0.0)
    parser.add_argument("--void", action="store_true")
    options = parser.parse_args()

    cases = []
    for path in options.results:
        with open(path) as file:
            cases += json.load(file)["results"]
    known = ("gather", "bag", "step")
    cases = [c for c in cases if c["what"] in known and isinstance(c["ids"], int)]
    cases = [c for c in cases if options.void or not c["void"]]
    if not cases:
        sys.exit("predict: no gather, bag of fixed length or step among the results")
    units = [ask(options.emb_opt, case, options.cache) for case in cases]
    times = [case["emb_ms"]["median"] for case in cases]
    bandwidth = options.bandwidth or math.exp(
        statistics.median(math.log(unit / time) for unit, time in zip(units, times))
    )
    width = max(len(case["name"]) for case in cases)
    print(f"{'case':{width}}  measured ms  expected ms  expected / measured")
    close = 0
    for case, unit, time in zip(cases, units, times):
        expected = unit / bandwidth
        near = abs(expected / time - 1) <= options.within
        close += near
        print(
            f"{case['name']:{width}}  {time:11.4f}  {expected:11.4f}  {expected / time:19.2f}"
            + ("" if near else "  *")
        )
    print(
        f"{bandwidth:.1f} GB/s: {close} of {len(cases)} within {options.within:.0%}"
    )
    return close < options.share * len(cases)


if __name__ == "__main__":
    sys.exit(main())
