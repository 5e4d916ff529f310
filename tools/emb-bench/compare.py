#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times the cases of emb-bench in PyTorch and FBGEMM too, and compares.

    compare.py --emb-bench=build/release/bin/emb-bench cases/peers.json
               --python=venv/bin/python --svg=plot.svg

Each --python that can import torch is a peer, and a second one if it can import
fbgemm_gpu. Rounds alternate: in each one emb-bench times a case, then every peer
does, on the same lookups, with every number of threads and in every way that it
has; the best counts. A ratio is a peer's time by that of emb in the same round.
See docs/benchmarks.md.
"""

import argparse
import json
import math
import os
import re
import statistics
import subprocess
import sys
import tempfile

WORKER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peer.py")


class Peer:
    """A Python with torch, in a process that answers one line with one line."""

    def __init__(self, python, inputs, compile):
        self.python = python
        command = [python, WORKER, inputs] + ([] if compile else ["--eager"])
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        line = self.process.stdout.readline()
        self.about = json.loads(line) if line.strip() else {"error": "it ended at once"}

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line.strip():
            raise SystemExit(f"compare.py: {self.python} ended during {request}")
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def run_emb(options, case, folder):
    """The result of one case as emb-bench writes it."""
    path = os.path.join(folder, "result.json")
    command = [
        options.emb_bench,
        *options.cases,
        f"--filter=^{re.escape(case['name'])}$",
        f"--json={path}",
        f"--min-time={options.min_time}",
    ] + (["--smoke"] if options.smoke else [])
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"compare.py: {done.stderr.strip()}")
    with open(path) as file:
        return json.load(file)["results"][0]


def spread(values):
    """Median, least and largest."""
    return statistics.median(values), min(values), max(values)


def measure(options, case, peers, folder):
    """Rounds of emb and each peer in turn. Void rounds do not count; there may be
    twice as many as rounds that were asked for."""
    series = {"emb": [], "twin": []}
    ways, ratios, void = {}, {}, 0
    for peer in peers:
        peer.ask(load=case["name"])
    while len(series["emb"]) < options.rounds and void <= 2 * options.rounds:
        result = run_emb(options, case, folder)
        if result["void"] and not options.smoke:
            void += 1
            continue
        emb = result["emb_ms"]["median"]
        series["emb"].append(emb)
        series["twin"].append(result["twin_ms"]["median"])
        for peer in peers:
            answer = peer.ask(
                threads=options.threads, seconds=options.min_time, smoke=options.smoke
            )
            for name, times in answer.items():
                way, best = min(times.items(), key=lambda item: item[1])
                series.setdefault(name, []).append(best)
                ratios.setdefault(name, []).append(best / emb)
                ways.setdefault(name, []).append(way)
    for peer in peers:
        peer.ask(unload=True)
    return {
        "case": case,
        "ms": {name: spread(values) for name, values in series.items() if values},
        "ratio": {name: spread(values) for name, values in ratios.items()},
        "best_way": {name: max(set(w), key=w.count) for name, w in ways.items()},
        "void_rounds": void,
    }


def show(result):
    name = result["case"]["name"]
    if "emb" not in result["ms"]:
        print(f"{name}: void, {result['void_rounds']} times", flush=True)
        return
    ms = result["ms"]
    print(f"{name}: emb {ms['emb'][0]:.4f} ms, twin {ms['twin'][0]:.4f} ms", flush=True)
    for peer, (middle, least, most) in result["ratio"].items():
        way = result["best_way"][peer]
        print(
            f"  {peer:34} {ms[peer][0]:10.4f} ms   {middle:8.2f}x "
            f"({least:.2f} to {most:.2f})   {way}",
            flush=True,
        )


# The plot: one panel for each thing that changes, a line for each program.

COLOURS = ["#1a5fb4", "#26a269", "#c64600", "#813d9c", "#a51d2d", "#613583"]
WIDTH, HEIGHT, LEFT, TOP = 360, 300, 60, 46


def get_share(case):
    law = case["distribution"]
    return float(law[4:]) if law.startswith("hot:") else None


PANELS = [
    ("bags", "bags of a batch", lambda case: case["bags"], True),
    ("columns", "columns of a row", lambda case: case["columns"], True),
    ("distribution", "share of one hot row", get_share, False),
]


def find_series(results, field, value_of):
    """The largest group of cases that differ in nothing but `field`."""
    groups = {}
    for result in results:
        case = result["case"]
        if "emb" not in result["ms"] or value_of(case) is None:
            continue
        key = json.dumps({k: v for k, v in case.items() if k not in (field, "name")}, sort_keys=True)
        groups.setdefault(key, []).append((value_of(case), result))
    group = max(groups.values(), key=len, default=[])
    return sorted(group, key=lambda item: item[0]) if len(group) > 1 else []


def make_scale(low, high, begin, end, logarithmic):
    if logarithmic:
        low, high = math.log(low), math.log(high)
    extent = (high - low) or 1.0

    def scale(x):
        x = math.log(x) if logarithmic else x
        return begin + (x - low) / extent * (end - begin)

    return scale


def make_ticks(low, high):
    """1, 2 and 5 times powers of ten that lie between."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    ticks = [m * 10.0**e for e in range(first, last + 1) for m in (1, 2, 5)]
    return [t for t in ticks if low <= t <= high]


def draw_panel(series, title, logarithmic, x0, names):
    xs = [x for x, _ in series]
    times = [ms[0] for _, result in series for ms in result["ms"].values()]
    low, high = min(times) / 1.3, max(times) * 1.3
    right, bottom = x0 + WIDTH - 20, TOP + HEIGHT - 60
    scale_x = make_scale(xs[0], xs[-1], x0 + LEFT, right, logarithmic)
    scale_y = make_scale(low, high, bottom, TOP, True)
    out = [
        f'<rect x="{x0 + LEFT}" y="{TOP}" width="{right - x0 - LEFT}" '
        f'height="{bottom - TOP}" fill="none" stroke="#888"/>',
        f'<text x="{(x0 + LEFT + right) / 2}" y="{bottom + 36}" text-anchor="middle">{title}</text>',
    ]
    for tick in make_ticks(low, high):
        y = scale_y(tick)
        out.append(f'<line x1="{x0 + LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        out.append(f'<text x="{x0 + LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>')
    for x in xs:
        out.append(
            f'<text x="{scale_x(x):.1f}" y="{bottom + 18}" text-anchor="middle">{x:g}</text>'
        )
    for number, name in enumerate(names):
        points = [
            (scale_x(x), scale_y(result["ms"][name][0]))
            for x, result in series
            if name in result["ms"]
        ]
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
    return out


def draw(results):
    """An SVG, or None where nothing changes between the cases."""
    names = list(dict.fromkeys(name for result in results for name in result["ms"]))
    body, x0 = [], 0
    for field, title, value_of, logarithmic in PANELS:
        series = find_series(results, field, value_of)
        if series:
            body += draw_panel(series, title, logarithmic, x0, names)
            x0 += WIDTH
    if not body:
        return None
    body.append(f'<text x="10" y="{TOP - 8}">ms</text>')
    for number, name in enumerate(names):
        x, colour = LEFT + 170 * number, COLOURS[number % len(COLOURS)]
        body.append(f'<rect x="{x}" y="8" width="12" height="12" fill="{colour}"/>')
        body.append(f'<text x="{x + 18}" y="19">{name}</text>')
    width = max(x0, LEFT + 170 * len(names))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{TOP + HEIGHT}" '
        'font-family="sans-serif" font-size="12">\n<rect width="100%" height="100%" fill="white"/>\n'
    )
    return head + "\n".join(body) + "\n</svg>\n"


def parse_threads(text):
    try:
        threads = [int(part) for part in text.split(",")]
    except ValueError:
        threads = []
    if not threads or min(threads) < 1:
        raise argparse.ArgumentTypeError(f"found '{text}', expected numbers of threads such as 1,2")
    return threads


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("cases", nargs="+", help="files of cases")
    add("--emb-bench", default="emb-bench", help="the program (default: from PATH)")
    add("--python", action="append", help="a Python that may have torch; may be repeated")
    add("--filter", default="", help="regular expression on names of cases")
    add("--rounds", type=int, default=5, help="how often each case is measured (5)")
    add("--min-time", type=float, default=0.5, help="seconds of each measurement (0.5)")
    add("--threads", type=parse_threads, default=[1, 2], help="tried in peers (1,2)")
    add("--eager", action="store_true", help="no torch.compile")
    add("--smoke", action="store_true", help="small sizes: does it work?")
    add("--json", help="write all results there")
    add("--svg", help="write a plot of time against batch, columns and hot rows there")
    options = parser.parse_args()
    options.rounds = 1 if options.smoke else max(options.rounds, 1)
    options.python = options.python or [sys.executable]
    return options


def main():
    options = parse()
    with tempfile.TemporaryDirectory() as folder:
        command = [
            options.emb_bench,
            *options.cases,
            f"--filter={options.filter}",
            f"--write-inputs={folder}",
        ] + (["--smoke"] if options.smoke else [])
        try:
            done = subprocess.run(command, capture_output=True, text=True)
        except OSError as error:
            raise SystemExit(f"compare.py: {options.emb_bench}: {error.strerror}")
        if done.returncode:
            raise SystemExit(f"compare.py: {done.stderr.strip()}")
        with open(os.path.join(folder, "cases.json")) as file:
            cases = json.load(file)["cases"]
        peers = []
        for python in options.python:
            peer = Peer(python, folder, not options.eager)
            if "error" in peer.about:
                print(f"{python}: no peer: {peer.about['error']}")
                peer.close()
                continue
            print(f"{python}: {peer.about['text']}")
            peers.append(peer)
        results = []
        for case in cases:
            results.append(measure(options, case, peers, folder))
            show(results[-1])
        for peer in peers:
            peer.close()
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"peers": [p.about for p in peers], "results": results}, file, indent=1)
    if options.svg:
        picture = draw(results)
        if not picture:
            raise SystemExit(
                "compare.py: --svg: found no two cases that differ in bags, columns "
                "or the share of a hot row alone"
            )
        with open(options.svg, "w") as file:
            file.write(picture)


if __name__ == "__main__":
    main()
